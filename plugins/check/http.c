/* SPDX-License-Identifier: BSD-2-Clause
 *
 * http.c -- check `http`: what a URL answers.
 *
 * An answer with an accepted status is measured by http_answer.c; latency is
 * evidence. No answer is "could not tell", whatever the reason: a wrong
 * certificate, a body that is too long, a drip until the deadline.
 *
 * Values in the URL are percent-encoded, those in a JSON body escaped.
 */
#include "lib/http_answer.h"
#include "lib/template.h"
#include "lib/template_json.h"

struct http {
	const struct gw_host *host;
	struct http_client *client;
	struct http_answer answer;
	json_t *body;           /* NULL: none */
};

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
	struct http_request q = { .headers = headers, .client = h->client };

	if (!template_expand(&c, h->host->text(ctx, "url"), TEMPLATE_URL,
	    &url, &why) ||
	    (h->body && !template_json_text(&c, h->body, &body, &why)))
		return call_unknown(&c, &why);
	q.method = option_or(h->host, ctx, "method", "GET");
	q.url = buf_str(&url);
	q.body = h->body ? buf_str(&body) : NULL;
	q.body_len = body.len;
	q.most = (size_t)h->host->integer(ctx, "max_body");
	q.connect_to = h->host->text(ctx, "connect_to");
	q.redirects = (long)h->host->integer(ctx, "redirects");
	if (!http_do(&c, &q, &reply, &why))
		return call_unknown(&c, &why);
	return http_answer_measure(&c, &h->answer, &reply);
}

static void
http_close(struct gw_ctx *ctx, void *self)
{
	struct http *h = self;

	(void)ctx;
	http_answer_close(&h->answer);
	json_decref(h->body);
	http_client_free(h->client);
	free(h);
}

static bool
check_place(const char *place, struct buf *why)
{
	const char *colon = place ? strrchr(place, ':') : NULL;

	if (place == NULL || (colon && colon > place && colon[1] != '\0' &&
	    strspn(colon + 1, "0123456789") == strlen(colon + 1)))
		return true;
	buf_add(why, "connect_to: expected \"HOST:PORT\"");
	return false;
}

static bool
set_up(struct http *h, struct gw_ctx *ctx, struct buf *why)
{
	const struct gw_host *host = h->host;
	const char *url = option_or(host, ctx, "url", "");
	const char *body = host->text(ctx, "body");

	if (strcmp(option_or(host, ctx, "method", "GET"), "HEAD") == 0 &&
	    (host->text(ctx, "content") || host->text(ctx, "value_jq"))) {
		buf_add(why, "an answer to HEAD has no content: it can't be "
		    "looked at with content or value_jq");
		return false;
	}
	if (!template_check(GW_CHECK, "url", url, why) ||
	    !http_check_url("url", url, why) ||
	    !check_place(host->text(ctx, "connect_to"), why) ||
	    !http_answer_open(&h->answer, host, ctx, why))
		return false;
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
static const char *const measures[] = { "answer", "time", NULL };

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
	  .help = "statuses of an answer that counts, such as \"200\" or "
	      "\"2xx\"; default: 200 to 299" },
	{ .name = "absent_status", .type = GW_T_LIST,
	  .help = "statuses which mean that what was asked for isn't there: "
	      "the value is 0; any other status that doesn't count could "
	      "not tell" },
	{ .name = "content", .type = GW_T_STRING,
	  .help = "an extended regular expression that an answer has to "
	      "have on one of its lines" },
	{ .name = "value_jq", .type = GW_T_STRING,
	  .help = "a jq expression for the value, one number of a JSON "
	      "answer" },
	{ .name = "expected_jq", .type = GW_T_STRING,
	  .help = "a jq expression for what there should be" },
	{ .name = "missing_jq", .type = GW_T_STRING,
	  .help = "a jq expression for what is missing, a list of texts or "
	      "numbers" },
	{ .name = "measure", .type = GW_T_ENUM, .choices = measures,
	  .fallback = "\"answer\"", .help = "answer: whether it is there, or "
	      "its number; time: the ms until it was there as a whole" },
	{ .name = "redirects", .type = GW_T_INT, .min = 0, .max = 10,
	  .fallback = "0", .help = "how many redirects to follow, within "
	      "the same host" },
	{ .name = "max_body", .type = GW_T_SIZE, .min = 1,
	  .max = 256 * 1024 * 1024, .fallback = "\"4MiB\"",
	  .help = "an answer that is longer could not tell" },
	{ .name = "connect_to", .type = GW_T_STRING,
	  .help = "a server to ask in place of the URL's, \"HOST:PORT\"; "
	      "its certificate has to be the URL's all the same" },
	HTTP_TLS_OPTIONS,
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_CHECK, .name = "http", .version = "2",
	.summary = "what a URL answers: its status, its content, a number of "
	    "its JSON, or its time",
	.options = options, .open = http_open, .call = http_call,
	.close = http_close
);
