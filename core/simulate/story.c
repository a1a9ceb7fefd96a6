/* SPDX-License-Identifier: BSD-2-Clause
 *
 * story.c -- what happened in a simulation, as people would look back on it.
 *
 * Reads the effects of each step: rows are kept by what identifies them, the
 * last one counts; messages are kept all. Titles and causes are taken when
 * something is told, because later the engine knows only how it is then.
 *
 * Decides nothing. What is a finding was decided by the engine: it is an
 * incident, whether or not it has ended.
 */
#include "simulate/story.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "daemon/outbox_route.h"
#include "simulate/lines.h"
#include "simulate/titles.h"

void
story_init(struct story *s, const struct conf *conf, struct date from,
    struct date to, story_line_fn *line, void *arg)
{
	*s = (struct story){ .conf = conf, .from = from, .to = to,
		.line = line, .line_arg = arg };
}

void
story_free(struct story *s)
{
	size_t i;

	for (i = 0; i < s->n_findings; i++) {
		free(s->findings[i].title);
		json_decref(s->findings[i].cause);
	}
	for (i = 0; i < s->n_messages; i++) {
		free(s->messages[i].title);
		json_decref(s->messages[i].body);
		json_decref(s->messages[i].to);
	}
	free(s->findings);
	free(s->messages);
	free(s->breaches);
	free(s->attempts);
	free(s->dates);
	*s = (struct story){ 0 };
}

bool
story_tells(const struct story *s, const struct record *where)
{
	return !where->dated || (where->date.day >= s->from.day &&
	    where->date.day <= s->to.day);
}

/* Room for one more, zeroed. */
static void *
add(void *list, size_t *n, size_t *cap, size_t size)
{
	char **v = list;

	if (*n == *cap) {
		*cap = *cap ? 2 * *cap : 64;
		*v = reallocarray(*v, *cap, size);
		if (*v == NULL)
			abort();
	}
	memset(*v + *n * size, 0, size);
	return *v + (*n)++ * size;
}

#define ADD(s, list) add(&(s)->list, &(s)->n_##list, &(s)->cap_##list, \
	sizeof *(s)->list)

struct story_finding *
story_finding(const struct story *s, uint64_t number)
{
	size_t i;

	for (i = s->n_findings; i > 0; i--)
		if (s->findings[i - 1].row.number == number)
			return &s->findings[i - 1];
	return NULL;
}

/*-------------------------------------------------------------------- rows */

static void
on_incident(struct story *s, const struct world *w, const struct record *r)
{
	struct story_finding *f = story_finding(s, r->u.incident.number);
	struct text t = { 0 };

	if (f == NULL) {
		f = ADD(s, findings);
		title_incident(&t, w, &r->u.incident, r);
		f->title = text_take(&t);
		f->cause = title_cause(w, &r->u.incident, r);
	}
	f->where = *r;
	f->row = r->u.incident;
	f->rule = title_rule(s->conf, &r->u.incident);
}

static void
on_breach(struct story *s, const struct record *r)
{
	const struct breach_row *b = &r->u.breach;
	struct story_finding *f = story_finding(s, b->incident);
	size_t i;

	for (i = s->n_breaches; i > 0; i--) {
		struct story_breach *x = &s->breaches[i - 1];

		if (x->row.incident == b->incident && x->row.kind ==
		    b->kind && x->row.subject == b->subject &&
		    x->where.pipeline == r->pipeline &&
		    x->where.date.day == r->date.day) {
			x->row = *b;
			return;
		}
	}
	*(struct story_breach *)ADD(s, breaches) =
	    (struct story_breach){ *r, *b };
	if (f && b->child)
		f->follows++;
}

static void
on_attempt(struct story *s, const struct record *r)
{
	size_t i;

	for (i = s->n_attempts; i > 0; i--)
		if (s->attempts[i - 1].row.id == r->u.attempt.id) {
			s->attempts[i - 1].row = r->u.attempt;
			return;
		}
	*(struct story_attempt *)ADD(s, attempts) =
	    (struct story_attempt){ *r, r->u.attempt };
}

