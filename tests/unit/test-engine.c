/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine.c -- dates, measurements and verdicts, driven event by event.
 *
 * A small world: one pipeline with a calendar, a check that is due two hours
 * after the date's end, and a gate on it. The test answers what the engine
 * asks, like a supervisor would, and looks at what it wrote.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "engine/engine.h"

enum { GAMES, BOX, WARM, CHECKS };

static const int64_t minute = 60000, hour = 3600000, day_ms = 86400000;

/* 2026-01-13 04:00 UTC, and the date that runs then. */
static const int64_t start = 1768276800000;
static const struct date jan13 = { 20466 };

static const int32_t inputs[] = { BOX };

static const struct date seasons[] = { { 20466 - 2 } };

struct world {
	struct pipeline_def pipeline;
	struct check_def checks[CHECKS];
	struct gate_def gate;
	struct graph graph;
	void *memory;
	struct engine *engine;
	struct now now;
	struct effects out;
	double games, box;
	bool box_told;
	int32_t measured[CHECKS], evaluated, dates_written;
};

static void
build_graph(struct world *w)
{
	static const struct limits all = {
		.fail_below = { LIMIT_PERCENT, 100 }, .over = RESULT_WARN };
	int32_t i;

	w->pipeline = (struct pipeline_def){ .name = "nba",
		.day_ends_s = 4 * 3600, .calendar = GAMES, .watch_days = 5,
		.act_within_ms = 3 * day_ms, .seasons = seasons,
		.n_seasons = 1 };
	zone_utc(&w->pipeline.zone);
	for (i = 0; i < CHECKS; i++)
		w->checks[i] = (struct check_def){ .name = "check",
			.limits = all, .confirm = 2, .every_ms = 10 * minute };
	w->checks[GAMES].calendar = true;
	w->checks[BOX].due = (struct due){ .kind = DUE_ANCHOR,
		.after_ms = 2 * hour };
	w->checks[WARM].from_day = 3;
	w->gate = (struct gate_def){ .name = "gate", .inputs = inputs,
		.n_inputs = 1 };
	w->graph = (struct graph){ .pipelines = &w->pipeline,
		.n_pipelines = 1, .checks = w->checks, .n_checks = CHECKS,
		.gates = &w->gate, .n_gates = 1 };
}

static void
build_engine(struct world *w)
{
	struct engine_limits limits;

	engine_limits_default(&w->graph, &limits);
	w->memory = malloc(engine_size(&w->graph, &limits));
	assert_non_null(w->memory);
	w->engine = engine_init(w->memory, &w->graph, &limits);
}

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	assert_non_null(w);
	build_graph(w);
	build_engine(w);
	w->now = (struct now){ start, 0, 0, 1 };
	w->out.cap = 1024;
	w->out.v = calloc(w->out.cap, sizeof *w->out.v);
	w->games = w->box = 9;
	w->box_told = true;
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	free(w->out.v);
	free(w->memory);
	free(w);
	return 0;
}

static void
step(struct world *w, const struct event *ev)
{
	size_t i;

	w->out.n = 0;
	engine_step(w->engine, ev, &w->now, &w->out);
	for (i = 0; i < w->out.n; i++)
		if (w->out.v[i].kind == EFFECT_WRITE &&
		    w->out.v[i].u.record.kind == RECORD_DATE)
			w->dates_written++;
}

static struct event
measured(struct world *w, const struct effect *x)
{
	struct event ev = { .kind = EVENT_MEASURED, .pipeline = x->pipeline,
		.date = x->date, .subject = x->subject };

	ev.u.measured = (struct measurement){ .told = true, .stated = NONE,
		.value = w->games, .expected = NAN, .missing = -1,
		.extra = -1, .anchor = INSTANT_NONE, .id = 1,
		.began = w->now };
	if (x->subject != GAMES) {
		ev.u.measured.told = w->box_told;
		ev.u.measured.value = w->box;
		ev.u.measured.expected = w->games;
	}
	w->measured[x->subject]++;
	return ev;
}

