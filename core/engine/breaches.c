/* SPDX-License-Identifier: BSD-2-Clause
 *
 * breaches.c -- the rows of breaches and incidents: found, opened, closed.
 *
 * A breach is keyed by its date, incident, kind and subject. What opens
 * again under the same key is the same row again, so that the fold of the
 * journal and this table hold the same.
 *
 * Tables have a fixed number of places. What is over makes room for what is
 * not, the oldest first; what is open is never lost, so a table full of open
 * rows takes no new one and the sign is looked at again at the next
 * settling.
 */
#include <assert.h>

#include "engine/incidents.h"

static void
write_at(struct engine *e, enum record_kind kind, const struct where *at,
    struct record **ret)
{
	emit_record(e, kind, at->pipeline, NULL, NONE, ret);
	(*ret)->dated = at->dated;
	(*ret)->date = at->date;
	e->out->v[e->out->n - 1].date = at->date;
}

/* What found no place looks again. */
void
make_way(struct engine *e)
{
	if (e->crowded) {
		touch_all(e, NONE);
		e->tracks_turn = INT64_MIN;
	}
	e->crowded = false;
}

/*--------------------------------------------------------------- incidents */

struct incident_entry *
incident_live(const struct engine *e, uint64_t number)
{
	struct incident_entry *x = incident_of(e, number);

	return x && x->row.open ? x : NULL;
}

bool
incident_room(struct engine *e)
{
	int32_t i, oldest = NONE;
	int64_t at = INT64_MAX;

	if (e->incidents.n < e->incidents.cap)
		return true;
	for (i = 0; i < e->incidents.n; i++) {
		const struct incident_entry *x = table_at(&e->incidents, i);

		if (!x->row.open && x->row.closed_at < at) {
			at = x->row.closed_at;
			oldest = i;
		}
	}
	if (oldest == NONE)
		return false;
	if (e->resumed)
		index_drop_incident(e, oldest);
	table_remove(&e->incidents, oldest);
	return true;
}

void
incident_write(struct engine *e, const struct incident_entry *x)
{
	struct record *r;

	write_at(e, RECORD_INCIDENT, &x->at, &r);
	r->u.incident = x->row;
}

struct incident_entry *
incident_open(struct engine *e, int32_t pipeline, const struct day *d,
    enum root_kind kind, int32_t root)
{
	struct incident_entry *x;

	if (!incident_room(e)) {
		e->crowded = true;
		return NULL;
	}
	x = table_add(&e->incidents);
	x->at.pipeline = pipeline;
	x->at.dated = d != NULL;
	if (d)
		x->at.date = d->date;
	x->row = (struct incident_row){ .number = next_number(e),
		.kind = kind, .root = root, .open = true,
		.opened_at = e->now.wall, .closed_at = INSTANT_NONE,
		.clear_since = INSTANT_NONE, .told_at = INSTANT_NONE,
		.acked_until = INSTANT_NONE, .labelled_at = INSTANT_NONE };
	e->last_incident = x->row.number;
	index_incident(e, x);
	touch_opening(e, x);
	return x;
}

void
incident_close(struct engine *e, struct incident_entry *x)
{
	assert(x->row.open);
	x->row.open = false;
	x->row.closed_at = e->now.wall;
	e->open_probes -= x->row.kind == ROOT_PROBE;
	touch_opening(e, x);
	make_way(e);
}

/*---------------------------------------------------------------- breaches */

struct breach_entry *
breach_of(const struct engine *e, int32_t pipeline, const struct day *d,
    enum root_kind kind, int32_t subject)
{
	struct breach_entry *x, *last = NULL;

	(void)pipeline;
	for (x = breach_first(e, d); x; x = breach_next(e, x))
		if (x->row.open && x->row.subject == subject &&
		    x->row.kind == kind)
			last = x;
	return last;
}

/* A cause that is over still says what its incident is of. */
static bool
breach_needed(const struct engine *e, const struct breach_entry *x)
{
	return x->row.open || (!x->row.child &&
	    incident_live(e, x->row.incident));
}

bool
breach_room(struct engine *e)
{
	int32_t i = 0;

	if (e->breaches.n < e->breaches.cap)
		return true;
	while (i < e->breaches.n && breach_needed(e, table_at(&e->breaches,
	    i)))
		i++;
	if (i == e->breaches.n)
		return false;
	if (e->resumed)
		index_drop_breach(e, i);
	table_remove(&e->breaches, i);
	return true;
}

void
breach_write(struct engine *e, const struct breach_entry *x)
{
	struct record *r;

	write_at(e, RECORD_BREACH, &x->at, &r);
	r->u.breach = x->row;
	touch_breach(e, x);
}

/* A row with that key, open or not. */
static struct breach_entry *
same_key(const struct engine *e, const struct day *d, const struct sign *s,
    uint64_t incident)
{
	struct breach_entry *x;

	for (x = breach_first(e, d); x; x = breach_next(e, x))
		if (x->row.incident == incident && x->row.kind == s->kind &&
		    x->row.subject == s->subject)
			return x;
	return NULL;
}

struct breach_entry *
breach_open(struct engine *e, int32_t pipeline, const struct day *d,
    const struct sign *s, uint64_t incident, bool child)
{
	struct breach_entry *x = same_key(e, d, s, incident);

	if (x == NULL) {
		if (!breach_room(e)) {
			e->crowded = true;
			return NULL;
		}
		x = table_add(&e->breaches);
		x->at = (struct where){ pipeline, true, d->date };
		x->row.incident = incident;
		index_breach(e, x);
	}
	assert(!x->row.open);
	x->row = (struct breach_row){ .kind = s->kind, .subject = s->subject,
		.incident = incident, .child = child, .open = true,
		.severity = s->severity, .why = s->why,
		.since = e->now.wall, .until = INSTANT_NONE };
	breach_write(e, x);
	return x;
}

void
breach_close(struct engine *e, struct breach_entry *x)
{
	x->row.open = false;
	x->row.until = e->now.wall;
	breach_write(e, x);
	make_way(e);
}

/* An incident may be over, or its root not configured any more, when what
 * hung under it comes back with a new configuration. It stands anew, in an
 * incident that somebody hears of. */
bool
breaches_adrift(struct engine *e)
{
	int32_t i;

	for (i = 0; i < e->breaches.n; i++) {
		struct breach_entry *x = table_at(&e->breaches, i);

		if (!x->row.open || x->row.incident == 0 ||
		    incident_live(e, x->row.incident))
			continue;
		if (!has_room(e, 1))
			return false;
		breach_close(e, x);
	}
	return true;
}
