/* SPDX-License-Identifier: BSD-2-Clause
 *
 * http.c -- one HTTP request, within the time of a call.
 *
 * The time is the call's, whatever the far end does: libcurl has it as its
 * bound for everything together, and asks us while it works. An answer is
 * read up to a bound; a longer one is an error and not a shorter one, and one
 * that says beforehand how long it is isn't read at all.
 *
 * A connection that was kept may have been closed at the far end, and then
 * libcurl sends again by a new one; so it is used for what does no harm when
 * it arrives twice, and for nothing else.
 *
 * A URL may hold a secret (a webhook is one), so no sentence repeats it.
 * Redirects are followed here and not by libcurl: for GET and HEAD, as many
 * as were asked for, never to another host and never from https to http, so
 * that no header reaches somebody whom nobody has named.
 */
#include "lib/http_client.h"

#include <stdio.h>
#include <strings.h>

/* A wish beyond RETRY_MOST_S is as good as that. */
enum { CONNECT_MS = 10000, RETRY_MOST_S = 7 * 86400, CLOSE_MS = 100,
	HEADERS_MOST = 256 * 1024 };

struct transfer {
	const struct call *call;
	const struct http_request *q;
	struct http_client *client;
	struct buf *body;
	size_t header_bytes;
	bool too_long;
	const char *url;
	char error[CURL_ERROR_SIZE];
};

static size_t
take(char *bytes, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;

	n *= size;
	if (n > t->q->most - t->body->len) {
		t->too_long = true;
		return 0;
	}
	buf_addn(t->body, bytes, n);
	return n;
}

/* Headers are kept by libcurl; endless ones would fill the memory. */
static size_t
count_header(char *bytes, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;

	(void)bytes;
	t->header_bytes += size * n;
	return t->header_bytes > HEADERS_MOST ? 0 : size * n;
}

static int
progress(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	const struct transfer *t = arg;

	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return call_left(t->call) == 0;
}

static void
free_list(struct curl_slist **l)
{
	curl_slist_free_all(*l);
}

static struct curl_slist *
header_list(char *const *headers)
{
	struct curl_slist *list = NULL, *grown;
	size_t i;

	for (i = 0; headers && headers[i]; i++) {
		grown = curl_slist_append(list, headers[i]);
		if (grown == NULL)
			abort();
		list = grown;
	}
	return list;
}

static bool
only_reads(const struct http_request *q)
{
	return strcmp(q->method, "GET") == 0 || strcmp(q->method, "HEAD") == 0;
}

static void
set_request(CURL *h, const struct http_request *q)
{
	bool keep = q->client && (q->repeatable || only_reads(q));

	curl_easy_setopt(h, CURLOPT_FRESH_CONNECT, keep ? 0L : 1L);
	curl_easy_setopt(h, CURLOPT_FORBID_REUSE, keep ? 0L : 1L);
	if (strcmp(q->method, "HEAD") == 0)
		curl_easy_setopt(h, CURLOPT_NOBODY, 1L);
	else
		curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, q->method);
	if (q->body) {
		curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)q->body_len);
		curl_easy_setopt(h, CURLOPT_POSTFIELDS, q->body);
	}
}

static void
set_up(CURL *h, struct transfer *t)
{
	int64_t left = call_left(t->call);

	curl_easy_reset(h);     /* which keeps the connections */
	http_client_apply(t->client);
	if (t->q->direct)
		curl_easy_setopt(h, CURLOPT_PROXY, "");
	if (t->q->ca_file)
		curl_easy_setopt(h, CURLOPT_CAINFO, t->q->ca_file);
	curl_easy_setopt(h, CURLOPT_URL, t->url);
	curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, (long)(left > 0 ? left : 1));
	curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	curl_easy_setopt(h, CURLOPT_ERRORBUFFER, t->error);
	if (strcmp(t->q->method, "HEAD") != 0)  /* of which nothing comes */
		curl_easy_setopt(h, CURLOPT_MAXFILESIZE_LARGE,
		    (curl_off_t)t->q->most);
	curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(h, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, count_header);
	curl_easy_setopt(h, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(h, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, progress);
	curl_easy_setopt(h, CURLOPT_XFERINFODATA, t);
	curl_easy_setopt(h, CURLOPT_USERAGENT, "gatewarden");
	set_request(h, t->q);
}