static struct event
evaluated(struct world *w, const struct effect *x)
{
	struct event ev = { .kind = EVENT_VERDICT, .pipeline = x->pipeline,
		.date = x->date, .subject = x->subject };
	enum result r = engine_result(w->engine, BOX, x->date, &w->now);

	ev.u.verdict = (struct gate_answer){ .told = true,
		.verdict = r == RESULT_PASS ? VERDICT_OPEN :
		    r == RESULT_NOT_DUE ? VERDICT_WAITING :
		    r == RESULT_UNKNOWN ? VERDICT_UNKNOWN : VERDICT_BLOCKED,
		.next_change = INSTANT_NONE,
		.revision = x->u.evaluate.revision };
	w->evaluated++;
	return ev;
}

/* Answers everything that was asked until nothing is. */
static void
serve(struct world *w, struct event ev)
{
	struct effect *queue = calloc(4096, sizeof *queue);
	size_t head = 0, tail = 0, i;

	assert_non_null(queue);
	for (;;) {
		step(w, &ev);
		for (i = 0; i < w->out.n; i++)
			if (w->out.v[i].kind == EFFECT_MEASURE ||
			    w->out.v[i].kind == EFFECT_EVALUATE) {
				assert_true(tail < 4096);
				queue[tail++] = w->out.v[i];
			}
		if (w->out.more) {
			ev = (struct event){ .kind = EVENT_TICK };
			continue;
		}
		if (head == tail)
			break;
		ev = queue[head].kind == EFFECT_MEASURE ?
		    measured(w, &queue[head]) : evaluated(w, &queue[head]);
		head++;
	}
	free(queue);
}

static void
pass_time(struct world *w, int64_t ms)
{
	w->now.wall += ms;
	w->now.mono += ms;
	w->now.boot += ms;
	serve(w, (struct event){ .kind = EVENT_TICK });
}

static void
resume(struct world *w)
{
	serve(w, (struct event){ .kind = EVENT_RESUMED });
}

static void
a_first_start_adopts_what_has_ended(void **state)
{
	struct world *w = *state;
	struct date dates[16];
	int32_t n, i;

	resume(w);
	n = engine_dates(w->engine, 0, dates, 16);
	assert_int_equal(n, 6);
	for (i = 0; i < n; i++) {
		assert_int_equal(dates[i].day, jan13.day - 5 + i);
		assert_int_equal(engine_date(w->engine, 0,
		    dates[i])->adopted, dates[i].day < jan13.day);
	}
	pass_time(w, day_ms);
	assert_false(engine_date(w->engine, 0, jan13)->adopted);
	assert_null(engine_date(w->engine, 0, dates[0]));
	assert_non_null(engine_date(w->engine, 0, date_add(jan13, 1)));
}

static void
bad_is_not_due_until_it_is(void **state)
{
	struct world *w = *state;

	w->box = 5;
	resume(w);
	assert_int_equal(engine_result(w->engine, BOX, jan13, &w->now),
	    RESULT_NOT_DUE);
	assert_int_equal(engine_verdict(w->engine, 0, jan13, &w->now),
	    VERDICT_WAITING);
	assert_int_equal(engine_check_due(w->engine, BOX, jan13),
	    start + day_ms + 2 * hour);
	pass_time(w, day_ms + 2 * hour - 1);
	assert_int_equal(engine_verdict(w->engine, 0, jan13, &w->now),
	    VERDICT_WAITING);
	/* the engine asks to be woken for the very instant */
	assert_int_equal(w->out.wake, start + day_ms + 2 * hour);
	pass_time(w, 1);
	assert_int_equal(engine_result(w->engine, BOX, jan13, &w->now),
	    RESULT_FAIL);
	assert_int_equal(engine_verdict(w->engine, 0, jan13, &w->now),
	    VERDICT_BLOCKED);
	w->box = 9;
	pass_time(w, 10 * minute);
	assert_int_equal(engine_verdict(w->engine, 0, jan13, &w->now),
	    VERDICT_OPEN);
}

