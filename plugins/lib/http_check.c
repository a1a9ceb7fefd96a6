/* SPDX-License-Identifier: BSD-2-Clause
 *
 * http_check.c -- URLs and headers, as they are configured.
 *
 * What would end a line of a request, or lead to another protocol, is refused
 * when the instance is opened. Nothing here repeats what it refuses: a URL or
 * a header may be a secret.
 */
#include <ctype.h>
#include <curl/curl.h>
#include <stdio.h>
#include <strings.h>

#include "lib/http.h"

/* Parsed; NULL with a sentence: it isn't http or https. */
static CURLU *
web_url(const char *what, const char *url, struct buf *why)
{
	CURLU *u = curl_url();
	char *scheme = NULL;
	bool ok;

	if (u == NULL)
		abort();
	ok = curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
	curl_free(scheme);
	if (ok)
		return u;
	curl_url_cleanup(u);
	buf_addf(why, "%s: expected a URL that begins with http:// "
	    "or https://", what);
	return NULL;
}

bool
http_check_url(const char *what, const char *url, struct buf *why)
{
	CURLU *u = web_url(what, url, why);

	curl_url_cleanup(u);
	return u != NULL;
}

/* A dotted quad only: "127.0.0.1.example.org" is somebody else. */
static bool
is_loopback(const char *host)
{
	return strcasecmp(host, "localhost") == 0 ||
	    strcmp(host, "[::1]") == 0 || (strncmp(host, "127.", 4) == 0 &&
	    host[strspn(host, "0123456789.")] == '\0');
}

bool
http_check_endpoint(const char *what, const char *url, struct buf *why)
{
	CURLU *u = web_url(what, url, why);
	char *scheme = NULL, *host = NULL;
	bool ok;

	if (u == NULL)
		return false;
	ok = curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
	    (strcmp(scheme, "https") == 0 || is_loopback(host));
	curl_free(scheme);
	curl_free(host);
	curl_url_cleanup(u);
	if (!ok)
		buf_addf(why, "%s: what is sent there is secret: expected a "
		    "URL that begins with https://, or a server on loopback",
		    what);
	return ok;
}

/* Of RFC 9110: what may stand in a name. */
static size_t
name_length(const char *s)
{
	size_t n = 0;

	while (s[n] != '\0' && (isalnum((unsigned char)s[n]) ||
	    strchr("!#$%&'*+-.^_`|~", s[n]) != NULL))
		n++;
	return n;
}

bool
http_check_header(const char *header, struct buf *why)
{
	size_t n = name_length(header);

	if (n > 0 && header[n] == ':' && strpbrk(header, "\r\n") == NULL)
		return true;
	buf_add(why, "headers: expected \"Name: value\"");
	return false;
}

static bool
is_one_line(const char *what, const char *secret, struct buf *why)
{
	if (secret == NULL || secret[strcspn(secret, "\r\n")] == '\0')
		return true;
	buf_addf(why, "%s: the secret has more than one line", what);
	return false;
}

static const char *
secret_header(const struct gw_host *host, struct gw_ctx *ctx, uint32_t i,
    const char *member)
{
	char path[48];
	const char *s;

	(void)snprintf(path, sizeof path, "secret_headers.%u.%s", i, member);
	s = host->text(ctx, path);
	return s ? s : "";
}

bool
http_check_headers(const struct gw_host *host, struct gw_ctx *ctx,
    struct buf *why)
{
	uint32_t n = host->count(ctx, "headers"), i;
	const char *name;

	for (i = 0; i < n; i++)
		if (!http_check_header(host->item(ctx, "headers", i), why))
			return false;
	n = host->count(ctx, "secret_headers");
	for (i = 0; i < n; i++) {
		name = secret_header(host, ctx, i, "name");
		if (*name == '\0' || name[name_length(name)] != '\0') {
			buf_add(why, "secret_headers: 'name' is no name of "
			    "a header");
			return false;
		}
		if (!is_one_line("secret_headers", secret_header(host, ctx,
		    i, "value"), why))
			return false;
	}
	return is_one_line("authorization", host->text(ctx, "authorization"),
	    why);
}

static void
add_secret(char ***list, size_t *n, const char *name, const char *value)
{
	struct buf line CLEANUP_BUF = { 0 };

	buf_addf(&line, "%s: %s", name, value);
	strings_add(list, n, buf_str(&line));
	explicit_bzero(line.s, line.len);
}

char **
http_headers(const struct call *c, const char *a, const char *b)
{
	uint32_t count = c->host->count(c->ctx, "headers"), i;
	const char *secret = c->host->text(c->ctx, "authorization");
	char **list = NULL;
	size_t n = 0;

	for (i = 0; i < count; i++)
		strings_add(&list, &n, c->host->item(c->ctx, "headers", i));
	count = c->host->count(c->ctx, "secret_headers");
	for (i = 0; i < count; i++)
		add_secret(&list, &n, secret_header(c->host, c->ctx, i,
		    "name"), secret_header(c->host, c->ctx, i, "value"));
	if (secret && *secret)
		add_secret(&list, &n, "Authorization", secret);
	if (a)
		strings_add(&list, &n, a);
	if (b)
		strings_add(&list, &n, b);
	return list;
}
