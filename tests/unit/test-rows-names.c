/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-rows-names.c -- rows of the journal over names that change, objects
 * that go, and in the order that the engine wants.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/rows.h"
#include "journal-help.h"
#include "rows-help.h"

/*------------------------------------------------------ gone and renamed */

/* The same graph after a change of names: pdc is gone, psza is called
 * shots, phase predict forecast; the recovery repairs, and the gate reads, in
 * another order. */
static const int32_t later_repairs[] = { 2, 1 };
static const struct pipeline_def later_pipelines[] = {
	{ .name = "nba", .n_phases = 2 }
};
static const int32_t later_inputs[] = { 2, 0 };
static const struct gate_def later_gates[] = {
	{ .name = "quorum" },
	{ .name = "whole", .inputs = later_inputs, .n_inputs = 2 }
};
static const struct action_def later_actions[] = {
	{ .name = "scrape" }, { .name = "process" }
};
static const struct phase_def later_phases[] = {
	{ .name = "raw", .pipeline = 0, .done_kind = DONE_EXIT },
	{ .name = "forecast", .pipeline = 0, .done_kind = DONE_EXIT }
};
static const struct check_def later_checks[] = {
	{ .name = "shots" }, { .name = "pcf" }, { .name = "mlfs" }
};
static const struct recovery_def later_recoveries[] = {
	{ .name = "backfill", .repairs = later_repairs, .n_repairs = 2 }
};
static const struct graph later = {
	.pipelines = later_pipelines, .phases = later_phases,
	.checks = later_checks, .gates = later_gates,
	.actions = later_actions,
	.recoveries = later_recoveries, .n_pipelines = 1, .n_phases = 2,
	.n_checks = 3, .n_gates = 2, .n_actions = 2, .n_recoveries = 1
};
static const char *const renames[][3] = {
	{ "check", "psza", "shots" }, { "phase", "predict", "forecast" },
	{ "notifier", "a", "b" }, { "check", "mlfs", "shots" }
};

static int
read_later(const struct rows *rows, const struct rows *after,
    const struct record *r, struct record *ret, const char **ret_why)
{
	CLEANUP_ROW_EVENT struct row_event e;

	*ret_why = NULL;
	rows_event(rows, r, 1, NULL, &e);
	return rows_record(after, e.e.key, e.data, ret, ret_why);
}

static void
objects_go_and_change_names(void **state)
{
	struct rows *rows = rows_new(&rows_graph, NULL, 0);
	struct rows *after = rows_new(&later, renames, 4);
	struct record r = { .kind = RECORD_CHECK }, back;
	const char *why;

	(void)state;
	assert_int_equal(read_later(rows, after, &r, &back, &why), -ENOENT);
	assert_string_equal(why, "check");
	r.subject = 1;
	assert_int_equal(read_later(rows, after, &r, &back, &why), 0);
	assert_int_equal(back.subject, 0);
	r.subject = 3;          /* there: not taken for a former name */
	assert_int_equal(read_later(rows, after, &r, &back, &why), 0);
	assert_int_equal(back.subject, 2);
	r.kind = RECORD_PHASE;
	r.subject = 1;
	assert_int_equal(read_later(rows, after, &r, &back, &why), 0);
	assert_int_equal(back.subject, 1);
	r.pipeline = 1;
	r.subject = 3;
	assert_int_equal(read_later(rows, after, &r, &back, &why), -ENOENT);
	assert_string_equal(why, "pipeline");
	rows_free(rows);
	rows_free(after);
}

static void
bits_follow_their_checks(void **state)
{
	struct rows *rows = rows_new(&rows_graph, NULL, 0);
	struct rows *after = rows_new(&later, renames, 4);
	struct record r = { .kind = RECORD_ATTEMPT, .subject = NONE }, back;
	const char *why;

	(void)state;
	/* pcf, pdc, mlfs there; mlfs, pcf here */
	r.u.attempt = (struct attempt_row){ .id = 1, .action = 0,
		.phase = NONE, .recovery = 1, .failing = 3, .passing = 4,
		.before = { 1, 2, 3 } };
	assert_int_equal(read_later(rows, after, &r, &back, &why), 0);
	assert_int_equal(back.u.attempt.failing, 2);
	assert_int_equal(back.u.attempt.passing, 1);
	assert_true(back.u.attempt.before[0] == 3.0);
	assert_true(back.u.attempt.before[1] == 1.0);
	assert_true(isnan(back.u.attempt.before[2]));
	r.u.attempt.recovery = 0;
	assert_int_equal(read_later(rows, after, &r, &back, &why), -ENOENT);
	assert_string_equal(why, "recovery");
	rows_free(rows);
	rows_free(after);
}