static void
could_not_ask_is_never_zero(void **state)
{
	struct world *w = *state;

	w->box_told = false;
	w->box = 0;
	resume(w);
	pass_time(w, 2 * day_ms);
	assert_int_equal(engine_result(w->engine, BOX, jan13, &w->now),
	    RESULT_UNKNOWN);
	assert_int_equal(engine_verdict(w->engine, 0, jan13, &w->now),
	    VERDICT_UNKNOWN);
}

static void
an_idle_date_is_left_alone(void **state)
{
	struct world *w = *state;
	int32_t before;

	w->games = 0;
	resume(w);
	assert_int_equal(engine_date(w->engine, 0, jan13)->owed, 0);
	assert_int_equal(engine_result(w->engine, BOX, jan13, &w->now),
	    RESULT_SKIP);
	before = w->measured[BOX];
	pass_time(w, hour);
	assert_int_equal(w->measured[BOX], before);
	/* a revision of the calendar makes it owe again */
	w->games = 9;
	pass_time(w, hour);
	assert_int_equal(engine_date(w->engine, 0, jan13)->owed, 9);
	assert_int_equal(engine_result(w->engine, BOX, jan13, &w->now),
	    RESULT_PASS);
}

static void
warm_up_days_owe_nothing(void **state)
{
	struct world *w = *state;

	resume(w);
	pass_time(w, 2 * day_ms);
	assert_int_equal(engine_result(w->engine, WARM, jan13, &w->now),
	    RESULT_SKIP);
	assert_int_equal(engine_result(w->engine, WARM, date_add(jan13, 1),
	    &w->now), RESULT_PASS);
}

static void
a_failure_is_confirmed_at_once(void **state)
{
	struct world *w = *state;

	w->box = 5;
	resume(w);
	assert_int_equal(engine_check(w->engine, BOX, jan13)->in_row, 2);
}

static void
old_dates_are_measured_seldom(void **state)
{
	struct world *w = *state;
	struct date old = date_add(jan13, -5);

	resume(w);
	assert_int_equal(engine_check_next(w->engine, BOX, jan13),
	    w->now.wall + 10 * minute);
	assert_int_equal(engine_check_next(w->engine, BOX, old),
	    w->now.wall + 6 * hour);
}

static void
evidence_of_another_boot_is_stale(void **state)
{
	struct world *w = *state;

	resume(w);
	assert_true(engine_fresh(w->engine, BOX, jan13, &w->now));
	w->now.boot += 15 * minute + 1;
	assert_false(engine_fresh(w->engine, BOX, jan13, &w->now));
	w->now.boot -= 15 * minute + 1;
	w->now.boot_id = 2;
	assert_false(engine_fresh(w->engine, BOX, jan13, &w->now));
}

/* An answer for an older revision may close, never open. */
static void
a_late_verdict_opens_nothing(void **state)
{
	struct world *w = *state;
	struct event late, ask = { .kind = EVENT_TICK };
	size_t i;

	resume(w);
	pass_time(w, day_ms + 3 * hour);
	w->box = 5;
	pass_time(w, 10 * minute);
	assert_int_equal(engine_verdict(w->engine, 0, jan13, &w->now),
	    VERDICT_BLOCKED);
	late = (struct event){ .kind = EVENT_VERDICT, .date = jan13 };
	late.u.verdict = (struct gate_answer){ .told = true,
		.verdict = VERDICT_OPEN, .next_change = INSTANT_NONE,
		.revision = engine_gate(w->engine, 0, jan13)->revision - 1 };
	step(w, &late);
	assert_int_equal(engine_verdict(w->engine, 0, jan13, &w->now),
	    VERDICT_BLOCKED);
	step(w, &ask);
	for (i = 0; i < w->out.n; i++)
		assert_int_not_equal(w->out.v[i].kind, EFFECT_EVALUATE);
}

/* The inputs change while the gate is thinking: its answer is for what was.
 */
