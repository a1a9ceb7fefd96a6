/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-laws-told.c -- each law of evidence, outcomes, incidents and messages,
 * on a journal that keeps it and on one that breaks it and no other; and that
 * every law has a name, a guarantee and a place in the guide.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "laws-help.h"

static void
talk(struct scene *s, uint64_t number, enum law_root kind, bool open,
    int32_t severity, int32_t said)
{
	incident(s, (struct law_incident){ .number = number, .kind = kind,
		.open = open, .severity = severity, .told = said });
}

/*----------------------------------------------------------------- evidence */

static void
revision(struct scene *s, bool bad)
{
	gate(s, LAW_WAITING, 5);
	gate(s, LAW_OPEN, bad ? 4 : 5);
}

static void
no_timer(struct scene *s, bool bad)
{
	check(s, CHECK, LAW_FAIL);
	gate(s, LAW_BLOCKED, 1);
	if (!bad)
		check(s, CHECK, LAW_PASS);
	gate(s, LAW_OPEN, 2);
}

/* What the answer was late for had changed before. */
static void
no_timer_but_late(struct scene *s, bool bad)
{
	check(s, CHECK, LAW_FAIL);
	check(s, CHECK, LAW_PASS);
	if (!bad)
		see(s, (struct law_fact){ .kind = FACT_LATE, .name = GATE });
	gate(s, LAW_BLOCKED, 1);
	gate(s, LAW_OPEN, 2);
}

static void
repairs_failing(struct scene *s, bool bad)
{
	date(s, 3, false, false);
	check(s, CHECK, bad ? LAW_UNKNOWN : LAW_FAIL);
	recovery(s, 1, 0, false);
	attempt(s, REC, (struct law_attempt){ .id = 1, .number = 1,
		.failing = NAMES(CHECK) });
}

static void
repairs_something(struct scene *s, bool bad)
{
	date(s, 3, false, false);
	check(s, CHECK, LAW_FAIL);
	recovery(s, 1, 0, false);
	attempt(s, REC, (struct law_attempt){ .id = 1, .number = 1,
		.failing = { !bad, (const uint32_t[]){ CHECK } } });
}

static void
repairs_confirmed(struct scene *s, bool bad)
{
	date(s, 3, false, false);
	see(s, (struct law_fact){ .kind = FACT_CHECK, .name = CHECK,
		.u.check = { .raw = LAW_FAIL, .measured = true,
		    .value = 1, .expected = 5, .in_row = bad ? 1 : 2 } });
	recovery(s, 1, 0, false);
	attempt(s, REC, (struct law_attempt){ .id = 1, .number = 1,
		.failing = NAMES(CHECK) });
}

static void
reads(struct scene *s, enum law_result raw, bool measured, double value,
    double expected)
{
	see(s, (struct law_fact){ .kind = FACT_CHECK, .name = CHECK,
		.u.check = { .raw = raw, .measured = measured,
		    .value = value, .expected = expected, .extra = -1,
		    .in_row = 1 } });
}

static void
nothing_passes(struct scene *s, bool bad)
{
	reads(s, bad ? LAW_WARN : LAW_UNKNOWN, false, NAN, NAN);
}

static void
nothing_fails(struct scene *s, bool bad)
{
	reads(s, bad ? LAW_FAIL : LAW_UNKNOWN, false, 0, 5);
}

static void
infinity_passes(struct scene *s, bool bad)
{
	reads(s, LAW_PASS, true, bad ? INFINITY : 5, NAN);
}

static void
empty_passes(struct scene *s, bool bad)
{
	reads(s, LAW_PASS, true, bad ? 0 : 1, bad ? 0 : 1);
}

/* All that is expected is waived. */
static void
waived_passes(struct scene *s, bool bad)
{
	see(s, (struct law_fact){ .kind = FACT_CHECK, .name = CHECK,
		.u.check = { .raw = LAW_PASS, .measured = true, .value = 0,
		    .expected = 0, .extra = -1, .waived = bad ? 0 : 2,
		    .in_row = 1 } });
}

static void
words(struct scene *s, bool bad)
{
	const struct law_reading r = { .check = OTHER, .day = DAY,
		.result = bad ? LAW_FAIL : LAW_NOT_DUE, .began = s->at,
		.due = s->at + HOUR, .age_ms = -1, .fresh_ms = -1 };
	const struct law_basis b = { INSTANT_NONE, 1, &r };

	ready(s);
	attempt(s, PH, (struct law_attempt){ .id = 1, .number = 1,
		.basis = &b });
}

