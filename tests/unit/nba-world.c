/* SPDX-License-Identifier: BSD-2-Clause
 *
 * nba-world.c -- see nba-world.h.
 */
#include "nba-world.h"

#include <math.h>
#include <stddef.h>

static void
predicts(struct world *w, const struct world_start *s, struct event *ended)
{
	(void)ended;
	world_fact(w, PREDICTED, s->date, w->now.wall, 150, NAN);
}

static void
publishes(struct world *w, const struct world_start *s, struct event *ended)
{
	(void)ended;
	world_fact(w, PUBLISHED, s->date, w->now.wall, 150, NAN);
}

static void
nba_checks(struct world *w)
{
	static const char *const names[NBA_CHECKS] = { "games", "box_scores",
		"gamebooks", "player_summary", "team_defense", "pdc", "psza",
		"pcf", "mlfs", "tdza", "predicted", "published", "graded" };
	int32_t i;

	for (i = 0; i < NBA_CHECKS; i++)
		if (i >= BOX_SCORES && i <= TEAM_DEFENSE)
			(void)world_coverage(w, names[i]);
		else
			(void)world_check(w, names[i]);
	w->checks[GAMES].calendar = true;
	w->checks[GAMES].every_ms = HOUR;
	for (i = PLAYER_SUMMARY; i <= TEAM_DEFENSE; i++) {
		w->checks[i].limits.warn_below =
		    (struct limit){ LIMIT_PERCENT, 100 };
		w->checks[i].limits.fail_below.at = 80;
	}
	w->pipeline.calendar = GAMES;
}

static void
nba_gates(struct world *w)
{
	static const int32_t sources[] = { GAMEBOOKS, BOX_SCORES };
	static const int32_t five[] = { PDC, PSZA, PCF, MLFS, TDZA };
	static const int32_t box[] = { BOX_SCORES };
	int32_t i;

	(void)world_gate(w, "sources_whole", ANY_OF, sources, 2);
	(void)world_gate(w, "precompute_quorum", QUORUM, five, 5);
	(void)world_gate(w, "box_score_alarm", LADDER, box, 1);
	(void)world_gate(w, "phase4_failure", QUORUM, five, 5);
	for (i = PRECOMPUTE_QUORUM; i <= PHASE4_FAILURE; i += 2) {
		w->answers[i].need = 3;
		w->answers[i].require[0] = PDC;
		w->answers[i].require[1] = MLFS;
		w->answers[i].n_require = 2;
	}
	w->gates[BOX_SCORE_ALARM].alarm = true;
	w->answers[BOX_SCORE_ALARM] = (struct world_gate){ .kind = LADDER,
		.step = { { 6 * HOUR, 100, SEVERITY_INFO },
		    { 12 * HOUR, 90, SEVERITY_WARNING },
		    { 24 * HOUR, 50, SEVERITY_CRITICAL } }, .n_steps = 3 };
	w->gates[PHASE4_FAILURE].alarm = true;
	w->gates[PHASE4_FAILURE].at = next_day_at(12);
	w->answers[PHASE4_FAILURE].blocked = SEVERITY_CRITICAL;
	w->answers[PHASE4_FAILURE].degraded = SEVERITY_WARNING;
}

static void
nba_phases(struct world *w)
{
	static const int32_t analytics[] = { PLAYER_SUMMARY, TEAM_DEFENSE };
	static const int32_t one[] = { PREDICTED, PUBLISHED, GRADED };
	static const int32_t due[] = { 6, 9, 11, 12, 13, 15 };
	int32_t i;

	(void)world_phase(w, "raw", NONE);
	(void)world_phase(w, "analytics", RAW);
	(void)world_phase(w, "precompute", ANALYTICS);
	(void)world_phase(w, "predict", PRECOMPUTE);
	(void)world_phase(w, "publish", PREDICT);
	(void)world_phase(w, "grade", PREDICT);
	world_done_gate(w, RAW, SOURCES_WHOLE);
	world_done_checks(w, ANALYTICS, analytics, 2);
	world_done_gate(w, PRECOMPUTE, PRECOMPUTE_QUORUM);
	for (i = PREDICT; i <= GRADE; i++)
		world_done_checks(w, i, &one[i - PREDICT], 1);
	for (i = RAW; i <= GRADE; i++)
		w->phases[i].due = next_day_at(due[i]);
	w->phases[PREDICT].start = RUN_PREDICTIONS;
	w->phases[PREDICT].retry.attempts = 3;
	w->phases[PUBLISH].start = RUN_PUBLISH;
	w->phases[PUBLISH].retry.attempts = 3;
	w->phases[PREDICT].severity = SEVERITY_CRITICAL;
	w->phases[PUBLISH].severity = SEVERITY_CRITICAL;
}

static void
nba_recoveries(struct world *w)
{
	static const int32_t box[] = { BOX_SCORES };
	static const int32_t five[] = { PDC, PSZA, PCF, MLFS, TDZA };

	(void)world_recovery(w, "bdl_retry", SCRAPE_BDL, box, 1);
	w->recoveries[BDL_RETRY].order = 1;
	w->recoveries[BDL_RETRY].retry = (struct retry){ .attempts = 5,
		.initial_ms = MINUTE, .multiplier = 2,
		.max_ms = 30 * MINUTE };
	w->recoveries[BDL_RETRY].verify_within_ms = 5 * MINUTE;
	(void)world_recovery(w, "phase4_backfill", PROCESS_DATE, five, 5);
	w->recoveries[PHASE4_BACKFILL].exhausted = SEVERITY_CRITICAL;
}

struct world *
world_nba(void)
{
	struct world *w = world_new();

	nba_checks(w);
	nba_gates(w);
	nba_phases(w);
	(void)world_action(w, "scrape_bdl", NULL);
	(void)world_action(w, "process_date", NULL);
	(void)world_action(w, "run_predictions", predicts);
	(void)world_action(w, "publish", publishes);
	nba_recoveries(w);
	return w;
}

void
nba_good_day(struct world *w, struct date date, int32_t games)
{
	int64_t morning = (int64_t)(date.day + 1) * DAY;
	int32_t i;

	world_fact(w, GAMES, date, 0, games, NAN);
	for (i = BOX_SCORES; i <= TEAM_DEFENSE; i++) {
		world_fact(w, i, date, 0, 0, games);
		world_fact(w, i, date, morning + (i <= GAMEBOOKS ? 5 : 7) *
		    HOUR, games, games);
	}
	for (i = PDC; i <= TDZA; i++)
		world_fact(w, i, date, morning + 8 * HOUR, 400, NAN);
	world_fact(w, GRADED, date, morning + 12 * HOUR, 100, NAN);
}

int
nba_setup(void **state)
{
	*state = world_nba();
	return 0;
}

void
fails(struct world *w, const struct world_start *s, struct event *ended)
{
	(void)w;
	(void)s;
	ended->u.ended.ok = false;
	ended->u.ended.failure = FAILURE_TRANSIENT;
}

void
fails_for_good(struct world *w, const struct world_start *s,
    struct event *ended)
{
	fails(w, s, ended);
	ended->u.ended.failure = FAILURE_PERMANENT;
}
