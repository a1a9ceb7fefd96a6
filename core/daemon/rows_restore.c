/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rows_restore.c -- the journal's rows, read as records.
 *
 * One kind of row at a time is held in memory, because the engine wants them
 * sorted and the journal keeps them by key. A row that can't be read, or
 * whose object is gone, is left out and named: a start must not fail because
 * a check was taken out of the configuration.
 *
 * After a rename, rows stand under keys and names of the past. They are
 * written again under the present ones, once, so that the journal can be
 * read without knowing old configurations.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/row_shapes.h"
#include "daemon/rows_private.h"

struct found {
	struct record record;
	char *key;              /* owned */
	json_t *data;           /* owned */
	int64_t at, last_seen;
};

struct reading {
	const struct rows *rows;
	struct diag *diag;      /* may be NULL */
	json_t *gone;           /* "check pdc": true, those named already */
	struct found *v;
	size_t n, cap;
};

static void
reading_clear(struct reading *x)
{
	size_t i;

	for (i = 0; i < x->n; i++) {
		free(x->v[i].key);
		json_decref(x->v[i].data);
	}
	x->n = 0;
}

static void
reading_free(struct reading *x)
{
	reading_clear(x);
	free(x->v);
	json_decref(x->gone);
}

#define CLEANUP_READING __attribute__((cleanup(reading_free)))

/* What a key says at its end, for a name that is gone: a pipeline's name is
 * in front. */
static void
gone_name(const struct row_io *io, const char *key, struct text *t)
{
	const char *s = strchr(key, '/');

	if (io->gone_name)
		text_add(t, io->gone_name);
	else if (io->gone == OBJECT_PIPELINE && s)
		text_addn(t, s + 1, strcspn(s + 1, "/"));
	else
		text_add(t, strrchr(key, '/') ? strrchr(key, '/') + 1 : key);
}

static void
name_gone(struct reading *x, const struct row_io *io, const char *key)
{
	CLEANUP_TEXT struct text name = { 0 };
	CLEANUP_TEXT struct text t = { 0 };

	if (io->gone == OBJECTS)
		return;
	gone_name(io, key, &name);
	text_addf(&t, "%s %s", object_word(io->gone), text_str(&name));
	if (json_object_get(x->gone, text_str(&t)))
		return;
	(void)json_object_set_new(x->gone, text_str(&t), json_true());
	diag_warning(x->diag, NULL, 0, "the journal knows %s '%s', which is "
	    "not configured any more: what it has of it is left aside",
	    object_word(io->gone), text_str(&name));
}

/* An attempt counts, also when what started it is gone: of no pipeline, and
 * of the action if there is that. */
static bool
orphan_of(const struct reading *x, const struct row_io *io,
    const json_t *data, struct record *r)
{
	struct attempt_row a = { .phase = NONE, .recovery = NONE,
		.id = (uint64_t)json_int(data, "id", 0),
		.intent_at = json_int(data, "intent_at", INSTANT_NONE),
		.started_at = INSTANT_NONE, .ended_at = INSTANT_NONE,
		.closed_at = INSTANT_NONE, .verify_until = INSTANT_NONE,
		.backfill = (uint64_t)json_int(data, "backfill", 0) };
	const char *state = json_text(data, "state", "");

	if (r->kind != RECORD_ATTEMPT || io->gone == OBJECTS || a.id == 0)
		return false;
	a.action = row_names_find(&x->rows->names, OBJECT_ACTION, NONE,
	    json_text(data, "action", ""));
	a.state = strcmp(state, attempt_state_name(ATTEMPT_INTENT)) == 0 ||
	    strcmp(state, attempt_state_name(ATTEMPT_RUNNING)) == 0 ||
	    strcmp(state, attempt_state_name(ATTEMPT_IN_DOUBT)) == 0 ?
	    ATTEMPT_RUNNING : ATTEMPT_CLOSED;
	*r = (struct record){ .kind = RECORD_ATTEMPT, .pipeline = NONE,
		.subject = NONE };
	r->u.attempt = a;
	return true;
}

static int
collect(void *arg, const char *key, const json_t *data, int64_t at,
    int64_t last_seen)
{
	struct reading *x = arg;
	struct row_io io;
	struct found f = { .at = at, .last_seen = last_seen };
	int r = rows_read(x->rows, key, data, &f.record, &io);

	if (r == -ENOENT && x->diag)
		name_gone(x, &io, key);
	else if (r == -EINVAL && x->diag)
		diag_warning(x->diag, NULL, 0, "row '%s' of the journal is "
		    "left aside: its member '%s' is missing or not what it "
		    "should be", key, io.member);
	if (r == -ENOENT && x->diag && orphan_of(x, &io, data, &f.record))
		r = 0;
	if (r < 0)
		return 0;
	if (x->n == x->cap) {
		size_t cap = x->cap ? 2 * x->cap : 64;
		struct found *v = realloc(x->v, cap * sizeof *v);

		if (v == NULL)
			abort();
		x->v = v;
		x->cap = cap;
	}
	f.key = strdup(key);
	if (f.key == NULL)
		abort();
	f.data = json_incref((json_t *)data);
	x->v[x->n++] = f;
	return 0;
}

