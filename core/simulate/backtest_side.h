/* SPDX-License-Identifier: BSD-2-Clause
 *
 * backtest_side.h -- one configuration and what it did with history.
 */
#ifndef SIMULATE_BACKTEST_SIDE_H
#define SIMULATE_BACKTEST_SIDE_H

#include "simulate/backtest_labels.h"
#include "simulate/backtest_tally.h"
#include "simulate/facts.h"

struct side {
	const char *word;       /* "candidate", "against" */
	const char *config;     /* paths as given; borrowed */
	const char *scenario_path;
	struct conf *conf;
	struct scenario *scenario;
	struct facts *facts;
	struct world *world;    /* after the run */
	struct tally tally;
	int32_t left_out;       /* names of the scenario that it doesn't have */
	int32_t n_models;       /* the scenario's own; those behind them are
	                           assumed: see side_load() */
};

/* Over what both live. */
struct history {
	const char *facts;      /* path */
	const char *facts_name; /* as people call it */
	const char *from, *to, *until;  /* as given; NULL: as recorded */
	int32_t last;           /* dates; 0: all */
	struct date first, final;
	int64_t begin, end;
};

/* Called now and then with a side's time. */
struct side_watch {
	void *arg;
	void (*time)(void *arg, const struct side *, int64_t wall);
};

/* Of a side whose conf is loaded: scenario and facts. A name of the scenario
 * that `other` (may be NULL) has and this one hasn't is left out and
 * counted; a check that nothing answers is assumed to pass. Of a journal, a
 * run that starts a phase is assumed to bring what was recorded of its done.
 * All findings go to `diag`; returns false after an error. */
bool side_load(struct side *, const struct side *other,
    const struct history *, struct diag *);

/* From both sides' facts and due times, and what was given. */
bool history_range(struct history *, const struct side *candidate,
    const struct side *against, struct diag *);

/* Lives through it. */
bool side_run(struct side *, const struct history *,
    const struct side_watch *, struct diag *);
void side_free(struct side *);

/* The other side's name for an object of this one ("check", "gate", ...):
 * what it was called, or is called now; the same where nobody says. */
const char *side_other_name(const struct side *mine, const struct side *other,
    const char *kind, const char *name);

/* Does a date owe nothing, by this side's calendar? */
bool side_idle(const struct side *, const char *pipeline, struct date);
/* Does a check of that name (NULL: none) owe nothing yet? */
bool side_warms(const struct side *, const char *check, struct date);

/* What it did; against the labels, and against what the other side (may be
 * this one) knows of what was owed. Owned:
 * {"config", "journal", "totals", "rules", "findings", "firings", "missed",
 *  "messages", "phases", "starts", "unknowable"}. */
json_t *side_json(const struct side *, const struct side *other,
    const struct history *, const struct labels *);

#endif
