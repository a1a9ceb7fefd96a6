/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-trouble.c -- what a machine does to a supervisor: it stops it
 * for hours, sets its clock, and lets its probes hang.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine-world.h"

/*---------------------------------------------------------------- evidence */

/* Two phases: what arrives, and what is made of it. */
enum { ARRIVED, MADE };

static struct world *
two_phases(void)
{
	struct world *w = world_new();
	int32_t checks[2] = { world_check(w, "arrived"),
		world_check(w, "made") };
	int32_t i, phase;

	for (i = 0; i < 2; i++) {
		phase = world_phase(w, i ? "make" : "arrive", i - 1);
		world_done_checks(w, phase, &checks[i], 1);
		w->checks[i].target = "warehouse";
	}
	w->phases[MADE].start = world_action(w, "make", NULL);
	return w;
}

/* The daemon was stopped with an answer on its way: that was read before,
 * however lately it came in. */
static void
what_was_hours_on_its_way_starts_nothing(void **state)
{
	struct world *w = two_phases();

	(void)state;
	world_fact(w, ARRIVED, jan13, jan(14, 8, 0), 1, NAN);
	world_fact(w, ARRIVED, jan13, jan(14, 9, 0), 0, NAN);
	world_go(w);
	world_until(w, jan(14, 7, 59));
	w->measuring_takes = 3 * HOUR;
	world_until(w, jan(14, 20, 0));
	assert_int_equal(w->n_starts, 0);
	world_free(w);
}

/* Others have brought all of it, and the checks hear of it one after the
 * other: what is there already isn't made again. */
static void
what_others_have_made_is_not_made_again(void **state)
{
	struct world *w = two_phases();

	(void)state;
	w->checks[MADE].every_ms = HOUR;
	world_fact(w, ARRIVED, jan13, jan(14, 8, 5), 1, NAN);
	world_fact(w, MADE, jan13, jan(14, 8, 6), 1, NAN);
	world_go(w);
	world_until(w, jan(14, 8, 1));
	assert_int_equal(engine_check(w->engine, MADE, jan13)->began_wall,
	    jan(14, 8, 0));
	world_until(w, jan(14, 8, 30));
	assert_int_equal(world_state(w, ARRIVED, jan13), PHASE_DONE);
	assert_int_equal(world_state(w, MADE, jan13), PHASE_DONE);
	assert_int_equal(world_marks(w, MADE, jan13), MARK_OUTSIDE);
	assert_int_equal(w->n_starts, 0);
	world_free(w);
}

/*------------------------------------------------------------------- clock */

static void
set_clock(struct world *w, int64_t by)
{
	struct event ev = { .kind = EVENT_CLOCK_JUMP };

	ev.u.jump_ms = by;
	w->now.wall += by;
	world_event(w, &ev);
}

static bool
is_jump(const struct record *r, const void *arg)
{
	return r->kind == RECORD_NOTE && r->u.note.kind == NOTE_CLOCK_JUMP &&
	    r->u.note.detail == *(const int64_t *)arg;
}

/* What is planned for the afternoon must not wait for it to come twice. */
static void
a_clock_set_back_stops_no_checks(void **state)
{
	struct world *w = two_phases();
	int64_t by = -5 * HOUR;
	uint64_t before;

	(void)state;
	world_go(w);
	world_until(w, jan(14, 12, 0));
	set_clock(w, by);
	assert_true(world_row(w, is_jump, &by) != SIZE_MAX);
	before = w->measurements;
	world_pass(w, HOUR);
	assert_true(w->measurements >= before + 2 * 5);
	/* a start in the light of day, on what was read since */
	world_fact(w, ARRIVED, jan13, w->now.wall, 1, NAN);
	world_pass(w, 10 * MINUTE);
	assert_int_equal(w->n_starts, 1);
	world_free(w);
}

static void
brings(struct world *w, const struct world_start *s, struct event *ended)
{
	(void)ended;
	world_fact(w, ARRIVED, s->date, w->now.wall, 1, NAN);
}

/* "Measured after its end" is about what came after what, not about what
 * the clock said. */
static void
what_a_clock_set_back_makes_late_is_no_proof(void **state)
{
	struct world *w = two_phases();
	const int32_t repairs[] = { ARRIVED };
	int32_t r = world_recovery(w, "bring", world_action(w, "bring",
	    brings), repairs, 1);

	(void)state;
	world_fact(w, ARRIVED, jan13, jan(13, 0, 0), 1, NAN);
	world_fact(w, ARRIVED, jan13, jan(14, 12, 0), 0, NAN);
	world_go(w);
	world_until(w, jan(14, 12, 0) + 1);
	assert_int_equal(world_attempts(w, NONE, r, jan13), 1);
	set_clock(w, -2 * HOUR);
	w->starts[w->n_starts - 1].ends = w->now.wall + 1000;
	world_pass(w, 10 * MINUTE);
	assert_int_equal(world_attempt(w, NONE, r, jan13, 0)->outcome,
	    OUTCOME_RECOVERED);
	world_free(w);
}

