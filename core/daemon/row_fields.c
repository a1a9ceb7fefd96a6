/* SPDX-License-Identifier: BSD-2-Clause
 *
 * row_fields.c -- members of a struct as members of a JSON object.
 *
 * A table names the members of a struct once; writing and reading both walk
 * it, so that neither can know a member that the other doesn't. Values are
 * moved with memcpy: a table speaks of offsets, not of types.
 *
 * Reading is strict: a member that is absent, of another type or outside of
 * its words is the error, and the first one stays. What was read before it
 * must not be used then.
 */
#include "daemon/row_fields.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "daemon/words.h"

/*----------------------------------------------------------------- trouble */

void
io_wrong(struct row_io *io, const char *member)
{
	if (io->error)
		return;
	io->error = -EINVAL;
	io->member = member;
}

void
io_gone(struct row_io *io, enum object o, const char *name)
{
	if (io->error)
		return;
	io->error = -ENOENT;
	io->gone = o;
	io->gone_name = name;
}

/*------------------------------------------------------------------ pieces */

static void
put(json_t *to, const char *member, json_t *v)
{
	if (v == NULL || json_object_set_new(to, member, v) < 0)
		abort();
}

void
io_put_text(json_t *to, const char *member, const char *s)
{
	put(to, member, json_words(s));
}

const json_t *
io_member(struct row_io *io, const json_t *from, const char *member)
{
	const json_t *v = json_object_get(from, member);

	if (v == NULL)
		io_wrong(io, member);
	return v;
}

int
words_find(const struct words *w, const char *word)
{
	unsigned int i;

	for (i = 0; i < w->n; i++)
		if (strcmp(w->name(i), word) == 0)
			return (int)i;
	return -1;
}

unsigned int
io_get_word(struct row_io *io, const json_t *from, const char *member,
    const struct words *w)
{
	const char *s = json_text(from, member, NULL);
	int i = s ? words_find(w, s) : -1;

	if (i < 0) {
		io_wrong(io, member);
		return 0;
	}
	return (unsigned int)i;
}

/* A phase of another pipeline than the row's says so. */
static void
put_phase(struct row_io *io, json_t *to, const char *member, int32_t number)
{
	const struct graph *g = io->names->graph;
	const struct phase_def *p = &g->phases[number];
	CLEANUP_TEXT struct text t = { 0 };

	assert(number >= 0 && number < g->n_phases);
	if (p->pipeline != io->pipeline)
		text_addf(&t, "%s/", g->pipelines[p->pipeline].name);
	text_add(&t, p->name);
	put(to, member, json_string(text_str(&t)));
}

void
io_put_object(struct row_io *io, json_t *to, const char *member,
    enum object o, int32_t number)
{
	if (number == NONE)
		put(to, member, json_null());
	else if (o == OBJECT_NONE)
		json_put_int(to, member, number);
	else if (o == OBJECT_PHASE)
		put_phase(io, to, member, number);
	else
		put(to, member, json_string(object_name(io->names->graph, o,
		    number)));
}

int32_t
io_get_object(struct row_io *io, const json_t *from, const char *member,
    enum object o)
{
	const json_t *v = io_member(io, from, member);
	json_int_t i = json_integer_value(v);
	int32_t number;

	if (v == NULL || json_is_null(v))
		return NONE;
	if (o == OBJECT_NONE && json_is_integer(v) && i >= INT32_MIN &&
	    i <= INT32_MAX)
		return (int32_t)i;
	if (o == OBJECT_NONE || !json_is_string(v)) {
		io_wrong(io, member);
		return NONE;
	}
	number = row_names_find(io->names, o, io->pipeline,
	    json_string_value(v));
	if (number == NONE)
		io_gone(io, o, json_string_value(v));
	return number;
}

/*----------------------------------------------------------------- writing */

static void
put_instant(json_t *to, const char *member, int64_t v, int64_t none)
{
	if (v == none)
		put(to, member, json_null());
	else
		json_put_int(to, member, v);
}