static void
say_error(const struct transfer *t, CURLcode code, struct buf *why)
{
	if (t->too_long || code == CURLE_FILESIZE_EXCEEDED)
		buf_addf(why, "the answer is longer than %zu bytes",
		    t->q->most);
	else if (t->header_bytes > HEADERS_MOST)
		buf_addf(why, "the answer has more than %d bytes of headers",
		    HEADERS_MOST);
	else if (call_left(t->call) < (code == CURLE_OPERATION_TIMEDOUT ?
	    CLOSE_MS : 1))      /* its clock or ours was faster */
		buf_addf(why, "no answer: %s", call_ended_why(t->call));
	else
		buf_addf(why, "no answer: %s", *t->error ? t->error :
		    curl_easy_strerror(code));
}

/* A certificate of theirs may be renewed without us, one of ours is ours. */
static int32_t
class_of(CURLcode code)
{
	switch (code) {
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
		return GW_F_CONFIG;
	default:
		return GW_F_TRANSIENT;
	}
}

static void
note_answer(CURL *h, const struct http_request *q, struct http_reply *ret)
{
	struct curl_header *found = NULL;
	curl_off_t retry = 0;

	curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &ret->status);
	curl_easy_getinfo(h, CURLINFO_RETRY_AFTER, &retry);
	ret->retry_after_ms = retry <= 0 ? 0 :
	    1000 * (int64_t)(retry < RETRY_MOST_S ? retry : RETRY_MOST_S);
	if (q->want && curl_easy_header(h, q->want, 0, CURLH_HEADER, -1,
	    &found) == CURLHE_OK) {
		buf_clear(&ret->wanted);
		buf_add(&ret->wanted, found->value);
	}
}

/* One request and its answer, wherever that points to. */
static bool
perform(struct transfer *t, struct http_reply *ret, struct buf *why)
{
	CURL *h = t->client->curl;
	struct curl_slist *headers CLEANUP(free_list) =
	    header_list(t->q->headers);
	struct curl_slist *to CLEANUP(free_list) = NULL;
	struct buf instead CLEANUP_BUF = { 0 };
	long sent = 0;
	CURLcode code;

	set_up(h, t);
	curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers);
	if (t->q->connect_to) {
		buf_addf(&instead, "::%s", t->q->connect_to);
		to = curl_slist_append(NULL, buf_str(&instead));
		curl_easy_setopt(h, CURLOPT_CONNECT_TO, to);
	}
	code = curl_easy_perform(h);
	if (code == CURLE_OK) {
		note_answer(h, t->q, ret);
		return true;
	}
	curl_easy_getinfo(h, CURLINFO_REQUEST_SIZE, &sent);
	ret->unsent = sent == 0;
	ret->failure = class_of(code);
	say_error(t, code, why);
	return false;
}

/*--------------------------------------------------------------- redirects */

static void
free_text(char **s)
{
	curl_free(*s);
}

static void
free_url(CURLU **u)
{
	curl_url_cleanup(*u);
}

static CURLU *
parse_url(const char *url)
{
	CURLU *u = curl_url();

	if (u == NULL)
		abort();
	if (curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK)
		return u;
	curl_url_cleanup(u);
	return NULL;
}

