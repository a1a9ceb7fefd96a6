/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-adoption.c -- first starts, restarts, people and limits.
 *
 * Those about a restart live through the same days again, with the
 * supervisor killed after one step each time, and must read the same
 * messages.
 */
#include <math.h>
#include <string.h>

#include "incident-help.h"

/*------------------------------------------------------------------ adoption */

static void
a_first_start_says_one_thing(void **state)
{
	struct world *w = *state;
	const struct breach_row *b;
	int32_t n;

	w->pipeline.watch_days = 270;
	engine_limits_default(&w->graph, &w->limits);
	world_build(w);
	for (n = 13; n <= 20; n++)
		world_whole(w, JAN(n), AT(n + 1, 4, 0));
	world_resume(w);
	world_until(w, AT(15, 4, 0));
	assert_int_equal(w->n_told, 1);
	assert_int_equal(w->told[0].kind, NOTICE_ADOPTED);
	assert_int_equal(w->told[0].severity, SEVERITY_INFO);
	assert_int_equal(w->starts, 0);
	assert_int_equal(world_open_incidents(w), 0);
	/* the hole is kept, at its root, and in no incident */
	b = world_breach(w, ROOT_PHASE, RAW, JAN(-100));
	assert_non_null(b);
	assert_true(b->open);
	assert_int_equal(b->incident, 0);
	assert_null(world_breach(w, ROOT_PHASE, GRADE, JAN(-100)));
	world_crash(w);
	world_until(w, AT(15, 20, 0));
	assert_int_equal(w->n_told, 1);
	world_whole(w, JAN(-100), AT(15, 20, 0));
	world_until(w, AT(16, 20, 0));
	assert_false(world_breach(w, ROOT_PHASE, RAW, JAN(-100))->open);
}

/*------------------------------------------------------------------- people */

static void
reminders_come_until_somebody_has_it(void **state)
{
	struct world *w = *state;
	struct command c = { .kind = COMMAND_ACK, .until = AT(15, 12, 0),
		.actor = "ann" };
	const struct incident_row *row;

	w->pipeline.remind_ms = 4 * HOUR;
	world_build(w);
	whole_week(w, NONE);
	world_fact(w, GRADED, JAN(13), AT(14, 4, 0), 0);
	world_resume(w);
	world_until(w, AT(14, 23, 30));
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, JAN(13)), 3);
	expect(w, ROOT_PHASE, GRADE, JAN(13), 2, NOTICE_REMINDER,
	    SEVERITY_WARNING, AT(14, 23, 0));
	row = world_incident(w, ROOT_PHASE, GRADE, JAN(13));
	c.id = row->number;
	world_command(w, &c);
	assert_int_equal(w->reply.u.reply.code, REPLY_OK);
	assert_string_equal(row->acked_by, "ann");
	world_until(w, AT(15, 11, 0));
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, JAN(13)), 3);
	world_until(w, AT(15, 12, 30));
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, JAN(13)), 4);
	c.id = 999;
	world_command(w, &c);
	assert_int_equal(w->reply.u.reply.code, REPLY_NO_SUCH);
}

static void
an_ack_ends_when_it_gets_worse(void **state)
{
	struct world *w = *state;
	struct command c = { .kind = COMMAND_ACK, .until = INSTANT_NONE };

	whole_week(w, 15);
	world_whole(w, JAN(15), AT(16, 4, 0));
	world_fact(w, BOX, JAN(15), AT(16, 4, 0), 1);
	world_resume(w);
	world_until(w, AT(16, 11, 0));
	c.id = world_incident(w, ROOT_ALARM, LADDER, JAN(15))->number;
	world_command(w, &c);
	assert_int_equal(world_incident(w, ROOT_ALARM, LADDER,
	    JAN(15))->acked_until, AT(17, 11, 0));
	world_until(w, AT(16, 16, 30));
	assert_int_equal(world_incident(w, ROOT_ALARM, LADDER,
	    JAN(15))->acked_until, INSTANT_NONE);
	assert_int_equal(world_told_count(w, ROOT_ALARM, LADDER, JAN(15)), 2);
}

/*-------------------------------------------------------------------- limits */

static void
a_date_that_leaves_the_watch_takes_its_incidents_along(void **state)
{
	struct world *w = *state;

	whole_week(w, NONE);
	world_fact(w, GRADED, JAN(13), AT(14, 4, 0), 0);
	world_resume(w);
	world_until(w, AT(19, 3, 0));
	assert_true(world_incident(w, ROOT_PHASE, GRADE, JAN(13))->open);
	world_until(w, AT(19, 5, 0));
	assert_null(engine_date(w->engine, 0, JAN(13)));
	assert_int_equal(world_open_incidents(w), 0);
	expect(w, ROOT_PHASE, GRADE, JAN(13), 1, NOTICE_RESOLVED,
	    SEVERITY_WARNING, AT(19, 4, 0));
	assert_false(world_breach(w, ROOT_PHASE, GRADE, JAN(13))->open);
}

