/* SPDX-License-Identifier: BSD-2-Clause
 *
 * hash.h -- FNV-1a (RFC draft-eastlake-fnv), 64 bits, over words; and the
 * last step of MurmurHash3 (Appleby 2011), for hashes that are added up.
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

/* What differs in a bit differs in half of them: sums of FNV-1a alone are the
 * same when two that hardly differ change places. */
static inline uint64_t
hash_mixed(uint64_t h)
{
	h = (h ^ h >> 33) * 0xff51afd7ed558ccdu;
	h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53u;
	return h ^ h >> 33;
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
