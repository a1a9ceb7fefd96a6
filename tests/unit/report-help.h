/* SPDX-License-Identifier: BSD-2-Clause
 *
 * report-help.h -- events made by hand, and what is counted of them.
 *
 * A date is p's, in UTC, and ends at midnight; `load` is due at 06:00 of the
 * next day, `publish` at 09:00.
 */
#ifndef TESTS_UNIT_REPORT_HELP_H
#define TESTS_UNIT_REPORT_HELP_H

#include <stdbool.h>
#include <stdint.h>

#include "report/report.h"

struct fold {
	struct conf *conf;
	struct report *r;
	uint64_t seq;
};

/* Its configuration. */
extern const char fold_text[];

/* As it is written: an instant in UTC, a date. */
int64_t utc(const char *);
struct date day(const char *);

/* A report of nothing yet, as it is at that instant. */
void fold_open(struct fold *, const char *as_of);
void fold_close(struct fold *);

/* An event; in the data ' stands for ". Those below are made of it. */
void ev(struct fold *, const char *at, const char *kind, const char *date,
    const char *subject, const char *data, ...)
    __attribute__((format(printf, 6, 7)));
void phase_is(struct fold *, const char *date, const char *phase,
    const char *state, const char *at);
/* Of `part`. */
void reading(struct fold *, const char *date, const char *at,
    const char *raw, const char *value, const char *expected, int missing,
    int extra);
/* Of a phase; `clear` may be NULL, and `more` is the end of the data. */
void incident(struct fold *, const char *at, int number, const char *date,
    const char *root, const char *opened, const char *clear,
    const char *more);
/* The same, new, and not clearing. */
void opens(struct fold *, int number, const char *date, const char *root,
    const char *at, const char *more);
void attempt(struct fold *, int id, const char *date, const char *recovery,
    const char *outcome, const char *from, const char *to, bool by_person);
void verb(struct fold *, const char *at, const char *date, const char *name,
    int id);

/* An incident of `load`, of that day of January, that is put right between
 * 06:00 and 08:00 of the next. */
void put_right(struct fold *, int number, int day);
/* Opens one in which six incidents from the 10th on end in six ways. */
void fill_endings(struct fold *);
/* Opens one in which the dates from the 9th on are done, each otherwise. */
void fill_days(struct fold *);

/* The metric of that name, with terms; of `load` where it is of a phase.
 * Owned. */
json_t *ask(const struct fold *, const char *name, const char *from,
    const char *to);
/* Numerator, denominator, pending, left out. */
void counts(const struct fold *, const char *name, const char *from,
    const char *to, int numerator, int denominator, int pending, int out);
/* The term of a date: what it counts for, and a word of why. */
void term_is(const struct fold *, const char *name, const char *date,
    const char *want, const char *why);
/* That word is in its "why". */
void says_why(const json_t *, const char *why);

#endif
