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

/*---------------------------------------------------------- early and usual */

static void
percent(struct text *t, int32_t permille)
{
	text_addf(t, "%d %%", permille / 10);
}

/* ": P(miss 15:00) = 0.83 (10 of 12 dates so low)" */
static void
miss_words(struct text *t, const struct early_reading *r, int64_t now,
    const struct zone *zone)
{
	if (r->such == 0) {
		text_addf(t, ": never so low on %d such dates", r->dates);
		return;
	}
	if (r->such < EARLY_SUCH_MIN) {
		text_addf(t, ": so low on %d of %d such dates, which is too "
		    "few for a probability", r->such, r->dates);
		return;
	}
	text_add(t, ": P(miss ");
	words_clock(t, r->due, now, zone);
	text_addf(t, ") = %d.%02d (%d of %d dates so low)",
	    r->such_missed / r->such, r->such_missed * 100 / r->such % 100,
	    r->such_missed, r->such);
}

static void
early_words(struct text *t, const struct early_reading *r, int64_t now,
    const struct zone *zone)
{
	percent(t, r->part);
	text_add(t, " where ");
	percent(t, r->usual);
	text_add(t, " is usual");
	miss_words(t, r, now, zone);
}

void
history_early(struct text *t, const struct view *v, int32_t check,
    struct date date)
{
	const struct check_def *c = &v->graph->checks[check];
	const struct check_row *row = engine_check(v->engine, check, date);
	struct early_reading r;

	text_addf(t, "%s", c->name);
	if (row && row->raw <= RESULT_WARN) {
		text_add(t, " has arrived");
	} else if (!engine_early(v->engine, check, date, &v->now, &r)) {
		text_add(t, " comes later than usual");
	} else if (v->now.wall >= r.due) {
		text_add(t, " hadn't arrived when it was due, ");
		words_clock(t, r.due, v->now.wall,
		    &v->graph->pipelines[c->pipeline].zone);
	} else {
		text_add(t, ": ");
		early_words(t, &r, v->now.wall,
		    &v->graph->pipelines[c->pipeline].zone);
	}
}

bool
history_band(struct text *t, const struct band_reading *r)
{
	if (!r->known)
		return false;
	words_number(t, r->value);
	text_add(t, " against ");
	words_number(t, r->median);
	text_add(t, " usual, MAD ");
	words_number(t, r->mad);
	text_addf(t, " (%d dates)", r->dates);
	return true;
}

/* "0.4", "0.4 %" */
static void
add_amount(struct text *t, double v, bool percent)
{
	text_addf(t, "%.3g%s", v, percent ? " %" : "");
}

bool
history_trend(struct text *t, const struct trend_reading *r,
    struct date date)
{
	bool percent = r->limit.kind == LIMIT_PERCENT;
	char buf[DATE_TEXT];

	if (!r->moves)
		return false;
	text_add(t, r->slope > 0 ? "rises by " : "falls by ");
	add_amount(t, r->slope > 0 ? r->slope : -r->slope, percent);
	text_add(t, " a date: ");
	if (r->in_dates >= 3650) {
		text_add(t, "crosses ");
		add_amount(t, r->limit.at, percent);
		text_add(t, " in ten years or more");
	} else if (r->in_dates == 0) {
		text_add(t, "has crossed ");
		add_amount(t, r->limit.at, percent);
	} else {
		text_add(t, "crosses ");
		add_amount(t, r->limit.at, percent);
		text_addf(t, " in %d date%s, about %s", r->in_dates,
		    r->in_dates == 1 ? "" : "s", date_text((struct date){
		    date.day + r->in_dates }, buf));
	}
	text_addf(t, " (%d dates)", r->dates);
	return true;
}

static json_t *
early_json(const struct view *v, int32_t check,
    const struct early_reading *r)
{
	CLEANUP_TEXT struct text t = { 0 };
	const struct zone *zone = &v->graph->pipelines[
	    v->graph->checks[check].pipeline].zone;
	json_t *o = json_object();

	json_put_int(o, "dates", r->dates);
	json_put_int(o, "wanted", r->wanted);
	json_put_int(o, "part", r->part);
	json_put_int(o, "usual", r->usual);
	json_put_int(o, "low", r->low);
	json_put_int(o, "such", r->such);
	json_put_int(o, "such_missed", r->such_missed);
	(void)json_object_set_new(o, "leaves", json_boolean(r->leaves));
	if (r->dates < r->wanted)
		text_addf(&t, "%d of %d comparable dates are known, which is "
		    "too few", r->dates, r->wanted);
	else
		early_words(&t, r, v->now.wall, zone);
	json_put(o, "sentence", text_str(&t));
	return o;
}

static json_t *
band_json(const struct band_reading *r)
{
	CLEANUP_TEXT struct text t = { 0 };
	json_t *o = json_object();

	json_put_int(o, "dates", r->dates);
	json_put_int(o, "wanted", r->wanted);
	(void)json_object_set_new(o, "outside", json_boolean(r->outside));
	if (history_band(&t, r)) {
		(void)json_object_set_new(o, "median", json_real(r->median));
		(void)json_object_set_new(o, "mad", json_real(r->mad));
		(void)json_object_set_new(o, "low", json_real(r->low));
		(void)json_object_set_new(o, "high", json_real(r->high));
	} else {
		text_addf(&t, "%d of %d comparable dates are known, which is "
		    "too few", r->dates, r->wanted);
	}
	json_put(o, "sentence", text_str(&t));
	return o;
}

static json_t *
trend_json(const struct trend_reading *r, struct date date)
{
	CLEANUP_TEXT struct text t = { 0 };
	json_t *o = json_object();
	char buf[DATE_TEXT];

	json_put_int(o, "dates", r->dates);
	json_put_int(o, "wanted", r->wanted);
	json_put_int(o, "within", r->within);
	(void)json_object_set_new(o, "crosses", json_boolean(r->crosses));
	if (r->known)
		(void)json_object_set_new(o, "slope", json_real(r->slope));
	if (history_trend(&t, r, date)) {
		(void)json_object_set_new(o, "now", json_real(r->now));
		(void)json_object_set_new(o, "limit",
		    json_real(r->limit.at));
		(void)json_object_set_new(o, "percent", json_boolean(
		    r->limit.kind == LIMIT_PERCENT));
		json_put_int(o, "in_dates", r->in_dates);
		json_put(o, "date", date_text((struct date){ date.day +
		    r->in_dates }, buf));
	} else if (r->known) {
		text_addf(&t, "towards no limit beyond chance (%d dates)",
		    r->dates);
	} else {
		text_addf(&t, "%d of %d dates are known, which is too few",
		    r->dates, r->wanted);
	}
	json_put(o, "sentence", text_str(&t));
	return o;
}

void
history_put_check(json_t *o, const struct view *v, int32_t check,
    struct date date)
{
	const struct check_row *row = engine_check(v->engine, check, date);
	struct early_reading r;
	struct trend_reading trend;
	struct band_reading b;

	if (row && row->raw == RESULT_FAIL && engine_early(v->engine, check,
	    date, &v->now, &r) && v->now.wall < r.due)
		(void)json_object_set_new(o, "early", early_json(v, check,
		    &r));
	if (engine_band(v->engine, check, date, &v->now, &b))
		(void)json_object_set_new(o, "band", band_json(&b));
	if (engine_trend(v->engine, check, date, &v->now, &trend))
		(void)json_object_set_new(o, "trend", trend_json(&trend,
		    date));
}
