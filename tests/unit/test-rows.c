/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-rows.c -- records as events and back: the same bits, over names that
 * change and objects that go.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/rows.h"
#include "journal-help.h"
#include "rows-help.h"

/*------------------------------------------------------------- comparing */

/* Structs have padding, and fields stand where the compiler likes: two
 * records are the same bits when all that is written of them is, and each
 * number is. Doubles are compared as bits below. */
static bool
same_real(double a, double b)
{
	return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

static void
assert_same_text(const struct rows *rows, const struct record *a,
    const struct record *b)
{
	CLEANUP_ROW_EVENT struct row_event ea, eb;
	CLEANUP_FREE char *sa = NULL, *sb = NULL;

	rows_event(rows, a, 1, NULL, &ea);
	rows_event(rows, b, 1, NULL, &eb);
	sa = json_line(ea.data);
	sb = json_line(eb.data);
	assert_string_equal(sa, sb);
	assert_string_equal(ea.e.key, eb.e.key);
}

static void
assert_same_numbers(const struct record *a, const struct record *b)
{
	int i;

	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->pipeline, b->pipeline);
	assert_int_equal(a->dated, b->dated);
	assert_int_equal(a->date.day, b->date.day);
	assert_int_equal(a->subject, b->subject);
	if (a->kind == RECORD_CHECK) {
		assert_true(same_real(a->u.check.value, b->u.check.value));
		assert_true(same_real(a->u.check.expected,
		    b->u.check.expected));
	}
	if (a->kind == RECORD_ATTEMPT)
		for (i = 0; i < 16; i++)
			assert_true(same_real(a->u.attempt.before[i],
			    b->u.attempt.before[i]));
	if (a->kind == RECORD_HOLD)
		assert_int_equal(a->u.hold.subject, b->u.hold.subject);
}

/* The bytes, where no padding and no NaN stands in the way. */
static void
assert_same_bytes(const struct record *a, const struct record *b)
{
#define SAME(kind_, member) \
	if (a->kind == (kind_)) \
		assert_memory_equal(&a->u.member, &b->u.member, \
		    sizeof a->u.member)
	SAME(RECORD_PIPELINE, pipeline_row);
	SAME(RECORD_DATE, date_row);
	SAME(RECORD_GATE, gate);
	SAME(RECORD_PHASE, phase);
	SAME(RECORD_RECOVERY, recovery);
	SAME(RECORD_INCIDENT, incident);
	SAME(RECORD_BREACH, breach);
	SAME(RECORD_HOLD, hold);
	SAME(RECORD_OVERRIDE, override);
	SAME(RECORD_PERMIT, permit);
#undef SAME
}

/* Out as text and in again, as the journal does it. */
static void
round_trip(const struct rows *rows, const struct record *r)
{
	CLEANUP_ROW_EVENT struct row_event e;
	CLEANUP_FREE char *line = NULL;
	CLEANUP_JSON json_t *data = NULL;
	const char *why = NULL;
	struct record back;

	rows_event(rows, r, 1, NULL, &e);
	line = json_line(e.data);
	data = json_loads(line, 0, NULL);
	assert_non_null(data);
	if (rows_record(rows, e.e.key, data, &back, &why) != 0)
		fail_msg("%s %s: %s", e.e.key, line, why);
	assert_same_numbers(r, &back);
	assert_same_text(rows, r, &back);
	assert_same_bytes(r, &back);
}

static void
every_kind_comes_back(void **state)
{
	struct rows *rows = rows_new(&rows_graph, NULL, 0);
	struct record r;
	int i, kind;

	(void)state;
	random_seed(20260116);
	for (i = 0; i < 2000; i++)
		for (kind = 0; kind < RECORD_NOTE; kind++) {
			random_record((enum record_kind)kind, &r);
			round_trip(rows, &r);
		}
	rows_free(rows);
}

/*------------------------------------------------------------------- words */

static void
expect(const struct rows *rows, const struct record *r, const char *key,
    const char *subject, const char *data)
{
	CLEANUP_ROW_EVENT struct row_event e;
	CLEANUP_FREE char *line = NULL;
	CLEANUP_JSON json_t *said = json_pack("{si}", "exit_code", 3);

	rows_event(rows, r, 77, said, &e);
	line = json_line(e.data);
	assert_string_equal(line, data);
	if (key)
		assert_string_equal(e.e.key, key);
	else
		assert_null(e.e.key);
	assert_string_equal(e.e.subject, subject);
	assert_int_equal(e.e.at, 77);
	assert_ptr_equal(rows_said(e.data), said);
}

