/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-random.c -- plays what failed once, then seeds until one fails
 * or the budget is spent.
 *
 *      GATEWARDEN_SEEDS=10000    how many
 *      GATEWARDEN_SEED=42        the first one; alone unless SEEDS is given
 *      GATEWARDEN_STEPS=2000     steps of each
 *      GATEWARDEN_DAYS=10000     no more than these days in all
 *      GATEWARDEN_TRACE=1        every step in words
 *      GATEWARDEN_SHRINK=60      seconds for making a failure shorter; 0: no
 *      GATEWARDEN_TAPE=FILE      where the shortened one is kept
 *      test-engine-random --tape FILE     plays that one, and nothing else
 *
 * Prints the seed of a failure: with GATEWARDEN_SEED it happens again. What
 * failed is shortened, told in words and left as a tape.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "caught.h"
#include "kept.h"
#include "shrink.h"

static uint64_t
number(const char *name, uint64_t otherwise)
{
	const char *s = getenv(name);

	return s && *s ? strtoull(s, NULL, 10) : otherwise;
}

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
	(void)play_caught(p, 0, INT32_MAX);
	p->trace = false;
	printf("shortened from %d steps to %d, from %d choices to %d, in %d "
	    "plays:\n%s\n", s.steps_before, s.steps_after, s.choices_before,
	    s.choices_after, s.plays, p->flaw);
	if (path == NULL)
		path = "failed.tape";
	if (tape_save(p->tape, path, flaw) == 0)
		printf("again: test-engine-random --tape %s\n", path);
}

static struct play *
new_play(void)
{
	struct play *p = calloc(1, sizeof *p);

	if (p == NULL)
		return NULL;
	p->out.v = calloc(EFFECTS_MIN + 64, sizeof *p->out.v);
	p->tape = tape_new();
	p->trace = number("GATEWARDEN_TRACE", 0) != 0;
	return p->out.v && p->tape ? p : NULL;
}

static void
free_play(struct play *p)
{
	free(p->memory);
	free(p->out.v);
	free(p->tape);
	free(p);
}

static bool
play_seeds(struct play *p, uint64_t first, uint64_t n, int32_t steps)
{
	int64_t total[7] = { 0 };
	int64_t days = (int64_t)number("GATEWARDEN_DAYS", INT32_MAX);
	uint64_t i;
	bool ok = true;

	for (i = 0; i < n && ok && total[6] < days * DAY; i++) {
		tape_record(p->tape);
		ok = play_caught(p, first + i, steps);
		total[0] += p->step;
		total[1] += p->intents;
		total[2] += p->messages;
		total[3] += p->crashes;
		total[4] += p->done_phases;
		total[5] += p->bypasses;
		total[6] += p->now.wall - BEGIN;
	}
	if (!ok)
		printf("%s\n", p->flaw);
	printf("seeds %" PRIu64 " to %" PRIu64 ": %" PRId64 " days, %" PRId64
	    " steps, %" PRId64 " starts, %" PRId64 " messages, %" PRId64
	    " crashes, %" PRId64 " phases done, %" PRId64 " bypassed\n",
	    first, first + i - 1, total[6] / DAY, total[0], total[1],
	    total[2], total[3], total[4], total[5]);
	return ok;
}

/* Beside the sources; without them there is nothing kept. */
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

int
main(int argc, char **argv)
{
	uint64_t first = number("GATEWARDEN_SEED", 0);
	uint64_t n = number("GATEWARDEN_SEEDS", first ? 1 : 60);
	int32_t steps = (int32_t)number("GATEWARDEN_STEPS", 1500);
	struct play *p = new_play();
	bool ok;

	if (p == NULL)
		return 2;
	if (argc == 3 && strcmp(argv[1], "--tape") == 0) {
		ok = play_tape(p, argv[2]);
		printf("%s\n", ok ? "it doesn't fail" : p->flaw);
	} else {
		ok = (first || kept_are_well(p)) && play_seeds(p,
		    first ? first : 1, n, steps);
		if (!ok)
			shorten(p, (int32_t)number("GATEWARDEN_SHRINK", 60));
	}
	free_play(p);
	return ok ? 0 : 1;
}
