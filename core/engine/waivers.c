/* SPDX-License-Identifier: BSD-2-Clause
 *
 * waivers.c -- what a check owes no more: a game that the source will never
 * have, or all of a date.
 *
 * The missing items of a measurement that are waived leave its counts before
 * it is judged (engine_waive(), called with the texts, which the engine
 * doesn't keep); a check that is waived as a whole owes nothing. Neither
 * hides anything: a waived check goes on being measured, and a waiver of
 * what has arrived after all ends as needless. It also ends by time, and by
 * `undo`; at each end the check is measured anew and judged without it.
 *
 * The k-th live waiver of a check and date is bit k of a measurement's
 * `waivers_hit` and `waivers_idle`; nothing may come between engine_waive()
 * and the step that takes the measurement.
 */
#include <math.h>
#include <string.h>

#include "engine/hash.h"
#include "engine/work.h"

enum { EACH_MAX = 32 };         /* live ones of a check and date */

static const int64_t default_ms = 30 * 24 * INT64_C(3600000);

static bool
is_about(const struct waiver_entry *x, int32_t check, struct date date)
{
	return x->row.state == WAIVER_LIVE && x->row.check == check &&
	    x->at.date.day == date.day;
}

/* Those of a check and date: from *i = 0 on; NULL ends. */
static struct waiver_entry *
live_next(const struct engine *e, int32_t check, struct date date,
    int32_t *i)
{
	while (e->live_waivers > 0 && *i < e->waivers.n) {
		struct waiver_entry *x = table_at(&e->waivers, (*i)++);

		if (is_about(x, check, date))
			return x;
	}
	return NULL;
}

/*------------------------------------------------------------------- items */

/* The next of "a,b"; its length, 0 at the end. */
static size_t
item_at(const char **at)
{
	while (**at == ',')
		(*at)++;
	return strcspn(*at, ",");
}

static bool
names(const struct waiver_row *w, const char *item)
{
	const char *at = w->items;
	size_t n;

	for (; (n = item_at(&at)) > 0; at += n)
		if (strncmp(at, item, n) == 0 && item[n] == '\0')
			return true;
	return false;
}

static int64_t
count_items(const struct waiver_row *w)
{
	const char *at = w->items;
	int64_t count = 0;
	size_t n;

	for (; (n = item_at(&at)) > 0; at += n)
		count++;
	return count;
}

/*--------------------------------------------------------------- measurement */

/* How many of the missing it covers that none before it did. */
static int64_t
cover(const struct waiver_row *w, const char *const *missing, size_t n,
    bool *waived)
{
	int64_t count = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (!names(w, missing[i]))
			continue;
		count++;
		waived[i] = true;
	}
	return count;
}

static int64_t
waived_in(const bool *waived, size_t n)
{
	int64_t count = 0;
	size_t i;

	for (i = 0; i < n; i++)
		count += waived[i];
	return count;
}

/* -1: not told. Where all is there, nothing need be told of it. */
static int64_t
missing_of(const struct measurement *m)
{
	return m->missing < 0 && isfinite(m->expected) &&
	    m->value >= m->expected ? 0 : m->missing;
}

static void
take_out(struct measurement *m, int64_t count)
{
	m->waived = count;
	if (count == 0)
		return;
	m->missing -= count;
	if (isfinite(m->expected) && m->expected >= (double)count)
		m->expected -= (double)count;
	m->items_hash = m->missing == 0 ? 0 :
	    hash_word(m->items_hash, (uint64_t)count);
}

void
engine_waive(const struct engine *e, int32_t check, struct date date,
    const char *const *missing, size_t n, bool complete, bool *ret_waived,
    struct measurement *m)
{
	const struct waiver_entry *x;
	int64_t left = missing_of(m), count = 0;
	int32_t i = 0, k;

	if (!m->told || m->fault || left < 0)
		return;
	complete = complete || left == 0;
	for (k = 0; k < EACH_MAX && (x = live_next(e, check, date, &i));
	    k++) {
		int64_t here = 0;

		if (x->row.items[0] == '\0')
			continue;
		if (missing)
			here = cover(&x->row, missing, n, ret_waived);
		else
			here = count_items(&x->row) < left ?
			    count_items(&x->row) : left;
		left -= missing ? 0 : here;
		count += missing ? 0 : here;
		if (here > 0)
			m->waivers_hit |= 1u << k;
		else if (complete)
			m->waivers_idle |= 1u << k;
	}
	take_out(m, missing ? waived_in(ret_waived, n) : count);
}