/* The same of one whose end was before. */
static void
a_clock_set_back_hides_no_proof(void **state)
{
	struct world *w = two_phases();

	(void)state;
	world_fact(w, ARRIVED, jan13, jan(14, 8, 0), 1, NAN);
	world_go(w);
	world_until(w, jan(14, 8, 2));
	assert_int_equal(world_state(w, MADE, jan13), PHASE_VERIFYING);
	set_clock(w, -2 * HOUR);
	world_fact(w, MADE, jan13, w->now.wall, 1, NAN);
	world_pass(w, 5 * MINUTE);
	assert_int_equal(world_state(w, MADE, jan13), PHASE_DONE);
	world_free(w);
}

/* The same over a restart, of which nobody says by how much. */
static void
a_clock_set_back_while_it_was_down_hides_none(void **state)
{
	struct world *w = two_phases();

	(void)state;
	world_fact(w, ARRIVED, jan13, jan(14, 8, 0), 1, NAN);
	world_go(w);
	world_until(w, jan(14, 8, 2));
	assert_int_equal(world_state(w, MADE, jan13), PHASE_VERIFYING);
	world_crash(w);
	w->now.wall -= 2 * HOUR;
	world_resume(w);
	world_fact(w, MADE, jan13, w->now.wall, 1, NAN);
	world_pass(w, 5 * MINUTE);
	assert_int_equal(world_state(w, MADE, jan13), PHASE_DONE);
	world_free(w);
}

static void
says(struct world *w, enum command_kind kind, enum reply_code code)
{
	struct command c = world_about(kind, MADE, jan13);

	c.run_id = "r1";
	assert_int_equal(world_command(w, &c)->u.reply.code, code);
}

/* What another one has made, and said so. */
static void
a_clock_set_back_hides_no_end_of_a_run(void **state)
{
	struct world *w = two_phases();

	(void)state;
	w->phases[MADE].start = NONE;
	world_fact(w, ARRIVED, jan13, jan(14, 8, 0), 1, NAN);
	world_go(w);
	world_until(w, jan(14, 8, 2));
	says(w, COMMAND_PERMIT, REPLY_GRANTED);
	says(w, COMMAND_SIGNAL_START, REPLY_OK);
	says(w, COMMAND_SIGNAL_DONE, REPLY_OK);
	assert_int_equal(world_state(w, MADE, jan13), PHASE_VERIFYING);
	set_clock(w, -2 * HOUR);
	world_fact(w, MADE, jan13, w->now.wall, 1, NAN);
	world_pass(w, 15 * MINUTE);
	assert_int_equal(world_state(w, MADE, jan13), PHASE_DONE);
	world_free(w);
}

/* A try has failed, and somebody has made it by hand since. */
static void
a_clock_set_back_hides_no_help(void **state)
{
	struct world *w = two_phases();

	(void)state;
	world_fact(w, ARRIVED, jan13, jan(14, 8, 0), 1, NAN);
	world_go(w);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(world_state(w, MADE, jan13), PHASE_FAILED);
	set_clock(w, -3 * HOUR);
	world_fact(w, MADE, jan13, w->now.wall, 1, NAN);
	world_pass(w, 25 * MINUTE);
	assert_int_equal(world_state(w, MADE, jan13), PHASE_DONE);
	world_free(w);
}

/* Nor is a person told to wait until that hour comes again. */
static void
a_clock_set_back_lets_a_person_try(void **state)
{
	struct world *w = two_phases();
	const int32_t repairs[] = { ARRIVED };
	int32_t r = world_recovery(w, "bring", world_action(w, "bring",
	    NULL), repairs, 1), before;
	struct command c = world_about(COMMAND_RECOVER, r, jan13);

	(void)state;
	world_fact(w, ARRIVED, jan13, jan(13, 0, 0), 1, NAN);
	world_fact(w, ARRIVED, jan13, jan(14, 10, 0), 0, NAN);
	world_go(w);
	world_until(w, jan(14, 12, 0));
	before = world_attempts(w, NONE, r, jan13);
	assert_true(before > 0);
	set_clock(w, -5 * HOUR);
	world_fact(w, ARRIVED, jan13, w->now.wall, 0, NAN);
	(void)world_command(w, &c);
	world_pass(w, MINUTE);
	(void)world_command(w, &c);
	assert_int_equal(world_attempts(w, NONE, r, jan13), before + 1);
	world_free(w);
}

