/* SPDX-License-Identifier: BSD-2-Clause
 *
 * backtest_json.c -- what one configuration did with history, counted.
 *
 * A finding is what people would have been told of (an incident); a firing
 * is a rule that was true of a date, also where it hung under another's
 * incident. What is true and what is false: backtest_judge.c.
 *
 * What history cannot answer is a list of its own, with counts: checks that
 * nothing measured, rules that rest on them, actions whose effect nobody
 * knows, gates that could not be asked, what is due after the end. The rest
 * of the numbers says nothing about these.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "daemon/words.h"
#include "journal/chain.h"
#include "simulate/backtest_json.h"
#include "simulate/titles.h"

/*---------------------------------------------------------------- findings */

static void
put_delay(json_t *o, int64_t violated, int64_t at)
{
	if (violated != INSTANT_NONE)
		json_put_int(o, "delay_ms", at - violated);
}

/* An incident may stand for more than its root: an alarm that joined it. */
static struct sentence
judge_finding(const struct teller *t, const struct story_finding *f,
    const json_t *cause)
{
	const struct story *story = &t->s->tally.story;
	struct sentence s = judge_firing(t, &f->where, title_subject(
	    t->s->conf, f->row.kind, f->row.root), cause), x;
	size_t i;

	for (i = 0; i < story->n_breaches && s.truth == TRUTH_UNKNOWN; i++) {
		const struct story_breach *b = &story->breaches[i];
		const struct firing *joined = b->row.incident ==
		    f->row.number && !b->row.child ? tally_firing(
		    &t->s->tally, b->row.kind, b->row.subject, &b->where) :
		    NULL;

		if (joined == NULL)
			continue;
		x = judge_firing(t, &b->where, title_subject(t->s->conf,
		    b->row.kind, b->row.subject), joined->cause);
		if (x.truth == TRUTH_TRUE)
			s = x;
	}
	return s;
}

static json_t *
finding_json(const struct teller *t, const struct story_finding *f)
{
	json_t *o = report_finding(&t->report, f);
	const char *rule = title_subject(t->s->conf, f->row.kind,
	    f->row.root);
	const struct firing *x = tally_firing(&t->s->tally, f->row.kind,
	    f->row.root, &f->where);
	struct sentence s = judge_finding(t, f, x ? x->cause : f->cause);

	put_other_name(o, t, f->row.kind, rule);
	put_sentence(o, &s);
	if (x)
		put_delay(o, x->violated, f->row.opened_at);
	return o;
}

static json_t *
findings_json(const struct teller *t)
{
	const struct story *story = &t->s->tally.story;
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < story->n_findings; i++)
		(void)json_array_append_new(list, finding_json(t,
		    &story->findings[i]));
	return list;
}

/* {"all", "false", "true", "unknown"} of those of a severity (NULL: any). */
static json_t *
count_findings(const json_t *findings, const char *severity)
{
	json_t *o = json_object(), *f;
	int64_t n[TRUTH_FALSE + 1] = { 0 }, all = 0;
	size_t i;
	int k;

	json_array_foreach((json_t *)(uintptr_t)findings, i, f) {
		if (severity && strcmp(json_text(f, "severity", ""),
		    severity) != 0)
			continue;
		all++;
		for (k = TRUTH_UNKNOWN; k <= TRUTH_FALSE; k++)
			n[k] += strcmp(json_text(f, "label", ""),
			    truth_name((enum truth)k)) == 0;
	}
	json_put_int(o, "all", all);
	json_put_int(o, "false", n[TRUTH_FALSE]);
	json_put_int(o, "true", n[TRUTH_TRUE]);
	json_put_int(o, "unknown", n[TRUTH_UNKNOWN]);
	return o;
}

static json_t *
totals_json(const json_t *findings)
{
	json_t *o = json_object();
	int s;

	(void)json_object_set_new(o, "findings", count_findings(findings,
	    NULL));
	for (s = SEVERITY_CRITICAL; s > SEVERITY_NONE; s--)
		(void)json_object_set_new(o, severity_name((enum severity)s),
		    count_findings(findings, severity_name(
		    (enum severity)s)));
	return o;
}

/*----------------------------------------------------------------- firings */

