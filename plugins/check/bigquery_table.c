/* SPDX-License-Identifier: BSD-2-Clause
 *
 * bigquery_table.c -- check `bigquery_table`: is it there, young, filled and
 * of the right columns?
 *
 * Asks for the table's description, which costs nothing. The units are the
 * table and each column that is asked for: a table that is not there lacks
 * all of them. One that is too old or has too few rows is itself missing,
 * with the reason as remark.
 *
 * Only the answer that this very table is not found says so; a project or
 * data set that isn't found may be a mistake of the configuration, and what
 * may not be seen isn't measured, nor is an answer that names no table. Rows
 * in a streaming buffer are not counted by the service yet; a view has no
 * rows of its own, so that one with `min_rows` could not tell.
 */
#include "lib/google.h"
#include "lib/instant.h"
#include "lib/template.h"

struct table {
	const struct gw_host *host;
	struct google *google;
};

/* What the call is about. */
struct look {
	struct call c;
	struct buf path;        /* of the request */
	struct buf name;        /* as a person says it: d.t */
	struct buf lacks;       /* the end of a sentence; empty: nothing */
};

static void
look_free(struct look *l)
{
	buf_free(&l->path);
	buf_free(&l->name);
	buf_free(&l->lacks);
}

static bool
add_option(struct look *l, const char *what, const char *option,
    struct buf *why)
{
	const char *text = l->c.host->text(l->c.ctx, option);

	buf_addf(&l->path, "/%s/", what);
	return template_expand(&l->c, text, TEMPLATE_URL, &l->path, why);
}

static bool
prepare(struct look *l, struct buf *why)
{
	buf_add(&l->path, "/bigquery/v2");
	if (!add_option(l, "projects", "project", why) ||
	    !add_option(l, "datasets", "dataset", why) ||
	    !add_option(l, "tables", "table", why))
		return false;
	buf_addf(&l->name, "%s.", l->c.host->text(l->c.ctx, "dataset"));
	return template_expand(&l->c, l->c.host->text(l->c.ctx, "table"),
	    TEMPLATE_RAW, &l->name, why);
}

/* A column of a record is named with a point. */
static const json_t *
column(const json_t *schema, const char *name)
{
	const json_t *fields = json_object_get(schema, "fields"), *f;
	size_t i, len = strcspn(name, ".");

	json_array_foreach(fields, i, f) {
		const char *s = google_text(f, "name", "");

		/* names differ in more than case */
		if (strlen(s) == len && strncasecmp(s, name, len) == 0)
			return name[len] == '.' ? column(f, name + len + 1) :
			    f;
	}
	return NULL;
}

/* How many of the columns are there; others are missing. `table` NULL: all
 * of them. */
static uint32_t
count_columns(struct look *l, const json_t *table)
{
	const struct gw_host *host = l->c.host;
	uint32_t n = host->count(l->c.ctx, "columns"), i, there = 0;
	const json_t *schema = json_object_get(table, "schema");

	for (i = 0; i < n; i++) {
		const char *name = host->item(l->c.ctx, "columns", i);
		struct buf item CLEANUP_BUF = { 0 };

		if (column(schema, name)) {
			there++;
			continue;
		}
		buf_addf(&item, "%s.%s", buf_str(&l->name), name);
		host->missing(l->c.ctx, buf_str(&item));
	}
	return there;
}

static int32_t
measured(struct look *l, const json_t *table)
{
	const struct gw_host *host = l->c.host;
	uint32_t there = 0;

	if (l->lacks.len > 0) {
		host->missing(l->c.ctx, buf_str(&l->name));
		host->remark(l->c.ctx, "%s %s", buf_str(&l->name),
		    buf_str(&l->lacks));
	} else {
		there = 1;
	}
	there += count_columns(l, table);
	host->value(l->c.ctx, there);
	host->expected(l->c.ctx, 1 + host->count(l->c.ctx, "columns"));
	return GW_OK;
}

/* Is it this table that isn't found? "Not found: Table p:d.t" */
static bool
is_absent(const struct google_error *e, const struct buf *why)
{
	return e->fault == GOOGLE_NOT_FOUND &&
	    strstr(buf_str(why), "Not found: Table ") != NULL;
}

/* Is it the description of a table, with what is asked of it? */
static bool
is_described(const struct look *l, const json_t *table, struct buf *why)
{
	const char *id = google_text(json_object_get(table,
	    "tableReference"), "tableId", "");

	if (*id == '\0')
		buf_add(why, "the answer names no table");
	else if (l->c.host->count(l->c.ctx, "columns") > 0 &&
	    !json_is_array(json_object_get(json_object_get(table, "schema"),
	    "fields")))
		buf_add(why, "the answer has no columns");
	else
		return true;
	return false;
}

