/* SPDX-License-Identifier: BSD-2-Clause
 *
 * view.c -- checks, gates and conditions as JSON.
 *
 * Joins what the engine judged (rows) with what the plugins said (the
 * supervisor's answers) and where it was declared (the graph). Reads only;
 * whoever asks gets a picture of one instant. It decides nothing: every
 * word that is a judgement comes from the engine.
 *
 * Instants are RFC 3339 in the pipeline's zone, durations are *_ms; what is
 * not known is null or absent, never zero.
 */
#include "daemon/view.h"

#include <math.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "daemon/history.h"
#include "daemon/service.h"
#include "daemon/words.h"

const struct zone *
view_zone(const struct view *v, int32_t pipeline)
{
	if (pipeline == NONE && v->graph->n_pipelines == 1)
		pipeline = 0;
	return pipeline == NONE ? NULL : &v->graph->pipelines[pipeline].zone;
}

int32_t
view_dates(const struct view *v, int32_t pipeline,
    struct date ret[VIEW_DATES])
{
	int32_t n = engine_dates(v->engine, pipeline, ret, VIEW_DATES);

	return n < VIEW_DATES ? n : VIEW_DATES;
}

bool
view_last(const struct view *v, int32_t pipeline, struct date *ret)
{
	const struct pipeline_def *p = &v->graph->pipelines[pipeline];
	struct date dates[VIEW_DATES];
	int32_t n = view_dates(v, pipeline, dates), i;

	if (n == 0)
		return false;
	*ret = dates[n - 1];
	for (i = n - 1; i >= 0; i--)
		if (day_end(&p->zone, dates[i], p->day_ends_s) <=
		    v->now.wall) {
			*ret = dates[i];
			break;
		}
	return true;
}

bool
view_bad(const struct view *v, int32_t check, struct date date)
{
	enum result r = engine_result(v->engine, check, date, &v->now);

	return r == RESULT_FAIL || r == RESULT_UNKNOWN || r == RESULT_NOT_DUE;
}

/*------------------------------------------------------------------ checks */

/* What the plugin told beside numbers. */
static void
put_told(json_t *o, const json_t *answer)
{
	static const char *const members[] = { "missing", "extra", "evidence",
		"waived" };
	size_t i;

	json_put(o, "remark", json_text(answer, "remark", NULL));
	json_put(o, "fault", json_text(answer, "fault", NULL));
	for (i = 0; i < sizeof members / sizeof members[0]; i++) {
		json_t *m = json_object_get(answer, members[i]);

		if (m)
			(void)json_object_set(o, members[i], m);
	}
}

static void
put_count(json_t *o, const char *key, int64_t n)
{
	if (n >= 0)
		json_put_int(o, key, n);
}

static void
put_row(json_t *o, const struct view *v, const struct check_row *row,
    const struct zone *zone)
{
	CLEANUP_TEXT struct text reading = { 0 };

	json_put(o, "raw", result_name(row->raw));
	json_put_num(o, "value", row->measured ? row->value : NAN);
	json_put_num(o, "expected", row->measured ? row->expected : NAN);
	words_reading(&reading, row->measured ? row->value : NAN,
	    row->expected);
	json_put(o, "reading", text_str(&reading));
	put_count(o, "missing_count", row->missing);
	put_count(o, "extra_count", row->extra);
	put_when(o, "read_at", row->ended_wall, zone);
	if (row->began_boot != 0 && row->boot_id == v->now.boot_id)
		json_put_int(o, "age_ms", v->now.boot - row->began_boot);
	put_when(o, "since", row->since, zone);
	json_put_int(o, "in_row", row->in_row);
	if (row->waived > 0)
		json_put_int(o, "waived_count", row->waived);
}

static void
put_rule(json_t *o, const struct check_def *c)
{
	CLEANUP_TEXT struct text limits = { 0 };

	put_origin(o, &c->origin);
	words_limits(&limits, &c->limits);
	json_put(o, "limits", text_str(&limits));
	json_put(o, "item", c->item);
	json_put(o, "target", c->target);
}

