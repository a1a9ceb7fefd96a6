/* SPDX-License-Identifier: BSD-2-Clause
 *
 * shelf.c -- the store: rows that were written, folded by key.
 *
 * A commit is whole or absent. What a power cut may take with it (commits
 * that no fsync has followed yet) holds no start, permit, command or message,
 * by the rule of core/daemon/commit.c, so it is the same as a crash before
 * that commit and isn't played apart.
 *
 * Ids are taken by whatever was ever written, also when its row is gone.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "play.h"

static uint64_t
id_of(const struct record *r)
{
	switch (r->kind) {
	case RECORD_ATTEMPT:
		return r->u.attempt.id;
	case RECORD_INCIDENT:
		return r->u.incident.number;
	case RECORD_HOLD:
		return r->u.hold.id;
	case RECORD_OVERRIDE:
		return r->u.override.id;
	case RECORD_PERMIT:
		return r->u.permit.id;
	case RECORD_BACKFILL:
		return r->u.backfill.id;
	case RECORD_WAIVER:
		return r->u.waiver.id;
	default:
		return 0;
	}
}

static bool
same_key(const struct record *a, const struct record *b)
{
	if (a->kind != b->kind)
		return false;
	if (id_of(a) != 0)
		return id_of(a) == id_of(b);
	if (a->pipeline != b->pipeline || a->dated != b->dated ||
	    a->date.day != b->date.day || a->subject != b->subject)
		return false;
	return a->kind != RECORD_BREACH ||
	    (a->u.breach.incident == b->u.breach.incident &&
	    a->u.breach.kind == b->u.breach.kind &&
	    a->u.breach.subject == b->u.breach.subject);
}

static uint32_t
bucket_of(const struct record *r)
{
	uint64_t h = (uint64_t)r->kind * 0x9e3779b97f4a7c15u, id = id_of(r);

	if (id != 0)
		h ^= id * 0xbf58476d1ce4e5b9u;
	else
		h ^= ((uint64_t)(uint32_t)r->date.day << 8 ^
		    (uint32_t)(r->subject + 1)) * 0x94d049bb133111ebu;
	return (uint32_t)(h >> 40) % P_BUCKETS;
}

void
shelf_clear(struct shelf *s)
{
	size_t i;

	s->n_rows = s->n_live = 0;
	s->free_list = NONE;
	for (i = 0; i < P_BUCKETS; i++)
		s->bucket[i] = NONE;
	for (i = 0; i < RECORD_KINDS; i++)
		s->first[i] = NONE;
	s->ids = (struct engine_ids){ 0 };
	s->epoch = s->commits = 0;
	s->lock_file = 1;
	s->holder = NONE;
	s->hash = 0xcbf29ce484222325u;
	s->absent = false;
}

/*------------------------------------------------------------------- finding */

struct record *
row_same_key(struct play *p, const struct record *r)
{
	struct shelf *s = &p->shelf;
	int32_t i;

	for (i = s->bucket[bucket_of(r)]; i != NONE; i = s->rows[i].next_hash)
		if (same_key(&s->rows[i].r, r))
			return &s->rows[i].r;
	return NULL;
}

struct record *
row_find(struct play *p, enum record_kind kind, struct date date,
    int32_t subject)
{
	struct record r;

	r.kind = kind;
	r.pipeline = 0;
	r.dated = true;
	r.date = date;
	r.subject = subject;
	return row_same_key(p, &r);
}

struct record *
row_of_id(struct play *p, enum record_kind kind, uint64_t id)
{
	struct record r;

	r.kind = kind;
	r.u.attempt.id = id;
	if (kind == RECORD_INCIDENT)
		r.u.incident.number = id;
	else if (kind == RECORD_HOLD)
		r.u.hold.id = id;
	else if (kind == RECORD_OVERRIDE)
		r.u.override.id = id;
	else if (kind == RECORD_PERMIT)
		r.u.permit.id = id;
	else if (kind == RECORD_BACKFILL)
		r.u.backfill.id = id;
	else if (kind == RECORD_WAIVER)
		r.u.waiver.id = id;
	return id == 0 ? NULL : row_same_key(p, &r);
}

