/* SPDX-License-Identifier: BSD-2-Clause
 *
 * bq_job.c -- one query of BigQuery, from its dry run to its last page.
 *
 * jobs.query waits for the answer, as long as was asked; when there is none
 * yet (jobComplete false, and nothing but a reference) jobs.getQueryResults
 * is asked until there is. The job's location goes along, because a job is
 * only found where it runs. Further pages come by the same call. Rows that
 * didn't come, against totalRows, make it an error: a list that was cut short
 * would be a list of missing things. So does an answer without totalRows,
 * which each of a finished job has.
 *
 * Time is the call's. A little of it is kept for cancelling a job that would
 * come too late; the service stops it by itself, too (jobTimeoutMs). What
 * may have been lost on the way is asked once more: the request's id, or the
 * job's, makes that the same question.
 *
 * The dry run is a job of its own kind (jobs.insert), because only that says
 * what kind of statement it is.
 *
 * Queries of one session, in which a transaction was begun, see one snapshot
 * of the tables. A session that isn't ended ends by itself within a day.
 */
#include "lib/bq_job.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <sys/random.h>

#include "lib/instant.h"
#include "lib/template.h"

enum { PAGE_ROWS = 50000, WAIT_MOST_MS = 60000, RESERVE_MOST_MS = 1500,
	REQUEST_ID = 33, PAGES_MOST = 10000, PAUSE_FIRST_MS = 50,
	PAUSE_MOST_MS = 2000, LOOK_MS = 100 };

static const int64_t mib = 1024 * 1024;

struct job {
	const struct bq_query *q;
	struct buf id, location;        /* of the reference */
	struct buf page;                /* token of the next; empty: none */
	json_t *fields;                 /* owned; NULL: not seen yet */
	int64_t rows, total;            /* come so far; -1: not said */
	int64_t bytes;                  /* billed; -1: not known */
	bool complete;
	int64_t reserve_ms;
	bq_page *take;
	void *arg;
};

static void
job_free(struct job *j)
{
	buf_free(&j->id);
	buf_free(&j->location);
	buf_free(&j->page);
	json_decref(j->fields);
}

int64_t
bq_billed(int64_t bytes)
{
	if (bytes <= 0)
		return 0;
	if (bytes > INT64_MAX - mib)
		return INT64_MAX;
	bytes = (bytes + mib - 1) / mib * mib;
	return bytes < 10 * mib ? 10 * mib : bytes;
}

/* ms that the service may take. */
static int64_t
time_for(const struct job *j)
{
	int64_t left = call_left(j->q->call) - j->reserve_ms;

	return left > 0 ? left : 0;
}

/* A failure of the way there or back, after which the same question may be
 * asked again. */
static bool
worth_another_try(const struct call *c, const struct google_error *e)
{
	return (e->fault == GOOGLE_NO_ANSWER || e->fault == GOOGLE_BUSY) &&
	    call_left(c) > 0;
}

static json_t *
ask(const struct bq_query *q, const char *method, const char *path,
    const json_t *body, struct google_error *error, struct buf *why)
{
	struct buf first CLEANUP_BUF = { 0 };
	json_t *answer = google_do(q->call, q->google, method, path, body,
	    error, &first);

	if (answer)
		return answer;
	if (worth_another_try(q->call, error))
		return google_do(q->call, q->google, method, path, body,
		    error, why);
	buf_add(why, buf_str(&first));
	return NULL;
}

/*----------------------------------------------------------------- requests */

/* {"name", "parameterType", "parameterValue"} */
static void
add_parameter(json_t *list, const char *name, const char *type,
    const char *value)
{
	json_t *p = json_pack("{s:s, s:{s:s}, s:{s:s}}", "name", name,
	    "parameterType", "type", type, "parameterValue", "value", value);

	/* what isn't UTF-8 can't be said: an empty value is refused */
	if (p == NULL)
		p = json_pack("{s:s, s:{s:s}, s:{s:s}}", "name", name,
		    "parameterType", "type", type, "parameterValue", "value",
		    "");
	(void)json_array_append_new(list, p);
}

