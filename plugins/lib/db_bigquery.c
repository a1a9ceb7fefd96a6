/* SPDX-License-Identifier: BSD-2-Clause
 *
 * db_bigquery.c -- asking BigQuery, and nothing but asking.
 *
 * Each query has a dry run first, which costs nothing: it says what kind of
 * statement it is, and only a SELECT is run; and how many bytes it would
 * read, which goes before the budget of the database. The query itself may
 * bill no more than the budget has left, nor than max_bytes_billed: the
 * service refuses what would cost more, before it runs. What has been billed
 * is told when it is known; a query of which no answer came is taken to have
 * cost what the dry run said, because it may have run.
 *
 * What is kept from call to call is the token. Queries of one call are
 * separate jobs, one after the other: a table that changes between them is
 * seen in both states, unless the database says `snapshot`: then a session
 * with a transaction is around them, which the first query of a call begins.
 *
 * The text is the operator's; :date (a DATE) and :now (a TIMESTAMP) are
 * bound (bq_params.c).
 */
#include "lib/bq_cells.h"
#include "lib/bq_job.h"

#include <inttypes.h>

#define ENDPOINT "https://bigquery.googleapis.com"

struct bigquery {
	struct db base;
	struct google *google;
	char *project, *dataset, *location;     /* the last two may be NULL */
	int64_t most;                           /* max_bytes_billed; 0: none */
	int64_t estimated;                      /* bytes, in this call */
	bool snapshot;
	char *session;                          /* of this call, or NULL */
	char *option;                           /* its name */
	char *also;             /* what keyed_by can't say; see also_of() */
};

/* What goes with the pages of one query. */
struct taking {
	const char *what;
	db_row *row;
	void *arg;
};

static char *
read_member(const struct gw_host *host, struct gw_ctx *ctx,
    const char *option, const char *name)
{
	struct buf key CLEANUP_BUF = { 0 };
	const char *s;

	buf_addf(&key, "%s.%s", option, name);
	s = option_or(host, ctx, buf_str(&key), NULL);
	return s ? mem_copy(s) : NULL;
}

static int64_t
read_number(const struct gw_host *host, struct gw_ctx *ctx,
    const char *option, const char *name)
{
	struct buf key CLEANUP_BUF = { 0 };

	buf_addf(&key, "%s.%s", option, name);
	return host->integer(ctx, buf_str(&key));
}

static void
bigquery_close(struct db *db)
{
	struct bigquery *s = (struct bigquery *)db;

	google_free(s->google);
	free(s->project);
	free(s->dataset);
	free(s->location);
	free(s->session);
	free(s->option);
	free(s->also);
	free(s->base.key);
	free(s);
}

/* What may be said anew by a reload and is no text: a kept connection for
 * which it was different is given up. */
static char *
also_of(const struct gw_host *host, struct gw_ctx *ctx, const char *option)
{
	struct buf key CLEANUP_BUF = { 0 }, b CLEANUP_BUF = { 0 };
	uint32_t n, i;

	buf_addf(&b, "%" PRId64 "\n%" PRId64,
	    read_number(host, ctx, option, "max_bytes_billed"),
	    read_number(host, ctx, option, "snapshot"));
	buf_addf(&key, "%s.token_command", option);
	n = host->count(ctx, buf_str(&key));
	for (i = 0; i < n; i++)
		buf_addf(&b, "\n%s", host->item(ctx, buf_str(&key), i));
	return mem_copy(buf_str(&b));
}

/* Asks nobody yet. */
static struct bigquery *
make(const struct gw_host *host, struct gw_ctx *ctx, const char *option,
    struct buf *why)
{
	struct bigquery *s = mem_new(1, sizeof *s);
	struct buf prefix CLEANUP_BUF = { 0 };

	s->base.driver = &db_bigquery;
	s->option = mem_copy(option);
	s->also = also_of(host, ctx, option);
	buf_addf(&prefix, "%s.", option);
	s->most = read_number(host, ctx, option, "max_bytes_billed");
	s->snapshot = read_number(host, ctx, option, "snapshot") != 0;
	s->project = read_member(host, ctx, option, "project");
	s->dataset = read_member(host, ctx, option, "dataset");
	s->location = read_member(host, ctx, option, "location");
	if (s->project)
		s->google = google_new(host, ctx, buf_str(&prefix), ENDPOINT,
		    why);
	else
		buf_add(why, "the database has no 'project'");
	if (s->google) {
		google_only_reads(s->google);
		return s;
	}
	bigquery_close(&s->base);
	return NULL;
}

static bool
bigquery_check(const struct gw_host *host, struct gw_ctx *ctx,
    const char *option, struct buf *why)
{
	struct bigquery *s = make(host, ctx, option, why);

	if (s)
		bigquery_close(&s->base);
	return s != NULL;
}

static struct db *
bigquery_open(const struct call *c, const char *option, struct buf *why)
{
	struct bigquery *s = make(c->host, c->ctx, option, why);

	if (s == NULL)
		return NULL;
	s->base.call = c;
	return &s->base;
}

static bool
bigquery_begin(struct db *db, bool *ret_lost, struct buf *why)
{
	struct bigquery *s = (struct bigquery *)db;
	const struct call *c = s->base.call;
	char *also CLEANUP_FREE = also_of(c->host, c->ctx, s->option);

	s->estimated = 0;
	*ret_lost = strcmp(also, s->also) != 0;
	if (*ret_lost)
		buf_add(why, "the database's options have changed");
	return !*ret_lost;
}

