/* SPDX-License-Identifier: BSD-2-Clause
 *
 * mem.h -- memory of a plugin, and release at the end of the scope.
 *
 * A plugin has a process of its own, so running out of memory ends it: the
 * host sees the fault, and it costs one result. None of these return NULL.
 */
#ifndef PLUGIN_LIB_MEM_H
#define PLUGIN_LIB_MEM_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CLEANUP(fn) __attribute__((cleanup(fn)))

static inline void
cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void
cleanup_close(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

#define CLEANUP_FREE CLEANUP(cleanup_free)
#define CLEANUP_CLOSE CLEANUP(cleanup_close)

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Grows (or, from NULL, makes) an array; new memory isn't cleared. */
static inline void *
mem_grow(void *p, size_t n, size_t size)
{
	if (size != 0 && n > SIZE_MAX / size)
		abort();
	p = realloc(p, n == 0 || size == 0 ? 1 : n * size);
	if (p == NULL)
		abort();
	return p;
}

/* Zeroed. */
static inline void *
mem_new(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (p == NULL)
		abort();
	return p;
}

static inline char *
mem_copy(const char *s)
{
	char *p = strdup(s);

	if (p == NULL)
		abort();
	return p;
}

#endif
