/* SPDX-License-Identifier: BSD-2-Clause
 *
 * row_names.h -- objects of a graph by name, former names too.
 */
#ifndef DAEMON_ROW_NAMES_H
#define DAEMON_ROW_NAMES_H

#include <jansson.h>

#include "engine/graph.h"

enum object {
	OBJECT_PIPELINE, OBJECT_PHASE, OBJECT_CHECK, OBJECT_GATE,
	OBJECT_RECOVERY, OBJECT_ACTION, OBJECT_BREAKER, OBJECTS,
	OBJECT_NONE = OBJECTS   /* a number that stands for itself */
};

struct row_names {
	const struct graph *graph;
	json_t *numbers[OBJECTS];       /* name: number */
};

/* Borrows both for its life. */
void row_names_init(struct row_names *, const struct graph *,
    const char *const (*renames)[3], int32_t n_renames);
void row_names_free(struct row_names *);

/* "check". */
const char *object_word(enum object);

/* Of a number that exists; borrowed from the graph. */
const char *object_name(const struct graph *, enum object, int32_t number);

/* NONE: there is none. A phase is looked for in `pipeline`, unless the name
 * says "pipeline/phase". */
int32_t row_names_find(const struct row_names *, enum object,
    int32_t pipeline, const char *name);

#endif