static struct bq_query
query_of(const struct bigquery *s)
{
	return (struct bq_query){ .call = s->base.call, .google = s->google,
		.project = s->project, .dataset = s->dataset,
		.location = s->location, .session = s->session };
}

static bool
bigquery_end(struct db *db)
{
	struct bigquery *s = (struct bigquery *)db;
	struct bq_query q = query_of(s);

	if (s->session)
		bq_end(&q);
	free(s->session);
	s->session = NULL;
	return true;
}

static void
tell_estimate(struct bigquery *s, int64_t bytes)
{
	const struct call *c = s->base.call;
	struct buf b CLEANUP_BUF = { 0 };

	s->estimated += bytes;
	buf_addf(&b, "%" PRId64, s->estimated);
	c->host->evidence(c->ctx, "bytes_estimated", buf_str(&b));
}

/* "value: no filter on the partitions: refused: Cannot query over..." */
static void
say(const char *what, const struct buf *error, struct buf *why)
{
	const char *s = buf_str(error);

	buf_addf(why, "%s: %s%s", what, strstr(s,
	    "can be used for partition elimination") ?
	    "no filter on the partitions: " : "", s);
}

/* May it run? */
static bool
look_ahead(struct bigquery *s, const struct bq_query *q, const char *what,
    struct bq_estimate *ret, struct buf *why)
{
	struct buf wrong CLEANUP_BUF = { 0 };
	struct google_error error;

	if (!bq_estimate(q, ret, &error, &wrong)) {
		say(what, &wrong, why);
		return false;
	}
	if (strcmp(ret->statement, "SELECT") != 0) {
		buf_addf(why, "%s: only a SELECT may be asked, and this is ",
		    what);
		buf_add_line(why, ret->statement, strlen(ret->statement), 40);
		return false;
	}
	ret->bytes = bq_billed(ret->bytes);
	tell_estimate(s, ret->bytes);
	return db_affords(&s->base, what, ret->bytes, why);
}

/* The smaller of what one query may cost and what is left; 0: no limit. */
static int64_t
limit(const struct bigquery *s)
{
	int64_t left = db_budget_left(&s->base);

	if (left == INT64_MAX)
		return s->most;
	if (left == 0)
		left = 1;       /* 0 would be no limit */
	return s->most > 0 && s->most < left ? s->most : left;
}

/* The session of this call, where one is wanted. */
static bool
begin_snapshot(struct bigquery *s, struct bq_query *q, const char *what,
    struct buf *why)
{
	struct buf wrong CLEANUP_BUF = { 0 };
	struct google_error error;

	if (s->snapshot && s->session == NULL) {
		s->session = bq_begin(q, &error, &wrong);
		if (s->session == NULL) {
			buf_addf(why, "%s: snapshot: %s", what,
			    buf_str(&wrong));
			return false;
		}
	}
	q->session = s->session;
	return true;
}

static bool
take_page(void *arg, const json_t *fields, const json_t *rows,
    struct buf *why)
{
	const struct taking *t = arg;

	return bq_cells(fields, rows, t->what, t->row, t->arg, why);
}

static bool
run(struct bigquery *s, const struct bq_query *q, struct taking *t,
    int64_t estimate, struct buf *why)
{
	struct buf wrong CLEANUP_BUF = { 0 };
	struct google_error error;
	int64_t bytes;
	bool ok = bq_run(q, take_page, t, &bytes, &error, &wrong);

	if (bytes >= 0)
		db_billed(&s->base, bytes);
	else if (error.fault == GOOGLE_NO_ANSWER ||
	    error.fault == GOOGLE_GARBLED)
		db_billed(&s->base, estimate);
	if (ok)
		return true;
	if (strncmp(buf_str(&wrong), t->what, strlen(t->what)) == 0)
		buf_add(why, buf_str(&wrong));  /* who took it said so */
	else
		say(t->what, &wrong, why);
	return false;
}

static bool
bigquery_query(struct db *db, const char *what, const char *sql,
    db_row *row, void *arg, struct buf *why)
{
	struct bigquery *s = (struct bigquery *)db;
	struct buf text CLEANUP_BUF = { 0 }, wrong CLEANUP_BUF = { 0 };
	struct bq_query q = query_of(s);
	struct taking t = { what, row, arg };
	struct bq_estimate estimate;

	if (!bq_params(sql, &q.params, &text, &wrong)) {
		buf_addf(why, "%s: %s", what, buf_str(&wrong));
		return false;
	}
	q.sql = buf_str(&text);
	q.session = NULL;       /* a dry run changes nothing and sees nothing */
	if (!look_ahead(s, &q, what, &estimate, why) ||
	    !begin_snapshot(s, &q, what, why))
		return false;
	q.most = limit(s);
	return run(s, &q, &t, estimate.bytes, why);
}

static const char *const keyed_by[] = { "project", "dataset", "location",
	"credentials", "metadata_server", "endpoint", NULL };

const struct db_driver db_bigquery = {
	.name = "bigquery", .check = bigquery_check, .open = bigquery_open,
	.query = bigquery_query, .close = bigquery_close,
	.begin = bigquery_begin, .end = bigquery_end, .keyed_by = keyed_by
};
