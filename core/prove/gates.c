/* SPDX-License-Identifier: BSD-2-Clause
 *
 * gates.c -- gates and alarms, tried on representative inputs.
 *
 * Not on all: on all inputs well, each failing alone, each well alone, each
 * pair failing, one more failing after the other from either end, and nobody
 * able to tell. That is what gates that count or combine can tell apart, and
 * it is some hundred questions and not 5^n. It is asked once everything is
 * due: before that, a gate has to wait.
 *
 * A gate fires when it blocks, an alarm when it speaks. What a quorum needs
 * is a rule of its own: without it the gate must say something else.
 */
#include "prove/ask.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"

enum { TRIED = 64, PAIRS = 12 };

enum state { WELL, FAILS, UNTOLD };

/* One gate and what it is tried on. */
struct trial {
	struct prover *p;
	int32_t gate;
	const struct gate_def *def;
	struct rule *rule;
	struct asked full, less;
	bool has_less;          /* `less` is open */
	struct reading *in;
	enum state *state;      /* by input */
	int32_t *order;         /* of inputs: the required ones first */
	int64_t at;
	unsigned spoken;        /* severities, by bit */
	struct rule *need;      /* NULL: not a quorum */
};

/*------------------------------------------------------------------- cases */

static void
set(struct trial *t, int32_t k, enum state s)
{
	const struct witness *w = &t->p->checks[t->def->inputs[t->order[k]]];

	t->state[t->order[k]] = s;
	t->in[t->order[k]] = s == WELL ? w->good : s == FAILS ? w->bad :
	    reading_unknown();
}

static void
set_all(struct trial *t, enum state s)
{
	int32_t i;

	for (i = 0; i < t->def->n_inputs; i++)
		set(t, i, s);
}

static int32_t
count(const struct trial *t, enum state s)
{
	int32_t i, n = 0;

	for (i = 0; i < t->def->n_inputs; i++)
		n += t->state[i] == s;
	return n;
}

/* "pdc and psza fail", "all 5 pass", "only pdc passes". */
static void
describe(const struct trial *t, struct text *out)
{
	enum { NAMED = 4 };
	int32_t n = t->def->n_inputs, fail = count(t, FAILS), i, told = 0;
	int32_t untold = count(t, UNTOLD);

	if (fail + untold == 0 && n == 1)
		text_addf(out, "%s passes", t->p->graph->checks[
		    t->def->inputs[0]].name);
	else if (fail + untold == 0)
		text_addf(out, "all %d pass", n);
	else if (fail + untold == n && n > 1)
		text_addf(out, "all %d %s", n, fail ? "fail" :
		    "could not be told");
	if (fail + untold == 0 || (fail + untold == n && n > 1))
		return;
	for (i = 0; i < n && told < NAMED; i++)
		if (t->state[i] != WELL)
			text_addf(out, "%s%s", told++ > 0 ? ", " : "",
			    t->p->graph->checks[t->def->inputs[i]].name);
	if (fail + untold > NAMED)
		text_addf(out, " and %d more", fail + untold - NAMED);
	text_addf(out, " fail%s", fail + untold == 1 ? "s" : "");
	if (n > 1)
		text_addf(out, ", the other%s pass%s", n - fail - untold == 1 ?
		    "" : "s", n - fail - untold == 1 ? "es" : "");
}

static void
say(struct trial *t, struct rule *x,
    void to(struct rule *, const char *, ...), enum severity s)
{
	CLEANUP_TEXT struct text out = { 0 };
	char at[INSTANT_TEXT];

	describe(t, &out);
	if (s > SEVERITY_NONE)
		text_addf(&out, " (%s)", severity_name(s));
	to(x, "at %s: %s", when(t->p, t->def->pipeline, t->at, at),
	    text_str(&out));
}

/* What is asked of each case. */
static void
look(struct trial *t)
{
	struct said s = ask(&t->full, t->in, t->at), less;
	bool alarm = t->def->alarm;

	if (alarm ? s.severity > SEVERITY_NONE : s.verdict ==
	    VERDICT_BLOCKED)
		say(t, t->rule, rule_fires, alarm ? s.severity :
		    SEVERITY_NONE);
	if (s.told && (alarm ? s.severity == SEVERITY_NONE && s.verdict ==
	    VERDICT_OPEN : s.verdict <= VERDICT_DEGRADED))
		say(t, t->rule, rule_clears, SEVERITY_NONE);
	t->spoken |= 1u << s.severity;
	if (t->need == NULL || !t->has_less)
		return;
	less = ask(&t->less, t->in, t->at);
	if (s.told && s.verdict == VERDICT_BLOCKED && less.verdict <=
	    VERDICT_DEGRADED)
		say(t, t->need, rule_fires, SEVERITY_NONE);
	if (s.told && s.verdict <= VERDICT_DEGRADED)
		say(t, t->need, rule_clears, SEVERITY_NONE);
}

