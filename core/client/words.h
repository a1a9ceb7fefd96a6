/* SPDX-License-Identifier: BSD-2-Clause
 *
 * words.h -- instants, ages and numbers of an answer, as people read them.
 */
#ifndef CLIENT_WORDS_H
#define CLIENT_WORDS_H

#include <stdint.h>

#include "client/out.h"

/* Of "2026-01-16T11:00:00-05:00": "11:00" on the day of `now`, "01-16 11:00"
 * on others; with its offset where that isn't the one of `now`, and in full
 * where `now` is NULL. "never" for NULL. */
void words_instant(struct text *, const char *instant, const char *now);
/* "2026-01-16 11:00:00 -05:00". */
void words_full(struct text *, const char *instant);

/* "24 s", "75 min", "26 h", "5 d". */
void words_span(struct text *, int64_t ms);
/* Milliseconds from one instant to another; INT64_MIN if one isn't. */
int64_t words_between(const char *from, const char *to);

/* A JSON number: "7", "0.25"; nothing for others. */
void words_value(struct text *, const json_t *);

/* "a, b, c" of a list of texts; after `most`, "and 4 more" with the total
 * (0: the size of the list). */
void words_list(struct text *, const json_t *, size_t most, size_t total);

/* "3 attempts", "1 attempt". */
void words_count(struct text *, int64_t n, const char *one);

/* The colour of a result, verdict, view, severity or outcome. */
enum style style_of(const char *word);

/* Underscores of the protocol's words become blanks. */
void words_plain(struct text *, const char *word);

#endif
