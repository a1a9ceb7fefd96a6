/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-notify-rules.c -- the stages that a message passes, one by one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "notify-help.h"

static void
near(double x, double expected)
{
	assert_true(x > expected - 0.005 && x < expected + 0.005);
}

/* The newest k of twenty are changes: both series, to the printed digits. */
static void
test_flap_vectors(void **state)
{
	static const double nagios[] = { 6.25, 12.37, 18.36, 24.21, 29.93,
		35.53, 40.99, 46.32 };
	static const double icinga[] = { 5.9, 11.7, 17.4, 23.0, 28.5, 33.9,
		39.2, 44.4 };
	bool changed[20] = { false };
	int k;

	(void)state;
	for (k = 0; k < 8; k++) {
		changed[19 - k] = true;
		near(flap_percent(changed, 20), nagios[k]);
		near(flap_percent(changed + 19 - k, k + 1), nagios[k]);
		near(flap_percent_icinga(changed, 20), icinga[k]);
	}
	memset(changed, true, sizeof changed);
	near(flap_percent(changed, 20), 100);
	near(flap_percent_icinga(changed, 20), 99);
}

/* By time: what is older than a day, or than twenty results, is forgotten. */
static void
test_flap_of_turns(void **state)
{
	int64_t turns[4] = { 60 * MINUTE, 70 * MINUTE, 80 * MINUTE,
		90 * MINUTE };
	int64_t now = 95 * MINUTE;

	(void)state;
	near(flap_of_turns(turns, 4, 10 * MINUTE, now), 24.21);
	near(flap_of_turns(turns, 3, 10 * MINUTE, 85 * MINUTE), 18.36);
	assert_true(flap_of_turns(turns, 4, 10 * MINUTE, now + 4 * HOUR) <
	    FLAP_LOW);
	/* once a day: nothing of yesterday counts */
	near(flap_of_turns(turns, 4, DAY, now + DAY), 0);
	near(flap_of_turns(turns, 4, 0, now), 0);
}

static void
rule(const struct notify_bed *b, const struct notify_case *x,
    const struct notify_recipient *to, enum notice_kind kind,
    struct notify_ruling *ret)
{
	notify_rule(&b->world, x, to, kind, x->severity, ret);
}

static void
test_news(void **state)
{
	struct notify_bed b;
	struct notify_case x = a_case(SEVERITY_WARNING);
	struct notify_recipient to;
	struct notify_ruling r;

	(void)state;
	bed_init(&b);
	to = a_recipient(&b);
	rule(&b, &x, &to, NOTICE_OPENED, &r);
	assert_int_equal(r.outcome, NOTIFY_NOW);
	assert_int_equal(r.kind, NOTICE_OPENED);
	assert_string_equal(r.steps[0].by, "route.1");
	notify_told_now(&to.told, &x, &r, b.world.now);
	/* the same again is not said */
	rule(&b, &x, &to, NOTICE_OPENED, &r);
	assert_int_equal(r.outcome, NOTIFY_NOTHING);
	assert_int_equal(stopped_at(&r), STAGE_NEWS);
	rule(&b, &x, &to, NOTICE_REMINDER, &r);
	assert_int_equal(r.outcome, NOTIFY_NOW);
	x.severity = SEVERITY_CRITICAL;
	rule(&b, &x, &to, NOTICE_OPENED, &r);
	assert_int_equal(r.kind, NOTICE_WORSE);
	notify_told_now(&to.told, &x, &r, b.world.now);
	x.gave_up = true;
	rule(&b, &x, &to, NOTICE_REMINDER, &r);
	assert_int_equal(r.kind, NOTICE_GAVE_UP);
	notify_told_now(&to.told, &x, &r, b.world.now);
	x.open = false;
	rule(&b, &x, &to, NOTICE_OPENED, &r);
	assert_int_equal(r.kind, NOTICE_RESOLVED);
	assert_int_equal(r.severity, SEVERITY_CRITICAL);
	notify_told_now(&to.told, &x, &r, b.world.now);
	rule(&b, &x, &to, NOTICE_RESOLVED, &r);
	assert_int_equal(r.outcome, NOTIFY_NOTHING);
	/* nothing was said, nothing ends */
	to = a_recipient(&b);
	rule(&b, &x, &to, NOTICE_RESOLVED, &r);
	assert_int_equal(r.outcome, NOTIFY_NOTHING);
	assert_string_equal(last_step(&r)->remark,
	    "over before it was told");
}

