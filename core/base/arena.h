/* SPDX-License-Identifier: BSD-2-Clause
 *
 * arena.h -- allocate for a lifetime, free once.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena;

/* Returns owned; never NULL: out of memory ends the program (start-up rule:
 * arenas hold configurations, whose size is bounded before they are built). */
struct arena *arena_new(void);

/* Zeroed memory, aligned for any type, valid until arena_free(). */
void *arena_alloc(struct arena *, size_t size);

/* Copies; NULL gives NULL. Valid until arena_free(). */
char *arena_strdup(struct arena *, const char *);
char *arena_strndup(struct arena *, const char *, size_t len);
char *arena_printf(struct arena *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Bytes handed out so far. */
size_t arena_used(const struct arena *);

/* Frees everything that came from it; NULL is fine. */
void arena_free(struct arena *);

#endif
