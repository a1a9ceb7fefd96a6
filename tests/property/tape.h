/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tape.h -- the choices of a play, in the order in which they were made.
 *
 * A play draws every choice through upto(); on a tape it is written down, or
 * read back. What is drawn beyond the end of a tape is 0, which is the dullest
 * choice everywhere: nothing breaks, nothing jumps, nobody interferes. So a
 * tape may be cut and changed anywhere and still be played, which is what
 * shrink.c does.
 *
 * As a file it is text: lines of `#` say what it found; then the seed; then
 * one line of numbers per round, the first one being the pipeline and its data. The quiet
 * time at the end, if it came to that, is a line that begins with `quiet`.
 */
#ifndef TESTS_PROPERTY_TAPE_H
#define TESTS_PROPERTY_TAPE_H

#include <stdbool.h>
#include <stdint.h>

enum { TAPE_CHOICES = 1 << 19, TAPE_ROUNDS = 1 << 16 };

struct tape {
	uint64_t seed;                  /* some things go by it, every eighth */
	int32_t v[TAPE_CHOICES];
	int32_t rounds[TAPE_ROUNDS];    /* where each begins */
	int32_t n, n_rounds;
	int32_t quiet;                  /* where the quiet time begins; n: it
	                                   didn't come to that */
	int32_t at, at_round, end;      /* while it is read back */
	bool calm;                      /* the quiet time has begun */
	bool replays;
	bool full;                      /* more was drawn than there is room */
	bool brief;                     /* the quiet time is left out */
};

/* Returns owned, empty; NULL: no memory. Free with free(). */
struct tape *tape_new(void);
void tape_copy(struct tape *, const struct tape *);

/* To be written from now on, or read back from its beginning. */
void tape_record(struct tape *);
void tape_rewind(struct tape *);

/* The choice among 0 .. n - 1: `drawn` unless it is read back. `t` may be
 * NULL: `drawn`. */
int32_t tape_choose(struct tape *, int32_t n, int32_t drawn);
/* A round begins; the quiet time does. */
void tape_round(struct tape *);
void tape_quiet(struct tape *);
/* Read back, and there are no more rounds. */
bool tape_over(const struct tape *);

/* Without these choices; the beginnings of rounds move along. */
void tape_cut(struct tape *, int32_t from, int32_t n);
/* Of the one after the last: where the quiet time begins. */
int32_t tape_round_begin(const struct tape *, int32_t round);

/* Negative errno. `about` (may be NULL): what it found, a line. */
int tape_save(const struct tape *, const char *path, const char *about);
int tape_load(struct tape *, const char *path);

#endif
