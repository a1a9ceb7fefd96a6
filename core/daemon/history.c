/* SPDX-License-Identifier: BSD-2-Clause
 *
 * history.c -- what the past says, for people.
 *
 * The engine folds the durations (core/engine/runs.c) from the rows of
 * attempts; here they become words and JSON. Where few runs are known, their
 * number stands beside what they say: whoever reads it judges.
 */
#include "daemon/history.h"

#include "base/json.h"
#include "base/units.h"
#include "daemon/words.h"

int64_t
history_takes_ms(const struct engine *e, enum runs_of of, int32_t subject,
    bool worst)
{
	struct durations d;

	engine_durations(e, of, subject, &d);
	if (d.n == 0)
		return -1;
	return worst ? d.action_p90 + d.proof_p90 :
	    d.action_median + d.proof_median;
}

void
history_words(struct text *t, const struct durations *d)
{
	char buf[DURATION_TEXT];

	if (d->n == 0) {
		text_add(t, "no run is known");
		return;
	}
	text_addf(t, "usually %s, ", duration_round(d->action_median +
	    d->proof_median, buf));
	text_addf(t, "9 of 10 within %s (%d run%s)",
	    duration_round(d->action_p90 + d->proof_p90, buf), d->n,
	    d->n == 1 ? "" : "s");
}

json_t *
history_json(const struct durations *d)
{
	json_t *o;

	if (d->n == 0)
		return json_null();
	o = json_object();
	json_put_int(o, "runs", d->n);
	json_put_int(o, "action_median_ms", d->action_median);
	json_put_int(o, "action_p90_ms", d->action_p90);
	json_put_int(o, "proof_median_ms", d->proof_median);
	json_put_int(o, "proof_p90_ms", d->proof_p90);
	return o;
}

/*------------------------------------------------------- point of no return */

static const struct zone *
zone_of(const struct view *v, int32_t phase)
{
	return &v->graph->pipelines[v->graph->phases[phase].pipeline].zone;
}

bool
history_last_start(struct text *t, const struct view *v, int32_t phase,
    struct date date)
{
	struct no_return r;

	if (!engine_no_return(v->engine, phase, date, &r) ||
	    r.last_start == INSTANT_NONE)
		return false;
	text_add(t, r.last_start >= v->now.wall ?
	    "last start that still makes it: " :
	    "the last start that makes it was ");
	words_clock(t, r.last_start, v->now.wall, zone_of(v, phase));
	return true;
}

/* "a run takes 25m up to its proof (9 of 10, 6 runs), what follows 12m;
 * publish is due 15:00" */
static void
sentence(struct text *t, const struct view *v, int32_t phase,
    const struct no_return *r)
{
	char buf[DURATION_TEXT];

	if (r->last_start == INSTANT_NONE) {
		text_addf(t, "its last start can't be told: of %d runs that "
		    "it takes, %d %s known", r->wanted, r->runs,
		    r->runs == 1 ? "is" : "are");
		return;
	}
	text_addf(t, "9 of 10 runs take up to %s until they are proved "
	    "(%d known)", duration_round(r->takes_ms, buf), r->runs);
	if (r->chain_ms > 0)
		text_addf(t, ", what follows %s",
		    duration_round(r->chain_ms, buf));
	if (r->unknown > 0)
		text_addf(t, ", %d phase%s without history not counted",
		    r->unknown, r->unknown == 1 ? "" : "s");
	text_addf(t, "; %s is due ",
	    v->graph->phases[r->deadline_phase].name);
	words_clock(t, r->deadline, v->now.wall, zone_of(v, phase));
}

json_t *
history_no_return(const struct view *v, int32_t phase, struct date date)
{
	CLEANUP_TEXT struct text t = { 0 };
	const struct zone *zone = zone_of(v, phase);
	struct no_return r;
	json_t *o;

	if (!engine_no_return(v->engine, phase, date, &r) ||
	    !r.startable || r.deadline == INSTANT_NONE || r.wanted <= 0)
		return NULL;
	sentence(&t, v, phase, &r);
	o = json_object();
	put_when(o, "last_start", r.last_start, zone);
	put_when(o, "deadline", r.deadline, zone);
	json_put(o, "deadline_phase",
	    v->graph->phases[r.deadline_phase].name);
	json_put_int(o, "takes_ms", r.takes_ms);
	json_put_int(o, "after_ms", r.chain_ms);
	json_put_int(o, "runs", r.runs);
	json_put_int(o, "wanted", r.wanted);
	json_put_int(o, "without_history", r.unknown);
	json_put(o, "sentence", text_str(&t));
	return o;
}
