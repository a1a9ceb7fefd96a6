/* SPDX-License-Identifier: BSD-2-Clause
 *
 * arena.c -- a list of chunks, each twice as large as the last up to 1 MiB.
 *
 * Nothing is freed one by one: a configuration, a client, a request has one
 * lifetime and so has what belongs to it. Big requests get a chunk of their
 * own, so that the current chunk isn't wasted. Does not know what it holds.
 */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_MIN = 4096, CHUNK_MAX = 1 << 20 };

struct chunk {
	struct chunk *next;
	size_t used, size;
	max_align_t data[];
};

struct arena {
	struct chunk *chunks;
	size_t next_size;
	size_t used;
};

static void *
must(void *p)
{
	if (p == NULL) {
		(void)fputs("gatewarden: out of memory\n", stderr);
		abort();
	}
	return p;
}

struct arena *
arena_new(void)
{
	struct arena *a = must(calloc(1, sizeof *a));

	a->next_size = CHUNK_MIN;
	return a;
}

static struct chunk *
chunk_add(struct arena *a, size_t want)
{
	size_t size = want > a->next_size ? want : a->next_size;
	struct chunk *c = must(calloc(1, sizeof *c + size));

	c->size = size;
	c->next = a->chunks;
	a->chunks = c;
	if (a->next_size < CHUNK_MAX)
		a->next_size *= 2;
	return c;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	const size_t align = _Alignof(max_align_t);
	struct chunk *c = a->chunks;
	void *p;

	if (size > SIZE_MAX / 4)
		must(NULL);
	size = (size + align - 1) / align * align;
	if (c == NULL || c->size - c->used < size)
		c = chunk_add(a, size);
	p = (char *)c->data + c->used;
	c->used += size;
	a->used += size;
	return p;
}

char *
arena_strndup(struct arena *a, const char *s, size_t len)
{
	char *p = arena_alloc(a, len + 1);

	memcpy(p, s, len);
	return p;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		must(NULL);
	p = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	(void)vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}

size_t
arena_used(const struct arena *a)
{
	return a->used;
}

void
arena_free(struct arena *a)
{
	struct chunk *c, *next;

	if (a == NULL)
		return;
	for (c = a->chunks; c; c = next) {
		next = c->next;
		free(c);
	}
	free(a);
}