json_t *
view_check(const struct view *v, int32_t check, struct date date)
{
	const struct check_def *c = &v->graph->checks[check];
	const struct zone *zone = view_zone(v, c->pipeline);
	const struct check_row *row = engine_check(v->engine, check, date);
	json_t *o = json_object();

	json_put(o, "check", c->name);
	json_put(o, "result", result_name(engine_result(v->engine, check,
	    date, &v->now)));
	if (row && row->measurement != 0)
		put_row(o, v, row, zone);
	else
		json_put(o, "reading", "-");
	put_told(o, view_measurement(v, check, date));
	put_rule(o, c);
	json_put(o, "source", c->source);
	put_retirement(o, &c->retirement, date);
	put_waivers(o, v, check, date);
	json_put(o, "plugin", c->instance == NONE ? NULL :
	    v->conf->instances[c->instance].plugin);
	(void)json_object_set_new(o, "fresh", json_boolean(engine_fresh(
	    v->engine, check, date, &v->now)));
	put_when(o, "due", engine_check_due(v->engine, check, date), zone);
	put_when(o, "next", engine_check_next(v->engine, check, date), zone);
	history_put_check(o, v, check, date);
	return o;
}

/*------------------------------------------------------------------- gates */

static json_t *
inputs(const struct view *v, const int32_t *checks, int32_t n,
    struct date date)
{
	json_t *list = json_array();
	int32_t i;

	for (i = 0; i < n; i++)
		(void)json_array_append_new(list,
		    view_check(v, checks[i], date));
	return list;
}

static void
put_answer(json_t *o, const json_t *answer)
{
	static const char *const members[] = { "reasons", "opens_with" };
	size_t i;

	json_put(o, "remark", json_text(answer, "remark", NULL));
	json_put(o, "fault", json_text(answer, "fault", NULL));
	for (i = 0; i < 2; i++) {
		json_t *m = json_object_get(answer, members[i]);

		(void)json_object_set_new(o, members[i],
		    m ? json_incref(m) : json_array());
	}
}

json_t *
view_gate(const struct view *v, int32_t gate, struct date date)
{
	const struct gate_def *g = &v->graph->gates[gate];
	const struct zone *zone = view_zone(v, g->pipeline);
	const struct gate_row *row = engine_gate(v->engine, gate, date);
	const struct date_row *d = g->pipeline == NONE ? NULL :
	    engine_date(v->engine, g->pipeline, date);
	json_t *o = json_object();

	json_put(o, "gate", g->name);
	(void)json_object_set_new(o, "idle", json_boolean(d &&
	    d->owed == 0));
	json_put(o, "verdict", row ? verdict_name(row->verdict) : "unknown");
	json_put(o, "severity", severity_name(row ? row->severity :
	    SEVERITY_NONE));
	(void)json_object_set_new(o, "alarm", json_boolean(g->alarm));
	put_answer(o, view_evaluation(v, gate, date));
	put_when(o, "at", row ? row->at : INSTANT_NONE, zone);
	put_when(o, "next_change", row ? row->next_change : INSTANT_NONE,
	    zone);
	put_origin(o, &g->origin);
	json_put(o, "plugin", g->instance == NONE ? NULL :
	    v->conf->instances[g->instance].plugin);
	json_put(o, "mode", mode_name(g->mode));
	json_put(o, "fix", g->fix);
	put_retirement(o, &g->retirement, date);
	(void)json_object_set_new(o, "inputs", inputs(v, g->inputs,
	    gate_inputs_on(g, date), date));
	return o;
}

/*-------------------------------------------------------------- conditions */

static void
say_check(const struct view *v, const struct condition *c, struct date date,
    struct text *t, json_t *o)
{
	const struct check_def *def = &v->graph->checks[c->subject];
	const struct check_row *row = engine_check(v->engine, c->subject,
	    date);

	json_put(o, "subject", def->name);
	json_put(o, "detail", result_name((enum result)c->detail));
	put_origin(o, &def->origin);
	text_addf(t, "check '%s' is %s: ", def->name,
	    result_name((enum result)c->detail));
	words_reading_long(t, row && row->measured ? row->value : NAN,
	    row ? row->expected : NAN);
}

