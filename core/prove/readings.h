/* SPDX-License-Identifier: BSD-2-Clause
 *
 * readings.h -- what a check may come to read: recorded, or at the edges of
 * its limits.
 */
#ifndef PROVE_READINGS_H
#define PROVE_READINGS_H

#include "base/text.h"
#include "engine/judge.h"
#include "simulate/facts.h"

struct reading {
	struct measurement m;
	bool recorded;
	struct date date;       /* of a recorded one */
};

/* Does a check say what is expected? */
enum says { SAYS_NEVER, SAYS_MAYBE, SAYS_ALWAYS };

struct readings {
	struct reading *v;      /* recorded ones first, then natural ones */
	size_t n, cap;
	size_t n_recorded;      /* the last of each date, as many dates */
	enum says expected;
	bool is_signed;         /* values below 0 are thought of */
	double most;            /* of a value; infinite: no bound */
};

/* `facts` may be NULL. Freed with readings_free(). */
void readings_make(struct readings *, const struct conf *, int32_t check,
    const struct facts *);
void readings_free(struct readings *);

/* The first that is judged so; NULL: none is. */
const struct reading *readings_find(const struct readings *,
    const struct limits *, enum result);
/* As the engine would judge it for this check: a calendar never fails. */
enum result readings_judge(const struct check_def *, const struct reading *);

/* "2 of 9", "0", "9 of 9 and 1 more (recorded 2026-01-16)". */
void reading_text(struct text *, const struct reading *);

/* Nobody could tell. */
struct reading reading_unknown(void);

#endif
