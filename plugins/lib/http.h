/* SPDX-License-Identifier: BSD-2-Clause
 *
 * http.h -- one HTTP request, within the time of a call.
 */
#ifndef PLUGIN_LIB_HTTP_H
#define PLUGIN_LIB_HTTP_H

#include "lib/call.h"
#include "lib/strings.h"

struct http_request {
	const char *method;
	const char *url;
	char *const *headers;   /* "Name: value", ended by NULL; or NULL */
	const char *body;       /* NULL: none */
	size_t body_len;
	size_t most;            /* bytes of an answer */
	long redirects;         /* how many to follow */
	const char *ca_file;    /* whom to trust; NULL: the system's */
	const char *want;       /* a header of the answer to keep, or NULL */
};

struct http_reply {
	long status;
	struct buf body;
	int64_t elapsed_ms;
	int64_t retry_after_ms; /* 0: not said */
	bool unsent;            /* no answer, and it can't have arrived */
	struct buf wanted;      /* the value of the header `want` */
};

/* True: there was an answer, whatever its status. False: none, with a
 * sentence that doesn't contain the URL. To be freed in any case. */
bool http_do(const struct call *, const struct http_request *,
    struct http_reply *ret, struct buf *why);
void http_reply_free(struct http_reply *);

#define CLEANUP_HTTP CLEANUP(http_reply_free)

/* For `open`: http or https, a host, nothing that ends a line. */
bool http_check_url(const char *what, const char *url, struct buf *why);
bool http_check_header(const char *header, struct buf *why);

/* The class of failure that a status other than success stands for. */
int32_t http_failure(long status);

/* Headers of an instance: the option "headers", "authorization" if it is
 * set, and two more (may be NULL). To be freed with strings_free. */
char **http_headers(const struct call *, const char *a, const char *b);
/* For `open`. */
bool http_check_headers(const struct gw_host *, struct gw_ctx *,
    struct buf *why);

#endif
