/* SPDX-License-Identifier: BSD-2-Clause
 *
 * words.h -- instants, numbers, limits and places, as people read them.
 */
#ifndef DAEMON_WORDS_H
#define DAEMON_WORDS_H

#include <jansson.h>

#include "base/text.h"
#include "engine/graph.h"
#include "engine/record.h"

/* "2026-01-16T07:38:00+01:00" in the zone (NULL: UTC). */
void words_when(struct text *, int64_t instant, const struct zone *);
/* Sets a member to that; null for INSTANT_NONE. */
void put_when(json_t *, const char *key, int64_t instant,
    const struct zone *);
/* "07:38" when it is on the civil day of `near`, else "01-16 07:38". */
void words_clock(struct text *, int64_t instant, int64_t near,
    const struct zone *);

/* Sets a member to "nba.conf:31"; the directory is left out. */
void put_origin(json_t *, const struct origin *);
/* Since when its source is retired, and what is used instead; nothing on
 * earlier dates. */
void put_retirement(json_t *, const struct retirement *, struct date);
void words_origin(struct text *, const struct origin *);

/* "7", "0.25". */
void words_number(struct text *, double v);
/* "1/9", "7", or "-" when nothing is known. */
void words_reading(struct text *, double value, double expected);
/* "1 of 9 (11 %)", "7". */
void words_reading_long(struct text *, double value, double expected);

/* "warn below 100 %, fail below 90 %, over warns"; "none". */
void words_limits(struct text *, const struct limits *);

/* Why something is not started, or has ended, as a clause: "its gate is
 * closed", "no attempt is left". */
const char *words_why(enum why);

/* Marks as a list of words. Owned. */
json_t *marks_json(uint32_t marks);

/* A fix, filled in: {date} {phase} {missing} {failing}; lists joined by
 * blanks. `missing` and `failing` are arrays of strings or NULL. */
struct fix_facts {
	const char *date, *phase;
	const json_t *missing, *failing;
};
void words_fix(struct text *, const char *template, const struct fix_facts *);

#endif
