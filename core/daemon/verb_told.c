/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verb_told.c -- why somebody was told, or was not.
 *
 * From the journal: each ruling is an event of its incident, with the stages
 * that it passed and the one that stopped it. Routes are shown with when
 * each of their notifiers last took a message.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "calendar/day.h"
#include "daemon/ask.h"
#include "daemon/handlers.h"
#include "daemon/incident.h"
#include "daemon/words.h"
#include "journal/store.h"

enum { RULINGS_MOST = 200, SEARCHED_MOST = 20000 };

struct gathering {
	const struct view *v;
	uint64_t message;       /* 0: of all */
	bool quiet;             /* only what wasn't told */
	json_t *list;
};

static void
step_times(json_t *steps, const struct zone *zone)
{
	json_t *s;
	size_t i;

	json_array_foreach(steps, i, s) {
		int64_t until = json_int(s, "until", INSTANT_NONE);

		if (until != INSTANT_NONE)
			put_when(s, "until", until, zone);
	}
}

static const struct zone *
zone_of(const struct view *v, const char *pipeline)
{
	int32_t i = pipeline ? graph_find_pipeline(v->graph, pipeline) : NONE;

	return view_zone(v, i != NONE ? i : v->graph->n_pipelines > 0 ? 0 :
	    NONE);
}

/* A ruling as people read it; owned. */
static json_t *
ruling_json(const struct view *v, const struct store_event *e)
{
	static const char *const kept[] = { "incident", "notifier", "route",
		"message", "kind", "severity", "outcome", "steps" };
	const struct zone *zone = zone_of(v, e->pipeline);
	json_t *o = json_object();
	size_t i;

	put_when(o, "at", e->at, zone);
	for (i = 0; i < ARRAY_SIZE(kept); i++) {
		const json_t *x = json_object_get(e->data, kept[i]);

		if (x)
			(void)json_object_set_new(o, kept[i],
			    json_deep_copy(x));
	}
	if (json_object_get(e->data, "until"))
		put_when(o, "until", json_int(e->data, "until",
		    INSTANT_NONE), zone);
	step_times(json_object_get(o, "steps"), zone);
	return o;
}

static int
gather(void *arg, uint64_t seq, const struct store_event *e)
{
	struct gathering *g = arg;

	(void)seq;
	if ((g->message && (uint64_t)json_int(e->data, "message", 0) !=
	    g->message) || (g->quiet && strcmp(json_text(e->data, "outcome",
	    ""), "now") == 0))
		return 0;
	/* they come from the newest, and are read from the oldest */
	(void)json_array_insert_new(g->list, 0, ruling_json(g->v, e));
	return 0;
}

/*---------------------------------------------------------- notify explain */

static json_t *
rulings_of(struct ask *a, const char *id, bool message)
{
	struct gathering g = { .v = &a->v, .list = json_array() };
	struct store_query q = { .kind = "telling", .newest_first = true,
		.limit = message ? SEARCHED_MOST : RULINGS_MOST };

	if (message)
		g.message = strtoull(id, NULL, 10);
	else
		q.subject = id;
	(void)store_events(supervisor_store(a->v.s), &q, gather, &g);
	return g.list;
}

void
verb_notify_explain(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	CLEANUP_TEXT struct text id = { 0 };
	bool message = json_flag(params, "message", false);
	const struct incident_row *row;
	struct record where;
	json_t *o, *list;
	struct ask a;

	ask_open(&a, verbs->s, r, params);
	text_addf(&id, "%lld", (long long)json_int(params, "id", 0));
	list = rulings_of(&a, text_str(&id), message);
	row = incident_find(&a.v, (uint64_t)json_int(json_array_get(list, 0),
	    "incident", message ? 0 : json_int(params, "id", 0)), &where);
	if (json_array_size(list) == 0 && row == NULL) {
		json_decref(list);
		request_refuse(r, RPC_NO_SUCH, message ? "no ruling is known "
		    "of a message with this number" : "there is no incident "
		    "of this number; a message's takes --message", NULL);
		return;
	}
	o = json_object();
	put_when(o, "now", a.v.now.wall, zone_of(&a.v, NULL));
	(void)json_object_set_new(o, "rulings", list);
	if (row) {
		CLEANUP_TEXT struct text title = { 0 };

		incident_title(&a.v, row, &where, &title);
		json_put_int(o, "incident", (int64_t)row->number);
		json_put(o, "title", text_str(&title));
		(void)json_object_set_new(o, "told", incident_told(&a.v,
		    row->number, where.pipeline));
	}
	request_answer(r, o);
}

/*--------------------------------------------------------------- why-quiet */

