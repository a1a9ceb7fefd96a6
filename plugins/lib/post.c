/* SPDX-License-Identifier: BSD-2-Clause
 *
 * post.c -- a message posted to a service.
 *
 * What the notifiers share that post a document to one address: the address,
 * which may be a secret and stands in no sentence; the message's id as
 * Idempotency-Key, the same for all tries; what a refusal is. Redirects are
 * not followed: a POST that becomes a GET delivers nothing, and a login page
 * is no receipt.
 *
 * It does not know what a service takes for delivered: that is the plugin's.
 */
#include "lib/post.h"

#include "lib/message.h"

enum { ANSWER_MOST = 65536, SHOWN_MOST = 200 };

struct post *
post_open(const struct gw_host *host, struct gw_ctx *ctx, const char *option,
    const char *otherwise, bool guarded, struct buf *why)
{
	struct post *p = mem_new(1, sizeof *p);
	size_t len;

	p->host = host;
	p->url = mem_copy(option_or(host, ctx, option, otherwise));
	len = strlen(p->url);
	while (len > 0 && strchr(" \t\r\n", p->url[len - 1]))
		p->url[--len] = '\0';
	p->client = http_client_new(host, ctx, why);
	if (p->client && (guarded ? http_check_endpoint(option, p->url, why) :
	    http_check_url(option, p->url, why)))
		return p;
	post_close(ctx, p);
	return NULL;
}

void
post_close(struct gw_ctx *ctx, void *self)
{
	struct post *p = self;

	(void)ctx;
	explicit_bzero(p->url, strlen(p->url));
	free(p->url);
	http_client_free(p->client);
	free(p);
}

bool
post_bytes(const struct call *c, const struct post *p, const char *type,
    const char *body, size_t len, char *const *more, struct http_reply *ret,
    struct buf *why)
{
	struct buf key CLEANUP_BUF = { 0 };
	struct buf kind CLEANUP_BUF = { 0 };
	char **headers CLEANUP_STRINGS = NULL;
	struct http_request q = { .method = "POST", .url = p->url,
		.body = body, .body_len = len, .most = ANSWER_MOST,
		.client = p->client };
	size_t n;

	message_key(c, &key);
	buf_addf(&kind, "Content-Type: %s", type);
	headers = http_headers(c, buf_str(&kind), buf_str(&key));
	for (n = 0; headers[n]; n++)
		;
	for (; more && *more; more++)
		strings_add(&headers, &n, *more);
	q.headers = headers;
	return http_do(c, &q, ret, why);
}

bool
post_json(const struct call *c, const struct post *p, json_t *o,
    struct http_reply *ret, struct buf *why)
{
	char *body CLEANUP_FREE = json_dumps(o, JSON_COMPACT);

	json_decref(o);
	if (body == NULL)
		abort();
	return post_bytes(c, p, "application/json; charset=utf-8", body,
	    strlen(body), NULL, ret, why);
}

int32_t
post_failed(const struct call *c, const struct http_reply *r,
    const char *name)
{
	struct buf why CLEANUP_BUF = { 0 };
	const char *s = buf_str(&r->body);
	int32_t class = http_failure(r->status);

	/* somebody else answered: a proxy, a login page */
	if (r->status < 400)
		class = GW_F_TRANSIENT;
	if (name)
		buf_addf(&why, "%s answered %ld", name, r->status);
	else
		buf_addf(&why, "status %ld", r->status);
	if (r->body.len > 0) {
		buf_add(&why, name ? " " : ": ");
		buf_add_line(&why, s, strcspn(s, "\r\n"), SHOWN_MOST);
	}
	return call_failed(c, class, r->retry_after_ms, &why);
}
