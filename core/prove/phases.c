/* SPDX-License-Identifier: BSD-2-Clause
 *
 * phases.c -- what each phase owes by when.
 *
 * A `due` fires when the phase is late and clears when it is done. Both are
 * seen in dates that the engine lives through: one on which everything
 * fails, one on which all is well. Nothing here knows when a phase is late;
 * only, where it never was, what may have kept it.
 *
 * On the same date alarms have to open incidents: an alarm that speaks when
 * it is asked, and of which nothing comes, is found.
 *
 * A due that comes sooner after what the phase waits for than its check is
 * measured cannot be told in time: what has arrived is seen too late.
 */
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "prove/play.h"

/* Both dates of a pipeline. */
struct dates {
	struct play bad, well;
	bool lived;
};

static int64_t
phase_due(const struct prover *p, const struct phase_def *ph,
    const struct due *due)
{
	const struct stage *s = &p->stages[ph->pipeline];

	return due_at(due, &p->graph->pipelines[ph->pipeline].zone, s->date,
	    s->end);
}

/* An hour after the last due and alarm, as long as anybody looks. */
static int64_t
last_due(const struct prover *p, int32_t pipeline)
{
	const struct pipeline_def *def = &p->graph->pipelines[pipeline];
	const struct stage *s = &p->stages[pipeline];
	int64_t last = s->end, at;
	int32_t i;

	for (i = def->first_phase; i < def->first_phase + def->n_phases;
	    i++) {
		at = phase_due(p, &p->graph->phases[i],
		    &p->graph->phases[i].due);
		if (at > last)
			last = at;
	}
	for (i = 0; i < p->graph->n_gates; i++)
		if (p->graph->gates[i].pipeline == pipeline &&
		    p->alarms[i].rule && p->alarms[i].at > last)
			last = p->alarms[i].at;
	last += HOUR_MS;
	return last < s->watched + HOUR_MS ? last : s->watched + HOUR_MS;
}

static void
live(struct prover *p, int32_t pipeline, struct dates *ret)
{
	int32_t n = p->graph->n_checks, i;
	CLEANUP_FREE bool *all = calloc((size_t)n + 1, sizeof *all);
	struct play_setup setup = { .prover = p, .pipeline = pipeline,
		.fails = all, .healer = NONE, .from = p->stages[pipeline].begin,
		.until = last_due(p, pipeline) };

	if (all == NULL)
		abort();
	for (i = 0; i < n; i++)
		all[i] = true;
	ret->lived = play(&ret->bad, &setup);
	setup.fails = NULL;
	ret->lived = play(&ret->well, &setup) && ret->lived;
}

/*------------------------------------------------------------ what it rests */

static void
done_checks(const struct prover *p, const struct phase_def *ph,
    const int32_t **ret, int32_t *ret_n)
{
	*ret = ph->done_checks;
	*ret_n = ph->done_kind == DONE_CHECKS ? ph->n_done_checks : 0;
	if (ph->done_kind == DONE_GATE) {
		*ret = p->graph->gates[ph->done_gate].inputs;
		*ret_n = p->graph->gates[ph->done_gate].n_inputs;
	}
}

static const char *
done_words(const struct prover *p, const struct phase_def *ph)
{
	switch (ph->done_kind) {
	case DONE_EXIT:
		return "its run has ended well";
	case DONE_GATE:
		return p->graph->gates[ph->done_gate].name;
	case DONE_CHECKS:
		break;
	}
	return ph->n_done_checks == 1 ? p->graph->checks[ph->done_checks[0]].
	    name : "its checks";
}

/* A finding about what it, or anything before it, rests on. */
static const struct rule *
broken_before(const struct prover *p, const struct phase_def *ph)
{
	const struct rule *x;
	const int32_t *checks;
	int32_t n, i;

	done_checks(p, ph, &checks, &n);
	x = ph->done_kind == DONE_GATE ? broken_gate(p, ph->done_gate) :
	    broken_input(p, checks, n);
	for (i = 0; x == NULL && i < ph->n_after; i++)
		if (ph->after[i].date_offset == 0)
			x = broken_before(p, &p->graph->phases[
			    ph->after[i].phase]);
	for (i = 0; x == NULL && i < ph->n_guards; i++)
		x = broken_gate(p, ph->guards[i]);
	return x;
}

/*--------------------------------------------------------------- its period */

/* What it waits for is to be there by then: the last due before it, or the
 * date's end. */
static int64_t
expected_since(const struct prover *p, const struct phase_def *ph,
    int64_t due)
{
	int64_t since = p->stages[ph->pipeline].end, at;
	int32_t i;

	at = phase_due(p, ph, &ph->at);
	if (at != INSTANT_NONE && at > since && at < due)
		since = at;
	for (i = 0; i < ph->n_after; i++) {
		const struct phase_def *up = &p->graph->phases[
		    ph->after[i].phase];

		at = ph->after[i].date_offset == 0 ? phase_due(p, up,
		    &up->due) : INSTANT_NONE;
		if (at != INSTANT_NONE && at > since && at < due)
			since = at;
	}
	return since;
}

/* Two measurements at least, or what is there may not be seen. */
static bool
seldom(const struct prover *p, const struct check_def *c, int64_t from,
    int64_t to)
{
	if (c->schedule.kind != SCHEDULE_NONE)
		return schedule_next(&c->schedule, &p->graph->pipelines[
		    c->pipeline].zone, from) > to;
	return to - from < c->every_ms;
}