static int32_t
routes_at(const struct notify_bed *b, const struct notify_case *x, int64_t at,
    const struct route **ret)
{
	const struct route *r = NULL;
	int32_t n = 0;

	while ((r = notify_route(&b->conf, x, x->severity, at, r))) {
		assert_true(n < 4);
		ret[n++] = r;
	}
	return n;
}

static void
test_routes(void **state)
{
	static const int32_t to_boss[] = { BOSS };
	const struct route *found[4];
	struct notify_case x = a_case(SEVERITY_WARNING);
	struct window office = daily("office", WINDOW_HOURS, 8, 18);
	struct notify_bed b;

	(void)state;
	bed_init(&b);
	b.routes[1] = b.routes[0];
	b.routes[0].to = to_boss;
	b.routes[0].tags = TAG_MONEY;
	b.conf.n_routes = 2;
	assert_int_equal(routes_at(&b, &x, b.world.now, found), 1);
	assert_ptr_equal(found[0], &b.routes[1]);
	x.tags = TAG_MONEY | TAG_NIGHT;
	assert_int_equal(routes_at(&b, &x, b.world.now, found), 1);
	assert_ptr_equal(found[0], &b.routes[0]);
	b.routes[0].carry_on = true;
	assert_int_equal(routes_at(&b, &x, b.world.now, found), 2);
	b.routes[0].during = &office;
	assert_int_equal(routes_at(&b, &x,
	    bed_at("2026-01-16 17:59"), found), 2);
	assert_int_equal(routes_at(&b, &x,
	    bed_at("2026-01-16 18:00"), found), 1);
	assert_ptr_equal(found[0], &b.routes[1]);
	b.routes[0].carry_on = false;
	assert_int_equal(routes_at(&b, &x,
	    bed_at("2026-01-16 17:59"), found), 1);
	/* at whatever hour: what is open at times ends nothing */
	assert_int_equal(routes_at(&b, &x, INSTANT_NONE, found), 2);
	b.routes[0].during = NULL;
	assert_int_equal(routes_at(&b, &x, INSTANT_NONE, found), 1);
	b.routes[0].during = &office;
	b.routes[1].least = SEVERITY_CRITICAL;
	assert_int_equal(routes_at(&b, &x,
	    bed_at("2026-01-16 18:00"), found), 0);
}

static void
test_quiet_hours(void **state)
{
	struct notify_case x = a_case(SEVERITY_WARNING);
	struct notify_recipient to;
	struct notify_ruling r;
	struct notify_bed b;

	(void)state;
	bed_init(&b);
	b.windows[0] = daily("night", WINDOW_QUIET, 23, 7);
	b.conf.n_windows = 1;
	b.world.now = bed_at("2026-01-16 02:00");
	to = a_recipient(&b);
	rule(&b, &x, &to, NOTICE_OPENED, &r);
	assert_int_equal(r.outcome, NOTIFY_HELD);
	assert_int_equal(r.until, bed_at("2026-01-16 07:00"));
	assert_string_equal(last_step(&r)->by, "night");
	assert_int_equal(last_step(&r)->origin->line, 7);
	/* the deadline is after it: it may wait */
	x.deadline = bed_at("2026-01-16 07:00");
	rule(&b, &x, &to, NOTICE_OPENED, &r);
	assert_int_equal(r.outcome, NOTIFY_HELD);
	/* inside: it gives way */
	x.deadline = bed_at("2026-01-16 06:59");
	rule(&b, &x, &to, NOTICE_OPENED, &r);
	assert_int_equal(r.outcome, NOTIFY_NOW);
	/* and whoever was woken hears of the end */
	notify_told_now(&to.told, &x, &r, b.world.now);
	x.open = false;
	b.world.now += HOUR;
	rule(&b, &x, &to, NOTICE_RESOLVED, &r);
	assert_int_equal(r.outcome, NOTIFY_NOW);
	/* told yesterday: the end can wait */
	to.told.at = bed_at("2026-01-15 20:00");
	rule(&b, &x, &to, NOTICE_RESOLVED, &r);
	assert_int_equal(r.outcome, NOTIFY_HELD);
	x = a_case(SEVERITY_CRITICAL);
	rule(&b, &x, &to, NOTICE_WORSE, &r);
	assert_int_equal(r.outcome, NOTIFY_NOW);
}

