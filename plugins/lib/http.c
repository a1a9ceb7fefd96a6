/* SPDX-License-Identifier: BSD-2-Clause
 *
 * http.c -- one HTTP request, within the time of a call.
 *
 * A connection of its own for each request: one call of a check every ten
 * minutes gains nothing from a kept one, and a stale one costs a wrong
 * result. The time is the call's; libcurl asks it while it works. An answer
 * is read up to a bound; a longer one is an error and not a shorter one.
 *
 * Proxies that the environment names are not used: whoever set them up did
 * not think of the daemon.
 *
 * A URL may hold a secret (a webhook is one), so no sentence repeats it.
 * Redirects stay with http and https, and lose the Authorization when they
 * leave the host (libcurl's own rule).
 */
#include "lib/http.h"

#include <curl/curl.h>

/* A wish beyond this is as good as this. */
enum { CONNECT_MS = 10000, RETRY_MOST_S = 7 * 86400,
	CLOSE_MS = 100 };

struct transfer {
	const struct call *call;
	struct buf *body;
	size_t most;
	bool too_long;
};

static size_t
take(char *bytes, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;

	n *= size;
	if (n > t->most - t->body->len) {
		t->too_long = true;
		return 0;
	}
	buf_addn(t->body, bytes, n);
	return n;
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
free_curl(CURL **c)
{
	curl_easy_cleanup(*c);
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

static void
set_up(CURL *h, const struct http_request *q, struct transfer *t, char *error)
{
	int64_t left = call_left(t->call);

	curl_easy_setopt(h, CURLOPT_URL, q->url);
	curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(h, CURLOPT_PROXY, "");
	curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, (long)(q->redirects > 0));
	curl_easy_setopt(h, CURLOPT_MAXREDIRS, q->redirects);
	curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, (long)(left > 0 ? left : 1));
	curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	curl_easy_setopt(h, CURLOPT_ERRORBUFFER, error);
	curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(h, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(h, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, progress);
	curl_easy_setopt(h, CURLOPT_XFERINFODATA, t);
	curl_easy_setopt(h, CURLOPT_USERAGENT, "gatewarden");
	curl_easy_setopt(h, CURLOPT_FORBID_REUSE, 1L);
	if (q->ca_file)
		curl_easy_setopt(h, CURLOPT_CAINFO, q->ca_file);
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
say_error(const struct transfer *t, CURLcode code, const char *error,
    struct buf *why)
{
	if (t->too_long)
		buf_addf(why, "the answer is longer than %zu bytes",
		    t->most);
	else if (call_left(t->call) < (code == CURLE_OPERATION_TIMEDOUT ?
	    CLOSE_MS : 1))      /* its clock or ours was faster */
		buf_addf(why, "no answer: %s", call_ended_why(t->call));
	else
		buf_addf(why, "no answer: %s",
		    *error ? error : curl_easy_strerror(code));
}

/* Nothing of a request leaves before there is a connection. */
static bool
was_unsent(CURLcode code)
{
	switch (code) {
	case CURLE_URL_MALFORMAT:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
		return true;
	default:
		return false;
	}
}

bool
http_do(const struct call *c, const struct http_request *q,
    struct http_reply *ret, struct buf *why)
{
	char error[CURL_ERROR_SIZE] = "";
	CURL *h CLEANUP(free_curl) = curl_easy_init();
	struct curl_slist *headers CLEANUP(free_list) =
	    header_list(q->headers);
	struct transfer t = { .call = c, .body = &ret->body,
		.most = q->most };
	int64_t began = monotonic_ms();
	struct curl_header *header;
	curl_off_t retry = 0;
	CURLcode code;

	*ret = (struct http_reply){ 0 };
	if (h == NULL)
		abort();
	set_up(h, q, &t, error);
	curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers);
	code = curl_easy_perform(h);
	ret->elapsed_ms = monotonic_ms() - began;
	if (code != CURLE_OK) {
		ret->unsent = was_unsent(code);
		say_error(&t, code, error, why);
		return false;
	}
	if (q->want && curl_easy_header(h, q->want, 0, CURLH_HEADER, -1,
	    &header) == CURLHE_OK)
		buf_add(&ret->wanted, header->value);
	curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &ret->status);
	curl_easy_getinfo(h, CURLINFO_RETRY_AFTER, &retry);
	ret->retry_after_ms = retry <= 0 ? 0 :
	    1000 * (int64_t)(retry < RETRY_MOST_S ? retry : RETRY_MOST_S);
	return true;
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

bool
http_check_url(const char *what, const char *url, struct buf *why)
{
	CURLU *u = curl_url();
	char *scheme = NULL;
	bool ok = u && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);

	curl_free(scheme);
	curl_url_cleanup(u);
	if (!ok)
		buf_addf(why, "%s: expected a URL that begins with http:// "
		    "or https://", what);
	return ok;
}

bool
http_check_header(const char *header, struct buf *why)
{
	const char *colon = strchr(header, ':');

	if (colon && colon > header && strpbrk(header, "\r\n") == NULL)
		return true;
	buf_add(why, "headers: expected \"Name: value\"");
	return false;
}

bool
http_check_headers(const struct gw_host *host, struct gw_ctx *ctx,
    struct buf *why)
{
	const char *secret = host->text(ctx, "authorization");
	uint32_t n = host->count(ctx, "headers"), i;

	for (i = 0; i < n; i++)
		if (!http_check_header(host->item(ctx, "headers", i), why))
			return false;
	if (secret && secret[strcspn(secret, "\r\n")] != '\0') {
		buf_add(why, "authorization: the secret has more than one "
		    "line");
		return false;
	}
	return true;
}

char **
http_headers(const struct call *c, const char *a, const char *b)
{
	uint32_t count = c->host->count(c->ctx, "headers"), i;
	const char *secret = c->host->text(c->ctx, "authorization");
	struct buf line CLEANUP_BUF = { 0 };
	char **list = NULL;
	size_t n = 0;

	for (i = 0; i < count; i++)
		strings_add(&list, &n, c->host->item(c->ctx, "headers", i));
	if (secret && *secret) {
		buf_addf(&line, "Authorization: %s", secret);
		strings_add(&list, &n, buf_str(&line));
	}
	if (a)
		strings_add(&list, &n, a);
	if (b)
		strings_add(&list, &n, b);
	return list;
}
