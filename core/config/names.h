/* SPDX-License-Identifier: BSD-2-Clause
 *
 * names.h -- from a name to whatever it names, in constant time. Internal to
 * config.
 */
#ifndef CONFIG_NAMES_H
#define CONFIG_NAMES_H

#include <stddef.h>
#include <stdint.h>

/* Starts as {0}. */
struct names {
	struct names_slot {
		const char *name;
		void *value;
	} *slots;
	size_t n, cap;
};

/* The place of a name's value, NULL in it when the name is new. Borrows the
 * name. Valid until the next call. */
void **names_put(struct names *, const char *name);

/* NULL: not there. */
void *names_get(const struct names *, const char *name);

void names_free(struct names *);

/* FNV-1a, 64 bits; begin with HASH_BEGIN. */
#define HASH_BEGIN UINT64_C(0xcbf29ce484222325)
uint64_t hash_bytes(uint64_t hash, const void *, size_t);
uint64_t hash_text(uint64_t hash, const char *);

#endif