static void
a_clock_set_back_lets_a_person_run(void **state)
{
	struct world *w = two_phases();
	struct command c = world_about(COMMAND_RUN, MADE, jan13);

	(void)state;
	world_fact(w, ARRIVED, jan13, jan(14, 4, 30), 1, NAN);
	world_go(w);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(world_state(w, MADE, jan13), PHASE_FAILED);
	set_clock(w, -5 * HOUR + 30 * MINUTE);
	world_pass(w, 1000);
	(void)world_command(w, &c);
	world_pass(w, MINUTE);
	assert_int_equal(world_command(w, &c)->u.reply.code, REPLY_OK);
	world_free(w);
}

/*-------------------------------------------------------- checks that hang */

static int32_t
told(const struct world *w, enum notice_kind kind)
{
	int32_t i, n = 0;

	for (i = 0; i < w->n_told; i++)
		n += w->told[i].kind == kind;
	return n;
}

/* Nobody answers, not even that it failed: that is told, too. */
static void
a_check_that_does_not_run_is_told_of(void **state)
{
	struct world *w = two_phases();

	(void)state;
	world_fact(w, ARRIVED, jan13, jan(13, 0, 0), 1, NAN);
	world_fact(w, MADE, jan13, jan(13, 0, 0), 1, NAN);
	world_go(w);
	world_until(w, jan(13, 12, 5));
	assert_int_equal(told(w, NOTICE_OPENED), 0);
	w->measuring_takes = 12 * HOUR;
	/* it was due at 12:10; its period and its patience have passed */
	world_until(w, jan(13, 13, 19));
	assert_int_equal(told(w, NOTICE_OPENED), 0);
	world_until(w, jan(13, 13, 21));
	assert_int_equal(told(w, NOTICE_OPENED), 1);
	assert_int_equal(engine_incident_at(w->engine, 1, NULL)->kind,
	    ROOT_PROBE);
	assert_true(engine_check_waits_ms(w->engine, ARRIVED, jan13,
	    &w->now) > HOUR);
	w->measuring_takes = 0;
	world_pass(w, HOUR);
	assert_int_equal(told(w, NOTICE_RESOLVED), 1);
	assert_true(engine_check_waits_ms(w->engine, ARRIVED, jan13,
	    &w->now) < 0);
	world_free(w);
}

/*------------------------------------------------------- alarms that sleep */

/* An alarm about a check that nothing else looks at. */
static struct world *
an_alarm(int32_t *ret_check, int32_t *ret_gate)
{
	struct world *w = two_phases();
	int32_t check = world_check(w, "extra");
	int32_t gate = world_gate(w, "extra_alarm", ALL_OF, &check, 1);

	w->gates[gate].alarm = true;
	w->answers[gate].blocked = SEVERITY_CRITICAL;
	world_fact(w, ARRIVED, jan13, jan(13, 0, 0), 1, NAN);
	world_fact(w, MADE, jan13, jan(13, 0, 0), 1, NAN);
	*ret_check = check;
	*ret_gate = gate;
	return w;
}

/* 0 of 0 is no failure, so that the alarm can't say anything; that it can't
 * is worth a word, once it should be able to. */
static void
what_proves_nothing_for_long_is_told_of(void **state)
{
	int32_t check, gate;
	struct world *w = an_alarm(&check, &gate);

	(void)state;
	world_fact(w, check, jan13, jan(13, 0, 0), 0, 0);
	world_go(w);
	world_until(w, jan(14, 4, 0));
	assert_int_equal(told(w, NOTICE_OPENED), 0);
	world_until(w, jan(14, 5, 20));
	assert_int_equal(told(w, NOTICE_OPENED), 1);
	assert_int_equal(engine_incident_at(w->engine, 1, NULL)->kind,
	    ROOT_PROBE);
	world_fact(w, check, jan13, w->now.wall, 3, 3);
	world_pass(w, HOUR);
	assert_int_equal(told(w, NOTICE_RESOLVED), 1);
	world_free(w);
}

static void
an_alarm_that_can_not_be_asked_is_told_of(void **state)
{
	int32_t check, gate;
	struct world *w = an_alarm(&check, &gate);

	(void)state;
	world_fact(w, check, jan13, jan(13, 0, 0), 1, NAN);
	world_go(w);
	world_until(w, jan(14, 6, 0));
	/* it crashes whenever it is asked */
	w->answers[gate].fault = true;
	world_fact(w, check, jan13, w->now.wall, 2, NAN);
	world_pass(w, 25 * MINUTE);
	assert_int_equal(told(w, NOTICE_OPENED), 0);
	world_pass(w, 20 * MINUTE);
	assert_int_equal(told(w, NOTICE_OPENED), 1);
	assert_int_equal(w->told[w->n_told - 1].severity,
	    SEVERITY_WARNING);
	assert_int_equal(engine_incident_at(w->engine, 1, NULL)->kind,
	    ROOT_ALARM);
	w->answers[gate].fault = false;
	world_pass(w, 20 * MINUTE);
	assert_int_equal(told(w, NOTICE_RESOLVED), 1);
	world_free(w);
}

