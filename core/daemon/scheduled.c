/* SPDX-License-Identifier: BSD-2-Clause
 *
 * scheduled.c -- reports that go out by themselves.
 *
 * At its slot a report is folded (folding.c), and what it says goes to its
 * notifiers by way of the outbox: the message and the row that says that the
 * slot is over stand or fall together, so that a slot is sent once, whatever
 * happens in between. Slots that passed while nothing ran are made up for by
 * one report, of the newest of them; a first start waits for the next slot.
 *
 * One fold at a time. A reload ends it; the next tick begins it anew.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/log.h"
#include "daemon/folding.h"
#include "daemon/inside.h"

/* What is being folded, to be sent. */
struct due_report {
	struct supervisor *s;
	const struct report_plan *plan;         /* of the running generation */
	struct report_query query;
	int64_t slot;
};

static const struct zone *
zone_of(const struct supervisor *s, const struct report_plan *p)
{
	return &s->g.conf->graph.pipelines[p->pipeline].zone;
}

static int64_t
next_of(const struct supervisor *s, const struct report_plan *p)
{
	return schedule_next(&p->at, zone_of(s, p), json_int(s->reported,
	    p->name, s->started_at));
}

/*----------------------------------------------------------------- sending */

static json_t *
body_of(const struct due_report *d, const json_t *report, uint64_t id)
{
	CLEANUP_FREE char *title = report_title(report);
	CLEANUP_FREE char *text = report_brief(report);
	CLEANUP_TEXT struct text t = { 0 };
	json_t *body = json_object();
	char date[DATE_TEXT];

	text_addf(&t, "%llu", (unsigned long long)id);
	json_put(body, "id", text_str(&t));
	json_put(body, "kind", "report");
	json_put(body, "severity", "info");
	json_put(body, "pipeline",
	    d->s->g.conf->graph.pipelines[d->query.pipeline].name);
	json_put(body, "date", date_text(d->query.to, date));
	json_put(body, "incident", "");
	json_put(body, "title", title);
	json_put(body, "text", text);
	text_clear(&t);
	text_addf(&t, "gatewarden report %s %s", json_text(report, "report",
	    "day"), date);
	json_put(body, "look", text_str(&t));
	return body;
}

static json_t *
recipients(const struct supervisor *s, const struct report_plan *p)
{
	json_t *picked = json_object();
	int32_t i;

	for (i = 0; i < p->n_to; i++)
		(void)json_object_set_new(picked,
		    s->g.conf->instances[p->to[i]].name, json_array());
	return picked;
}

static int
queue(const struct due_report *d, const json_t *report, int64_t at)
{
	struct supervisor *s = d->s;
	CLEANUP_JSON json_t *picked = recipients(s, d->plan);
	CLEANUP_JSON json_t *body = NULL;
	CLEANUP_JSON json_t *row = json_object();
	CLEANUP_TEXT struct text key = { 0 };
	uint64_t id = message_number(s);
	int r;

	if (id == 0)
		return -EIO;
	body = body_of(d, report, id);
	json_put(row, "report", d->plan->name);
	json_put_int(row, "slot", d->slot);
	json_put_int(row, "sent_at", at);
	json_put(row, "from", json_text(report, "from", NULL));
	json_put(row, "to", json_text(report, "to", NULL));
	json_put_int(row, "message", (int64_t)id);
	text_addf(&key, "report/%s", d->plan->name);
	r = outbox_tell(s->outbox, id, body, picked);
	return r < 0 ? r : told_append(s, "report", text_str(&key),
	    d->plan->name, NULL, json_incref(row));
}

static void
send_report(const struct due_report *d, const json_t *report)
{
	struct supervisor *s = d->s;
	struct now now;
	int r;

	if (!able(s))
		return;
	supervisor_now(s, &now);
	r = store_begin(s->store);
	if (r == 0)
		r = queue(d, report, now.wall);
	if (r == 0)
		r = store_commit(s->store, true);
	told_publish(s, r == 0);
	if (r < 0) {
		commit_failed(s);
		return;
	}
	json_put_int(s->reported, d->plan->name, d->slot);
	outbox_tick(s->outbox);
}

static void
folded(void *arg, const struct report *r, const char *why)
{
	struct due_report *d = arg;
	struct supervisor *s = d->s;
	CLEANUP_JSON json_t *report = NULL;

	s->reporting = false;
	s->report_wake_of = 0;
	if (r) {
		report = report_make(r, &d->query);
		send_report(d, report);
	} else {
		/* the plan may be gone with its generation */
		log_info("a report was put off: %s", why);
	}
	free(d);
	turn_arm(s);
}

/*------------------------------------------------------------ by the clock */

static int
restore_one(void *arg, const char *key, const json_t *data, int64_t at,
    int64_t last_seen)
{
	struct supervisor *s = arg;

	(void)key;
	(void)last_seen;
	json_put_int(s->reported, json_text(data, "report", "?"),
	    json_int(data, "slot", at));
	return 0;
}

int
scheduled_restore(struct supervisor *s)
{
	int r;

	s->reported = json_object();
	r = store_rows(s->store, "report", restore_one, s);
	if (r < 0)
		log_error("journal: its reports can't be read (%s)",
		    strerror(-r));
	return r;
}

static int64_t
first_of_all(const struct supervisor *s)
{
	int64_t wake = INSTANT_NONE, at;
	int32_t i;

	for (i = 0; i < s->g.conf->n_reports; i++) {
		at = next_of(s, &s->g.conf->reports[i]);
		if (at != INSTANT_NONE && (wake == INSTANT_NONE || at < wake))
			wake = at;
	}
	return wake;
}

/* Asked at each turn: looked up once, until something was sent. */
int64_t
scheduled_wake(struct supervisor *s)
{
	/* a journal that can't be read is not tried again at every turn */
	if (s->started_at == 0 || s->reporting || !able(s) ||
	    store_failed(s->store, NULL))
		return INSTANT_NONE;
	if (s->report_wake_of != s->g.number) {
		s->report_wake_of = s->g.number;
		s->report_wake = first_of_all(s);
	}
	return s->report_wake;
}

/* The newest of the slots that are over. */
static int64_t
newest_slot(const struct supervisor *s, const struct report_plan *p,
    int64_t first, int64_t now)
{
	int64_t slot = first, next;

	while ((next = schedule_next(&p->at, zone_of(s, p), slot)) !=
	    INSTANT_NONE && next <= now)
		slot = next;
	return slot;
}

static void
begin(struct supervisor *s, const struct report_plan *p, int64_t slot,
    int64_t now)
{
	struct due_report *d = calloc(1, sizeof *d);

	if (d == NULL)
		abort();
	*d = (struct due_report){ .s = s, .plan = p, .slot = slot,
		.query = report_period(p->pipeline, p->period,
		    report_last(s->g.conf, p->pipeline, now)) };
	s->reporting = true;
	(void)folding_start(s, &d->query, now, folded, d);
}

void
scheduled_tick(struct supervisor *s, int64_t now)
{
	int32_t i;

	for (i = 0; i < s->g.conf->n_reports && able(s) && !s->reporting;
	    i++) {
		const struct report_plan *p = &s->g.conf->reports[i];
		int64_t at = next_of(s, p);

		if (at != INSTANT_NONE && at <= now)
			begin(s, p, newest_slot(s, p, at, now), now);
	}
}
