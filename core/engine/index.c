/* SPDX-License-Identifier: BSD-2-Clause
 *
 * index.c -- rows that have ids, found without walking all of their history.
 *
 * Incidents and breaches of a date are chained in the order in which they
 * were made, breaches also by their incident; incidents lie in the order of
 * their numbers, which are searched. What is made is appended. What leaves a
 * full table moves the rest, whose places are counted down with it.
 *
 * Of dates that aren't watched nothing is chained. Nothing here is a row.
 */
#include <assert.h>

#include "engine/incidents.h"

/*----------------------------------------------------------------- walking */

static struct breach_entry *
breach_at(const struct engine *e, int32_t i)
{
	return i == NONE ? NULL : table_at(&e->breaches, i);
}

struct breach_entry *
breach_first(const struct engine *e, const struct day *d)
{
	return breach_at(e, d->breaches.first);
}

struct breach_entry *
breach_next(const struct engine *e, const struct breach_entry *b)
{
	return breach_at(e, b->next);
}

struct breach_entry *
breach_first_in(const struct engine *e, const struct incident_entry *x)
{
	return breach_at(e, x->breaches.first);
}

struct breach_entry *
breach_next_in(const struct engine *e, const struct breach_entry *b)
{
	return breach_at(e, b->next_in);
}

struct incident_entry *
incident_first(const struct engine *e, const struct day *d)
{
	return d->incidents.first == NONE ? NULL :
	    table_at(&e->incidents, d->incidents.first);
}

struct incident_entry *
incident_next(const struct engine *e, const struct incident_entry *x)
{
	return x->next == NONE ? NULL : table_at(&e->incidents, x->next);
}

struct incident_entry *
incident_of(const struct engine *e, uint64_t number)
{
	int32_t low = 0, high = e->incidents.n;
	struct incident_entry *x;

	while (low < high) {
		int32_t mid = low + (high - low) / 2;

		x = table_at(&e->incidents, mid);
		if (x->row.number < number)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == e->incidents.n)
		return NULL;
	x = table_at(&e->incidents, low);
	return x->row.number == number ? x : NULL;
}

/*---------------------------------------------------------------- chaining */

static struct day *
day_of_row(const struct engine *e, const struct where *w)
{
	return w->dated && w->pipeline != NONE ?
	    lane_find(&e->lanes[w->pipeline], w->date) : NULL;
}

void
index_breach(struct engine *e, struct breach_entry *b)
{
	int32_t i = table_index(&e->breaches, b);
	struct day *d = day_of_row(e, &b->at);
	struct incident_entry *x = incident_of(e, b->row.incident);

	b->next = b->next_in = NONE;
	if (d && d->breaches.last != NONE)
		breach_at(e, d->breaches.last)->next = i;
	else if (d)
		d->breaches.first = i;
	if (d)
		d->breaches.last = i;
	if (x && x->breaches.last != NONE)
		breach_at(e, x->breaches.last)->next_in = i;
	else if (x)
		x->breaches.first = i;
	if (x)
		x->breaches.last = i;
}

void
index_incident(struct engine *e, struct incident_entry *x)
{
	int32_t i = table_index(&e->incidents, x);
	struct day *d = day_of_row(e, &x->at);
	struct incident_entry *last;

	x->next = NONE;
	x->breaches = (struct chain){ NONE, NONE };
	e->open_probes += x->row.open && x->row.kind == ROOT_PROBE;
	if (d == NULL)
		return;
	if (d->incidents.last != NONE) {
		last = table_at(&e->incidents, d->incidents.last);
		last->next = i;
	} else {
		d->incidents.first = i;
	}
	d->incidents.last = i;
}

void
index_all(struct engine *e)
{
	int32_t i, k;

	for (i = 0; i < e->graph->n_pipelines; i++)
		for (k = 0; k < e->lanes[i].n_used; k++) {
			struct day *d = &e->lanes[i].days[k];

			d->breaches = d->incidents =
			    (struct chain){ NONE, NONE };
		}
	e->open_probes = 0;
	for (i = 0; i < e->incidents.n; i++)
		index_incident(e, table_at(&e->incidents, i));
	for (i = 0; i < e->breaches.n; i++)
		index_breach(e, table_at(&e->breaches, i));
}

/*-------------------------------------------------------------- unchaining */

/* The places behind one that is left move by one. */
static void
shift(int32_t *i, int32_t gone)
{
	*i -= *i > gone;
}

static void
shift_chain(struct chain *c, int32_t gone)
{
	shift(&c->first, gone);
	shift(&c->last, gone);
}

/* Takes a place out of a chain. `link`: where the entry before has it, or
 * NULL; `before`: that entry's place. */
static void
unlink_place(struct chain *c, int32_t *link, int32_t before, int32_t next)
{
	if (link)
		*link = next;
	else
		c->first = next;
	if (next == NONE)
		c->last = before;
}

static void
unlink_breach(struct engine *e, struct chain *c, int32_t i, bool by_incident)
{
	const struct breach_entry *b = table_at(&e->breaches, i);
	int32_t at = c->first, before = NONE, *link = NULL;

	while (at != i && at != NONE) {
		struct breach_entry *x = table_at(&e->breaches, at);

		link = by_incident ? &x->next_in : &x->next;
		before = at;
		at = *link;
	}
	if (at == i)
		unlink_place(c, link, before, by_incident ? b->next_in :
		    b->next);
}

void
index_drop_breach(struct engine *e, int32_t i)
{
	const struct breach_entry *b = table_at(&e->breaches, i);
	struct incident_entry *x = incident_of(e, b->row.incident);
	struct day *d = day_of_row(e, &b->at);
	int32_t p, k;

	touch_breach(e, b);     /* who knew of it looks again */
	if (d)
		unlink_breach(e, &d->breaches, i, false);
	if (x)
		unlink_breach(e, &x->breaches, i, true);
	for (k = 0; k < e->breaches.n; k++) {
		shift(&breach_at(e, k)->next, i);
		shift(&breach_at(e, k)->next_in, i);
	}
	for (k = 0; k < e->incidents.n; k++) {
		x = table_at(&e->incidents, k);
		shift_chain(&x->breaches, i);
	}
	for (p = 0; p < e->graph->n_pipelines; p++)
		for (k = 0; k < e->lanes[p].n_used; k++)
			shift_chain(&e->lanes[p].days[k].breaches, i);
}

static void
unlink_incident(struct engine *e, struct chain *c, int32_t i)
{
	const struct incident_entry *gone = table_at(&e->incidents, i);
	int32_t at = c->first, before = NONE, *link = NULL;

	while (at != i && at != NONE) {
		struct incident_entry *x = table_at(&e->incidents, at);

		link = &x->next;
		before = at;
		at = *link;
	}
	if (at == i)
		unlink_place(c, link, before, gone->next);
}

void
index_drop_incident(struct engine *e, int32_t i)
{
	struct incident_entry *x = table_at(&e->incidents, i);
	struct day *d = day_of_row(e, &x->at);
	struct breach_entry *b = breach_first_in(e, x), *next;
	int32_t p, k;

	touch_incident(e, x);
	for (; b; b = next) {
		next = breach_next_in(e, b);
		b->next_in = NONE;
	}
	if (d)
		unlink_incident(e, &d->incidents, i);
	for (k = 0; k < e->incidents.n; k++) {
		x = table_at(&e->incidents, k);
		shift(&x->next, i);
	}
	for (p = 0; p < e->graph->n_pipelines; p++)
		for (k = 0; k < e->lanes[p].n_used; k++)
			shift_chain(&e->lanes[p].days[k].incidents, i);
}