static struct record *
row_at(struct play *p, int32_t i)
{
	return i == NONE ? NULL : &p->shelf.rows[i].r;
}

struct record *
row_first(struct play *p, enum record_kind kind)
{
	return row_at(p, p->shelf.first[kind]);
}

struct record *
row_next(struct play *p, const struct record *r)
{
	return row_at(p, ((const struct row *)(const void *)r)->next_kind);
}

/*------------------------------------------------------------------- writing */

static void
take_id(struct shelf *s, const struct record *r)
{
	uint64_t *last = r->kind == RECORD_ATTEMPT ? &s->ids.attempt :
	    r->kind == RECORD_INCIDENT ? &s->ids.incident :
	    r->kind == RECORD_HOLD ? &s->ids.hold :
	    r->kind == RECORD_OVERRIDE ? &s->ids.override :
	    r->kind == RECORD_PERMIT ? &s->ids.permit :
	    r->kind == RECORD_BACKFILL ? &s->ids.backfill :
	    r->kind == RECORD_WAIVER ? &s->ids.waiver : NULL;

	if (last && id_of(r) > *last)
		*last = id_of(r);
}

static void
link_row(struct shelf *s, int32_t i)
{
	struct row *x = &s->rows[i];
	int32_t *bucket = &s->bucket[bucket_of(&x->r)];
	int32_t *first = &s->first[x->r.kind];

	x->next_hash = *bucket;
	*bucket = i;
	x->prev_kind = NONE;
	x->next_kind = *first;
	if (*first != NONE)
		s->rows[*first].prev_kind = i;
	*first = i;
}

void
row_fold(struct play *p, const struct record *r)
{
	struct shelf *s = &p->shelf;
	struct record *was = r->kind == RECORD_NOTE ? NULL :
	    row_same_key(p, r);
	int32_t i;

	if (r->kind == RECORD_NOTE)
		return;
	take_id(s, r);
	if (was) {
		*was = *r;
		return;
	}
	i = s->free_list;
	if (i != NONE)
		s->free_list = s->rows[i].next_hash;
	else
		i = s->n_rows++;
	assert(i < P_ROWS);
	s->rows[i].r = *r;
	s->n_live++;
	link_row(s, i);
}

void
row_drop(struct play *p, struct record *r)
{
	struct shelf *s = &p->shelf;
	struct row *x = (struct row *)(void *)r;
	int32_t i = (int32_t)(x - s->rows), *at = &s->bucket[bucket_of(r)];

	while (*at != i)
		at = &s->rows[*at].next_hash;
	*at = x->next_hash;
	if (x->prev_kind == NONE)
		s->first[r->kind] = x->next_kind;
	else
		s->rows[x->prev_kind].next_kind = x->next_kind;
	if (x->next_kind != NONE)
		s->rows[x->next_kind].prev_kind = x->prev_kind;
	x->next_hash = s->free_list;
	s->free_list = i;
	s->n_live--;
}

void
hash_bytes(struct play *p, const void *bytes, size_t n)
{
	const unsigned char *b = bytes;
	uint64_t h = p->shelf.hash, word;

	for (; n >= sizeof word; n -= sizeof word, b += sizeof word) {
		memcpy(&word, b, sizeof word);
		h = (h ^ word) * 0x9e3779b97f4a7c15u;
		h ^= h >> 29;
	}
	for (; n > 0; n--)
		h = (h ^ *b++) * 0x100000001b3u;
	p->shelf.hash = h;
}

/*----------------------------------------------------------------- restoring */

