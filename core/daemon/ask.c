/* SPDX-License-Identifier: BSD-2-Clause
 *
 * ask.c -- from words to objects.
 *
 * People and scripts name things; the engine numbers them. Here a name is
 * looked up in the running generation, a date or time is read in the zone
 * of the pipeline that it concerns, and whatever can't be is refused with
 * what was expected and the nearest name that exists.
 *
 * "today" is refused on purpose: which date that is depends on the zone and
 * on when the day ends, and a script that asks at 03:59 must not get
 * another answer than at 04:01 without saying so. "last" is explicit: the
 * newest date that has ended.
 */
#include "daemon/ask.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/nearest.h"
#include "base/units.h"
#include "calendar/day.h"

enum { MINUTE_MS = 60000, DAY_S = 86400 };

void
ask_open(struct ask *a, struct supervisor *s, struct request *r,
    const json_t *params)
{
	view_open(&a->v, s);
	a->request = r;
	a->params = params;
}

static void
refuse(struct ask *a, const char *param, struct text *t,
    const char *expected, const char *nearest)
{
	json_t *data = json_object();

	if (nearest)
		text_addf(t, "; did you mean '%s'?", nearest);
	json_put(data, "argument", param);
	json_put(data, "expected", expected);
	json_put(data, "nearest", nearest);
	request_refuse(a->request, RPC_PARAMS, text_str(t), data);
}

void
ask_refuse(struct ask *a, const char *param, const char *word,
    const char *expected, const char *nearest)
{
	CLEANUP_TEXT struct text t = { 0 };

	text_add(&t, "'");
	text_add_clean(&t, word, strnlen(word, 80));
	text_addf(&t, "' won't do: expected %s", expected);
	refuse(a, param, &t, expected, nearest);
}

/* No object of that kind has the name. */
static void
ask_unknown(struct ask *a, const char *param, const char *word,
    const char *kind, const char *nearest)
{
	CLEANUP_TEXT struct text t = { 0 };

	text_addf(&t, "there is no %s '", kind);
	text_add_clean(&t, word, strnlen(word, 80));
	text_add(&t, "'");
	refuse(a, param, &t, kind, nearest);
}

/*----------------------------------------------------------- small values */

bool
ask_kind(struct ask *a, const char *param, const char **ret)
{
	/* those that aren't rows of the engine */
	static const char *const more[] = { "command", "daemon", "clock",
		"quarantine", "notifier", "canary", "report", "signal",
		"dry" };
	const char *word = json_text(a->params, param, NULL);
	struct nearest near;
	int32_t i;

	*ret = word;
	if (word == NULL)
		return true;
	nearest_start(&near, word);
	for (i = 0; i < RECORD_KINDS; i++)
		nearest_try(&near, record_kind_name((enum record_kind)i));
	for (i = 0; i < (int32_t)(sizeof more / sizeof *more); i++)
		nearest_try(&near, more[i]);
	if (near.best && strcmp(near.best, word) == 0)
		return true;
	ask_unknown(a, param, word, "kind of event", near.best);
	return false;
}

bool
ask_count(struct ask *a, const char *param, int32_t otherwise, int32_t most,
    int32_t *ret)
{
	int64_t n = json_int(a->params, param, otherwise);
	CLEANUP_TEXT struct text t = { 0 };
	char expected[40];

	*ret = n > most ? most : (int32_t)n;
	if (n <= most)
		return true;
	(void)snprintf(expected, sizeof expected, "a number from 1 to %d",
	    (int)most);
	text_addf(&t, "%s is %lld: expected %s", param, (long long)n,
	    expected);
	refuse(a, param, &t, expected, NULL);
	return false;
}

/*------------------------------------------------------------------- names */

