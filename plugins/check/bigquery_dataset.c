/* SPDX-License-Identifier: BSD-2-Clause
 *
 * bigquery_dataset.c -- check `bigquery_dataset`: the tables of a data set.
 *
 * The tables and views of a data set are listed (BigQuery API v2, all pages)
 * and held against those that have to be there; those that nobody declared
 * are extra, as far as `undeclared` asks for them. It reads descriptions
 * only, which costs nothing; what a table is like is for bigquery_table.
 *
 * Could not tell: a data set or project that isn't found, no right to list
 * (BigQuery Metadata Viewer), a rate limit, half an answer. A list that is
 * empty is a fact: no table is there.
 */
#include "lib/cloud.h"
#include "lib/wanted.h"

struct look {
	const struct call *c;
	struct wanted wanted;
};

static void
look_free(struct look *l)
{
	wanted_free(&l->wanted);
}

static bool
take_table(void *arg, const json_t *j, struct buf *why)
{
	const char *name = google_text(json_object_get(j, "tableReference"),
	    "tableId", "");
	struct look *l = arg;

	if (*name == '\0') {
		buf_add(why, "a table without a name");
		return false;
	}
	(void)wanted_met(l->c, &l->wanted, name);
	return true;
}

static int32_t
dataset_call(struct gw_ctx *ctx, void *self)
{
	struct cloud *k = self;
	struct call c = call_begin(k->host, ctx);
	const char *dataset = k->host->text(ctx, "dataset");
	struct look look CLEANUP(look_free) = { .c = &c };
	struct buf path CLEANUP_BUF = { 0 };
	struct buf what CLEANUP_BUF = { 0 };
	struct buf why CLEANUP_BUF = { 0 };
	struct google_error error;

	wanted_read(&c, "tables", NULL, &look.wanted);
	look.wanted.absent = "does not exist";
	path_add(&path, "/bigquery/v2/projects/", k->project);
	path_add(&path, "/datasets/", dataset);
	buf_add(&path, "/tables?maxResults=1000");
	buf_addf(&what, "tables of %s.%s", k->project, dataset);
	if (!cloud_list(&c, k, buf_str(&path), "tables", take_table, &look,
	    buf_str(&what), &error, &why))
		return call_unknown(&c, &why);
	c.host->evidence(ctx, "dataset", dataset);
	return wanted_tell(&c, &look.wanted);
}

static void
dataset_close(struct gw_ctx *ctx, void *self)
{
	(void)ctx;
	cloud_close(self);
	free(self);
}

static int32_t
dataset_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct cloud *k = mem_new(1, sizeof *k);
	struct buf why CLEANUP_BUF = { 0 };

	if (cloud_check_name(host, ctx, "dataset", &why) &&
	    wanted_check(host, ctx, "tables", NULL, &why) &&
	    cloud_open(k, host, ctx, "https://bigquery.googleapis.com",
	    &why)) {
		*ret_self = k;
		return GW_OK;
	}
	dataset_close(ctx, k);
	return open_failed(host, ctx, &why);
}

static const struct gw_option options[] = {
	{ .name = "dataset", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "the data set" },
	{ .name = "tables", .type = GW_T_LIST, .flags = GW_REQUIRED,
	  .help = "the tables and views that have to be there" },
	WANTED_UNDECLARED("tables"),
	CLOUD_OPTIONS("https://bigquery.googleapis.com"),
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_CHECK, .name = "bigquery_dataset", .version = "1",
	.summary = "which tables a data set of BigQuery has",
	.options = options, .open = dataset_open, .call = dataset_call,
	.close = dataset_close
);
