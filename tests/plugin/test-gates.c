/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-gates.c -- the gates' rules, by table and by exhaustion.
 *
 * The tables say what the rules are; the exhaustive tests over all
 * combinations of five inputs say what must never happen, whatever they are.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake-host.h"

extern const struct gw_plugin gate_all, gate_any, gate_quorum, gate_ladder;

enum { P = GW_R_PASS, W = GW_R_WARN, F = GW_R_FAIL, U = GW_R_UNKNOWN,
	S = GW_R_SKIP, N = GW_R_NOT_DUE };

static const char *const names[] = { "pdc", "psza", "pcf", "mlfs", "tdza" };

/* One letter an input: P W F U S N. */
static void
inputs(struct gw_ctx *c, const char *letters)
{
	static const char known[] = "PWFUSN";
	static const int32_t results[] = { P, W, F, U, S, N };

	c->n_inputs = 0;
	for (size_t i = 0; letters[i]; i++) {
		int32_t r = results[strchr(known, letters[i]) - known];

		fake_input(c, names[i], r, r == P || r == W ? 10 : 0, NAN);
	}
}

static int32_t
verdict(struct gw_ctx *c, const struct gw_plugin *p, const char *letters)
{
	fake_clear(c);
	inputs(c, letters);
	assert_int_equal(fake_run(c, p), GW_OK);
	return c->verdict;
}

struct row {
	const char *letters;
	int32_t verdict, severity;
};

static void
check_rows(struct gw_ctx *c, const struct gw_plugin *p,
    const struct row *rows, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (verdict(c, p, rows[i].letters) == rows[i].verdict &&
		    c->severity == rows[i].severity)
			continue;
		fail_msg("%s of %s: %d, severity %d", p->name,
		    rows[i].letters, (int)c->verdict, (int)c->severity);
	}
}

#define ROWS(c, p, rows) \
	check_rows(c, p, rows, sizeof(rows) / sizeof(rows)[0])

static void
all_needs_every_input(void **state)
{
	static const struct row rows[] = {
		{ "PPP", GW_V_OPEN, GW_S_NONE },
		{ "PSP", GW_V_OPEN, GW_S_NONE },
		{ "SSS", GW_V_OPEN, GW_S_NONE },
		{ "PWP", GW_V_DEGRADED, GW_S_WARNING },
		{ "PWN", GW_V_WAITING, GW_S_NONE },
		{ "PNU", GW_V_UNKNOWN, GW_S_NONE },
		{ "UFN", GW_V_BLOCKED, GW_S_CRITICAL },
	};
	struct gw_ctx c;

	(void)state;
	fake_init(&c);
	ROWS(&c, &gate_all, rows);
	(void)verdict(&c, &gate_all, "PFU");
	assert_string_equal(c.opens_with, "psza,pcf");
	assert_string_equal(c.reasons,
	    "psza fails: 0|pcf could not be told");
	fake_free(&c);
}

static void
any_takes_the_best_source(void **state)
{
	static const struct row rows[] = {
		{ "PF", GW_V_OPEN, GW_S_NONE },
		{ "UP", GW_V_OPEN, GW_S_NONE },
		{ "SS", GW_V_OPEN, GW_S_NONE },
		{ "WF", GW_V_DEGRADED, GW_S_WARNING },
		{ "WU", GW_V_DEGRADED, GW_S_WARNING },
		{ "WN", GW_V_WAITING, GW_S_NONE },
		{ "FN", GW_V_WAITING, GW_S_NONE },
		{ "UN", GW_V_WAITING, GW_S_NONE },
		{ "FU", GW_V_UNKNOWN, GW_S_NONE },
		{ "SU", GW_V_UNKNOWN, GW_S_NONE },
		{ "FF", GW_V_BLOCKED, GW_S_CRITICAL },
		{ "SF", GW_V_BLOCKED, GW_S_CRITICAL },
	};
	struct gw_ctx c;

	(void)state;
	fake_init(&c);
	ROWS(&c, &gate_any, rows);
	fake_free(&c);
}

static void
three_of_five(struct gw_ctx *c)
{
	fake_init(c);
	fake_option(c, "need", "3");
	fake_option(c, "require.0", "pdc");
	fake_option(c, "require.1", "mlfs");
}