static json_t *
firing_json(const struct teller *t, const struct firing *f)
{
	const struct conf *c = t->s->conf;
	const char *name = title_subject(c, f->kind, f->subject);
	struct sentence s = judge_firing(t, &f->where, name, f->cause);
	json_t *o = json_object();
	char date[DATE_TEXT];

	if (f->where.pipeline != NONE)
		json_put(o, "pipeline",
		    c->graph.pipelines[f->where.pipeline].name);
	if (f->where.dated)
		json_put(o, "date", date_text(f->where.date, date));
	json_put(o, "kind", root_kind_name(f->kind));
	json_put(o, "name", name);
	put_other_name(o, t, f->kind, name);
	json_put(o, "severity", severity_name(f->severity));
	put_when(o, "at", f->at, report_zone(c, f->where.pipeline));
	json_put_int(o, "times", f->times);
	(void)json_object_set_new(o, "open", json_boolean(f->open));
	put_sentence(o, &s);
	put_delay(o, f->violated, f->at);
	return o;
}

static json_t *
firings_json(const struct teller *t)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < t->s->tally.n_firings; i++)
		(void)json_array_append_new(list, firing_json(t,
		    &t->s->tally.firings[i]));
	return list;
}

static bool
is_named(const char *rule, const json_t *o)
{
	return strcmp(rule, "*") == 0 || strcmp(rule, json_text(o, "name",
	    "")) == 0 || strcmp(rule, json_text(o, "theirs", "")) == 0;
}

/* By its rule; or, where this side has none of that name, by any that was
 * not false. */
static bool
is_met(const struct label *l, const json_t *rules, const json_t *firings)
{
	char date[DATE_TEXT];
	bool has = strcmp(l->rule, "*") == 0;
	const json_t *o;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)rules, i, o)
		has = has || is_named(l->rule, o);
	(void)date_text(l->date, date);
	json_array_foreach((json_t *)(uintptr_t)firings, i, o)
		if (strcmp(json_text(o, "date", ""), date) == 0 && (has ?
		    is_named(l->rule, o) : strcmp(json_text(o, "label", ""),
		    truth_name(TRUTH_FALSE)) != 0))
			return true;
	return false;
}

/* Labels that say "true" of what didn't fire. */
static json_t *
missed_json(const struct teller *t, const json_t *rules,
    const json_t *firings)
{
	json_t *list = json_array(), *o;
	char date[DATE_TEXT];
	size_t i;

	for (i = 0; i < t->labels->n; i++) {
		const struct label *l = &t->labels->v[i];

		if (l->truth != TRUTH_TRUE || l->date.day < t->h->first.day ||
		    l->date.day > t->h->final.day || is_met(l, rules,
		    firings))
			continue;
		o = json_object();
		json_put(o, "date", date_text(l->date, date));
		json_put(o, "rule", l->rule);
		json_put(o, "note", l->note);
		(void)json_array_append_new(list, o);
	}
	return list;
}

/*------------------------------------------------ messages, phases, starts */

static int64_t
days_of(const struct history *h)
{
	enum { DAY_MS = 86400000 };

	return (h->end - h->begin + DAY_MS - 1) / DAY_MS;
}

static json_t *
messages_json(const struct teller *t)
{
	struct number_messages n = number_messages(&t->report);
	int64_t days = days_of(t->h);
	json_t *o = json_object();
	char date[DATE_TEXT];
	int k;

	json_put_int(o, "all", n.all);
	json_put_int(o, "days", days);
	json_put_num(o, "per_day", round(100 * (double)n.all /
	    (double)days) / 100);
	json_put_int(o, "most", n.most);
	if (n.most > 0)
		json_put(o, "most_on", date_text(n.most_on, date));
	for (k = 0; k <= NOTICE_ADOPTED; k++)
		if (n.by_kind[k] > 0)
			json_put_int(o, notice_kind_name(
			    (enum notice_kind)k), n.by_kind[k]);
	return o;
}

/* Is it the first block of its phase and date? */
static bool
first_of_date(const struct tally *y, size_t i)
{
	size_t k;

	for (k = 0; k < i; k++)
		if (y->blocks[k].phase == y->blocks[i].phase &&
		    y->blocks[k].date.day == y->blocks[i].date.day)
			return false;
	return true;
}

