/* SPDX-License-Identifier: BSD-2-Clause
 *
 * coverage.c -- five questions about each phase, answered from the
 * configuration: has it a due time; is somebody told, by a route; is what it
 * rests on repaired, with a proof; is its edge gated; is there a command for
 * who has to do it by hand.
 *
 * "partly" is never counted as "yes": of two checks one is repaired; a route
 * exists, but nothing has been delivered by it; an edge is only watched,
 * because others start the phase. What needs none of it (a first phase has no
 * edge) leaves the denominator. Every answer that isn't "yes" is a gap with
 * the place where it would be mended.
 *
 * Whether a route is proven, and whether an outside starter asks before it
 * starts, is in no configuration: only a running daemon's facts say so.
 */
#include "daemon/coverage.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "calendar/day.h"
#include "daemon/outbox_route.h"
#include "daemon/words.h"

enum state { STATE_NO, STATE_PARTLY, STATE_YES, STATE_NONE_NEEDED };

enum { DUE, TOLD, REPAIRED, GATED, FIX, QUESTIONS };

static const struct question {
	const char *name, *score, *means;
} questions[QUESTIONS] = {
	[DUE] = { "due", "due times",
	    "phases with a due time, or with an alarm that speaks of what "
	    "they rest on" },
	[TOLD] = { "told", "alerting",
	    "phases of which somebody is told by a route" },
	[REPAIRED] = { "repaired", "self-healing",
	    "phases of which every check is repaired by a recovery with a "
	    "proof, or which are started again" },
	[GATED] = { "gated", "pre-flight",
	    "phases that can't be started behind a closed edge" },
	[FIX] = { "fix", "by hand",
	    "phases with a command for who repairs them by hand" }
};

struct answer {
	enum state state;
	struct text how;
};

struct look {
	const struct conf *conf;
	const struct coverage_facts *facts;
	int have[QUESTIONS], partly[QUESTIONS], of[QUESTIONS];
	json_t *gaps;
};

/*------------------------------------------------------- what it rests on */

static bool
among(const int32_t *list, int32_t n, int32_t x)
{
	int32_t i;

	for (i = 0; i < n; i++)
		if (list[i] == x)
			return true;
	return false;
}

/* An alarm about one of the checks that a phase rests on; NONE. */
static int32_t
alarm_of(const struct graph *g, const struct phase_def *p)
{
	const int32_t *checks;
	int32_t n = done_checks_of(g, p, &checks), i, k;

	for (i = 0; i < g->n_gates; i++)
		for (k = 0; g->gates[i].alarm && k < n; k++)
			if (among(g->gates[i].inputs, g->gates[i].n_inputs,
			    checks[k]))
				return i;
	return NONE;
}

/* The recovery that repairs a check, the first by its order; NONE. */
static int32_t
recovery_of(const struct graph *g, int32_t check)
{
	int32_t best = NONE, i;

	for (i = 0; i < g->n_recoveries; i++)
		if (among(g->recoveries[i].repairs, g->recoveries[i].n_repairs,
		    check) && (best == NONE || g->recoveries[i].order <
		    g->recoveries[best].order))
			best = i;
	return best;
}

/*-------------------------------------------------------------- five answers */

static void
see_due(struct look *l, const struct phase_def *p, struct answer *a)
{
	const struct graph *g = &l->conf->graph;
	int32_t alarm = alarm_of(g, p);
	char buf[DUE_TEXT];

	if (p->due.kind != DUE_NONE) {
		a->state = STATE_YES;
		text_add(&a->how, due_text(&p->due, buf));
	} else if (alarm != NONE) {
		a->state = STATE_YES;
		text_addf(&a->how, "alarm %s", g->gates[alarm].name);
	} else {
		text_add(&a->how, "nothing speaks when it is late; add due");
	}
}

/* Has one of them ever been delivered to? */
static bool
route_proven(const struct look *l, json_t *picked)
{
	const char *name;
	const json_t *v;

	json_object_foreach(picked, name, v)
		if (json_object_get(l->facts->delivered, name))
			return true;
	return false;
}

/* By a route; at any hour; and has it ever arrived? */
static void
see_routes(const struct look *l, const struct phase_def *p,
    struct answer *a)
{
	int32_t phase = (int32_t)(p - l->conf->graph.phases), at;
	const struct marks m = { p->severity > SEVERITY_NONE ? p->severity :
		SEVERITY_WARNING, p->pipeline, phase,
		phase_tags(&l->conf->graph, phase) };
	const struct notify_case x = { .pipeline = m.pipeline,
		.phase = phase, .tags = m.tags };
	CLEANUP_JSON json_t *picked = route_now(l->conf, &x, m.severity,
	    INSTANT_NONE);
	char when[WEEK_TEXT];
	const char *name;
	const json_t *v;
	bool never;

