/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tellings.c -- the rows of who was told what, kept and written.
 *
 * In memory is only what isn't over: as long as an incident is open, or its
 * end is owed to somebody. The journal keeps all of it, as events under one
 * key per incident and notifier.
 */
#include "daemon/tellings.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/log.h"
#include "daemon/inside.h"
#include "daemon/words.h"

void
tellings_init(struct tellings *l)
{
	*l = (struct tellings){ .silences = json_object(),
		.steps = json_object(), .wake = INSTANT_NONE, .stale = true };
}

static void
telling_free(struct telling *x)
{
	free(x->notifier);
	free(x->route);
	json_decref(x->fallback);
	free(x);
}

void
tellings_free(struct tellings *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		telling_free(l->v[i]);
	free(l->v);
	for (i = 0; i < l->n_written; i++)
		row_event_free(&l->written[i].row);
	free(l->written);
	json_decref(l->silences);
	json_decref(l->steps);
}

struct telling *
telling_of(struct tellings *l, uint64_t incident, const char *notifier,
    bool make)
{
	struct telling *x;
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->v[i]->incident == incident &&
		    strcmp(l->v[i]->notifier, notifier) == 0)
			return l->v[i];
	if (!make)
		return NULL;
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 16;
		l->v = realloc(l->v, l->cap * sizeof l->v[0]);
		if (l->v == NULL)
			abort();
	}
	x = calloc(1, sizeof *x);
	if (x == NULL || (x->notifier = strdup(notifier)) == NULL)
		abort();
	x->incident = incident;
	x->fallback = json_array();
	telling_init(&x->t);
	l->v[l->n++] = x;
	return x;
}

void
telling_drop(struct tellings *l, struct telling *x)
{
	size_t i;

	for (i = 0; l->v[i] != x; i++)
		assert(i + 1 < l->n);
	memmove(&l->v[i], &l->v[i + 1], (l->n - i - 1) * sizeof l->v[0]);
	l->n--;
	telling_free(x);
}

/*----------------------------------------------------------------- writing */

static void
put_instant(json_t *o, const char *key, int64_t at)
{
	if (at != INSTANT_NONE)
		json_put_int(o, key, at);
}

static json_t *
step_json(const struct notify_step *s)
{
	CLEANUP_TEXT struct text rule = { 0 };
	json_t *o = json_object();

	json_put(o, "stage", notify_stage_name(s->stage));
	(void)json_object_set_new(o, "passed", json_boolean(s->passed));
	json_put(o, "by", s->by && *s->by ? s->by : NULL);
	if (s->origin) {
		words_origin(&rule, s->origin);
		json_put(o, "rule", text_str(&rule));
	}
	if (s->silence)
		json_put_int(o, "silence", (int64_t)s->silence);
	put_instant(o, "until", s->until);
	json_put(o, "remark", s->remark);
	return o;
}

static json_t *
told_json(const struct notify_told *t)
{
	json_t *o = json_object();

	json_put(o, "severity", severity_name(t->severity));
	(void)json_object_set_new(o, "gave_up", json_boolean(t->gave_up));
	(void)json_object_set_new(o, "ended", json_boolean(t->ended));
	put_instant(o, "at", t->at);
	return o;
}

static json_t *
telling_json(const struct telling *x, const struct notify_ruling *r)
{
	json_t *o = json_object(), *steps = json_array(), *sent;
	int32_t i;

	json_put_int(o, "incident", (int64_t)x->incident);
	json_put(o, "notifier", x->notifier);
	json_put(o, "route", x->route);
	(void)json_object_set(o, "fallback", x->fallback);
	json_put_int(o, "message", (int64_t)x->t.message);
	json_put(o, "kind", notice_kind_name(r->kind));
	json_put(o, "severity", severity_name(r->severity));
	json_put(o, "outcome", notify_outcome_name(r->outcome));
	put_instant(o, "until", r->until);
	for (i = 0; i < r->n; i++)
		(void)json_array_append_new(steps, step_json(&r->steps[i]));
	(void)json_object_set_new(o, "steps", steps);
	(void)json_object_set_new(o, "told", told_json(&x->t.told));
	(void)json_object_set_new(o, "waits", json_boolean(x->t.waits));
	(void)json_object_set_new(o, "collected",
	    json_boolean(x->t.collected));
	(void)json_object_set_new(o, "flap_told",
	    json_boolean(x->t.flap_told));
	(void)json_object_set_new(o, "by_digest", json_boolean(x->t.by_digest));
	sent = json_array();
	for (i = 0; i < NOTIFY_BURST; i++)
		if (x->t.sent[i] != INSTANT_NONE)
			(void)json_array_append_new(sent,
			    json_integer(x->t.sent[i]));
	(void)json_object_set_new(o, "sent", sent);
	return o;
}

static struct told_event *
room_written(struct tellings *l)
{
	if (l->n_written == l->cap_written) {
		l->cap_written = l->cap_written ? 2 * l->cap_written : 8;
		l->written = realloc(l->written, l->cap_written *
		    sizeof l->written[0]);
		if (l->written == NULL)
			abort();
	}
	return &l->written[l->n_written];
}

