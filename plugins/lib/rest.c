/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rest.c -- a service that is asked and answers in JSON.
 *
 * Knows requests, authorization that expires, and where services put their
 * sentences; what an answer means is the caller's. Redirects are not
 * followed: credentials go to the host that the configuration names.
 *
 * Credentials go over TLS, or stay on this machine.
 */
#include "lib/rest.h"

enum { ANSWER_MOST = 4 * 1024 * 1024, SHOWN_MOST = 300 };

void
rest_reply_free(struct rest_reply *r)
{
	http_reply_free(&r->http);
	json_decref(r->json);
	*r = (struct rest_reply){ 0 };
}

static void
free_text(char **s)
{
	if (*s)
		explicit_bzero(*s, strlen(*s));
	free(*s);
}

static bool
ask_once(const struct call *c, const struct rest *to, struct http_request *q,
    bool again, struct rest_reply *ret, struct buf *why)
{
	struct buf line CLEANUP_BUF = { 0 };
	char **headers CLEANUP_STRINGS = NULL;
	size_t n = 0;

	buf_add(&line, "Authorization: ");
	if (to->authorize && !to->authorize(to->arg, c, again, &line,
	    &ret->http, why))
		return false;
	if (line.len > strlen("Authorization: "))
		strings_add(&headers, &n, buf_str(&line));
	if (line.s)
		explicit_bzero(line.s, line.len);
	if (q->body)
		strings_add(&headers, &n, "Content-Type: application/json");
	strings_add(&headers, &n, "Accept: application/json");
	q->headers = headers;
	if (!http_do(c, q, &ret->http, why))
		return false;
	ret->json = json_loadb(buf_str(&ret->http.body), ret->http.body.len,
	    0, NULL);
	return true;
}

bool
rest_ask(const struct call *c, const struct rest *to, const char *method,
    const char *path, const json_t *body, struct rest_reply *ret,
    struct buf *why)
{
	struct buf url CLEANUP_BUF = { 0 };
	char *text CLEANUP(free_text) = body ? json_dumps(body,
	    JSON_COMPACT) : NULL;
	struct http_request q = { .method = method, .body = text,
		.body_len = text ? strlen(text) : 0, .most = ANSWER_MOST,
		.ca_file = to->ca_file, .client = to->client };
	size_t len = strlen(to->base);

	*ret = (struct rest_reply){ 0 };
	while (len > 0 && to->base[len - 1] == '/')
		len--;
	buf_addn(&url, to->base, len);
	buf_add(&url, path);
	q.url = buf_str(&url);
	if (!ask_once(c, to, &q, false, ret, why))
		return false;
	if (ret->http.status != 401 || to->authorize == NULL)
		return true;
	rest_reply_free(ret);
	return ask_once(c, to, &q, true, ret, why);
}

bool
rest_absent(const struct rest_reply *r)
{
	return r->http.status == 404 && (json_object_get(r->json, "detail") ||
	    json_object_get(r->json, "kind"));
}

bool
rest_passing(const struct rest_reply *r)
{
	long status = r->http.status;

	return status == 0 || status == 408 || status == 429 ||
	    status >= 500 || (status == 404 && !rest_absent(r));
}

int32_t
rest_never_began(const struct call *c, const struct rest_reply *r,
    struct buf *why)
{
	if (why->len == 0)
		rest_say(r, why);
	return rest_absent(r) ? call_failed(c, GW_F_TRANSIENT, 0, why) :
	    call_unknown(c, why);
}

const char *
rest_text(const json_t *j, const char *key, const char *otherwise)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s ? s : otherwise;
}

static const char *
sentence_in(const json_t *j)
{
	static const char *const keys[] = { "message", "detail", "title",
		"error_description", "error" };
	const json_t *error = json_object_get(j, "error");
	size_t i;

	if (json_is_object(error))
		return sentence_in(error);
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		const char *s = rest_text(j, keys[i], NULL);

		if (s && *s)
			return s;
	}
	return NULL;
}

void
rest_say(const struct rest_reply *r, struct buf *why)
{
	const char *s = sentence_in(r->json);
	char *text CLEANUP_FREE = NULL;

	buf_addf(why, "status %ld", r->http.status);
	if (s == NULL && json_object_get(r->json, "detail"))
		s = text = json_dumps(json_object_get(r->json, "detail"),
		    JSON_COMPACT | JSON_ENCODE_ANY);
	if (s == NULL)
		s = buf_str(&r->http.body);
	if (*s == '\0')
		return;
	buf_add(why, ": ");
	buf_add_line(why, s, strcspn(s, "\n"), SHOWN_MOST);
}

int32_t
rest_class(const struct rest_reply *r)
{
	if (r->http.failure)
		return r->http.failure;
	/* none, or a garbled one */
	if (r->http.status < 300)
		return GW_F_TRANSIENT;
	/* what is asked for, or the service, is elsewhere */
	if (rest_absent(r) || r->http.status < 400)
		return GW_F_CONFIG;
	if (r->http.status == 404)
		return GW_F_TRANSIENT;
	return http_failure(r->http.status);
}

int32_t
rest_failed(const struct call *c, const struct rest_reply *r,
    int32_t failure_class, const char *what, const struct buf *words)
{
	struct buf b CLEANUP_BUF = { 0 };

	buf_addf(&b, "%s: %s", what, buf_str(words));
	if (words->len == 0)
		rest_say(r, &b);
	return call_failed(c, failure_class, rest_passing(r) ?
	    r->http.retry_after_ms : 0, &b);
}

/*------------------------------------------------------------------ opening */

bool
rest_check_file(const char *option, const char *path, struct buf *why)
{
	if (path == NULL || access(path, R_OK) == 0)
		return true;
	buf_addf(why, "%s: %s can't be read", option, path);
	return false;
}
