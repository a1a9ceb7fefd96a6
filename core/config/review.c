/* SPDX-License-Identifier: BSD-2-Clause
 *
 * review.c -- what is valid, word by word, and still can't work.
 *
 * A gate that guards nothing, a recovery that nothing could call for or
 * prove, a backoff that never backs off, a phase that is due after those
 * that wait for it. What can never work is an error, what is probably not
 * meant a warning. Routes are looked at in review_routes.c.
 *
 * Reads the finished graph; where parts of the picture are missing it says
 * nothing about what isn't used.
 */
#include "config/review.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/units.h"
#include "config/keys.h"

enum { REPAIRS_MOST = 16, DELAYS_SHOWN = 5, UNUSED_SHOWN = 20 };

/*---------------------------------------------------------- what is unused */

/* Some of them one by one, more as a number: nobody reads ten thousand. */
static void
review_checks(struct load *l)
{
	const struct objects *list = &l->of[KIND_CHECK];
	const struct object *last = NULL;
	size_t i, unused = 0;

	for (i = 0; i < list->n; i++) {
		const struct object *o = list->v[i];

		if (o->used || ++unused > UNUSED_SHOWN) {
			last = o->used ? last : o;
			continue;
		}
		doubtful(l, o->node, "%s is measured, but no phase, gate or "
		    "alarm looks at it", label(l, o));
	}
	if (last)
		doubtful(l, last->node, "and %zu more checks, down to '%s', "
		    "at which nothing looks", unused - UNUSED_SHOWN,
		    last->name);
}

/* A season's day needs a season. */
static void
review_seasons(struct load *l)
{
	const struct objects *list = &l->of[KIND_CHECK];
	const struct graph *g = &l->conf->graph;
	size_t i;

	for (i = 0; i < list->n; i++) {
		const struct object *o = list->v[i];

		if (g->checks[i].from_day > 0 && o->pipeline &&
		    g->pipelines[o->pipeline->index].n_seasons == 0)
			doubtful(l, node_member(o->node, "from_day"), "%s: "
			    "'from_day' has no effect, because pipeline '%s' "
			    "has no 'seasons' to count from", label(l, o),
			    o->pipeline->name);
	}
}

static void
review_use(struct load *l)
{
	size_t i;

	for (i = 0; i < l->of[KIND_GATE].n; i++) {
		const struct object *o = l->of[KIND_GATE].v[i];

		if (!o->used)
			wrong(l, o->node, "%s is used by nothing: name it as "
			    "the 'done' of a phase, say which phases it "
			    "'guards', or make it an alarm", label(l, o));
	}
	for (i = 0; l->of[KIND_ROUTE].n > 0 && i < l->of[KIND_NOTIFIER].n;
	    i++) {
		const struct object *o = l->of[KIND_NOTIFIER].v[i];

		if (!o->used)
			doubtful(l, o->node, "%s: no route leads to it",
			    label(l, o));
	}
}

/*----------------------------------------------------------------- backoff */

/* As the engine waits in front of attempt n (its retry.c), without jitter. */
static double
delay(const struct retry *r, int32_t n)
{
	double d = (double)r->initial_ms;
	int32_t i;

	for (i = 2; i < n && d < (double)r->max_ms; i++)
		d *= r->multiplier;
	if (d < (double)r->floor_ms)
		d = (double)r->floor_ms;
	return d > (double)r->max_ms ? (double)r->max_ms : d;
}

static void
say_constant(struct load *l, const struct object *o, const struct node *at,
    const struct retry *r)
{
	CLEANUP_TEXT struct text t = { 0 };
	char buf[DURATION_TEXT];
	int32_t n;

	for (n = 2; n <= r->attempts && n < 2 + DELAYS_SHOWN; n++)
		text_addf(&t, "%s%s", n > 2 ? ", " : "",
		    duration_text((int64_t)delay(r, n), buf));
	doubtful(l, at, "%s: its waits never grow (%s%s), although its "
	    "%s is %g", label(l, o), text_str(&t), n <= r->attempts ?
	    ", ..." : "", retry_word(r, RETRY_FACTOR), r->multiplier);
}