	at = routes_unheard(l->conf, &m, &never);
	if (never) {
		text_addf(&a->how, "no route takes %s of it",
		    severity_name(m.severity));
		return;
	}
	json_object_foreach(picked, name, v)
		text_addf(&a->how, "%s%s", a->how.len ? ", " : "", name);
	a->state = STATE_YES;
	if (at >= 0) {
		a->state = STATE_PARTLY;
		text_addf(&a->how, ": not at every hour, nobody on %s",
		    week_words(at, when));
	} else if (l->facts && !route_proven(l, picked)) {
		a->state = STATE_PARTLY;
		text_add(&a->how, ": nothing was delivered by it yet");
	}
}

static void
see_told(struct look *l, const struct phase_def *p, struct answer *a)
{
	if (p->due.kind == DUE_NONE && alarm_of(&l->conf->graph, p) == NONE)
		text_add(&a->how, "no incident opens: neither due nor an "
		    "alarm");
	else
		see_routes(l, p, a);
}

static void
add_unrepaired(const struct look *l, const int32_t *checks, int32_t n,
    struct answer *a)
{
	const struct graph *g = &l->conf->graph;
	const char *between = "; not: ";
	int32_t i;

	for (i = 0; i < n; i++)
		if (recovery_of(g, checks[i]) == NONE) {
			text_addf(&a->how, "%s%s", between,
			    g->checks[checks[i]].name);
			between = ", ";
		}
}

static bool
only_watches(const struct look *l, const struct phase_def *p,
    struct answer *a)
{
	const struct pipeline_def *pl = &l->conf->graph.pipelines[p->pipeline];

	if (pl->mode == MODE_ENFORCE)
		return false;
	if (a->state == STATE_YES)
		a->state = STATE_PARTLY;
	text_addf(&a->how, ", but the pipeline's mode is %s",
	    mode_name(pl->mode));
	return true;
}

/* Recoveries first; a phase of ours that is started again repairs itself. */
static void
see_repaired(struct look *l, const struct phase_def *p, struct answer *a)
{
	const struct graph *g = &l->conf->graph;
	const int32_t *checks;
	int32_t n = done_checks_of(g, p, &checks), repaired = 0, i, r = NONE;
	const char *last = "";

	for (i = 0; i < n; i++) {
		if (recovery_of(g, checks[i]) == NONE)
			continue;
		r = recovery_of(g, checks[i]);
		repaired++;
		if (strcmp(g->recoveries[r].name, last) != 0)
			text_addf(&a->how, "%s%s", a->how.len ? ", " : "",
			    g->recoveries[r].name);
		last = g->recoveries[r].name;
	}
	if (n > 0 && repaired == n) {
		a->state = STATE_YES;
	} else if (p->start != NONE && p->retry.attempts > 1 && n > 0) {
		a->state = STATE_YES;
		text_addf(&a->how, "%sstarted up to %d times", a->how.len ?
		    ", " : "", p->retry.attempts);
	} else if (repaired > 0) {
		a->state = STATE_PARTLY;
		text_addf(&a->how, " for %d of %d checks", repaired, n);
		add_unrepaired(l, checks, n, a);
	} else if (n == 0) {
		text_add(&a->how, "no check could prove a repair");
	} else {
		text_add(&a->how, "no recovery repairs it");
		add_unrepaired(l, checks, n, a);
	}
	if (a->state != STATE_NO)
		(void)only_watches(l, p, a);
}

static void
see_gated(struct look *l, const struct phase_def *p, struct answer *a)
{
	const struct graph *g = &l->conf->graph;
	int32_t phase = (int32_t)(p - g->phases), i;

	if (p->n_after == 0 && p->n_guards == 0) {
		a->state = STATE_NONE_NEEDED;
		text_add(&a->how, "a first phase");
		return;
	}
	for (i = 0; i < p->n_after; i++)
		text_addf(&a->how, "%s%s", i == 0 ? "after " : ", ",
		    g->phases[p->after[i].phase].name);
	for (i = 0; i < p->n_guards; i++)
		text_addf(&a->how, "%s%s", a->how.len ? ", " : "",
		    g->gates[p->guards[i]].name);
	if (p->start != NONE) {
		a->state = STATE_YES;
		(void)only_watches(l, p, a);
		return;
	}
	if (l->facts && l->facts->asks && l->facts->asks[phase]) {
		a->state = STATE_YES;
		text_add(&a->how, "; its starter asks for a permit");
		return;
	}
	a->state = STATE_PARTLY;
	text_add(&a->how, "; others start it: watched, a start behind a "
	    "closed edge is found afterwards");
	text_add(&a->how, l->facts ? ", and nobody has asked with 'gate "
	    "wait'" : ", unless they ask with 'gate wait'");
}