static void
idle(struct scene *s, bool bad)
{
	ready(s);
	date(s, bad ? 0 : 3, false, false);
	attempt(s, PH, (struct law_attempt){ .id = 1, .number = 1 });
}

static void
idle_alarms(struct scene *s, bool bad)
{
	date(s, bad ? 0 : 3, false, false);
	talk(s, 41, LAW_ROOT_ALARM, true, 2, 2);
}

/*----------------------------------------------------------------- outcomes */

static void
proved(struct scene *s, bool bad)
{
	repair(s, 1);
	if (!bad)
		check(s, CHECK, LAW_PASS);
	attempt(s, REC, (struct law_attempt){ .id = 1, .number = 1,
		.state = LAW_CLOSED, .outcome = LAW_RECOVERED,
		.ended_at = s->at, .failing = NAMES(CHECK) });
}

static void
proved_nothing(struct scene *s, bool bad)
{
	repair(s, 1);
	if (bad)
		check(s, CHECK, LAW_PASS);
	attempt(s, REC, (struct law_attempt){ .id = 1, .number = 1,
		.state = LAW_CLOSED, .outcome = LAW_NO_EFFECT,
		.ended_at = s->at, .failing = NAMES(CHECK) });
}

static void
proved_done(struct scene *s, bool bad)
{
	ready(s);
	attempt(s, PH, (struct law_attempt){ .id = 1, .number = 1 });
	check(s, OTHER, bad ? LAW_UNKNOWN : LAW_WARN);
	attempt(s, PH, (struct law_attempt){ .id = 1, .number = 1,
		.state = LAW_CLOSED, .outcome = LAW_PROVED_DONE,
		.ended_at = s->at });
}

static void
proved_by_later(struct scene *s, bool bad)
{
	struct law_reading r = { .check = CHECK, .day = DAY,
		.result = LAW_PASS, .age_ms = -1, .fresh_ms = -1 };

	repair(s, 1);
	check(s, CHECK, LAW_PASS);
	r.began = bad ? s->at : s->at + 1;
	attempt(s, REC, (struct law_attempt){ .id = 1, .number = 1,
		.state = LAW_CLOSED, .outcome = LAW_RECOVERED,
		.ended_at = s->at, .failing = NAMES(CHECK), .n_proof = 1,
		.proof = &r });
}

/*---------------------------------------------------------------- incidents */

static void
opens_once(struct scene *s, bool bad)
{
	talk(s, 41, LAW_ROOT_PHASE, true, 2, 2);
	talk(s, 41, LAW_ROOT_PHASE, false, 2, 2);
	talk(s, 41, LAW_ROOT_PHASE, bad, 2, 2);
}

static void
opens_first(struct scene *s, bool bad)
{
	talk(s, 41, LAW_ROOT_PHASE, true, 2, 2);
	message(s, TEAM, (struct law_message){ 1, 41, bad ? LAW_WORSENED :
		LAW_OPENED, 0, 1, 0, 0 });
	message(s, TEAM, (struct law_message){ 2, 41, bad ? LAW_OPENED :
		LAW_WORSENED, 0, 2, 0, 0 });
}

static void
severity_grows(struct scene *s, bool bad)
{
	talk(s, 41, LAW_ROOT_PHASE, true, 2, 2);
	talk(s, 41, LAW_ROOT_PHASE, true, 3, bad ? 1 : 3);
}

static void
told_again(struct scene *s, bool bad)
{
	see(s, (struct law_fact){ .kind = FACT_DEFINE_PIPELINE,
		.name = PIPE, .u.pipeline_def = { true, HOUR, 10000 } });
	incident(s, (struct law_incident){ .number = 41, .open = true,
		.severity = 2, .told = 2, .message = 5,
		.told_at = s->at });
	s->at += bad ? 5000 : 10000;
	incident(s, (struct law_incident){ .number = 41, .open = true,
		.severity = 2, .told = 2, .message = 6 });
}

static void
told_again_though_acked(struct scene *s, bool bad)
{
	see(s, (struct law_fact){ .kind = FACT_DEFINE_PIPELINE,
		.name = PIPE, .u.pipeline_def = { true, HOUR, 10000 } });
	incident(s, (struct law_incident){ .number = 41, .open = true,
		.severity = 2, .told = 2, .message = 5, .told_at = s->at,
		.acked_until = s->at + 20000 });
	s->at += bad ? 15000 : 25000;
	incident(s, (struct law_incident){ .number = 41, .open = true,
		.severity = 2, .told = 2, .message = 6 });
}