const struct waiver_row *
engine_waived(const struct engine *e, int32_t check, struct date date)
{
	const struct waiver_entry *x;
	int32_t i = 0;

	while ((x = live_next(e, check, date, &i)))
		if (x->row.items[0] == '\0')
			return &x->row;
	return NULL;
}

bool
check_waived(const struct engine *e, int32_t check, const struct day *d)
{
	return e->live_waivers > 0 && engine_waived(e, check, d->date);
}

bool
waiver_ended(const struct engine *e, int32_t check, const struct day *d,
    int64_t since)
{
	int32_t i;

	for (i = 0; i < e->waivers.n; i++) {
		const struct waiver_entry *x = table_at(&e->waivers, i);

		if (x->row.check == check && x->at.date.day == d->date.day &&
		    x->row.state != WAIVER_LIVE && x->row.ended_at >= since)
			return true;
	}
	return false;
}

/*--------------------------------------------------------------------- rows */

void
waivers_count(struct engine *e)
{
	int32_t i;

	e->live_waivers = 0;
	for (i = 0; i < e->waivers.n; i++) {
		const struct waiver_entry *x = table_at(&e->waivers, i);

		e->live_waivers += x->row.state == WAIVER_LIVE;
	}
}

void
waiver_room(struct engine *e)
{
	int32_t i;

	for (i = 0; e->waivers.n == e->waivers.cap && i < e->waivers.n;
	    i++) {
		const struct waiver_entry *x = table_at(&e->waivers, i);

		if (x->row.state != WAIVER_LIVE)
			table_remove(&e->waivers, i);
	}
}

static void
waiver_write(struct engine *e, const struct waiver_entry *x)
{
	struct effect *w = emit(e, EFFECT_WRITE, x->at.pipeline, x->at.date,
	    NONE);

	w->u.record = (struct record){ .kind = RECORD_WAIVER,
		.pipeline = x->at.pipeline, .dated = true,
		.date = x->at.date, .subject = NONE };
	w->u.record.u.waiver = x->row;
	e->expire_at = INT64_MIN;
	waivers_count(e);
}

/* It begins or ends: what the check comes to is another thing, and is
 * measured anew. */
static void
waiver_changes(struct engine *e, const struct waiver_entry *x)
{
	struct day *d = lane_find(&e->lanes[x->at.pipeline], x->at.date);

	waiver_write(e, x);
	if (d == NULL)
		return;
	touch_check(e, d, x->row.check);
	if (d->dark)            /* nobody waits for its probe any more */
		leaf_touch(d, LEAF_LIGHT, 0);
	check_want(e, x->row.check, d);
}

static void
waiver_end(struct engine *e, struct waiver_entry *x, enum waiver_state how)
{
	x->row.state = how;
	x->row.ended_at = e->now.wall;
	waiver_changes(e, x);
}

void
expire_waivers(struct engine *e, int64_t *ret_wake)
{
	int32_t i;

	for (i = 0; i < e->waivers.n; i++) {
		struct waiver_entry *x = table_at(&e->waivers, i);

		if (x->row.state != WAIVER_LIVE)
			continue;
		if (x->row.until > e->now.wall) {
			if (*ret_wake == INSTANT_NONE ||
			    x->row.until < *ret_wake)
				*ret_wake = x->row.until;
			continue;
		}
		if (!has_room(e, 2))
			return;
		waiver_end(e, x, WAIVER_EXPIRED);
	}
}

/* Was it missing, and isn't any more? */
static bool
has_arrived(const struct waiver_row *w, const struct measurement *m,
    const struct check_row *row, int32_t k)
{
	if (!row->measured || !w->seen)
		return false;
	return w->items[0] ? (m->waivers_idle & 1u << k) != 0 :
	    row->raw == RESULT_PASS;
}

static bool
is_missing(const struct waiver_row *w, const struct measurement *m,
    const struct check_row *row, int32_t k)
{
	return w->items[0] ? (m->waivers_hit & 1u << k) != 0 :
	    row->measured && row->raw != RESULT_PASS;
}