static bool
phase_matches(const struct graph *g, int32_t i, const char *word)
{
	const char *slash = strchr(word, '/');
	const char *pipeline;

	if (slash == NULL)
		return strcmp(g->phases[i].name, word) == 0;
	pipeline = g->pipelines[g->phases[i].pipeline].name;
	return strncmp(pipeline, word, (size_t)(slash - word)) == 0 &&
	    pipeline[slash - word] == '\0' &&
	    strcmp(g->phases[i].name, slash + 1) == 0;
}

bool
ask_phase(struct ask *a, const char *param, const char *word, int32_t *ret)
{
	const struct graph *g = a->v.graph;
	struct nearest near;
	int32_t i, n = 0;

	nearest_start(&near, word);
	for (i = 0; i < g->n_phases; i++) {
		nearest_try(&near, g->phases[i].name);
		if (!phase_matches(g, i, word))
			continue;
		*ret = i;
		n++;
	}
	if (n == 1)
		return true;
	if (n == 0)
		ask_unknown(a, param, word, "phase", near.best);
	else
		ask_refuse(a, param, word, "PIPELINE/PHASE: several "
		    "pipelines have that phase", NULL);
	return false;
}

bool
ask_check(struct ask *a, const char *param, const char *word, int32_t *ret)
{
	const struct graph *g = a->v.graph;
	struct nearest near;
	int32_t i;

	*ret = graph_find_check(g, word);
	if (*ret != NONE)
		return true;
	nearest_start(&near, word);
	for (i = 0; i < g->n_checks; i++)
		nearest_try(&near, g->checks[i].name);
	ask_unknown(a, param, word, "check", near.best);
	return false;
}

bool
ask_recovery(struct ask *a, const char *param, const char *word,
    int32_t *ret)
{
	const struct graph *g = a->v.graph;
	struct nearest near;
	int32_t i;

	*ret = graph_find_recovery(g, word);
	if (*ret != NONE)
		return true;
	nearest_start(&near, word);
	for (i = 0; i < g->n_recoveries; i++)
		nearest_try(&near, g->recoveries[i].name);
	ask_unknown(a, param, word, "recovery", near.best);
	return false;
}

static bool
find_pipeline(struct ask *a, const char *param, const char *word,
    int32_t *ret)
{
	const struct graph *g = a->v.graph;
	struct nearest near;
	int32_t i;

	*ret = graph_find_pipeline(g, word);
	if (*ret != NONE)
		return true;
	nearest_start(&near, word);
	for (i = 0; i < g->n_pipelines; i++)
		nearest_try(&near, g->pipelines[i].name);
	ask_unknown(a, param, word, "pipeline", near.best);
	return false;
}

bool
ask_pipeline(struct ask *a, const char *param, int32_t *ret)
{
	const char *word = json_text(a->params, param, NULL);

	*ret = NONE;
	return word == NULL || find_pipeline(a, param, word, ret);
}

/*------------------------------------------------------- dates and instants */

static bool
last_of_any(const struct view *v, struct date *ret)
{
	struct date d;
	bool found = false;
	int32_t i;

	for (i = 0; i < v->graph->n_pipelines; i++)
		if (view_last(v, i, &d) && (!found || d.day > ret->day)) {
			*ret = d;
			found = true;
		}
	return found;
}

bool
ask_date(struct ask *a, const char *param, const char *word,
    int32_t pipeline, struct date *ret)
{
	CLEANUP_TEXT struct text none = { 0 };

	if (strcmp(word, "last") == 0) {
		if (pipeline == NONE ? last_of_any(&a->v, ret) :
		    view_last(&a->v, pipeline, ret))
			return true;
		text_add(&none, "there is no last date: none is watched yet");
		refuse(a, param, &none, "a date", NULL);
		return false;
	}
	if (date_parse(word, ret) == 0)
		return true;
	ask_refuse(a, param, word, "a real date as 2026-01-16, or 'last'",
	    NULL);
	return false;
}