static void
an_overtaken_verdict_is_asked_again_once(void **state)
{
	struct world *w = *state;
	struct event ev = { .kind = EVENT_RESUMED }, box[2], slow;
	int32_t asked = 0, notes = 0, i;
	size_t n;

	step(w, &ev);
	slow = (struct event){ .kind = EVENT_VERDICT, .date = jan13 };
	slow.u.verdict = (struct gate_answer){ .told = true,
		.verdict = VERDICT_OPEN, .next_change = INSTANT_NONE };
	for (n = 0; n < w->out.n; n++)
		if (w->out.v[n].kind == EFFECT_EVALUATE &&
		    w->out.v[n].date.day == jan13.day)
			slow.u.verdict.revision =
			    w->out.v[n].u.evaluate.revision;
	assert_int_not_equal(slow.u.verdict.revision, 0);
	for (i = 0; i < 2; i++) {
		struct effect x = { .kind = EFFECT_MEASURE, .date = jan13,
			.subject = BOX };

		w->box = 5 + i;
		box[i] = measured(w, &x);
		step(w, &box[i]);
		for (n = 0; n < w->out.n; n++)
			assert_int_not_equal(w->out.v[n].kind,
			    EFFECT_EVALUATE);
	}
	step(w, &slow);
	for (n = 0; n < w->out.n; n++) {
		asked += w->out.v[n].kind == EFFECT_EVALUATE;
		notes += w->out.v[n].kind == EFFECT_WRITE &&
		    w->out.v[n].u.record.kind == RECORD_NOTE;
	}
	assert_int_equal(asked, 1);
	assert_int_equal(notes, 1);
	assert_int_equal(engine_verdict(w->engine, 0, jan13, &w->now),
	    VERDICT_UNKNOWN);
}

static void
the_fold_of_what_was_written_is_the_state(void **state)
{
	struct world *w = *state;
	struct record *rows = calloc(4096, sizeof *rows);
	struct engine_limits limits;
	struct event ev = { .kind = EVENT_RESUMED };
	void *memory;
	struct engine *e;
	size_t n = 0, i;
	int kind;

	assert_non_null(rows);
	w->box = 5;
	step(w, &ev);
	for (i = 0; i < w->out.n; i++)
		if (w->out.v[i].kind == EFFECT_WRITE)
			rows[n++] = w->out.v[i].u.record;
	engine_limits_default(&w->graph, &limits);
	memory = malloc(engine_size(&w->graph, &limits));
	assert_non_null(memory);
	e = engine_init(memory, &w->graph, &limits);
	for (kind = 0; kind < RECORD_KINDS; kind++)
		for (i = 0; i < n; i++)
			if ((int)rows[i].kind == kind)
				engine_restore(e, &rows[i]);
	w->now.wall += day_ms;
	w->out.n = 0;
	engine_step(e, &ev, &w->now, &w->out);
	/* the date that ended meanwhile was not adopted again */
	assert_false(engine_date(e, 0, jan13)->adopted);
	assert_true(engine_date(e, 0, date_add(jan13, -1))->adopted);
	free(memory);
	free(rows);
}

static void
work_is_bounded_and_nothing_is_lost(void **state)
{
	struct world *w = *state;

	w->out.cap = EFFECTS_MIN;
	w->pipeline.watch_days = 200;
	free(w->memory);
	build_engine(w);
	resume(w);
	assert_int_equal(w->dates_written >= 201, 1);
	assert_int_equal(engine_result(w->engine, BOX,
	    date_add(jan13, -200), &w->now), RESULT_PASS);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_first_start_adopts_what_has_ended),
		T(bad_is_not_due_until_it_is),
		T(could_not_ask_is_never_zero),
		T(an_idle_date_is_left_alone),
		T(warm_up_days_owe_nothing),
		T(a_failure_is_confirmed_at_once),
		T(old_dates_are_measured_seldom),
		T(evidence_of_another_boot_is_stale),
		T(a_late_verdict_opens_nothing),
		T(an_overtaken_verdict_is_asked_again_once),
		T(the_fold_of_what_was_written_is_the_state),
		T(work_is_bounded_and_nothing_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
