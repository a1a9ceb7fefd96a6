/* SPDX-License-Identifier: BSD-2-Clause
 *
 * links.h -- who looks at what, read off a graph once. Private to
 * core/engine.
 */
#ifndef ENGINE_LINKS_H
#define ENGINE_LINKS_H

#include "engine/graph.h"

enum link_kind {
	LINK_DONE,              /* check: phases whose `done` looks at it */
	LINK_GATES,             /* check: gates that it is an input of */
	LINK_REPAIRS,           /* check: recoveries that repair it */
	LINK_DONE_GATE,         /* gate: phases whose `done` it is */
	LINK_GUARDS,            /* gate: phases that it guards */
	LINK_DOWN,              /* phase: those after it on its date */
	LINK_FAR,               /* phase: those after it on a later date */
	LINK_KINDS
};

/* Those of i: to[first[i]] up to to[first[i + 1]]. */
struct links {
	int32_t *first, *to;
};

/* How many objects have such links, and how many links there are. */
int32_t links_from(const struct graph *, enum link_kind);
size_t links_count(const struct graph *, enum link_kind);
/* `first` is zeroed, and has one place more than there are objects. */
void links_make(const struct graph *, enum link_kind, struct links *);

/* The i-th check that a phase's `done` looks at, or NONE past the last. */
int32_t done_check(const struct graph *, const struct phase_def *,
    int32_t i);

#endif