static int
by_date(const void *a, const void *b)
{
	const struct record *x = *(const struct record *const *)a;
	const struct record *y = *(const struct record *const *)b;
	int32_t d = x->dated ? x->date.day : INT32_MIN;
	int32_t e = y->dated ? y->date.day : INT32_MIN;

	return d != e ? (d > e) - (d < e) : (x > y) - (x < y);
}

/* The same, other than by date. */
static int
by_date_turned(const void *a, const void *b)
{
	const struct record *x = *(const struct record *const *)a;
	const struct record *y = *(const struct record *const *)b;

	return x->dated == y->dated && x->date.day == y->date.day ?
	    -by_date(a, b) : by_date(a, b);
}

/* As the daemon does: no more open dates than there is room for. */
static int32_t
oldest_day(struct play *p, int32_t room)
{
	int32_t newest = INT32_MIN;
	const struct record *r;

	for (r = row_first(p, RECORD_DATE); r; r = row_next(p, r))
		if (!r->u.date_row.closed && r->date.day > newest)
			newest = r->date.day;
	return newest == INT32_MIN ? newest : newest - room + 1;
}

/* Kinds in order, dates ascending within a kind; else anyhow. */
void
rows_restore(struct play *p, struct sup *s)
{
	const struct record **v = p->sorted;
	int32_t kind, n, i, oldest = oldest_day(p, s->v.limits.dates);
	bool turned = chance(p, 50);
	struct record one;

	for (kind = 0; kind < RECORD_KINDS; kind++) {
		const struct record *r = row_first(p,
		    (enum record_kind)kind);

		for (n = 0; r; r = row_next(p, r))
			v[n++] = r;
		qsort(v, (size_t)n, sizeof v[0], turned ? by_date_turned :
		    by_date);
		for (i = 0; i < n; i++) {
			one = *v[i];
			if ((!one.dated || one.kind > RECORD_PHASE ||
			    one.date.day >= oldest) &&
			    record_here(p, &s->v, &one))
				engine_restore(s->engine, &one);
		}
	}
	engine_taken(s->engine, &p->shelf.ids);
}

/*-------------------------------------------------------------------- ending */

void
rows_forget(struct play *p)
{
	static const enum of kinds[] = { OF_CHECK, OF_GATE, OF_PHASE };
	int32_t i;

	for (i = 0; i < 3; i++) {
		struct record *r = row_first(p, RECORD_MET_CHECK +
		    (enum record_kind)i), *next;

		for (; r; r = next) {
			next = row_next(p, r);
			if (!alive(p, kinds[i], r->subject))
				row_drop(p, r);
		}
	}
}

static bool
is_over(const struct record *r, int64_t wall)
{
	switch (r->kind) {
	case RECORD_DATE:
		return r->u.date_row.closed;
	case RECORD_ATTEMPT:
		return r->u.attempt.state == ATTEMPT_CLOSED &&
		    r->u.attempt.intent_at < wall - 3 * HOUR;
	case RECORD_INCIDENT:
		return !r->u.incident.open;
	case RECORD_BREACH:
		return !r->u.breach.open;
	case RECORD_HOLD:
		return !r->u.hold.live;
	case RECORD_OVERRIDE:
		return !r->u.override.live;
	case RECORD_PERMIT:
		return r->u.permit.state >= PERMIT_CLOSED;
	case RECORD_BACKFILL:
		return r->u.backfill.state >= BACKFILL_DONE;
	case RECORD_WAIVER:
		return r->u.waiver.state != WAIVER_LIVE;
	default:
		return true;
	}
}

void
rows_retire(struct play *p)
{
	int32_t kind, today = (int32_t)(p->now.wall / DAY);

	for (kind = RECORD_DATE; kind < RECORD_NOTE; kind++) {
		struct record *r = row_first(p, (enum record_kind)kind),
		    *next;

		for (; r; r = next) {
			next = row_next(p, r);
			if (r->dated && r->date.day < today -
			    p->pipeline.watch_days - 4 &&
			    is_over(r, p->now.wall))
				row_drop(p, r);
		}
	}
}