static void
try_singles(struct trial *t, int32_t n)
{
	int32_t i;

	for (i = 0; i < n; i++) {
		set_all(t, WELL);
		set(t, i, FAILS);
		look(t);
	}
	for (i = 0; i < n; i++) {
		set_all(t, FAILS);
		set(t, i, WELL);
		look(t);
	}
}

static void
try_pairs(struct trial *t, int32_t n)
{
	int32_t i, k;

	for (i = 0; i < n && n <= PAIRS; i++)
		for (k = i + 1; k < n; k++) {
			set_all(t, WELL);
			set(t, i, FAILS);
			set(t, k, FAILS);
			look(t);
		}
}

/* One more each time, from either end. */
static void
try_rows(struct trial *t, int32_t n)
{
	int32_t all = t->def->n_inputs, i;

	set_all(t, WELL);
	for (i = 0; i < n; i++) {
		set(t, all - 1 - i, FAILS);
		look(t);
	}
	set_all(t, WELL);
	for (i = 0; i < n; i++) {
		set(t, i, FAILS);
		look(t);
	}
}

static void
try_all(struct trial *t)
{
	int32_t n = t->def->n_inputs < TRIED ? t->def->n_inputs : TRIED;

	set_all(t, WELL);
	look(t);
	try_singles(t, n);
	try_pairs(t, n);
	try_rows(t, n);
	set_all(t, FAILS);
	look(t);
	if (t->def->alarm && t->full.b && ask(&t->full, t->in, t->at).severity >
	    SEVERITY_NONE)
		t->p->alarms[t->gate] = (struct spoken){ t->rule, t->at };
	set_all(t, UNTOLD);
	look(t);
}

/*-------------------------------------------------------------- when it is */

/* Once all that it looks at is due, and it may speak. */
static int64_t
after_all(const struct prover *p, const struct gate_def *g)
{
	const struct stage *s = &p->stages[g->pipeline];
	int64_t last = s->end, at;
	int32_t i;

	for (i = 0; i < g->n_inputs; i++)
		if (p->checks[g->inputs[i]].due > last)
			last = p->checks[g->inputs[i]].due;
	at = due_at(&g->at, &p->graph->pipelines[g->pipeline].zone, s->date,
	    s->end);
	return at != INSTANT_NONE && at > last ? at : last;
}

/* False: it is too late for anybody to look. */
static bool
in_watch(struct trial *t)
{
	const struct stage *s = &t->p->stages[t->def->pipeline];
	char at[INSTANT_TEXT], end[INSTANT_TEXT];

	if (t->at < s->watched)
		return true;
	rule_found(t->rule, "never fires: it could from %s on, and its date "
	    "is not watched after %s (watch_for = %dd)", when(t->p,
	    t->def->pipeline, t->at, at), when(t->p, t->def->pipeline,
	    s->watched, end), t->p->graph->pipelines[t->def->pipeline].
	    watch_days);
	return false;
}

/*------------------------------------------------------------------- quorum */

static bool
is_plugin(const struct trial *t, const char *name)
{
	const char *plugin = t->p->conf->instances[t->def->instance].plugin;

	return plugin && strcmp(plugin, name) == 0;
}

static const json_t *
options_of(const struct trial *t)
{
	return t->p->conf->instances[t->def->instance].options;
}

static const char *
list_of(const struct trial *t)
{
	return t->def->alarm ? "alarms" : "gates";
}

static bool
is_required(const struct trial *t, const char *name)
{
	const json_t *list = json_object_get(options_of(t), "require");
	size_t i;

	for (i = 0; i < json_array_size(list); i++)
		if (strcmp(json_string_value(json_array_get(list, i)),
		    name) == 0)
			return true;
	return false;
}

static void
order_inputs(struct trial *t)
{
	int32_t i, n = 0;
	int pass;

	for (pass = 0; pass < 2; pass++)
		for (i = 0; i < t->def->n_inputs; i++)
			if (is_required(t, t->p->graph->checks[
			    t->def->inputs[i]].name) == (pass == 0))
				t->order[n++] = i;
}

