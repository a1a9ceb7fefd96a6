/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-wakes.c -- the tree of instants, against a list that is walked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/wakes.h"

enum { MOST = 700, WORDS = 1024, TURNS = 4000 };

struct pair {
	struct wakes_shape shape;
	int64_t v[WORDS], list[MOST];
	uint64_t rng;
};

static uint32_t
dice(struct pair *p, uint32_t n)
{
	/* splitmix64 (Steele, Lea, Flood 2014) */
	uint64_t z = p->rng += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (uint32_t)((z ^ (z >> 31)) % n);
}

static void
fill(struct pair *p, int32_t n, int64_t at)
{
	int32_t i;

	assert_true(wakes_shape(n, &p->shape) <= WORDS);
	wakes_fill(&p->shape, p->v, at);
	for (i = 0; i < n; i++)
		p->list[i] = at;
}

static int64_t
first_of(const struct pair *p)
{
	int64_t first = WAKE_NEVER;
	int32_t i;

	for (i = 0; i < p->shape.n; i++)
		if (p->list[i] < first)
			first = p->list[i];
	return first;
}

static int32_t
next_of(const struct pair *p, int32_t from, int64_t now)
{
	for (; from < p->shape.n; from++)
		if (p->list[from] <= now)
			return from;
	return -1;
}

/* Mostly few instants, so that the same one comes often. */
static int64_t
some_instant(struct pair *p)
{
	switch (dice(p, 8)) {
	case 0:
		return WAKE_NEVER;
	case 1:
		return WAKE_DUE;
	default:
		return (int64_t)dice(p, dice(p, 2) ? 10 : 100000) - 5;
	}
}

static void
play(struct pair *p)
{
	uint32_t n = (uint32_t)p->shape.n;
	int32_t i, k, from;
	int64_t at;

	for (k = 0; k < TURNS; k++) {
		i = (int32_t)dice(p, n);
		at = some_instant(p);
		p->list[i] = at;
		wakes_set(&p->shape, p->v, i, at);
		assert_true(wakes_first(&p->shape, p->v) == first_of(p));
		from = (int32_t)dice(p, n + 1);
		at = some_instant(p);
		if (at == WAKE_NEVER)
			continue;
		assert_int_equal(wakes_next(&p->shape, p->v, from, at),
		    next_of(p, from, at));
	}
}

static void
it_finds_what_a_walk_finds(void **state)
{
	static const int32_t sizes[] = { 1, 2, 7, 8, 9, 63, 64, 65, 511, 512,
		513, MOST };
	static struct pair p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		p.rng = 1 + i;
		fill(&p, sizes[i], i % 2 ? WAKE_DUE : WAKE_NEVER);
		play(&p);
	}
}

static void
nothing_has_come_where_nothing_is_asked(void **state)
{
	static struct pair p;

	(void)state;
	fill(&p, 100, WAKE_NEVER);
	assert_int_equal(wakes_next(&p.shape, p.v, 0, INT64_MAX - 1), -1);
	wakes_set(&p.shape, p.v, 99, 5);
	assert_int_equal(wakes_next(&p.shape, p.v, 0, 4), -1);
	assert_int_equal(wakes_next(&p.shape, p.v, 0, 5), 99);
	assert_int_equal(wakes_next(&p.shape, p.v, 100, 5), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_finds_what_a_walk_finds),
		cmocka_unit_test(nothing_has_come_where_nothing_is_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
