/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tally.h -- the terms of a number, and what they come to.
 */
#ifndef REPORT_TALLY_H
#define REPORT_TALLY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "calendar/civil.h"
#include "calendar/zone.h"

struct report;

/* What a term counts for. */
enum counts {
	COUNTS_YES,             /* numerator and denominator */
	COUNTS_NO,              /* denominator alone */
	COUNTS_UNKNOWN,         /* denominator; nobody can say */
	COUNTS_PENDING,         /* not yet */
	COUNTS_EXCLUDED         /* never */
};

const char *counts_name(enum counts);

struct term {
	bool dated;
	struct date date;
	uint64_t incident;      /* 0: none */
	const char *subject;    /* borrowed from the graph; NULL */
	int64_t from, to;       /* what it is the distance of; INSTANT_NONE */
	double value;           /* ms, a count, a share; NaN */
	enum counts counts;
	char *why;              /* owned */
};

struct tally {
	struct term *v;
	size_t n, cap;
	double outside;         /* share outside working hours; NaN */
	const char *na;         /* why there is no number, if the terms
	                           don't say; static */
};

/* A new term, with everything unset; valid until the next. */
struct term *tally_add(struct tally *, enum counts, const char *why, ...)
    __attribute__((format(printf, 3, 4)));
void tally_free(struct tally *);

#define CLEANUP_TALLY __attribute__((cleanup(tally_free)))

size_t tally_count(const struct tally *, enum counts);
/* Of those that count; sorted copy, owned. */
double *tally_values(const struct tally *, size_t *ret_n);
/* Nearest rank of sorted values; NaN of none. */
double quantile(const double *sorted, size_t n, double q);

/* {"date", "incident", "subject", "from", "to", "value", "counts", "why"} */
json_t *term_json(const struct term *, const struct zone *);

#endif
