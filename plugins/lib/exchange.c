/* SPDX-License-Identifier: BSD-2-Clause
 *
 * exchange.c -- one request of the action http, and its answer.
 *
 * Values in the URL are percent-encoded, those in the body escaped, and so is
 * the key in its header. Where a service wants to know who asks, an identity
 * token goes along; a 401 fetches another one, once: nothing was done then.
 */
#include "lib/exchange.h"

#include "lib/template.h"

enum { ANSWER_MOST = 1024 * 1024 };

void
exchange_free(struct exchange *x)
{
	buf_free(&x->url);
	buf_free(&x->body);
	buf_free(&x->key);
	http_reply_free(&x->reply);
	buf_free(&x->why);
}

const char *
exchange_header(const struct gw_host *host, struct gw_ctx *ctx)
{
	return option_or(host, ctx, "idempotency_header", "Idempotency-Key");
}

/* "Idempotency-Key: ...", encoded, because it stands in a header. */
static bool
operation_header(const struct call *c, struct buf *b, struct buf *why)
{
	const char *text = option_or(c->host, c->ctx, "idempotency_key",
	    "{operation}");

	if (c->host->param(c->ctx, "operation") == NULL)
		return true;    /* run by hand */
	buf_addf(b, "%s: ", exchange_header(c->host, c->ctx));
	return template_expand(c, text, TEMPLATE_URL, b, why);
}

bool
exchange_fill(struct exchange *x, const char *option)
{
	const struct call *c = x->c;

	return template_expand(c, c->host->text(c->ctx, option), TEMPLATE_URL,
	    &x->url, &x->why) && (x->h->body == NULL ||
	    template_json_text(c, x->h->body, &x->body, &x->why)) &&
	    operation_header(c, &x->key, &x->why);
}

/* One try. False: no token, or no answer. */
static bool
ask_once(struct exchange *x, struct http_request *q)
{
	const struct call *c = x->c;
	const char *audience = c->host->text(c->ctx, "audience"), *token;
	struct buf bearer CLEANUP_BUF = { 0 };
	char **headers CLEANUP_STRINGS = http_headers(c, x->key.s, q->body ?
	    "Content-Type: application/json" : NULL);
	size_t n = 0;
	struct google_error error = { 0 };
	bool ok;

	while (headers && headers[n])
		n++;
	if (x->h->tokens) {
		token = google_identity(c, x->h->tokens, audience, &error,
		    &x->why);
		x->failure = error.failure;
		x->reply.unsent = true;
		if (token == NULL)
			return false;
		buf_addf(&bearer, "Authorization: Bearer %s", token);
		strings_add(&headers, &n, buf_str(&bearer));
		explicit_bzero(bearer.s, bearer.len);
	}
	q->headers = headers;
	ok = http_do(c, q, &x->reply, &x->why);
	x->failure = x->reply.failure;
	return ok;
}

bool
exchange_ask(struct exchange *x, const char *method, bool with_body)
{
	struct http_request q = { .most = ANSWER_MOST, .method = method,
		.client = x->h->client, .url = buf_str(&x->url),
		.body = with_body ? buf_str(&x->body) : NULL,
		.body_len = x->body.len };

	if (!ask_once(x, &q))
		return false;
	if (x->reply.status != 401 || x->h->tokens == NULL)
		return true;
	google_token_refused(x->h->tokens);
	http_reply_free(&x->reply);
	return ask_once(x, &q);
}
