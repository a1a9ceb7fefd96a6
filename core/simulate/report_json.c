/* SPDX-License-Identifier: BSD-2-Clause
 *
 * report_json.c -- what a simulation found, for programs.
 *
 * The same input gives the same bytes: no real time, no path of this
 * machine but those that were given. Instants are RFC 3339 in the zone of
 * the pipeline.
 */
#include <stdlib.h>

#include "base/json.h"
#include "daemon/words.h"
#include "journal/chain.h"
#include "simulate/report.h"
#include "simulate/titles.h"

static void
put_place(json_t *o, const struct conf *c, const struct record *where)
{
	char date[DATE_TEXT];

	if (where->pipeline != NONE)
		json_put(o, "pipeline",
		    c->graph.pipelines[where->pipeline].name);
	if (where->dated)
		json_put(o, "date", date_text(where->date, date));
}

/* What hangs under it: [{"kind", "subject", "date", "since", "until"}]. */
static json_t *
follows(const struct report *r, uint64_t incident, bool child)
{
	const struct conf *c = r->story->conf;
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < r->story->n_breaches; i++) {
		const struct story_breach *b = &r->story->breaches[i];
		const struct zone *zone = report_zone(c, b->where.pipeline);
		char date[DATE_TEXT];
		json_t *o;

		if (b->row.incident != incident || b->row.child != child)
			continue;
		o = json_object();
		json_put(o, "kind", root_kind_name(b->row.kind));
		json_put(o, "subject", title_subject(c, b->row.kind,
		    b->row.subject));
		json_put(o, "date", date_text(b->where.date, date));
		json_put(o, "severity", severity_name(b->row.severity));
		put_when(o, "since", b->row.since, zone);
		put_when(o, "until", b->row.open ? INSTANT_NONE :
		    b->row.until, zone);
		(void)json_array_append_new(list, o);
	}
	return list;
}

json_t *
report_finding(const struct report *r, const struct story_finding *f)
{
	const struct conf *c = r->story->conf;
	const struct zone *zone = report_zone(c, f->where.pipeline);
	json_t *o = json_object();

	json_put_int(o, "incident", (int64_t)f->row.number);
	put_place(o, c, &f->where);
	json_put(o, "severity", severity_name(f->row.severity));
	json_put(o, "kind", root_kind_name(f->row.kind));
	json_put(o, "root", title_subject(c, f->row.kind, f->row.root));
	json_put(o, "title", f->title);
	(void)json_object_set(o, "cause", f->cause);
	put_when(o, "since", f->row.opened_at, zone);
	put_when(o, "until", f->row.open ? INSTANT_NONE : f->row.closed_at,
	    zone);
	(void)json_object_set_new(o, "open", json_boolean(f->row.open));
	(void)json_object_set_new(o, "gave_up", json_boolean(f->row.gave_up));
	json_put_int(o, "told", f->told);
	if (f->rule)
		put_origin(o, f->rule);
	(void)json_object_set_new(o, "stands", follows(r, f->row.number,
	    false));
	(void)json_object_set_new(o, "follows", follows(r, f->row.number,
	    true));
	return o;
}

json_t *
report_message(const struct report *r, const struct story_message *m)
{
	const struct story_finding *f = story_finding(r->story, m->incident);
	json_t *o = json_object(), *to = json_array(), *unused;
	const char *name;

	put_when(o, "at", m->at, report_zone(r->story->conf, f ?
	    f->where.pipeline : NONE));
	json_put_int(o, "incident", (int64_t)m->incident);
	if (f)
		put_place(o, r->story->conf, &f->where);
	json_put(o, "kind", notice_kind_name(m->kind));
	json_put(o, "severity", severity_name(m->severity));
	json_put(o, "title", m->title);
	json_put(o, "text", json_text(m->body, "text", NULL));
	json_object_foreach(m->to, name, unused)
		(void)json_array_append_new(to, json_string(name));
	(void)json_object_set_new(o, "to", to);
	return o;
}

json_t *
report_line(const struct conf *c, const struct story_line *l)
{
	json_t *o = json_object();
	char date[DATE_TEXT];

	put_when(o, "at", l->at, report_zone(c, l->pipeline));
	if (l->pipeline != NONE)
		json_put(o, "pipeline", c->graph.pipelines[l->pipeline].name);
	if (l->dated)
		json_put(o, "date", date_text(l->date, date));
	json_put(o, "kind", l->kind);
	json_put(o, "text", l->text);
	return o;
}

/*----------------------------------------------------------------- numbers */