static int
compare(const void *pa, const void *pb)
{
	const struct found *fa = pa, *fb = pb;
	const struct record *a = &fa->record, *b = &fb->record;
	uint64_t ia = shape_id(a), ib = shape_id(b);

	if (a->pipeline != b->pipeline)
		return a->pipeline < b->pipeline ? -1 : 1;
	if (a->date.day != b->date.day)
		return a->date.day < b->date.day ? -1 : 1;
	if (a->subject != b->subject)
		return a->subject < b->subject ? -1 : 1;
	return (ia > ib) - (ia < ib);
}

static int
reading_start(struct reading *x, const struct rows *rows, struct diag *d)
{
	*x = (struct reading){ .rows = rows, .diag = d,
		.gone = json_object() };
	if (x->gone == NULL)
		abort();
	return 0;
}

int
rows_restore(const struct rows *rows, struct store *store, rows_fn *fn,
    void *arg, struct diag *diag)
{
	CLEANUP_READING struct reading x;
	int r = reading_start(&x, rows, diag), kind;
	size_t i;

	for (kind = 0; r == 0 && kind < RECORD_NOTE; kind++) {
		reading_clear(&x);
		r = store_rows(store, record_kind_name((enum record_kind)kind),
		    collect, &x);
		if (x.n > 1)
			qsort(x.v, x.n, sizeof x.v[0], compare);
		for (i = 0; r == 0 && i < x.n; i++)
			r = fn(arg, &x.v[i].record, rows_said(x.v[i].data),
			    x.v[i].at, x.v[i].last_seen);
	}
	return r;
}

/*------------------------------------------------------------------ moving */

static int
leave_behind(struct store *store, const struct row_event *now,
    const char *key)
{
	CLEANUP_JSON json_t *data = json_object();
	struct store_event e = now->e;

	json_put(data, "moved", now->e.key);
	e.key = key;
	e.data = data;
	return store_append(store, &e, NULL);
}

/* 1: it moved. */
static int
move(const struct rows *rows, struct store *store, const struct found *f,
    int64_t at)
{
	CLEANUP_ROW_EVENT struct row_event e;
	int r;

	rows_event(rows, &f->record, at, rows_said(f->data), &e);
	if (json_equal(e.data, f->data) && strcmp(e.e.key, f->key) == 0)
		return 0;
	if (f->record.kind == RECORD_ATTEMPT &&
	    f->record.u.attempt.state == ATTEMPT_INTENT)
		return 0;       /* an attempt has one intent */
	r = strcmp(e.e.key, f->key) == 0 ? 0 :
	    leave_behind(store, &e, f->key);
	if (r == 0)
		r = store_append(store, &e.e, NULL);
	return r < 0 ? r : 1;
}

int32_t
rows_move(const struct rows *rows, struct store *store, int64_t at)
{
	CLEANUP_READING struct reading x;
	int r = reading_start(&x, rows, NULL);
	int32_t moved = 0;
	size_t i;

	r = store_rows(store, NULL, collect, &x);
	for (i = 0; r >= 0 && i < x.n; i++) {
		r = move(rows, store, &x.v[i], at);
		if (r > 0)
			moved++;
	}
	return r < 0 ? r : moved;
}

/*-------------------------------------------------------------- forgetting */

struct forgetting {
	const struct rows *rows;
	json_t *keys;           /* of parts that are not configured now */
};

static int
collect_gone(void *arg, const char *key, const json_t *data, int64_t at,
    int64_t last_seen)
{
	struct forgetting *x = arg;
	struct record record;
	struct row_io io;

	(void)at;
	(void)last_seen;
	if (rows_read(x->rows, key, data, &record, &io) == -ENOENT &&
	    json_object_get(data, "moved") == NULL &&
	    json_object_get(data, "gone") == NULL)
		(void)json_array_append_new(x->keys, json_string(key));
	return 0;
}

static int
forget(struct store *store, const char *kind, const json_t *keys, int64_t at)
{
	CLEANUP_JSON json_t *data = json_pack("{sb}", "gone", 1);
	const json_t *key;
	int r = 0;
	size_t i;

	json_array_foreach(keys, i, key) {
		struct store_event e = { .at = at, .kind = kind,
			.key = json_string_value(key), .data = data };

		if (r == 0)
			r = store_append(store, &e, NULL);
	}
	return r;
}

int32_t
rows_forget(const struct rows *rows, struct store *store, int64_t at)
{
	static const enum record_kind kinds[] = { RECORD_MET_CHECK,
		RECORD_MET_GATE, RECORD_MET_PHASE };
	int32_t forgotten = 0;
	size_t i;
	int r = 0;

	for (i = 0; i < ARRAY_SIZE(kinds) && r == 0; i++) {
		const char *kind = record_kind_name(kinds[i]);
		struct forgetting x = { rows, json_array() };

		r = store_rows(store, kind, collect_gone, &x);
		if (r == 0)
			r = forget(store, kind, x.keys, at);
		forgotten += (int32_t)json_array_size(x.keys);
		json_decref(x.keys);
	}
	return r < 0 ? r : forgotten;
}
