/* SPDX-License-Identifier: BSD-2-Clause
 *
 * http.c -- action `http`: asks a service to do something.
 *
 * A status of 200 to 299 is done, also 202: what comes of it later is for
 * the core to measure. Otherwise Retry-After is honoured; 408, 425, 429,
 * 5xx and no answer may work next time, 401 and 403 are a matter of
 * configuration, all other statuses will not work by trying again; an
 * expression that is found in the answer goes before its status. Redirects
 * are not followed: a POST that becomes a GET does nothing.
 *
 * Values in the URL are percent-encoded, those in the body escaped; a text
 * of the body that is exactly {missing} or {failing} becomes a list. The
 * operation goes along as Idempotency-Key, so that a service can tell a
 * repetition.
 *
 * The start of an answer is printed, which is what the host keeps.
 */
#include <stdio.h>

#include "lib/classify.h"
#include "lib/http.h"
#include "lib/template.h"
#include "lib/template_json.h"

enum { ANSWER_MOST = 1024 * 1024, SHOWN_MOST = 200, PRINTED_MOST = 8192 };

struct http {
	const struct gw_host *host;
	struct http_client *client;
	json_t *body;           /* NULL: none */
};

/* "Idempotency-Key: ..." where the operation can stand in a header. */
static void
operation_header(const struct call *c, struct buf *b)
{
	const char *s = c->host->param(c->ctx, "operation");

	if (s == NULL)
		return;
	buf_add(b, "Idempotency-Key: ");
	template_add_encoded(b, s);
}

static void
print_answer(const struct http_reply *r)
{
	size_t n = r->body.len < PRINTED_MOST ? r->body.len : PRINTED_MOST;

	(void)printf("status %ld after %lld ms\n", r->status,
	    (long long)r->elapsed_ms);
	if (n > 0)
		(void)printf("%.*s%s\n", (int)n, r->body.s,
		    n < r->body.len ? "..." : "");
	(void)fflush(stdout);
}

/* The answer's words go before its status. */
static int32_t
class_of(const struct call *c, const struct http_reply *r)
{
	int32_t class = classify_text(c, buf_str(&r->body));

	return class ? class : http_failure(r->status);
}

static int32_t
judge(const struct call *c, const struct http_reply *r)
{
	struct buf b CLEANUP_BUF = { 0 };
	const char *s = buf_str(&r->body);
	bool wait = r->status == 408 || r->status == 425 ||
	    r->status == 429 || r->status >= 500;

	buf_addf(&b, "status %ld", r->status);
	if (r->body.len > 0) {
		buf_add(&b, ": ");
		buf_add_line(&b, s, strcspn(s, "\n"), SHOWN_MOST);
	}
	if (r->status < 200 || r->status > 299)
		return call_failed(c, class_of(c, r), wait ?
		    r->retry_after_ms : 0, &b);
	c->host->remark(c->ctx, "%s", buf_str(&b));
	return GW_OK;
}

/* What goes out; false with a sentence. */
static bool
fill(const struct call *c, const struct http *h, struct buf *url,
    struct buf *body, struct buf *why)
{
	if (!template_expand(c, h->host->text(c->ctx, "url"), TEMPLATE_URL,
	    url, why))
		return false;
	return h->body == NULL || template_json_text(c, h->body, body, why);
}

static int32_t
http_call(struct gw_ctx *ctx, void *self)
{
	struct http *h = self;
	struct call c = call_begin(h->host, ctx);
	struct buf url CLEANUP_BUF = { 0 };
	struct buf body CLEANUP_BUF = { 0 };
	struct buf key CLEANUP_BUF = { 0 };
	struct buf why CLEANUP_BUF = { 0 };
	struct http_reply reply CLEANUP_HTTP = { 0 };
	char **headers CLEANUP_STRINGS = NULL;
	struct http_request q = { .most = ANSWER_MOST,
		.client = h->client };

	if (!fill(&c, h, &url, &body, &why))
		return call_failed(&c, GW_F_CONFIG, 0, &why);
	operation_header(&c, &key);
	headers = http_headers(&c, key.s, h->body ?
	    "Content-Type: application/json" : NULL);
	q.method = option_or(h->host, ctx, "method", "POST");
	q.url = buf_str(&url);
	q.headers = headers;
	q.body = h->body || strcmp(q.method, "POST") == 0 ?
	    buf_str(&body) : NULL;
	q.body_len = body.len;
	if (!http_do(&c, &q, &reply, &why)) {
		if (!reply.unsent)
			buf_add(&why, "; the request may have arrived");
		return call_failed(&c, reply.failure, 0, &why);
	}
	print_answer(&reply);
	return judge(&c, &reply);
}

static void
http_close(struct gw_ctx *ctx, void *self)
{
	struct http *h = self;

	(void)ctx;
	json_decref(h->body);
	http_client_free(h->client);
	free(h);
}

static bool
set_up(struct http *h, struct gw_ctx *ctx, struct buf *why)
{
	const char *url = option_or(h->host, ctx, "url", "");
	const char *body = h->host->text(ctx, "body");

	if (!template_check(GW_ACTION, "url", url, why) ||
	    !http_check_url("url", url, why) ||
	    !classify_check(h->host, ctx, why))
		return false;
	h->client = http_client_new(h->host, ctx, why);
	if (h->client == NULL)
		return false;
	if (body == NULL)
		return true;
	h->body = template_json_parse(GW_ACTION, "body", body, why);
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

static const char *const methods[] = { "POST", "PUT", "PATCH", "DELETE",
	"GET", NULL };

static const struct gw_option options[] = {
	{ .name = "url", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "whom to ask; {date} and the like are filled in, "
	      "percent-encoded" },
	{ .name = "method", .type = GW_T_ENUM, .choices = methods,
	  .fallback = "\"POST\"", .help = "how to ask" },
	HTTP_HEADER_OPTIONS,
	{ .name = "body", .type = GW_T_STRING,
	  .help = "a JSON document to send; {date} and the like are filled "
	      "in within its texts, one that is exactly {missing} or "
	      "{failing} becomes a list" },
	CLASSIFY_OPTION("what an answer says of a failure"),
	HTTP_TLS_OPTIONS,
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_ACTION, .name = "http", .version = "1",
	.summary = "asks a service to do something",
	.options = options, .open = http_open, .call = http_call,
	.close = http_close
);
