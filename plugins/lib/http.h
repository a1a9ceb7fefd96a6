/* SPDX-License-Identifier: BSD-2-Clause
 *
 * http.h -- HTTP requests, within the time of a call.
 */
#ifndef PLUGIN_LIB_HTTP_H
#define PLUGIN_LIB_HTTP_H

#include "lib/call.h"
#include "lib/http_options.h"
#include "lib/strings.h"

/* What an instance keeps between its calls: connections, and the options of
 * HTTP_TLS_OPTIONS. Connections are those of the whole process. */
struct http_client;

/* For `open`: checks the options of http_options.h, as far as the plugin has
 * them. NULL with a sentence: they are wrong. `host` and `ctx` are borrowed;
 * nothing else of libcurl needs to be set up or ended. */
struct http_client *http_client_new(const struct gw_host *, struct gw_ctx *,
    struct buf *why);
void http_client_free(struct http_client *); /* NULL: nothing */

struct http_request {
	const char *method;
	const char *url;
	char *const *headers;   /* "Name: value", ended by NULL; or NULL */
	const char *body;       /* NULL: none */
	size_t body_len;
	size_t most;            /* bytes of an answer */
	long redirects;         /* how many to follow: GET and HEAD only,
	                           and never to another host */
	struct http_client *client; /* NULL: one for this request alone */
	bool repeatable;        /* if it arrives twice, no harm is done: a
	                           kept connection may be used. GET and HEAD
	                           always are */
	const char *connect_to; /* "HOST:PORT" to connect to in place of the
	                           URL's, whose name is still checked */
	bool direct;            /* never through a proxy */
	const char *ca_file;    /* whom to trust; NULL: as the client does */
	const char *want;       /* a header of the answer to keep, or NULL */
};

struct http_reply {
	long status;
	struct buf body;
	int64_t elapsed_ms;
	int64_t retry_after_ms; /* 0: not said; both forms, cut to a week */
	struct buf wanted;      /* the value of the header `want` */
	bool unsent;            /* no answer, and it can't have arrived */
	int32_t failure;        /* no answer: its class, GW_F_... */
};

/* True: there was an answer, whatever its status. False: none, with a
 * sentence that doesn't contain the URL. To be freed in any case. */
bool http_do(const struct call *, const struct http_request *,
    struct http_reply *ret, struct buf *why);
void http_reply_free(struct http_reply *);

#define CLEANUP_HTTP CLEANUP(http_reply_free)

/* For `open`: http or https, a host, nothing that ends a line. */
bool http_check_url(const char *what, const char *url, struct buf *why);
/* The same, and plain http for loopback only: what gets a token. */
bool http_check_endpoint(const char *what, const char *url, struct buf *why);
bool http_check_header(const char *header, struct buf *why);

/* The class of failure that a status other than success stands for. */
int32_t http_failure(long status);

/* Headers of an instance: the options of HTTP_HEADER_OPTIONS that are set,
 * and two more (may be NULL). To be freed with strings_free. */
char **http_headers(const struct call *, const char *a, const char *b);
/* For `open`; http_client_new does it, too. */
bool http_check_headers(const struct gw_host *, struct gw_ctx *,
    struct buf *why);

#endif
