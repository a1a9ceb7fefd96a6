/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rows.c -- the engine's records as events of the journal, and back.
 *
 * Knows keys and where pipeline, date and subject of a record stand; the
 * members of each kind are row_shapes.c's. What is written here is what a
 * restart lives from: for every record but a note, reading what was written
 * gives the same bits (tests/unit/test-rows.c).
 *
 * Nothing here asks the journal anything; rows_restore.c does.
 */
#include "daemon/rows.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/row_shapes.h"
#include "daemon/rows_private.h"

struct rows *
rows_new(const struct graph *g, const char *const (*renames)[3],
    int32_t n_renames)
{
	struct rows *rows = calloc(1, sizeof *rows);

	if (rows == NULL)
		abort();
	row_names_init(&rows->names, g, renames, n_renames);
	return rows;
}

void
rows_free(struct rows *rows)
{
	if (rows == NULL)
		return;
	row_names_free(&rows->names);
	free(rows);
}

/*--------------------------------------------------------------------- key */

static const char *
pipeline_name(const struct rows *rows, const struct record *r)
{
	return r->pipeline == NONE ? NULL : object_name(rows->names.graph,
	    OBJECT_PIPELINE, r->pipeline);
}

static const char *
subject_name(const struct rows *rows, const struct record *r)
{
	enum object kind;
	int32_t number = shape_subject(r, &kind);

	if (kind == OBJECT_NONE || number == NONE)
		return NULL;
	return object_name(rows->names.graph, kind, number);
}

/* "/nba/2026-01-16": "-" for what it doesn't have. */
static void
add_place(const struct rows *rows, const struct record *r, struct text *t)
{
	const char *pipeline = pipeline_name(rows, r);
	char date[DATE_TEXT];

	text_addf(t, "/%s", pipeline ? pipeline : "-");
	if (r->kind != RECORD_PIPELINE)
		text_addf(t, "/%s", r->dated ? date_text(r->date, date) :
		    "-");
}

void
rows_key(const struct rows *rows, const struct record *r, struct text *t)
{
	const char *subject = subject_name(rows, r);

	text_clear(t);
	if (r->kind == RECORD_NOTE)
		return;
	text_add(t, record_kind_name(r->kind));
	if (shape_of(r->kind)->by_id)
		text_addf(t, "/%llu", (unsigned long long)shape_id(r));
	if (r->kind == RECORD_BREACH) {
		add_place(rows, r, t);
		text_addf(t, "/%s/%s", root_kind_name(r->u.breach.kind),
		    subject ? subject : "-");
	} else if (!shape_of(r->kind)->by_id) {
		add_place(rows, r, t);
		if (shape_of(r->kind)->subject != OBJECT_NONE)
			text_addf(t, "/%s", subject ? subject : "-");
	}
}

/*----------------------------------------------------------------- writing */

/* A note's place is in its event's columns only. */
static json_t *
data_of(const struct rows *rows, const struct record *r, const json_t *said)
{
	struct row_io io = { .names = &rows->names, .pipeline = r->pipeline,
		.data = json_object() };
	const struct shape *shape = shape_of(r->kind);
	char date[DATE_TEXT];

	if (io.data == NULL)
		abort();
	if (shape->by_id) {
		io_put_object(&io, io.data, "pipeline", OBJECT_PIPELINE,
		    r->pipeline);
		(void)json_object_set_new(io.data, "date", r->dated ?
		    json_string(date_text(r->date, date)) : json_null());
	}
	fields_put(&io, shape->fields, &r->u);
	if (shape->put)
		shape->put(&io, r);
	if (said)
		(void)json_object_set(io.data, "said", (json_t *)said);
	return io.data;
}

void
rows_event(const struct rows *rows, const struct record *r, int64_t at,
    const json_t *said, struct row_event *ret)
{
	const char *subject = subject_name(rows, r);

	*ret = (struct row_event){ .data = data_of(rows, r, said) };
	rows_key(rows, r, &ret->key);
	if (subject)
		text_add(&ret->subject, subject);
	ret->e = (struct store_event){
		.at = at, .kind = record_kind_name(r->kind),
		.pipeline = pipeline_name(rows, r),
		.date = r->dated ? date_text(r->date, ret->date) : NULL,
		.subject = ret->subject.s,
		.key = ret->key.len > 0 ? ret->key.s : NULL,
		.data = ret->data,
	};
}

void
row_event_free(struct row_event *e)
{
	text_free(&e->key);
	text_free(&e->subject);
	json_decref(e->data);
	e->data = NULL;
}