static void
review_retry(struct load *l, const struct object *o, const struct node *at,
    const struct retry *r)
{
	char a[DURATION_TEXT], b[DURATION_TEXT];

	if (at == NULL || r->max_ms == 0 || r->initial_ms == 0)
		return;         /* they have findings of their own */
	if (r->initial_ms > r->max_ms || r->floor_ms > r->max_ms) {
		wrong(l, at, "%s: '%s' (%s) is above '%s' (%s)", label(l, o),
		    retry_word(r, r->initial_ms > r->max_ms ? RETRY_FIRST :
		    RETRY_LEAST), duration_text(r->initial_ms > r->max_ms ?
		    r->initial_ms : r->floor_ms, a), retry_word(r,
		    RETRY_MOST), duration_text(r->max_ms, b));
		return;
	}
	/* decorrelated waits grow by chance, not by the multiplier */
	if (r->attempts >= 3 && r->multiplier > 1 &&
	    r->jitter != JITTER_DECORRELATED &&
	    delay(r, 2) >= delay(r, r->attempts))
		say_constant(l, o, at, r);
}

/*-------------------------------------------------------------- recoveries */

static void
review_proof(struct load *l, const struct object *o,
    const struct recovery_def *d)
{
	const struct node *verify = node_member(o->node, "verify");
	char a[DURATION_TEXT], b[DURATION_TEXT];
	size_t i, used = 0;

	if (verify && d->verify_after_ms >= d->verify_within_ms)
		wrong(l, verify, "%s: it can never be proved: it is measured "
		    "%s after an attempt at the earliest, and must be proved "
		    "within %s", label(l, o), duration_text(
		    d->verify_after_ms, a), duration_text(
		    d->verify_within_ms, b));
	for (i = 0; i < o->inputs.n; i++) {
		const struct ref *r = &o->inputs.v[i];

		used += r->to->used;
		r->to->used = true;     /* or told of here */
		if (r->to->calendar)
			wrong(l, r->at, "%s: check '%s' is a calendar: it "
			    "says what is owed and can't fail, so it proves "
			    "nothing", label(l, o), r->to->name);
	}
	if (o->inputs.n > 0 && used == 0 && !l->broken)
		wrong(l, o->node, "%s can never start, and nothing could "
		    "prove it: no phase, gate or alarm looks at %s%s'%s'",
		    label(l, o), o->inputs.n > 1 ? "any of " : "",
		    o->inputs.n > 1 ? "its checks, the first being " : "",
		    o->inputs.v[0].to->name);
	if (o->inputs.n > REPAIRS_MOST)
		wrong(l, node_member(o->node, "repairs"), "%s: repairs %zu "
		    "checks, at most %d can be compared before and after",
		    label(l, o), o->inputs.n, REPAIRS_MOST);
}

/* Two that repair the same check, of the same order: which goes first? */
static void
review_order(struct load *l, const struct object *o,
    const struct recovery_def *d, const struct object **first)
{
	const struct recovery_def *all = l->conf->graph.recoveries;
	size_t i;

	for (i = 0; i < o->inputs.n; i++) {
		int32_t check = o->inputs.v[i].to->index;
		const struct object *other = first[check];

		if (other == NULL) {
			first[check] = o;
		} else if (all[other->index].order == d->order) {
			doubtful(l, o->node, "%s and '%s' (%s) both repair "
			    "'%s' with order %d: the one that was declared "
			    "first goes first", label(l, o), other->name,
			    place(l, other->node), o->inputs.v[i].to->name,
			    d->order);
			return;
		}
	}
}

static void
review_recoveries(struct load *l)
{
	const struct objects *list = &l->of[KIND_RECOVERY];
	const struct object **first = arena_alloc(l->scratch,
	    (l->of[KIND_CHECK].n + 1) * sizeof first[0]);
	size_t i;

	for (i = 0; i < list->n; i++) {
		const struct object *o = list->v[i];
		const struct recovery_def *d =
		    &l->conf->graph.recoveries[i];

		review_proof(l, o, d);
		review_order(l, o, d, first);
		review_retry(l, o, node_member(o->node, "retry"), &d->retry);
	}
}

