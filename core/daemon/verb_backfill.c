/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verb_backfill.c -- plans, starts, turns and shows backfills.
 *
 * What a start asks for is checked here in words (a range that is empty, too
 * long, not watched or not over); the engine refuses the same without them.
 * A start that names the plan it has seen is refused when that has become
 * another one.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "calendar/day.h"
#include "daemon/ask.h"
#include "daemon/backfill.h"
#include "daemon/handlers.h"
#include "daemon/words.h"

/* The range of an unknown pipeline can't be shown. */
static bool
ask_which(struct ask *a, struct backfill_row *b, int32_t *ret)
{
	const char *phase = json_text(a->params, "phase", NULL);

	b->phase = NONE;
	if (!ask_pipeline(a, "pipeline", ret) || (phase && !ask_phase(a,
	    "phase", phase, &b->phase)))
		return false;
	if (b->phase != NONE && *ret == NONE)
		*ret = a->v.graph->phases[b->phase].pipeline;
	if (*ret == NONE && a->v.graph->n_pipelines == 1)
		*ret = 0;
	if (*ret == NONE) {
		ask_refuse(a, "pipeline", "", "a pipeline's name, for there "
		    "are several", NULL);
		return false;
	}
	if (b->phase == NONE ||
	    a->v.graph->phases[b->phase].pipeline == *ret)
		return true;
	ask_refuse(a, "phase", phase, "a phase of that pipeline", NULL);
	return false;
}

/* "2025-12-01..2025-12-30", or one date. */
static bool
ask_range(struct ask *a, int32_t pipeline, struct backfill_row *b)
{
	const char *word = json_text(a->params, "range", "");
	const char *dots = strstr(word, "..");
	CLEANUP_TEXT struct text from = { 0 };

	if (dots == NULL)
		dots = word + strlen(word);
	text_addn(&from, word, (size_t)(dots - word));
	if (!ask_date(a, "range", text_str(&from), pipeline, &b->from))
		return false;
	b->to = b->from;
	return *dots == '\0' || ask_date(a, "range", dots + 2, pipeline,
	    &b->to);
}

static bool
refuse_range(struct ask *a, const struct text *t)
{
	request_refuse(a->request, RPC_PARAMS, text_str(t), json_pack(
	    "{s:s}", "argument", "range"));
	return false;
}

/* How far back the pipeline would have to watch. */
static void
say_unwatched(const struct ask *a, const struct pipeline_def *p,
    const struct backfill_row *b, struct date first, struct text *t)
{
	char from[DATE_TEXT], watched[DATE_TEXT];
	int32_t today = day_of(&p->zone, p->day_ends_s, a->v.now.wall).day;

	text_addf(t, "%s is not watched: %s is the first date of '%s' that "
	    "is (watch_for = \"%dd\"); nothing is known of it. Set watch_for "
	    "= \"%dd\" and reload",
	    date_text(b->from, from), date_text(first, watched), p->name,
	    p->watch_days, today - b->from.day + 1);
}

static bool
range_fits(struct ask *a, int32_t pipeline, const struct backfill_row *b)
{
	const struct pipeline_def *p = &a->v.graph->pipelines[pipeline];
	struct date dates[VIEW_DATES];
	int32_t n = view_dates(&a->v, pipeline, dates);
	int32_t days = b->to.day - b->from.day + 1;
	CLEANUP_TEXT struct text t = { 0 };
	char from[DATE_TEXT], to[DATE_TEXT];

	if (days < 1)
		text_addf(&t, "the range is empty: %s is after %s",
		    date_text(b->from, from), date_text(b->to, to));
	else if (days > BACKFILL_DATES)
		text_addf(&t, "the range has %d dates, %d are allowed in one "
		    "backfill: divide it", days, (int)BACKFILL_DATES);
	else if (n == 0 || b->from.day < dates[0].day)
		say_unwatched(a, p, b, n ? dates[0] : b->to, &t);
	else if (b->to.day > dates[n - 1].day || day_end(&p->zone, b->to,
	    p->day_ends_s) > a->v.now.wall)
		text_addf(&t, "%s has not ended: a backfill is of past "
		    "dates, live ones are made by themselves",
		    date_text(b->to, to));
	else if (p->mode != MODE_ENFORCE)
		text_addf(&t, "pipeline '%s' has mode \"%s\": nothing of it "
		    "is started; a backfill needs mode = \"enforce\"",
		    p->name, mode_name(p->mode));
	return t.len == 0 || refuse_range(a, &t);
}

static bool
ask_canary(struct ask *a, int32_t pipeline, struct backfill_row *b)
{
	const char *word = json_text(a->params, "canary", NULL);
	struct date date;

	b->canary = !json_flag(a->params, "no_canary", false);
	b->first = NONE;
	if (word == NULL)
		return true;
	if (!b->canary) {
		ask_refuse(a, "no_canary", "together with --canary",
		    "--canary or --no-canary, not both", NULL);
		return false;
	}
	if (!ask_date(a, "canary", word, pipeline, &date))
		return false;
	if (date.day < b->from.day || date.day > b->to.day) {
		ask_refuse(a, "canary", word, "a date of the range", NULL);
		return false;
	}
	b->first = date.day - b->from.day;
	return true;
}

