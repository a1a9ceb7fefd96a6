/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tape.c -- writes choices down and reads them back.
 *
 * A choice is kept as it was made, smaller than the number of its
 * alternatives. Where there are fewer of them when it is read back, because
 * what came before was changed, it is taken modulo that number: a tape never
 * leads out of what a play can do. Reading a round back from a tape that was
 * not changed begins where that round began when it was written.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "tape.h"

struct tape *
tape_new(void)
{
	return calloc(1, sizeof(struct tape));
}

void
tape_copy(struct tape *to, const struct tape *from)
{
	memcpy(to->v, from->v, (size_t)from->n * sizeof from->v[0]);
	memcpy(to->rounds, from->rounds, (size_t)from->n_rounds *
	    sizeof from->rounds[0]);
	to->n = from->n;
	to->n_rounds = from->n_rounds;
	to->quiet = from->quiet;
	to->seed = from->seed;
	to->full = from->full;
	to->brief = from->brief;
	tape_rewind(to);
}

void
tape_record(struct tape *t)
{
	t->n = t->n_rounds = t->quiet = 0;
	t->replays = t->full = t->brief = t->calm = false;
}

void
tape_rewind(struct tape *t)
{
	t->at = t->at_round = 0;
	t->end = tape_round_begin(t, 0);
	t->replays = true;
}

static void
put(struct tape *t, int32_t v)
{
	if (t->n == TAPE_CHOICES) {
		t->full = true;
		return;
	}
	t->v[t->n++] = v;
	if (!t->calm)
		t->quiet = t->n;
}

int32_t
tape_choose(struct tape *t, int32_t n, int32_t drawn)
{
	if (t == NULL)
		return drawn;
	if (t->replays)
		return t->at < t->end ? t->v[t->at++] % n : 0;
	put(t, drawn);
	return drawn;
}

/* A round that draws less or more than when it was written doesn't shift the
 * ones that follow. */
void
tape_round(struct tape *t)
{
	if (t && t->replays) {
		t->at = tape_round_begin(t, t->at_round++);
		t->end = tape_round_begin(t, t->at_round);
	} else if (t && t->n_rounds == TAPE_ROUNDS) {
		t->full = true;
	} else if (t) {
		t->rounds[t->n_rounds++] = t->n;
	}
}

void
tape_quiet(struct tape *t)
{
	if (t && t->replays) {
		t->at = t->quiet;
		t->end = t->n;
	} else if (t) {
		t->calm = true;
	}
}

bool
tape_over(const struct tape *t)
{
	return t && t->replays && t->at_round >= t->n_rounds;
}

int32_t
tape_round_begin(const struct tape *t, int32_t round)
{
	return round < t->n_rounds ? t->rounds[round] : t->quiet;
}

void
tape_cut(struct tape *t, int32_t from, int32_t n)
{
	int32_t i, k = 0;

	memmove(&t->v[from], &t->v[from + n], (size_t)(t->n - from - n) *
	    sizeof t->v[0]);
	t->n -= n;
	for (i = 0; i < t->n_rounds; i++) {
		int32_t r = t->rounds[i];

		if (r >= from && r < from + n)
			continue;       /* its beginning is gone, and it */
		t->rounds[k++] = r >= from + n ? r - n : r;
	}
	t->n_rounds = k;
	if (t->quiet >= from + n)
		t->quiet -= n;
	else if (t->quiet > from)
		t->quiet = from;
}

/*------------------------------------------------------------------- files */

int
tape_save(const struct tape *t, const char *path, const char *about)
{
	CLEANUP_FCLOSE FILE *f = fopen(path, "we");
	int32_t i, round = 0;

	if (f == NULL)
		return -errno;
	if (about)
		fprintf(f, "# %s\n", about);
	fprintf(f, "seed %" PRIu64 "\n", t->seed);
	for (i = 0; i < t->n; i++) {
		for (; round < t->n_rounds && t->rounds[round] == i; round++)
			fputs("\n", f);
		if (i == t->quiet)
			fputs("\nquiet", f);
		fprintf(f, " %d", t->v[i]);
	}
	fputs("\n", f);
	return ferror(f) ? -EIO : 0;
}

/* A line of the file: a round; false: it is too long, or no numbers. */
static bool
take_line(struct tape *t, char *line)
{
	char *s = line, *end;

	for (;;) {
		long v = strtol(s, &end, 10);

		if (end == s)
			break;
		if (v < 0 || v > INT32_MAX)
			return false;
		put(t, (int32_t)v);
		s = end;
	}
	while (isspace((unsigned char)*s))
		s++;
	return *s == '\0';
}

int
tape_load(struct tape *t, const char *path)
{
	CLEANUP_FCLOSE FILE *f = fopen(path, "re");
	CLEANUP_FREE char *line = NULL;
	bool first = true;
	size_t size = 0;
	char *s;

	if (f == NULL)
		return -errno;
	tape_record(t);
	while (getline(&line, &size, f) > 0) {
		if (line[0] == '#' || sscanf(line, "seed %" SCNu64,
		    &t->seed) == 1)
			continue;
		s = line;
		if (strncmp(s, "quiet ", 6) == 0) {
			t->calm = true;
			s += 6;
		} else if (!first) {
			tape_round(t);
		}
		first = false;
		if (!take_line(t, s) || t->full)
			return -EINVAL;
	}
	tape_rewind(t);
	return ferror(f) ? -EIO : 0;
}
