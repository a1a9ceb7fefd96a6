/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verb_events.c -- what the journal has: events, output, checks, export.
 *
 * Events are bounded by count, so that an answer stays one line of a
 * reasonable size; who wants all of them exports. An export is written to an
 * unlinked file first, because it must be one instant's picture, and then
 * goes out at the reader's pace.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/ask.h"
#include "daemon/handlers.h"
#include "daemon/words.h"

enum { LIMIT = 200, LIMIT_MAX = 1000, CHUNK = 64 << 10,
	FINDINGS_SHOWN = 100 };

json_t *
event_json(const struct graph *g, const struct store_event *e)
{
	int32_t pipeline = e->pipeline ? graph_find_pipeline(g, e->pipeline) :
	    NONE;
	json_t *o = json_object();

	if (pipeline == NONE && g->n_pipelines == 1)
		pipeline = 0;
	put_when(o, "at", e->at, pipeline == NONE ? NULL :
	    &g->pipelines[pipeline].zone);
	json_put(o, "kind", e->kind);
	json_put(o, "pipeline", e->pipeline);
	json_put(o, "date", e->date);
	json_put(o, "subject", e->subject);
	if (e->data)
		(void)json_object_set(o, "data", (json_t *)e->data);
	return o;
}

struct collect {
	const struct graph *graph;
	json_t *list;           /* newest first */
};

static int
collect(void *arg, uint64_t seq, const struct store_event *e)
{
	struct collect *c = arg;
	json_t *o = json_object();

	json_put_int(o, "seq", (int64_t)seq);
	{
		CLEANUP_JSON json_t *event = event_json(c->graph, e);

		(void)json_object_update(o, event);
	}
	(void)json_array_append_new(c->list, o);
	return 0;
}

static json_t *
reversed(const json_t *list)
{
	json_t *r = json_array();
	size_t i;

	for (i = json_array_size(list); i > 0; i--)
		(void)json_array_append(r, json_array_get(list, i - 1));
	return r;
}

void
verb_events(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	const char *word = json_text(params, "date", NULL);
	CLEANUP_JSON json_t *list = json_array();
	char buf[DATE_TEXT];
	struct store_query q = { .to = INSTANT_NONE, .newest_first = true };
	struct collect c;
	struct ask a;
	struct date date;
	int32_t pipeline;
	json_t *o;

	ask_open(&a, verbs->s, r, params);
	if (!ask_pipeline(&a, "pipeline", &pipeline) ||
	    !ask_since(&a, "since", &q.from) ||
	    !ask_kind(&a, "kind", &q.kind) ||
	    !ask_count(&a, "limit", LIMIT, LIMIT_MAX, &q.limit) ||
	    (word && !ask_date(&a, "date", word, pipeline, &date)))
		return;
	q.pipeline = json_text(params, "pipeline", NULL);
	q.date = word ? date_text(date, buf) : NULL;
	c = (struct collect){ a.v.graph, list };
	if (store_events(supervisor_store(verbs->s), &q, collect, &c) < 0) {
		request_refuse(r, RPC_JOURNAL, "the journal can't be read",
		    NULL);
		return;
	}
	o = json_object();
	json_put_int(o, "seq",
	    (int64_t)store_last_seq(supervisor_store(verbs->s)));
	(void)json_object_set_new(o, "more", json_boolean(
	    json_array_size(list) == (size_t)q.limit));
	(void)json_object_set_new(o, "events", reversed(list));
	if (json_flag(params, "follow", false))
		request_subscribe(r, o);
	else
		request_answer(r, o);
}

/*--------------------------------------------------------------------- log */

/* The last start of a phase, or run of a recovery; the other is NONE. */
static const struct attempt_row *
last_attempt(const struct view *v, int32_t phase, int32_t recovery,
    struct date date)
{
	const struct attempt_row *a, *last = NULL;
	struct record where;
	int32_t i;

	for (i = 0; (a = engine_attempt_at(v->engine, i, &where)); i++)
		if ((recovery == NONE ? a->phase == phase :
		    a->recovery == recovery) && where.date.day == date.day &&
		    (last == NULL || a->id > last->id))
			last = a;
	return last;
}

static void
answer_log(struct ask *a, const struct attempt_row *row, int32_t pipeline)
{
	if (row)
		request_answer(a->request, view_attempt(&a->v, row,
		    view_zone(&a->v, pipeline), SIZE_MAX));
	else
		request_refuse(a->request, RPC_NO_SUCH, "there is no such "
		    "attempt, or it is not kept any more", NULL);
}