void
waivers_measured(struct engine *e, int32_t check, struct day *d,
    const struct measurement *m, const struct check_row *row)
{
	struct waiver_entry *x, *v[EACH_MAX];
	int32_t i = 0, k, n = 0;

	while (n < EACH_MAX && (x = live_next(e, check, d->date, &i)))
		v[n++] = x;
	for (k = 0; k < n && has_room(e, 1); k++) {
		struct waiver_row *w = &v[k]->row;

		if (has_arrived(w, m, row, k)) {
			w->state = WAIVER_NEEDLESS;
			w->ended_at = e->now.wall;
			waiver_write(e, v[k]);
			touch_check(e, d, check);
		} else if (!w->seen && is_missing(w, m, row, k)) {
			w->seen = true;
			waiver_write(e, v[k]);
		}
	}
}

/*----------------------------------------------------------------- commands */

bool
waiver_undo(struct engine *e, uint64_t id)
{
	int32_t i;

	for (i = 0; i < e->waivers.n; i++) {
		struct waiver_entry *x = table_at(&e->waivers, i);

		if (x->row.id != id || x->row.state != WAIVER_LIVE)
			continue;
		waiver_end(e, x, WAIVER_UNDONE);
		return true;
	}
	return false;
}

static struct waiver_entry *
find_same(const struct engine *e, const struct command *c, int32_t *ret_n)
{
	struct waiver_entry *x, *same = NULL;
	int32_t i = 0;

	*ret_n = 0;
	while ((x = live_next(e, c->subject, c->date, &i))) {
		(*ret_n)++;
		if (same_text(x->row.items, c->items ? c->items : ""))
			same = x;
	}
	return same;
}

/* Is there something to waive? */
static bool
may_waive(const struct engine *e, const struct command *c,
    const struct day *d)
{
	const struct check_def *def = &e->graph->checks[c->subject];
	const struct check_state *s = check_at(e, d, c->subject);

	if (def->calendar || d->row.owed == 0 ||
	    is_retired(&def->retirement, d->date) ||
	    (c->items && strlen(c->items) >= WAIVER_ITEMS) ||
	    (c->until != INSTANT_NONE && c->until <= e->now.wall))
		return false;
	if (c->ahead)
		return true;
	if (!s->known || !s->row.measured)
		return false;
	return c->items ? s->row.missing > 0 || s->row.waived > 0 :
	    s->row.raw != RESULT_PASS;
}

void
waive_command(struct engine *e, const struct command *c, struct day *d,
    struct effect *reply)
{
	struct waiver_entry *x;
	int64_t until = c->until == INSTANT_NONE ? e->now.wall + default_ms :
	    c->until;
	int32_t n;

	if (d == NULL || c->subject < 0 || c->subject >= e->graph->n_checks ||
	    e->graph->checks[c->subject].pipeline != c->pipeline)
		return;         /* no such */
	waiver_room(e);         /* entries move */
	x = find_same(e, c, &n);
	reply->u.reply.code = REPLY_REFUSED;
	if (x && x->row.until == until) {
		reply->u.reply.code = REPLY_ALREADY;
		reply->u.reply.id = x->row.id;
		return;
	}
	if (x == NULL && (n >= EACH_MAX || !may_waive(e, c, d) ||
	    (x = table_add(&e->waivers)) == NULL))
		return;
	if (x->row.id == 0) {
		x->row.id = e->last_waiver = next_number(e);
		x->row.seen = !c->ahead;
		x->row.at = e->now.wall;
	}
	x->at = (struct where){ .pipeline = c->pipeline, .dated = true,
		.date = c->date };
	x->row.check = c->subject;
	x->row.state = WAIVER_LIVE;
	x->row.until = until;
	x->row.ended_at = INSTANT_NONE;
	copy_text(x->row.items, sizeof x->row.items, c->items);
	copy_text(x->row.actor, sizeof x->row.actor, c->actor);
	copy_text(x->row.reason, sizeof x->row.reason, c->reason);
	reply->u.reply.code = REPLY_OK;
	reply->u.reply.id = x->row.id;
	reply->u.reply.until = until;
	waiver_changes(e, x);
}