/* One that stands isn't made smaller by a crash. */
static void
a_crash_of_an_alarm_ends_nothing(void **state)
{
	int32_t check, gate;
	struct world *w = an_alarm(&check, &gate);

	(void)state;
	world_fact(w, check, jan13, jan(13, 0, 0), 0, NAN);
	world_go(w);
	world_until(w, jan(14, 6, 0));
	assert_int_equal(told(w, NOTICE_OPENED), 1);
	w->answers[gate].fault = true;
	world_fact(w, check, jan13, w->now.wall, 0.5, NAN);
	world_pass(w, 2 * HOUR);
	assert_int_equal(told(w, NOTICE_OPENED), 1);
	assert_int_equal(told(w, NOTICE_RESOLVED), 0);
	assert_int_equal(engine_incident_at(w->engine, 1, NULL)->severity,
	    SEVERITY_CRITICAL);
	assert_true(engine_incident_at(w->engine, 1, NULL)->open);
	world_free(w);
}

/* What comes and goes is told of when it comes, and when it comes again; then
 * it is one conversation, until it has been quiet for a while. */
static void
what_flaps_is_one_conversation(void **state)
{
	int32_t check, gate, i;
	struct world *w = an_alarm(&check, &gate);

	(void)state;
	w->pipeline.settle_ms = 6 * HOUR;
	world_fact(w, check, jan13, jan(13, 0, 0), 1, NAN);
	for (i = 6; i < 18; i++)
		world_fact(w, check, jan13, jan(14, i, 0), i % 2, NAN);
	world_go(w);
	world_until(w, jan(14, 7, 30));
	assert_int_equal(told(w, NOTICE_OPENED), 1);
	assert_int_equal(told(w, NOTICE_RESOLVED), 1);
	world_until(w, jan(14, 17, 30));
	assert_int_equal(told(w, NOTICE_OPENED), 2);
	assert_int_equal(told(w, NOTICE_RESOLVED), 1);
	world_until(w, jan(14, 22, 50));
	assert_int_equal(told(w, NOTICE_RESOLVED), 1);
	world_until(w, jan(14, 23, 20));
	assert_int_equal(told(w, NOTICE_RESOLVED), 2);
	/* much later it is a new one, that ends at once */
	world_fact(w, check, jan13, jan(15, 12, 0), 0, NAN);
	world_fact(w, check, jan13, jan(15, 13, 0), 1, NAN);
	assert_int_equal(world_told_count(w, ROOT_ALARM, gate, jan13), 4);
	world_until(w, jan(15, 14, 0));
	assert_int_equal(world_told_count(w, ROOT_ALARM, gate, jan13), 6);
	world_free(w);
}

/* Half a unit isn't none: a calendar that says so can't be understood, and
 * the date isn't idle. */
static void
half_a_unit_is_not_idle(void **state)
{
	struct world *w = two_phases();
	int32_t games = world_check(w, "games");

	(void)state;
	w->checks[games].calendar = true;
	w->pipeline.calendar = games;
	world_fact(w, games, jan13, jan(13, 0, 0), 0.5, NAN);
	world_go(w);
	world_until(w, jan(14, 5, 0));
	assert_int_equal(engine_date(w->engine, 0, jan13)->owed, -1);
	assert_int_equal(world_state(w, MADE, jan13), PHASE_PENDING);
	world_fact(w, games, jan13, w->now.wall, 2, NAN);
	world_pass(w, 2 * HOUR);
	assert_int_equal(engine_date(w->engine, 0, jan13)->owed, 2);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_hours_on_its_way_starts_nothing),
		cmocka_unit_test(what_others_have_made_is_not_made_again),
		cmocka_unit_test(a_clock_set_back_stops_no_checks),
		cmocka_unit_test(
		    what_a_clock_set_back_makes_late_is_no_proof),
		cmocka_unit_test(a_clock_set_back_hides_no_proof),
		cmocka_unit_test(
		    a_clock_set_back_while_it_was_down_hides_none),
		cmocka_unit_test(a_clock_set_back_hides_no_end_of_a_run),
		cmocka_unit_test(a_clock_set_back_hides_no_help),
		cmocka_unit_test(a_clock_set_back_lets_a_person_try),
		cmocka_unit_test(a_clock_set_back_lets_a_person_run),
		cmocka_unit_test(a_check_that_does_not_run_is_told_of),
		cmocka_unit_test(what_proves_nothing_for_long_is_told_of),
		cmocka_unit_test(an_alarm_that_can_not_be_asked_is_told_of),
		cmocka_unit_test(a_crash_of_an_alarm_ends_nothing),
		cmocka_unit_test(what_flaps_is_one_conversation),
		cmocka_unit_test(half_a_unit_is_not_idle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