/*------------------------------------------------------------------ phases */

/* Dues are compared on a date without a change of the clocks, whose anchor
 * is its end. */
static int64_t
due_on_a_date(const struct pipeline_def *p, const struct due *due)
{
	struct date d = date_from_civil((struct civil){ 2026, 1, 15 });

	return due_at(due, &p->zone, d, day_end(&p->zone, d, p->day_ends_s));
}

static void
review_due(struct load *l, const struct object *o, const struct object **by)
{
	const struct phase_def *all = l->conf->graph.phases;
	const struct pipeline_def *p =
	    &l->conf->graph.pipelines[o->owner->index];
	const struct phase_def *d = &all[o->index];
	const struct object *next = by[o->index];
	char a[DUE_TEXT], b[DUE_TEXT];
	int64_t mine = due_on_a_date(p, &d->due);
	int64_t at = due_on_a_date(p, &d->at);

	if (mine != INSTANT_NONE && next && due_on_a_date(p,
	    &all[next->index].due) < mine)
		doubtful(l, node_member(o->node, "due"), "%s: due %s, which "
		    "is later than '%s' behind it (%s, %s)", label(l, o),
		    due_text(&d->due, a), next->name,
		    due_text(&all[next->index].due, b), place(l,
		    next->node));
	if (mine != INSTANT_NONE && at != INSTANT_NONE && at > mine)
		doubtful(l, node_member(o->node, "at"), "%s: starts at %s at "
		    "the earliest, when it has been due since %s",
		    label(l, o), due_text(&d->at, a), due_text(&d->due, b));
}

/* The phase that is due first among those behind each: from the last phase
 * to the first, which is the order of the graph backwards. */
static void
review_dues(struct load *l, const struct object *pipeline)
{
	const struct graph *g = &l->conf->graph;
	const struct pipeline_def *p = &g->pipelines[pipeline->index];
	const struct object **by = arena_alloc(l->scratch,
	    ((size_t)g->n_phases + 1) * sizeof by[0]);
	size_t i, k;

	for (i = pipeline->n_phases; i-- > 0;) {
		const struct object *o = pipeline->phases[i], *first;
		int64_t mine = due_on_a_date(p, &g->phases[o->index].due);

		review_due(l, o, by);
		first = by[o->index];
		if (mine != INSTANT_NONE && (first == NULL || mine <=
		    due_on_a_date(p, &g->phases[first->index].due)))
			first = o;
		for (k = 0; first && k < o->after.n; k++) {
			const struct object **up =
			    &by[o->after.v[k].to->index];

			if (o->offsets[k] == 0 && (*up == NULL ||
			    due_on_a_date(p, &g->phases[first->index].due) <
			    due_on_a_date(p, &g->phases[(*up)->index].due)))
				*up = first;
		}
	}
}

/* A pipeline's plan for all its phases is told of once. */
static void
review_phase_retry(struct load *l, const struct object *o, bool *told)
{
	bool own = node_member(o->node, "retry") != NULL;

	if (own || !*told)
		review_retry(l, o, member_or_inherited(o, "retry"),
		    &l->conf->graph.phases[o->index].retry);
	*told |= !own;
}

static void
review_phases(struct load *l)
{
	const struct objects *list = &l->of[KIND_PIPELINE];
	size_t i, k;

	for (i = 0; i < list->n; i++) {
		const struct object *o = list->v[i];
		bool told = false;

		if (!o->cyclic)
			review_dues(l, o);
		for (k = 0; k < o->n_phases; k++)
			review_phase_retry(l, o->phases[k], &told);
	}
}

void
review(struct load *l)
{
	review_recoveries(l);
	review_phases(l);
	if (l->broken)
		return;
	review_use(l);
	review_checks(l);
	review_seasons(l);
	review_routes(l);
}