static bool
same_part(CURLU *a, CURLU *b, CURLUPart part)
{
	char *x CLEANUP(free_text) = NULL;
	char *y CLEANUP(free_text) = NULL;

	return curl_url_get(a, part, &x, CURLU_DEFAULT_PORT) == CURLUE_OK &&
	    curl_url_get(b, part, &y, CURLU_DEFAULT_PORT) == CURLUE_OK &&
	    strcasecmp(x, y) == 0;
}

static bool
has_default_port(CURLU *u, const char *scheme)
{
	char *port CLEANUP(free_text) = NULL;
	char *s CLEANUP(free_text) = NULL;

	return curl_url_get(u, CURLUPART_SCHEME, &s, 0) == CURLUE_OK &&
	    strcmp(s, scheme) == 0 &&
	    curl_url_get(u, CURLUPART_PORT, &port,
	    CURLU_NO_DEFAULT_PORT) == CURLUE_NO_PORT;
}

/* The same host by the same way, or by TLS in place of none. */
static bool
may_follow(const char *from, const char *to, struct buf *why)
{
	CURLU *a CLEANUP(free_url) = parse_url(from);
	CURLU *b CLEANUP(free_url) = parse_url(to);
	char *host CLEANUP(free_text) = NULL;

	if (a && b && same_part(a, b, CURLUPART_HOST) &&
	    ((same_part(a, b, CURLUPART_SCHEME) &&
	    same_part(a, b, CURLUPART_PORT)) ||
	    (has_default_port(a, "http") && has_default_port(b, "https"))))
		return true;
	if (b)
		(void)curl_url_get(b, CURLUPART_HOST, &host, 0);
	buf_add(why, "redirected to another place (");
	buf_add_line(why, host ? host : "?", host ? strlen(host) : 1, 100);
	buf_add(why, "), which is not followed");
	return false;
}

static bool
is_redirect(long status)
{
	return status == 301 || status == 302 || status == 303 ||
	    status == 307 || status == 308;
}

static bool
follow(struct transfer *t, struct http_reply *ret, struct buf *why)
{
	char *to CLEANUP_FREE = NULL;
	char *next = NULL;
	long left;

	t->url = t->q->url;
	for (left = t->q->redirects;; left--) {
		if (!perform(t, ret, why))
			return false;
		if (t->q->redirects <= 0 || !only_reads(t->q) ||
		    !is_redirect(ret->status))
			return true;
		curl_easy_getinfo(t->client->curl, CURLINFO_REDIRECT_URL,
		    &next);
		if (next == NULL)
			return true;
		ret->failure = GW_F_CONFIG;
		if (left == 0) {
			buf_addf(why, "more than %ld redirects",
			    t->q->redirects);
			return false;
		}
		if (!may_follow(t->url, next, why))
			return false;
		next = mem_copy(next);
		free(to);
		t->url = to = next;
		buf_clear(t->body);
	}
}

bool
http_do(const struct call *c, const struct http_request *q,
    struct http_reply *ret, struct buf *why)
{
	struct transfer t = { .call = c, .q = q, .body = &ret->body,
		.client = q->client };
	int64_t began = monotonic_ms();
	bool ok;

	*ret = (struct http_reply){ 0 };
	if (t.client == NULL)
		t.client = http_client_new(c->host, c->ctx, why);
	if (t.client == NULL) {
		ret->failure = GW_F_CONFIG;
		return false;
	}
	ok = follow(&t, ret, why);
	ret->elapsed_ms = monotonic_ms() - began;
	if (q->client == NULL)
		http_client_free(t.client);
	return ok;
}

void
http_reply_free(struct http_reply *r)
{
	buf_free(&r->body);
	buf_free(&r->wanted);
}

int32_t
http_failure(long status)
{
	switch (status) {
	case 401:
	case 403:
	case 407:
		return GW_F_CONFIG;
	case 425:               /* too early */
		return GW_F_NOT_YET;
	case 408:
	case 429:
		return GW_F_TRANSIENT;
	default:
		return status >= 500 ? GW_F_TRANSIENT : GW_F_PERMANENT;
	}
}