static void
add_parameters(const struct bq_query *q, json_t *into)
{
	const struct call *c = q->call;
	json_t *list = json_array();
	char now[INSTANT_TEXT];

	if (q->params.date)
		add_parameter(list, "date", "DATE", c->host->param(c->ctx,
		    "date"));
	if (q->params.now)
		add_parameter(list, "now", "TIMESTAMP",
		    instant_format(c->host->now(c->ctx), now));
	if (json_array_size(list) > 0)
		(void)json_object_set_new(into, "parameterMode",
		    json_string("NAMED"));
	(void)json_object_set_new(into, "queryParameters", list);
}

static void
add_number(json_t *into, const char *key, int64_t v)
{
	char text[24];

	(void)snprintf(text, sizeof text, "%" PRId64, v);
	(void)json_object_set_new(into, key, json_string(text));
}

/* What both kinds of a request have. */
static json_t *
query_json(const struct bq_query *q)
{
	json_t *j = json_pack("{s:s, s:b, s:b}", "query", q->sql,
	    "useLegacySql", 0, "useQueryCache", 1);

	if (j == NULL)
		j = json_object();      /* refused as a query that is not set */
	add_parameters(q, j);
	if (q->dataset)
		(void)json_object_set_new(j, "defaultDataset", json_pack(
		    "{s:s, s:s}", "projectId", q->project, "datasetId",
		    q->dataset));
	if (q->most > 0)
		add_number(j, "maximumBytesBilled", q->most);
	if (q->session)
		(void)json_object_set_new(j, "connectionProperties",
		    json_pack("[{s:s, s:s}]", "key", "session_id", "value",
		    q->session));
	return j;
}

