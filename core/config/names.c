/* SPDX-License-Identifier: BSD-2-Clause
 *
 * names.c -- from a name to whatever it names, in constant time.
 *
 * A configuration of ten thousand checks is looked up ten thousand times, so
 * that anything linear in the names would be quadratic in the file. Open
 * addressing, doubled at three quarters; names are borrowed and nothing is
 * ever taken out. Operators write these names, so there is no need for a
 * keyed hash; FNV-1a also names generations and instances.
 */
#include "config/names.h"

#include <stdlib.h>
#include <string.h>

uint64_t
hash_bytes(uint64_t hash, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;
	size_t i;

	for (i = 0; i < len; i++)
		hash = (hash ^ p[i]) * UINT64_C(0x100000001b3);
	return hash;
}

/* With the NUL, so that "ab" "c" and "a" "bc" differ. */
uint64_t
hash_text(uint64_t hash, const char *s)
{
	return hash_bytes(hash, s, strlen(s) + 1);
}

static struct names_slot *
find(const struct names *t, const char *name)
{
	size_t i = (size_t)hash_text(HASH_BEGIN, name) & (t->cap - 1);

	while (t->slots[i].name && strcmp(t->slots[i].name, name) != 0)
		i = (i + 1) & (t->cap - 1);
	return &t->slots[i];
}

static void
grow(struct names *t)
{
	struct names bigger = { .n = t->n, .cap = t->cap ? 2 * t->cap : 64 };
	size_t i;

	bigger.slots = calloc(bigger.cap, sizeof bigger.slots[0]);
	if (bigger.slots == NULL)
		abort();
	for (i = 0; i < t->cap; i++)
		if (t->slots[i].name)
			*find(&bigger, t->slots[i].name) = t->slots[i];
	free(t->slots);
	*t = bigger;
}

void **
names_put(struct names *t, const char *name)
{
	struct names_slot *s;

	if (4 * (t->n + 1) > 3 * t->cap)
		grow(t);
	s = find(t, name);
	if (s->name == NULL) {
		s->name = name;
		t->n++;
	}
	return &s->value;
}

void *
names_get(const struct names *t, const char *name)
{
	return t->cap == 0 ? NULL : find(t, name)->value;
}

void
names_free(struct names *t)
{
	free(t->slots);
	*t = (struct names){ 0 };
}
