/* SPDX-License-Identifier: BSD-2-Clause
 *
 * http.c -- check `http`: what a URL answers.
 *
 * With value_jq (and expected_jq) numbers of a JSON answer are measured;
 * without it the value is 1 of 1 when the answer's status is among the
 * accepted ones. An answer with any other status, or none, says nothing
 * about the data and is "could not tell". Latency is evidence.
 *
 * Values in the URL are percent-encoded, those in a JSON body escaped.
 */
#include <stdio.h>

#include "lib/http.h"
#include "lib/query.h"
#include "lib/template.h"
#include "lib/template_json.h"

enum { ANSWER_MOST = 4 * 1024 * 1024, SHOWN_MOST = 200 };

struct http {
	const struct gw_host *host;
	struct http_client *client;
	struct query *value, *expected; /* NULL: not asked for */
	json_t *body;
};

static bool
is_accepted(const struct call *c, long status)
{
	uint32_t n = c->host->count(c->ctx, "status"), i;

	for (i = 0; i < n; i++)
		if (strtol(c->host->item(c->ctx, "status", i), NULL, 10) ==
		    status)
			return true;
	return n == 0 && status >= 200 && status <= 299;
}

static void
tell_evidence(const struct call *c, const struct http_reply *r)
{
	char text[32];

	(void)snprintf(text, sizeof text, "%ld", r->status);
	c->host->evidence(c->ctx, "status", text);
	(void)snprintf(text, sizeof text, "%lld", (long long)r->elapsed_ms);
	c->host->evidence(c->ctx, "latency_ms", text);
}

static int32_t
refused(const struct call *c, const struct http_reply *r)
{
	struct buf why CLEANUP_BUF = { 0 };
	const char *s = buf_str(&r->body);

	buf_addf(&why, "status %ld", r->status);
	if (r->body.len > 0) {
		buf_add(&why, ": ");
		buf_add_line(&why, s, strcspn(s, "\n"), SHOWN_MOST);
	}
	return call_unknown(c, &why);
}

static int32_t
measure(const struct call *c, const struct http *h,
    const struct http_reply *r)
{
	struct buf why CLEANUP_BUF = { 0 };
	double value = 1, expected = 1;

	tell_evidence(c, r);
	if (!is_accepted(c, r->status))
		return refused(c, r);
	if (h->value && !query_number(h->value, buf_str(&r->body),
	    r->body.len, &value, &why))
		return call_unknown(c, &why);
	if (h->expected && !query_number(h->expected, buf_str(&r->body),
	    r->body.len, &expected, &why))
		return call_unknown(c, &why);
	c->host->value(c->ctx, value);
	if (h->expected || h->value == NULL)
		c->host->expected(c->ctx, expected);
	return GW_OK;
}

static int32_t
http_call(struct gw_ctx *ctx, void *self)
{
	struct http *h = self;
	struct call c = call_begin(h->host, ctx);
	struct buf url CLEANUP_BUF = { 0 };
	struct buf why CLEANUP_BUF = { 0 };
	struct buf body CLEANUP_BUF = { 0 };
	struct http_reply reply CLEANUP_HTTP = { 0 };
	char **headers CLEANUP_STRINGS = http_headers(&c, NULL, h->body ?
	    "Content-Type: application/json" : NULL);
	struct http_request q = { .headers = headers, .most = ANSWER_MOST,
		.client = h->client };

	if (!template_expand(&c, h->host->text(ctx, "url"), TEMPLATE_URL,
	    &url, &why) ||
	    (h->body && !template_json_text(&c, h->body, &body, &why)))
		return call_unknown(&c, &why);
	q.method = option_or(h->host, ctx, "method", "GET");
	q.url = buf_str(&url);
	q.body = h->body ? buf_str(&body) : NULL;
	q.body_len = body.len;
	q.redirects = (long)h->host->integer(ctx, "redirects");
	if (!http_do(&c, &q, &reply, &why))
		return call_unknown(&c, &why);
	return measure(&c, h, &reply);
}

static void
http_close(struct gw_ctx *ctx, void *self)
{
	struct http *h = self;

	(void)ctx;
	query_free(h->value);
	query_free(h->expected);
	json_decref(h->body);
	http_client_free(h->client);
	free(h);
}

static bool
check_statuses(const struct gw_host *host, struct gw_ctx *ctx,
    struct buf *why)
{
	uint32_t n = host->count(ctx, "status"), i;
	const char *s;

	for (i = 0; i < n; i++) {
		s = host->item(ctx, "status", i);
		if (strlen(s) == 3 && strspn(s, "0123456789") == 3 &&
		    *s >= '1' && *s <= '5')
			continue;
		buf_addf(why, "status: '%s' is no HTTP status, such as "
		    "\"200\"", s);
		return false;
	}
	return true;
}

/* An expression by option; true also where it isn't set. */
static bool
compile(struct query **ret, const struct gw_host *host, struct gw_ctx *ctx,
    const char *option, struct buf *why)
{
	const char *program = host->text(ctx, option);

	if (program == NULL)
		return true;
	*ret = query_new(option, program, why);
	return *ret != NULL;
}

static bool
set_up(struct http *h, struct gw_ctx *ctx, struct buf *why)
{
	const struct gw_host *host = h->host;
	const char *url = option_or(host, ctx, "url", "");
	const char *body = host->text(ctx, "body");

	if (!template_check(GW_CHECK, "url", url, why) ||
	    !http_check_url("url", url, why) ||
	    !check_statuses(host, ctx, why) ||
	    !compile(&h->value, host, ctx, "value_jq", why) ||
	    !compile(&h->expected, host, ctx, "expected_jq", why))
		return false;
	if (h->expected && h->value == NULL) {
		buf_add(why, "expected_jq needs value_jq");
		return false;
	}
	h->client = http_client_new(host, ctx, why);
	if (h->client == NULL)
		return false;
	if (body == NULL)
		return true;
	h->body = template_json_parse(GW_CHECK, "body", body, why);
	return h->body != NULL;
}

static int32_t
http_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct http *h = mem_new(1, sizeof *h);
	struct buf why CLEANUP_BUF = { 0 };

	h->host = host;
	if (!set_up(h, ctx, &why)) {
		http_close(ctx, h);
		return open_failed(host, ctx, &why);
	}
	*ret_self = h;
	return GW_OK;
}

static const char *const methods[] = { "GET", "POST", "HEAD", NULL };

static const struct gw_option options[] = {
	{ .name = "url", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "what to ask; {date} and the like are filled in, "
	      "percent-encoded" },
	{ .name = "method", .type = GW_T_ENUM, .choices = methods,
	  .fallback = "\"GET\"", .help = "how to ask" },
	HTTP_HEADER_OPTIONS,
	{ .name = "body", .type = GW_T_STRING,
	  .help = "a JSON document to send; {date} and the like are filled "
	      "in within its texts" },
	{ .name = "status", .type = GW_T_LIST,
	  .help = "statuses of an answer that counts; default: 200 to 299" },
	{ .name = "redirects", .type = GW_T_INT, .min = 0, .max = 10,
	  .fallback = "0", .help = "how many redirects to follow, within "
	      "the same host" },
	{ .name = "value_jq", .type = GW_T_STRING,
	  .help = "a jq expression for the value, one number of a JSON "
	      "answer" },
	{ .name = "expected_jq", .type = GW_T_STRING,
	  .help = "a jq expression for what there should be" },
	HTTP_TLS_OPTIONS,
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_CHECK, .name = "http", .version = "1",
	.summary = "what a URL answers: its status, or a number of its JSON",
	.options = options, .open = http_open, .call = http_call,
	.close = http_close
);
