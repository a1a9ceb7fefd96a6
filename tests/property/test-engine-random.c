/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-random.c -- plays what failed once, then seeds until one fails
 * or the budget is spent.
 *
 *      GATEWARDEN_SEEDS=10000    how many
 *      GATEWARDEN_DAYS=1000000   or: until so many days have passed in them
 *      GATEWARDEN_SEED=42        the first one; alone unless told how many
 *      GATEWARDEN_STEPS=2000     steps of each, before its quiet time
 *      GATEWARDEN_CHECKS30=1     always a graph of 30 checks, whose days per
 *                                second can be compared
 *      GATEWARDEN_LAWS=0         without the laws of the journal
 *      GATEWARDEN_HASH=1         what each seed's journal comes to
 *      GATEWARDEN_TRACE=1        every step in words
 *      GATEWARDEN_SHRINK=60      seconds for making a failure shorter; 0: no
 *      GATEWARDEN_TAPE=FILE      where the shortened one is kept
 *      GATEWARDEN_KEPT=0         not what failed once
 *      test-engine-random --tape FILE     plays that one, and nothing else
 *
 * Prints the seed of a failure: with GATEWARDEN_SEED it happens again. What
 * failed is shortened, told in words and left as a tape. Of every hundred
 * seeds one is played twice, and must come to the same (I17).
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "caught.h"
#include "kept.h"
#include "laws-feed.h"
#include "mail.h"
#include "shrink.h"

static uint64_t
number(const char *name, uint64_t otherwise)
{
	const char *s = getenv(name);

	return s && *s ? strtoull(s, NULL, 10) : otherwise;
}

struct budget {
	uint64_t first, seeds, days;
	int32_t steps;
	bool hash;
};

struct sum {
	int64_t ms, steps;
	__typeof__(((struct play *)NULL)->count) of;
};

static void
add_up(struct sum *t, const struct play *p)
{
	int64_t *to = (int64_t *)&t->of;
	const int64_t *from = (const int64_t *)&p->count;
	size_t i;

	t->ms += p->elapsed;
	t->steps += p->step;
	for (i = 0; i < sizeof t->of / sizeof *to; i++)
		to[i] += from[i];
}

static bool
play_once(struct play *p, uint64_t seed, int32_t steps)
{
	tape_record(p->tape);
	return play_caught(p, seed, steps);
}

/* The same seed comes to the same journal. */
static bool
play_twice(struct play *p, uint64_t seed, int32_t steps)
{
	uint64_t hash;

	if (!play_once(p, seed, steps))
		return false;
	hash = p->shelf.hash;
	if (!play_once(p, seed, steps))
		return false;
	if (p->shelf.hash != hash)
		flaw(p, "I17", "the same seed comes to another journal");
	return !p->failed;
}

static bool
enough(const struct budget *b, const struct sum *t, uint64_t played)
{
	return b->days > 0 ? t->ms >= (int64_t)b->days * DAY :
	    played >= b->seeds;
}

static uint64_t
play_all(struct play *p, const struct budget *b, struct sum *t, bool *ret_ok)
{
	uint64_t i;

	*ret_ok = true;
	for (i = 0; *ret_ok && !enough(b, t, i); i++) {
		uint64_t seed = b->first + i;

		*ret_ok = seed % 100 == 1 ? play_twice(p, seed, b->steps) :
		    play_once(p, seed, b->steps);
		add_up(t, p);
		if (b->hash)
			printf("seed %" PRIu64 " hash %016" PRIx64 "\n",
			    seed, p->shelf.hash);
	}
	return i;
}

static void
print_sum(const struct budget *b, uint64_t played, const struct sum *t)
{
	printf("seeds %" PRIu64 " to %" PRIu64 ": %" PRId64 " days, %" PRId64
	    " steps, %" PRId64 " starts, %" PRId64 " messages, %" PRId64
	    " resolved, %" PRId64 " phases done, %" PRId64 " bypassed, %"
	    PRId64 " crashes, %" PRId64 " take-overs, %" PRId64
	    " lost locks, %" PRId64 " failed commits, %" PRId64 " reloads, %"
	    PRId64 " commands\n", b->first, b->first + played - 1,
	    t->ms / DAY, t->steps, t->of.starts, t->of.messages,
	    t->of.resolved, t->of.done, t->of.bypasses, t->of.crashes,
	    t->of.takeovers, t->of.lost_locks, t->of.failed_commits,
	    t->of.reloads, t->of.commands);
}