/* What follows from a root is said with the root. */
static json_t *
hanging(const struct view *v, struct date date)
{
	json_t *list = json_array();
	const struct breach_row *b;
	struct record where;
	int32_t i;

	for (i = 0; (b = engine_breach_at(v->engine, i, &where)); i++) {
		json_t *o;

		if (!where.dated || where.date.day != date.day ||
		    !(b->child || b->incident == 0))
			continue;
		o = json_object();
		json_put(o, "what", b->kind == ROOT_PHASE && b->subject !=
		    NONE ? v->graph->phases[b->subject].name :
		    b->kind == ROOT_ALARM && b->subject != NONE ?
		    v->graph->gates[b->subject].name :
		    root_kind_name(b->kind));
		json_put(o, "severity", severity_name(b->severity));
		put_when(o, "since", b->since, view_zone(v, where.pipeline));
		if (b->incident)
			json_put_int(o, "under", (int64_t)b->incident);
		(void)json_array_append_new(list, o);
	}
	return list;
}

void
verb_why_quiet(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	struct gathering g = { .quiet = true };
	struct store_query q = { .kind = "telling", .newest_first = true,
		.limit = RULINGS_MOST };
	char buf[DATE_TEXT];
	struct date date;
	int32_t pipeline;
	struct ask a;
	json_t *o;

	ask_open(&a, verbs->s, r, params);
	if (!ask_pipeline(&a, "pipeline", &pipeline) || !ask_date(&a, "date",
	    json_text(params, "date", "last"), pipeline, &date))
		return;
	g.v = &a.v;
	g.list = json_array();
	q.date = date_text(date, buf);
	q.pipeline = json_text(params, "pipeline", NULL);
	(void)store_events(supervisor_store(verbs->s), &q, gather, &g);
	o = json_object();
	put_when(o, "now", a.v.now.wall, zone_of(&a.v, q.pipeline));
	json_put(o, "date", buf);
	(void)json_object_set_new(o, "rulings", g.list);
	(void)json_object_set_new(o, "hanging", hanging(&a.v, date));
	request_answer(r, o);
}

/*------------------------------------------------------------------ routes */

static json_t *
notifier_names(const struct conf *c, const int32_t *v, int32_t n)
{
	json_t *list = json_array();
	int32_t i;

	for (i = 0; i < n; i++)
		(void)json_array_append_new(list, json_string(
		    c->instances[v[i]].name));
	return list;
}

static void
tags_words(const struct conf *c, uint64_t tags, struct text *t)
{
	int32_t i;
	bool any = false;

	for (i = 0; i < c->n_tags; i++)
		if (tags >> i & 1) {
			text_addf(t, "%s%s", any ? " or " : ", tag ",
			    c->tags[i]);
			any = true;
		}
}

static void
window_words(const struct window *w, struct text *t)
{
	if (w == NULL)
		return;
	if (w->name && *w->name)
		text_addf(t, ", during %s", w->name);
	else
		text_addf(t, ", during %02d:%02d-%02d:%02d",
		    w->from_s / 3600, w->from_s / 60 % 60, w->to_s / 3600,
		    w->to_s / 60 % 60);
}

/* "warning and above of nba, tag money, during office" */
static void
route_words(const struct conf *c, const struct route *r, struct text *t)
{
	text_addf(t, "%s%s", severity_name(r->least), r->least <
	    SEVERITY_CRITICAL ? " and above" : "");
	if (r->pipeline != NONE)
		text_addf(t, " of %s", c->graph.pipelines[r->pipeline].name);
	if (r->phase != NONE)
		text_addf(t, ", phase %s", c->graph.phases[r->phase].name);
	tags_words(c, r->tags, t);
	window_words(r->during, t);
	if (r->digest_most != SEVERITY_NONE)
		text_addf(t, "; up to %s in the digest at %02d:%02d",
		    severity_name(r->digest_most), r->digest_s / 3600,
		    r->digest_s / 60 % 60);
}

static json_t *
route_json(const struct view *v, const struct route *r)
{
	CLEANUP_TEXT struct text words = { 0 };
	json_t *o = json_object();

	json_put(o, "route", r->name);
	put_origin(o, &r->origin);
	route_words(v->conf, r, &words);
	json_put(o, "takes", text_str(&words));
	(void)json_object_set_new(o, "to", notifier_names(v->conf, r->to,
	    r->n_to));
	(void)json_object_set_new(o, "fallback", notifier_names(v->conf,
	    r->fallback, r->n_fallback));
	(void)json_object_set_new(o, "continue", json_boolean(r->carry_on));
	return o;
}

void
verb_routes(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	CLEANUP_JSON json_t *report = supervisor_report(verbs->s);
	json_t *o = json_object(), *list = json_array();
	struct ask a;
	int32_t i;

	ask_open(&a, verbs->s, r, params);
	for (i = 0; i < a.v.conf->n_routes; i++)
		(void)json_array_append_new(list, route_json(&a.v,
		    &a.v.conf->routes[i]));
	put_when(o, "now", a.v.now.wall, zone_of(&a.v, NULL));
	(void)json_object_set_new(o, "routes", list);
	(void)json_object_set(o, "outbox", json_object_get(report,
	    "outbox"));
	request_answer(r, o);
}
