/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verb_silence.c -- silence, and the silences that stand.
 *
 * Matchers are words like pipeline=nba; all of them must match. What doesn't
 * exist is refused with the nearest name, except a tag and an incident's
 * number, which may come to be.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/ask.h"
#include "daemon/handlers.h"
#include "daemon/words.h"

static bool
put_phase(struct ask *a, const char *value, json_t *row)
{
	int32_t phase;

	if (!ask_phase(a, "matchers", value, &phase))
		return false;
	json_put(row, "phase", a->v.graph->phases[phase].name);
	return true;
}

static bool
put_pipeline(struct ask *a, const char *value, json_t *row)
{
	int32_t i = graph_find_pipeline(a->v.graph, value);

	if (i == NONE) {
		ask_refuse(a, "matchers", value, "a pipeline's name", NULL);
		return false;
	}
	json_put(row, "pipeline", value);
	return true;
}

static bool
put_date(struct ask *a, const char *value, json_t *row)
{
	struct date date;
	char buf[DATE_TEXT];

	if (!ask_date(a, "matchers", value, NONE, &date))
		return false;
	json_put(row, "date", date_text(date, buf));
	return true;
}

static bool
put_severity(struct ask *a, const char *value, json_t *row)
{
	if (strcmp(value, "info") && strcmp(value, "warning") &&
	    strcmp(value, "critical")) {
		ask_refuse(a, "matchers", value, "info, warning or critical",
		    NULL);
		return false;
	}
	json_put(row, "severity", value);
	return true;
}

static bool
put_incident(struct ask *a, const char *value, json_t *row)
{
	char *end;
	long long n = strtoll(value, &end, 10);

	if (n < 1 || *end != '\0') {
		ask_refuse(a, "matchers", value, "an incident's number",
		    NULL);
		return false;
	}
	json_put_int(row, "incident", n);
	return true;
}

static bool
put_tag(struct ask *a, const char *value, json_t *row)
{
	(void)a;
	json_put(row, "tag", value);
	return true;
}

static bool
put_matcher(struct ask *a, const char *word, json_t *row)
{
	static const struct {
		const char *name;
		bool (*put)(struct ask *, const char *, json_t *);
	} all[] = { { "pipeline", put_pipeline }, { "phase", put_phase },
		{ "date", put_date }, { "severity", put_severity },
		{ "incident", put_incident }, { "tag", put_tag } };
	const char *value = strchr(word, '=');
	size_t i, len = value ? (size_t)(value - word) : 0;

	for (i = 0; value && value[1] && i < ARRAY_SIZE(all); i++)
		if (strlen(all[i].name) == len &&
		    strncmp(all[i].name, word, len) == 0)
			return all[i].put(a, value + 1, row);
	ask_refuse(a, "matchers", word, "pipeline=, phase=, date=, "
	    "severity=, incident= or tag=, and a value", NULL);
	return false;
}

static bool
put_matchers(struct ask *a, json_t *row)
{
	const json_t *words = json_object_get(a->params, "matchers"), *w;
	json_t *said = json_array();
	size_t i;

	(void)json_object_set_new(row, "matchers", said);
	json_array_foreach(words, i, w) {
		const char *s = json_string_value(w);

		if (s == NULL || !put_matcher(a, s, row))
			return false;
		(void)json_array_append_new(said, json_string(s));
	}
	return true;
}

static void
answer(struct ask *a, const json_t *row, uint64_t id, json_t *mutes)
{
	json_t *o = json_object();

	json_put(o, "code", id ? "ok" : "shown");
	if (id)
		json_put_int(o, "id", (int64_t)id);
	put_when(o, "until", json_int(row, "until", INSTANT_NONE),
	    view_zone(&a->v, a->v.graph->n_pipelines > 0 ? 0 : NONE));
	(void)json_object_set_new(o, "mutes", mutes);
	request_answer(a->request, o);
}

/* It is written, or refused. */
static bool
stands(struct supervisor *s, struct request *r, json_t *row, uint64_t *ret_id)
{
	int result = supervisor_silence(s, json_incref(row), ret_id);

	if (result == -ENOSPC)
		request_refuse(r, RPC_REFUSED, "64 silences stand, which is "
		    "as many as can: undo one ('gatewarden silences'), or "
		    "silence more with fewer matchers", NULL);
	else if (result < 0)
		request_refuse(r, RPC_JOURNAL, "the journal can't be "
		    "written: nothing was done", NULL);
	return result == 0;
}

void
verb_silence(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	CLEANUP_JSON json_t *row = json_object();
	json_t *mutes;
	uint64_t id = 0;
	int64_t until;
	struct ask a;

	ask_open(&a, verbs->s, r, params);
	if (!put_matchers(&a, row) || !ask_until(&a, "until",
	    a.v.graph->n_pipelines > 0 ? 0 : NONE, &until))
		return;
	json_put_int(row, "from", a.v.now.wall);
	json_put_int(row, "until", until);
	json_put(row, "reason", json_text(params, "reason", NULL));
	json_put(row, "actor", request_actor(r));
	mutes = supervisor_mutes(verbs->s, row);
	if (json_flag(params, "preview", false) || stands(verbs->s, r, row,
	    &id))
		answer(&a, row, id, mutes);
	else
		json_decref(mutes);
}

void
verb_silences(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	json_t *o = json_object(), *list = json_array(), *row, *x;
	const struct zone *zone;
	const char *id;
	struct ask a;

	ask_open(&a, verbs->s, r, params);
	zone = view_zone(&a.v, a.v.graph->n_pipelines > 0 ? 0 : NONE);
	json_object_foreach((json_t *)(uintptr_t)supervisor_silences(
	    verbs->s), id, row) {
		if (json_int(row, "until", 0) <= a.v.now.wall)
			continue;
		x = json_object();
		json_put_int(x, "id", (int64_t)strtoll(id, NULL, 10));
		(void)json_object_set(x, "matchers", json_object_get(row,
		    "matchers"));
		put_when(x, "from", json_int(row, "from", INSTANT_NONE),
		    zone);
		put_when(x, "until", json_int(row, "until", INSTANT_NONE),
		    zone);
		json_put(x, "actor", json_text(row, "actor", NULL));
		json_put(x, "reason", json_text(row, "reason", NULL));
		(void)json_object_set_new(x, "mutes", supervisor_mutes(
		    verbs->s, row));
		(void)json_array_append_new(list, x);
	}
	put_when(o, "now", a.v.now.wall, zone);
	(void)json_object_set_new(o, "silences", list);
	request_answer(r, o);
}
