/* SPDX-License-Identifier: BSD-2-Clause
 *
 * google.h -- asking a Google API: JSON there, JSON back.
 */
#ifndef PLUGIN_LIB_GOOGLE_H
#define PLUGIN_LIB_GOOGLE_H

#include "lib/google_token.h"

/* The options of a plugin that asks one; `where` is its usual endpoint, a
 * literal. */
#define GOOGLE_OPTIONS(where) \
	GOOGLE_TOKEN_OPTIONS, \
	HTTP_TLS_OPTIONS, \
	{ .name = "endpoint", .type = GW_T_STRING, \
	  .fallback = "\"" where "\"", \
	  .help = "where the API is asked; http:// on loopback only" }

/* An API as an instance asks it. Lives as long as the instance. */
struct google;

/* For `open`; `prefix` as for google_tokens_new. Returns owned, or NULL with
 * a sentence. */
struct google *google_new(const struct gw_host *, struct gw_ctx *,
    const char *prefix, const char *endpoint, struct buf *why);
/* The same where another option than "endpoint" says where. */
struct google *google_new_at(const struct gw_host *, struct gw_ctx *,
    const char *prefix, const char *option, const char *endpoint,
    struct buf *why);
/* NULL is fine. */
void google_free(struct google *);

/* All that is asked there only reads, whatever its method: a kept connection
 * may be used for it. */
void google_only_reads(struct google *);

/* For identity tokens, and the project of the credentials. Borrowed. */
struct google_tokens *google_tokens(struct google *);

/* One request. `path` begins with a slash and may have a query; values in it
 * are percent-encoded (template_add_encoded). `body` may be NULL. A token
 * that is refused is fetched again, once. Returns owned, an empty object for
 * an empty answer to what isn't a GET; NULL with error and sentence. Never
 * follows a redirect. */
json_t *google_do(const struct call *, struct google *, const char *method,
    const char *path, const json_t *body, struct google_error *ret,
    struct buf *why);

json_t *google_get(const struct call *, struct google *, const char *path,
    struct google_error *ret, struct buf *why);
json_t *google_post(const struct call *, struct google *, const char *path,
    const json_t *body, struct google_error *ret, struct buf *why);

/* The same where the answer is no JSON object: its bytes are appended. */
bool google_bytes(const struct call *, struct google *, const char *method,
    const char *path, const json_t *body, struct buf *out,
    struct google_error *ret, struct buf *why);

/* Called for each element. False with a sentence ends it as failed, fault
 * GOOGLE_GARBLED. */
typedef bool google_item(void *arg, const json_t *, struct buf *why);

/* GETs all pages of a list, whose elements are in the array `member`; one
 * that isn't there is empty. An answer that says itself that it isn't whole is
 * none. */
bool google_list(const struct call *, struct google *, const char *path,
    const char *member, google_item *, void *arg, struct google_error *ret,
    struct buf *why);

static inline void
cleanup_google_json(json_t **j)
{
	json_decref(*j);
}

#define CLEANUP_GOOGLE_JSON CLEANUP(cleanup_google_json)

/* Members of an answer; the fallback where they are of another type. 64-bit
 * integers come as text. */
const char *google_text(const json_t *, const char *key,
    const char *fallback);
bool google_integer(const json_t *, const char *key, int64_t *ret);

#endif
