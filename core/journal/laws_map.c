/* SPDX-License-Identifier: BSD-2-Clause
 *
 * laws_map.c -- entries by number.
 *
 * Most facts are looked up once or twice and then found to be well, so what
 * counts is the lookup: one multiplication, and places that lie side by
 * side. Nothing is removed one by one; what is over goes all at once, into
 * a new table.
 *
 * Invariant: at most three quarters of the places are taken, so that each
 * search ends. The first word of an entry is its key plus one; 0 is a free
 * place.
 */
#include "journal/laws_map.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_BITS = 6 };

void
law_map_init(struct law_map *m, size_t size)
{
	*m = (struct law_map){ .size = size };
}

void
law_map_free(struct law_map *m)
{
	free(m->v);
	m->v = NULL;
	m->bits = m->n = 0;
}

void
law_map_clear(struct law_map *m)
{
	if (m->v)
		memset(m->v, 0, m->size << m->bits);
	m->n = 0;
}

static uint64_t *
place(const struct law_map *m, uint64_t i)
{
	/* entries begin with a word, and the table is aligned for any */
	return (uint64_t *)(void *)(m->v + i * m->size);
}

/* Where it is, or where it would be put. */
static uint64_t *
seek(const struct law_map *m, uint64_t word)
{
	uint64_t mask = ((uint64_t)1 << m->bits) - 1;
	uint64_t i = (word * 0x9e3779b97f4a7c15u) >> (64 - m->bits);
	uint64_t *p;

	for (;; i = (i + 1) & mask) {
		p = place(m, i);
		if (*p == word || *p == 0)
			return p;
	}
}

static void
make(struct law_map *m, uint32_t bits)
{
	m->bits = bits;
	m->n = 0;
	m->v = calloc((size_t)1 << bits, m->size);
	if (m->v == NULL)
		abort();
}

static void
grow(struct law_map *m)
{
	struct law_map old = *m;
	uint32_t i = 0;
	void *e;

	make(m, old.bits ? old.bits + 1 : FIRST_BITS);
	while ((e = law_map_next(&old, &i))) {
		memcpy(seek(m, *(uint64_t *)e), e, m->size);
		m->n++;
	}
	free(old.v);
}

static uint64_t
word_of(uint64_t key)
{
	return key + 1 ? key + 1 : 1;
}

void *
law_map_put(struct law_map *m, uint64_t key)
{
	uint64_t word = word_of(key), *p;

	if (m->bits == 0 || m->n >= 3u << (m->bits - 2))
		grow(m);
	p = seek(m, word);
	if (*p == 0) {
		*p = word;
		m->n++;
	}
	return p;
}

void *
law_map_find(const struct law_map *m, uint64_t key)
{
	uint64_t *p;

	if (m->bits == 0)
		return NULL;
	p = seek(m, word_of(key));
	return *p ? p : NULL;
}

void *
law_map_next(const struct law_map *m, uint32_t *i)
{
	while (m->v && *i < (uint32_t)1 << m->bits) {
		uint64_t *p = place(m, (*i)++);

		if (*p)
			return p;
	}
	return NULL;
}

uint64_t
law_map_key(const void *entry)
{
	return *(const uint64_t *)entry - 1;
}

void
law_map_keep(struct law_map *m, bool (*keep)(void *arg, const void *entry),
    void *arg)
{
	struct law_map old = *m;
	uint32_t i = 0;
	void *e;

	if (old.v == NULL)
		return;
	make(m, old.bits);
	while ((e = law_map_next(&old, &i)))
		if (keep(arg, e)) {
			memcpy(seek(m, *(uint64_t *)e), e, m->size);
			m->n++;
		}
	free(old.v);
}