static void
see_fix(struct look *l, const struct phase_def *p, struct answer *a)
{
	const struct graph *g = &l->conf->graph;
	const int32_t *checks;
	int32_t n = done_checks_of(g, p, &checks), alarm = alarm_of(g, p), i;
	const char *fix = p->fix;

	for (i = 0; fix == NULL && i < n; i++) {
		int32_t r = recovery_of(g, checks[i]);

		fix = r == NONE ? NULL : g->recoveries[r].fix;
	}
	if (fix == NULL && alarm != NONE)
		fix = g->gates[alarm].fix;
	if (fix) {
		a->state = STATE_YES;
		text_add(&a->how, fix);
	} else {
		text_add(&a->how, "no command is offered; add fix");
	}
}

/*-------------------------------------------------------------------- answer */

static const char *
state_name(enum state s)
{
	static const char *const names[] = { [STATE_NO] = "no",
		[STATE_PARTLY] = "partly", [STATE_YES] = "yes",
		[STATE_NONE_NEEDED] = "none_needed" };

	return names[s];
}

static void
add_gap(struct look *l, const struct phase_def *p, int question,
    const struct answer *a)
{
	json_t *o = json_object();

	json_put(o, "pipeline", l->conf->graph.pipelines[p->pipeline].name);
	json_put(o, "phase", p->name);
	json_put(o, "what", questions[question].name);
	json_put(o, "state", state_name(a->state));
	json_put(o, "why", text_str(&a->how));
	put_origin(o, &p->origin);
	(void)json_array_append_new(l->gaps, o);
}

static json_t *
phase_json(struct look *l, const struct phase_def *p)
{
	static void (*const see[QUESTIONS])(struct look *,
	    const struct phase_def *, struct answer *) = {
		[DUE] = see_due, [TOLD] = see_told,
		[REPAIRED] = see_repaired, [GATED] = see_gated,
		[FIX] = see_fix };
	json_t *o = json_object();
	int q;

	json_put(o, "phase", p->name);
	put_origin(o, &p->origin);
	for (q = 0; q < QUESTIONS; q++) {
		struct answer a = { STATE_NO, { 0 } };
		json_t *told = json_object();

		see[q](l, p, &a);
		l->of[q] += a.state != STATE_NONE_NEEDED;
		l->have[q] += a.state == STATE_YES;
		l->partly[q] += a.state == STATE_PARTLY;
		if (a.state == STATE_NO || a.state == STATE_PARTLY)
			add_gap(l, p, q, &a);
		json_put(told, "state", state_name(a.state));
		json_put(told, "how", text_str(&a.how));
		(void)json_object_set_new(o, questions[q].name, told);
		text_free(&a.how);
	}
	return o;
}

static json_t *
pipeline_json(struct look *l, const struct pipeline_def *p)
{
	json_t *o = json_object(), *phases = json_array();
	int32_t i;

	json_put(o, "pipeline", p->name);
	json_put(o, "mode", mode_name(p->mode));
	put_origin(o, &p->origin);
	for (i = p->first_phase; i < p->first_phase + p->n_phases; i++)
		(void)json_array_append_new(phases, phase_json(l,
		    &l->conf->graph.phases[i]));
	(void)json_object_set_new(o, "phases", phases);
	return o;
}

/* Rounded down: 99.6 % of something isn't 100 %. */
static json_t *
scores_json(const struct look *l)
{
	json_t *list = json_array();
	int q;

	for (q = 0; q < QUESTIONS; q++) {
		json_t *o = json_object();

		json_put(o, "score", questions[q].score);
		json_put_int(o, "have", l->have[q]);
		json_put_int(o, "partly", l->partly[q]);
		json_put_int(o, "of", l->of[q]);
		if (l->of[q] > 0)
			json_put_int(o, "percent", 100 * l->have[q] /
			    l->of[q]);
		else
			(void)json_object_set_new(o, "percent", json_null());
		json_put(o, "means", questions[q].means);
		(void)json_array_append_new(list, o);
	}
	return list;
}

json_t *
coverage_json(const struct conf *c, const struct coverage_facts *facts)
{
	struct look l = { .conf = c, .facts = facts,
		.gaps = json_array() };
	json_t *o = json_object(), *list = json_array();
	int32_t i;

	(void)json_object_set_new(o, "live", json_boolean(facts != NULL));
	for (i = 0; i < c->graph.n_pipelines; i++)
		(void)json_array_append_new(list, pipeline_json(&l,
		    &c->graph.pipelines[i]));
	(void)json_object_set_new(o, "pipelines", list);
	(void)json_object_set_new(o, "scores", scores_json(&l));
	(void)json_object_set_new(o, "gaps", l.gaps);
	return o;
}
