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
 *      recorded = (                    # instead of a file of facts
 *        { date = "2026-01-16";  games = 6;  box_scores = "5/6"; }
 *      );
 *      events = ( { at = "2026-01-17 08:00";  hold = "predict"; } );
 *      expect = (
 *        { phase = "predict";  date = "2026-01-16";  state = "blocked"; }
 *      );
 */
#ifndef SIMULATE_SCENARIO_H
#define SIMULATE_SCENARIO_H

#include "base/arena.h"
#include "base/diag.h"
#include "config/conf.h"
#include "engine/engine.h"

/* An instant, or a time of whatever date it is said about. */
struct when {
	int64_t instant;        /* INSTANT_NONE: `due` says */
	struct due due;
};
int64_t when_at(const struct when *, const struct pipeline_def *,
    struct date);

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
	const int32_t *breaks;  /* checks: they read 0 from its end on */
	int32_t n_breaks;
};

/* What a scenario itself says that a check reads, of a date or several. Of
 * those that say something of a check and date the last group counts. */
struct scenario_reading {
	struct origin origin;
	int32_t check;
	int32_t group;          /* the readings of one group belong together */
	struct date from, through;
	double value, expected; /* NaN: never arrived; not said */
	bool dark;              /* nobody could tell */
	bool timed;             /* `at` says when; else as `facts` do */
	struct when at;
};

/* What happens besides: an operator's command, or from then on a check that
 * nobody can ask, an action that behaves in another way. */
struct scenario_event {
	struct origin origin;
	const char *text;       /* as written, on one line */
	int64_t at, until;      /* until: of the dark; INSTANT_NONE: for good */
	enum happens { HAPPENS_COMMAND, HAPPENS_DARK, HAPPENS_MODEL } kind;
	struct command command; /* COMMAND; ids are found when it is given */
	const char *root;       /* of the finding that is acknowledged */
	enum hold_scope cancels;        /* what it cancels: HOLD_PHASE, .. */
	enum reply_code reply;  /* what is expected as its answer */
	const int32_t *checks;  /* DARK */
	int32_t n_checks;
	struct scenario_action model;   /* MODEL */
};

/* What a scenario expects. INSTANT_NONE, NONE, NULL and -1: not said. */
struct scenario_expect {
	struct origin origin;
	const char *text;       /* as written, on one line */
	enum expect_kind { EXPECT_FINDING, EXPECT_FINDINGS, EXPECT_MESSAGE,
		EXPECT_MESSAGES, EXPECT_PHASE, EXPECT_CHECK, EXPECT_GATE,
		EXPECT_RECOVERY, EXPECT_NEVER, EXPECT_DETECTED,
		EXPECT_OUTCOME } kind;
	int32_t subject;        /* phase, check, gate, recovery */
	const char *root;       /* name of what a finding is rooted at */
	int32_t root_kind;      /* enum root_kind */
	const char *under;      /* it hangs under a finding rooted there */
	bool dated;
	struct date date;
	enum severity severity;
	int32_t word;           /* view, result, verdict, outcome, notice
	                           kind, end */
	int32_t never;          /* view of a phase that never was */
	int64_t at, before, after;
	int64_t count, starts;
	int64_t ms;             /* DETECTED: so long after; -1: never */
	int open, gave_up;
	int32_t notifier;
};

/* What came of an incident. */
enum ending { ENDING_BLOCKED, ENDING_REPAIRED, ENDING_TOLD, ENDING_QUIET };
const char *ending_name(enum ending);

/* What the scenario is about, for people and reports; NULL: not said. */
struct scenario_about {
	const char *title, *incident, *date, *what, *historical, *detected,
	    *outcome;
	int64_t began;          /* since when it could have been noticed */
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

	struct scenario_about about;
	const struct scenario_reading *readings;
	const struct scenario_event *events;    /* by time */
	const struct scenario_expect *expects;  /* in the order of the file */
	int32_t n_readings, n_events, n_expects;
};

/* The configuration that a scenario names for itself, beside it; owned.
 * NULL: it names none, or can't be read (scenario_load says so). */
char *scenario_config(const char *path);

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