static void
test_maintenance(void **state)
{
	static const int32_t publish[] = { PUBLISH };
	static const char *const dwh[] = { "dwh" };
	struct notify_case x = a_case(SEVERITY_CRITICAL);
	struct notify_recipient to;
	struct notify_ruling r;
	struct notify_bed b;

	(void)state;
	bed_init(&b);
	b.windows[0] = daily("upgrade", WINDOW_MAINTENANCE, 11, 13);
	b.conf.n_windows = 1;
	to = a_recipient(&b);
	rule(&b, &x, &to, NOTICE_OPENED, &r);
	assert_int_equal(r.outcome, NOTIFY_HELD);
	assert_int_equal(stopped_at(&r), STAGE_MAINTENANCE);
	assert_int_equal(r.until, bed_at("2026-01-16 13:00"));
	b.windows[0].phases = publish;
	b.windows[0].n_phases = 1;
	rule(&b, &x, &to, NOTICE_OPENED, &r);
	assert_int_equal(r.outcome, NOTIFY_NOW);
	x.phase = PUBLISH;
	b.windows[0].targets = dwh;
	b.windows[0].n_targets = 1;
	rule(&b, &x, &to, NOTICE_OPENED, &r);
	assert_int_equal(r.outcome, NOTIFY_NOW);
	x.targets = dwh;
	x.n_targets = 1;
	rule(&b, &x, &to, NOTICE_OPENED, &r);
	assert_int_equal(r.outcome, NOTIFY_HELD);
}

static void
test_silence(void **state)
{
	struct notify_case x = a_case(SEVERITY_WARNING);
	struct silence s = { .id = 3, .until = bed_at("2026-01-16 14:00") };
	struct notify_recipient to;
	struct notify_ruling r;
	struct notify_bed b;

	(void)state;
	bed_init(&b);
	to = a_recipient(&b);
	b.silences[0] = s;
	b.world.n_silences = 1;
	rule(&b, &x, &to, NOTICE_OPENED, &r);
	assert_int_equal(stopped_at(&r), STAGE_SILENCE);
	assert_int_equal(last_step(&r)->silence, 3);
	assert_int_equal(r.until, s.until);
	b.world.now = s.until;
	rule(&b, &x, &to, NOTICE_OPENED, &r);
	assert_int_equal(r.outcome, NOTIFY_NOW);
	b.world.now--;
	b.silences[0].phase = "publish";
	rule(&b, &x, &to, NOTICE_OPENED, &r);
	assert_int_equal(r.outcome, NOTIFY_NOW);
	b.silences[0].phase = "load";
	b.silences[0].pipeline = "nba";
	b.silences[0].date = "2026-01-16";
	b.silences[0].severity = SEVERITY_WARNING;
	b.silences[0].incident = 41;
	rule(&b, &x, &to, NOTICE_OPENED, &r);
	assert_int_equal(r.outcome, NOTIFY_HELD);
	b.silences[0].tag = "money";
	rule(&b, &x, &to, NOTICE_OPENED, &r);
	assert_int_equal(r.outcome, NOTIFY_NOW);
	x.tags = TAG_MONEY;
	rule(&b, &x, &to, NOTICE_OPENED, &r);
	assert_int_equal(r.outcome, NOTIFY_HELD);
	/* it has become worse than what was silenced */
	x.severity = SEVERITY_CRITICAL;
	rule(&b, &x, &to, NOTICE_WORSE, &r);
	assert_int_equal(r.outcome, NOTIFY_NOW);
}

static void
test_digest(void **state)
{
	struct notify_case x = a_case(SEVERITY_INFO);
	struct notify_recipient to;
	struct notify_telling t;
	struct notify_ruling r;
	struct notify_bed b;

	(void)state;
	bed_init(&b);
	b.routes[0].digest_most = SEVERITY_INFO;
	to = a_recipient(&b);
	telling_init(&t);
	telling_asked(&b.world, &x, &to, &t, NOTICE_OPENED, SEVERITY_INFO, 7,
	    &r);
	assert_int_equal(r.outcome, NOTIFY_COLLECTED);
	assert_int_equal(r.until, bed_at("2026-01-17 09:00"));
	/* over before the digest: still a line of it */
	x.open = false;
	telling_asked(&b.world, &x, &to, &t, NOTICE_RESOLVED, SEVERITY_INFO,
	    8, &r);
	assert_int_equal(r.outcome, NOTIFY_COLLECTED);
	b.world.now = r.until;
	telling_again(&b.world, &x, &to, &t, true, &r);
	assert_int_equal(r.outcome, NOTIFY_NOW);
	assert_string_equal(r.steps[1].remark, "opened and resolved");
	assert_true(t.told.ended);
	assert_false(t.waits);
	/* what he knows from it he knows until a message has left */
	assert_true(telling_owes(&t));
	telling_handed(&t, false);
	assert_true(telling_owes(&t));
	telling_handed(&t, true);
	assert_false(telling_owes(&t));
	/* worse than low: at once */
	x = a_case(SEVERITY_INFO);
	telling_init(&t);
	telling_asked(&b.world, &x, &to, &t, NOTICE_OPENED, SEVERITY_INFO, 9,
	    &r);
	x.severity = SEVERITY_WARNING;
	telling_asked(&b.world, &x, &to, &t, NOTICE_WORSE, SEVERITY_WARNING,
	    10, &r);
	assert_int_equal(r.outcome, NOTIFY_NOW);
	assert_int_equal(t.message, 10);
	/* the summary of a first start doesn't wait */
	telling_init(&t);
	telling_asked(&b.world, &x, &to, &t, NOTICE_ADOPTED, SEVERITY_INFO,
	    11, &r);
	assert_int_equal(r.outcome, NOTIFY_NOW);
}

