/* SPDX-License-Identifier: BSD-2-Clause
 *
 * laws_attempts.c -- the life of an attempt, and what it ends in.
 *
 * It begins with its intent and only goes forward. What was under way when
 * the daemon ended is in doubt first, whatever becomes of it, and is decided
 * by what was measured since; where that can't tell and a repetition could
 * do harm, it is held. An outcome agrees with the checks that it names, and
 * those were measured after its end.
 */
#include "journal/laws_judge.h"

#define TO(s) (1u << (s))

/* From each state, where it may go; staying is another fact about the same
 * state, but a second intent would be a second start. In doubt may turn out
 * to be running still, and a person decides what was held. */
static const unsigned int forward[LAW_ATTEMPT_STATES] = {
	[LAW_INTENT] = TO(LAW_RUNNING) | TO(LAW_IN_DOUBT) |
	    TO(LAW_VERIFYING) | TO(LAW_CLOSED) | TO(LAW_HELD),
	[LAW_RUNNING] = TO(LAW_RUNNING) | TO(LAW_IN_DOUBT) |
	    TO(LAW_VERIFYING) | TO(LAW_CLOSED) | TO(LAW_HELD),
	[LAW_IN_DOUBT] = TO(LAW_IN_DOUBT) | TO(LAW_RUNNING) |
	    TO(LAW_VERIFYING) | TO(LAW_CLOSED) | TO(LAW_HELD),
	[LAW_VERIFYING] = TO(LAW_VERIFYING) | TO(LAW_CLOSED) | TO(LAW_HELD),
	[LAW_HELD] = TO(LAW_HELD) | TO(LAW_RUNNING) | TO(LAW_VERIFYING) |
	    TO(LAW_CLOSED),
	[LAW_CLOSED] = TO(LAW_CLOSED),
};

static const char *
state_word(enum law_attempt_state s)
{
	static const char *const words[LAW_ATTEMPT_STATES] = {
		[LAW_INTENT] = "intent", [LAW_RUNNING] = "running",
		[LAW_IN_DOUBT] = "in_doubt", [LAW_VERIFYING] = "verifying",
		[LAW_CLOSED] = "closed", [LAW_HELD] = "held"
	};

	return words[s];
}

static const char *
outcome_word(enum law_outcome o)
{
	static const char *const words[LAW_OUTCOMES] = {
		[LAW_NO_OUTCOME] = "none", [LAW_RECOVERED] = "recovered",
		[LAW_IMPROVED] = "improved", [LAW_NO_EFFECT] = "no_effect",
		[LAW_WORSE] = "worse", [LAW_UNPROVEN] = "unproven",
		[LAW_PROVED_DONE] = "done", [LAW_NOT_DONE] = "not_done"
	};

	return words[o];
}

static unsigned long long
id_of(const struct law_fact *f)
{
	return f->u.attempt.id;
}

/*------------------------------------------------------------------- moves */

static void
judge_move(struct laws *l, const struct law_fact *f,
    const struct attempt_seen *x)
{
	enum law_attempt_state to = f->u.attempt.state;
	enum law_attempt_state from = (enum law_attempt_state)x->state;

	if (to == LAW_INTENT)
		law_found(l, LAW_INTENT_ONCE, f, "attempt %llu has a second "
		    "intent", id_of(f));
	else if (!(forward[from] & TO(to)))
		law_found(l, LAW_FORWARD, f, "attempt %llu goes back from "
		    "'%s' to '%s'", id_of(f), state_word(from),
		    state_word(to));
	else if (x->life < l->life && to != from && to != LAW_IN_DOUBT &&
	    (from == LAW_INTENT || from == LAW_RUNNING))
		law_found(l, LAW_DOUBT, f, "attempt %llu goes from '%s' to "
		    "'%s' in another life of the daemon, without having been "
		    "in doubt", id_of(f), state_word(from), state_word(to));
}

/* In doubt, undecided, and an action that must not be repeated. */
static void
judge_undecided(struct laws *l, const struct law_fact *f,
    const struct attempt_seen *x)
{
	const struct law_attempt *a = &f->u.attempt;
	const struct law_def *d = law_def_of(l, x->action,
	    FACT_DEFINE_ACTION);
	const struct date_seen *date = law_date_of(l, x->pipeline, x->day);

	if (x->state != LAW_IN_DOUBT || a->state != LAW_CLOSED || a->failed ||
	    d == NULL || d->u.action.idempotent || (date && date->closed))
		return;
	if (a->outcome == LAW_UNPROVEN)
		law_plan(l, f)->undecided = a->id;
	if (a->outcome == LAW_NO_EFFECT || a->outcome == LAW_NOT_DONE)
		law_found(l, LAW_NOT_REPEATED, f, "attempt %llu of %s was in "
		    "doubt and ends '%s', though it must not be repeated",
		    id_of(f), law_word(l, x->name),
		    outcome_word(a->outcome));
}

