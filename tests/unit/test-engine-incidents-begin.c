/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-incidents-begin.c -- what people are told, on a week of
 * basketball, where a daemon begins: for the first time, with something new,
 * or again.
 *
 * What was there before is one message. A restart is no news: the same week
 * with the supervisor killed after each single step must read the same.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "incident-help.h"

/*------------------------------------------------------------------ adoption */

static void
a_first_start_says_one_thing(void **state)
{
	struct world *w = *state;
	const struct breach_row *b;
	int32_t n;

	w->pipeline.watch_days = 270;
	for (n = 13; n <= 20; n++)
		whole(w, january(n), jan(n + 1, 4, 0));
	world_go(w);
	world_until(w, jan(15, 4, 0));
	assert_int_equal(w->n_told, 1);
	assert_int_equal(w->told[0].kind, NOTICE_ADOPTED);
	assert_int_equal(w->told[0].severity, SEVERITY_INFO);
	assert_int_equal(w->n_starts, 0);
	assert_int_equal(world_open_incidents(w), 0);
	/* the hole is kept, at its root, and in no incident */
	b = world_breach(w, ROOT_PHASE, RAW, january(-100));
	assert_non_null(b);
	assert_true(b->open);
	assert_int_equal(b->incident, 0);
	assert_null(world_breach(w, ROOT_PHASE, GRADE, january(-100)));
	world_die(w);
	world_until(w, jan(15, 20, 0));
	assert_int_equal(w->n_told, 1);
	whole(w, january(-100), jan(15, 20, 0));
	world_until(w, jan(16, 20, 0));
	assert_false(world_breach(w, ROOT_PHASE, RAW, january(-100))->open);
}

/* As if the box scores' check, or their alarm, had not been configured. */
static void
forget(struct world *w, bool check, bool alarm)
{
	size_t i, n = 0;

	for (i = 0; i < w->n_rows; i++) {
		enum record_kind k = w->rows[i].kind;
		int32_t subject = w->rows[i].subject;

		if (check && subject == BOX_SCORES && (k == RECORD_CHECK ||
		    k == RECORD_MET_CHECK))
			continue;
		if (alarm && subject == BOX_SCORE_ALARM &&
		    (k == RECORD_GATE || k == RECORD_MET_GATE))
			continue;
		w->rows[n++] = w->rows[i];
	}
	w->n_rows = n;
}

static void
restart(struct world *w)
{
	world_crash(w);
	world_resume(w);
}

/* The 15th has ended when they come, with a hole; so has the 16th, later. */
static void
what_is_new_says_one_thing(struct world *w, bool check, bool alarm)
{
	int32_t told, starts;

	whole_week(w, NONE);
	world_go(w);
	world_until(w, jan(16, 5, 0));
	told = w->n_told;
	starts = w->n_starts;
	forget(w, check, alarm);
	reads(w, BOX_SCORES, january(15), jan(16, 5, 0), 0);
	reads(w, BOX_SCORES, january(16), jan(17, 4, 0), 0);
	restart(w);
	world_until(w, jan(17, 3, 0));
	assert_int_equal(w->n_told, told + 1);
	assert_int_equal(w->told[told].kind, NOTICE_ADOPTED);
	assert_null(world_incident(w, ROOT_ALARM, BOX_SCORE_ALARM,
	    january(15)));
	assert_int_equal(world_breach(w, ROOT_ALARM, BOX_SCORE_ALARM,
	    january(15))->incident, 0);
	if (check)
		assert_int_equal(w->n_starts, starts);
	restart(w);
	world_until(w, jan(17, 20, 0));
	assert_int_equal(world_told_count(w, ROOT_ALARM, BOX_SCORE_ALARM,
	    january(15)), 0);
	expect(w, ROOT_ALARM, BOX_SCORE_ALARM, january(16), 0, NOTICE_OPENED,
	    SEVERITY_INFO, jan(17, 10, 0));
	assert_true(w->n_starts > starts);
}

static void
a_new_check_says_one_thing(void **state)
{
	what_is_new_says_one_thing(*state, true, false);
}

static void
a_new_alarm_says_one_thing(void **state)
{
	what_is_new_says_one_thing(*state, false, true);
}

/*------------------------------------------------------------------- restart */

static void
a_bad_week(struct world *w)
{
	the_sixteenth(w);
	reads(w, BOX_SCORES, january(15), jan(16, 4, 0), 1);
	reads(w, BOX_SCORES, january(15), jan(17, 18, 0), 9);
	reads(w, GRADED, january(14), jan(15, 4, 0), 0);
	reads(w, GRADED, january(14), jan(15, 21, 0), 9);
	reads(w, PREDICTED, january(15), jan(16, 6, 0), NAN);
	reads(w, PREDICTED, january(15), jan(16, 10, 0), 9);
	world_go(w);
	world_until(w, jan(17, 21, 0));
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
		const struct world_told *t = &calm->told[i];

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
		struct world *w = incident_world();

		w->die_at = at;
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
	reads(w, GRADED, january(13), jan(14, 4, 0), 0);
	reads(w, PDC, january(14), jan(15, 4, 0), 0);
	reads(w, GRADED, january(14), jan(15, 4, 0), 0);
	world_go(w);
	world_until(w, jan(15, 8, 0));
	/* down over a due time; what was missing is there when it is up */
	w->now.wall = jan(15, 16, 0);
	reads(w, PDC, january(14), jan(15, 12, 0), 9);
	reads(w, GRADED, january(14), jan(15, 15, 30), 9);
	world_die(w);
	assert_true(world_incident(w, ROOT_PHASE, GRADE, january(13))->open);
	assert_int_equal(world_told_count(w, ROOT_PHASE, NONE, january(14)), 0);
	world_until(w, jan(15, 17, 0));
	assert_int_equal(world_told_count(w, ROOT_PHASE, NONE, january(14)), 0);
	assert_int_equal(world_told_count(w, ROOT_PHASE, NONE, january(13)), 1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, incident_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		T(a_first_start_says_one_thing),
		T(a_new_check_says_one_thing),
		T(a_new_alarm_says_one_thing),
		T(a_restart_says_nothing_twice_and_forgets_nothing),
		T(evidence_from_before_a_restart_ends_and_opens_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
