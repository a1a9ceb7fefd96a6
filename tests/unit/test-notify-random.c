/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-notify-random.c -- random histories of incidents, silences, windows
 * and digests, and what must hold of all of them:
 *
 *   - one recipient is never told the same state twice;
 *   - who was told of an opening is told of the end, as soon as nothing
 *     holds it;
 *   - what is held is sent later, or superseded by how things are then;
 *   - what is held is held by something with a name;
 *   - when all that could hold is over, what he knows is how it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "notify-help.h"

enum { HISTORIES = 100000, STEPS_MOST = 24 };

struct life {
	struct notify_bed b;
	struct notify_case x;
	struct notify_telling t;
	uint64_t seed, message;
	int64_t sent_at;
	/* the model: what he was sent, by the calls alone */
	enum severity heard;
	bool heard_gave_up, heard_end;
	int32_t sends;
};

static uint32_t
below(struct life *l, uint32_t n)
{
	l->seed = l->seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(l->seed >> 33) % n;
}

static void
random_conf(struct life *l)
{
	struct notify_bed *b = &l->b;
	uint32_t i, n = below(l, 3);

	bed_init(b);
	b->world.now += (int64_t)below(l, 400 * 24) * HOUR;
	b->routes[0].digest_most = (enum severity)below(l, 3);
	b->routes[0].digest_s = (int32_t)below(l, 24) * 3600;
	b->instances[TEAM].cap = below(l, 4) == 0 ? 2 : 0;
	for (i = 0; i < n; i++) {
		b->windows[i] = daily(i ? "w1" : "w0", below(l, 2) ?
		    WINDOW_QUIET : WINDOW_MAINTENANCE, (int32_t)below(l, 24),
		    (int32_t)below(l, 24));
		if (b->windows[i].from_s == b->windows[i].to_s)
			b->windows[i].to_s = (b->windows[i].from_s + 3600) %
			    86400;
		b->windows[i].days = 1 + below(l, 127);
	}
	b->conf.n_windows = (int32_t)n;
}

static void
judge(struct life *l, const struct notify_ruling *r)
{
	const struct notify_step *s = last_step(r);

	if (r->outcome == NOTIFY_HELD || r->outcome == NOTIFY_COLLECTED) {
		assert_false(s->passed);
		assert_true(s->by || s->silence || s->remark);
		assert_true(r->until > l->b.world.now);
		assert_true(l->t.waits);
		return;
	}
	assert_false(l->t.waits);
	if (r->outcome == NOTIFY_NOTHING) {
		assert_non_null(s->remark);
		return;
	}
	l->sends++;
	assert_false(l->heard_end);
	if (r->kind == NOTICE_RESOLVED) {
		assert_false(l->x.open);
		assert_true(l->heard != SEVERITY_NONE || !l->t.waits);
		l->heard_end = true;
		return;
	}
	assert_true(l->x.open);
	/* the same state is never told twice */
	assert_true(r->severity > l->heard || r->kind == NOTICE_REMINDER ||
	    r->kind == NOTICE_ESCALATED ||
	    (l->x.gave_up && !l->heard_gave_up));
	if (r->severity > l->heard)
		l->heard = r->severity;
	l->heard_gave_up = l->heard_gave_up || l->x.gave_up;
}

static void
ask(struct life *l, enum notice_kind kind)
{
	struct notify_recipient to = a_recipient(&l->b);
	struct notify_ruling r;

	to.today = l->sends;
	telling_asked(&l->b.world, &l->x, &to, &l->t, kind, l->x.severity,
	    ++l->message, &r);
	judge(l, &r);
}

/* What waits, whose time has come. */
static void
look(struct life *l)
{
	struct notify_recipient to = a_recipient(&l->b);
	struct notify_ruling r;

	if (!l->t.waits)
		return;
	to.today = l->sends;
	telling_again(&l->b.world, &l->x, &to, &l->t, l->t.collected &&
	    l->t.until <= l->b.world.now, &r);
	judge(l, &r);
}

static void
let_pass(struct life *l, int64_t ms)
{
	int64_t to = l->b.world.now + ms;
	int guard = 0;

	while (l->t.waits && l->t.until <= to) {
		l->b.world.now = l->t.until;
		look(l);
		assert_true(guard++ < 100000);
	}
	l->b.world.now = to;
}

static void
silence(struct life *l)
{
	struct notify_bed *b = &l->b;

	if (b->world.n_silences > 0 && below(l, 2)) {
		b->world.n_silences--;  /* taken back */
		look(l);
		return;
	}
	if (b->world.n_silences == 4)
		return;
	b->silences[b->world.n_silences++] = (struct silence){
		.id = ++l->message, .from = b->world.now,
		.until = b->world.now + (1 + below(l, 40)) * HOUR,
		.severity = (enum severity)below(l, 4),
		.phase = below(l, 2) ? "load" : NULL };
}

static void
one_step(struct life *l)
{
	bool open = l->x.open;

	switch (below(l, 7)) {
	case 0:
		if (open && l->x.severity < SEVERITY_CRITICAL) {
			l->x.severity++;
			ask(l, NOTICE_WORSE);
		}
		break;
	case 1:
		if (open && !l->x.gave_up) {
			l->x.gave_up = true;
			ask(l, NOTICE_GAVE_UP);
		}
		break;
	case 2:
		if (open)
			ask(l, NOTICE_REMINDER);
		break;
	case 3:
		if (open && below(l, 3) == 0) {
			l->x.open = false;
			ask(l, NOTICE_RESOLVED);
		}
		break;
	case 4:
		silence(l);
		break;
	case 5:
		l->x.deadline = below(l, 3) ? INSTANT_NONE :
		    l->b.world.now + (int64_t)below(l, 10) * HOUR;
		l->x.flapping = below(l, 8) == 0;
		break;
	default:
		let_pass(l, (int64_t)below(l, 30) * HOUR);
		break;
	}
}

/* Nothing holds any more: what he knows is how it is. */
static void
the_end(struct life *l)
{
	int32_t sends;

	l->b.world.n_silences = 0;
	l->b.conf.n_windows = 0;
	l->b.instances[TEAM].cap = 0;
	l->x.flapping = false;
	look(l);
	let_pass(l, 50 * HOUR);
	assert_false(l->t.waits);
	if (l->x.open) {
		assert_int_equal(l->heard, l->x.severity);
		assert_int_equal(l->heard_gave_up, l->x.gave_up);
	} else if (l->heard != SEVERITY_NONE) {
		assert_true(l->heard_end);
	}
	/* asked once more, there is nothing to say */
	sends = l->sends;
	ask(l, l->x.open ? NOTICE_OPENED : NOTICE_RESOLVED);
	assert_int_equal(l->sends, sends);
	assert_false(l->t.waits);
}

static void
test_histories(void **state)
{
	uint64_t seed;
	uint32_t n;

	(void)state;
	for (seed = 1; seed <= HISTORIES; seed++) {
		struct life l = { .seed = seed };

		random_conf(&l);
		l.x = a_case((enum severity)(1 + below(&l, 3)));
		telling_init(&l.t);
		ask(&l, NOTICE_OPENED);
		for (n = 1 + below(&l, STEPS_MOST); n > 0; n--)
			one_step(&l);
		the_end(&l);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_histories) };

	return cmocka_run_group_tests_name("tellings", tests, NULL, NULL);
}