static void
judge_doubt(struct laws *l, const struct law_fact *f,
    const struct attempt_seen *x)
{
	const struct law_attempt *a = &f->u.attempt;

	judge_undecided(l, f, x);
	if (x->doubted_at != INSTANT_NONE && a->ended_at != INSTANT_NONE &&
	    a->ended_at < x->doubted_at && x->jumps == l->jumps)
		law_found(l, LAW_DECIDED_AFTER, f, "attempt %llu was in "
		    "doubt, and is decided by what was measured before",
		    id_of(f));
}

/*----------------------------------------------------------------- outcomes */

static bool
is_well(enum law_result r)
{
	return r == LAW_PASS || r == LAW_WARN;
}

static const struct law_reading *
proof_of(const struct law_attempt *a, uint32_t check)
{
	int32_t i;

	for (i = 0; i < a->n_proof; i++)
		if (a->proof[i].check == check)
			return &a->proof[i];
	return NULL;
}

/* How many of those that failed are well, and were read in time. */
static int32_t
count_well(struct laws *l, const struct law_fact *f,
    const struct attempt_seen *x, const char **ret_bad)
{
	const struct law_attempt *a = &f->u.attempt;
	int32_t i, n = 0;

	for (i = 0; i < x->n_failing; i++) {
		const struct check_seen *c = law_check_of(l, x->failing[i],
		    x->day);
		const struct law_reading *r = proof_of(a, x->failing[i]);

		if (c == NULL || (r && r->result == LAW_SKIP))
			n++;
		else if (is_well((enum law_result)c->raw))
			n++;
		else
			*ret_bad = law_word(l, x->failing[i]);
	}
	return n;
}

static void
judge_repaired(struct laws *l, const struct law_fact *f,
    const struct attempt_seen *x)
{
	enum law_outcome o = f->u.attempt.outcome;
	const char *bad = "";
	int32_t well = count_well(l, f, x, &bad);

	if (o == LAW_RECOVERED && well < x->n_failing)
		law_found(l, LAW_PROVED, f, "attempt %llu ends 'recovered', "
		    "and %s is not well", id_of(f), bad);
	if (o == LAW_NO_EFFECT && x->n_failing > 0 && well == x->n_failing)
		law_found(l, LAW_PROVED, f, "attempt %llu ends 'no_effect', "
		    "and all that failed is well", id_of(f));
}

static void
judge_done(struct laws *l, const struct law_fact *f,
    const struct attempt_seen *x)
{
	const struct law_def *d = law_def_of(l, x->name, FACT_DEFINE_PHASE);
	const struct law_attempt *a = &f->u.attempt;
	uint32_t i;

	if (d == NULL || d->u.phase.done_by_exit)
		return;
	if (d->u.phase.done_gate) {
		const struct gate_seen *g = law_map_find(&l->gates,
		    law_key(x->day, d->u.phase.done_gate));

		if (g && law_verdict_of(l, d->u.phase.done_gate, x->day,
		    f->at) > LAW_DEGRADED)
			law_found(l, LAW_PROVED, f, "attempt %llu ends "
			    "'done', and %s is not open", id_of(f),
			    law_word(l, d->u.phase.done_gate));
		return;
	}
	for (i = 0; i < d->done.n; i++) {
		uint32_t check = l->ints[d->done.first + i];
		const struct check_seen *c = law_check_of(l, check, x->day);
		const struct law_reading *r = proof_of(a, check);

		if (c && !is_well((enum law_result)c->raw) &&
		    !(r && r->result == LAW_SKIP))
			law_found(l, LAW_PROVED, f, "attempt %llu ends "
			    "'done', and %s is not well", id_of(f),
			    law_word(l, check));
	}
}

/* What its outcome rests on was begun after its end. */
static void
judge_proof(struct laws *l, const struct law_fact *f)
{
	const struct law_attempt *a = &f->u.attempt;
	int32_t i;

	for (i = 0; i < a->n_proof; i++) {
		const struct law_reading *r = &a->proof[i];

		if (r->result == LAW_SKIP || r->began == INSTANT_NONE ||
		    a->ended_at == INSTANT_NONE || r->began > a->ended_at)
			continue;
		law_found(l, LAW_PROVED_BY_LATER, f, "attempt %llu ends '%s' "
		    "by a reading of %s that began before its end", id_of(f),
		    outcome_word(a->outcome), law_word(l, r->check));
	}
}

static void
judge_outcome(struct laws *l, const struct law_fact *f,
    const struct attempt_seen *x)
{
	const struct law_attempt *a = &f->u.attempt;
	const struct date_seen *d = law_date_of(l, x->pipeline, x->day);

	/* what has moved since can't be held against it */
	if (a->state != LAW_CLOSED || x->state == LAW_CLOSED ||
	    x->jumps != l->jumps || x->defined != l->defined ||
	    (d && (d->closed || d->owed == 0)))
		return;
	if (x->repairs)
		judge_repaired(l, f, x);
	else if (a->outcome == LAW_PROVED_DONE)
		judge_done(l, f, x);
	if (a->outcome == LAW_RECOVERED || a->outcome == LAW_NO_EFFECT ||
	    a->outcome == LAW_PROVED_DONE)
		judge_proof(l, f);
}

