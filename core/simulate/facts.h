/* SPDX-License-Identifier: BSD-2-Clause
 *
 * facts.h -- what was recorded: per check and date, what it came to and
 * since when it could be seen.
 *
 * An export of the journal: each change of a check's reading is a fact. Or a
 * CSV file in one of two forms. Long, with a column `check`:
 *
 *      date,check,value,expected,missing,arrived_at
 *      2026-01-16,pdc,151,,,2026-01-17T12:00:00Z
 *
 * where several rows of a check and date are what it read from one arrival
 * to the next. Wide, one row per date, whose columns the scenario turns into
 * values of checks. A blank value never arrived.
 */
#ifndef SIMULATE_FACTS_H
#define SIMULATE_FACTS_H

#include "simulate/scenario.h"

struct fact {
	int32_t check;
	struct date date;
	int64_t arrived;        /* INSTANT_NONE: never */
	double value;           /* NaN where it never arrived */
	double expected;        /* NaN: not said */
	int64_t missing;        /* -1: not said */
	int64_t anchor;         /* of a calendar; INSTANT_NONE */
	bool dark;              /* it arrived that nobody could tell */
	int line;
	const char *file;       /* of a scenario's own; NULL: that of facts */
};

struct facts;

/* A path of NULL: what the scenario itself says was recorded. All findings
 * go to `diag`. A check that nothing answers is an error. Returns owned, or
 * NULL after an error. */
struct facts *facts_load(const char *path, const struct scenario *,
    const struct conf *, struct diag *);
void facts_free(struct facts *);

/* The recorded dates; false: none. */
bool facts_range(const struct facts *, struct date *ret_first,
    struct date *ret_last);
/* Do they say anything of a check? */
bool facts_answer(const struct facts *, int32_t check);
bool facts_has_date(const struct facts *, struct date);
/* When the record began and ended: of a journal, its first and last event;
 * INSTANT_NONE where nobody says. */
void facts_span(const struct facts *, int64_t *ret_begin, int64_t *ret_end);
/* Records, not counting the header. */
size_t facts_records(const struct facts *);

/* Those of a check and date, by arrival, what never arrived last; valid as
 * long as the facts. */
const struct fact *facts_of(const struct facts *, int32_t check, struct date,
    size_t *ret_n);
/* What could be seen of it at an instant; NULL: nothing yet. */
const struct fact *facts_at(const struct facts *, int32_t check, struct date,
    int64_t at);

static inline void
cleanup_facts(struct facts **f)
{
	facts_free(*f);
}

#define CLEANUP_FACTS __attribute__((cleanup(cleanup_facts)))

#endif