/* The same gate that needs one only. */
static void
open_need(struct trial *t)
{
	struct origin at = t->def->origin;
	int64_t need = json_int(options_of(t), "need", 0);
	CLEANUP_JSON json_t *options = NULL;

	if (!is_plugin(t, "quorum") || need <= 1)
		return;
	(void)rules_place(t->p->rules, list_of(t), t->def->name, "need", &at);
	t->need = rules_add(t->p->rules, "need", t->def->name, &at,
	    "%s '%s': need = %lld", t->def->alarm ? "alarm" : "gate",
	    t->def->name, (long long)need);
	options = json_deep_copy(options_of(t));
	json_put_int(options, "need", 1);
	t->has_less = ask_open(&t->less, t->p, t->gate, options, t->need);
}

static void
conclude_need(struct trial *t)
{
	const json_t *require = json_object_get(options_of(t), "require");
	int64_t need = json_int(options_of(t), "need", 0);
	const struct rule *broken = broken_input(t->p, t->def->inputs,
	    t->def->n_inputs);

	if (t->need == NULL || (t->need->fires && t->need->clears))
		return;
	if (need > t->def->n_inputs)
		rule_found(t->need, "can't be met: there are %d inputs",
		    t->def->n_inputs);
	else if (t->need->clears && (int64_t)json_array_size(require) >= need)
		rule_found(t->need, "can't be missed: 'require' names %zu of "
		    "them, which is as many or more, so it decides nothing",
		    json_array_size(require));
	else if (broken)
		stands_in_the_way(t->need, broken);
	else
		rule_found(t->need, t->need->clears ? "can't be missed" :
		    "can't be met");
}

/*------------------------------------------------------------------- in all */

static void
conclude(struct trial *t)
{
	const struct rule *broken = broken_input(t->p, t->def->inputs,
	    t->def->n_inputs);
	struct rule *x = t->rule;
	int s;

	if (rule_state(x) == RULE_FOUND)
		return;
	if (t->full.mute) {
		rule_unproven(x, "it has stopped answering");
		return;
	}
	if (!broken && t->need && rule_state(t->need) == RULE_FOUND)
		broken = t->need;
	if ((!x->fires || !x->clears) && broken)
		stands_in_the_way(x, broken);
	else if (!x->clears)
		rule_found(x, "never %s, even when all %d inputs pass%s%s",
		    t->def->alarm ? "clears" : "opens", t->def->n_inputs,
		    t->full.why.len ? ": " : "", text_str(&t->full.why));
	else if (!x->fires)
		rule_found(x, "never %s, even when all %d inputs fail",
		    t->def->alarm ? "speaks" : "blocks", t->def->n_inputs);
	for (s = SEVERITY_INFO; t->def->alarm && s <= SEVERITY_CRITICAL; s++)
		if (t->spoken & 1u << s)
			must_be_heard(t->p, x, &(struct marks){
				(enum severity)s, t->def->pipeline, NONE,
				gate_tags(t->p->graph, t->gate) });
}

static void
prove_counting(struct trial *t)
{
	if (!in_watch(t))
		return;
	order_inputs(t);
	open_need(t);
	try_all(t);
	/* what the last question left is of no case in particular */
	set_all(t, WELL);
	(void)ask(&t->full, t->in, t->at);
	conclude_need(t);
}

static void
prove_gate(struct prover *p, int32_t gate)
{
	const struct gate_def *g = &p->graph->gates[gate];
	struct trial t = { .p = p, .gate = gate, .def = g,
		.in = calloc((size_t)g->n_inputs + 1, sizeof *t.in),
		.state = calloc((size_t)g->n_inputs + 1, sizeof *t.state),
		.order = calloc((size_t)g->n_inputs + 1, sizeof *t.order) };
	const char *plugin = p->conf->instances[g->instance].plugin;

	if (t.in == NULL || t.state == NULL || t.order == NULL)
		abort();
	t.rule = rules_add(p->rules, g->alarm ? "alarm" : "gate", g->name,
	    &g->origin, "%s '%s' (%s)", g->alarm ? "alarm" : "gate", g->name,
	    plugin ? plugin : "?");
	t.at = after_all(p, g) + MINUTE_MS;
	if (is_plugin(&t, "ladder")) {
		prove_ladder(p, gate, t.rule);
	} else {
		if (ask_open(&t.full, p, gate, NULL, t.rule)) {
			prove_counting(&t);
			conclude(&t);
		}
		ask_close(&t.full);
		ask_close(&t.less);
	}
	/* in a date that is lived through, only ours answer */
	if (!builtin_exists(plugin) || !t.rule->clears)
		p->gates[gate] = t.need && rule_state(t.need) == RULE_FOUND ?
		    t.need : t.rule;
	free(t.in);
	free(t.state);
	free(t.order);
}

void
prove_gates(struct prover *p)
{
	int32_t i;

	for (i = 0; i < p->graph->n_gates; i++)
		prove_gate(p, i);
}
