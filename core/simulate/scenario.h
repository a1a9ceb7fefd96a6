/* SPDX-License-Identifier: BSD-2-Clause
 *
 * scenario.h -- how recorded facts answer a configuration's checks, and what
 * its actions would do.
 *
 *      from = "2025-10-21";  until = "2026-01-27 00:00";
 *      date = "date";                  # the column that names the date
 *      facts = (
 *        { check = "box_scores";  value = "bdl_games";
 *          expected = "games";  arrives = "+1d 02:00"; }
 *      );
 *      unmeasured = ("mlfs");          # assumed to pass, and counted
 *      actions = (
 *        { name = "run_predictions";  takes = "4m";  brings = "done"; }
 *      );
 */
#ifndef SIMULATE_SCENARIO_H
#define SIMULATE_SCENARIO_H

#include "base/arena.h"
#include "base/diag.h"
#include "config/conf.h"

/* A check that columns answer. */
struct scenario_fact {
	struct origin origin;
	int32_t check;
	const char *value;      /* expressions (expr.h); NULL: none */
	const char *expected, *missing;
	struct due arrives;     /* DUE_NONE: when the date begins */
	bool dark;              /* before it arrives, nobody can tell;
	                           otherwise there is nothing yet: 0 */
};

/* What a run of an action does. */
struct scenario_action {
	struct origin origin;
	int32_t action;
	int64_t takes_ms;
	enum run_end { RUN_DONE, RUN_TRANSIENT, RUN_PERMANENT } ends;
	/* What was recorded of these arrives with its end, and not before:
	 * the checks of the `done` of the phase that it was started for;
	 * checks by name. */
	bool brings_done;
	const int32_t *brings;
	int32_t n_brings;
	const int32_t *makes;   /* checks: they pass from its end on */
	int32_t n_makes;
};

struct scenario {
	struct arena *arena;
	bool partial;           /* a check that nothing answers is no error */
	const char *date_column;
	const char *from, *to, *until;  /* as written; NULL: not said */
	struct origin from_at, to_at, until_at;
	struct scenario_fact *facts;
	int32_t n_facts;
	const int32_t *unmeasured;      /* checks */
	int32_t n_unmeasured;
	struct scenario_action *actions;
	int32_t n_actions;
};

/* Reads a file; NULL gives an empty scenario. All findings go to `diag`.
 * Names are those of the configuration. Returns owned, never NULL. */
struct scenario *scenario_load(const char *path, const struct conf *,
    struct diag *);
void scenario_free(struct scenario *);

const struct scenario_fact *scenario_fact(const struct scenario *,
    int32_t check);
bool scenario_unmeasured(const struct scenario *, int32_t check);
/* NULL: it has no model. */
const struct scenario_action *scenario_action(const struct scenario *,
    int32_t action);
/* Does an action bring this check's facts? */
bool scenario_brought(const struct scenario *, const struct graph *,
    int32_t check);
/* Is the phase done when this check passes, alone or with others? A gate
 * decides otherwise. */
bool phase_rests_on(const struct phase_def *, int32_t check);

static inline void
cleanup_scenario(struct scenario **s)
{
	scenario_free(*s);
}

#define CLEANUP_SCENARIO __attribute__((cleanup(cleanup_scenario)))

#endif