static void
full_tables_lose_nothing_that_is_open(void **state)
{
	struct world *w = *state;
	int32_t n;

	w->limits.incidents = 2;
	w->limits.breaches = 4;
	world_build(w);
	whole_week(w, NONE);
	for (n = 13; n <= 16; n++)
		world_fact(w, GRADED, JAN(n), AT(n + 1, 4, 0), 0);
	world_resume(w);
	world_until(w, AT(17, 20, 0));
	assert_int_equal(world_open_incidents(w), 2);
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, JAN(13)), 1);
	/* a place is free again: what still stands is said now */
	world_fact(w, GRADED, JAN(13), AT(17, 20, 0), 9);
	world_until(w, AT(18, 4, 0));
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, JAN(13)), 2);
	assert_int_equal(world_open_incidents(w), 2);
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, JAN(15)) +
	    world_told_count(w, ROOT_PHASE, GRADE, JAN(16)), 1);
}

/*------------------------------------------------------------------- restart */

static void
a_bad_week(struct world *w)
{
	the_sixteenth(w);
	world_fact(w, BOX, JAN(15), AT(16, 4, 0), 1);
	world_fact(w, BOX, JAN(15), AT(17, 18, 0), 9);
	world_fact(w, GRADED, JAN(14), AT(15, 4, 0), 0);
	world_fact(w, GRADED, JAN(14), AT(15, 21, 0), 9);
	world_fact(w, PREDICTED, JAN(15), AT(16, 6, 0), NAN);
	world_fact(w, PREDICTED, JAN(15), AT(16, 10, 0), 9);
	world_resume(w);
	world_until(w, AT(17, 21, 0));
}

static void
same_messages(const struct world *w, const struct world *calm, int32_t at)
{
	int32_t i, k, n, m;

	for (i = 0; i < w->n_told; i++)
		for (k = 0; k < i; k++)
			assert_int_not_equal(w->told[i].message,
			    w->told[k].message);
	for (i = 0; i < calm->n_told; i++) {
		const struct told *t = &calm->told[i];

		for (k = n = 0; k < w->n_told; k++)
			n += w->told[k].kind == t->kind &&
			    w->told[k].severity == t->severity &&
			    w->told[k].root_kind == t->root_kind &&
			    w->told[k].date.day == t->date.day;
		for (k = m = 0; k < calm->n_told; k++)
			m += calm->told[k].kind == t->kind &&
			    calm->told[k].severity == t->severity &&
			    calm->told[k].root_kind == t->root_kind &&
			    calm->told[k].date.day == t->date.day;
		if (n != m)
			fail_msg("killed after step %d: %d instead of %d of "
			    "%s %s about %s", at, n, m,
			    notice_kind_name(t->kind),
			    severity_name(t->severity),
			    root_kind_name(t->root_kind));
	}
	assert_int_equal(w->n_told, calm->n_told);
}

static void
a_restart_says_nothing_twice_and_forgets_nothing(void **state)
{
	struct world *calm = *state;
	int32_t at, every;

	a_bad_week(calm);
	assert_true(calm->n_told >= 9);
	every = calm->steps / 50 + 1;
	for (at = 1; at < calm->steps; at += every) {
		struct world *w = world_new();

		w->crash_at = at;
		a_bad_week(w);
		same_messages(w, calm, at);
		world_free(w);
	}
}

/* The rows are from before the outage; nothing may be concluded from them. */
static void
evidence_from_before_a_restart_ends_and_opens_nothing(void **state)
{
	struct world *w = *state;

	whole_week(w, NONE);
	world_fact(w, GRADED, JAN(13), AT(14, 4, 0), 0);
	world_fact(w, PDC, JAN(14), AT(15, 4, 0), 0);
	world_fact(w, GRADED, JAN(14), AT(15, 4, 0), 0);
	world_resume(w);
	world_until(w, AT(15, 8, 0));
	/* down over a due time; what was missing is there when it is up */
	w->now.wall = AT(15, 16, 0);
	world_fact(w, PDC, JAN(14), AT(15, 12, 0), 9);
	world_fact(w, GRADED, JAN(14), AT(15, 15, 30), 9);
	world_crash(w);
	assert_true(world_incident(w, ROOT_PHASE, GRADE, JAN(13))->open);
	assert_int_equal(world_told_count(w, ROOT_PHASE, NONE, JAN(14)), 0);
	world_until(w, AT(15, 17, 0));
	assert_int_equal(world_told_count(w, ROOT_PHASE, NONE, JAN(14)), 0);
	assert_int_equal(world_told_count(w, ROOT_PHASE, NONE, JAN(13)), 1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_first_start_says_one_thing),
		T(reminders_come_until_somebody_has_it),
		T(an_ack_ends_when_it_gets_worse),
		T(a_date_that_leaves_the_watch_takes_its_incidents_along),
		T(full_tables_lose_nothing_that_is_open),
		T(a_restart_says_nothing_twice_and_forgets_nothing),
		T(evidence_from_before_a_restart_ends_and_opens_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
