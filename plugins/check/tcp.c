/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tcp.c -- check `tcp`: a port that can be connected to.
 *
 * The value is 1 of 1 when there is a connection and, where `expect` is set,
 * the far end has said a line with it. Refused, closed before anything was
 * said, or saying something else is measured as 0 of 1; where the time is
 * measured there is none, which is stated as a failure. No answer until the
 * deadline, a name that can't be looked up, no route: all of these may be
 * ours, and are "could not tell".
 */
#include <curl/curl.h>
#include <regex.h>
#include <stdio.h>

#include "lib/net.h"

enum { BANNER_MOST = 64 * 1024, SHOWN_MOST = 200 };

struct tcp {
	const struct gw_host *host;
	regex_t *expect;        /* NULL: not asked for */
};

static bool
is_timed(const struct call *c)
{
	return strcmp(option_or(c->host, c->ctx, "measure", ""), "time") == 0;
}

static int32_t
tell_zero(const struct call *c, const struct buf *why)
{
	c->host->remark(c->ctx, "%s", buf_str(why));
	if (is_timed(c)) {      /* no time at all is not the shortest */
		c->host->stated(c->ctx, GW_R_FAIL);
		return GW_OK;
	}
	c->host->value(c->ctx, 0);
	c->host->expected(c->ctx, 1);
	return GW_OK;
}

static int32_t
tell_connected(const struct call *c, int64_t connect_ms)
{
	char text[32];

	(void)snprintf(text, sizeof text, "%lld", (long long)connect_ms);
	c->host->evidence(c->ctx, "connect_ms", text);
	if (is_timed(c)) {
		c->host->value(c->ctx, (double)connect_ms);
		return GW_OK;
	}
	c->host->value(c->ctx, 1);
	c->host->expected(c->ctx, 1);
	return GW_OK;
}

/* NUL bytes would end the text early: protocols have them in front of it. */
static void
make_text(struct buf *b, size_t from)
{
	for (; from < b->len; from++)
		if (b->s[from] == '\0')
			b->s[from] = ' ';
}

/* 1: found; 0: it isn't what the far end says; -1: can't tell. */
static int
find_banner(const struct call *c, const struct net_link *l,
    const regex_t *expect, struct buf *why)
{
	struct buf said CLEANUP_BUF = { 0 };
	ssize_t n = 1;

	while (n > 0 && said.len < BANNER_MOST) {
		size_t before = said.len;

		n = net_read(c, l, &said, BANNER_MOST - said.len, why);
		make_text(&said, before);
		if (n > 0 && regexec(expect, said.s, 0, NULL, 0) == 0)
			return 1;
	}
	if (n < 0)
		buf_add(why, said.len > 0 ? "; so far it said: " : "");
	else
		buf_add(why, said.len > 0 ? "it said something else: " :
		    "it closed the connection and said nothing");
	buf_add_line(why, buf_str(&said), strcspn(buf_str(&said), "\r\n"),
	    SHOWN_MOST);
	return n < 0 ? -1 : 0;
}

static int32_t
talk(const struct call *c, const struct tcp *t, const struct net_link *l,
    int64_t connect_ms)
{
	const char *words = option_or(c->host, c->ctx, "send", "");
	struct buf why CLEANUP_BUF = { 0 };
	int found = 1;

	if (*words && !net_send(c, l, words, strlen(words), &why))
		return call_unknown(c, &why);
	if (t->expect)
		found = find_banner(c, l, t->expect, &why);
	if (found < 0)
		return call_unknown(c, &why);
	return found ? tell_connected(c, connect_ms) : tell_zero(c, &why);
}

static int32_t
tcp_call(struct gw_ctx *ctx, void *self)
{
	struct tcp *t = self;
	struct call c = call_begin(t->host, ctx);
	struct net_link l CLEANUP_NET = { NULL, -1 };
	struct buf why CLEANUP_BUF = { 0 };
	int64_t began = monotonic_ms();

	switch (net_connect(&c, option_or(t->host, ctx, "host", ""),
	    t->host->integer(ctx, "port"), &l, &why)) {
	case NET_CONNECTED:
		return talk(&c, t, &l, monotonic_ms() - began);
	case NET_REFUSED:
		return tell_zero(&c, &why);
	default:
		return call_unknown(&c, &why);
	}
}

static void
tcp_close(struct gw_ctx *ctx, void *self)
{
	struct tcp *t = self;

	(void)ctx;
	if (t->expect)
		regfree(t->expect);
	free(t->expect);
	free(t);
	curl_global_cleanup();
}

static bool
compile(struct tcp *t, const char *pattern, struct buf *why)
{
	char text[200];
	int r;

	if (pattern == NULL)
		return true;
	t->expect = mem_new(1, sizeof *t->expect);
	r = regcomp(t->expect, pattern, REG_EXTENDED | REG_NOSUB |
	    REG_NEWLINE);
	if (r == 0)
		return true;
	(void)regerror(r, t->expect, text, sizeof text);
	buf_addf(why, "expect: %s", text);
	free(t->expect);
	t->expect = NULL;
	return false;
}

static int32_t
tcp_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct tcp *t = mem_new(1, sizeof *t);
	struct buf why CLEANUP_BUF = { 0 };

	t->host = host;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		abort();
	if (!net_check_host("host", option_or(host, ctx, "host", ""), &why) ||
	    !compile(t, host->text(ctx, "expect"), &why)) {
		tcp_close(ctx, t);
		return open_failed(host, ctx, &why);
	}
	*ret_self = t;
	return GW_OK;
}

static const char *const measures[] = { "answer", "time", NULL };

static const struct gw_option options[] = {
	{ .name = "host", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "a name or an address" },
	{ .name = "port", .type = GW_T_INT, .flags = GW_REQUIRED, .min = 1,
	  .max = 65535, .help = "the port" },
	{ .name = "send", .type = GW_T_STRING,
	  .help = "what to say first" },
	{ .name = "expect", .type = GW_T_STRING,
	  .help = "an extended regular expression that has to be on one of "
	      "the lines of what the server says; the first 64 KiB are "
	      "looked at" },
	{ .name = "measure", .type = GW_T_ENUM, .choices = measures,
	  .fallback = "\"answer\"", .help = "answer: whether it is there; "
	      "time: the ms until there was a connection" },
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_CHECK, .name = "tcp", .version = "1",
	.summary = "a port that can be connected to, and what it says",
	.options = options, .open = tcp_open, .call = tcp_call,
	.close = tcp_close
);
