/* SPDX-License-Identifier: BSD-2-Clause
 *
 * http.c -- action `http`: asks a service to do something.
 *
 * A status of 200 to 299 is done, also 202: what comes of it later is for
 * the core to measure. Otherwise Retry-After is honoured; 408, 425, 429,
 * 5xx and what was never sent may work next time, 401 and 403 are a matter of
 * configuration, all other statuses will not work by trying again; an
 * expression that is found in the answer goes before its status. Redirects
 * are not followed: a POST that becomes a GET does nothing.
 *
 * Values in the URL are percent-encoded, those in the body escaped; a text
 * of the body that is exactly {missing} or {failing} becomes a list. The
 * operation goes along as Idempotency-Key, so that a service can tell a
 * repetition.
 *
 * With `audience` an identity token goes along, as services behind Google's
 * front want it; one that is refused is fetched again, once.
 *
 * A request that may have arrived, and has no answer, is in doubt. With
 * `probe_url` the service can be asked what became of an operation: then, after
 * a crash, and where the answer is that of a gateway.
 *
 * The start of an answer is printed, which is what the host keeps.
 */
#include <stdio.h>

#include "lib/classify.h"
#include "lib/exchange.h"

enum { SHOWN_MOST = 200, PRINTED_MOST = 8192 };

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

/* May it have been carried out? An answer is believed, unless somebody can be
 * asked who knows it better. */
static bool
in_doubt(const struct exchange *x)
{
	long status = x->reply.status;

	if (status == 0)
		return !x->reply.unsent;
	return x->c->host->text(x->c->ctx, "probe_url") && (status == 500 ||
	    status == 502 || status == 504);
}

static int32_t
http_call(struct gw_ctx *ctx, void *self)
{
	struct service *h = self;
	struct call c = call_begin(h->host, ctx);
	struct exchange x CLEANUP_EXCHANGE = { .c = &c, .h = h };
	const char *method = option_or(h->host, ctx, "method", "POST");
	bool answered;

	if (!exchange_fill(&x, "url"))
		return call_failed(&c, GW_F_CONFIG, 0, &x.why);
	answered = exchange_ask(&x, method, h->body ||
	    strcmp(method, "POST") == 0);
	if (answered)
		print_answer(&x.reply);
	if (answered && !in_doubt(&x))
		return judge(&c, &x.reply);
	if (answered)
		buf_addf(&x.why, "status %ld", x.reply.status);
	if (!x.reply.unsent)
		buf_add(&x.why, "; the request may have arrived");
	return in_doubt(&x) ? call_unknown(&c, &x.why) :
	    call_failed(&c, x.failure, 0, &x.why);
}

/* 200 and its like: it has happened; 404 and 410: it hasn't. 202: it is
 * under way. */
static int32_t
http_probe(struct gw_ctx *ctx, void *self)
{
	struct service *h = self;
	struct call c = call_begin(h->host, ctx);
	struct exchange x CLEANUP_EXCHANGE = { .c = &c, .h = h };
	bool again, answered;

	if (h->host->text(ctx, "probe_url") == NULL)
		return GW_UNKNOWN;
	if (!exchange_fill(&x, "probe_url"))
		return call_unknown(&c, &x.why);
	do {
		http_reply_free(&x.reply);
		buf_clear(&x.why);
		answered = exchange_ask(&x, "GET", false);
		again = !answered || x.reply.status == 202 ||
		    x.reply.status == 429 || x.reply.status >= 500;
	} while (again && call_pause(&c, h->host->integer(ctx, "poll")));
	if (answered)
		buf_addf(&x.why, "the probe has status %ld", x.reply.status);
	if (again || !answered)
		return call_unknown(&c, &x.why);
	if (x.reply.status >= 200 && x.reply.status <= 299)
		return GW_OK;
	return x.reply.status == 404 || x.reply.status == 410 ?
	    call_failed(&c, GW_F_TRANSIENT, 0, &x.why) :
	    call_unknown(&c, &x.why);
}

static void
http_close(struct gw_ctx *ctx, void *self)
{
	struct service *h = self;

	(void)ctx;
	json_decref(h->body);
	google_tokens_free(h->tokens);
	http_client_free(h->client);
	free(h);
}

static bool
check_texts(const struct gw_host *host, struct gw_ctx *ctx, struct buf *why)
{
	static const char *const urls[] = { "url", "probe_url" };
	const char *header = exchange_header(host, ctx);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(urls); i++) {
		const char *url = host->text(ctx, urls[i]);

		if ((url || i == 0) && (!template_check(GW_ACTION, urls[i],
		    url ? url : "", why) ||
		    !http_check_url(urls[i], url ? url : "", why)))
			return false;
	}
	if (header[strspn(header, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_")] != '\0') {
		buf_addf(why, "idempotency_header: '%s' is no name of a "
		    "header", header);
		return false;
	}
	return template_check(GW_ACTION, "idempotency_key", option_or(host,
	    ctx, "idempotency_key", ""), why);
}

static bool
set_up_identity(struct service *h, struct gw_ctx *ctx, struct buf *why)
{
	if (h->host->text(ctx, "audience") == NULL)
		return true;
	if (*option_or(h->host, ctx, "authorization", "")) {
		buf_add(why, "expected either authorization or audience");
		return false;
	}
	if (!http_check_endpoint("url", h->host->text(ctx, "url"), why))
		return false;
	h->tokens = google_tokens_new(h->host, ctx, "", why);
	return h->tokens != NULL;
}

static bool
set_up(struct service *h, struct gw_ctx *ctx, struct buf *why)
{
	const char *body = h->host->text(ctx, "body");

	if (!check_texts(h->host, ctx, why) ||
	    !classify_check(h->host, ctx, why))
		return false;
	h->client = http_client_new(h->host, ctx, why);
	if (h->client == NULL || !set_up_identity(h, ctx, why))
		return false;
	if (body == NULL)
		return true;
	h->body = template_json_parse(GW_ACTION, "body", body, why);
	return h->body != NULL;
}

static int32_t
http_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct service *h = mem_new(1, sizeof *h);
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
	{ .name = "idempotency_key", .type = GW_T_STRING,
	  .fallback = "\"{operation}\"",
	  .help = "by what the service can tell a repetition; {operation} is "
	      "another one for each attempt, {pipeline}-{phase}-{date} the "
	      "same for all of a date" },
	{ .name = "idempotency_header", .type = GW_T_STRING,
	  .fallback = "\"Idempotency-Key\"",
	  .help = "the header in which it stands" },
	{ .name = "audience", .type = GW_T_STRING,
	  .help = "show an identity token for this audience, which for Cloud "
	      "Run and functions is the service's URL" },
	{ .name = "probe_url", .type = GW_T_STRING,
	  .help = "where the service says whether {operation} has happened: "
	      "200 and its like, yes; 202, under way; 404 and 410, no" },
	{ .name = "poll", .type = GW_T_DURATION, .fallback = "\"10s\"",
	  .min = 10, .max = 3600000,
	  .help = "how often to ask probe_url while it can't tell" },
	CLASSIFY_OPTION("what an answer says of a failure"),
	HTTP_TLS_OPTIONS,
	GOOGLE_TOKEN_OPTIONS,
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_ACTION, .name = "http", .version = "1",
	.summary = "asks a service to do something",
	.options = options, .open = http_open, .call = http_call,
	.close = http_close, .probe = http_probe
);