static void
a_condition_that_is_gone_is_accepted_no_more(void **state)
{
	struct rows *rows = rows_new(&rows_graph, NULL, 0);
	struct rows *after = rows_new(&later, renames, 4);
	struct record r = { .kind = RECORD_OVERRIDE, .subject = NONE }, back;
	const char *why;

	(void)state;
	r.u.override = (struct override_row){ .id = 1, .phase = 1, .n = 2,
		.accepted = { { WHY_CHECK, 0, RESULT_FAIL, 0, 0 },
			{ WHY_CHECK, 2, RESULT_FAIL, 0, 0 } } };
	assert_int_equal(read_later(rows, after, &r, &back, &why), 0);
	assert_int_equal(back.u.override.n, 1);
	assert_int_equal(back.u.override.accepted[0].subject, 1);
	assert_int_equal(back.u.override.accepted[0].detail, RESULT_FAIL);
	rows_free(rows);
	rows_free(after);
}

/* Of psza and mlfs, then mlfs and psza, one was bad: not the other one. */
static void
a_reason_follows_its_check(void **state)
{
	struct rows *rows = rows_new(&rows_graph, NULL, 0);
	struct rows *after = rows_new(&later, renames, 4);
	struct record r = { .kind = RECORD_OVERRIDE, .subject = NONE }, back;
	const char *why;

	(void)state;
	r.u.override = (struct override_row){ .id = 1, .phase = 1, .n = 1,
		.accepted = { { WHY_GATE, 1, VERDICT_BLOCKED, 1, 3 } } };
	assert_int_equal(read_later(rows, rows, &r, &back, &why), 0);
	assert_int_equal(back.u.override.accepted[0].bad, 1);
	assert_int_equal(read_later(rows, after, &r, &back, &why), 0);
	assert_int_equal(back.u.override.accepted[0].bad, 2);
	assert_true(back.u.override.accepted[0].lacking == 3.0);
	rows_free(rows);
	rows_free(after);
}

/*----------------------------------------------------------- the journal */

static void
write_record(struct store *s, const struct rows *rows,
    const struct record *r)
{
	CLEANUP_ROW_EVENT struct row_event e;
	CLEANUP_JSON json_t *said = json_pack("{si}", "n", r->date.day);

	rows_event(rows, r, 1000, said, &e);
	assert_int_equal(store_append(s, &e.e, NULL), 0);
}

struct seen {
	struct record last;
	int32_t n;
	struct text keys;
	const struct rows *rows;
};

static int
see(void *arg, const struct record *r, const json_t *said, int64_t at,
    int64_t last_seen)
{
	struct seen *s = arg;
	CLEANUP_TEXT struct text key = { 0 };

	assert_int_equal(at, 1000);
	assert_int_equal(last_seen, 1000);
	assert_int_equal(json_int(said, "n", -1), r->date.day);
	if (s->n > 0) {
		assert_true(s->last.kind <= r->kind);
		if (s->last.kind == r->kind) {
			assert_true(s->last.pipeline <= r->pipeline);
			if (s->last.pipeline == r->pipeline)
				assert_true(s->last.date.day <= r->date.day);
		}
	}
	s->last = *r;
	s->n++;
	rows_key(s->rows, r, &key);
	text_addf(&s->keys, "%s ", text_str(&key));
	return 0;
}

static void
rows_come_in_the_engines_order(void **state)
{
	struct rows *rows = rows_new(&rows_graph, NULL, 0);
	char *dir = fresh_dir();
	struct store *s = must_open(dir);
	struct seen seen = { .rows = rows };
	CLEANUP_DIAG struct diag d;
	struct record r;
	int i, kind;

	(void)state;
	random_seed(99);
	diag_init(&d);
	assert_int_equal(store_begin(s), 0);
	for (i = 0; i < 30; i++)
		for (kind = RECORD_NOTE - 1; kind >= 0; kind--) {
			if (kind == RECORD_ATTEMPT)
				continue;       /* would lack an intent */
			random_record((enum record_kind)kind, &r);
			write_record(s, rows, &r);
		}
	assert_int_equal(store_commit(s, true), 0);
	assert_int_equal(rows_restore(rows, s, see, &seen, &d), 0);
	assert_true(seen.n > 10 * (RECORD_NOTE - 1));
	assert_int_equal(d.n, 0);
	must_be_sound(s);
	text_free(&seen.keys);
	store_close(s);
	remove_dir(dir);
	rows_free(rows);
}