static bool
check_age(struct look *l, const json_t *table, struct buf *why)
{
	const struct gw_host *host = l->c.host;
	int64_t most = host->integer(l->c.ctx, "max_age"), at, age;
	char text[INSTANT_TEXT];

	if (!google_integer(table, "lastModifiedTime", &at)) {
		if (most > 0)
			buf_add(why, "the answer has no lastModifiedTime");
		return most == 0;
	}
	age = host->now(l->c.ctx) - at;
	host->evidence(l->c.ctx, "modified", instant_format(at, text));
	if (most > 0 && age > most)
		buf_addf(&l->lacks, "was last modified at %s, %lld s ago, "
		    "expected %lld s at most", text, (long long)(age / 1000),
		    (long long)(most / 1000));
	return true;
}

static bool
check_rows(struct look *l, const json_t *table, struct buf *why)
{
	const struct gw_host *host = l->c.host;
	int64_t least = host->integer(l->c.ctx, "min_rows"), rows;
	const char *type = google_text(table, "type", "table");
	struct buf b CLEANUP_BUF = { 0 };

	if (!google_integer(table, "numRows", &rows)) {
		if (least > 0) {
			buf_add(why, "min_rows: the service counts no rows "
			    "of what is a ");
			buf_add_line(why, type, strlen(type), 40);
		}
		return least == 0;
	}
	buf_addf(&b, "%lld", (long long)rows);
	host->evidence(l->c.ctx, "rows", buf_str(&b));
	if (l->lacks.len == 0 && rows < least)
		buf_addf(&l->lacks, "has %lld rows, expected %lld at least",
		    (long long)rows, (long long)least);
	return true;
}

static int32_t
table_call(struct gw_ctx *ctx, void *self)
{
	struct table *t = self;
	struct look l CLEANUP(look_free) = { .c = call_begin(t->host, ctx) };
	struct buf why CLEANUP_BUF = { 0 };
	json_t *table CLEANUP_GOOGLE_JSON = NULL;
	struct google_error error;

	if (!prepare(&l, &why))
		return call_unknown(&l.c, &why);
	t->host->evidence(ctx, "table", buf_str(&l.name));
	table = google_get(&l.c, t->google, buf_str(&l.path), &error, &why);
	if (table == NULL && is_absent(&error, &why)) {
		buf_add(&l.lacks, "is not there");
		return measured(&l, NULL);
	}
	if (table == NULL || !is_described(&l, table, &why) ||
	    !check_age(&l, table, &why) || !check_rows(&l, table,
	    &why))
		return call_unknown(&l.c, &why);
	return measured(&l, table);
}

static void
table_close(struct gw_ctx *ctx, void *self)
{
	struct table *t = self;

	(void)ctx;
	google_free(t->google);
	free(t);
}

static bool
set_up(struct table *t, struct gw_ctx *ctx, struct buf *why)
{
	static const char *const names[] = { "project", "dataset", "table" };
	const char *text;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		text = option_or(t->host, ctx, names[i], "");
		if (*text == '\0') {
			buf_addf(why, "%s: is empty", names[i]);
			return false;
		}
		if (!template_check(GW_CHECK, names[i], text, why))
			return false;
	}
	t->google = google_new(t->host, ctx, "",
	    "https://bigquery.googleapis.com", why);
	return t->google != NULL;
}

static int32_t
table_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct table *t = mem_new(1, sizeof *t);
	struct buf why CLEANUP_BUF = { 0 };

	t->host = host;
	if (!set_up(t, ctx, &why)) {
		table_close(ctx, t);
		return open_failed(host, ctx, &why);
	}
	*ret_self = t;
	return GW_OK;
}

static const struct gw_option options[] = {
	{ .name = "project", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "the project that the data set belongs to" },
	{ .name = "dataset", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "the data set" },
	{ .name = "table", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "the table or view; {date} is filled in" },
	{ .name = "columns", .type = GW_T_LIST,
	  .help = "columns that it has to have; one of a record is "
	      "\"record.column\"" },
	{ .name = "max_age", .type = GW_T_DURATION,
	  .help = "how long ago it may have been modified" },
	{ .name = "min_rows", .type = GW_T_INT, .min = 0, .max = INT64_MAX,
	  .help = "how many rows it has at least; those in a streaming "
	      "buffer aren't counted" },
	GOOGLE_OPTIONS("https://bigquery.googleapis.com"),
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_CHECK, .name = "bigquery_table", .version = "1",
	.summary = "a table of BigQuery: presence, age, rows, columns",
	.options = options, .open = table_open, .call = table_call,
	.close = table_close
);
