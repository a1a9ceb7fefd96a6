/* SPDX-License-Identifier: BSD-2-Clause
 *
 * ladder.c -- the steps of a ladder, one rule each.
 *
 * A step fires where it alone decides: the ladder without it says less. That
 * is asked of the gate itself, at the step's instant and at those of the
 * others, for readings on either side of each step's share. So a step that
 * another one hides is found whatever hides it, and one that comes when
 * nobody looks any more.
 *
 * A step promises to tell within the time since the step before (or since
 * the date's end). Where its check is measured more seldom than that, it
 * would judge what the step before has judged: that is found too.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/units.h"
#include "prove/ask.h"

enum { LEVELS = 96 };

struct step {
	int64_t after;          /* ms since the date's end */
	double below;
	enum severity severity;
	const char *at, *share; /* as written */
	struct asked without;
	struct rule *rule;
};

struct ladder {
	struct prover *p;
	int32_t gate;
	const struct gate_def *def;
	const struct stage *stage;
	struct rule *alarm;
	struct asked full;
	struct step *steps;
	size_t n;
	struct reading *in;     /* by input */
	struct reading levels[LEVELS];
	size_t n_levels;
};

/*------------------------------------------------------------------- reading */

static enum severity
severity_of(const char *word)
{
	int s = SEVERITY_CRITICAL;

	while (s > SEVERITY_NONE && strcmp(word, severity_name(
	    (enum severity)s)) != 0)
		s--;
	return (enum severity)s;
}

/* False: the gate itself has refused it. */
static bool
read_step(const json_t *o, struct step *s)
{
	s->at = json_text(o, "at", "");
	s->share = json_text(o, "below", "");
	s->below = strtod(s->share, NULL);
	s->severity = severity_of(json_text(o, "severity", ""));
	return duration_parse(s->at + (*s->at == '+'), &s->after) == 0;
}

static const json_t *
steps_of(const struct ladder *l)
{
	return json_object_get(l->p->conf->instances[l->def->instance].
	    options, "steps");
}

static json_t *
without_step(const struct ladder *l, size_t i)
{
	json_t *o = json_deep_copy(l->p->conf->instances[l->def->instance].
	    options);

	(void)json_array_remove(json_object_get(o, "steps"), i);
	return o;
}

static void
open_steps(struct ladder *l)
{
	const char *list = l->def->alarm ? "alarms" : "gates";
	size_t i;

	l->n = json_array_size(steps_of(l));
	l->steps = calloc(l->n + 1, sizeof *l->steps);
	if (l->steps == NULL)
		abort();
	for (i = 0; i < l->n; i++) {
		struct step *s = &l->steps[i];
		struct origin at = l->def->origin;
		CLEANUP_JSON json_t *less = NULL;

		(void)rules_place(l->p->rules, list, l->def->name, "steps",
		    &at);
		(void)read_step(json_array_get(steps_of(l), i), s);
		s->rule = rules_add(l->p->rules, "step", l->def->name, &at,
		    "%s '%s': step %zu, %s below %s %s", l->def->alarm ?
		    "alarm" : "gate", l->def->name, i + 1, s->at, s->share,
		    severity_name(s->severity));
		less = without_step(l, i);
		if (l->n > 1)
			(void)ask_open(&s->without, l->p, l->gate, less,
			    s->rule);
	}
}

/*------------------------------------------------------------------ readings */

static void
level(struct ladder *l, double value, double expected)
{
	if (l->n_levels < LEVELS && value >= 0)
		l->levels[l->n_levels++] = (struct reading){ .m = {
			.told = true, .stated = NONE, .value = value,
			.expected = expected, .missing = -1, .extra = -1 } };
}

static void
make_levels(struct ladder *l)
{
	static const double some[] = { 9, 100, 1000 };
	size_t i, k;

	for (i = 0; i < sizeof some / sizeof some[0]; i++) {
		level(l, some[i], some[i]);
		for (k = 0; k < l->n; k++) {
			double at = ceil(l->steps[k].below * some[i] / 100);

			level(l, at - 1, some[i]);
			level(l, at, some[i]);
		}
		level(l, 0, some[i]);
	}
}

/* Everything well, but one input. */
static void
set(struct ladder *l, int32_t input, const struct reading *r)
{
	int32_t i;

	for (i = 0; i < l->def->n_inputs; i++)
		l->in[i] = l->levels[0];
	l->in[input] = *r;
}

