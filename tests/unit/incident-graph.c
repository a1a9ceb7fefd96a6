/* SPDX-License-Identifier: BSD-2-Clause
 *
 * incident-graph.c -- the pipeline of incident-world.h.
 */
#include "incident-world.h"

static const int32_t of_sources[] = { BOOKS, BOX };
static const int32_t of_quorum[] = { PDC, PCF, MLFS };
static const int32_t of_ladder[] = { BOX };
static const int32_t of_analytics[] = { SUMMARY };
static const int32_t of_predict[] = { PREDICTED };
static const int32_t of_grade[] = { GRADED };

static struct due
clock_due(int32_t days, int32_t hours)
{
	return (struct due){ .kind = DUE_WALL, .days = days,
		.time_s = hours * 3600 };
}

static void
define_checks(struct world *w)
{
	static const char *const names[CHECKS] = { "games", "box", "books",
		"summary", "pdc", "pcf", "mlfs", "predicted", "graded" };
	int32_t i;

	for (i = 0; i < CHECKS; i++)
		w->checks[i] = (struct check_def){ .name = names[i],
			.item = names[i], .target = "warehouse",
			.limits = { .fail_below = { LIMIT_PERCENT, 100 },
				.over = RESULT_WARN },
			.confirm = 2, .every_ms = 20 * MINUTE,
			.patience_ms = HOUR };
	w->checks[GAMES].calendar = true;
}

static void
define_gates(struct world *w)
{
	w->gates[SOURCES] = (struct gate_def){ .name = "sources",
		.inputs = of_sources, .n_inputs = 2, .mode = MODE_ENFORCE };
	w->gates[QUORUM] = (struct gate_def){ .name = "quorum",
		.inputs = of_quorum, .n_inputs = 3, .mode = MODE_ENFORCE };
	w->gates[LADDER] = (struct gate_def){ .name = "ladder",
		.inputs = of_ladder, .n_inputs = 1, .alarm = true };
	w->gates[PHASE4] = (struct gate_def){ .name = "phase4",
		.inputs = of_quorum, .n_inputs = 3, .alarm = true,
		.at = clock_due(1, 12) };
}

static void
define_phases(struct world *w)
{
	static const char *const names[PHASES] = { "raw", "analytics",
		"precompute", "predict", "grade" };
	int32_t i;

	for (i = 0; i < PHASES; i++) {
		w->after[i] = (struct edge_def){ i - 1, 0 };
		w->phases[i] = (struct phase_def){ .name = names[i],
			.start = NONE, .severity = SEVERITY_WARNING,
			.after = i > 0 ? &w->after[i] : NULL,
			.n_after = i > 0, .done_kind = DONE_CHECKS,
			.retry = { .attempts = 1 },
			.verify_within_ms = 10 * MINUTE,
			.permit_ms = 15 * MINUTE };
	}
	w->phases[RAW].done_kind = w->phases[PRECOMPUTE].done_kind =
	    DONE_GATE;
	w->phases[RAW].done_gate = SOURCES;
	w->phases[PRECOMPUTE].done_gate = QUORUM;
	w->phases[ANALYTICS].done_checks = of_analytics;
	w->phases[PREDICT].done_checks = of_predict;
	w->phases[GRADE].done_checks = of_grade;
	w->phases[ANALYTICS].n_done_checks = w->phases[PREDICT].n_done_checks
	    = w->phases[GRADE].n_done_checks = 1;
	w->phases[RAW].due = clock_due(1, 6);
	w->phases[PRECOMPUTE].due = clock_due(1, 11);
	w->phases[PREDICT].due = clock_due(1, 12);
	w->phases[GRADE].due = clock_due(1, 15);
	w->phases[PREDICT].severity = SEVERITY_CRITICAL;
}

static void
define_actions(struct world *w)
{
	static const char *const names[ACTIONS] = { "scrape", "process",
		"make" };
	static const int32_t of_retry[] = { BOX };
	static const struct retry five = { .attempts = 5,
		.initial_ms = MINUTE, .max_ms = 30 * MINUTE,
		.multiplier = 2.0 };
	struct recovery_def r = { .retry = five, .no_effect_limit = 2,
		.per_date = 5, .verify_after_ms = MINUTE,
		.verify_every_ms = MINUTE, .verify_within_ms = 5 * MINUTE,
		.mode = MODE_ENFORCE };
	int32_t i;

	for (i = 0; i < ACTIONS; i++)
		w->actions[i] = (struct action_def){ .name = names[i],
			.idempotent = true };
	r.name = "bdl_retry";
	r.action = SCRAPE;
	r.repairs = of_retry;
	r.n_repairs = 1;
	w->recoveries[BDL_RETRY] = r;
	r.name = "backfill";
	r.action = PROCESS;
	r.repairs = of_quorum;
	r.n_repairs = 3;
	r.exhausted = SEVERITY_CRITICAL;
	w->recoveries[BACKFILL] = r;
}

void
world_define(struct world *w)
{
	w->pipeline = (struct pipeline_def){ .name = "nba",
		.zone_name = "UTC", .day_ends_s = 4 * 3600,
		.mode = MODE_ENFORCE, .calendar = GAMES, .watch_days = 5,
		.act_within_ms = 3 * DAY, .settle_ms = 6 * HOUR,
		.n_phases = PHASES };
	zone_utc(&w->pipeline.zone);
	define_checks(w);
	define_gates(w);
	define_phases(w);
	define_actions(w);
	w->graph = (struct graph){ .pipelines = &w->pipeline,
		.n_pipelines = 1, .phases = w->phases, .n_phases = PHASES,
		.checks = w->checks, .n_checks = CHECKS, .gates = w->gates,
		.n_gates = GATES, .actions = w->actions,
		.n_actions = ACTIONS, .recoveries = w->recoveries,
		.n_recoveries = RECOVERIES };
}