static void
test_cap(void **state)
{
	struct notify_case x = a_case(SEVERITY_WARNING);
	struct notify_recipient to;
	struct notify_ruling r;
	struct notify_bed b;

	(void)state;
	bed_init(&b);
	b.instances[TEAM].cap = 20;
	to = a_recipient(&b);
	to.today = 19;
	rule(&b, &x, &to, NOTICE_OPENED, &r);
	assert_int_equal(r.outcome, NOTIFY_NOW);
	to.today = 20;
	rule(&b, &x, &to, NOTICE_OPENED, &r);
	assert_int_equal(r.outcome, NOTIFY_COLLECTED);
	assert_string_equal(last_step(&r)->by, "team");
	x.severity = SEVERITY_CRITICAL;
	rule(&b, &x, &to, NOTICE_OPENED, &r);
	assert_int_equal(r.outcome, NOTIFY_NOW);
	to.told.severity = SEVERITY_CRITICAL;
	rule(&b, &x, &to, NOTICE_REMINDER, &r);
	assert_int_equal(r.outcome, NOTIFY_COLLECTED);
}

static void
test_flapping(void **state)
{
	struct notify_case x = a_case(SEVERITY_WARNING);
	struct notify_telling t;
	struct notify_recipient to;
	struct notify_ruling r;
	struct notify_bed b;

	(void)state;
	bed_init(&b);
	to = a_recipient(&b);
	telling_init(&t);
	x.flapping = true;
	telling_asked(&b.world, &x, &to, &t, NOTICE_OPENED, x.severity, 7,
	    &r);
	assert_int_equal(r.kind, NOTICE_FLAPPING);
	assert_int_equal(r.outcome, NOTIFY_NOW);
	/* that was all until it is stable */
	x.open = false;
	telling_asked(&b.world, &x, &to, &t, NOTICE_RESOLVED, x.severity, 8,
	    &r);
	assert_int_equal(stopped_at(&r), STAGE_FLAPPING);
	x.flapping = false;
	b.world.now = t.until;
	telling_again(&b.world, &x, &to, &t, false, &r);
	assert_int_equal(r.kind, NOTICE_RESOLVED);
	assert_int_equal(r.outcome, NOTIFY_NOW);
	/* and of what is stable when the night is over that isn't said */
	x = a_case(SEVERITY_WARNING);
	x.flapping = true;
	telling_init(&t);
	b.windows[0] = daily("night", WINDOW_QUIET, 23, 7);
	b.conf.n_windows = 1;
	b.world.now = bed_at("2026-01-16 02:00");
	telling_asked(&b.world, &x, &to, &t, NOTICE_OPENED, x.severity, 9,
	    &r);
	assert_int_equal(stopped_at(&r), STAGE_QUIET);
	x.flapping = false;
	b.world.now = t.until;
	telling_again(&b.world, &x, &to, &t, false, &r);
	assert_int_equal(r.outcome, NOTIFY_NOW);
	assert_int_equal(r.kind, NOTICE_OPENED);
	b.conf.n_windows = 0;
	/* what hides nothing: a first critical, a phase past its due */
	x = a_case(SEVERITY_CRITICAL);
	x.flapping = true;
	to.flap_told = true;
	rule(&b, &x, &to, NOTICE_OPENED, &r);
	assert_int_equal(r.outcome, NOTIFY_NOW);
	x = a_case(SEVERITY_WARNING);
	x.flapping = x.breach = true;
	rule(&b, &x, &to, NOTICE_OPENED, &r);
	assert_int_equal(r.outcome, NOTIFY_NOW);
	x.breach = false;
	rule(&b, &x, &to, NOTICE_OPENED, &r);
	assert_int_equal(r.outcome, NOTIFY_HELD);
	x.deadline = b.world.now + 30 * MINUTE;
	rule(&b, &x, &to, NOTICE_OPENED, &r);
	assert_int_equal(r.outcome, NOTIFY_NOW);
}

