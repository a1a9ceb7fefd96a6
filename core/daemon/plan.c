/* SPDX-License-Identifier: BSD-2-Clause
 *
 * plan.c -- attempts, recoveries and their plans as JSON.
 *
 * A plan is an upper bound: each try has the instant before which it does
 * not come, counted as if every attempt took no time, and the plan says
 * each of the ends that may come earlier. What has been tried is listed
 * beside it, so that the plan and what became of it can be compared.
 */
#include "daemon/plan.h"

#include <math.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "base/units.h"
#include "daemon/service.h"
#include "daemon/words.h"

enum { PLAN_SHOWN = 20, OUTPUT_TAIL = 2048, TRIES_SHOWN = 8 };

/* `used` attempts are gone; `next` is the earliest start of the next one,
 * INSTANT_NONE while the last of them is still under way. */
static json_t *
plan(const struct view *v, const struct retry *r, int32_t used,
    int64_t next, uint64_t seed, const struct zone *zone)
{
	json_t *list = json_array();
	int64_t at = next == INSTANT_NONE || next < v->now.wall ?
	    v->now.wall : next;
	int32_t n;

	if (used > 0 && next == INSTANT_NONE)
		at += retry_delay(r, used + 1, seed);
	for (n = used + 1; n <= r->attempts && n <= used + PLAN_SHOWN; n++) {
		json_t *o = json_object();
		int64_t wait = retry_delay(r, n, seed);

		if (n > used + 1)
			at += wait;
		json_put_int(o, "n", n);
		json_put_int(o, "wait_ms", wait);
		put_when(o, "not_before", at, zone);
		(void)json_array_append_new(list, o);
	}
	return list;
}

static void
add(json_t *list, const char *before, int32_t n, const char *after)
{
	CLEANUP_TEXT struct text t = { 0 };

	text_addf(&t, "%s%d %s", before, n, after);
	(void)json_array_append_new(list, json_string(text_str(&t)));
}

static void
add_budgets(json_t *ends, const struct view *v, int32_t action)
{
	const struct action_def *a = &v->graph->actions[action];

	(void)json_array_append_new(ends, json_string(
	    "a permanent or configuration failure"));
	if (a->per_hour > 0)
		add(ends, "waits at ", a->per_hour,
		    "starts of its action in an hour");
	if (v->graph->starts_per_hour > 0)
		add(ends, "waits at ", v->graph->starts_per_hour,
		    "starts of everything in an hour");
}

void
plan_of_phase(const struct view *v, int32_t phase, struct date date,
    json_t *o)
{
	const struct phase_def *p = &v->graph->phases[phase];
	const struct phase_row *row = engine_phase(v->engine, phase, date);
	CLEANUP_TEXT struct text t = { 0 };
	char buf[DURATION_TEXT];
	json_t *ends = json_array();

	(void)json_object_set_new(o, "plan", plan(v, &p->retry,
	    row ? row->attempts : 0, row ? row->retry_at : INSTANT_NONE,
	    retry_seed(p->name, date, row ? row->episode : 0),
	    view_zone(v, p->pipeline)));
	text_addf(&t, "its done holds within %s of a start",
	    duration_text(p->verify_within_ms, buf));
	(void)json_array_append_new(ends, json_string(text_str(&t)));
	add(ends, "", p->retry.attempts, p->retry.attempts == 1 ? "attempt" :
	    "attempts");
	add_budgets(ends, v, p->start);
	(void)json_object_set_new(o, "ends", ends);
}

