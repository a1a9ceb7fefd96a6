/* SPDX-License-Identifier: BSD-2-Clause
 *
 * service.c -- what has come of an action over all dates, for people.
 *
 * One date's attempts are plan.c's. Here is what outlives a date: the record
 * of an action, the breaker of what it acts on, and recoveries that are
 * disabled because they have made something worse. All of it is rows of the
 * engine; nothing here decides anything.
 */
#include "daemon/service.h"

#include <math.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/words.h"

/*------------------------------------------------------------------ worse */

static void
add_checks(const struct view *v, int32_t recovery, uint32_t bits,
    struct text *t)
{
	const struct recovery_def *d = &v->graph->recoveries[recovery];
	int32_t i, n = 0;

	for (i = 0; i < d->n_repairs && i < 32; i++)
		if (bits & 1u << i)
			text_addf(t, "%s%s", n++ ? ", " : "",
			    v->graph->checks[d->repairs[i]].name);
}

/* The one of an action that is disabled last; NONE: none is. */
static int32_t
worst_of(const struct view *v, int32_t action)
{
	int32_t i, best = NONE;

	for (i = 0; i < v->graph->n_recoveries; i++)
		if (v->graph->recoveries[i].action == action &&
		    engine_disabled(v->engine, i)->live && (best == NONE ||
		    engine_disabled(v->engine, i)->at >
		    engine_disabled(v->engine, best)->at))
			best = i;
	return best;
}

void
service_disabled(const struct view *v, int32_t recovery,
    const struct zone *zone, struct text *t)
{
	const struct disabled_row *d = engine_disabled(v->engine, recovery);

	if (!d->live)
		return;
	text_addf(t, "%s is disabled for ", v->graph->recoveries[recovery].
	    name);
	add_checks(v, recovery, d->checks, t);
	text_add(t, ", on every date, since ");
	words_clock(t, d->at, v->now.wall, zone);
	text_addf(t, ": attempt %llu made it worse",
	    (unsigned long long)d->attempt);
}

json_t *
view_disabled(const struct view *v, int32_t recovery,
    const struct zone *zone)
{
	const struct recovery_def *def = &v->graph->recoveries[recovery];
	const struct disabled_row *d = engine_disabled(v->engine, recovery);
	CLEANUP_TEXT struct text t = { 0 };
	json_t *o, *list;
	int32_t i;

	if (!d->live)
		return NULL;
	o = json_object();
	list = json_array();
	for (i = 0; i < def->n_repairs && i < 32; i++)
		if (d->checks & 1u << i)
			(void)json_array_append_new(list, json_string(
			    v->graph->checks[def->repairs[i]].name));
	(void)json_object_set_new(o, "checks", list);
	json_put_int(o, "attempt", (int64_t)d->attempt);
	put_when(o, "at", d->at, zone);
	service_disabled(v, recovery, zone, &t);
	json_put(o, "text", text_str(&t));
	return o;
}

/*---------------------------------------------------------------- breakers */

static const char *
plural(int32_t n)
{
	return n == 1 ? "" : "s";
}

void
service_breaker(const struct view *v, int32_t breaker,
    const struct zone *zone, struct text *t)
{
	const struct breaker_def *def = &v->graph->breakers[breaker];
	const struct breaker_row *b = engine_breaker(v->engine, breaker);

	if (b->state == BREAKER_CLOSED) {
		text_addf(t, "the breaker of %s lets %d at once through",
		    def->name, b->ramp > 0 && b->ramp < def->failures ?
		    b->ramp : def->failures);
		return;
	}
	text_addf(t, "the breaker of %s is ", def->name);
	if (b->state == BREAKER_HALF_OPEN) {
		text_add(t, "half open: one attempt at a time until ");
		text_addf(t, "%d of them ha%s succeeded", def->probes,
		    def->probes == 1 ? "s" : "ve");
		return;
	}
	text_add(t, "open until ");
	words_clock(t, b->until, v->now.wall, zone);
	text_addf(t, ", or until what failed passes: %d failure%s", b->n,
	    plural(b->n));
}

static json_t *
breaker_json(const struct view *v, int32_t breaker, const struct zone *zone)
{
	const struct breaker_def *def = &v->graph->breakers[breaker];
	const struct breaker_row *b = engine_breaker(v->engine, breaker);
	CLEANUP_TEXT struct text t = { 0 };
	json_t *o = json_object(), *list = json_array();
	int32_t i;

	json_put(o, "target", def->name);
	json_put(o, "state", breaker_state_name(b->state));
	put_when(o, "since", b->since, zone);
	put_when(o, "until", b->until, zone);
	json_put_int(o, "failures", b->n);
	json_put_int(o, "opens_at", def->failures);
	json_put_int(o, "within_ms", def->within_ms);
	if (b->ramp > 0)
		json_put_int(o, "at_once", b->ramp);
	for (i = 0; i < b->n; i++)
		(void)json_array_append_new(list,
		    json_integer((json_int_t)b->failed[i].attempt));
	(void)json_object_set_new(o, "failed", list);
	service_breaker(v, breaker, zone, &t);
	json_put(o, "text", text_str(&t));
	return o;
}

/* The command that shows what an attempt was for. */
static void
look_at(const struct view *v, uint64_t attempt, const char *verb,
    struct text *t)
{
	const struct attempt_row *a = NULL;
	struct record where;
	char date[DATE_TEXT];
	int32_t i;