static void
write_life(struct store *s, const struct rows *rows)
{
	struct record r = { .kind = RECORD_CHECK };

	assert_int_equal(store_begin(s), 0);
	for (r.subject = 0; r.subject < 3; r.subject++) {
		r.date.day = 20000;
		r.dated = true;
		write_record(s, rows, &r);
		r.date.day = 20001;
		write_record(s, rows, &r);
	}
	r = (struct record){ .kind = RECORD_INCIDENT, .subject = NONE };
	r.u.incident = (struct incident_row){ .number = 4,
		.kind = ROOT_PHASE, .root = 1, .open = true };
	write_record(s, rows, &r);
	r = (struct record){ .kind = RECORD_ATTEMPT, .subject = NONE };
	r.u.attempt = (struct attempt_row){ .id = 1, .phase = 1,
		.recovery = NONE };
	write_record(s, rows, &r);
	assert_int_equal(store_commit(s, true), 0);
}

static void
rows_move_with_their_names(void **state)
{
	struct rows *rows = rows_new(&rows_graph, NULL, 0);
	struct rows *after = rows_new(&later, renames, 4);
	char *dir = fresh_dir();
	struct store *s = must_open(dir);
	struct seen seen = { .rows = after };
	CLEANUP_DIAG struct diag d;

	(void)state;
	diag_init(&d);
	write_life(s, rows);
	assert_int_equal(store_begin(s), 0);
	/* two checks of psza and the incident; the intent stays */
	assert_int_equal(rows_move(after, s, 1000), 3);
	assert_int_equal(rows_move(after, s, 1000), 0);
	assert_int_equal(store_commit(s, true), 0);
	assert_int_equal(rows_restore(after, s, see, &seen, &d), 0);
	assert_string_equal(text_str(&seen.keys), "check/nba/2024-10-04/shots "
	    "check/nba/2024-10-04/pcf check/nba/2024-10-05/shots "
	    "check/nba/2024-10-05/pcf attempt/1 incident/4 ");
	assert_int_equal(d.n, 1);
	assert_non_null(strstr(d.v[0].sentence, "check 'pdc'"));
	must_be_sound(s);
	text_free(&seen.keys);
	store_close(s);
	remove_dir(dir);
	rows_free(rows);
	rows_free(after);
}

/* A part that is gone is not known any more, and is met anew. */
static void
parts_that_are_gone_are_forgotten(void **state)
{
	struct rows *rows = rows_new(&rows_graph, NULL, 0);
	struct rows *after = rows_new(&later, renames, 4);
	struct record r = { .kind = RECORD_MET_CHECK };
	char *dir = fresh_dir();
	struct store *s = must_open(dir);
	struct seen seen = { .rows = rows };
	CLEANUP_DIAG struct diag d;

	(void)state;
	diag_init(&d);
	assert_int_equal(store_begin(s), 0);
	for (r.subject = 0; r.subject < 3; r.subject++)
		write_record(s, rows, &r);
	assert_int_equal(rows_move(after, s, 1000), 1);
	assert_int_equal(rows_forget(after, s, 1000), 1);
	assert_int_equal(rows_forget(after, s, 1000), 0);
	assert_int_equal(store_commit(s, true), 0);
	/* under the graph that has it again */
	assert_int_equal(rows_restore(rows, s, see, &seen, &d), 0);
	assert_null(strstr(text_str(&seen.keys), "pdc"));
	assert_non_null(strstr(text_str(&seen.keys), "met_check/nba/-/pcf"));
	must_be_sound(s);
	text_free(&seen.keys);
	store_close(s);
	remove_dir(dir);
	rows_free(rows);
	rows_free(after);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_go_and_change_names),
		cmocka_unit_test(bits_follow_their_checks),
		cmocka_unit_test(a_condition_that_is_gone_is_accepted_no_more),
		cmocka_unit_test(a_reason_follows_its_check),
		cmocka_unit_test(rows_come_in_the_engines_order),
		cmocka_unit_test(rows_move_with_their_names),
		cmocka_unit_test(parts_that_are_gone_are_forgotten)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