static json_t *
blocked_json(const struct teller *t, int32_t phase)
{
	const char *name = t->s->conf->graph.phases[phase].name;
	const struct tally *y = &t->s->tally;
	int64_t total = 0, longest = 0, dates = 0, open = 0;
	json_t *o = json_object();
	size_t i;

	json_put(o, "phase", name);
	put_other_name(o, t, ROOT_PHASE, name);
	for (i = 0; i < y->n_blocks; i++) {
		const struct block *b = &y->blocks[i];

		if (b->phase != phase)
			continue;
		dates += first_of_date(y, i);
		open += b->open;
		total += b->until - b->since;
		if (b->until - b->since > longest)
			longest = b->until - b->since;
	}
	json_put_int(o, "dates", dates);
	json_put_int(o, "open", open);
	json_put_int(o, "total_ms", total);
	json_put_int(o, "longest_ms", longest);
	return o;
}

static json_t *
phases_json(const struct teller *t)
{
	json_t *list = json_array();
	int32_t i;

	for (i = 0; i < t->s->conf->graph.n_phases; i++)
		(void)json_array_append_new(list, blocked_json(t, i));
	return list;
}

/* How much is known of what a run does: all, what was done then and no
 * more, nothing. */
enum known { KNOWN, KNOWN_IF_DONE, NOT_KNOWN };

static enum known
effect_known(const struct side *s, int32_t action)
{
	const struct scenario_action *a = scenario_action(s->scenario,
	    action);

	if (a == NULL || (!a->brings_done && a->n_brings == 0 &&
	    a->n_makes == 0 && a->ends == RUN_DONE))
		return NOT_KNOWN;
	return a - s->scenario->actions < s->n_models ? KNOWN :
	    KNOWN_IF_DONE;
}

static enum known
starts_known(const struct side *s, const struct number_starts *n)
{
	const struct graph *g = &s->conf->graph;
	int32_t i;

	for (i = 0; n->recovery && i < g->n_recoveries; i++)
		if (strcmp(g->recoveries[i].name, n->name) == 0)
			return effect_known(s, g->recoveries[i].action) ==
			    KNOWN ? KNOWN : NOT_KNOWN;
	for (i = 0; !n->recovery && i < g->n_phases; i++)
		if (strcmp(g->phases[i].name, n->name) == 0)
			return effect_known(s, g->phases[i].start);
	return NOT_KNOWN;
}

/* Owned. */
static json_t *
outcomes_json(const struct number_starts *n, enum known known)
{
	json_t *o = json_object();
	int64_t lost = 0;
	int k;

	for (k = OUTCOME_NONE; k <= OUTCOME_NOT_DONE; k++) {
		if (n->outcomes[k] == 0)
			continue;
		if (known == KNOWN || (known == KNOWN_IF_DONE && (k ==
		    OUTCOME_DONE || k == OUTCOME_NONE)))
			json_put_int(o, k == OUTCOME_NONE ? "under_way" :
			    outcome_name((enum outcome)k), n->outcomes[k]);
		else
			lost += n->outcomes[k];
	}
	if (lost > 0)
		json_put_int(o, "unknowable", lost);
	return o;
}

static json_t *
start_json(const struct teller *t, const struct number_starts *n)
{
	json_t *o = json_object();

	json_put(o, "kind", n->recovery ? "recovery" : "phase");
	json_put(o, "name", n->name);
	json_put_int(o, "attempts", n->attempts);
	json_put_int(o, "dates", n->dates);
	(void)json_object_set_new(o, "outcomes", outcomes_json(n,
	    starts_known(t->s, n)));
	return o;
}

static json_t *
starts_json(const struct teller *t)
{
	const struct graph *g = &t->s->conf->graph;
	struct number_starts *v = calloc((size_t)(g->n_phases +
	    g->n_recoveries) + 1, sizeof *v);
	json_t *list = json_array();
	int32_t n, i;

	if (v == NULL)
		abort();
	n = number_starts(&t->report, v);
	for (i = 0; i < n; i++)
		(void)json_array_append_new(list, start_json(t, &v[i]));
	free(v);
	return list;
}

/*-------------------------------------------------------------- unknowable */

static void
add_unknowable(json_t *list, const char *what, const char *name, int64_t n,
    const char *why)
{
	json_t *o = json_object();

	json_put(o, "what", what);
	json_put(o, "name", name);
	json_put_int(o, "count", n);
	json_put(o, "why", why);
	(void)json_array_append_new(list, o);
}