static void
look_at_period(const struct prover *p, const struct phase_def *ph,
    int64_t due, struct rule *x)
{
	int64_t from = expected_since(p, ph, due);
	char gap[DURATION_TEXT], every[DURATION_TEXT];
	const int32_t *checks;
	int32_t n, i;

	if (ph->start != NONE)
		return;         /* its run's end is looked at in any case */
	done_checks(p, ph, &checks, &n);
	for (i = 0; i < n && from < due; i++) {
		const struct check_def *c = &p->graph->checks[checks[i]];

		if (!seldom(p, c, from, due))
			continue;
		rule_found(x, "it is due %s after what it waits for, and '%s' "
		    "(%s:%d) is measured %s%s: what has come in time may be "
		    "called late", duration_text(due - from, gap), c->name,
		    c->origin.file, c->origin.line, c->schedule.kind ==
		    SCHEDULE_NONE ? "every " : "on a schedule that has no "
		    "slot in between", c->schedule.kind == SCHEDULE_NONE ?
		    duration_text(c->every_ms, every) : "");
		return;
	}
}

/*---------------------------------------------------------------- one phase */

static void
say_never(const struct prover *p, const struct phase_def *ph, int64_t due,
    const struct played_phase *bad, struct rule *x)
{
	const struct stage *s = &p->stages[ph->pipeline];
	const struct rule *broken = broken_before(p, ph);
	char a[INSTANT_TEXT], b[INSTANT_TEXT];

	if (due >= s->watched)
		rule_found(x, "can never be late: it is due at %s, and its "
		    "date is not watched after %s (watch_for = %dd)", when(p,
		    ph->pipeline, due, a), when(p, ph->pipeline, s->watched,
		    b), p->graph->pipelines[ph->pipeline].watch_days);
	else if (broken)
		stands_in_the_way(x, broken);
	else if (bad->late_at == INSTANT_NONE)
		rule_found(x, "can never be late, even when everything "
		    "fails");
	else
		rule_found(x, "is never done, even when everything passes");
}

static void
conclude(const struct prover *p, int32_t phase, const struct dates *d,
    struct rule *x)
{
	const struct phase_def *ph = &p->graph->phases[phase];
	int64_t due = phase_due(p, ph, &ph->due);
	const struct played_phase *bad, *well;
	char at[INSTANT_TEXT];

	if (!d->lived) {
		rule_unproven(x, "its pipeline is too large to be lived "
		    "through here");
		return;
	}
	bad = &d->bad.phases[phase];
	well = &d->well.phases[phase];
	if (bad->late_at != INSTANT_NONE)
		rule_fires(x, "%s %s at %s (%s)", ph->name, bad->late_at <
		    due ? "has failed" : "is late", when(p, ph->pipeline,
		    bad->late_at, at), severity_name(bad->severity));
	if (well->done_at != INSTANT_NONE)
		rule_clears(x, "%s is done when %s%s", ph->name,
		    done_words(p, ph), ph->done_kind == DONE_EXIT ? "" :
		    ph->done_kind == DONE_GATE ? " opens" :
		    ph->n_done_checks == 1 ? " passes" : " pass");
	if (!x->fires || !x->clears)
		say_never(p, ph, due, bad, x);
	if (bad->late_at != INSTANT_NONE)
		must_be_heard(p, x, &(struct marks){ bad->severity,
			ph->pipeline, phase, phase_tags(p->graph, phase) });
	look_at_period(p, ph, due, x);
}

static void
prove_phase(struct prover *p, int32_t phase, const struct dates *d)
{
	const struct phase_def *ph = &p->graph->phases[phase];
	struct origin at = ph->origin;
	CLEANUP_TEXT struct text name = { 0 };
	char due[DUE_TEXT];
	struct rule *x;

	if (ph->due.kind == DUE_NONE)
		return;
	text_addf(&name, "%s.%s", p->graph->pipelines[ph->pipeline].name,
	    ph->name);
	(void)rules_place(p->rules, "phases", text_str(&name), "due", &at);
	x = rules_add(p->rules, "due", ph->name, &at, "phase '%s': due = "
	    "\"%s\"", ph->name, due_text(&ph->due, due));
	conclude(p, phase, d, x);
}

/* What a gate says is one thing, what the engine makes of it another. */
static void
look_at_alarms(struct prover *p, int32_t pipeline, const struct dates *d)
{
	char at[INSTANT_TEXT];
	int32_t i;

	for (i = 0; d->lived && i < p->graph->n_gates; i++)
		if (p->graph->gates[i].pipeline == pipeline &&
		    p->alarms[i].rule && d->bad.alarms[i] == INSTANT_NONE)
			rule_found(p->alarms[i].rule, "speaks at %s, and no "
			    "incident opens for it, even when everything "
			    "fails", when(p, pipeline, p->alarms[i].at, at));
}

void
prove_phases(struct prover *p)
{
	int32_t i, k;

	for (i = 0; i < p->graph->n_pipelines; i++) {
		const struct pipeline_def *def = &p->graph->pipelines[i];
		struct dates d;

		live(p, i, &d);
		look_at_alarms(p, i, &d);
		for (k = def->first_phase; k < def->first_phase +
		    def->n_phases; k++)
			prove_phase(p, k, &d);
		play_free(&d.bad);
		play_free(&d.well);
	}
}