int
told_append(struct supervisor *s, const char *kind, const char *key,
    const char *subject, const struct notify_case *x, json_t *data)
{
	struct told_event *w = room_written(&s->told);
	struct row_event *r = &w->row;
	struct now now;
	int result;

	supervisor_now(s, &now);
	*r = (struct row_event){ .data = data };
	r->e = (struct store_event){ .at = now.wall, .kind = kind,
		.data = data };
	if (key) {
		text_add(&r->key, key);
		r->e.key = text_str(&r->key);
	}
	text_add(&r->subject, subject);
	r->e.subject = text_str(&r->subject);
	if (x && x->pipeline != NONE)
		r->e.pipeline = s->g.conf->graph.pipelines[x->pipeline].name;
	if (x && x->dated)      /* the list may move: filled by publish */
		(void)date_text(x->date, r->date);
	r->e.date = x && x->dated ? r->date : NULL;
	result = store_append(s->store, &r->e, &w->seq);
	if (result < 0)
		row_event_free(r);
	else
		s->told.n_written++;
	return result;
}

void
told_publish_before(struct supervisor *s, uint64_t seq)
{
	struct tellings *l = &s->told;

	for (; l->n_published < l->n_written; l->n_published++) {
		struct told_event *w = &l->written[l->n_published];

		if (w->seq >= seq)
			return;
		if (w->row.e.date)
			w->row.e.date = w->row.date;
		if (s->watch)
			s->watch(s->watch_arg, w->seq, &w->row.e);
	}
}

void
told_publish(struct supervisor *s, bool ok)
{
	struct tellings *l = &s->told;
	size_t i;

	if (ok)
		told_publish_before(s, UINT64_MAX);
	for (i = 0; i < l->n_written; i++)
		row_event_free(&l->written[i].row);
	l->n_written = l->n_published = 0;
}

int
telling_write(struct supervisor *s, struct telling *x,
    const struct notify_case *c, const struct notify_ruling *r)
{
	CLEANUP_TEXT struct text key = { 0 };
	CLEANUP_TEXT struct text subject = { 0 };

	text_addf(&key, "telling/%llu/%s", (unsigned long long)x->incident,
	    x->notifier);
	text_addf(&subject, "%llu", (unsigned long long)x->incident);
	s->told.stale = true;
	return told_append(s, "telling", text_str(&key), text_str(&subject),
	    c, telling_json(x, r));
}

/*---------------------------------------------------------------- restoring */

enum severity
told_severity(const char *s)
{
	enum severity v;

	for (v = SEVERITY_INFO; v <= SEVERITY_CRITICAL; v++)
		if (strcmp(severity_name(v), s) == 0)
			return v;
	return SEVERITY_NONE;
}

static enum notice_kind
kind_of(const char *s)
{
	enum notice_kind k;

	for (k = NOTICE_OPENED; k < NOTICE_DIGEST; k++)
		if (strcmp(notice_kind_name(k), s) == 0)
			return k;
	return NOTICE_DIGEST;
}

static void
read_telling(struct notify_telling *t, const json_t *data)
{
	const json_t *told = json_object_get(data, "told"), *v;
	size_t i;

	telling_init(t);
	t->told = (struct notify_told){
		.severity = told_severity(json_text(told, "severity", "")),
		.gave_up = json_flag(told, "gave_up", false),
		.ended = json_flag(told, "ended", false),
		.at = json_int(told, "at", INSTANT_NONE) };
	t->waits = json_flag(data, "waits", false);
	t->collected = json_flag(data, "collected", false);
	t->flap_told = json_flag(data, "flap_told", false);
	t->by_digest = json_flag(data, "by_digest", false);
	t->kind = kind_of(json_text(data, "kind", ""));
	t->severity = told_severity(json_text(data, "severity", ""));
	t->message = (uint64_t)json_int(data, "message", 0);
	t->until = json_int(data, "until", INSTANT_NONE);
	json_array_foreach(json_object_get(data, "sent"), i, v)
		if (i < NOTIFY_BURST)
			t->sent[i] = json_integer_value(v);
}

static int
restore_telling(void *arg, const char *key, const json_t *data, int64_t at,
    int64_t last_seen)
{
	struct supervisor *s = arg;
	const char *route = json_text(data, "route", NULL);
	const json_t *fallback = json_object_get(data, "fallback");
	struct notify_telling t;
	struct telling *x;

	(void)key;
	(void)at;
	(void)last_seen;
	read_telling(&t, data);
	if (!t.waits && (t.told.ended || t.told.severity == SEVERITY_NONE))
		return 0;
	x = telling_of(&s->told, (uint64_t)json_int(data, "incident", 0),
	    json_text(data, "notifier", "?"), true);
	x->t = t;
	if (route && (x->route = strdup(route)) == NULL)
		abort();
	if (fallback) {
		json_decref(x->fallback);
		x->fallback = json_deep_copy(fallback);
	}
	return 0;
}

static int
restore_silence(void *arg, const char *key, const json_t *data, int64_t at,
    int64_t last_seen)
{
	struct supervisor *s = arg;
	const char *id = strrchr(key, '/');

	(void)at;
	(void)last_seen;
	if (id && json_flag(data, "live", false))
		(void)json_object_set_new(s->told.silences, id + 1,
		    json_deep_copy(data));
	return 0;
}

static int
restore_step(void *arg, const char *key, const json_t *data, int64_t at,
    int64_t last_seen)
{
	struct supervisor *s = arg;

	(void)data;
	(void)at;
	(void)last_seen;
	(void)json_object_set_new(s->told.steps, key, json_true());
	return 0;
}

int
tellings_restore(struct supervisor *s)
{
	int r = store_rows(s->store, "telling", restore_telling, s);

	if (r == 0)
		r = store_rows(s->store, "silence", restore_silence, s);
	if (r == 0)
		r = store_rows(s->store, "escalated", restore_step, s);
	if (r < 0)
		log_error("journal: who was told what can't be read (%s)",
		    strerror(-r));
	return r;
}