/* "09:00": the next one. */
static bool
next_time(const struct view *v, const struct zone *zone, const char *word,
    int64_t *ret)
{
	int32_t s, day;

	if (clock_time_parse(word, &s) < 0)
		return false;
	day = day_of(zone, 0, v->now.wall).day;
	*ret = 1000 * zone_resolve(zone, (int64_t)day * DAY_S + s);
	if (*ret <= v->now.wall)
		*ret = 1000 * zone_resolve(zone,
		    (int64_t)(day + 1) * DAY_S + s);
	return true;
}

/* "2026-01-16", its midnight, or an instant. */
static bool
read_instant(const char *word, const struct zone *zone, int64_t *ret)
{
	struct date d;

	if (date_parse(word, &d) < 0)
		return instant_parse(word, zone, ret) == 0;
	*ret = day_begin(zone, d);
	return true;
}

bool
ask_until(struct ask *a, const char *param, int32_t pipeline, int64_t *ret)
{
	const char *word = json_text(a->params, param, NULL);
	struct zone utc;
	const struct zone *zone = view_zone(&a->v, pipeline);
	int64_t ms;

	*ret = INSTANT_NONE;
	if (word == NULL)
		return true;
	if (zone == NULL) {
		zone_utc(&utc);
		zone = &utc;
	}
	if (duration_parse(word, &ms) == 0)
		*ret = a->v.now.wall + ms;
	else if (!next_time(&a->v, zone, word, ret) &&
	    !read_instant(word, zone, ret))
		*ret = INSTANT_NONE;
	if (*ret != INSTANT_NONE && *ret > a->v.now.wall)
		return true;
	ask_refuse(a, param, word, *ret == INSTANT_NONE ?
	    "a time such as 09:00, 2h or 2026-01-16 09:00" :
	    "a time in the future", NULL);
	return false;
}

bool
ask_since(struct ask *a, const char *param, int64_t *ret)
{
	const char *word = json_text(a->params, param, NULL);
	const struct zone *zone = view_zone(&a->v, NONE);
	struct zone utc;
	int64_t ms;

	*ret = INSTANT_NONE;
	if (word == NULL)
		return true;
	if (zone == NULL) {
		zone_utc(&utc);
		zone = &utc;
	}
	if (duration_parse(word, &ms) == 0) {
		*ret = a->v.now.wall - ms;
		return true;
	}
	if (read_instant(word, zone, ret))
		return true;
	ask_refuse(a, param, word, "2h (ago), 2026-01-16, 2026-01-16 09:00 "
	    "or RFC 3339", NULL);
	return false;
}

/*------------------------------------------------------------------ scopes */

static bool
is_number(const char *word, uint64_t *ret)
{
	char *end;

	errno = 0;
	*ret = strtoull(word, &end, 10);
	return errno == 0 && *word >= '1' && *word <= '9' && *end == '\0';
}

bool
ask_scope(struct ask *a, const char *param, struct scope *ret,
    uint64_t *ret_id)
{
	const char *word = json_text(a->params, param, "");
	const struct graph *g = a->v.graph;

	*ret = (struct scope){ HOLD_ALL, NONE, NONE };
	if (ret_id) {
		*ret_id = 0;
		if (is_number(word, ret_id))
			return true;
		*ret_id = 0;
	}
	if (strcmp(word, "all") == 0)
		return true;
	if (strncmp(word, "recovery ", 9) == 0) {
		ret->scope = HOLD_RECOVERY;
		if (!ask_recovery(a, param, word + 9, &ret->subject))
			return false;
		ret->pipeline = g->recoveries[ret->subject].pipeline;
		return true;
	}
	if (strncmp(word, "pipeline ", 9) == 0) {
		ret->scope = HOLD_PIPELINE;
		if (!find_pipeline(a, param, word + 9, &ret->subject))
			return false;
		ret->pipeline = ret->subject;
		return true;
	}
	ret->scope = HOLD_PHASE;
	if (!ask_phase(a, param, strncmp(word, "phase ", 6) == 0 ? word + 6 :
	    word, &ret->subject))
		return false;
	ret->pipeline = g->phases[ret->subject].pipeline;
	return true;
}