static enum severity
severity_of(const char *word)
{
	enum severity s;

	for (s = SEVERITY_INFO; s < SEVERITY_CRITICAL; s++)
		if (strcmp(severity_name(s), word) == 0)
			break;
	return s;
}

static bool
ask_backfill(struct ask *a, struct backfill_row *b, int32_t *ret)
{
	const struct pipeline_def *p;
	const char *word = json_text(a->params, "severity", NULL);

	*b = (struct backfill_row){
		.newest_first = json_flag(a->params, "newest_first", false),
		.external = json_flag(a->params, "include_external", false) };
	if (!ask_which(a, b, ret))
		return false;
	p = &a->v.graph->pipelines[*ret];
	b->severity = word ? severity_of(word) : p->backfill.severity;
	return ask_range(a, *ret, b) && range_fits(a, *ret, b) &&
	    ask_count(a, "at_most", p->backfill.at_most, BACKFILL_AT_ONCE,
	    &b->at_most) &&
	    ask_count(a, "starts_per_hour", p->backfill.starts_per_hour,
	    1000000, &b->starts_per_hour) && ask_canary(a, *ret, b);
}

void
verb_backfill_plan(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	struct backfill_row b;
	struct ask a;
	int32_t pipeline;

	ask_open(&a, verbs->s, r, params);
	if (ask_backfill(&a, &b, &pipeline))
		request_answer(r, backfill_plan(&a.v, pipeline, &b));
}

static json_t *
shown(const struct ask *a, int32_t pipeline, const struct backfill_row *b)
{
	json_t *o = backfill_plan(&a->v, pipeline, b);

	json_put(o, "code", "shown");
	json_put(o, "question", "Start this backfill?");
	return o;
}

void
verb_backfill_start(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	const char *seen = json_text(params, "seen", NULL);
	CLEANUP_JSON json_t *plan = NULL;
	struct backfill_row b;
	struct command c = { .kind = COMMAND_BACKFILL_START,
		.subject = NONE, .until = INSTANT_NONE, .backfill = &b,
		.reason = json_text(params, "reason", NULL) };
	struct ask a;

	ask_open(&a, verbs->s, r, params);
	if (!ask_backfill(&a, &b, &c.pipeline))
		return;
	plan = shown(&a, c.pipeline, &b);
	if (json_flag(params, "dry_run", false))
		request_answer(r, json_incref(plan));
	else if (seen && strcmp(seen, json_text(plan, "seen", "")) != 0)
		request_refuse(r, RPC_CONFLICT, "the plan is another one now "
		    "than the one that was shown: look again",
		    json_incref(plan));
	else
		act_and_answer(&a, &c);
}

/*----------------------------------------------------------------- by number */

static void
turn(void *arg, struct request *r, const json_t *params,
    enum command_kind kind)
{
	struct verbs *verbs = arg;
	struct command c = { .kind = kind, .pipeline = NONE, .subject = NONE,
		.until = INSTANT_NONE,
		.id = (uint64_t)json_int(params, "id", 0) };
	const struct backfill_row *b;
	struct record where;
	struct ask a;
	int32_t i;

	ask_open(&a, verbs->s, r, params);
	for (i = 0; (b = engine_backfill_at(a.v.engine, i, &where)); i++)
		if (b->id == c.id)
			c.pipeline = where.pipeline;
	act_and_answer(&a, &c);
}

void
verb_backfill_pause(void *arg, struct request *r, const json_t *params)
{
	turn(arg, r, params, COMMAND_BACKFILL_PAUSE);
}

void
verb_backfill_resume(void *arg, struct request *r, const json_t *params)
{
	turn(arg, r, params, COMMAND_BACKFILL_RESUME);
}

void
verb_backfill_cancel(void *arg, struct request *r, const json_t *params)
{
	turn(arg, r, params, COMMAND_BACKFILL_CANCEL);
}

static json_t *
one_of(const struct view *v, uint64_t id)
{
	const struct backfill_row *b;
	struct record where;
	int32_t i;

	for (i = 0; (b = engine_backfill_at(v->engine, i, &where)); i++)
		if (b->id == id)
			return backfill_json(v, b, where.pipeline, true);
	return NULL;
}

void
verb_backfill_status(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	uint64_t id = (uint64_t)json_int(params, "id", 0);
	json_t *o = json_object(), *list;
	struct ask a;

	ask_open(&a, verbs->s, r, params);
	list = id ? json_array() : backfills_json(&a.v, false);
	if (id)
		(void)json_array_append_new(list, one_of(&a.v, id));
	if (id && json_array_size(list) == 0) {
		json_decref(list);
		json_decref(o);
		request_refuse(r, RPC_NO_SUCH, "there is no backfill of this "
		    "number; see 'gatewarden backfill status'", NULL);
		return;
	}
	put_when(o, "now", a.v.now.wall, a.v.graph->n_pipelines == 1 ?
	    view_zone(&a.v, 0) : NULL);
	(void)json_object_set_new(o, "backfills", list);
	request_answer(r, o);
}
