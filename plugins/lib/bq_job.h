/* SPDX-License-Identifier: BSD-2-Clause
 *
 * bq_job.h -- one query of BigQuery, from its dry run to its last page.
 */
#ifndef PLUGIN_LIB_BQ_JOB_H
#define PLUGIN_LIB_BQ_JOB_H

#include "lib/bq_params.h"
#include "lib/google.h"

/* What a query is asked with. All borrowed. */
struct bq_query {
	const struct call *call;
	struct google *google;
	const char *project;
	const char *dataset;    /* of names without one; NULL: none */
	const char *location;   /* NULL: the service finds it */
	const char *sql;        /* with @date and @now */
	struct bq_params params;
	int64_t most;           /* bytes it may bill; 0: no limit of ours */
	const char *session;    /* NULL: none */
};

/* What a dry run says, which costs nothing. */
struct bq_estimate {
	char statement[32];     /* "SELECT" */
	int64_t bytes;          /* to be read */
};

/* False with error and sentence: it can't be run, or not understood. */
bool bq_estimate(const struct bq_query *, struct bq_estimate *ret,
    struct google_error *, struct buf *why);

/* A page of the answer: the fields of its schema, and its rows (NULL: none).
 * False with a sentence ends it as failed. */
typedef bool bq_page(void *arg, const json_t *fields, const json_t *rows,
    struct buf *why);

/* Runs it and hands over all pages. `*ret_bytes`: what has been billed for
 * it, or -1 when that is not known; set in any case. A job that isn't
 * finished in time is cancelled. */
bool bq_run(const struct bq_query *, bq_page *, void *arg, int64_t *ret_bytes,
    struct google_error *, struct buf *why);

/* Begins a transaction, in a session of its own: all queries in it see the
 * same state. `q` says where; its text is not looked at. Returns the session,
 * owned; NULL with error and sentence. */
char *bq_begin(const struct bq_query *q, struct google_error *,
    struct buf *why);
/* Ends the session `q` is in. If that doesn't work, it ends by itself. */
void bq_end(const struct bq_query *q);

/* What reading so many bytes is billed as: full MiB, and 10 of them at
 * least. */
int64_t bq_billed(int64_t bytes);

#endif