void
plan_of_recovery(const struct view *v, int32_t recovery, struct date date,
    json_t *o)
{
	const struct recovery_def *d = &v->graph->recoveries[recovery];
	const struct recovery_row *row = engine_recovery(v->engine, recovery,
	    date);
	json_t *ends = json_array();
	int64_t at = row ? row->next_at : INSTANT_NONE;

	if (d->action == NONE) {
		(void)json_object_set_new(o, "plan", json_array());
		(void)json_array_append_new(ends, json_string("a person is "
		    "asked as soon as its turn has come"));
		(void)json_object_set_new(o, "ends", ends);
		return;
	}

	(void)json_object_set_new(o, "plan", row && row->ended !=
	    WHY_NOTHING ? json_array() : plan(v, &d->retry,
	    row ? row->attempts : 0, at, retry_seed(d->name, date,
	    row ? row->episode : 0), view_zone(v, d->pipeline)));
	(void)json_array_append_new(ends, json_string(
	    "proof: all that failed passes, measured after the attempt"));
	add(ends, "", d->retry.attempts, d->retry.attempts == 1 ? "attempt" :
	    "attempts");
	add(ends, "", d->no_effect_limit, "in a row with no effect");
	(void)json_array_append_new(ends, json_string(
	    "anything is worse than before"));
	if (d->per_date > 0 && d->per_date != d->retry.attempts)
		add(ends, "", d->per_date, "starts for this date");
	if (d->per_item > 0)
		add(ends, "", d->per_item, "starts for one check of this "
		    "date");
	add_budgets(ends, v, d->action);
	(void)json_object_set_new(o, "ends", ends);
}

/*---------------------------------------------------------------- attempts */

static void
put_tail(json_t *o, const struct view *v, uint64_t attempt, size_t tail)
{
	CLEANUP_FREE char *bytes = NULL;
	CLEANUP_TEXT struct text t = { 0 };
	size_t len = 0, from, i;
	uint64_t total = 0;

	if (tail == 0 || v->said->output(v->said_arg, attempt,
	    &bytes, &len, &total) < 0)
		return;
	from = len > tail ? len - tail : 0;
	for (i = from; i < len; i++)
		if (bytes[i] == '\n') {
			text_add_clean(&t, bytes + from, i - from);
			text_add(&t, "\n");
			from = i + 1;
		}
	text_add_clean(&t, bytes + from, len - from);
	json_put(o, "output", text_str(&t));
	json_put_int(o, "output_total", (int64_t)total);
}

static void
put_shortfalls(json_t *o, const struct view *v, const struct attempt_row *a)
{
	const struct recovery_def *d = &v->graph->recoveries[a->recovery];
	json_t *list = json_array();
	int32_t i;

	for (i = 0; i < d->n_repairs && i < 16; i++) {
		json_t *e;

		if ((a->failing & 1u << i) == 0)
			continue;
		e = json_object();
		json_put(e, "check", v->graph->checks[d->repairs[i]].name);
		json_put_num(e, "short_by", a->before[i]);
		(void)json_array_append_new(list, e);
	}
	(void)json_object_set_new(o, "failed_before", list);
}

static void
put_told(json_t *o, const json_t *told)
{
	static const char *const members[] = { "exit_code", "signal",
		"elapsed_ms", "fault", "remark", "missing", "failing" };
	size_t i;

	for (i = 0; i < sizeof members / sizeof members[0]; i++) {
		json_t *m = json_object_get(told, members[i]);

		if (m)
			(void)json_object_set(o, members[i], m);
	}
}

json_t *
view_attempt(const struct view *v, const struct attempt_row *a,
    const struct zone *zone, size_t tail)
{
	json_t *o = json_object();

	json_put_int(o, "attempt", (int64_t)a->id);
	if (a->phase != NONE)
		json_put(o, "phase", v->graph->phases[a->phase].name);
	if (a->recovery != NONE)
		json_put(o, "recovery",
		    v->graph->recoveries[a->recovery].name);
	if (a->action != NONE)
		json_put(o, "action", v->graph->actions[a->action].name);
	json_put_int(o, "number", a->number);
	json_put(o, "state", attempt_state_name(a->state));
	json_put(o, "outcome", outcome_name(a->outcome));
	if (a->failure != FAILURE_NONE)
		json_put(o, "failure", failure_name(a->failure));
	put_when(o, "intent_at", a->intent_at, zone);
	put_when(o, "started_at", a->started_at, zone);
	put_when(o, "ended_at", a->ended_at, zone);
	if (a->state == ATTEMPT_VERIFYING)
		put_when(o, "verify_until", a->verify_until, zone);
	json_put(o, "by", a->by_person ? a->actor : "gatewarden");
	if (a->backfill != 0)
		json_put_int(o, "backfill", (int64_t)a->backfill);
	put_told(o, v->said->attempt(v->said_arg, a->id));
	if (a->recovery != NONE)
		put_shortfalls(o, v, a);
	put_tail(o, v, a->id, tail);
	return o;
}

