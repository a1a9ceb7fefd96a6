/* SPDX-License-Identifier: BSD-2-Clause
 *
 * post.h -- a message posted to a service.
 */
#ifndef PLUGIN_LIB_POST_H
#define PLUGIN_LIB_POST_H

#include <jansson.h>

#include "lib/http.h"

/* What an instance keeps open. */
struct post {
	const struct gw_host *host;
	char *url;              /* owned; may be a secret */
	struct http_client *client;     /* owned */
};

/* For `open`: takes the URL of an option (NULL or unset: `otherwise`). With
 * `guarded`, it has to be https, or this machine. NULL with a sentence that
 * doesn't repeat it. To be freed with post_close. */
struct post *post_open(const struct gw_host *, struct gw_ctx *,
    const char *option, const char *otherwise, bool guarded,
    struct buf *why);
/* gw_plugin.close. */
void post_close(struct gw_ctx *, void *post);

/* Posts a document (released), with the message's id as Idempotency-Key and
 * the headers of the instance. False: no answer, with a sentence. */
bool post_json(const struct call *, const struct post *, json_t *body,
    struct http_reply *ret, struct buf *why);
/* The same of bytes; `more`: further headers, ended by NULL, or NULL. */
bool post_bytes(const struct call *, const struct post *, const char *type,
    const char *body, size_t len, char *const *more, struct http_reply *ret,
    struct buf *why);

/* Ends a call that the far end didn't take: "NAME answered 400 ...", or,
 * without a name, "status 400: ...". */
int32_t post_failed(const struct call *, const struct http_reply *,
    const char *name);

#endif