static json_t *
phases_json(const struct report *r)
{
	const struct graph *g = &r->story->conf->graph;
	struct number_phase *v = calloc((size_t)g->n_phases + 1, sizeof *v);
	json_t *list = json_array();
	int32_t n, i;

	if (v == NULL)
		abort();
	n = number_phases(r, v);
	for (i = 0; i < n; i++) {
		json_t *o = json_object();

		json_put(o, "phase", g->phases[v[i].phase].name);
		json_put_int(o, "late", v[i].dates);
		json_put_int(o, "late_at_end", v[i].open);
		json_put_int(o, "total_ms", v[i].total_ms);
		json_put_int(o, "longest_ms", v[i].longest_ms);
		(void)json_array_append_new(list, o);
	}
	free(v);
	return list;
}

static json_t *
starts_json(const struct report *r)
{
	const struct graph *g = &r->story->conf->graph;
	struct number_starts *v = calloc((size_t)(g->n_phases +
	    g->n_recoveries) + 1, sizeof *v);
	json_t *list = json_array();
	int32_t n, i;
	int k;

	if (v == NULL)
		abort();
	n = number_starts(r, v);
	for (i = 0; i < n; i++) {
		json_t *o = json_object(), *outcomes = json_object();

		json_put(o, v[i].recovery ? "recovery" : "phase", v[i].name);
		json_put_int(o, "attempts", v[i].attempts);
		json_put_int(o, "dates", v[i].dates);
		for (k = OUTCOME_RECOVERED; k <= OUTCOME_NOT_DONE; k++)
			if (v[i].outcomes[k] > 0)
				json_put_int(outcomes, outcome_name(
				    (enum outcome)k), v[i].outcomes[k]);
		(void)json_object_set_new(o, "outcomes", outcomes);
		(void)json_object_set_new(o, "modelled",
		    json_boolean(v[i].modelled));
		(void)json_array_append_new(list, o);
	}
	free(v);
	return list;
}

static json_t *
assumed_json(const struct report *r)
{
	const struct graph *g = &r->story->conf->graph;
	json_t *list = json_array();
	int32_t i;

	for (i = 0; i < g->n_checks; i++) {
		uint64_t n = world_assumed(r->world, i);
		json_t *o;

		if (n == 0)
			continue;
		o = json_object();
		json_put(o, "check", g->checks[i].name);
		json_put_int(o, "answers", (int64_t)n);
		(void)json_array_append_new(list, o);
	}
	return list;
}

static json_t *
counts_json(const struct report *r)
{
	struct number_findings f = number_findings(r);
	struct number_messages m = number_messages(r);
	struct number_dates d = number_dates(r);
	json_t *o = json_object();
	int s;

	json_put_int(o, "dates", d.dates);
	json_put_int(o, "idle", d.idle);
	json_put_int(o, "unknown", d.unknown);
	json_put_int(o, "findings", f.all);
	for (s = SEVERITY_CRITICAL; s > SEVERITY_NONE; s--)
		json_put_int(o, severity_name((enum severity)s),
		    f.by_severity[s]);
	json_put_int(o, "open", f.open);
	json_put_int(o, "messages", m.all);
	json_put_int(o, "message_days", m.days);
	json_put_int(o, "most_messages", m.most);
	return o;
}

static json_t *
journal_json(const struct report *r)
{
	char hash[CHAIN_TEXT];
	struct world_counts c;
	json_t *o = json_object();

	world_counts(r->world, &c);
	json_put_int(o, "events", (int64_t)c.events);
	json_put(o, "hash", chain_text(c.hash, hash));
	json_put_int(o, "steps", (int64_t)c.steps);
	json_put_int(o, "measurements", (int64_t)c.measurements);
	json_put_int(o, "evaluations", (int64_t)c.evaluations);
	json_put_int(o, "gates_unknown", c.gates_unknown);
	return o;
}

json_t *
report_json(const struct report *r)
{
	const struct zone *zone = report_zone(r->story->conf, NONE);
	json_t *o = json_object(), *findings = json_array();
	json_t *messages = json_array();
	char from[DATE_TEXT], to[DATE_TEXT];
	size_t i;

	json_put(o, "config", r->config);
	json_put(o, "facts", r->facts);
	json_put_int(o, "records", (int64_t)r->records);
	json_put(o, "from", date_text(r->story->from, from));
	json_put(o, "to", date_text(r->story->to, to));
	put_when(o, "until", r->until, zone);
	(void)json_object_set_new(o, "counts", counts_json(r));
	for (i = 0; i < r->story->n_findings; i++)
		(void)json_array_append_new(findings, report_finding(r,
		    &r->story->findings[i]));
	for (i = 0; i < r->story->n_messages; i++)
		(void)json_array_append_new(messages, report_message(r,
		    &r->story->messages[i]));
	(void)json_object_set_new(o, "findings", findings);
	(void)json_object_set_new(o, "messages", messages);
	(void)json_object_set_new(o, "phases", phases_json(r));
	(void)json_object_set_new(o, "starts", starts_json(r));
	(void)json_object_set_new(o, "assumed", assumed_json(r));
	(void)json_object_set_new(o, "journal", journal_json(r));
	return o;
}