/*---------------------------------------------------------------- one step */

static int64_t
step_at(const struct ladder *l, const struct step *s)
{
	int64_t at = l->stage->end + s->after;
	int64_t not_before = due_at(&l->def->at, &l->p->graph->pipelines[
	    l->def->pipeline].zone, l->stage->date, l->stage->end);

	return not_before != INSTANT_NONE && not_before > at ? not_before :
	    at;
}

static void
say(struct ladder *l, struct rule *x,
    void to(struct rule *, const char *, ...), int32_t input, int64_t at)
{
	CLEANUP_TEXT struct text t = { 0 };
	char buf[INSTANT_TEXT];

	reading_text(&t, &l->in[input]);
	to(x, "%s%s%s at %s", l->def->n_inputs > 1 ? l->p->graph->checks[
	    l->def->inputs[input]].name : "", l->def->n_inputs > 1 ? ": " :
	    "", text_str(&t), when(l->p, l->def->pipeline, at, buf));
}

/* At one instant: where the step decides, and where nothing is said. */
static void
try_at(struct ladder *l, struct step *s, int64_t at)
{
	int32_t input;
	size_t i;

	for (input = 0; input < l->def->n_inputs; input++)
		for (i = 0; i < l->n_levels; i++) {
			struct said full, less = { .told = true };

			set(l, input, &l->levels[i]);
			full = ask(&l->full, l->in, at);
			if (s->without.b)
				less = ask(&s->without, l->in, at);
			if (full.severity == s->severity && less.severity <
			    s->severity) {
				say(l, s->rule, rule_fires, input, at);
				say(l, l->alarm, rule_fires, input, at);
			}
			if (full.told && full.severity == SEVERITY_NONE) {
				say(l, s->rule, rule_clears, input, at);
				say(l, l->alarm, rule_clears, input, at);
			}
			if (s->rule->fires && s->rule->clears)
				return;
		}
}

/* The step that says as much, at its instant, where this one would. */
static const struct step *
hiding(const struct ladder *l, const struct step *s)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		const struct step *o = &l->steps[i];

		if (o != s && step_at(l, o) <= step_at(l, s) &&
		    o->severity >= s->severity && o->below >= s->below)
			return o;
	}
	return NULL;
}

static void
say_never(struct ladder *l, struct step *s)
{
	const struct step *by = hiding(l, s);
	char at[INSTANT_TEXT], end[INSTANT_TEXT];

	if (step_at(l, s) >= l->stage->watched)
		rule_found(s->rule, "never fires: it comes at %s, and its "
		    "date is not watched after %s (watch_for = %dd)", when(
		    l->p, l->def->pipeline, step_at(l, s), at), when(l->p,
		    l->def->pipeline, l->stage->watched, end), l->p->graph->
		    pipelines[l->def->pipeline].watch_days);
	else if (s->below <= 0)
		rule_found(s->rule, "never fires: nothing is below %s",
		    s->share);
	else if (by)
		rule_found(s->rule, "never reached: step %zu (%s below %s %s) "
		    "has said as much by then, or more", (size_t)(by -
		    l->steps) + 1, by->at, by->share, severity_name(
		    by->severity));
	else
		rule_found(s->rule, "never reached: other steps say as much");
}

/*----------------------------------------------------- how often it is seen */

/* How long the check may not be looked at, around an instant; the slowing
 * down with age is that of the engine's checks.c. */
static int64_t
period_at(const struct ladder *l, const struct check_def *c, int64_t after)
{
	const int64_t slow = after > 14 * (int64_t)DAY_MS ? DAY_MS :
	    6 * HOUR_MS;
	bool young = after <= l->p->graph->pipelines[c->pipeline].
	    act_within_ms;

	return young || c->every_ms > slow ? c->every_ms : slow;
}

static bool
seldom(const struct ladder *l, const struct check_def *c, int64_t from,
    int64_t to)
{
	int64_t begin = l->stage->end + from, end = l->stage->end + to;

	if (c->schedule.kind != SCHEDULE_NONE && to <= l->p->graph->
	    pipelines[c->pipeline].act_within_ms)
		return schedule_next(&c->schedule, &l->p->graph->pipelines[
		    c->pipeline].zone, begin) > end;
	return to - from < period_at(l, c, to);
}

/* The step before, or the date's end. */
static int64_t
since(const struct ladder *l, const struct step *s)
{
	int64_t last = 0;
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->steps[i].after < s->after && l->steps[i].after > last)
			last = l->steps[i].after;
	return last;
}

