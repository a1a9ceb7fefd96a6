/* SPDX-License-Identifier: BSD-2-Clause
 *
 * kept.c -- what failed once is played again, first.
 *
 * A seed is kept as a line of kept-seeds: seed, steps, and what it found. It
 * means the same play only as long as the generator draws the same; what was
 * shrunk from it is a tape in kept/, which keeps its meaning where the
 * generator is only extended at the end of what it draws in a round.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "caught.h"
#include "kept.h"

bool
play_tape(struct play *p, const char *path)
{
	int rc = tape_load(p->tape, path);

	if (rc < 0) {
		flaw(p, "tape", "%s: %s", path, strerror(-rc));
		return false;
	}
	return play_caught(p, 0, 0);
}

static bool
play_tapes(struct play *p, const char *dir, int32_t *ret_n, char **ret_what)
{
	CLEANUP_FREE char *pattern = NULL;
	glob_t found;
	bool ok = true;
	size_t i;

	if (asprintf(&pattern, "%s/kept/*.tape", dir) < 0)
		return false;
	if (glob(pattern, 0, NULL, &found) != 0)
		return true;
	for (i = 0; i < found.gl_pathc && ok; i++, ++*ret_n) {
		ok = play_tape(p, found.gl_pathv[i]);
		if (!ok)
			*ret_what = strdup(found.gl_pathv[i]);
	}
	globfree(&found);
	return ok;
}

static bool
play_line(struct play *p, const char *line, int32_t *ret_n, char **ret_what)
{
	uint64_t seed;
	int32_t steps;

	if (line[0] == '#' || line[0] == '\n')
		return true;
	if (sscanf(line, "%" SCNu64 " %" SCNd32, &seed, &steps) != 2) {
		flaw(p, "seeds", "not a seed and its steps: %s", line);
		*ret_what = strdup("kept-seeds");
		return false;
	}
	++*ret_n;
	tape_record(p->tape);
	if (play_caught(p, seed, steps))
		return true;
	*ret_what = strdup(line);
	return false;
}

static bool
play_seeds(struct play *p, const char *dir, int32_t *ret_n, char **ret_what)
{
	CLEANUP_FREE char *path = NULL;
	CLEANUP_FREE char *line = NULL;
	CLEANUP_FCLOSE FILE *f = NULL;
	size_t size = 0;
	bool ok = true;

	if (asprintf(&path, "%s/kept-seeds", dir) < 0)
		return false;
	f = fopen(path, "re");
	if (f == NULL) {
		flaw(p, "seeds", "%s: %s", path, strerror(errno));
		return false;
	}
	while (ok && getline(&line, &size, f) > 0)
		ok = play_line(p, line, ret_n, ret_what);
	return ok;
}

bool
play_kept(struct play *p, const char *dir, int32_t *ret_n, char **ret_what)
{
	*ret_n = 0;
	*ret_what = NULL;
	return play_tapes(p, dir, ret_n, ret_what) &&
	    play_seeds(p, dir, ret_n, ret_what);
}
