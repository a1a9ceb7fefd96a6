/* SPDX-License-Identifier: BSD-2-Clause
 *
 * hash.h -- FNV-1a (RFC draft-eastlake-fnv), 64 bits, over words.
 */
#ifndef ENGINE_HASH_H
#define ENGINE_HASH_H

#include <stdint.h>

#define HASH_START UINT64_C(0xcbf29ce484222325)

static inline uint64_t
hash_word(uint64_t h, uint64_t word)
{
	int i;

	for (i = 0; i < 8; i++) {
		h ^= (word >> (8 * i)) & 0xff;
		h *= 0x100000001b3u;
	}
	return h;
}

/* All NaNs are one value. */
static inline uint64_t
hash_number(uint64_t h, double v)
{
	union {
		double number;
		uint64_t word;
	} u = { v };

	return hash_word(h, v == v ? u.word : 1);
}

#endif
