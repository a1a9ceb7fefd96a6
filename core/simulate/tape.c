/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tape.c -- the journal that a simulation would have written, as its hash.
 *
 * Each row becomes the very event that the daemon would append, and is
 * linked as the journal links it; only the database is left out. So two runs
 * agree in their hash exactly if their journals would agree in every byte.
 */
#include "simulate/tape.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/rows.h"
#include "journal/chain.h"

struct tape {
	struct rows *rows;
	uint64_t seq, chain;
};

struct tape *
tape_new(const struct graph *g)
{
	struct tape *t = calloc(1, sizeof *t);

	if (t == NULL)
		abort();
	t->rows = rows_new(g, NULL, 0);
	t->chain = CHAIN_START;
	return t;
}

void
tape_free(struct tape *t)
{
	if (t == NULL)
		return;
	rows_free(t->rows);
	free(t);
}

void
tape_write(struct tape *t, const struct record *r, int64_t at,
    const json_t *said)
{
	CLEANUP_ROW_EVENT struct row_event e;
	CLEANUP_FREE char *text = NULL;

	rows_event(t->rows, r, at, said, &e);
	text = json_line(e.data);
	t->chain = chain_next(t->chain, ++t->seq, &e.e, text);
}

uint64_t
tape_events(const struct tape *t)
{
	return t->seq;
}

uint64_t
tape_hash(const struct tape *t)
{
	return t->chain;
}
