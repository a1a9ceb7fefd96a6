/* SPDX-License-Identifier: BSD-2-Clause
 *
 * google.c -- asking a Google API: JSON there, JSON back.
 *
 * All APIs work alike: a bearer token, JSON documents, lists in pages, and
 * errors in one form (google_error.c). A 401 means that the token has been
 * revoked or was too old: nothing has been done yet, so a fresh one is tried,
 * once. Other failures aren't tried again here; that is for the core, which
 * counts attempts.
 *
 * Where there was no answer, the request may have arrived: an action must not
 * take that for "not done".
 */
#include "lib/google.h"

#include <errno.h>

#include "lib/template.h"

/* BigQuery's pages are 10 MB at most. */
enum { ANSWER_MOST = 24 * 1024 * 1024, PAGES_MOST = 10000 };

struct google {
	struct google_tokens *tokens;
	struct http_client *client;
	bool only_reads;
	char *endpoint;
};

static char *
without_slash(const char *url)
{
	char *s = mem_copy(url);
	size_t len = strlen(s);

	while (len > 0 && s[len - 1] == '/')
		s[--len] = '\0';
	return s;
}

struct google *
google_new_at(const struct gw_host *host, struct gw_ctx *ctx,
    const char *prefix, const char *option, const char *endpoint,
    struct buf *why)
{
	struct google *g = mem_new(1, sizeof *g);
	struct buf name CLEANUP_BUF = { 0 };

	buf_addf(&name, "%s%s", prefix, option);
	g->endpoint = without_slash(option_or(host, ctx, buf_str(&name),
	    endpoint));
	if (http_check_endpoint(option, g->endpoint, why))
		g->client = http_client_new(host, ctx, why);
	if (g->client)
		g->tokens = google_tokens_new(host, ctx, prefix, why);
	if (g->tokens)
		return g;
	google_free(g);
	return NULL;
}

struct google *
google_new(const struct gw_host *host, struct gw_ctx *ctx, const char *prefix,
    const char *endpoint, struct buf *why)
{
	return google_new_at(host, ctx, prefix, "endpoint", endpoint, why);
}

void
google_free(struct google *g)
{
	if (g == NULL)
		return;
	google_tokens_free(g->tokens);
	http_client_free(g->client);
	free(g->endpoint);
	free(g);
}

void
google_only_reads(struct google *g)
{
	g->only_reads = true;
}

struct google_tokens *
google_tokens(struct google *g)
{
	return g->tokens;
}

/* One try. False: there was no answer at all, or no token. */
static bool
ask(const struct call *c, struct google *g, struct http_request *q,
    struct http_reply *reply, struct google_error *ret, struct buf *why)
{
	const char *token = google_token(c, g->tokens, ret, why);
	struct buf authorization CLEANUP_BUF = { 0 };
	char json[] = "Content-Type: application/json";
	char *headers[] = { NULL, q->body ? json : NULL, NULL };

	if (token == NULL)
		return false;
	buf_addf(&authorization, "Authorization: Bearer %s", token);
	headers[0] = authorization.s;
	q->headers = headers;
	if (http_do(c, q, reply, why)) {
		q->headers = NULL;
		return true;
	}
	q->headers = NULL;
	google_error_set(ret, GOOGLE_NO_ANSWER);
	ret->failure = reply->failure;
	ret->unsent = reply->unsent;
	return false;
}

static json_t *
understand(const struct http_reply *r, bool may_be_empty,
    struct google_error *ret, struct buf *why)
{
	json_error_t error;
	json_t *json;

	if (r->status < 200 || r->status > 299) {
		google_error_read(r, ret, why);
		return NULL;
	}
	*ret = (struct google_error){ .status = r->status };
	if (r->body.len == 0 && may_be_empty)
		return json_object();
	json = json_loadb(buf_str(&r->body), r->body.len, 0, &error);
	if (json_is_object(json))
		return json;
	google_error_set(ret, GOOGLE_GARBLED);
	buf_addf(why, "the answer is no JSON object%s", json ? "" : ": ");
	if (json == NULL)
		buf_add_line(why, error.text, strlen(error.text), 100);
	json_decref(json);
	return NULL;
}

/* With a fresh token where the first was refused. */
static bool
send_request(const struct call *c, struct google *g, const char *method,
    const char *path, const json_t *body, struct http_reply *reply,
    struct google_error *ret, struct buf *why)
{
	struct buf url CLEANUP_BUF = { 0 };
	char *text CLEANUP_FREE = body ? json_dumps(body, JSON_COMPACT) :
	    NULL;
	struct http_request q = { .method = method, .most = ANSWER_MOST,
		.client = g->client, .repeatable = g->only_reads,
		/* a POST without a body needs a length all the same */
		.body = text ? text : strcmp(method, "POST") == 0 ? "" : NULL,
		.body_len = text ? strlen(text) : 0 };

	buf_addf(&url, "%s%s", g->endpoint, path);
	q.url = buf_str(&url);
	*ret = (struct google_error){ 0 };
	if (!ask(c, g, &q, reply, ret, why))
		return false;
	if (reply->status != 401)
		return true;
	google_token_refused(g->tokens);
	http_reply_free(reply);
	*reply = (struct http_reply){ 0 };
	return ask(c, g, &q, reply, ret, why);
}