static void
put_id(struct row_io *io, const struct field *f, uint64_t v)
{
	char hex[17];

	if (f->type == FIELD_ID) {
		assert(v <= INT64_MAX);
		json_put_int(io->data, f->name, (int64_t)v);
		return;
	}
	(void)snprintf(hex, sizeof hex, "%016llx", (unsigned long long)v);
	json_put(io->data, f->name, hex);
}

/* 64 bits wide. */
static void
put_wide(struct row_io *io, const struct field *f, const char *at)
{
	int64_t v;
	double d;

	memcpy(&v, at, sizeof v);
	switch (f->type) {
	case FIELD_LONG:
		json_put_int(io->data, f->name, v);
		break;
	case FIELD_COUNT:
		put_instant(io->data, f->name, v, -1);
		break;
	case FIELD_INSTANT:
		put_instant(io->data, f->name, v, INSTANT_NONE);
		break;
	case FIELD_REAL:
		memcpy(&d, at, sizeof d);
		json_put_num(io->data, f->name, d);
		break;
	default:
		put_id(io, f, (uint64_t)v);
	}
}

static void
put_date(struct row_io *io, const struct field *f, const char *at)
{
	char buf[DATE_TEXT];
	struct date d;

	memcpy(&d, at, sizeof d);
	json_put(io->data, f->name, date_text(d, buf));
}

static void
put_field(struct row_io *io, const struct field *f, const char *at)
{
	uint32_t bits;
	int32_t n;

	switch (f->type) {
	case FIELD_BOOL:
		put(io->data, f->name, json_boolean(*(const bool *)at));
		break;
	case FIELD_INT:
	case FIELD_OBJECT:
		memcpy(&n, at, sizeof n);
		if (f->type == FIELD_INT)
			json_put_int(io->data, f->name, n);
		else
			io_put_object(io, io->data, f->name, f->object, n);
		break;
	case FIELD_WORD:
	case FIELD_MARKS:
		memcpy(&bits, at, sizeof bits);
		put(io->data, f->name, f->type == FIELD_MARKS ?
		    marks_json(bits) : json_string(f->words->name(bits)));
		break;
	case FIELD_TEXT:
		io_put_text(io->data, f->name, at);
		break;
	case FIELD_DATE:
		put_date(io, f, at);
		break;
	default:
		put_wide(io, f, at);
	}
}

void
fields_put(struct row_io *io, const struct field *f, const void *row)
{
	for (; f->name; f++)
		put_field(io, f, (const char *)row + f->offset);
}

/*----------------------------------------------------------------- reading */

static bool
hash_of(const json_t *v, uint64_t *ret)
{
	const char *s = json_string_value(v);
	char *end;

	if (s == NULL || strlen(s) != 16 ||
	    strspn(s, "0123456789abcdef") != 16)
		return false;
	*ret = strtoull(s, &end, 16);
	return true;
}

static bool
marks_of(const json_t *v, uint32_t *ret)
{
	size_t left = json_array_size(v), i;
	unsigned int bit;

	if (!json_is_array(v))
		return false;
	*ret = 0;
	for (bit = 0; bit < 32; bit++) {
		CLEANUP_JSON json_t *word = marks_json(1u << bit);

		for (i = 0; i < json_array_size(v); i++)
			if (json_equal(json_array_get(word, 0),
			    json_array_get(v, i))) {
				*ret |= 1u << bit;
				left--;
			}
	}
	return left == 0;
}

static bool
real_of(const json_t *v, double *ret)
{
	*ret = json_is_null(v) ? (double)NAN : json_number_value(v);
	return json_is_null(v) || json_is_number(v);
}

/* An integer, or null where that means something. */
static bool
wide_of(const struct field *f, const json_t *v, int64_t *ret)
{
	*ret = json_integer_value(v);
	if (json_is_integer(v))
		return f->type != FIELD_ID || *ret >= 0;
	if (!json_is_null(v))
		return false;
	*ret = f->type == FIELD_COUNT ? -1 : INSTANT_NONE;
	return f->type == FIELD_COUNT || f->type == FIELD_INSTANT;
}

