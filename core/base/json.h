/* SPDX-License-Identifier: BSD-2-Clause
 *
 * json.h -- jansson, without the ways to forget a decref.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

static inline void
cleanup_json(json_t **j)
{
	json_decref(*j);
}

#define CLEANUP_JSON __attribute__((cleanup(cleanup_json)))

/* Members, or the fallback when absent or of another type. Borrowed. */
const char *json_text(const json_t *, const char *key, const char *fallback);
int64_t json_int(const json_t *, const char *key, int64_t fallback);
double json_num(const json_t *, const char *key, double fallback);
bool json_flag(const json_t *, const char *key, bool fallback);

/* A string; what isn't UTF-8 (a name that was cut in the middle of a letter,
 * the name of a file) is written as \xNN. Owned. */
json_t *json_words(const char *text);

/* Sets a string member, as json_words(); NULL sets nothing. */
void json_put(json_t *, const char *key, const char *text);
void json_put_int(json_t *, const char *key, int64_t);
/* NaN and infinity become null: JSON has no word for them. */
void json_put_num(json_t *, const char *key, double);

/* One line, keys in the order of insertion; numbers read back as the same
 * bits. Returns owned (free()). */
char *json_line(const json_t *);

#endif