static int32_t
pipeline_of(const struct view *v, const struct attempt_row *row)
{
	if (row && row->phase != NONE)
		return v->graph->phases[row->phase].pipeline;
	if (row && row->recovery != NONE)
		return v->graph->recoveries[row->recovery].pipeline;
	return NONE;
}

/* PHASE DATE or RECOVERY DATE, in either order. */
static void
log_of_date(struct ask *a, const char *first, const char *second)
{
	const struct graph *g = a->v.graph;
	int32_t phase = NONE, recovery, pipeline;
	struct date date;

	if (date_parse(first, &date) == 0 || strcmp(first, "last") == 0) {
		const char *swap = first;

		first = second;
		second = swap;
	}
	recovery = graph_find_recovery(g, first);
	if (recovery == NONE && !ask_phase(a, "words", first, &phase))
		return;
	pipeline = recovery == NONE ? g->phases[phase].pipeline :
	    g->recoveries[recovery].pipeline;
	if (ask_date(a, "words", second, pipeline, &date))
		answer_log(a, last_attempt(&a->v, phase, recovery, date),
		    pipeline);
}

void
verb_log(void *arg, struct request *r, const json_t *params)
{
	const json_t *words = json_object_get(params, "words");
	const char *first = json_string_value(json_array_get(words, 0));
	const char *second = json_string_value(json_array_get(words, 1));
	const struct attempt_row *row;
	struct verbs *verbs = arg;
	unsigned long long id;
	struct ask a;
	char *end;

	ask_open(&a, verbs->s, r, params);
	if (json_array_size(words) > 1) {
		log_of_date(&a, first, second);
		return;
	}
	id = strtoull(first, &end, 10);
	if (*end != '\0' || end == first) {
		ask_refuse(&a, "words", first,
		    "an attempt's number, PHASE DATE or RECOVERY DATE", NULL);
		return;
	}
	row = engine_attempt(a.v.engine, id);
	answer_log(&a, row, pipeline_of(&a.v, row));
}

/*----------------------------------------------------------------- journal */

void
verb_journal_check(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	CLEANUP_DIAG struct diag d;
	json_t *o, *findings;
	int64_t n;
	size_t i;

	(void)params;
	diag_init(&d);
	n = store_check(supervisor_store(verbs->s), &d);
	if (n < 0) {
		request_refuse(r, RPC_JOURNAL, "the journal can't be read",
		    NULL);
		return;
	}
	o = json_object();
	findings = json_array();
	json_put_int(o, "events", n);
	json_put_int(o, "errors", (int64_t)d.errors);
	for (i = 0; i < d.n && i < FINDINGS_SHOWN; i++)
		(void)json_array_append_new(findings,
		    json_words(d.v[i].sentence));
	(void)json_object_set_new(o, "findings", findings);
	request_answer(r, o);
}

struct export {
	FILE *spool;
	char *line;
	size_t cap;
	int64_t lines;
};

static void
export_free(void *arg)
{
	struct export *e = arg;

	(void)fclose(e->spool);
	free(e->line);
	free(e);
}

static int
spool_line(void *arg, const char *line)
{
	return fprintf(arg, "%s\n", line) < 0 ? -EIO : 0;
}

/* Some lines; at the end, the answer. */
static void
feed(void *arg, struct request *r)
{
	struct export *e = arg;
	size_t sent = 0;
	ssize_t n;

	while (sent < CHUNK) {
		json_t *o;

		n = getline(&e->line, &e->cap, e->spool);
		if (n < 0) {
			o = json_object();
			json_put_int(o, "lines", e->lines);
			request_answer(r, o);
			export_free(e);
			return;
		}
		if (e->line[n - 1] == '\n')
			e->line[n - 1] = '\0';
		o = json_object();
		json_put(o, "line", e->line);
		request_notify(r, "line", o);
		e->lines++;
		sent += (size_t)n;
	}
}

void
verb_journal_export(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	struct export *e = calloc(1, sizeof *e);

	(void)params;
	if (e)
		e->spool = tmpfile();
	if (e == NULL || e->spool == NULL) {
		free(e);
		request_refuse(r, RPC_INTERNAL,
		    "no temporary file can be made for the export", NULL);
		return;
	}
	if (store_export(supervisor_store(verbs->s), spool_line, e->spool) <
	    0 || fflush(e->spool) != 0) {
		export_free(e);
		request_refuse(r, RPC_JOURNAL,
		    "the journal can't be read, or its copy can't be written",
		    NULL);
		return;
	}
	rewind(e->spool);
	request_on_gone(r, export_free, e);
	request_feed(r, feed, e);
}
