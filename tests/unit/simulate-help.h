/* SPDX-License-Identifier: BSD-2-Clause
 *
 * simulate-help.h -- for the tests of core/simulate: a small pipeline, with
 * facts and a scenario given as text.
 */
#ifndef TESTS_SIMULATE_HELP_H
#define TESTS_SIMULATE_HELP_H

#include "base/text.h"
#include "simulate/story.h"

/* raw, work and late: one check each, `work` is started. Due at 06:00, 09:00
 * and 12:00 of the next day, New York; day_ends is 04:00. `mend` repairs
 * raw. An alarm `low` speaks from +6h on, when raw is below its `min`. */
extern const char *const small_site;

struct trial {
	const char *dir;        /* of the files; NULL: not begun */
	struct conf *conf;
	struct scenario *scenario;
	struct facts *facts;
	struct diag diag;
};

/* Loads all three; what is wrong is in `diag`, and what it is wrong with is
 * NULL. `site` NULL: small_site; `facts` NULL: the scenario has them.
 * trial_end() in any case. */
void trial_begin(struct trial *, const char *site, const char *scenario,
    const char *facts);
void trial_end(struct trial *);
/* Findings as printed, without the directory; owned. */
char *trial_findings(struct trial *);

/* One run, kept as lines "2026-01-17 06:00:00  2026-01-16  told  ...". */
struct played {
	struct story story;
	struct world_counts counts;
	struct text lines;
	struct world *world;
};
void trial_play(struct trial *, const char *from, const char *to,
    const char *until, struct played *);
void played_end(struct played *);
/* How many lines have `a`, and `b` after it (NULL: anything). */
int lines_with(const struct played *, const char *a, const char *b);

#endif
