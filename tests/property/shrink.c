/* SPDX-License-Identifier: BSD-2-Clause
 *
 * shrink.c -- looks for the shortest tape that still fails in the same way.
 *
 * Whole rounds are left out first, many at once, then fewer; then the
 * pipeline is made smaller and what happens duller, by choices that become 0;
 * then single choices are halved and lowered. Each candidate is played; it is
 * kept if it breaks the same law with the same words, numbers aside. This
 * goes on until a whole pass has found nothing, or the time is over.
 *
 * Knows nothing of what the choices mean: that 0 is the dullest of each is
 * all that it relies on.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "caught.h"
#include "shrink.h"

struct shrinker {
	struct play *play;
	struct tape *best, *next;
	char flaw[sizeof ((struct play *)0)->flaw];
	int32_t plays;
	time_t until;
};

static time_t
seconds_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

/* The words are the same; which phase, at which step, doesn't matter. */
static bool
same_words(const char *a, const char *b)
{
	for (;;) {
		while (isdigit((unsigned char)*a))
			a++;
		while (isdigit((unsigned char)*b))
			b++;
		if (*a != *b)
			return false;
		if (*a == '\0')
			return true;
		a++, b++;
	}
}

/* What was never read is no part of the failure. */
static void
trim(const struct play *p, struct tape *t)
{
	if (!p->quiet)
		tape_cut(t, t->at, t->n - t->at);
}

/* Plays `next`; true: it fails as well, and is the best now. */
static bool
fails_too(struct shrinker *s)
{
	struct tape *t = s->next;

	if (seconds_now() >= s->until)
		return false;
	s->plays++;
	tape_rewind(t);
	s->play->tape = t;
	if (play_caught(s->play, 0, 0) ||
	    !same_words(s->play->flaw, s->flaw))
		return false;
	trim(s->play, t);
	s->next = s->best;
	s->best = t;
	return true;
}

/*------------------------------------------------------------------ passes */

/* Leaves out `n` rounds from `from` on. */
static bool
without_rounds(struct shrinker *s, int32_t from, int32_t n)
{
	int32_t begin = tape_round_begin(s->best, from);
	int32_t end = tape_round_begin(s->best, from + n);

	tape_copy(s->next, s->best);
	tape_cut(s->next, begin, end - begin);
	return fails_too(s);
}

static bool
fewer_rounds(struct shrinker *s)
{
	bool any = false;
	int32_t n, from;

	for (n = s->best->n_rounds; n >= 1; n /= 2)
		for (from = s->best->n_rounds - n; from >= 0; from -= n) {
			if (from + n <= s->best->n_rounds)
				any |= without_rounds(s, from, n);
		}
	return any;
}

static bool
all_zero(const struct tape *t, int32_t from, int32_t n)
{
	int32_t i;

	for (i = from; i < from + n; i++)
		if (t->v[i] != 0)
			return false;
	return true;
}

static bool
duller(struct shrinker *s)
{
	bool any = false;
	int32_t n, from;

	for (n = s->best->n; n >= 1; n /= 2)
		for (from = 0; from + n <= s->best->n; from += n) {
			if (all_zero(s->best, from, n))
				continue;
			tape_copy(s->next, s->best);
			memset(&s->next->v[from], 0, (size_t)n *
			    sizeof s->next->v[0]);
			any |= fails_too(s);
		}
	return any;
}

static bool
lower_to(struct shrinker *s, int32_t i, int32_t v)
{
	tape_copy(s->next, s->best);
	s->next->v[i] = v;
	return fails_too(s);
}

static bool
lower(struct shrinker *s)
{
	bool any = false;
	int32_t i;

	for (i = 0; i < s->best->n; i++) {
		while (i < s->best->n && s->best->v[i] > 1 &&
		    lower_to(s, i, s->best->v[i] / 2))
			any = true;
		while (i < s->best->n && s->best->v[i] > 1 &&
		    lower_to(s, i, s->best->v[i] - 1))
			any = true;
	}
	return any;
}

/* Nothing but the dullest at the end, if it came to that. */
static bool
calmer(struct shrinker *s)
{
	int32_t quiet = s->best->quiet;

	if (s->best->n == quiet)
		return false;
	tape_copy(s->next, s->best);
	tape_cut(s->next, quiet, s->best->n - quiet);
	return fails_too(s);
}

/*------------------------------------------------------------------- in all */

bool
shrink(struct play *p, int32_t seconds, struct shrunk *ret)
{
	CLEANUP_FREE struct tape *other = tape_new();
	struct shrinker s = { .play = p, .best = other, .next = p->tape,
		.until = seconds_now() + seconds };
	struct tape *given = p->tape;
	bool any;

	if (other == NULL || given == NULL || given->full)
		return false;
	*ret = (struct shrunk){ .steps_before = p->step,
		.choices_before = given->n };
	memcpy(s.flaw, p->flaw, sizeof s.flaw);
	given->brief = !p->quiet;
	tape_copy(s.best, given);
	if (!fails_too(&s))
		return false;
	do {
		any = fewer_rounds(&s);
		any |= calmer(&s);
		any |= duller(&s);
		any |= lower(&s);
	} while (any && seconds_now() < s.until);
	if (s.best != given)
		tape_copy(given, s.best);
	tape_rewind(given);
	p->tape = given;
	(void)play_caught(p, 0, 0);
	tape_rewind(given);
	ret->steps_after = p->step;
	ret->choices_after = given->n;
	ret->plays = s.plays;
	return p->failed;
}
