/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-reconcile.c -- two evidences, by table: which one decides, and what
 * becomes of it when the other says something else.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake-host.h"

extern const struct gw_plugin gate_reconcile;

enum { P = GW_R_PASS, W = GW_R_WARN, F = GW_R_FAIL, U = GW_R_UNKNOWN,
	S = GW_R_SKIP, N = GW_R_NOT_DUE };

/* Tables, ledger: the ledger decides. */
static void
two_evidences(struct gw_ctx *c, const char *tolerance, const char *disagree)
{
	fake_init(c);
	fake_option(c, "decides", "ledger");
	fake_option(c, "tolerance", tolerance);
	fake_option(c, "compare", "value");
	fake_option(c, "disagree", disagree);
	fake_option(c, "severity", "warning");
}

struct evidence {
	int32_t tables, ledger; /* results */
	double a, b;
	int32_t verdict, severity;
};

static void
reconcile(struct gw_ctx *c, const struct evidence *x)
{
	fake_clear(c);
	c->n_inputs = 0;
	fake_input(c, "tables", x->tables, x->a, 5);
	fake_input(c, "ledger", x->ledger, x->b, 5);
	assert_int_equal(fake_run(c, &gate_reconcile), GW_OK);
	if (c->verdict != x->verdict || c->severity != x->severity)
		fail_msg("tables %g (%d), ledger %g (%d): verdict %d, "
		    "severity %d", x->a, (int)x->tables, x->b,
		    (int)x->ledger, (int)c->verdict, (int)c->severity);
}

static void
reconcile_lets_one_decide_while_they_agree(void **state)
{
	static const struct evidence rows[] = {
		{ P, P, 5, 5, GW_V_OPEN, GW_S_NONE },
		{ P, W, 4, 4, GW_V_DEGRADED, GW_S_NONE },
		{ F, F, 2, 2, GW_V_BLOCKED, GW_S_NONE },
		/* the limits of the one that doesn't decide are its own */
		{ F, P, 5, 5, GW_V_OPEN, GW_S_NONE },
		/* the tables say 5 of 5, the ledger 2 of 5; and the reverse */
		{ P, F, 5, 2, GW_V_BLOCKED, GW_S_WARNING },
		{ F, P, 2, 5, GW_V_BLOCKED, GW_S_WARNING },
		{ P, P, 5, 4, GW_V_BLOCKED, GW_S_WARNING },
		/* not due: it may still come to agree */
		{ N, P, 2, 5, GW_V_WAITING, GW_S_NONE },
		{ P, N, 5, 2, GW_V_WAITING, GW_S_NONE },
		{ N, F, 2, 0, GW_V_BLOCKED, GW_S_NONE },
		/* what can't be told agrees with nothing */
		{ U, P, NAN, 5, GW_V_UNKNOWN, GW_S_NONE },
		{ P, U, 5, NAN, GW_V_UNKNOWN, GW_S_NONE },
		{ P, P, NAN, 5, GW_V_UNKNOWN, GW_S_NONE },
		{ P, P, NAN, NAN, GW_V_UNKNOWN, GW_S_NONE },
		{ U, F, NAN, 2, GW_V_BLOCKED, GW_S_NONE },
		/* nothing owed */
		{ S, S, NAN, NAN, GW_V_OPEN, GW_S_NONE },
		{ S, P, NAN, 5, GW_V_OPEN, GW_S_NONE },
		{ S, F, NAN, 2, GW_V_BLOCKED, GW_S_NONE },
	};
	struct gw_ctx c;
	size_t i;

	(void)state;
	two_evidences(&c, "0", "block");
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		reconcile(&c, &rows[i]);
	reconcile(&c, &rows[4]);
	assert_string_equal(c.reasons, "ledger says 2 of 5, tables says 5 of "
	    "5: they differ by 3 (tolerance 0); ledger decides|ledger fails: "
	    "2 of 5");
	assert_string_equal(c.opens_with, "ledger,tables");
	fake_free(&c);
}

static void
reconcile_has_a_tolerance(void **state)
{
	static const struct evidence absolute[] = {
		{ P, P, 98, 100, GW_V_OPEN, GW_S_NONE },
		{ P, P, 102, 100, GW_V_OPEN, GW_S_NONE },
		{ P, P, 103, 100, GW_V_DEGRADED, GW_S_WARNING },
		{ P, F, 103, 100, GW_V_BLOCKED, GW_S_WARNING },
	}, percent[] = {
		{ P, P, 49, 50, GW_V_OPEN, GW_S_NONE },
		{ P, P, 48, 50, GW_V_BLOCKED, GW_S_WARNING },
		{ P, P, 1, 0, GW_V_BLOCKED, GW_S_WARNING },
	};
	struct gw_ctx c;
	size_t i;

	(void)state;
	two_evidences(&c, "2", "degrade");
	for (i = 0; i < sizeof absolute / sizeof absolute[0]; i++)
		reconcile(&c, &absolute[i]);
	fake_free(&c);
	two_evidences(&c, "2%", "block");
	for (i = 0; i < sizeof percent / sizeof percent[0]; i++)
		reconcile(&c, &percent[i]);
	fake_free(&c);
}

static void
reconcile_refuses_what_does_not_fit(void **state)
{
	struct gw_ctx c;

	(void)state;
	two_evidences(&c, "0", "block");
	fake_option(&c, "decides", "leger");
	fake_input(&c, "tables", P, 5, 5);
	fake_input(&c, "ledger", P, 5, 5);
	assert_int_equal(fake_run(&c, &gate_reconcile), GW_UNKNOWN);
	assert_int_equal(c.verdict, GW_V_UNKNOWN);
	assert_non_null(strstr(c.remark, "'leger'"));
	fake_option(&c, "decides", "ledger");
	fake_input(&c, "third", P, 5, 5);
	fake_clear(&c);
	assert_int_equal(fake_run(&c, &gate_reconcile), GW_UNKNOWN);
	assert_non_null(strstr(c.remark, "3 inputs"));
	fake_option(&c, "tolerance", "-1");
	assert_int_equal(fake_run(&c, &gate_reconcile), GW_FAILED);
	fake_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    reconcile_lets_one_decide_while_they_agree),
		cmocka_unit_test(reconcile_has_a_tolerance),
		cmocka_unit_test(reconcile_refuses_what_does_not_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
