/* SPDX-License-Identifier: BSD-2-Clause
 *
 * judge.c -- from a measurement and its limits to a result.
 *
 * The one place where a number becomes a judgement. Checks only measure;
 * gates and recoveries only see what comes from here. Percentages compare
 * products, not quotients, so that 9 of 10 is exactly 90 %. Coverage never
 * exceeds what is expected: a surplus is a finding of its own (`over`) and
 * repairs no gap, which is why 8 of 3 isn't 267 % healthy. Where nothing was
 * expected, nothing can be told, unless that is allowed.
 *
 * Knows nothing of dates: not due, idle and warm-up are seen by the reader
 * of the row (result.c).
 */
#include "engine/judge.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

/* NaN and infinities, without libm. */
static bool
finite_number(double v)
{
	return v - v == 0;
}

bool
below_percent(double value, double expected, double percent)
{
	return value * 100 < expected * percent;
}

static enum result
worse(enum result a, enum result b)
{
	assert(a <= RESULT_UNKNOWN && b <= RESULT_UNKNOWN);
	return a > b ? a : b;
}

static bool
beyond(const struct limit *l, bool above, double value, double expected)
{
	switch (l->kind) {
	case LIMIT_NONE:
		return false;
	case LIMIT_ABSOLUTE:
		return above ? value > l->at : value < l->at;
	case LIMIT_PERCENT:
		return above ? value * 100 > expected * l->at :
		    below_percent(value, expected, l->at);
	}
	assert(false);
	return true;
}

static bool
any_limit(const struct limits *l)
{
	return l->warn_below.kind || l->fail_below.kind ||
	    l->warn_above.kind || l->fail_above.kind;
}

static bool
needs_expected(const struct limits *l)
{
	return l->warn_below.kind == LIMIT_PERCENT ||
	    l->fail_below.kind == LIMIT_PERCENT ||
	    l->warn_above.kind == LIMIT_PERCENT ||
	    l->fail_above.kind == LIMIT_PERCENT;
}

/* What is there of what is expected. What is missing isn't, whatever was
 * counted twice. */
static double
covered(const struct measurement *m)
{
	double most = m->expected - (double)m->missing;

	return m->missing > 0 && most < m->value ? most : m->value;
}

/* Of the numbers alone. */
static enum result
judge_numbers(const struct limits *l, const struct measurement *m)
{
	static const struct limit all = { LIMIT_PERCENT, 100 };
	bool has_expected = m->expected == m->expected;
	const struct limit *fail = &l->fail_below;
	double value = covered(m);
	enum result r = RESULT_PASS;

	if (!finite_number(m->value))
		return RESULT_UNKNOWN;
	if (has_expected && (!finite_number(m->expected) || m->expected < 0))
		return RESULT_UNKNOWN;
	if (!has_expected && needs_expected(l))
		return RESULT_UNKNOWN;
	if (has_expected && m->expected == 0 && !l->allow_empty)
		return RESULT_UNKNOWN;
	if (has_expected && m->expected == 0 && m->value == 0 &&
	    m->extra <= 0)
		return RESULT_PASS;
	if (has_expected && !any_limit(l))
		fail = &all;
	if (beyond(&l->warn_below, false, value, m->expected) ||
	    beyond(&l->warn_above, true, m->value, m->expected))
		r = RESULT_WARN;
	if (has_expected && (m->value > m->expected || m->extra > 0))
		r = worse(r, l->over);
	if (beyond(fail, false, value, m->expected) ||
	    beyond(&l->fail_above, true, m->value, m->expected))
		r = RESULT_FAIL;
	return r;
}

enum result
judge(const struct limits *l, const struct measurement *m)
{
	bool has_value = m->value == m->value;

	if (!m->told || m->fault)
		return RESULT_UNKNOWN;
	if (m->stated != NONE && (m->stated < RESULT_PASS ||
	    m->stated > RESULT_FAIL))
		return RESULT_UNKNOWN;
	if (m->stated != NONE && !has_value)
		return any_limit(l) ? RESULT_UNKNOWN :
		    (enum result)m->stated;
	if (m->stated != NONE)
		return worse((enum result)m->stated, judge_numbers(l, m));
	return judge_numbers(l, m);
}

/* The lower bound that the limits set, in units. */
static double
wanted(const struct limits *l, const struct measurement *m)
{
	double want = 0, x;
	const struct limit *limits[] = { &l->warn_below, &l->fail_below };
	int i;

	for (i = 0; i < 2; i++) {
		if (limits[i]->kind == LIMIT_NONE)
			continue;
		x = limits[i]->kind == LIMIT_ABSOLUTE ? limits[i]->at :
		    limits[i]->at * m->expected / 100;
		if (x > want)
			want = x;
	}
	if (!any_limit(l) && m->expected == m->expected)
		want = m->expected;
	return want;
}

double
judge_shortfall(const struct limits *l, const struct measurement *m)
{
	double nan = __builtin_nan(""), gap;

	if (judge(l, m) == RESULT_UNKNOWN)
		return nan;
	if (!finite_number(m->value))
		return (double)m->stated;
	gap = wanted(l, m) - m->value;
	if (l->fail_above.kind == LIMIT_ABSOLUTE &&
	    m->value - l->fail_above.at > gap)
		gap = m->value - l->fail_above.at;
	return gap > 0 ? gap : 0;
}