/*----------------------------------------------------------------- reading */

static bool
kind_of(const char *key, const char **ret_rest, enum record_kind *ret)
{
	size_t len = strcspn(key, "/");
	int k;

	for (k = 0; k < RECORD_KINDS; k++) {
		const char *name = record_kind_name((enum record_kind)k);

		if (strlen(name) == len && strncmp(name, key, len) == 0)
			break;
	}
	if (k == RECORD_KINDS || k == RECORD_NOTE || key[len] == '\0')
		return false;
	*ret = (enum record_kind)k;
	*ret_rest = key + len + 1;
	return true;
}

static bool
read_date(const char *s, struct record *r)
{
	r->dated = s != NULL && strcmp(s, "-") != 0;
	return !r->dated || date_parse(s, &r->date) == 0;
}

/* Pipeline, date and subject out of a key without its kind; it is cut. */
static void
read_place(struct row_io *io, char *rest, struct record *r)
{
	char *date = strchr(rest, '/'), *subject = NULL;
	enum object o = shape_of(r->kind)->subject;

	if (date)
		*date++ = '\0';
	if (date && (subject = strchr(date, '/')) != NULL)
		*subject++ = '\0';
	if (strcmp(rest, "-") != 0) {
		r->pipeline = row_names_find(io->names, OBJECT_PIPELINE,
		    NONE, rest);
		if (r->pipeline == NONE)
			io_gone(io, OBJECT_PIPELINE, NULL);
	}
	io->pipeline = r->pipeline;
	if ((date == NULL) != (r->kind == RECORD_PIPELINE) ||
	    (subject == NULL) != (o == OBJECT_NONE) || !read_date(date, r)) {
		io_wrong(io, "key");
	} else if (subject && strcmp(subject, "-") != 0) {
		r->subject = row_names_find(io->names, o, r->pipeline,
		    subject);
		if (r->subject == NONE)
			io_gone(io, o, NULL);
	}
}

static void
read_columns(struct row_io *io, struct record *r)
{
	const json_t *date = io_member(io, io->data, "date");

	r->pipeline = io_get_object(io, io->data, "pipeline",
	    OBJECT_PIPELINE);
	io->pipeline = r->pipeline;
	if (date && !json_is_null(date) && !json_is_string(date))
		io_wrong(io, "date");
	else if (!read_date(json_string_value(date), r))
		io_wrong(io, "date");
}

int
rows_read(const struct rows *rows, const char *key, const json_t *data,
    struct record *r, struct row_io *io)
{
	const char *rest;
	CLEANUP_FREE char *place = NULL;
	const struct shape *shape;

	memset(r, 0, sizeof *r);
	r->pipeline = r->subject = NONE;
	*io = (struct row_io){ .names = &rows->names, .pipeline = NONE,
		.data = (json_t *)data, .gone = OBJECTS };
	if (json_object_get(data, "moved") || json_object_get(data, "gone"))
		return io->error = -ENOENT;
	if (!kind_of(key, &rest, &r->kind)) {
		io_wrong(io, "key");
		return io->error;
	}
	shape = shape_of(r->kind);
	place = strdup(rest);
	if (place == NULL)
		abort();
	if (shape->by_id)
		read_columns(io, r);
	else
		read_place(io, place, r);
	if (io->error == 0)
		fields_get(io, shape->fields, &r->u);
	if (io->error == 0 && shape->get)
		shape->get(io, r);
	return io->error;
}

int
rows_record(const struct rows *rows, const char *key, const json_t *data,
    struct record *ret, const char **ret_why)
{
	struct row_io io;
	int r = rows_read(rows, key, data, ret, &io);

	if (r < 0 && ret_why)
		*ret_why = r == -EINVAL ? io.member :
		    io.gone == OBJECTS ? NULL : object_word(io.gone);
	return r;
}

const json_t *
rows_said(const json_t *data)
{
	return json_object_get(data, "said");
}

bool
rows_know_root(const struct rows *rows, const struct graph *old,
    const struct incident_row *x, const struct record *where)
{
	struct record r = { .kind = RECORD_INCIDENT, .u.incident = *x };
	enum object kind;
	int32_t root = shape_subject(&r, &kind), pipeline = NONE;

	if (where->pipeline != NONE && (pipeline = row_names_find(
	    &rows->names, OBJECT_PIPELINE, NONE,
	    old->pipelines[where->pipeline].name)) == NONE)
		return false;
	return kind == OBJECT_NONE || root == NONE || row_names_find(
	    &rows->names, kind, pipeline, object_name(old, kind, root)) !=
	    NONE;
}
