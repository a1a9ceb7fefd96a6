/* SPDX-License-Identifier: BSD-2-Clause
 *
 * firestore.h -- documents of Firestore and the values in them.
 */
#ifndef PLUGIN_LIB_FIRESTORE_H
#define PLUGIN_LIB_FIRESTORE_H

#include "lib/cloud.h"

/* Reads one document of the database; `path` is "collection/document" and so
 * on. NULL with a sentence, or without one when the document doesn't exist.
 * Owned. */
json_t *firestore_get(const struct call *, struct cloud *,
    const char *database, const char *path, struct buf *why);

/* The value at "a.b.c" below the fields of a document or map; NULL: not
 * there. Borrowed. */
const json_t *firestore_at(const json_t *fields, const char *path);

/* Fields of a map; NULL: it is none. An empty one has none. Borrowed. */
const json_t *firestore_fields(const json_t *value);
/* Values of an array; as above. */
const json_t *firestore_values(const json_t *value);
bool firestore_is_map(const json_t *value);
bool firestore_is_array(const json_t *value);

/* Is it one value, of a kind that there is, in the form of that kind? */
bool firestore_is_value(const json_t *value);

/* An integer or double; true and false as 1 and 0; of a map or array, how
 * many there are, names that begin with '_' not counted. False: none. */
bool firestore_number(const json_t *value, double *ret);

/* Text, number, truth or instant, as text. False: none of them. */
bool firestore_text(const json_t *value, struct buf *out);

/* Is it there, and neither null nor false? */
bool firestore_is_set(const json_t *value);

#endif