/* Some ends leave nothing to try. */
static void
keep_outcome(struct laws *l, const struct law_fact *f)
{
	const struct law_attempt *a = &f->u.attempt;
	const struct law_def *d = law_def_of(l, f->name,
	    FACT_DEFINE_RECOVERY);
	struct plan_seen *p = law_plan(l, f);
	int32_t limit = d ? d->u.recovery.no_effect_limit : 0;

	if (a->outcome == LAW_NO_EFFECT)
		p->no_effect++;
	else if (a->outcome != LAW_UNPROVEN)
		p->no_effect = 0;
	if (a->outcome == LAW_RECOVERED || a->outcome == LAW_PROVED_DONE)
		p->last_word = 0;
	else if (a->outcome == LAW_WORSE || a->for_good ||
	    (limit > 0 && p->no_effect >= limit))
		p->last_word = a->id;
}

/*-------------------------------------------------------------------- facts */

static void
keep_live(struct laws *l, uint64_t id, bool live)
{
	uint32_t i = 0;

	while (i < l->n_live && l->live[i] != id)
		i++;
	if (live && i == l->n_live) {
		l->live = law_grown(l->live, l->n_live, &l->cap_live,
		    sizeof *l->live);
		l->live[l->n_live++] = id;
	} else if (!live && i < l->n_live) {
		l->live[i] = l->live[--l->n_live];
	}
}

static void
keep_failing(struct attempt_seen *x, const struct law_names *names)
{
	int32_t i;

	for (i = 0; i < names->n && i < LAW_FAILING_MAX; i++)
		x->failing[x->n_failing++] = names->v[i];
}

static void
first_seen(struct laws *l, const struct law_fact *f, struct attempt_seen *x)
{
	const struct law_attempt *a = &f->u.attempt;
	struct plan_seen *p = law_plan(l, f);

	x->life = l->life;
	x->defined = l->defined;
	x->jumps = l->jumps;
	x->doubted_at = INSTANT_NONE;
	x->intent_at = a->intent_at;
	x->repairs = a->repairs;
	x->action = a->action;
	keep_failing(x, &a->failing);
	if (a->state == LAW_INTENT)
		laws_see_intent(l, f, p);
	else
		law_found(l, LAW_INTENT_FIRST, f, "attempt %llu is '%s' "
		    "without an intent before it", id_of(f),
		    state_word(a->state));
	if (a->id > l->last_attempt)
		l->last_attempt = a->id;
}

/* Where it belongs, which a new name of its phase or recovery changes. */
static void
keep_place(struct laws *l, const struct law_fact *f, struct attempt_seen *x)
{
	bool open = f->u.attempt.state != LAW_CLOSED;
	struct plan_seen *p = law_plan(l, f);

	if (x->name != 0 && x->plan != key_of_fact(f)) {
		struct plan_seen *was = law_map_find(&l->plans, x->plan);

		if (was && was->live == f->u.attempt.id)
			was->live = 0;
	}
	x->plan = key_of_fact(f);
	x->name = f->name;
	x->pipeline = f->pipeline;
	x->day = f->day;
	if (f->name == 0)
		return;
	if (open)
		p->live = f->u.attempt.id;
	else if (p->live == f->u.attempt.id)
		p->live = 0;
}

void
laws_see_attempt(struct laws *l, const struct law_fact *f)
{
	const struct law_attempt *a = &f->u.attempt;
	struct attempt_seen *x = law_map_find(&l->attempts, a->id);

	if (x == NULL) {
		x = law_map_put(&l->attempts, a->id);
		first_seen(l, f, x);
	} else {
		judge_move(l, f, x);
		judge_doubt(l, f, x);
		judge_outcome(l, f, x);
	}
	if (a->state == LAW_IN_DOUBT && x->state != LAW_IN_DOUBT) {
		x->life = l->life;
		x->doubted_at = f->at;
	}
	if (a->state == LAW_CLOSED && x->state != LAW_CLOSED && f->name != 0)
		keep_outcome(l, f);
	x->state = (uint8_t)a->state;
	x->ended_at = a->ended_at;
	keep_place(l, f, x);
	keep_live(l, a->id, a->state != LAW_CLOSED);
}

void
laws_see_begun(struct laws *l, const struct law_fact *f)
{
	unsigned long long id = f->u.begun.attempt;
	struct attempt_seen *x = law_map_find(&l->attempts, id);

	if (x == NULL) {
		law_found(l, LAW_INTENT_FIRST, f, "attempt %llu has begun "
		    "without an intent before it", id);
		return;
	}
	if (x->begun || x->state != LAW_INTENT)
		law_found(l, LAW_BEGUN_ONCE, f, "attempt %llu has begun when "
		    "it was '%s'%s", id, state_word(
		    (enum law_attempt_state)x->state), x->begun ?
		    " and had begun before" : "");
	x->begun = true;
}