static void
an_attempt_reads_well(void **state)
{
	struct rows *rows = rows_new(&rows_graph, NULL, 0);
	struct record r = { .kind = RECORD_ATTEMPT, .pipeline = 0,
		.dated = true, .subject = NONE };
	struct attempt_row *a = &r.u.attempt;

	(void)state;
	assert_int_equal(date_parse("2026-01-16", &r.date), 0);
	*a = (struct attempt_row){ .id = 7, .action = 1, .phase = NONE,
		.recovery = 1, .number = 1, .state = ATTEMPT_INTENT,
		.intent_at = 1768579200000, .started_at = INSTANT_NONE,
		.ended_at = INSTANT_NONE, .closed_at = INSTANT_NONE,
		.ended_boot = INSTANT_NONE, .verify_until = INSTANT_NONE,
		.failing = 5, .passing = 2, .before = { 3, NAN, 0.5 } };
	expect(rows, &r, "attempt/7", "backfill", "{\"pipeline\":\"nba\","
	    "\"date\":\"2026-01-16\",\"id\":7,\"action\":\"process\","
	    "\"phase\":null,\"recovery\":\"backfill\",\"number\":1,"
	    "\"state\":\"intent\",\"outcome\":\"none\",\"failure\":\"none\","
	    "\"intent_at\":1768579200000,\"started_at\":null,"
	    "\"ended_at\":null,\"closed_at\":null,\"ended_boot\":null,"
	    "\"verify_until\":null,\"retry_after_ms\":0,"
	    "\"by_person\":false,\"actor\":\"\","
	    "\"failing\":[\"pcf\",\"mlfs\"],\"passing\":[\"pdc\"],"
	    "\"before\":{\"pcf\":3.0,\"pdc\":null,\"mlfs\":0.5},"
	    "\"said\":{\"exit_code\":3}}");
	rows_free(rows);
}

static void
a_breach_and_a_note_read_well(void **state)
{
	struct rows *rows = rows_new(&rows_graph, NULL, 0);
	struct record r = { .kind = RECORD_BREACH, .pipeline = 1,
		.subject = NONE };

	(void)state;
	r.u.breach = (struct breach_row){ .kind = ROOT_PHASE, .subject = 2,
		.incident = 41, .child = true, .open = true,
		.severity = SEVERITY_WARNING, .why = WHY_UPSTREAM,
		.since = 5, .until = INSTANT_NONE };
	expect(rows, &r, "breach/41/shop/-/phase/raw", "raw",
	    "{\"pipeline\":\"shop\",\"date\":null,\"kind\":\"phase\","
	    "\"incident\":41,\"child\":true,\"open\":true,"
	    "\"severity\":\"warning\",\"why\":\"upstream\",\"since\":5,"
	    "\"until\":null,\"subject\":\"raw\","
	    "\"said\":{\"exit_code\":3}}");
	r = (struct record){ .kind = RECORD_NOTE, .pipeline = 0,
		.subject = NONE };
	r.u.note = (struct note_row){ .kind = NOTE_PLAN_ENDS, .subject = 1,
		.why = WHY_NO_EFFECT };
	expect(rows, &r, NULL, "backfill", "{\"pipeline\":\"nba\","
	    "\"date\":null,\"kind\":\"plan_ends\",\"detail\":0,"
	    "\"why\":\"no_effect\",\"subject\":\"backfill\","
	    "\"said\":{\"exit_code\":3}}");
	rows_free(rows);
}

static void
a_phase_of_another_pipeline_says_so(void **state)
{
	struct rows *rows = rows_new(&rows_graph, NULL, 0);
	struct record r = { .kind = RECORD_HOLD, .pipeline = NONE,
		.subject = NONE };
	CLEANUP_ROW_EVENT struct row_event e;

	(void)state;
	r.u.hold = (struct hold_row){ .id = 3, .scope = HOLD_PHASE,
		.subject = 2 };
	rows_event(rows, &r, 1, NULL, &e);
	assert_string_equal(json_text(e.data, "subject", ""), "shop/raw");
	assert_null(e.e.pipeline);
	rows_free(rows);
}