/*-------------------------------------------------------------- recoveries */

static json_t *
tries(const struct view *v, int32_t recovery, struct date date)
{
	const struct zone *zone = view_zone(v,
	    v->graph->recoveries[recovery].pipeline);
	json_t *list = json_array();
	const struct attempt_row *a;
	struct record where;
	int32_t i;

	for (i = 0; (a = engine_attempt_at(v->engine, i, &where)); i++)
		if (a->recovery == recovery && where.date.day == date.day &&
		    json_array_size(list) < TRIES_SHOWN)
			(void)json_array_append_new(list,
			    view_attempt(v, a, zone, OUTPUT_TAIL));
	return list;
}

/* Of a breaker: which, and until when. */
static void
put_why_text(json_t *o, const struct view *v, int32_t recovery,
    enum why why, const struct zone *zone)
{
	int32_t action = v->graph->recoveries[recovery].action;
	CLEANUP_TEXT struct text t = { 0 };

	if (why == WHY_BREAKER && action != NONE)
		service_breaker(v, v->graph->actions[action].breaker, zone,
		    &t);
	else if (why != WHY_NOTHING)
		text_add(&t, words_why(why));
	json_put(o, "why_text", t.len > 0 ? text_str(&t) : NULL);
}

json_t *
view_recovery(const struct view *v, int32_t recovery, struct date date)
{
	const struct recovery_def *d = &v->graph->recoveries[recovery];
	const struct recovery_row *row = engine_recovery(v->engine, recovery,
	    date);
	const struct zone *zone = view_zone(v, d->pipeline);
	json_t *o = json_object(), *repairs = json_array(), *disabled;
	int64_t at = INSTANT_NONE;
	enum why why;
	int32_t i;

	json_put(o, "recovery", d->name);
	put_origin(o, &d->origin);
	for (i = 0; i < d->n_repairs; i++)
		(void)json_array_append_new(repairs, json_string(
		    v->graph->checks[d->repairs[i]].name));
	(void)json_object_set_new(o, "repairs", repairs);
	json_put(o, "action", d->action == NONE ? NULL :
	    v->graph->actions[d->action].name);
	json_put_int(o, "order", d->order);
	json_put(o, "mode", mode_name(d->mode));
	put_retirement(o, &d->retirement, date);
	why = engine_read_recovery(v->engine, recovery, date, &v->now, &at);
	json_put(o, "why", why == WHY_NOTHING ? NULL : why_name(why));
	put_why_text(o, v, recovery, why, zone);
	put_when(o, "next_at", at, zone);
	json_put_int(o, "attempts", row ? row->attempts : 0);
	json_put_int(o, "of", d->retry.attempts);
	if (row && row->ended != WHY_NOTHING) {
		json_put(o, "ended", why_name(row->ended));
		json_put(o, "ended_text", words_why(row->ended));
	}
	if (row && row->last != OUTCOME_NONE)
		json_put(o, "last", outcome_name(row->last));
	json_put(o, "fix", d->fix);
	if (d->action != NONE)
		put_service(o, v, d->action, zone);
	disabled = view_disabled(v, recovery, zone);
	if (disabled)
		(void)json_object_set_new(o, "disabled", disabled);
	plan_of_recovery(v, recovery, date, o);
	(void)json_object_set_new(o, "tries", tries(v, recovery, date));
	return o;
}
