/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sql_coverage.c -- check `sql_coverage`: which of the expected are there.
 *
 * Two queries give ids. The value is how many of the expected ones are there
 * (never how many rows), the rest of them are the missing items, and what
 * nobody expected is extra and fills no gap. Ids are compared as text and
 * each counts once, however often it comes.
 *
 * That nothing is expected is said as `expected 0` and left to the core. An
 * id that is NULL names nothing: among the expected ones it is an error,
 * among the present ones it is not counted.
 */
#include "lib/db.h"

enum { IDS_MOST = 2000000, ID_BYTES_MOST = 1024 };

struct ids {
	const char *what;
	bool null_is_error;
	char **v;
	size_t n, cap;
	size_t nulls;
};

static void
ids_free(struct ids *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		free(s->v[i]);
	free(s->v);
}

static bool
check_cell(struct ids *s, const struct db_cell *c, struct buf *why)
{
	if (c->type == DB_BLOB || memchr(c->text, '\0', c->len))
		buf_addf(why, "%s: the query gave a BLOB, expected ids that "
		    "are text or numbers", s->what);
	else if (c->len > ID_BYTES_MOST)
		buf_addf(why, "%s: the query gave an id of %zu bytes",
		    s->what, c->len);
	else if (s->n >= IDS_MOST)
		buf_addf(why, "%s: the query gave more than %d ids; count "
		    "them with `sql` instead", s->what, IDS_MOST);
	else
		return true;
	return false;
}

static bool
take_row(void *arg, const struct db_cell *cells, int n, struct buf *why)
{
	struct ids *s = arg;

	if (n != 1) {
		buf_addf(why, "%s: the query has %d columns, expected one "
		    "id a row", s->what, n);
		return false;
	}
	if (cells->type == DB_NULL) {
		s->nulls++;
		if (s->null_is_error)
			buf_addf(why, "%s: the query gave NULL as an id",
			    s->what);
		return !s->null_is_error;
	}
	if (!check_cell(s, cells, why))
		return false;
	if (s->n == s->cap) {
		s->cap = s->cap ? s->cap * 2 : 64;
		s->v = mem_grow(s->v, s->cap, sizeof *s->v);
	}
	s->v[s->n++] = mem_copy(cells->text);
	return true;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
sort_and_merge(struct ids *s)
{
	size_t i, n = 0;

	if (s->n == 0)
		return;
	qsort(s->v, s->n, sizeof *s->v, by_text);
	for (i = 0; i < s->n; i++) {
		if (n > 0 && strcmp(s->v[n - 1], s->v[i]) == 0)
			free(s->v[i]);
		else
			s->v[n++] = s->v[i];
	}
	s->n = n;
}

static bool
ask(const struct call *c, struct db *db, struct ids *s, struct buf *why)
{
	if (!db_query(db, s->what, c->host->text(c->ctx, s->what), take_row,
	    s, why))
		return false;
	sort_and_merge(s);
	return true;
}

/* Both are sorted: one walk tells what is where. */
static void
compare(const struct call *c, const struct ids *expected,
    const struct ids *actual)
{
	size_t i = 0, k = 0, both = 0;
	int d;

	while (i < expected->n || k < actual->n) {
		d = i == expected->n ? 1 : k == actual->n ? -1 :
		    strcmp(expected->v[i], actual->v[k]);
		if (d < 0) {
			c->host->missing(c->ctx, expected->v[i++]);
		} else if (d > 0) {
			c->host->extra(c->ctx, actual->v[k++]);
		} else {
			both++;
			i++;
			k++;
		}
	}
	c->host->value(c->ctx, (double)both);
	c->host->expected(c->ctx, (double)expected->n);
}

static int32_t
coverage_call(struct gw_ctx *ctx, void *self)
{
	struct call c = call_begin(self, ctx);
	struct buf why CLEANUP_BUF = { 0 };
	struct ids expected CLEANUP(ids_free) = { .what = "expected",
		.null_is_error = true };
	struct ids actual CLEANUP(ids_free) = { .what = "actual" };
	struct db *db CLEANUP_DB = db_open(&c, "database", &why);

	if (db == NULL || !ask(&c, db, &expected, &why) ||
	    !ask(&c, db, &actual, &why))
		return call_unknown(&c, &why);
	compare(&c, &expected, &actual);
	if (actual.nulls > 0)
		c.host->remark(ctx, "%zu rows without an id were not "
		    "counted", actual.nulls);
	c.host->evidence(ctx, "database",
	    option_or(c.host, ctx, "database.name", "database"));
	return GW_OK;
}

static const struct gw_option options[] = {
	{ .name = "database", .type = GW_T_DATABASE, .flags = GW_REQUIRED,
	  .help = "the database to ask" },
	{ .name = "expected", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "the query for the ids there should be, one a row; :date "
	      "and :now are its parameters" },
	{ .name = "actual", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "the query for the ids that are there, one a row" },
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_CHECK, .name = "sql_coverage", .version = "1",
	.summary = "which of the expected ids are there, and which are missing",
	.options = options, .open = db_plugin_open, .call = coverage_call,
	.close = db_plugin_close
);