json_t *
google_do(const struct call *c, struct google *g, const char *method,
    const char *path, const json_t *body, struct google_error *ret,
    struct buf *why)
{
	struct http_reply reply CLEANUP_HTTP = { 0 };

	if (!send_request(c, g, method, path, body, &reply, ret, why))
		return NULL;
	/* a list of nothing is an object; nothing at all isn't one */
	return understand(&reply, strcmp(method, "GET") != 0, ret, why);
}

bool
google_bytes(const struct call *c, struct google *g, const char *method,
    const char *path, const json_t *body, struct buf *out,
    struct google_error *ret, struct buf *why)
{
	struct http_reply reply CLEANUP_HTTP = { 0 };

	if (!send_request(c, g, method, path, body, &reply, ret, why))
		return false;
	if (reply.status < 200 || reply.status > 299) {
		google_error_read(&reply, ret, why);
		return false;
	}
	*ret = (struct google_error){ .status = reply.status };
	buf_addn(out, buf_str(&reply.body), reply.body.len);
	return true;
}

json_t *
google_get(const struct call *c, struct google *g, const char *path,
    struct google_error *ret, struct buf *why)
{
	return google_do(c, g, "GET", path, NULL, ret, why);
}

json_t *
google_post(const struct call *c, struct google *g, const char *path,
    const json_t *body, struct google_error *ret, struct buf *why)
{
	return google_do(c, g, "POST", path, body, ret, why);
}

/*-------------------------------------------------------------------- lists */

/* Some APIs answer with what they could reach and name the rest. */
static bool
is_whole(const json_t *page, struct buf *why)
{
	static const char *const parts[] = { "unreachable",
		"executionErrors", "partialErrors" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(parts); i++)
		if (json_array_size(json_object_get(page, parts[i])) > 0) {
			buf_addf(why, "the answer isn't whole: it has '%s'",
			    parts[i]);
			return false;
		}
	return true;
}

static bool
take_page(const json_t *page, const char *member, google_item *item,
    void *arg, struct google_error *ret, struct buf *why)
{
	const json_t *list = json_object_get(page, member), *v;
	size_t i;

	if (!is_whole(page, why)) {
		google_error_set(ret, GOOGLE_GARBLED);
		return false;
	}
	if ((list && !json_is_array(list)) ||
	    (list == NULL && json_object_get(page, "error"))) {
		google_error_set(ret, GOOGLE_GARBLED);
		buf_addf(why, list ? "the answer's '%s' is no list" :
		    "the answer has an error in place of '%s'", member);
		return false;
	}
	json_array_foreach(list, i, v)
		if (!item(arg, v, why)) {
			google_error_set(ret, GOOGLE_GARBLED);
			return false;
		}
	return true;
}

/* Of one page; *token becomes that of the next, "" at the end. */
static bool
get_page(const struct call *c, struct google *g, const char *path,
    const char *member, google_item *item, void *arg, struct buf *token,
    struct google_error *ret, struct buf *why)
{
	json_t *page CLEANUP_GOOGLE_JSON = NULL;
	struct buf url CLEANUP_BUF = { 0 };
	const char *next;

	buf_add(&url, path);
	if (token->len > 0) {
		buf_addf(&url, "%cpageToken=", strchr(path, '?') ? '&' : '?');
		template_add_encoded(&url, token->s);
	}
	page = google_get(c, g, buf_str(&url), ret, why);
	if (page == NULL || !take_page(page, member, item, arg, ret, why))
		return false;
	next = google_text(page, "nextPageToken", NULL);
	if (next == NULL && json_object_get(page, "nextPageToken")) {
		google_error_set(ret, GOOGLE_GARBLED);
		buf_add(why, "the answer's 'nextPageToken' is no text");
		return false;
	}
	next = next ? next : "";
	if (*next && strcmp(next, buf_str(token)) == 0) {
		google_error_set(ret, GOOGLE_GARBLED);
		buf_add(why, "the next page is the same page again");
		return false;
	}
	buf_clear(token);
	buf_add(token, next);
	return true;
}

bool
google_list(const struct call *c, struct google *g, const char *path,
    const char *member, google_item *item, void *arg,
    struct google_error *ret, struct buf *why)
{
	struct buf token CLEANUP_BUF = { 0 };
	int pages;

	for (pages = 0; pages < PAGES_MOST; pages++) {
		if (!get_page(c, g, path, member, item, arg, &token, ret,
		    why))
			return false;
		if (token.len == 0)
			return true;
	}
	google_error_set(ret, GOOGLE_GARBLED);
	buf_addf(why, "there are more than %d pages", PAGES_MOST);
	return false;
}

/*------------------------------------------------------------------ members */

const char *
google_text(const json_t *j, const char *key, const char *fallback)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s ? s : fallback;
}

bool
google_integer(const json_t *j, const char *key, int64_t *ret)
{
	const json_t *v = json_object_get(j, key);
	const char *s = json_string_value(v);
	char *end;

	if (json_is_integer(v)) {
		*ret = json_integer_value(v);
		return true;
	}
	if (s == NULL || (s[0] != '-' && (s[0] < '0' || s[0] > '9')))
		return false;
	errno = 0;
	*ret = strtoll(s, &end, 10);
	return *end == '\0' && errno == 0;
}
