/* SPDX-License-Identifier: BSD-2-Clause
 *
 * former.c -- objects by the name that they have, or had.
 *
 * A record and a scenario are older than the configuration that is tried on
 * them, and go on to use the names of their time. The name that an object
 * has now is the stronger one. Pure.
 */
#include "simulate/former.h"

#include <string.h>

/* The name of today; NULL: nobody was called that. */
static const char *
renamed(const struct conf *c, const char *kind, const char *name)
{
	int32_t i;

	for (i = 0; i < c->n_renames; i++)
		if (strcmp(c->renames[i][0], kind) == 0 &&
		    strcmp(c->renames[i][1], name) == 0)
			return c->renames[i][2];
	return NULL;
}

int32_t
former_check(const struct conf *c, const char *name)
{
	int32_t i = graph_find_check(&c->graph, name);
	const char *now = i == NONE ? renamed(c, "check", name) : NULL;

	return now ? graph_find_check(&c->graph, now) : i;
}

int32_t
former_action(const struct conf *c, const char *name)
{
	int32_t i = graph_find_action(&c->graph, name);
	const char *now = i == NONE ? renamed(c, "action", name) : NULL;

	return now ? graph_find_action(&c->graph, now) : i;
}