/* Four of one incident in an hour, and its end as the fifth. */
static void
test_burst(void **state)
{
	struct notify_case x = a_case(SEVERITY_WARNING);
	struct notify_case other = a_case(SEVERITY_CRITICAL);
	struct notify_telling t, u;
	struct notify_recipient to;
	struct notify_ruling r;
	struct notify_bed b;
	int64_t first;
	uint64_t i, sent = 0;

	(void)state;
	bed_init(&b);
	to = a_recipient(&b);
	telling_init(&t);
	first = b.world.now;
	for (i = 1; i <= 10000; i++) {
		telling_asked(&b.world, &x, &to, &t, i == 1 ? NOTICE_OPENED :
		    NOTICE_REMINDER, x.severity, i, &r);
		sent += r.outcome == NOTIFY_NOW;
		b.world.now += 6;       /* ten thousand in a minute */
	}
	assert_int_equal(sent, 4);
	assert_int_equal(stopped_at(&r), STAGE_BURST);
	assert_int_equal(t.until, first + HOUR);
	/* something else that is critical doesn't wait behind them */
	other.incident = 42;
	telling_init(&u);
	telling_asked(&b.world, &other, &to, &u, NOTICE_OPENED,
	    SEVERITY_CRITICAL, i++, &r);
	assert_int_equal(r.outcome, NOTIFY_NOW);
	x.open = false;
	telling_asked(&b.world, &x, &to, &t, NOTICE_RESOLVED, x.severity, i,
	    &r);
	assert_int_equal(r.outcome, NOTIFY_NOW);
}

static void
test_escalation(void **state)
{
	struct escalation after = { .after_ms = 2 * HOUR, .before_ms = -1 };
	struct escalation before = { .after_ms = -1, .before_ms = HOUR };
	struct notify_case x = a_case(SEVERITY_WARNING);
	int64_t at;

	(void)state;
	assert_false(escalation_due(&after, &x, x.opened_at + 2 * HOUR - 1,
	    &at));
	assert_int_equal(at, x.opened_at + 2 * HOUR);
	assert_true(escalation_due(&after, &x, at, &at));
	assert_false(escalation_due(&before, &x, x.opened_at, &at));
	assert_int_equal(at, INSTANT_NONE);
	x.deadline = x.opened_at + 5 * HOUR;
	assert_false(escalation_due(&before, &x, x.opened_at, &at));
	assert_int_equal(at, x.opened_at + 4 * HOUR);
	/* somebody has it: when that ends, if it is open still */
	x.acked_until = x.opened_at + 9 * HOUR;
	assert_false(escalation_due(&after, &x, x.opened_at + 3 * HOUR,
	    &at));
	assert_int_equal(at, x.acked_until);
	x.open = false;
	assert_false(escalation_due(&after, &x, x.opened_at + DAY, &at));
}

static void
test_route_reminds(void **state)
{
	struct notify_case x = a_case(SEVERITY_WARNING);
	struct notify_recipient to;
	struct notify_ruling r;
	struct notify_bed b;

	(void)state;
	bed_init(&b);
	to = a_recipient(&b);
	to.told = (struct notify_told){ SEVERITY_WARNING, false, false,
		b.world.now - HOUR };
	b.routes[0].remind_ms = 2 * HOUR;
	rule(&b, &x, &to, NOTICE_REMINDER, &r);
	assert_int_equal(r.outcome, NOTIFY_NOTHING);
	b.world.now += HOUR;
	rule(&b, &x, &to, NOTICE_REMINDER, &r);
	assert_int_equal(r.outcome, NOTIFY_NOW);
	b.routes[0].remind_ms = -1;
	rule(&b, &x, &to, NOTICE_REMINDER, &r);
	assert_int_equal(r.outcome, NOTIFY_NOTHING);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flap_vectors),
		cmocka_unit_test(test_flap_of_turns),
		cmocka_unit_test(test_news),
		cmocka_unit_test(test_routes),
		cmocka_unit_test(test_quiet_hours),
		cmocka_unit_test(test_maintenance),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_digest),
		cmocka_unit_test(test_cap),
		cmocka_unit_test(test_flapping),
		cmocka_unit_test(test_burst),
		cmocka_unit_test(test_escalation),
		cmocka_unit_test(test_route_reminds),
	};

	return cmocka_run_group_tests_name("notify", tests, NULL, NULL);
}
