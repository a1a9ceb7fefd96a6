/* SPDX-License-Identifier: BSD-2-Clause
 *
 * certificate.c -- check `certificate`: days until one expires.
 *
 * Of a TLS server, from the start or after STARTTLS, or of a file. The value
 * is whole days until the first certificate of the chain ends, negative when
 * it has ended; how few are too few is for the limits to say. What no limit
 * can forgive is stated as a failure: one that has ended or hasn't begun, is
 * for another name, or that no authority vouches for. No connection, no TLS
 * and no such file are "could not tell".
 *
 * The days are counted by the machine's clock, also where the pipeline's is a
 * virtual one: the far end knows no other.
 */
#include <curl/curl.h>
#include <stdio.h>

#include "lib/certificate.h"
#include "lib/starttls.h"

enum { DAY_S = 86400 };

struct check {
	const struct gw_host *host;
};

static void
tell(void *arg, const char *key, const char *text)
{
	const struct call *c = arg;

	c->host->evidence(c->ctx, key, text);
}

static void
add_finding(struct buf *b, const char *text)
{
	buf_addf(b, "%s%s", b->len > 0 ? "; " : "", text);
}

/* What no limit can forgive. */
static void
look(const struct call *c, const struct certificate *x, const char *name,
    struct buf *findings)
{
	struct buf b CLEANUP_BUF = { 0 };
	bool verify = c->host->integer(c->ctx, "verify") != 0;

	if (certificate_left(x) <= 0)
		add_finding(findings, "has expired");
	if (certificate_begins(x) > 0)
		add_finding(findings, "isn't valid yet");
	if (name && !certificate_is_for(x, name)) {
		buf_add(&b, "is for another name than ");
		buf_add_line(&b, name, strlen(name), 200);
		add_finding(findings, buf_str(&b));
	}
	buf_clear(&b);
	if (verify && x->distrust) {
		buf_addf(&b, "isn't trusted: %s", x->distrust);
		add_finding(findings, buf_str(&b));
	}
}

static int32_t
measure(const struct call *c, const struct certificate *x, const char *name)
{
	int64_t left = certificate_left(x), days = left / DAY_S;
	struct buf findings CLEANUP_BUF = { 0 };
	struct call copy = *c;

	if (left % DAY_S < 0)
		days--;
	look(c, x, name, &findings);
	c->host->value(c->ctx, (double)days);
	certificate_tell(x, tell, &copy);
	if (findings.len > 0) {
		c->host->stated(c->ctx, GW_R_FAIL);
		c->host->remark(c->ctx, "the certificate %s",
		    findings.s);
	}
	return GW_OK;
}

static int32_t
ask_server(const struct call *c, const char *host)
{
	const char *name = option_or(c->host, c->ctx, "server_name", host);
	struct net_link l CLEANUP_NET = { NULL, -1 };
	struct certificate x CLEANUP_CERTIFICATE = { 0 };
	struct buf why CLEANUP_BUF = { 0 };

	if (net_connect(c, host, c->host->integer(c->ctx, "port"), &l, &why)
	    != NET_CONNECTED || !starttls(c, &l, option_or(c->host, c->ctx,
	    "starttls", "none"), &why) || !certificate_ask(c, &l, name,
	    option_or(c->host, c->ctx, "ca_file", NULL), &x, &why))
		return call_unknown(c, &why);
	return measure(c, &x, name);
}

static int32_t
check_call(struct gw_ctx *ctx, void *self)
{
	struct check *k = self;
	struct call c = call_begin(k->host, ctx);
	const char *path = option_or(k->host, ctx, "path", NULL);
	struct certificate x CLEANUP_CERTIFICATE = { 0 };
	struct buf why CLEANUP_BUF = { 0 };

	if (path == NULL)
		return ask_server(&c, option_or(k->host, ctx, "host", ""));
	if (!certificate_read(path, &x, &why))
		return call_unknown(&c, &why);
	return measure(&c, &x, option_or(k->host, ctx, "server_name", NULL));
}

static void
check_close(struct gw_ctx *ctx, void *self)
{
	(void)ctx;
	free(self);
	curl_global_cleanup();
}

static bool
check_options(const struct gw_host *host, struct gw_ctx *ctx, struct buf *why)
{
	const char *server = option_or(host, ctx, "host", NULL);
	const char *path = option_or(host, ctx, "path", NULL);

	if ((server == NULL) == (path == NULL)) {
		buf_add(why, "expected `host`, or `path` of a file, and not "
		    "both");
		return false;
	}
	return server == NULL || net_check_host("host", server, why);
}

static int32_t
check_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct check *k = mem_new(1, sizeof *k);
	struct buf why CLEANUP_BUF = { 0 };

	k->host = host;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		abort();
	if (!check_options(host, ctx, &why)) {
		check_close(ctx, k);
		return open_failed(host, ctx, &why);
	}
	*ret_self = k;
	return GW_OK;
}

static const struct gw_option options[] = {
	{ .name = "host", .type = GW_T_STRING,
	  .help = "a server's name or address" },
	{ .name = "port", .type = GW_T_INT, .min = 1, .max = 65535,
	  .fallback = "443", .help = "its port" },
	{ .name = "starttls", .type = GW_T_ENUM, .choices = starttls_names,
	  .fallback = "\"none\"",
	  .help = "the protocol in which TLS is asked for" },
	{ .name = "path", .type = GW_T_STRING,
	  .help = "a PEM file, in place of a server" },
	{ .name = "server_name", .type = GW_T_STRING,
	  .help = "the name to ask for and to look for in the certificate; "
	      "default: host" },
	{ .name = "ca_file", .type = GW_T_STRING,
	  .help = "a PEM file of certificates to trust in place of the "
	      "system's" },
	{ .name = "verify", .type = GW_T_BOOL, .fallback = "true",
	  .help = "whether it matters who vouches for a server's "
	      "certificate" },
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_CHECK, .name = "certificate", .version = "1",
	.summary = "days until a certificate expires, and whether it is good",
	.options = options, .open = check_open, .call = check_call,
	.close = check_close
);
