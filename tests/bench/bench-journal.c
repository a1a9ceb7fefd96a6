/* SPDX-License-Identifier: BSD-2-Clause
 *
 * bench-journal.c -- journalled starts against raw fdatasync, and grouped
 * measurements.
 *
 * A start is one durable transaction with one event of the size of an
 * attempt's row. The raw side appends as many bytes to a file in the same
 * directory and syncs, in alternating rounds, so that both see the same
 * disk. Usage: bench-journal DIR
 */
#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "journal/store.h"
#include "timing.h"

enum { ROUNDS = 8, PER_ROUND = 100, BYTES = 512, GROUP = 100 };

static json_t *
attempt_row(int i)
{
	char filler[BYTES - 160];

	memset(filler, 'x', sizeof filler - 1);
	filler[sizeof filler - 1] = '\0';
	return json_pack("{s:i, s:s, s:s, s:s, s:I}", "id", i, "state",
	    "intent", "action", "process_date", "evidence", filler,
	    "intent_at", (json_int_t)1768500000000 + i);
}

static void
append(struct store *s, int i)
{
	json_t *data = attempt_row(i);
	char key[32];
	struct store_event e = { .at = 1768500000000 + i, .kind = "bench",
		.pipeline = "nba", .date = "2026-01-16", .subject = key,
		.key = key, .data = data };
	int r;

	(void)snprintf(key, sizeof key, "bench/%d", i);
	r = store_append(s, &e, NULL);
	assert(r == 0);
	(void)r;
	json_decref(data);
}

static double
starts(struct store *s, int first)
{
	double t = seconds();
	int i, r;

	for (i = 0; i < PER_ROUND; i++) {
		r = store_begin(s);
		assert(r == 0);
		append(s, first + i);
		r = store_commit(s, true);
		assert(r == 0);
		(void)r;
	}
	return seconds() - t;
}

static double
groups(struct store *s, int first)
{
	double t = seconds();
	int i, j, r;

	for (i = 0; i < PER_ROUND; i += 10) {
		r = store_begin(s);
		assert(r == 0);
		for (j = 0; j < GROUP; j++)
			append(s, first + i * 10 + j);
		r = store_commit(s, true);
		assert(r == 0);
		(void)r;
	}
	return seconds() - t;
}

static double
raw_syncs(int fd)
{
	char block[BYTES];
	double t = seconds();
	int i;

	memset(block, 'x', sizeof block);
	for (i = 0; i < PER_ROUND; i++) {
		ssize_t n = write(fd, block, sizeof block);
		int r = fdatasync(fd);

		assert(n == BYTES && r == 0);
		(void)n;
		(void)r;
	}
	return seconds() - t;
}

int
main(int argc, char **argv)
{
	CLEANUP_FREE char *why = NULL;
	CLEANUP_CLOSE int fd = -1;
	struct store *s = NULL;
	double journal = 0, raw = 0, grouped = 0;
	int i;

	if (argc != 2 || chdir(argv[1]) != 0) {
		fprintf(stderr, "usage: bench-journal DIR\n");
		return 2;
	}
	fd = open("raw", O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0 || store_open(".", &s, &why) != 0) {
		fprintf(stderr, "bench-journal: %s\n", why ? why : "open");
		return 1;
	}
	for (i = 0; i < ROUNDS; i++) {
		journal += starts(s, i * PER_ROUND);
		raw += raw_syncs(fd);
		grouped += groups(s, 1000000 + i * PER_ROUND * 10);
	}
	store_close(s);
	figure("journalled starts", ROUNDS * PER_ROUND / journal, "1/s");
	figure("raw fdatasync", ROUNDS * PER_ROUND / raw, "1/s");
	figure("grouped measurements",
	    ROUNDS * (PER_ROUND / 10) * GROUP / grouped, "1/s");
	return 0;
}
