/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-rows.c -- records as events and back: the same bits, in words that
 * people read, and nothing else is taken for a row.
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
	SAME(RECORD_MET_CHECK, met);
	SAME(RECORD_MET_GATE, met);
	SAME(RECORD_MET_PHASE, met);
	SAME(RECORD_DATE, date_row);
	SAME(RECORD_GATE, gate);
	SAME(RECORD_PHASE, phase);
	SAME(RECORD_RECOVERY, recovery);
	SAME(RECORD_INCIDENT, incident);
	SAME(RECORD_BREACH, breach);
	SAME(RECORD_HOLD, hold);
	SAME(RECORD_OVERRIDE, override);
	SAME(RECORD_PERMIT, permit);
	if (a->kind == RECORD_ARRIVAL) {
		assert_int_equal(a->u.arrival.n, b->u.arrival.n);
		assert_memory_equal(a->u.arrival.steps, b->u.arrival.steps,
		    (size_t)a->u.arrival.n * sizeof a->u.arrival.steps[0]);
		assert_int_equal(a->u.arrival.day_class,
		    b->u.arrival.day_class);
		assert_int_equal(a->u.arrival.counts, b->u.arrival.counts);
		assert_int_equal(a->u.arrival.owed, b->u.arrival.owed);
		assert_int_equal(a->u.arrival.due, b->u.arrival.due);
		assert_int_equal(a->u.arrival.arrived_at,
		    b->u.arrival.arrived_at);
	}
	SAME(RECORD_BACKFILL, backfill);
	SAME(RECORD_WAIVER, waiver);
	SAME(RECORD_BREAKER, breaker);
	SAME(RECORD_TRACK, track);
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
	    "\"by_person\":false,\"actor\":\"\",\"backfill\":0,"
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
	/* of a phase, or of a recovery */
	r.u.note = (struct note_row){ .kind = NOTE_WOULD_START, .subject = 1,
		.detail = 0, .why = WHY_MODE };
	expect(rows, &r, NULL, "predict", "{\"pipeline\":\"nba\","
	    "\"date\":null,\"kind\":\"would_start\",\"detail\":0,"
	    "\"why\":\"mode\",\"subject\":\"predict\","
	    "\"said\":{\"exit_code\":3}}");
	r.u.note.detail = 1;
	expect(rows, &r, NULL, "backfill", "{\"pipeline\":\"nba\","
	    "\"date\":null,\"kind\":\"would_start\",\"detail\":1,"
	    "\"why\":\"mode\",\"subject\":\"backfill\","
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

/* Members that journals of older versions don't have; read as unset. */
static bool
came_later(const char *member)
{
	static const char *const later[] = { "label", "labelled_at",
		"labelled_by", "label_reason", "backfill", "waived",
		"withdrawn",
		"definition" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(later); i++)
		if (strcmp(later[i], member) == 0)
			return true;
	return false;
}

static void
older_rows_are_read(void **state)
{
	struct rows *rows = rows_new(&rows_graph, NULL, 0);
	CLEANUP_ROW_EVENT struct row_event e;
	struct record r, back;
	const char *why = NULL;

	(void)state;
	random_seed(8);
	random_record(RECORD_INCIDENT, &r);
	r.u.incident.label = LABEL_FALSE;
	rows_event(rows, &r, 1, NULL, &e);
	assert_string_equal(json_text(e.data, "label", ""), "false");
	(void)json_object_del(e.data, "label");
	(void)json_object_del(e.data, "labelled_at");
	(void)json_object_del(e.data, "labelled_by");
	(void)json_object_del(e.data, "label_reason");
	memset(&back, 0xa5, sizeof back);
	assert_int_equal(rows_record(rows, e.e.key, e.data, &back, &why), 0);
	assert_int_equal(back.u.incident.label, LABEL_NONE);
	assert_true(back.u.incident.labelled_at == INSTANT_NONE);
	assert_string_equal(back.u.incident.labelled_by, "");
	assert_string_equal(back.u.incident.label_reason, "");
	assert_int_equal(back.u.incident.number, r.u.incident.number);
	rows_free(rows);
}

/* Every other member of every kind is needed, and all are of their type. */
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
			    &why), came_later(member) ? 0 : -EINVAL);
			if (!came_later(member))
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_comes_back),
		cmocka_unit_test(an_attempt_reads_well),
		cmocka_unit_test(a_breach_and_a_note_read_well),
		cmocka_unit_test(a_phase_of_another_pipeline_says_so),
		cmocka_unit_test(what_is_not_utf8_is_written_anyway),
		cmocka_unit_test(older_rows_are_read),
		cmocka_unit_test(every_member_counts),
		cmocka_unit_test(wrong_keys_are_refused)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
