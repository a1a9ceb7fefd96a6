/* SPDX-License-Identifier: BSD-2-Clause
 *
 * google_jwt.h -- the key of a service account, and what it signs.
 */
#ifndef PLUGIN_LIB_GOOGLE_JWT_H
#define PLUGIN_LIB_GOOGLE_JWT_H

#include <stdint.h>

#include "lib/buf.h"

struct google_key;

/* From the text of the file that the console hands out. Returns owned, or
 * NULL with a sentence that repeats nothing of it. */
struct google_key *google_key_new(const char *json, struct buf *why);
/* NULL is fine. */
void google_key_free(struct google_key *);

/* Where its assertions are changed into tokens. Borrowed. */
const char *google_key_token_uri(const struct google_key *);
/* The project it belongs to; NULL: not said. Borrowed. */
const char *google_key_project(const struct google_key *);

/* Appends a signed assertion with one claim beyond the usual: "scope" for an
 * access token, "target_audience" for an identity token. `now` in s. */
bool google_key_assert(const struct google_key *, const char *claim,
    const char *value, int64_t now, struct buf *out, struct buf *why);

#endif
