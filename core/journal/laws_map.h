/* SPDX-License-Identifier: BSD-2-Clause
 *
 * laws_map.h -- entries by number. Private to the laws.
 *
 * Open addressing, linear probing; an entry lies in the table itself and
 * begins with a uint64_t, which is the map's own. What a find or put returns
 * is valid until the next put.
 */
#ifndef JOURNAL_LAWS_MAP_H
#define JOURNAL_LAWS_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct law_map {
	char *v;
	size_t size;            /* of an entry */
	uint32_t bits;          /* 2^bits places; 0: none yet */
	uint32_t n;
};

void law_map_init(struct law_map *, size_t size);
void law_map_free(struct law_map *);
void law_map_clear(struct law_map *);

/* Never NULL; zeroed where it is new. */
void *law_map_put(struct law_map *, uint64_t key);
/* NULL: there is none. */
void *law_map_find(const struct law_map *, uint64_t key);

/* In no order; *i from 0 on; NULL ends. */
void *law_map_next(const struct law_map *, uint32_t *i);
uint64_t law_map_key(const void *entry);

/* Only what `keep` says yes to. */
void law_map_keep(struct law_map *, bool (*keep)(void *arg,
    const void *entry), void *arg);

#endif
