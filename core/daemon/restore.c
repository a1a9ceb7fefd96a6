/* SPDX-License-Identifier: BSD-2-Clause
 *
 * restore.c -- the journal's rows, back to an engine.
 *
 * The same for a start and for a reload: the engine is what its rows say.
 * What stands beside the rows fills the answers again, unless a newer one is
 * known. Rows whose object is gone, and dates beyond what is watched now,
 * are left out here; they stay in the journal.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/log.h"
#include "daemon/inside.h"

struct restoring {
	struct supervisor *s;
	struct generation *g;
	int32_t *oldest;        /* per pipeline: the first day with room */
	int32_t dates;
	size_t n;
};

static int
note_newest(void *arg, const char *key, const json_t *data, int64_t at,
    int64_t last_seen)
{
	struct restoring *r = arg;
	struct record row;

	(void)at;
	(void)last_seen;
	if (rows_record(r->g->rows, key, data, &row, NULL) < 0 ||
	    row.kind != RECORD_DATE || row.u.date_row.closed)
		return 0;
	if (row.date.day - r->dates + 1 > r->oldest[row.pipeline])
		r->oldest[row.pipeline] = row.date.day - r->dates + 1;
	return 0;
}

static void
keep_answer(json_t *map, const char *name, struct date date,
    const json_t *said)
{
	if (said && answer_get(map, name, date) == NULL)
		answer_put(map, name, date, json_deep_copy(said));
}

static void
keep_said(struct restoring *r, const struct record *row, const json_t *said)
{
	const struct graph *g = &r->g->conf->graph;
	struct answers *a = &r->s->answers;

	if (row->kind == RECORD_CHECK)
		keep_answer(a->checks, g->checks[row->subject].name,
		    row->date, said);
	else if (row->kind == RECORD_GATE)
		keep_answer(a->gates, g->gates[row->subject].name, row->date,
		    said);
	else if (row->kind == RECORD_ATTEMPT && said)
		(void)json_object_update_missing(attempt_facts(a,
		    row->u.attempt.id), (json_t *)said);
}

/* What ran when we died can't be asked about by its name any more: only one
 * whose call is under way is waited for. */
static void
restore_orphan(struct restoring *r, const struct record *row)
{
	struct record one = *row;
	struct now now;

	supervisor_now(r->s, &now);
	if (asked_find(r->s, row->u.attempt.id) == NULL)
		one.u.attempt.state = ATTEMPT_CLOSED;
	if (one.u.attempt.state == ATTEMPT_CLOSED &&
	    one.u.attempt.intent_at <= now.wall - 3600000)
		return;
	engine_restore(r->g->engine, &one);
}

static int
restore_one(void *arg, const struct record *row, const json_t *said,
    int64_t at, int64_t last_seen)
{
	struct restoring *r = arg;

	(void)at;
	(void)last_seen;
	if (row->kind == RECORD_NOTE)
		return 0;
	if (row->dated && row->pipeline != NONE && row->kind <= RECORD_PHASE &&
	    row->date.day < r->oldest[row->pipeline])
		return 0;
	if (row->kind == RECORD_ATTEMPT && row->pipeline == NONE) {
		restore_orphan(r, row);
		return 0;
	}
	engine_restore(r->g->engine, row);
	/* of dates that are closed nothing is asked any more */
	if (!row->dated || row->pipeline == NONE || engine_date(r->g->engine,
	    row->pipeline, row->date))
		keep_said(r, row, said);
	r->n++;
	return 0;
}

/*--------------------------------------------------------------------- ids */

static int
take_id(void *arg, const char *key, const json_t *data, int64_t at,
    int64_t last_seen)
{
	const char *id = strrchr(key, '/');
	uint64_t *highest = arg;
	uint64_t n = id ? strtoull(id + 1, NULL, 10) : 0;

	(void)data;
	(void)at;
	(void)last_seen;
	if (n > *highest)
		*highest = n;
	return 0;
}

/* One that waits for its recipient stands in no outbox yet. */
static int
take_message(void *arg, const char *key, const json_t *data, int64_t at,
    int64_t last_seen)
{
	uint64_t id = (uint64_t)json_int(data, "message", 0);
	uint64_t *highest = arg;

	(void)key;
	(void)at;
	(void)last_seen;
	if (id > *highest)
		*highest = id;
	return 0;
}

static int
highest_id(struct supervisor *s, enum record_kind kind, uint64_t *ret)
{
	return store_rows(s->store, record_kind_name(kind), take_id, ret);
}

/* A row that is left out has an id all the same, and it must not come
 * twice: not for an attempt, and not for a message on its way. */
static int
take_ids(struct supervisor *s, struct generation *g)
{
	struct engine_ids ids = { 0 };
	uint64_t told = 0;
	CLEANUP_JSON json_t *last = store_messages(s->store, 0, 1);
	const struct { enum record_kind kind; uint64_t *id; } kinds[] = {
		{ RECORD_ATTEMPT, &ids.attempt },
		{ RECORD_INCIDENT, &ids.incident },
		{ RECORD_HOLD, &ids.hold },
		{ RECORD_OVERRIDE, &ids.override },
		{ RECORD_PERMIT, &ids.permit },
		{ RECORD_BACKFILL, &ids.backfill },
		{ RECORD_WAIVER, &ids.waiver }
	};
	size_t i;
	int r = last ? 0 : -EIO;

	if (r == 0)
		r = store_rows(s->store, "silence", take_id, &ids.hold);
	if (r == 0)
		r = store_rows(s->store, "telling", take_message,
		    &told);
	if (r == 0)
		r = store_rows(s->store, "incident", take_message, &told);
	ids.message = (uint64_t)json_int(json_array_get(last, 0), "id", 0);
	/* the newest may have a number that the engine didn't give */
	if (told > ids.message || ids.message >= OWN_MESSAGES)
		ids.message = told;
	for (i = 0; i < ARRAY_SIZE(kinds) && r == 0; i++)
		r = highest_id(s, kinds[i].kind, kinds[i].id);
	if (r == 0)
		engine_taken(g->engine, &ids);
	return r;
}

static void
log_findings(const struct diag *d)
{
	enum { SHOWN = 20 };
	size_t i;

	for (i = 0; i < d->n && i < SHOWN; i++)
		log_warning("journal: %s", d->v[i].sentence);
	if (d->n > SHOWN)
		log_warning("journal: and %zu more rows", d->n - SHOWN);
}

int
restore_rows(struct supervisor *s, struct generation *g)
{
	struct engine_limits limits;
	struct restoring r = { .s = s, .g = g };
	CLEANUP_FREE int32_t *oldest = NULL;
	CLEANUP_DIAG struct diag d;
	int32_t i, n = g->conf->graph.n_pipelines;
	int result;

	engine_limits_default(&g->conf->graph, &limits);
	r.dates = limits.dates;
	r.oldest = oldest = calloc((size_t)n + 1, sizeof *oldest);
	if (oldest == NULL)
		abort();
	for (i = 0; i < n; i++)
		oldest[i] = INT32_MIN;
	diag_init(&d);
	result = store_rows(s->store, "date", note_newest, &r);
	if (result == 0)
		result = rows_restore(g->rows, s->store, restore_one, &r, &d);
	log_findings(&d);
	if (result == 0)
		result = take_ids(s, g);
	if (result == 0)
		log_info("journal: %zu rows restored", r.n);
	return result;
}
