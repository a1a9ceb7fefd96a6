/* SPDX-License-Identifier: BSD-2-Clause
 *
 * bq_cells.c -- rows of BigQuery as cells of a database.
 *
 * Each value comes as text or null, and the schema says what it is. Integers
 * stay integers of 64 bits, whatever a double could hold. Instants come as
 * microseconds and are told as everywhere here, in UTC and whole seconds.
 * Decimals (NUMERIC) stay text, which is exact; whoever wants a number reads
 * it. Bytes are no text. Lists and records are no cells: the query has to
 * take them apart.
 */
#include "lib/bq_cells.h"

#include <errno.h>

#include "lib/google.h"
#include "lib/instant.h"

enum { COLUMNS_MOST = 8 };

struct columns {
	const json_t *fields;
	const char *what;
	int n;
	struct db_cell cells[COLUMNS_MOST];
	char instants[COLUMNS_MOST][INSTANT_TEXT];
};

static bool
is_one_of(const char *type, const char *a, const char *b)
{
	return strcmp(type, a) == 0 || strcmp(type, b) == 0;
}

static bool
read_integer(const char *text, int64_t *ret)
{
	char *end;

	errno = 0;
	*ret = strtoll(text, &end, 10);
	return *text != '\0' && *end == '\0' && errno == 0;
}

static bool
not_a(const struct columns *x, const json_t *field, const char *text,
    struct buf *why)
{
	const char *type = google_text(field, "type", "?");

	buf_addf(why, "%s: the answer has '", x->what);
	buf_add_line(why, text, strlen(text), 60);
	buf_add(why, "' in a column of type ");
	buf_add_line(why, type, strlen(type), 40);
	return false;
}

static bool
fill_cell(struct columns *x, int i, const json_t *field, const char *text,
    struct buf *why)
{
	struct db_cell *c = &x->cells[i];
	const char *type = google_text(field, "type", "");
	int64_t v;
	char *end;

	*c = (struct db_cell){ .type = DB_TEXT, .text = text,
		.len = strlen(text) };
	if (is_one_of(type, "INTEGER", "INT64")) {
		if (!read_integer(text, &c->integer))
			return not_a(x, field, text, why);
		c->type = DB_INTEGER;
		c->real = (double)c->integer;
	} else if (is_one_of(type, "FLOAT", "FLOAT64")) {
		c->real = strtod(text, &end);
		if (*text == '\0' || *end != '\0')
			return not_a(x, field, text, why);
		c->type = DB_REAL;
	} else if (strcmp(type, "TIMESTAMP") == 0) {
		if (!read_integer(text, &v))
			return not_a(x, field, text, why);
		v = v / 1000 - (v % 1000 < 0);
		c->text = instant_format(v, x->instants[i]);
		c->len = strlen(c->text);
	} else if (strcmp(type, "BYTES") == 0) {
		*c = (struct db_cell){ .type = DB_BLOB };
	}
	return true;
}

/* Is it a single value? */
static bool
check_field(const struct columns *x, const json_t *field, struct buf *why)
{
	const char *type = google_text(field, "type", "");
	bool list = strcmp(google_text(field, "mode", ""), "REPEATED") == 0;

	if (!list && !is_one_of(type, "RECORD", "STRUCT"))
		return true;
	buf_addf(why, "%s: a column of the answer is a %s, expected single "
	    "values", x->what, list ? "list" : "record");
	return false;
}

static bool
check_fields(struct columns *x, struct buf *why)
{
	size_t n = json_array_size(x->fields), i;

	if (n == 0 || n > COLUMNS_MOST) {
		buf_addf(why, "%s: the query has %zu columns", x->what, n);
		return false;
	}
	for (i = 0; i < n; i++)
		if (!check_field(x, json_array_get(x->fields, i), why))
			return false;
	x->n = (int)n;
	return true;
}

/* {"f": [{"v": "17"}, {"v": null}]} */
static bool
fill_row(struct columns *x, const json_t *row, struct buf *why)
{
	const json_t *f = json_object_get(row, "f"), *v;
	int i;

	if (json_array_size(f) != (size_t)x->n) {
		buf_addf(why, "%s: a row of the answer has %zu values for %d "
		    "columns", x->what, json_array_size(f), x->n);
		return false;
	}
	for (i = 0; i < x->n; i++) {
		v = json_object_get(json_array_get(f, (size_t)i), "v");
		if (json_is_null(v)) {
			x->cells[i] = (struct db_cell){ .type = DB_NULL };
			continue;
		}
		if (!json_is_string(v)) {
			buf_addf(why, "%s: the answer has a value that is "
			    "neither text nor null", x->what);
			return false;
		}
		if (!fill_cell(x, i, json_array_get(x->fields, (size_t)i),
		    json_string_value(v), why))
			return false;
	}
	return true;
}

bool
bq_cells(const json_t *fields, const json_t *rows, const char *what,
    db_row *row, void *arg, struct buf *why)
{
	struct columns x = { .fields = fields, .what = what };
	const json_t *r;
	size_t i;

	if (!check_fields(&x, why))
		return false;
	json_array_foreach(rows, i, r)
		if (!fill_row(&x, r, why) || !row(arg, x.cells, x.n, why))
			return false;
	return true;
}
