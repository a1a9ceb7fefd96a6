/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rehearse_play.c -- an engine's next steps, answered by what is known.
 *
 * What it wants measured is answered by the last measurement of the same
 * check with the same options, as if it had been made now and is judged by
 * the limits of today; a gate by its last verdict, where neither it nor what
 * its inputs come to has changed. What has no such answer is said to be not
 * known: it would be measured first. No time passes, nothing is asked,
 * nothing is written.
 */
#include "daemon/rehearse.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/measured.h"

enum { EFFECTS = 512, EVENTS_MOST = 200000, AGAIN_MOST = 4 };

/* Ids of what is told again, above all that are real. */
#define AGAIN_IDS (UINT64_C(1) << 60)

static void
add_event(struct play *p, const struct event *e)
{
	struct pending *q = &p->events;

	if (q->n == q->cap) {
		q->cap = q->cap ? 2 * q->cap : 256;
		q->v = realloc(q->v, q->cap * sizeof q->v[0]);
		if (q->v == NULL)
			abort();
	}
	q->v[q->n++] = *e;
}

/* True as often as an answer is worth while, with the same key. */
static bool
once_more(struct play *p, const char *kind, const char *name,
    struct date date)
{
	CLEANUP_TEXT struct text key = { 0 };
	char day[DATE_TEXT];
	int64_t n;

	text_addf(&key, "%s/%s/%s", kind, name, date_text(date, day));
	n = json_int(p->told, text_str(&key), 0);
	json_put_int(p->told, text_str(&key), n + 1);
	p->checks += n == 0 && kind[0] == 'c';
	return n < AGAIN_MOST;
}

static const struct instance *
instance_of(const struct conf *c, int32_t i)
{
	return &c->instances[i];
}

/*------------------------------------------------------------------ checks */

static void
measure(struct play *p, const struct effect *x)
{
	const struct conf *new = p->s->g.conf, *old = p->old->conf;
	const struct check_def *c = &new->graph.checks[x->subject];
	int32_t was = graph_find_check(&old->graph, c->name);
	const json_t *answer = answer_get(p->s->answers.checks, c->name,
	    x->date);
	struct event e = { .kind = EVENT_MEASURED, .pipeline = x->pipeline,
		.date = x->date, .subject = x->subject };

	if (!once_more(p, "check", c->name, x->date))
		return;
	if (was == NONE || answer == NULL || instance_of(new,
	    c->instance)->identity != instance_of(old,
	    old->graph.checks[was].instance)->identity) {
		p->unknown++;
		would(p->s, "measure", "measure %s, which is new or asks "
		    "something else; what follows is not known", c->name);
		return;
	}
	e.u.measured = measurement_read(answer, json_text(answer, "fault",
	    NULL) != NULL);
	e.u.measured.id = AGAIN_IDS + ++p->ids;
	supervisor_now(p->s, &e.u.measured.began);
	add_event(p, &e);
}

/*------------------------------------------------------------------- gates */

/* Do its inputs come to what they came to when it was asked last? */
static bool
same_inputs(const struct play *p, const struct gate_def *new,
    const struct gate_def *old, struct date date)
{
	const struct graph *ng = &p->s->g.conf->graph;
	const struct graph *og = &p->old->conf->graph;
	struct now now;
	int32_t i;

	supervisor_now(p->s, &now);
	if (new->n_inputs != old->n_inputs || new->joiners.n !=
	    old->joiners.n)
		return false;
	for (i = 0; i < new->n_inputs; i++)
		if (strcmp(ng->checks[new->inputs[i]].name,
		    og->checks[old->inputs[i]].name) != 0 ||
		    engine_result(p->s->g.engine, new->inputs[i], date,
		    &now) != engine_result(p->old->engine, old->inputs[i],
		    date, &now))
			return false;
	return true;
}

static bool
same_gate(const struct play *p, const struct gate_def *d, struct date date)
{
	const struct conf *new = p->s->g.conf, *old = p->old->conf;
	int32_t was = graph_find_gate(&old->graph, d->name);

	return was != NONE && instance_of(new, d->instance)->identity ==
	    instance_of(old, old->graph.gates[was].instance)->identity &&
	    same_inputs(p, d, &old->graph.gates[was], date);
}

static void
evaluate(struct play *p, const struct effect *x)
{
	const struct gate_def *d = &p->s->g.conf->graph.gates[x->subject];
	const json_t *answer = answer_get(p->s->answers.gates, d->name,
	    x->date);
	struct event e = { .kind = EVENT_VERDICT, .pipeline = x->pipeline,
		.date = x->date, .subject = x->subject };

	if (!once_more(p, "gate", d->name, x->date))
		return;
	if (answer == NULL || !same_gate(p, d, x->date)) {
		p->unknown++;
		would(p->s, "measure", "ask gate %s again; what follows is "
		    "not known", d->name);
		return;
	}
	e.u.verdict = gate_answer_read(answer, x->u.evaluate.revision,
	    json_text(answer, "fault", NULL) != NULL);
	add_event(p, &e);
}

/*-------------------------------------------------------------------- life */

static void
take_reply(struct play *p, const struct effect *x)
{
	struct reply *r = p->reply;

	if (r == NULL)
		return;
	*r = (struct reply){ .code = x->u.reply.code,
		.verdict = x->u.reply.verdict, .id = x->u.reply.id,
		.until = x->u.reply.until, .n = x->u.reply.n };
	memcpy(r->conditions, x->u.reply.conditions, sizeof r->conditions);
}

static void
take(struct play *p, const struct effect *x)
{
	if (x->kind == EFFECT_MEASURE)
		measure(p, x);
	else if (x->kind == EFFECT_EVALUATE)
		evaluate(p, x);
	else if (x->kind == EFFECT_REPLY)
		take_reply(p, x);
	/* of a whole generation only what leaves the daemon */
	if (p->writes || (x->kind != EFFECT_WRITE && x->kind !=
	    EFFECT_MEASURE))
		rehearse_effect(p->s, x);
}

static void
step(struct play *p, const struct event *e, struct effects *fx)
{
	const struct event tick = { .kind = EVENT_TICK };
	struct now now;
	size_t i;

	do {
		fx->n = 0;
		supervisor_now(p->s, &now);
		engine_step(p->s->g.engine, e, &now, fx);
		for (i = 0; i < fx->n; i++)
			take(p, &fx->v[i]);
		e = &tick;
	} while (fx->more);
}

void
play_begin(struct play *p, struct supervisor *s, const struct generation *old)
{
	*p = (struct play){ .s = s, .old = old, .told = json_object(),
		.fx = { .cap = EFFECTS } };
	p->fx.v = calloc(EFFECTS, sizeof *p->fx.v);
	if (p->fx.v == NULL)
		abort();
}

void
play_event(struct play *p, const struct event *e)
{
	add_event(p, e);
	while (p->events.first < p->events.n && p->events.first <
	    EVENTS_MOST) {
		struct event next = p->events.v[p->events.first++];

		step(p, &next, &p->fx);
	}
}

void
play_end(struct play *p)
{
	json_decref(p->told);
	free(p->events.v);
	free(p->fx.v);
}