static void
quorum_counts_and_requires(void **state)
{
	/* pdc psza pcf mlfs tdza; pdc and mlfs are required */
	static const struct row rows[] = {
		{ "PPPPP", GW_V_OPEN, GW_S_NONE },
		{ "PFPPF", GW_V_DEGRADED, GW_S_WARNING },
		{ "PWPPP", GW_V_DEGRADED, GW_S_WARNING },
		{ "PPUPP", GW_V_DEGRADED, GW_S_NONE },
		{ "PPNPP", GW_V_WAITING, GW_S_NONE },
		{ "FPFPP", GW_V_BLOCKED, GW_S_CRITICAL },  /* January 16 */
		{ "FFFFP", GW_V_BLOCKED, GW_S_CRITICAL },  /* January 18 */
		{ "PPPFP", GW_V_BLOCKED, GW_S_CRITICAL },
		{ "UPPPP", GW_V_UNKNOWN, GW_S_NONE },
		{ "NPFPP", GW_V_WAITING, GW_S_NONE },
		{ "NUFUF", GW_V_UNKNOWN, GW_S_NONE },
		{ "PFFPU", GW_V_UNKNOWN, GW_S_NONE },
		{ "PFUPN", GW_V_WAITING, GW_S_NONE },
		{ "PFFPF", GW_V_BLOCKED, GW_S_CRITICAL },
		{ "FUUUU", GW_V_BLOCKED, GW_S_CRITICAL },
		{ "NNNNN", GW_V_WAITING, GW_S_NONE },
		{ "UUUUU", GW_V_UNKNOWN, GW_S_NONE },
		/* nothing owed: the number needed shrinks */
		{ "SSSSS", GW_V_OPEN, GW_S_NONE },
		{ "PSPSS", GW_V_OPEN, GW_S_NONE },
		{ "PSSSF", GW_V_BLOCKED, GW_S_CRITICAL },
		{ "SFPPP", GW_V_DEGRADED, GW_S_WARNING },
	};
	struct gw_ctx c;

	(void)state;
	three_of_five(&c);
	ROWS(&c, &gate_quorum, rows);
	fake_free(&c);
}

static void
quorum_says_what_would_open_it(void **state)
{
	struct gw_ctx c;

	(void)state;
	three_of_five(&c);
	(void)verdict(&c, &gate_quorum, "FPFPP");
	assert_string_equal(c.opens_with, "pdc");
	assert_string_equal(c.reasons, "3 of 5 present, 3 needed; required "
	    "but absent: pdc|pdc fails: 0|pcf fails: 0");
	(void)verdict(&c, &gate_quorum, "FFFFP");
	assert_string_equal(c.opens_with, "pdc,mlfs");
	(void)verdict(&c, &gate_quorum, "FFFPF");
	assert_string_equal(c.opens_with, "pdc,psza,pcf,tdza");
	(void)verdict(&c, &gate_quorum, "PPPPF");
	assert_null(c.opens_with);
	fake_free(&c);
}

static void
quorum_knows_when_time_changes_it(void **state)
{
	struct gw_ctx c;

	(void)state;
	three_of_five(&c);
	c.now = 1000;
	inputs(&c, "PPPPN");
	c.inputs[4].due = 5000;
	assert_int_equal(fake_run(&c, &gate_quorum), GW_OK);
	assert_int_equal(c.verdict, GW_V_WAITING);
	assert_int_equal(c.next_change, 5000);
	/* of two the later: until then it waits all the same */
	fake_clear(&c);
	inputs(&c, "PPNPN");
	c.inputs[2].due = 9000;
	c.inputs[4].due = 5000;
	assert_int_equal(fake_run(&c, &gate_quorum), GW_OK);
	assert_int_equal(c.next_change, 9000);
	/* not met: blocked as soon as too few are left */
	fake_clear(&c);
	inputs(&c, "NFNPF");
	c.inputs[0].due = 9000;
	c.inputs[2].due = 5000;
	assert_int_equal(fake_run(&c, &gate_quorum), GW_OK);
	assert_int_equal(c.verdict, GW_V_WAITING);
	assert_int_equal(c.next_change, 5000);
	fake_free(&c);
}

static void
quorum_refuses_what_does_not_fit(void **state)
{
	struct gw_ctx c;

	(void)state;
	three_of_five(&c);
	fake_option(&c, "require.1", "mlf");
	inputs(&c, "PPPPP");
	assert_int_equal(fake_run(&c, &gate_quorum), GW_UNKNOWN);
	assert_int_equal(c.verdict, GW_V_UNKNOWN);
	assert_non_null(strstr(c.remark, "'mlf'"));
	fake_clear(&c);
	fake_option(&c, "require.1", "mlfs");
	inputs(&c, "PP");
	assert_int_equal(fake_run(&c, &gate_quorum), GW_UNKNOWN);
	assert_non_null(strstr(c.remark, "need = 3, but there are 2"));
	fake_free(&c);
}

