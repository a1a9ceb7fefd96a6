/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rest.h -- a service that is asked and answers in JSON.
 */
#ifndef PLUGIN_LIB_REST_H
#define PLUGIN_LIB_REST_H

#include <jansson.h>

#include "lib/http.h"

/* How it is reached; all borrowed. */
struct rest {
	const char *base;       /* URL; a slash at its end doesn't count */
	const char *ca_file;    /* NULL: the system's */
	struct http_client *client;     /* NULL: one for each request */
	/* Appends what stands after "Authorization: ", nothing for none.
	 * `again`: what it gave last was refused. False with a sentence,
	 * and in `ret` what it met. NULL: none needed. */
	bool (*authorize)(void *arg, const struct call *, bool again,
	    struct buf *value, struct http_reply *ret, struct buf *why);
	void *arg;
};

struct rest_reply {
	struct http_reply http; /* status 0: there was no answer */
	json_t *json;           /* owned; NULL: none, or no JSON */
};

/* Asks; a 401 is asked once more with a fresh authorization. True: an answer
 * came, whatever its status. False with a sentence: none, and the request
 * may have arrived unless http.unsent. `path` begins with a slash; `body`
 * NULL: none. To be freed in any case. */
bool rest_ask(const struct call *, const struct rest *, const char *method,
    const char *path, const json_t *body, struct rest_reply *ret,
    struct buf *why);
void rest_reply_free(struct rest_reply *);

#define CLEANUP_REST CLEANUP(rest_reply_free)

static inline bool
rest_good(const struct rest_reply *r)
{
	return r->http.status >= 200 && r->http.status <= 299;
}

/* 404 in the words of Airflow or Kubernetes: it isn't there. A gateway in
 * front of one that is away says 404, too, in words of its own. */
bool rest_absent(const struct rest_reply *);

/* No answer, or one that says nothing about what was asked: 429, 5xx, the 404
 * of a gateway. */
bool rest_passing(const struct rest_reply *);

/* "404: DAG not found": what the service says of itself, in the members that
 * services use for it, or the start of its answer. */
void rest_say(const struct rest_reply *, struct buf *why);

/* The class of what is no success. */
int32_t rest_class(const struct rest_reply *);

/* Ends a call: "`what`: `words`", or what the service said where there are
 * none. Its wish to wait counts where trying again may help. */
int32_t rest_failed(const struct call *, const struct rest_reply *,
    int32_t failure_class, const char *what, const struct buf *words);

/* Ends a probe that found no run of its own: no, where there is nothing of
 * that name; else nobody can tell. */
int32_t rest_never_began(const struct call *, const struct rest_reply *,
    struct buf *why);

/* A text within an answer; `otherwise` where there is none. Borrowed. */
const char *rest_text(const json_t *, const char *key,
    const char *otherwise);

/* For `open`: a file that can be read; NULL is fine. */
bool rest_check_file(const char *option, const char *path, struct buf *why);

#endif
