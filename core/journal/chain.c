/* SPDX-License-Identifier: BSD-2-Clause
 *
 * chain.c -- the hash that links events.
 *
 * FNV-1a, 64 bits, over canonical bytes: the link before, then every field
 * with its length in front, so that no two different events give the same
 * bytes. Each step of FNV-1a is a bijection of what went before, so a single
 * changed byte always changes the link, and with it every later one; larger
 * damage goes unseen once in 2^64.
 *
 * It detects damage: a bit that flipped, a row that was edited by hand, an
 * event that was cut out. It is no signature. Who can write the file can
 * also write a new chain, and the daemon carries no cryptography.
 */
#include "journal/chain.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"

#define FNV_PRIME UINT64_C(0x100000001b3)

static uint64_t
mix(uint64_t h, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;
	size_t i;

	for (i = 0; i < len; i++)
		h = (h ^ p[i]) * FNV_PRIME;
	return h;
}

/* The same bytes on every machine. */
static uint64_t
mix_u64(uint64_t h, uint64_t v)
{
	unsigned char b[8];
	size_t i;

	for (i = 0; i < sizeof b; i++)
		b[i] = (unsigned char)(v >> (8 * i));
	return mix(h, b, sizeof b);
}

/* None and empty are different. */
static uint64_t
mix_text(uint64_t h, const char *s)
{
	if (s == NULL)
		return mix_u64(h, UINT64_MAX);
	return mix(mix_u64(h, strlen(s)), s, strlen(s));
}

uint64_t
chain_next(uint64_t before, uint64_t seq, const struct store_event *e,
    const char *text)
{
	const char *fields[] = { e->kind, e->pipeline, e->date, e->subject,
		e->key, text };
	uint64_t h = mix_u64(CHAIN_START, before);
	size_t i;

	assert(e->kind != NULL && text != NULL);
	h = mix_u64(h, seq);
	h = mix_u64(h, (uint64_t)e->at);
	for (i = 0; i < ARRAY_SIZE(fields); i++)
		h = mix_text(h, fields[i]);
	return h;
}

const char *
chain_text(uint64_t chain, char buf[CHAIN_TEXT])
{
	(void)snprintf(buf, CHAIN_TEXT, "%016llx", (unsigned long long)chain);
	return buf;
}

int
chain_parse(const char *s, uint64_t *ret)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t v = 0;
	size_t i;

	if (s == NULL || strlen(s) != CHAIN_TEXT - 1)
		return -EINVAL;
	for (i = 0; i < CHAIN_TEXT - 1; i++) {
		const char *d = strchr(digits, s[i]);

		if (d == NULL)
			return -EINVAL;
		v = v << 4 | (uint64_t)(d - digits);
	}
	*ret = v;
	return 0;
}