static void
no_inputs_is_no_success(void **state)
{
	const struct gw_plugin *const gates[] = { &gate_all, &gate_any };
	struct gw_ctx c;

	(void)state;
	for (int i = 0; i < 2; i++) {
		fake_init(&c);
		assert_int_equal(fake_run(&c, gates[i]), GW_UNKNOWN);
		assert_int_equal(c.verdict, GW_V_UNKNOWN);
		fake_free(&c);
	}
}

/* All 6^5 combinations. */
static void
next_letters(char letters[6])
{
	static const char order[] = "PWFUSN";
	int i;

	for (i = 0; i < 5; i++) {
		const char *at = strchr(order, letters[i]);

		if (at[1]) {
			letters[i] = at[1];
			return;
		}
		letters[i] = order[0];
	}
}

/* What a better or clearer input can never do: make a verdict worse. And
 * turning an unknown one into a passing one never blocks, into a failing one
 * never opens further. */
static void
check_monotony(struct gw_ctx *c, const struct gw_plugin *p,
    const char *letters)
{
	int32_t with = verdict(c, p, letters), better, worse;
	char changed[6];
	int i;

	for (i = 0; i < 5; i++) {
		if (letters[i] != 'U' && letters[i] != 'F')
			continue;
		memcpy(changed, letters, sizeof changed);
		changed[i] = 'P';
		better = verdict(c, p, changed);
		if (better > with)
			fail_msg("%s: %s is %d, but %s %d", p->name, letters,
			    (int)with, changed, (int)better);
		changed[i] = 'F';
		worse = verdict(c, p, changed);
		if (letters[i] == 'U' && worse < with)
			fail_msg("%s: %s is %d, but %s %d", p->name, letters,
			    (int)with, changed, (int)worse);
	}
}

static void
no_gate_opens_on_nothing(void **state)
{
	const struct gw_plugin *const gates[] = { &gate_all, &gate_any,
		&gate_quorum };
	struct gw_ctx c;
	char letters[6] = "PPPPP";
	int32_t n, g, v;

	(void)state;
	three_of_five(&c);
	for (n = 0; n < 6 * 6 * 6 * 6 * 6; n++, next_letters(letters)) {
		for (g = 0; g < 3; g++) {
			check_monotony(&c, gates[g], letters);
			v = verdict(&c, gates[g], letters);
			/* something has passed or warned, or nothing is
			 * owed */
			assert_true(v > GW_V_DEGRADED ||
			    strpbrk(letters, "PW") ||
			    strspn(letters, "S") == 5);
			/* only what speaks has a severity */
			assert_true(v == GW_V_BLOCKED ||
			    v == GW_V_DEGRADED || c.severity == GW_S_NONE);
			/* a closed gate says why, and what would open it */
			if (v >= GW_V_WAITING) {
				assert_non_null(c.reasons);
				assert_non_null(c.opens_with);
			}
		}
	}
	fake_free(&c);
}

enum { HOUR = 3600 * 1000 };

static void
three_steps(struct gw_ctx *c)
{
	fake_init(c);
	fake_option(c, "steps.0.at", "+6h");
	fake_option(c, "steps.0.below", "100%");
	fake_option(c, "steps.0.severity", "info");
	fake_option(c, "steps.1.at", "+12h");
	fake_option(c, "steps.1.below", "90%");
	fake_option(c, "steps.1.severity", "warning");
	fake_option(c, "steps.2.at", "+24h");
	fake_option(c, "steps.2.below", "50%");
	fake_option(c, "steps.2.severity", "critical");
	c->anchor = 1768554000000;
}

struct rung {
	double value, expected;
	int32_t hours, verdict, severity, next_hours;   /* -1: never */
};

static void
climb(struct gw_ctx *c, const struct rung *r)
{
	int64_t next = r->next_hours < 0 ? INT64_MIN :
	    c->anchor + (int64_t)r->next_hours * HOUR;

	fake_clear(c);
	c->n_inputs = 0;
	c->now = c->anchor + (int64_t)r->hours * HOUR;
	fake_input(c, "box_scores", N, r->value, r->expected);
	assert_int_equal(fake_run(c, &gate_ladder), GW_OK);
	if (c->verdict != r->verdict || c->severity != r->severity ||
	    c->next_change != next)
		fail_msg("%g of %g at +%dh: verdict %d, severity %d, next "
		    "%lld", r->value, r->expected, (int)r->hours,
		    (int)c->verdict, (int)c->severity,
		    (long long)c->next_change);
}