	for (i = 0; (a = engine_attempt_at(v->engine, i, &where)); i++)
		if (a->id == attempt)
			break;
	if (a == NULL || !where.dated)
		text_add(t, "gatewarden status");
	else
		text_addf(t, "gatewarden %s %s %s", verb, a->recovery !=
		    NONE ? v->graph->recoveries[a->recovery].name :
		    v->graph->phases[a->phase].name, date_text(where.date,
		    date));
}

void
service_needs(const struct view *v, void *arg, void (*add)(void *,
    const char *, const char *, const char *))
{
	int32_t i;

	for (i = 0; i < v->graph->n_breakers; i++) {
		const struct breaker_row *b = engine_breaker(v->engine, i);
		CLEANUP_TEXT struct text t = { 0 };
		CLEANUP_TEXT struct text look = { 0 };

		if (b->state == BREAKER_CLOSED)
			continue;
		service_breaker(v, i, view_zone(v, 0), &t);
		look_at(v, b->n > 0 ? b->failed[b->n - 1].attempt : 0,
		    "explain", &look);
		add(arg, "breaker", text_str(&t), text_str(&look));
	}
	for (i = 0; i < v->graph->n_recoveries; i++) {
		CLEANUP_TEXT struct text t = { 0 };
		CLEANUP_TEXT struct text look = { 0 };

		if (!engine_disabled(v->engine, i)->live)
			continue;
		service_disabled(v, i, view_zone(v,
		    v->graph->recoveries[i].pipeline), &t);
		look_at(v, engine_disabled(v->engine, i)->attempt,
		    "reopen recovery", &look);
		add(arg, "disabled", text_str(&t), text_str(&look));
	}
}

/*------------------------------------------------------------------ record */

static json_t *
track_json(const struct view *v, int32_t action, const struct zone *zone)
{
	const struct track_row *r = engine_track(v->engine, action);
	json_t *o = json_object();

	json_put(o, "action", v->graph->actions[action].name);
	json_put_int(o, "tries", r->tries);
	json_put_int(o, "succeeded", r->succeeded);
	json_put_int(o, "in_vain", r->in_vain);
	put_when(o, "in_vain_since", r->vain_since, zone);
	put_when(o, "succeeded_at", r->succeeded_at, zone);
	if (r->incident != 0)
		json_put_int(o, "incident", (int64_t)r->incident);
	return o;
}

void
put_service(json_t *o, const struct view *v, int32_t action,
    const struct zone *zone)
{
	const struct action_def *a = &v->graph->actions[action];

	(void)json_object_set_new(o, "track", track_json(v, action, zone));
	if (v->graph->n_breakers > 0 && a->breaker != NONE)
		(void)json_object_set_new(o, "breaker", breaker_json(v,
		    a->breaker, zone));
}

void
service_title(const struct view *v, int32_t action, struct text *t)
{
	const struct action_def *a = &v->graph->actions[action];
	const struct track_row *r = engine_track(v->engine, action);
	int32_t bad = worst_of(v, action);

	if (bad != NONE) {
		text_addf(t, "%s made ", v->graph->recoveries[bad].name);
		add_checks(v, bad, engine_disabled(v->engine, bad)->checks, t);
		text_add(t, " worse and is disabled");
	} else if (r->in_vain == 0) {
		text_addf(t, "%s has succeeded", a->name);
	} else if (r->succeeded == 0) {
		text_addf(t, "%s has never succeeded: %lld tries", a->name,
		    (long long)r->tries);
	} else {
		text_addf(t, "%s: no success in %d tries", a->name,
		    r->in_vain);
	}
}

/* "pdc short by 3 before" of the attempt that made it worse. */
static void
readings_of(const struct view *v, int32_t recovery, struct text *t)
{
	const struct recovery_def *d = &v->graph->recoveries[recovery];
	const struct attempt_row *a = engine_attempt(v->engine,
	    engine_disabled(v->engine, recovery)->attempt);
	int32_t i;

	for (i = 0; a && i < d->n_repairs && i < 16; i++) {
		if ((a->failing & 1u << i) == 0 || isnan(a->before[i]))
			continue;
		text_addf(t, "; %s lacked ",
		    v->graph->checks[d->repairs[i]].name);
		words_number(t, a->before[i]);
		text_add(t, " before");
	}
}

void
service_why(const struct view *v, int32_t action, const struct zone *zone,
    struct text *t)
{
	const struct track_row *r = engine_track(v->engine, action);
	int32_t i;

	for (i = 0; i < v->graph->n_recoveries; i++) {
		if (v->graph->recoveries[i].action != action ||
		    !engine_disabled(v->engine, i)->live)
			continue;
		if (t->len > 0)
			text_add(t, "\n");
		service_disabled(v, i, zone, t);
		readings_of(v, i, t);
	}
	if (r->in_vain == 0)
		return;
	text_addf(t, "%s%d tr%s in a row without success, since ",
	    t->len > 0 ? "\n" : "", r->in_vain, r->in_vain == 1 ? "y" :
	    "ies");
	words_clock(t, r->vain_since, v->now.wall, zone);
	if (r->succeeded_at != INSTANT_NONE) {
		text_add(t, "; the last success was ");
		words_clock(t, r->succeeded_at, v->now.wall, zone);
	} else {
		text_add(t, "; there has never been one");
	}
}