static void
look_at_period(struct ladder *l, struct step *s)
{
	int64_t from = since(l, s);
	char gap[DURATION_TEXT], every[DURATION_TEXT];
	int32_t i;

	for (i = 0; i < l->def->n_inputs && s->after > 0; i++) {
		const struct check_def *c = &l->p->graph->checks[
		    l->def->inputs[i]];

		if (!seldom(l, c, from, s->after))
			continue;
		rule_found(s->rule, "comes %s after %s, and '%s' (%s:%d) is "
		    "measured %s%s: it would judge what was read before",
		    duration_text(s->after - from, gap), from > 0 ?
		    "the step before" : "the date's end", c->name,
		    c->origin.file, c->origin.line, c->schedule.kind ==
		    SCHEDULE_NONE ? "every " : "on a schedule that has no "
		    "slot in between", c->schedule.kind == SCHEDULE_NONE ?
		    duration_text(period_at(l, c, s->after), every) : "");
		return;
	}
}

/*------------------------------------------------------------------- in all */

static void
prove_step(struct ladder *l, struct step *s)
{
	size_t i;

	if (s->severity == SEVERITY_NONE || (l->n > 1 && s->without.b ==
	    NULL))
		return;         /* it has been told of */
	if (step_at(l, s) < l->stage->watched)
		try_at(l, s, step_at(l, s));
	for (i = 0; i < l->n && !s->rule->fires; i++)
		if (step_at(l, &l->steps[i]) > step_at(l, s) &&
		    step_at(l, &l->steps[i]) < l->stage->watched)
			try_at(l, s, step_at(l, &l->steps[i]));
	if (!s->rule->fires)
		say_never(l, s);
	look_at_period(l, s);
	if (l->def->alarm)
		must_be_heard(l->p, s->rule, &(struct marks){ s->severity,
			l->def->pipeline, NONE,
			gate_tags(l->p->graph, l->gate) });
}

/* A ladder can't say anything of a check that doesn't say what is expected.
 */
static bool
has_shares(struct ladder *l)
{
	int32_t i;

	for (i = 0; i < l->def->n_inputs; i++) {
		struct readings r;
		enum says says;

		readings_make(&r, l->p->conf, l->def->inputs[i], NULL);
		says = r.expected;
		readings_free(&r);
		if (says != SAYS_NEVER)
			continue;
		rule_found(l->alarm, "never speaks: '%s' doesn't say how many "
		    "are expected, so there is no share to be below",
		    l->p->graph->checks[l->def->inputs[i]].name);
		return false;
	}
	return true;
}

/* When it first speaks of all that fails. */
static void
keep_spoken(struct ladder *l)
{
	struct spoken *k = &l->p->alarms[l->gate];
	int32_t input;
	size_t i;

	for (input = 0; input < l->def->n_inputs; input++)
		l->in[input] = l->p->checks[l->def->inputs[input]].bad;
	for (i = 0; i < l->n && l->def->alarm; i++) {
		int64_t at = step_at(l, &l->steps[i]);

		if (at < l->stage->watched && (k->rule == NULL ||
		    at < k->at) && ask(&l->full, l->in, at).severity >
		    SEVERITY_NONE)
			*k = (struct spoken){ l->alarm, at };
	}
}

static void
prove_steps(struct ladder *l)
{
	size_t i;

	open_steps(l);
	make_levels(l);
	for (i = 0; i < l->n; i++)
		prove_step(l, &l->steps[i]);
	keep_spoken(l);
	for (i = 0; i < l->n && !l->alarm->fires; i++)
		if (rule_state(l->steps[i].rule) == RULE_FOUND)
			rule_unproven(l->alarm, "its steps have findings of "
			    "their own");
	for (i = 0; i < l->n; i++)
		ask_close(&l->steps[i].without);
	free(l->steps);
}

void
prove_ladder(struct prover *p, int32_t gate, struct rule *alarm)
{
	struct ladder l = { .p = p, .gate = gate,
		.def = &p->graph->gates[gate], .alarm = alarm };

	l.stage = &p->stages[l.def->pipeline];
	l.in = calloc((size_t)l.def->n_inputs + 1, sizeof *l.in);
	if (l.in == NULL)
		abort();
	if (ask_open(&l.full, p, gate, NULL, alarm) && has_shares(&l))
		prove_steps(&l);
	ask_close(&l.full);
	free(l.in);
}