/* A reason that was cut within a letter. */
static void
what_is_not_utf8_is_written_anyway(void **state)
{
	struct rows *rows = rows_new(&rows_graph, NULL, 0);
	struct record r = { .kind = RECORD_HOLD, .pipeline = NONE,
		.subject = NONE };
	CLEANUP_ROW_EVENT struct row_event e;

	(void)state;
	r.u.hold = (struct hold_row){ .id = 3, .subject = NONE,
		.reason = "caf\xc3" };
	rows_event(rows, &r, 1, NULL, &e);
	assert_string_equal(json_text(e.data, "reason", ""), "caf\\xc3");
	rows_free(rows);
}

/*------------------------------------------------------------- wrong rows */

/* What is said of a row whose member is set to something else (NULL:
 * removed). */
static int
spoilt(const struct rows *rows, const struct record *r, const char *member,
    json_t *value, const char **ret_why)
{
	CLEANUP_ROW_EVENT struct row_event e;
	struct record back;

	rows_event(rows, r, 1, NULL, &e);
	if (value)
		assert_int_equal(json_object_set_new(e.data, member, value),
		    0);
	else
		assert_int_equal(json_object_del(e.data, member), 0);
	return rows_record(rows, e.e.key, e.data, &back, ret_why);
}

/* Every member of every kind is needed, and of its type. */
static void
every_member_counts(void **state)
{
	struct rows *rows = rows_new(&rows_graph, NULL, 0);
	const char *why, *member;
	struct record r;
	json_t *v;
	int kind;

	(void)state;
	random_seed(7);
	for (kind = 0; kind < RECORD_NOTE; kind++) {
		CLEANUP_ROW_EVENT struct row_event e;

		random_record((enum record_kind)kind, &r);
		rows_event(rows, &r, 1, NULL, &e);
		json_object_foreach(e.data, member, v) {
			why = NULL;
			assert_int_equal(spoilt(rows, &r, member, NULL,
			    &why), -EINVAL);
			assert_string_equal(why, member);
			why = NULL;
			assert_int_equal(spoilt(rows, &r, member,
			    strcmp(member, "before") == 0 ? json_array() :
			    json_object(), &why), -EINVAL);
			assert_string_equal(why, member);
		}
	}
	rows_free(rows);
}

static void
wrong_keys_are_refused(void **state)
{
	static const char *const keys[] = { "", "check", "chock/nba/-/pdc",
		"check/nba", "check/nba/2026-01-16", "check/nba/x/pdc",
		"note/nba/-", "pipeline/nba/2026-01-16", "date/nba/-/pdc" };
	struct rows *rows = rows_new(&rows_graph, NULL, 0);
	CLEANUP_JSON json_t *data = json_object();
	struct record r;
	const char *why;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		why = NULL;
		assert_int_equal(rows_record(rows, keys[i], data, &r, &why),
		    -EINVAL);
		assert_string_equal(why, "key");
	}
	rows_free(rows);
}

/*------------------------------------------------------ gone and renamed */

/* The same graph after a change of names: pdc is gone, psza is called
 * shots, phase predict forecast; the recovery repairs in another order. */
static const int32_t later_repairs[] = { 2, 1 };
static const struct pipeline_def later_pipelines[] = {
	{ .name = "nba", .n_phases = 2 }
};
static const struct gate_def later_gates[] = {
	{ .name = "quorum" }, { .name = "whole" }
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
	assert_true(same_real(back.u.attempt.before[0], 3));
	assert_true(same_real(back.u.attempt.before[1], 1));
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
		.accepted = { { WHY_CHECK, 0, RESULT_FAIL },
			{ WHY_CHECK, 2, RESULT_FAIL } } };
	assert_int_equal(read_later(rows, after, &r, &back, &why), 0);
	assert_int_equal(back.u.override.n, 1);
	assert_int_equal(back.u.override.accepted[0].subject, 1);
	assert_int_equal(back.u.override.accepted[0].detail, RESULT_FAIL);
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
	must_be_clean(s);
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
	must_be_clean(s);
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
		cmocka_unit_test(every_kind_comes_back),
		cmocka_unit_test(an_attempt_reads_well),
		cmocka_unit_test(a_breach_and_a_note_read_well),
		cmocka_unit_test(a_phase_of_another_pipeline_says_so),
		cmocka_unit_test(what_is_not_utf8_is_written_anyway),
		cmocka_unit_test(every_member_counts),
		cmocka_unit_test(wrong_keys_are_refused),
		cmocka_unit_test(objects_go_and_change_names),
		cmocka_unit_test(bits_follow_their_checks),
		cmocka_unit_test(a_condition_that_is_gone_is_accepted_no_more),
		cmocka_unit_test(rows_come_in_the_engines_order),
		cmocka_unit_test(rows_move_with_their_names)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