static void
request_id(char text[REQUEST_ID])
{
	unsigned char bytes[16];
	size_t i;

	if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
		abort();
	for (i = 0; i < sizeof bytes; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

static void
add_project(const struct bq_query *q, struct buf *path)
{
	buf_add(path, "/bigquery/v2/projects/");
	template_add_encoded(path, q->project);
}

/*------------------------------------------------------------------ dry run */

static bool
garbled(struct google_error *error, struct buf *why, const char *sentence)
{
	google_error_set(error, GOOGLE_GARBLED);
	buf_add(why, sentence);
	return false;
}

bool
bq_estimate(const struct bq_query *q, struct bq_estimate *ret,
    struct google_error *error, struct buf *why)
{
	json_t *body CLEANUP_GOOGLE_JSON = json_pack("{s:{s:b, s:o}}",
	    "configuration", "dryRun", 1, "query", query_json(q));
	json_t *answer CLEANUP_GOOGLE_JSON = NULL;
	struct buf path CLEANUP_BUF = { 0 };
	const json_t *statistics, *query;

	if (q->location)
		(void)json_object_set_new(body, "jobReference", json_pack(
		    "{s:s, s:s}", "projectId", q->project, "location",
		    q->location));
	add_project(q, &path);
	buf_add(&path, "/jobs");
	answer = ask(q, "POST", buf_str(&path), body, error, why);
	if (answer == NULL)
		return false;
	statistics = json_object_get(answer, "statistics");
	query = json_object_get(statistics, "query");
	(void)snprintf(ret->statement, sizeof ret->statement, "%s",
	    google_text(query, "statementType", ""));
	if (!google_integer(query, "totalBytesProcessed", &ret->bytes) &&
	    !google_integer(statistics, "totalBytesProcessed", &ret->bytes))
		return garbled(error, why, "the dry run does not say how "
		    "many bytes would be read");
	return true;
}

/*------------------------------------------------------------------ answers */

static void
keep(struct buf *b, const char *text)
{
	buf_clear(b);
	buf_add(b, text);
}

/* What has been billed: said by the answer itself, or by how much was read;
 * an answer from the cache costs nothing. */
static void
read_cost(struct job *j, const json_t *answer)
{
	int64_t bytes;

	if (json_is_true(json_object_get(answer, "cacheHit")))
		j->bytes = 0;
	else if (google_integer(answer, "totalBytesBilled", &bytes))
		j->bytes = bytes;
	else if (j->bytes < 0 && google_integer(answer,
	    "totalBytesProcessed", &bytes))
		j->bytes = bq_billed(bytes);
}

/* Takes over what an answer says. */
static bool
understand(struct job *j, const json_t *answer, struct google_error *error,
    struct buf *why)
{
	const json_t *reference = json_object_get(answer, "jobReference");
	const json_t *fields = json_object_get(json_object_get(answer,
	    "schema"), "fields");
	const json_t *rows = json_object_get(answer, "rows");
	const char *id = google_text(reference, "jobId", NULL);

	if (id)
		keep(&j->id, id);
	if (google_text(reference, "location", NULL))
		keep(&j->location, google_text(reference, "location", ""));
	j->complete = json_is_true(json_object_get(answer, "jobComplete"));
	keep(&j->page, google_text(answer, "pageToken", ""));
	if (!j->complete)
		return true;
	read_cost(j, answer);
	(void)google_integer(answer, "totalRows", &j->total);
	if (j->fields == NULL && json_is_array(fields))
		j->fields = json_incref((json_t *)(uintptr_t)fields);
	if (j->fields == NULL)
		return garbled(error, why, "the answer has no schema");
	if (rows && !json_is_array(rows))
		return garbled(error, why, "the answer's 'rows' is no list");
	j->rows += (int64_t)json_array_size(rows);
	if (j->take(j->arg, j->fields, rows, why))
		return true;
	google_error_set(error, GOOGLE_GARBLED);
	return false;
}

/* The answer of jobs.query; `time` in ms. Owned; NULL with a sentence. */
static json_t *
post_query(const struct bq_query *q, json_t *body, int64_t time,
    struct google_error *error, struct buf *why)
{
	struct buf path CLEANUP_BUF = { 0 };
	char id[REQUEST_ID];

	request_id(id);
	(void)json_object_set_new(body, "requestId", json_string(id));
	(void)json_object_set_new(body, "timeoutMs", json_integer(
	    time < WAIT_MOST_MS ? time : WAIT_MOST_MS));
	add_number(body, "jobTimeoutMs", time > 0 ? time : 1);
	(void)json_object_set_new(body, "maxResults",
	    json_integer(PAGE_ROWS));
	(void)json_object_set_new(body, "formatOptions",
	    json_pack("{s:b}", "useInt64Timestamp", 1));
	(void)json_object_set_new(body, "labels",
	    json_pack("{s:s}", "started-by", "gatewarden"));
	if (q->location)
		(void)json_object_set_new(body, "location",
		    json_string(q->location));
	add_project(q, &path);
	buf_add(&path, "/queries");
	return ask(q, "POST", buf_str(&path), body, error, why);
}

static bool
begin(struct job *j, struct google_error *error, struct buf *why)
{
	json_t *body CLEANUP_GOOGLE_JSON = query_json(j->q);
	json_t *answer CLEANUP_GOOGLE_JSON = post_query(j->q, body,
	    time_for(j), error, why);

	return answer && understand(j, answer, error, why);
}

/* Waits for the job, or asks for its next page. */
static bool
go_on(struct job *j, struct google_error *error, struct buf *why)
{
	json_t *answer CLEANUP_GOOGLE_JSON = NULL;
	struct buf path CLEANUP_BUF = { 0 };
	int64_t time = time_for(j);

	if (j->id.len == 0)
		return garbled(error, why, "the answer has no job to ask for "
		    "the rest");
	add_project(j->q, &path);
	buf_add(&path, "/queries/");
	template_add_encoded(&path, buf_str(&j->id));
	buf_addf(&path, "?maxResults=%d&timeoutMs=%" PRId64
	    "&formatOptions.useInt64Timestamp=true", PAGE_ROWS,
	    time < WAIT_MOST_MS ? time : WAIT_MOST_MS);
	if (j->location.len > 0) {
		buf_add(&path, "&location=");
		template_add_encoded(&path, buf_str(&j->location));
	}
	if (j->page.len > 0) {
		buf_add(&path, "&pageToken=");
		template_add_encoded(&path, buf_str(&j->page));
	}
	answer = ask(j->q, "GET", buf_str(&path), NULL, error, why);
	return answer && understand(j, answer, error, why);
}

/* Nobody waits for it any more. Whether that succeeds is of no interest. */
static void
cancel(const struct job *j)
{
	struct buf path CLEANUP_BUF = { 0 }, why CLEANUP_BUF = { 0 };
	struct google_error error;

	if (j->id.len == 0)
		return;
	add_project(j->q, &path);
	buf_add(&path, "/jobs/");
	template_add_encoded(&path, buf_str(&j->id));
	buf_add(&path, "/cancel");
	if (j->location.len > 0) {
		buf_add(&path, "?location=");
		template_add_encoded(&path, buf_str(&j->location));
	}
	json_decref(google_post(j->q->call, j->q->google, buf_str(&path),
	    NULL, &error, &why));
}

/* The service may answer at once that it isn't finished. */
static void
take_a_breath(const struct job *j, int64_t ms)
{
	int64_t until = monotonic_ms() + ms, left;

	while ((left = until - monotonic_ms()) > 0 && time_for(j) > 0)
		(void)poll(NULL, 0, (int)(left < LOOK_MS ? left : LOOK_MS));
}

static bool
wait_for(struct job *j, struct google_error *error, struct buf *why)
{
	bool ok = begin(j, error, why);
	int64_t ms = PAUSE_FIRST_MS;

	while (ok && !j->complete) {
		take_a_breath(j, ms);
		ms = ms * 2 < PAUSE_MOST_MS ? ms * 2 : PAUSE_MOST_MS;
		if (time_for(j) == 0) {
			cancel(j);
			google_error_set(error, GOOGLE_NO_ANSWER);
			buf_add(why, call_left(j->q->call) > 0 ?
			    "stopped at the deadline" :
			    call_ended_why(j->q->call));
			return false;
		}
		ok = go_on(j, error, why);
	}
	return ok;
}

static bool
all_pages(struct job *j, struct google_error *error, struct buf *why)
{
	int pages = 1;

	while (j->page.len > 0) {
		if (++pages > PAGES_MOST)
			return garbled(error, why, "there are too many pages");
		if (!go_on(j, error, why))
			return false;
		if (!j->complete)
			return garbled(error, why, "the answer of a finished "
			    "job is unfinished");
	}
	if (j->total < 0)
		return garbled(error, why, "the answer does not say how many "
		    "rows there are");
	if (j->total != j->rows) {
		google_error_set(error, GOOGLE_GARBLED);
		buf_addf(why, "%" PRId64 " of %" PRId64 " rows came", j->rows,
		    j->total);
		return false;
	}
	return true;
}

bool
bq_run(const struct bq_query *q, bq_page *take, void *arg, int64_t *ret_bytes,
    struct google_error *error, struct buf *why)
{
	int64_t left = call_left(q->call);
	struct job j CLEANUP(job_free) = { .q = q, .take = take, .arg = arg,
		.bytes = -1, .total = -1, .reserve_ms = left / 5 <
		RESERVE_MOST_MS ? left / 5 : RESERVE_MOST_MS };
	bool ok;

	if (q->location)
		buf_add(&j.location, q->location);
	ok = wait_for(&j, error, why) && all_pages(&j, error, why);
	*ret_bytes = j.bytes;
	return ok;
}

/*----------------------------------------------------------------- sessions */

/* A statement that gives no rows. */
static json_t *
statement(const struct bq_query *where, const char *sql, bool create,
    struct google_error *error, struct buf *why)
{
	struct bq_query q = *where;
	json_t *body CLEANUP_GOOGLE_JSON = NULL;

	q.sql = sql;
	q.params = (struct bq_params){ .date = false };
	q.most = 0;
	body = query_json(&q);
	if (create)
		(void)json_object_set_new(body, "createSession", json_true());
	return post_query(&q, body, call_left(q.call), error, why);
}

char *
bq_begin(const struct bq_query *q, struct google_error *error,
    struct buf *why)
{
	json_t *answer CLEANUP_GOOGLE_JSON = statement(q, "BEGIN TRANSACTION",
	    true, error, why);
	const char *id = google_text(json_object_get(answer, "sessionInfo"),
	    "sessionId", NULL);

	if (answer == NULL)
		return NULL;
	if (id && json_is_true(json_object_get(answer, "jobComplete")))
		return mem_copy(id);
	(void)garbled(error, why, "no transaction has begun");
	return NULL;
}

void
bq_end(const struct bq_query *q)
{
	struct google_error error;
	struct buf why CLEANUP_BUF = { 0 };

	if (call_left(q->call) > 0)
		json_decref(statement(q, "CALL BQ.ABORT_SESSION()", false,
		    &error, &why));
}
