/* SPDX-License-Identifier: BSD-2-Clause
 *
 * table.c -- rows that have an id of their own, in the order in which they
 * were made.
 *
 * A table has a fixed number of places. Whoever adds decides what goes when
 * it is full: only the owner of a kind knows which rows are done with.
 */
#include <assert.h>
#include <string.h>

#include "engine/state.h"

void *
table_add(struct table *t)
{
	void *p;

	if (t->n == t->cap)
		return NULL;
	p = table_at(t, t->n++);
	memset(p, 0, t->size);
	return p;
}

void
table_remove(struct table *t, int32_t i)
{
	assert(i >= 0 && i < t->n);
	memmove(table_at(t, i), table_at(t, i + 1),
	    (size_t)(t->n - i - 1) * t->size);
	t->n--;
}