/*-------------------------------------------------------------- what failed */

/* What has just failed, from the tape that it left. */
static void
shorten(struct play *p, int32_t seconds)
{
	const char *path = getenv("GATEWARDEN_TAPE");
	CLEANUP_FREE char *flaw = strdup(p->flaw);
	struct shrunk s;

	if (seconds <= 0 || flaw == NULL)
		return;
	if (!shrink(p, seconds, &s)) {
		printf("it doesn't fail again from its tape\n");
		return;
	}
	p->trace = true;
	(void)play_caught(p, 0, 0);
	p->trace = false;
	printf("shortened from %d steps to %d, from %d choices to %d, in %d "
	    "plays:\n%s\n", s.steps_before, s.steps_after, s.choices_before,
	    s.choices_after, s.plays, p->flaw);
	if (path == NULL)
		path = "failed.tape";
	if (tape_save(p->tape, path, flaw) == 0)
		printf("again: test-engine-random --tape %s\n", path);
}

/* They lie beside the sources; where those aren't, there are none. */
static bool
kept_are_well(struct play *p)
{
	const char *srcdir = getenv("srcdir");
	CLEANUP_FREE char *what = NULL;
	CLEANUP_FREE char *dir = NULL;
	int32_t n;

	if (srcdir == NULL || number("GATEWARDEN_KEPT", 1) == 0 ||
	    asprintf(&dir, "%s/tests/property", srcdir) < 0)
		return true;
	if (play_kept(p, dir, &n, &what)) {
		printf("%d that failed once don't\n", n);
		return true;
	}
	printf("%s\n%s\n", what ? what : dir, p->flaw);
	return false;
}

static bool
run(struct play *p, const struct budget *b, bool kept)
{
	struct sum t = { 0 };
	uint64_t played;
	bool ok = !kept || kept_are_well(p);

	if (ok) {
		played = play_all(p, b, &t, &ok);
		if (!ok)
			printf("%s\n", p->flaw);
		print_sum(b, played, &t);
	}
	if (!ok)
		shorten(p, (int32_t)number("GATEWARDEN_SHRINK", 60));
	return ok;
}

static struct play *
new_play(void)
{
	struct play *p = calloc(1, sizeof *p);

	if (p == NULL)
		return NULL;
	p->out.v = calloc(EFFECTS_MIN + P_EFFECTS, sizeof *p->out.v);
	p->whole.v = calloc(EFFECTS_MIN + P_EFFECTS, sizeof *p->whole.v);
	p->tape = tape_new();
	if (p->out.v == NULL || p->whole.v == NULL || p->tape == NULL)
		return NULL;
	p->trace = number("GATEWARDEN_TRACE", 0) != 0;
	p->checks30 = number("GATEWARDEN_CHECKS30", 0) != 0;
	if (number("GATEWARDEN_LAWS", 1) != 0)
		(void)laws_feed_new(p);
	zones_read(p);
	p->mail = mail_new();
	return p;
}

static void
free_play(struct play *p)
{
	lives_free(p);
	zones_free(p);
	laws_feed_free(p->told_arg);
	mail_free(p->mail);
	free(p->talks);
	free(p->out.v);
	free(p->whole.v);
	free(p->tape);
	free(p);
}

int
main(int argc, char **argv)
{
	struct budget b = { .first = number("GATEWARDEN_SEED", 0),
		.days = number("GATEWARDEN_DAYS", 0),
		.steps = (int32_t)number("GATEWARDEN_STEPS", 0),
		.hash = number("GATEWARDEN_HASH", 0) != 0 };
	struct play *p = new_play();
	bool ok, one = b.first != 0;

	if (p == NULL)
		return 2;
	b.seeds = number("GATEWARDEN_SEEDS", one ? 1 : 60);
	if (!one)
		b.first = 1;
	log_set_level(LOG_ERROR + 1);
	if (argc == 3 && strcmp(argv[1], "--tape") == 0) {
		ok = play_tape(p, argv[2]);
		printf("%s\n", ok ? "it doesn't fail" : p->flaw);
	} else {
		ok = run(p, &b, !one);
	}
	free_play(p);
	return ok ? 0 : 1;
}
