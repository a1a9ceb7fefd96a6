/* SPDX-License-Identifier: BSD-2-Clause
 *
 * http_client.c -- what an instance keeps between its HTTP requests.
 *
 * The options by which servers are trusted are the instance's own. Its handle
 * of libcurl is shared: a worker serves many instances, one call at a time, and
 * a thousand that ask one server need one connection to it, not a thousand. So
 * there is one handle in the process, with connections, TLS sessions and the
 * authorities that it has read; libcurl gives a connection to those requests
 * only whose trust is the same. It lives as long as an instance does.
 *
 * A server's certificate and name are
 * checked always: there is no option against it. The files are looked at
 * when the instance is opened, because then somebody is there to read the
 * sentence, and again by each new connection, so that renewed certificates
 * need nobody. The key is a secret, which the host has read: this process
 * needs no right to its file.
 *
 * Proxies that the environment names are not used: whoever set them up did
 * not think of the daemon. An encrypted key is refused and not asked a
 * password for: nobody is at the terminal.
 */
#include "lib/http_client.h"

#include <errno.h>
#include <stdio.h>

/* A connection that has been idle for longer is likely gone; one that has
 * been there for longer doesn't see a changed address. In s. */
enum { IDLE_MOST = 60, LIFE_MOST = 600, CONNECTIONS = 16 };

/* The one thing that the instances of a process share. */
static struct {
	CURL *curl;
	size_t users;
} kept;

static CURL *
join(void)
{
	if (kept.users++ > 0)
		return kept.curl;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		abort();
	kept.curl = curl_easy_init();
	if (kept.curl == NULL)
		abort();
	return kept.curl;
}

static void
leave(void)
{
	if (--kept.users > 0)
		return;
	curl_easy_cleanup(kept.curl);
	kept.curl = NULL;
	curl_global_cleanup();
}

const char *const http_tls_versions[] = { "1.2", "1.3", NULL };

const struct gw_option http_secret_header[] = {
	{ .name = "name", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "of the header" },
	{ .name = "value", .type = GW_T_SECRET, .flags = GW_REQUIRED,
	  .help = "of the header, one line" },
	{ .name = NULL }
};

static char *
copy_option(const struct gw_host *host, struct gw_ctx *ctx, const char *name)
{
	const char *s = host->text(ctx, name);

	return s && *s ? mem_copy(s) : NULL;
}

static bool
check_file(const char *option, const char *path, struct buf *why)
{
	FILE *f = path ? fopen(path, "re") : NULL;

	if (path && f == NULL) {
		buf_addf(why, "%s: %s: %s", option, path, strerror(errno));
		return false;
	}
	if (f)
		(void)fclose(f);
	return true;
}

static bool
check_key(const struct http_client *k, struct buf *why)
{
	if ((k->certificate != NULL) != (k->key != NULL)) {
		buf_addf(why, "%s needs %s", k->key ? "client_key" :
		    "client_certificate", k->key ? "client_certificate" :
		    "client_key");
		return false;
	}
	if (k->key == NULL)
		return true;
	if (strstr(k->key, "PRIVATE KEY-----") == NULL) {
		buf_add(why, "client_key: the secret is no private key in "
		    "PEM, which has a line -----BEGIN PRIVATE KEY-----");
		return false;
	}
	if (strstr(k->key, "ENCRYPTED") != NULL) {
		buf_add(why, "client_key: the key needs a password; a secret "
		    "is protected by the rights of its file");
		return false;
	}
	return true;
}

static bool
check_proxy(const char *proxy, struct buf *why)
{
	if (proxy == NULL || (strncmp(proxy, "http://", 7) == 0 &&
	    proxy[7] != '\0' && strpbrk(proxy, "@\r\n") == NULL))
		return true;
	buf_add(why, "proxy: expected \"http://HOST:PORT\"");
	return false;
}

static void
read_options(struct http_client *k, const struct gw_host *host,
    struct gw_ctx *ctx)
{
	k->ca_file = copy_option(host, ctx, "ca_file");
	k->certificate = copy_option(host, ctx, "client_certificate");
	k->key = copy_option(host, ctx, "client_key");
	k->proxy_text = copy_option(host, ctx, "proxy");
	k->proxy = k->proxy_text ? k->proxy_text : "";
	k->version = strcmp(option_or(host, ctx, "tls_min", "1.2"), "1.3")
	    == 0 ? CURL_SSLVERSION_TLSv1_3 : CURL_SSLVERSION_TLSv1_2;
}

struct http_client *
http_client_new(const struct gw_host *host, struct gw_ctx *ctx,
    struct buf *why)
{
	struct http_client *k = mem_new(1, sizeof *k);

	k->curl = join();
	read_options(k, host, ctx);
	if (http_check_headers(host, ctx, why) &&
	    check_file("ca_file", k->ca_file, why) &&
	    check_file("client_certificate", k->certificate, why) &&
	    check_key(k, why) && check_proxy(k->proxy_text, why))
		return k;
	http_client_free(k);
	return NULL;
}

void
http_client_free(struct http_client *k)
{
	if (k == NULL)
		return;
	leave();
	if (k->key)
		explicit_bzero(k->key, strlen(k->key));
	free(k->key);
	free(k->ca_file);
	free(k->certificate);
	free(k->proxy_text);
	free(k);
}

static void
apply_key(struct http_client *k)
{
	struct curl_blob key = { .data = k->key, .len = strlen(k->key),
		.flags = CURL_BLOB_COPY };

	curl_easy_setopt(k->curl, CURLOPT_SSLCERT, k->certificate);
	curl_easy_setopt(k->curl, CURLOPT_SSLKEY_BLOB, &key);
	/* or a key that does need one would be asked for */
	curl_easy_setopt(k->curl, CURLOPT_KEYPASSWD, "");
}

void
http_client_apply(struct http_client *k)
{
	CURL *h = k->curl;

	curl_easy_setopt(h, CURLOPT_PROXY, k->proxy);
	curl_easy_setopt(h, CURLOPT_SSLVERSION, k->version);
	curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, 2L);
	if (k->ca_file)
		curl_easy_setopt(h, CURLOPT_CAINFO, k->ca_file);
	if (k->ca_file) /* what the library was built with is not meant */
		curl_easy_setopt(h, CURLOPT_CAPATH, NULL);
	if (k->certificate)
		apply_key(k);
	curl_easy_setopt(h, CURLOPT_MAXCONNECTS, (long)CONNECTIONS);
	curl_easy_setopt(h, CURLOPT_MAXAGE_CONN, (long)IDLE_MOST);
	curl_easy_setopt(h, CURLOPT_MAXLIFETIME_CONN, (long)LIFE_MOST);
}
