/* SPDX-License-Identifier: BSD-2-Clause
 *
 * webhook.c -- notifier `webhook`: posts messages as JSON.
 *
 * The body is an object with all that is known of the message; its id is in
 * it and, as Idempotency-Key, in a header, the same for all tries. It is
 * delivered when the far end answered 200 to 299; how long to wait it may say
 * with any other status. Redirects are not followed: a POST that becomes a
 * GET delivers nothing, and a login page is no receipt.
 *
 * The URL may hold a secret and stands in no sentence.
 */
#include "lib/http.h"
#include "lib/message.h"

enum { ANSWER_MOST = 65536, SHOWN_MOST = 100 };

struct webhook {
	const struct gw_host *host;
	struct http_client *client;
	char *url;
};

static int32_t
judge(const struct call *c, const struct http_reply *r)
{
	struct buf why CLEANUP_BUF = { 0 };
	const char *s = buf_str(&r->body);
	int32_t class = http_failure(r->status);

	buf_addf(&why, "status %ld", r->status);
	if (r->body.len > 0) {
		buf_add(&why, ": ");
		buf_add_line(&why, s, strcspn(s, "\r\n"), SHOWN_MOST);
	}
	if (r->status >= 200 && r->status <= 299) {
		c->host->remark(c->ctx, "%s", buf_str(&why));
		return GW_OK;
	}
	/* somebody else answered: a proxy, a login page */
	if (r->status < 200 || r->status <= 399)
		class = GW_F_TRANSIENT;
	return call_failed(c, class, r->retry_after_ms, &why);
}

static int32_t
webhook_call(struct gw_ctx *ctx, void *self)
{
	struct webhook *w = self;
	struct call c = call_begin(w->host, ctx);
	struct buf key CLEANUP_BUF = { 0 };
	struct buf why CLEANUP_BUF = { 0 };
	struct http_reply reply CLEANUP_HTTP = { 0 };
	json_t *o = message_json(&c);
	char *body CLEANUP_FREE = json_dumps(o, JSON_COMPACT);
	char **headers CLEANUP_STRINGS = NULL;
	struct http_request q = { .method = "POST", .url = w->url,
		.body = body, .most = ANSWER_MOST, .client = w->client };

	json_decref(o);
	if (body == NULL)
		abort();
	message_key(&c, &key);
	headers = http_headers(&c, "Content-Type: application/json",
	    buf_str(&key));
	q.headers = headers;
	q.body_len = strlen(body);
	if (!http_do(&c, &q, &reply, &why))
		return call_failed(&c, reply.failure, 0, &why);
	return judge(&c, &reply);
}

static void
webhook_close(struct gw_ctx *ctx, void *self)
{
	struct webhook *w = self;

	(void)ctx;
	explicit_bzero(w->url, strlen(w->url));
	free(w->url);
	http_client_free(w->client);
	free(w);
}

static int32_t
webhook_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct webhook *w = mem_new(1, sizeof *w);
	struct buf why CLEANUP_BUF = { 0 };
	size_t len;

	w->host = host;
	w->url = mem_copy(option_or(host, ctx, "url", ""));
	len = strlen(w->url);
	while (len > 0 && strchr(" \t\r\n", w->url[len - 1]))
		w->url[--len] = '\0';
	w->client = http_client_new(host, ctx, &why);
	if (w->client == NULL || !http_check_url("url", w->url, &why)) {
		webhook_close(ctx, w);
		return open_failed(host, ctx, &why);
	}
	*ret_self = w;
	return GW_OK;
}

static const struct gw_option options[] = {
	{ .name = "url", .type = GW_T_SECRET, .flags = GW_REQUIRED,
	  .help = "where to, as \"file:/path\", \"env:NAME\" or "
	      "\"cred:NAME\"" },
	HTTP_HEADER_OPTIONS,
	HTTP_TLS_OPTIONS,
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_NOTIFIER, .name = "webhook", .version = "1",
	.summary = "posts messages as JSON",
	.options = options, .open = webhook_open, .call = webhook_call,
	.close = webhook_close
);