static void
say_gate(const struct view *v, const struct condition *c, struct date date,
    struct text *t, json_t *o)
{
	const struct gate_def *def = &v->graph->gates[c->subject];
	const json_t *answer = view_evaluation(v, c->subject, date);
	const json_t *reason = json_array_get(json_object_get(answer,
	    "reasons"), 0);

	json_put(o, "subject", def->name);
	json_put(o, "detail", verdict_name((enum verdict)c->detail));
	put_origin(o, &def->origin);
	text_addf(t, "gate '%s' is %s", def->name,
	    verdict_name((enum verdict)c->detail));
	if (json_is_string(reason))
		text_addf(t, ": %s", json_string_value(reason));
}

static void
say_hold(const struct view *v, uint64_t id, struct text *t, json_t *o)
{
	const struct hold_row *h;
	int32_t i;

	for (i = 0; (h = engine_hold_at(v->engine, i, NULL)); i++)
		if (h->id == id)
			break;
	json_put_int(o, "subject", (int64_t)id);
	text_addf(t, "held (hold %llu)", (unsigned long long)id);
	if (h)
		text_addf(t, " by %s: %s", h->actor, h->reason);
}

/* Conditions whose subject is nothing, or an attempt. */
static void
say_plain(const struct view *v, const struct condition *c, int32_t pipeline,
    struct text *t, json_t *o)
{
	switch (c->why) {
	case WHY_CALENDAR:
		text_add(t, "what the date owes is unknown");
		break;
	case WHY_NOT_ENDED:
		text_add(t, "the date has not ended");
		break;
	case WHY_MODE:
		text_addf(t, "mode is '%s': nothing is started",
		    mode_name(v->graph->pipelines[pipeline].mode));
		break;
	case WHY_ADOPTED:
		text_add(t, "the date had ended before it was first watched: "
		    "nothing is started unattended");
		break;
	case WHY_TOO_OLD:
		text_add(t, "the date is older than act_within: nothing is "
		    "started unattended");
		break;
	case WHY_IN_FLIGHT:
		json_put_int(o, "subject", c->subject);
		text_addf(t, "attempt %d runs", c->subject);
		break;
	default:
		text_add(t, words_why(c->why));
	}
}

json_t *
view_condition(const struct view *v, const struct condition *c,
    int32_t pipeline, struct date date)
{
	CLEANUP_TEXT struct text t = { 0 };
	json_t *o = json_object();

	json_put(o, "why", why_name(c->why));
	(void)json_object_set_new(o, "overridable",
	    json_boolean(engine_overridable(c->why)));
	if (c->why == WHY_UPSTREAM && c->subject != NONE) {
		const struct phase_def *p = &v->graph->phases[c->subject];

		json_put(o, "subject", p->name);
		put_origin(o, &p->origin);
		text_addf(&t, "phase '%s' is not done", p->name);
	} else if (c->why == WHY_GATE && c->subject != NONE) {
		say_gate(v, c, date, &t, o);
	} else if (c->why == WHY_CHECK && c->subject != NONE) {
		say_check(v, c, date, &t, o);
	} else if (c->why == WHY_STALE_EVIDENCE && c->subject != NONE) {
		json_put(o, "subject", v->graph->checks[c->subject].name);
		text_addf(&t, "the evidence of '%s' is being measured again",
		    v->graph->checks[c->subject].name);
	} else if (c->why == WHY_BREAKER && c->subject != NONE) {
		json_put(o, "subject", v->graph->breakers[c->subject].name);
		service_breaker(v, c->subject, view_zone(v, pipeline), &t);
	} else if (c->why == WHY_HELD) {
		say_hold(v, (uint64_t)c->subject, &t, o);
	} else {
		say_plain(v, c, pipeline, &t, o);
	}
	json_put(o, "sentence", text_str(&t));
	return o;
}

json_t *
view_conditions(const struct view *v, const struct condition *c, int32_t n,
    int32_t pipeline, struct date date)
{
	json_t *list = json_array();
	int32_t i;

	for (i = 0; i < n; i++)
		(void)json_array_append_new(list,
		    view_condition(v, &c[i], pipeline, date));
	return list;
}