static void
ends_whole(struct scene *s, bool bad)
{
	talk(s, 41, LAW_ROOT_PHASE, true, 2, 2);
	see(s, (struct law_fact){ .kind = FACT_BREACH, .name = PH,
		.u.breach = { 41, LAW_ROOT_PHASE, true } });
	if (!bad)
		see(s, (struct law_fact){ .kind = FACT_BREACH, .name = PH,
			.u.breach = { 41, LAW_ROOT_PHASE, false } });
	talk(s, 41, LAW_ROOT_PHASE, false, 2, 2);
}

static void
end_is_said(struct scene *s, bool bad)
{
	incident(s, (struct law_incident){ .number = 41, .open = true,
		.message = 5 });
	incident(s, (struct law_incident){ .number = 41,
		.message = bad ? 5 : 6 });
}

static void
told(struct scene *s, uint32_t notifier, uint64_t id, enum law_notice kind,
    int64_t delivered_at)
{
	message(s, notifier, (struct law_message){ id, 41, kind, 1,
		(int64_t)id, delivered_at, 0 });
}

static void
resolved_last(struct scene *s, bool bad)
{
	talk(s, 41, LAW_ROOT_PHASE, false, 2, 2);
	told(s, TEAM, 1, LAW_OPENED, 10);
	told(s, TEAM, bad ? 2 : 3, LAW_RESOLVED, 20);
	told(s, TEAM, bad ? 3 : 2, LAW_REMINDER, bad ? 30 : 15);
}

static void
resolved_and_open(struct scene *s, bool bad)
{
	talk(s, 41, LAW_ROOT_PHASE, bad, 2, 2);
	told(s, TEAM, 1, LAW_OPENED, 10);
	told(s, TEAM, 2, LAW_RESOLVED, 20);
}

static void
end_told(struct scene *s, bool bad)
{
	talk(s, 41, LAW_ROOT_PHASE, false, 2, 2);
	told(s, TEAM, 1, LAW_OPENED, 10);
	told(s, BOSS, 1, LAW_OPENED, 10);
	told(s, TEAM, 2, LAW_RESOLVED, 20);
	if (!bad)
		told(s, BOSS, 2, LAW_RESOLVED, 20);
}

static void
tried(struct scene *s, bool bad)
{
	talk(s, 41, LAW_ROOT_PHASE, true, 2, 2);
	message(s, TEAM, (struct law_message){ 1, 41, LAW_OPENED, !bad, 1, 2,
		0 });
}

static void
in_order(struct scene *s, bool bad)
{
	talk(s, 41, LAW_ROOT_PHASE, true, 2, 2);
	told(s, TEAM, 1, LAW_OPENED, bad ? 30 : 10);
	told(s, TEAM, 2, LAW_WORSENED, 20);
}

/* A fallback that gets an older message later than a newer one. */
static void
in_order_but_handed_on(struct scene *s, bool bad)
{
	talk(s, 41, LAW_ROOT_PHASE, true, 2, 2);
	message(s, BOSS, (struct law_message){ 1, 41, LAW_OPENED, 1,
		bad ? 1 : 25, 30, 0 });
	told(s, BOSS, 2, LAW_WORSENED, 20);
}

static void
of_incident(struct scene *s, bool bad)
{
	talk(s, bad ? 42 : 41, LAW_ROOT_PHASE, true, 2, 2);
	told(s, TEAM, 1, LAW_OPENED, 10);
}

static void
bypass_is_found(struct scene *s, bool bad)
{
	ready(s);
	see(s, (struct law_fact){ .kind = FACT_PHASE, .name = PH,
		.u.phase = { .state = LAW_DONE, .bypassed = true } });
	if (!bad)
		talk(s, 41, LAW_ROOT_BYPASS, true, 2, 2);
	s->at += HOUR;
	check(s, OTHER, LAW_PASS);
}

/* Who died within the minute could not tell; it may be over since. */
static void
bypass_before_an_end(struct scene *s, bool bad)
{
	ready(s);
	see(s, (struct law_fact){ .kind = FACT_PHASE, .name = PH,
		.u.phase = { .state = LAW_DONE, .bypassed = true } });
	if (bad) {
		s->at += HOUR;
		check(s, OTHER, LAW_PASS);
	}
	starts(s, 9);
	s->at += HOUR;
	check(s, OTHER, LAW_PASS);
}