static void
unknowable_checks(const struct teller *t, json_t *list)
{
	const struct graph *g = &t->s->conf->graph;
	int32_t i;

	for (i = 0; i < g->n_checks; i++)
		if (scenario_unmeasured(t->s->scenario, i))
			add_unknowable(list, "check", g->checks[i].name,
			    t->h->final.day - t->h->first.day + 1,
			    "dates: not measured, taken to pass");
}

static void
unknowable_starts(const json_t *starts, json_t *list)
{
	const json_t *o;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)starts, i, o) {
		int64_t n = json_int(json_object_get(o, "outcomes"),
		    "unknowable", 0);

		if (n > 0)
			add_unknowable(list, json_text(o, "kind", ""),
			    json_text(o, "name", ""), n, "starts: what they "
			    "would have done nobody knows; taken to change "
			    "nothing");
	}
}

static void
unknowable_dues(const struct teller *t, json_t *list)
{
	const struct graph *g = &t->s->conf->graph;
	struct date d;
	int32_t i;

	for (i = 0; i < g->n_phases; i++) {
		const struct phase_def *p = &g->phases[i];
		const struct pipeline_def *pl = &g->pipelines[p->pipeline];
		int64_t n = 0;

		for (d = t->h->first; d.day <= t->h->final.day &&
		    p->due.kind != DUE_NONE; d.day++)
			n += due_at(&p->due, &pl->zone, d, day_end(&pl->zone,
			    d, pl->day_ends_s)) > t->h->end;
		if (n > 0)
			add_unknowable(list, "phase", p->name, n,
			    "dates: due after history ends");
	}
}

static json_t *
unknowable_json(const struct teller *t, const json_t *starts)
{
	json_t *list = json_array();
	struct world_counts c;

	world_counts(t->s->world, &c);
	unknowable_checks(t, list);
	unknowable_starts(starts, list);
	unknowable_dues(t, list);
	if (c.gates_unknown > 0)
		add_unknowable(list, "gates", NULL, c.gates_unknown,
		    "gates: their plugins can't be asked here");
	if (t->s->left_out > 0)
		add_unknowable(list, "scenario", NULL, t->s->left_out,
		    "names: the scenario has them, this configuration "
		    "hasn't");
	return list;
}

/*-------------------------------------------------------------------- side */

static json_t *
journal_json(const struct side *s)
{
	char hash[CHAIN_TEXT];
	struct world_counts c;
	json_t *o = json_object();

	world_counts(s->world, &c);
	json_put_int(o, "events", (int64_t)c.events);
	json_put(o, "hash", chain_text(c.hash, hash));
	return o;
}

json_t *
side_json(const struct side *s, const struct side *other,
    const struct history *h, const struct labels *labels)
{
	struct teller t = { s, other, h, labels, { .story = &s->tally.story,
		.world = s->world, .config = s->config,
		.facts = h->facts_name, .records = facts_records(s->facts),
		.begin = h->begin, .until = h->end } };
	struct number_dates dates = number_dates(&t.report);
	json_t *o = json_object(), *findings = findings_json(&t);
	json_t *starts = starts_json(&t), *firings = firings_json(&t);

	json_put(o, "config", s->config);
	json_put(o, "scenario", s->scenario_path);
	json_put_int(o, "records", (int64_t)facts_records(s->facts));
	json_put_int(o, "dates", dates.dates);
	json_put_int(o, "idle", dates.idle);
	(void)json_object_set_new(o, "journal", journal_json(s));
	(void)json_object_set_new(o, "totals", totals_json(findings));
	(void)json_object_set_new(o, "rules", rules_json(&t));
	(void)json_object_set_new(o, "findings", findings);
	(void)json_object_set_new(o, "firings", firings);
	(void)json_object_set_new(o, "missed", missed_json(&t,
	    json_object_get(o, "rules"), firings));
	(void)json_object_set_new(o, "messages", messages_json(&t));
	(void)json_object_set_new(o, "phases", phases_json(&t));
	(void)json_object_set_new(o, "starts", starts);
	(void)json_object_set_new(o, "unknowable", unknowable_json(&t,
	    starts));
	return o;
}