static void
on_date(struct story *s, const struct record *r)
{
	size_t i;

	for (i = s->n_dates; i > 0; i--)
		if (s->dates[i - 1].pipeline == r->pipeline &&
		    s->dates[i - 1].date.day == r->date.day) {
			s->dates[i - 1].owed = r->u.date_row.owed;
			return;
		}
	*(struct story_date *)ADD(s, dates) = (struct story_date){
		r->pipeline, r->date, r->u.date_row.owed };
}

static void
on_row(struct story *s, const struct world *w, const struct record *r)
{
	if (!story_tells(s, r))
		return;
	switch (r->kind) {
	case RECORD_INCIDENT:
		on_incident(s, w, r);
		break;
	case RECORD_BREACH:
		on_breach(s, r);
		break;
	case RECORD_ATTEMPT:
		on_attempt(s, r);
		break;
	case RECORD_DATE:
		on_date(s, r);
		break;
	default:
		break;
	}
}

/*---------------------------------------------------------------- messages */

/* Whom the routes name at this instant; the end of it is for whoever was
 * told of it before. */
static json_t *
receivers(const struct story *s, const struct world *w,
    const struct story_finding *f, const struct effect *x)
{
	struct notify_case c = { .pipeline = f->where.pipeline,
		.phase = NONE };
	json_t *told;
	size_t i;

	if (x->u.notify.kind != NOTICE_RESOLVED) {
		title_marks(w, &f->row, &f->where, &c.phase, &c.tags);
		return route_now(s->conf, &c, x->u.notify.severity,
		    world_now(w)->wall);
	}
	told = json_object();
	for (i = 0; i < s->n_messages; i++)
		if (s->messages[i].incident == x->u.notify.incident)
			(void)json_object_update_missing(told,
			    s->messages[i].to);
	return told;
}

static void
on_notify(struct story *s, const struct world *w, const struct effect *x)
{
	struct story_finding *f = story_finding(s, x->u.notify.incident);
	struct story_message *m;
	struct text t = { 0 };
	json_t *to;

	if (f == NULL)
		return;
	to = receivers(s, w, f, x);
	title_incident(&t, w, &f->row, &f->where);
	m = ADD(s, messages);
	*m = (struct story_message){ .at = world_now(w)->wall,
		.incident = x->u.notify.incident, .kind = x->u.notify.kind,
		.severity = x->u.notify.severity, .title = text_take(&t),
		.body = title_message(w, x),
		.to = to };
	f->told++;
	if (m->kind != NOTICE_OPENED && m->kind != NOTICE_WORSE)
		return;
	free(f->title);
	f->title = strdup(m->title);
	if (f->title == NULL)
		abort();
	json_decref(f->cause);
	f->cause = title_cause(w, &f->row, &f->where);
}

/*-------------------------------------------------------------------- lines */

static void
tell_line(struct story *s, const struct world *w, const struct effect *x)
{
	CLEANUP_TEXT struct text t = { 0 };
	struct story_line l = { .at = world_now(w)->wall,
		.pipeline = x->pipeline };

	if (x->kind == EFFECT_WRITE && story_tells(s, &x->u.record)) {
		l.dated = x->u.record.dated;
		l.date = x->u.record.date;
		l.kind = line_of_row(&t, w, &x->u.record);
	} else if (x->kind == EFFECT_NOTIFY) {
		const struct story_finding *f = story_finding(s,
		    x->u.notify.incident);

		if (f == NULL)
			return;
		l.dated = f->where.dated;
		l.date = f->where.date;
		l.kind = "told";
		text_addf(&t, "%s, incident %llu %s: %s", severity_name(
		    x->u.notify.severity), (unsigned long long)
		    x->u.notify.incident, notice_kind_name(
		    x->u.notify.kind), s->messages[s->n_messages - 1].title);
	}
	if (l.kind == NULL || t.len == 0)
		return;
	l.text = text_str(&t);
	s->line(s->line_arg, &l);
}

void
story_step(void *story, const struct world *w, const struct effects *fx)
{
	struct story *s = story;
	size_t i;

	for (i = 0; i < fx->n; i++) {
		if (fx->v[i].kind == EFFECT_WRITE)
			on_row(s, w, &fx->v[i].u.record);
		else if (fx->v[i].kind == EFFECT_NOTIFY)
			on_notify(s, w, &fx->v[i]);
		else
			continue;
		if (s->line)
			tell_line(s, w, &fx->v[i]);
	}
}