/*-------------------------------------------------------------------- epochs */

static void
epoch(struct scene *s, bool bad)
{
	starts(s, 2);
	starts(s, bad ? 2 : 3);
}

static void
epoch_of_a_writer(struct scene *s, bool bad)
{
	starts(s, 2);
	see(s, (struct law_fact){ .kind = FACT_OTHER, .epoch = bad ? 1 : 2 });
}

static void
slot_once(struct scene *s, bool bad)
{
	see(s, (struct law_fact){ .kind = FACT_SLOT, .name = CHECK,
		.u.slot.instant = 1000 });
	see(s, (struct law_fact){ .kind = FACT_SLOT, .name = CHECK,
		.u.slot.instant = bad ? 1000 : 2000 });
}

static void
every_law_is_judged(void **state)
{
	static const struct law_case cases[] = {
		{ LAW_REVISION, revision },
		{ LAW_NO_TIMER, no_timer },
		{ LAW_NO_TIMER, no_timer_but_late },
		{ LAW_REPAIRS_FAILING, repairs_failing },
		{ LAW_REPAIRS_FAILING, repairs_something },
		{ LAW_REPAIRS_FAILING, repairs_confirmed },
		{ LAW_NOTHING_PASSES, nothing_passes },
		{ LAW_NOTHING_PASSES, nothing_fails },
		{ LAW_NOTHING_PASSES, infinity_passes },
		{ LAW_NOTHING_PASSES, empty_passes },
		{ LAW_NOTHING_PASSES, waived_passes },
		{ LAW_WORDS, words }, { LAW_IDLE, idle },
		{ LAW_IDLE, idle_alarms }, { LAW_PROVED, proved },
		{ LAW_PROVED, proved_nothing }, { LAW_PROVED, proved_done },
		{ LAW_PROVED_BY_LATER, proved_by_later },
		{ LAW_OPENS_ONCE, opens_once },
		{ LAW_OPENS_ONCE, opens_first },
		{ LAW_SEVERITY_GROWS, severity_grows },
		{ LAW_TOLD_AGAIN, told_again },
		{ LAW_TOLD_AGAIN, told_again_though_acked },
		{ LAW_ENDS_WHOLE, ends_whole }, { LAW_END_TOLD, end_is_said },
		{ LAW_RESOLVED_LAST, resolved_last },
		{ LAW_RESOLVED_LAST, resolved_and_open },
		{ LAW_END_TOLD, end_told }, { LAW_TRIED, tried },
		{ LAW_IN_ORDER, in_order },
		{ LAW_IN_ORDER, in_order_but_handed_on },
		{ LAW_OF_INCIDENT, of_incident },
		{ LAW_FOUND, bypass_is_found },
		{ LAW_FOUND, bypass_before_an_end }, { LAW_EPOCH, epoch },
		{ LAW_EPOCH, epoch_of_a_writer }, { LAW_SLOT_ONCE, slot_once },
	};

	(void)state;
	must_judge(cases, ARRAY_SIZE(cases));
}

static void
every_law_has_a_name(void **state)
{
	int i, k;

	(void)state;
	for (i = 0; i < LAWS; i++) {
		assert_non_null(law_name((enum law)i));
		assert_non_null(law_says((enum law)i));
		assert_in_range(law_guarantee((enum law)i), 1, 15);
		for (k = 0; k < i; k++)
			assert_string_not_equal(law_name((enum law)i),
			    law_name((enum law)k));
	}
}

/* Each stands in the guide as `journal check` says it. */
static void
every_law_is_in_the_guide(void **state)
{
	const char *srcdir = getenv("srcdir");
	char *text CLEANUP_FREE = NULL, path[4096];
	size_t len;
	int i;

	(void)state;
	(void)snprintf(path, sizeof path, "%s/docs/guide.md",
	    srcdir ? srcdir : ".");
	if (file_read(path, 1 << 20, &text, &len) < 0) {
		print_message("no %s: srcdir isn't set\n", path);
		skip();
	}
	for (i = 0; i < LAWS; i++)
		if (strstr(text, law_says((enum law)i)) == NULL)
			fail_msg("%s: not in %s", law_says((enum law)i),
			    path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_law_is_judged),
		cmocka_unit_test(every_law_has_a_name),
		cmocka_unit_test(every_law_is_in_the_guide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
