/* SPDX-License-Identifier: BSD-2-Clause
 *
 * recoveries.c -- what each recovery starts for, and its plan.
 *
 * It fires when it starts: on a date on which its checks fail and all else
 * is well, which the engine lives through until the date may no longer be
 * acted on. It clears when it is proven: its run heals, and the engine has
 * to call it recovered. First all of its checks fail, then, where that
 * starts nothing, each alone. Its plan is a rule of its own: plans.c.
 */
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "prove/play.h"

enum { ALONE_MOST = 8 };

/* On which checks it started, and what came of it. */
struct tried {
	bool known;
	struct played_recovery r;
	int32_t alone;          /* a check; NONE: all of them failed */
};

/* The first of its checks that could call for it is due only then. */
static int64_t
first_due(const struct prover *p, const struct recovery_def *r)
{
	int64_t first = INSTANT_NONE;
	int32_t i;

	for (i = 0; i < r->n_repairs; i++) {
		int64_t at = p->checks[r->repairs[i]].due;

		if (at != INSTANT_NONE && (first == INSTANT_NONE || at <
		    first))
			first = at;
	}
	return first;
}

/* From an hour before something is due that could call for it. */
static void
live(struct prover *p, int32_t recovery, int32_t alone,
    struct tried *ret)
{
	const struct recovery_def *r = &p->graph->recoveries[recovery];
	const struct stage *s = &p->stages[r->pipeline];
	CLEANUP_FREE bool *fails = calloc((size_t)p->graph->n_checks + 1,
	    sizeof *fails);
	int64_t until = s->acted < s->watched ? s->acted : s->watched;
	int64_t due = first_due(p, r);
	const struct play_setup setup = { .prover = p, .fails = fails,
		.pipeline = r->pipeline, .healer = recovery,
		.from = due < until ? due - HOUR_MS : s->end,
		.until = until + HOUR_MS };
	struct play d;
	int32_t i;

	if (fails == NULL)
		abort();
	for (i = 0; i < r->n_repairs; i++)
		fails[r->repairs[i]] = alone == NONE || alone ==
		    r->repairs[i];
	ret->known = play(&d, &setup);
	ret->r = d.recoveries[recovery];
	ret->alone = alone;
	play_free(&d);
}

static void
try_all(struct prover *p, int32_t recovery, struct tried *ret)
{
	const struct recovery_def *r = &p->graph->recoveries[recovery];
	int32_t i;

	live(p, recovery, NONE, ret);
	for (i = 0; i < r->n_repairs && i < ALONE_MOST && r->n_repairs > 1 &&
	    ret->known && ret->r.recovered_at == INSTANT_NONE; i++)
		live(p, recovery, r->repairs[i], ret);
}

/*------------------------------------------------------- why it never does */

/* One that goes first, for each of its checks, and has it to itself. */
static const struct recovery_def *
in_front(const struct prover *p, int32_t recovery)
{
	const struct recovery_def *r = &p->graph->recoveries[recovery];
	int32_t i, k;

	for (i = 0; i < p->graph->n_recoveries; i++) {
		const struct recovery_def *o = &p->graph->recoveries[i];

		for (k = 0; k < o->n_repairs && i != recovery; k++)
			if (o->repairs[k] == r->repairs[0] && (o->order <
			    r->order || (o->order == r->order && i <
			    recovery)))
				return o;
	}
	return NULL;
}

static void
say_never_starts(const struct prover *p, int32_t recovery,
    const struct tried *t, struct rule *x)
{
	const struct recovery_def *r = &p->graph->recoveries[recovery];
	const struct stage *s = &p->stages[r->pipeline];
	const struct recovery_def *other = in_front(p, recovery);
	int64_t due = first_due(p, r);
	char a[INSTANT_TEXT], b[INSTANT_TEXT], within[DURATION_TEXT];

	if (due != INSTANT_NONE && due > s->acted)
		rule_found(x, "can never start: what it repairs fails from "
		    "%s on, when it is due, and nothing is repaired "
		    "unattended after %s (act_within = %s)", when(p,
		    r->pipeline, due, a), when(p, r->pipeline, s->acted, b),
		    duration_round(s->acted - s->end, within));
	else if (other && t->r.why == WHY_IN_FLIGHT)
		rule_found(x, "can never start: '%s' (%s:%d) goes first, and "
		    "its plan takes longer than the date may be acted on",
		    other->name, other->origin.file, other->origin.line);
	else
		rule_found(x, "can never start, even when all that it repairs "
		    "fails: %s", why_name(t->r.why));
}

/* Of its checks, or of a gate that looks at one of them. */
static const struct rule *
broken_part(const struct prover *p, const struct recovery_def *r)
{
	const struct rule *x = broken_input(p, r->repairs, r->n_repairs);
	int32_t i, k, c;

	for (i = 0; x == NULL && i < p->graph->n_gates; i++)
		for (k = 0; k < p->graph->gates[i].n_inputs; k++)
			for (c = 0; c < r->n_repairs; c++)
				if (p->graph->gates[i].inputs[k] ==
				    r->repairs[c] && p->gates[i])
					x = p->gates[i];
	return x;
}

/* The last step of a ladder, a person: its turn has to come. What becomes of
 * it then is out of our hands. */
static void
conclude_person(struct rule *x)
{
	rule_fires(x, "a person is asked when all that goes before it has "
	    "ended");
	rule_clears(x, "by what the person does");
}

static void
conclude(const struct prover *p, int32_t recovery, const struct tried *t,
    struct rule *x)
{
	const struct recovery_def *r = &p->graph->recoveries[recovery];
	const struct rule *broken = broken_part(p, r);
	char at[INSTANT_TEXT];

	if (r->action == NONE && t->r.why == WHY_PERSON) {
		conclude_person(x);
		return;
	}
	if (t->r.began_at != INSTANT_NONE)
		rule_fires(x, "starts at %s when %s fails", when(p,
		    r->pipeline, t->r.began_at, at), t->alone != NONE ?
		    p->graph->checks[t->alone].name : r->n_repairs == 1 ?
		    p->graph->checks[r->repairs[0]].name :
		    "all that it repairs");
	if (t->r.recovered_at != INSTANT_NONE)
		rule_clears(x, "proven at %s, when its run has helped",
		    when(p, r->pipeline, t->r.recovered_at, at));
	if (x->fires && x->clears)
		return;
	if (broken)
		stands_in_the_way(x, broken);
	else if (x->fires)
		rule_found(x, "can never be proven: its run helped, and it "
		    "still was not called recovered");
	else
		say_never_starts(p, recovery, t, x);
}

static void
prove_recovery(struct prover *p, int32_t recovery)
{
	const struct recovery_def *r = &p->graph->recoveries[recovery];
	struct rule *x = rules_add(p->rules, "recovery", r->name, &r->origin,
	    "recovery '%s'", r->name);
	struct tried t;

	must_be_heard(p, x, &(struct marks){ r->exhausted, r->pipeline, NONE,
		r->tags | tags_of(p->graph, r->pipeline, NULL, 0) });
	try_all(p, recovery, &t);
	if (t.known)
		conclude(p, recovery, &t, x);
	else
		rule_unproven(x, "its pipeline is too large to be lived "
		    "through here");
}

void
prove_recoveries(struct prover *p)
{
	int32_t i;

	for (i = 0; i < p->graph->n_recoveries; i++)
		prove_recovery(p, i);
}
