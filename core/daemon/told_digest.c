/* SPDX-License-Identifier: BSD-2-Clause
 *
 * told_digest.c -- what was collected, in one message.
 *
 * One per notifier, at the time that its route says, with a line for each
 * incident: what it is, how bad, since when, and whether it is over. It is
 * about no incident itself; who had what in it stands in the tellings.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/incident.h"
#include "daemon/inside.h"
#include "daemon/notice.h"
#include "daemon/outbox_route.h"
#include "daemon/tellings.h"
#include "daemon/words.h"

enum { LINES_MOST = 40 };

struct digest {
	struct supervisor *s;
	const struct notify_world *world;
	struct view v;
	const char *notifier;
	json_t *fallback;       /* borrowed from the first */
	struct text lines;
	enum severity severity;
	int32_t n, open;
};

static bool
is_due(const struct telling *x, const struct notify_world *w)
{
	return x->t.waits && x->t.collected && x->t.until <= w->now;
}

static void
add_line(struct digest *d, const struct incident_row *row,
    const struct record *where)
{
	const struct zone *z = view_zone(&d->v, where->pipeline);
	struct text *t = &d->lines;
	char date[DATE_TEXT];

	d->n++;
	d->open += row->open;
	if (row->severity > d->severity)
		d->severity = row->severity;
	if (d->n > LINES_MOST)
		return;
	text_addf(t, "%s%llu %s", d->n > 1 ? "\n" : "",
	    (unsigned long long)row->number, severity_name(row->severity));
	if (where->pipeline != NONE)
		text_addf(t, " %s", d->v.graph->pipelines[
		    where->pipeline].name);
	if (where->dated)
		text_addf(t, " %s", date_text(where->date, date));
	text_add(t, " ");
	incident_title(&d->v, row, where, t);
	text_add(t, row->open ? ", open since " : ", opened and resolved, ");
	words_clock(t, row->opened_at, d->v.now.wall, z);
	if (row->open || row->closed_at == INSTANT_NONE)
		return;
	text_add(t, " to ");
	words_clock(t, row->closed_at, d->v.now.wall, z);
}

static int
collect_one(struct digest *d, struct telling *x)
{
	const struct incident_row *row;
	struct notify_ruling r;
	struct case_room room;
	struct notify_case c;
	struct record where;
	struct saying y = { .world = d->world, .x = &c, .again = true,
		.digest = true,
		.notifier = find_notifier(d->s->g.conf, x->notifier),
		.route = route_named(d->s->g.conf, x->route) };
	int result;

	row = incident_find(&d->v, x->incident, &where);
	if (row == NULL || y.notifier == NONE) {
		telling_drop(&d->s->told, x);
		return 0;
	}
	case_of(&d->v, &d->s->told, row, &where, &room, &c);
	result = told_say(d->s, x, &y, &r);
	if (result == 0 && r.outcome == NOTIFY_NOW)
		add_line(d, row, &where);
	return result;
}

static int
send_digest(struct digest *d)
{
	CLEANUP_TEXT struct text title = { 0 };
	CLEANUP_JSON json_t *body = NULL;
	uint64_t id = message_number(d->s);
	int32_t n;

	text_addf(&title, "%d incident%s, %d open", d->n, d->n == 1 ? "" :
	    "s", d->open);
	if (d->n > LINES_MOST)
		text_addf(&d->lines, "\nand %d more", d->n - LINES_MOST);
	body = notice_body(&(struct notice){ .id = id,
		.kind = NOTICE_DIGEST, .severity = d->severity,
		.title = text_str(&title), .why = text_str(&d->lines) });
	n = outbox_queue_to(d->s->outbox, &(struct outbox_notice){ .id = id,
		.kind = NOTICE_DIGEST, .severity = d->severity,
		.pipeline = NONE, .phase = NONE, .body = body }, d->notifier,
	    d->fallback);
	return n < 0 ? n : 0;
}

static int
write_one(struct supervisor *s, const struct notify_world *world,
    const char *notifier, const json_t *fallback)
{
	CLEANUP_FREE char *name = strdup(notifier);
	CLEANUP_JSON json_t *copy = json_deep_copy(fallback);
	struct digest d = { .s = s, .world = world, .notifier = name,
		.fallback = copy };
	size_t i = 0, left;
	int r = 0;

	view_open(&d.v, s);
	while (r == 0 && i < s->told.n) {
		struct telling *x = s->told.v[i];

		left = s->told.n;
		if (strcmp(x->notifier, name) == 0 && is_due(x, world))
			r = collect_one(&d, x);
		if (s->told.n == left)
			i++;
	}
	if (r == 0 && d.n > 0)
		r = send_digest(&d);
	text_free(&d.lines);
	return r;
}

int
digests_write(struct supervisor *s, const struct notify_world *world)
{
	size_t i = 0;
	int r = 0;

	while (r == 0 && i < s->told.n) {
		const struct telling *x = s->told.v[i];

		if (!is_due(x, world)) {
			i++;
			continue;
		}
		/* all that is due to its notifier: then it isn't any more */
		r = write_one(s, world, x->notifier, x->fallback);
		i = 0;
	}
	return r;
}
