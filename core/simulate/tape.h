/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tape.h -- the journal that a simulation would have written, as its hash.
 */
#ifndef SIMULATE_TAPE_H
#define SIMULATE_TAPE_H

#include <jansson.h>
#include <stdint.h>

#include "engine/engine.h"

struct tape;

/* The graph is borrowed. Returns owned, never NULL. */
struct tape *tape_new(const struct graph *);
void tape_free(struct tape *);

/* `said` may be NULL. */
void tape_write(struct tape *, const struct record *, int64_t at,
    const json_t *said);

/* Events so far, and the hash that links them all. */
uint64_t tape_events(const struct tape *);
uint64_t tape_hash(const struct tape *);

#endif