static void
ladder_climbs_with_age(void **state)
{
	static const struct rung rungs[] = {
		/* January 15: 1 of 9 */
		{ 1, 9, 5, GW_V_OPEN, GW_S_NONE, 6 },
		{ 1, 9, 6, GW_V_DEGRADED, GW_S_INFO, 12 },
		{ 1, 9, 12, GW_V_DEGRADED, GW_S_WARNING, 24 },
		{ 1, 9, 24, GW_V_BLOCKED, GW_S_CRITICAL, -1 },
		/* January 13: 5 of 7 never becomes critical */
		{ 5, 7, 12, GW_V_DEGRADED, GW_S_WARNING, -1 },
		{ 5, 7, 100, GW_V_DEGRADED, GW_S_WARNING, -1 },
		/* exactly at a step's coverage is not below it */
		{ 9, 10, 13, GW_V_DEGRADED, GW_S_INFO, -1 },
		{ 10, 10, 30, GW_V_OPEN, GW_S_NONE, -1 },
		{ 11, 10, 30, GW_V_OPEN, GW_S_NONE, -1 },
		{ 0, 10, 0, GW_V_OPEN, GW_S_NONE, 6 },
	};
	struct gw_ctx c;
	size_t i;

	(void)state;
	three_steps(&c);
	for (i = 0; i < sizeof rungs / sizeof rungs[0]; i++)
		climb(&c, &rungs[i]);
	climb(&c, &rungs[3]);
	assert_string_equal(c.reasons,
	    "box_scores: 1 of 9 (11 %), below 50 % at +24h");
	fake_free(&c);
}

static void
ladder_without_numbers_is_unknown(void **state)
{
	static const struct { int32_t result; double value, expected; } rows[]
	    = { { U, 1, 9 }, { F, NAN, 9 }, { F, 1, NAN }, { F, 0, 0 } };
	struct gw_ctx c;
	size_t i;

	(void)state;
	three_steps(&c);
	c.now = c.anchor + 30LL * HOUR;
	for (i = 0; i < 4; i++) {
		fake_clear(&c);
		c.n_inputs = 0;
		fake_input(&c, "box_scores", rows[i].result, rows[i].value,
		    rows[i].expected);
		assert_int_equal(fake_run(&c, &gate_ladder), GW_OK);
		assert_int_equal(c.verdict, GW_V_UNKNOWN);
		assert_int_equal(c.severity, GW_S_NONE);
		assert_non_null(c.reasons);
	}
	c.n_inputs = 0;
	fake_clear(&c);
	fake_input(&c, "box_scores", S, NAN, NAN);
	assert_int_equal(fake_run(&c, &gate_ladder), GW_OK);
	assert_int_equal(c.verdict, GW_V_OPEN);
	fake_free(&c);
}

static void
ladder_refuses_what_it_cannot_read(void **state)
{
	static const char *const bad[] = { "+1d 11:00", "", "6", "+6x",
		"+30m6h", "6h " };
	struct gw_ctx c;
	size_t i;

	(void)state;
	three_steps(&c);
	fake_input(&c, "box_scores", F, 1, 9);
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		fake_clear(&c);
		fake_option(&c, "steps.1.at", bad[i]);
		assert_int_equal(fake_run(&c, &gate_ladder), GW_FAILED);
		assert_non_null(strstr(c.remark, "steps[2].at"));
	}
	fake_option(&c, "steps.1.at", "+12h");
	fake_option(&c, "steps.1.below", "90");
	fake_clear(&c);
	assert_int_equal(fake_run(&c, &gate_ladder), GW_FAILED);
	assert_string_equal(c.remark, "steps[2].below = '90': expected a "
	    "percentage, such as '90%'");
	fake_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_needs_every_input),
		cmocka_unit_test(any_takes_the_best_source),
		cmocka_unit_test(quorum_counts_and_requires),
		cmocka_unit_test(quorum_says_what_would_open_it),
		cmocka_unit_test(quorum_knows_when_time_changes_it),
		cmocka_unit_test(quorum_refuses_what_does_not_fit),
		cmocka_unit_test(no_inputs_is_no_success),
		cmocka_unit_test(no_gate_opens_on_nothing),
		cmocka_unit_test(ladder_climbs_with_age),
		cmocka_unit_test(ladder_without_numbers_is_unknown),
		cmocka_unit_test(ladder_refuses_what_it_cannot_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
