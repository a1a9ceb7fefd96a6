/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rate.c -- how often a name may be reported.
 *
 * Each word that is let through becomes an event of the journal, for good:
 * a loop without a pause must not fill a disk. Only names that have shown a
 * token get a bucket, so there are as many as the file of tokens has.
 * Pure but for memory: the time is handed in.
 */
#include "web/rate.h"

#include <stdlib.h>
#include <string.h>

struct bucket {
	struct bucket *next;
	int64_t at;             /* when it was counted */
	int64_t room;           /* in thousandths of a word */
	char name[];
};

struct rate {
	struct bucket *first;
	int64_t most, per_minute;
};

struct rate *
rate_new(int32_t burst, int32_t per_minute)
{
	struct rate *r = calloc(1, sizeof *r);

	if (r == NULL)
		abort();
	r->most = (int64_t)burst * 1000;
	r->per_minute = per_minute;
	return r;
}

void
rate_free(struct rate *r)
{
	struct bucket *b;

	while (r && (b = r->first)) {
		r->first = b->next;
		free(b);
	}
	free(r);
}

static struct bucket *
bucket_of(struct rate *r, const char *name, int64_t now)
{
	size_t len = strlen(name) + 1;
	struct bucket *b;

	for (b = r->first; b; b = b->next)
		if (strcmp(b->name, name) == 0)
			return b;
	b = calloc(1, sizeof *b + len);
	if (b == NULL)
		abort();
	*b = (struct bucket){ .next = r->first, .at = now, .room = r->most };
	memcpy(b->name, name, len);
	r->first = b;
	return b;
}

int64_t
rate_take(struct rate *r, const char *name, int64_t now)
{
	struct bucket *b = bucket_of(r, name, now);
	int64_t gained = (now - b->at) * r->per_minute / 60;

	if (gained > 0) {
		b->room += gained;
		b->at = now;
	}
	if (b->room > r->most)
		b->room = r->most;
	if (b->room < 1000)
		return ((1000 - b->room) * 60 / r->per_minute + 999) / 1000;
	b->room -= 1000;
	return 0;
}