static bool
get_wide(const struct field *f, const json_t *v, char *at)
{
	uint64_t hash = 0;
	int64_t n = 0;
	double d = 0;
	bool ok;

	if (f->type == FIELD_REAL) {
		ok = real_of(v, &d);
		memcpy(at, &d, sizeof d);
	} else if (f->type == FIELD_HASH) {
		ok = hash_of(v, &hash);
		memcpy(at, &hash, sizeof hash);
	} else {
		ok = wide_of(f, v, &n);
		memcpy(at, &n, sizeof n);
	}
	return ok;
}

static bool
get_text(const struct field *f, const json_t *v, char *at)
{
	if (!json_is_string(v))
		return false;
	(void)snprintf(at, f->size, "%s", json_string_value(v));
	return true;
}

static bool
get_int(const json_t *v, char *at)
{
	json_int_t i = json_integer_value(v);
	int32_t n = (int32_t)i;

	memcpy(at, &n, sizeof n);
	return json_is_integer(v) && n == i;
}

static bool
get_word(struct row_io *io, const struct field *f, char *at)
{
	unsigned int w = io_get_word(io, io->data, f->name, f->words);

	memcpy(at, &w, sizeof w);
	return true;            /* or said so already */
}

static bool
get_object(struct row_io *io, const struct field *f, char *at)
{
	int32_t n = io_get_object(io, io->data, f->name, f->object);

	memcpy(at, &n, sizeof n);
	return true;
}

static bool
get_field(struct row_io *io, const struct field *f, const json_t *v,
    char *at)
{
	uint32_t marks = 0;
	bool ok;

	switch (f->type) {
	case FIELD_BOOL:
		*(bool *)at = json_is_true(v);
		return json_is_boolean(v);
	case FIELD_INT:
		return get_int(v, at);
	case FIELD_OBJECT:
		return get_object(io, f, at);
	case FIELD_WORD:
		return get_word(io, f, at);
	case FIELD_MARKS:
		ok = marks_of(v, &marks);
		memcpy(at, &marks, sizeof marks);
		return ok;
	case FIELD_TEXT:
		return get_text(f, v, at);
	case FIELD_DATE:
		return json_is_string(v) && date_parse(json_string_value(v),
		    (struct date *)(void *)at) == 0;
	default:
		return get_wide(f, v, at);
	}
}

static void
unset_field(const struct field *f, char *at)
{
	int64_t wide = f->type == FIELD_INSTANT ? INSTANT_NONE :
	    f->type == FIELD_COUNT ? -1 : 0;
	int32_t number = f->type == FIELD_OBJECT ? NONE : 0;
	double real = NAN;

	switch (f->type) {
	case FIELD_BOOL:
		*(bool *)at = false;
		break;
	case FIELD_TEXT:
		memset(at, 0, f->size);
		break;
	case FIELD_DATE:
		memset(at, 0, sizeof(struct date));
		break;
	case FIELD_REAL:
		memcpy(at, &real, sizeof real);
		break;
	case FIELD_INT:
	case FIELD_WORD:
	case FIELD_MARKS:
	case FIELD_OBJECT:
		memcpy(at, &number, sizeof number);
		break;
	case FIELD_LONG:
	case FIELD_COUNT:
	case FIELD_INSTANT:
	case FIELD_ID:
	case FIELD_HASH:
		memcpy(at, &wide, sizeof wide);
		break;
	}
}

void
fields_get(struct row_io *io, const struct field *f, void *row)
{
	for (; f->name; f++) {
		const json_t *v;

		if (f->later && !json_object_get(io->data, f->name)) {
			unset_field(f, (char *)row + f->offset);
			continue;
		}
		v = io_member(io, io->data, f->name);
		if (v && !get_field(io, f, v, (char *)row + f->offset))
			io_wrong(io, f->name);
		if (io->error)
			return;
	}
}
