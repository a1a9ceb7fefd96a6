/* SPDX-License-Identifier: BSD-2-Clause
 *
 * airflow.c -- the public API of Airflow, 2 and 3.
 *
 * Airflow 2 has /api/v1 and takes a user's name and password with each
 * request; Airflow 3 has /api/v2 and takes a token, which /auth/token gives
 * for them, and which expires: a 401 fetches another one, once per request.
 *
 * A run's state is queued, running, success or failed; what is none of these
 * (a later version's) counts as running. A run that isn't there any more was
 * deleted by somebody, and nobody can tell how it ended.
 */
#include "lib/airflow.h"

#include "lib/base64.h"
#include "lib/operation.h"
#include "lib/template.h"

enum { TASKS_SHOWN = 10 };

const char *const airflow_apis[] = { "v1", "v2", NULL };

/*------------------------------------------------------------- credentials */

static void
add_basic(const struct call *c, struct buf *value)
{
	struct buf b CLEANUP_BUF = { 0 };

	buf_addf(&b, "%s:%s", option_or(c->host, c->ctx, "username", ""),
	    option_or(c->host, c->ctx, "password", ""));
	buf_add(value, "Basic ");
	base64_add(value, buf_str(&b), b.len);
	explicit_bzero(b.s, b.len);
}

/* A token for username and password. */
static bool
fetch_token(struct airflow *a, struct http_reply *ret, struct buf *why)
{
	const struct call *c = a->call;
	const struct rest bare = { .base = a->rest.base,
		.ca_file = a->rest.ca_file };
	json_t *body = json_pack("{s:s, s:s}", "username",
	    option_or(c->host, c->ctx, "username", ""), "password",
	    option_or(c->host, c->ctx, "password", ""));
	struct rest_reply r CLEANUP_REST = { 0 };
	const char *token = NULL;

	buf_clear(&a->token);
	if (rest_ask(c, &bare, "POST", "/auth/token", body, &r, why)) {
		token = rest_text(r.json, "access_token", NULL);
		if (!rest_good(&r) || token == NULL) {
			buf_add(why, "no token from /auth/token: ");
			if (rest_good(&r))      /* may hold half a secret */
				buf_add(why, "not in the answer");
			else
				rest_say(&r, why);
		}
	}
	json_decref(body);
	ret->status = r.http.status;
	ret->retry_after_ms = r.http.retry_after_ms;
	/* Airflow 2 has no such place, and says so by a page */
	ret->failure = r.http.status == 404 ? GW_F_CONFIG : rest_class(&r);
	ret->unsent = true;     /* what this was about */
	if (!rest_good(&r) || token == NULL)
		return false;
	buf_add(&a->token, token);
	return true;
}

static bool
authorize(void *arg, const struct call *c, bool again, struct buf *value,
    struct http_reply *ret, struct buf *why)
{
	struct airflow *a = arg;
	const char *token = c->host->text(c->ctx, "token");

	if (token && *token) {
		buf_addf(value, "Bearer %s", token);
	} else if (!a->v2) {
		add_basic(c, value);
	} else {
		if ((again || a->token.len == 0) && !fetch_token(a, ret, why))
			return false;
		buf_addf(value, "Bearer %s", buf_str(&a->token));
	}
	return true;
}

/*------------------------------------------------------------------ opening */

bool
airflow_check(const struct gw_host *host, struct gw_ctx *ctx,
    struct buf *why)
{
	const char *token = option_or(host, ctx, "token", "");
	bool user = *option_or(host, ctx, "username", "") != '\0' &&
	    *option_or(host, ctx, "password", "") != '\0';

	if (!http_check_endpoint("url", option_or(host, ctx, "url", ""), why) ||
	    !rest_check_file("ca_file", host->text(ctx, "ca_file"), why))
		return false;
	if (token[strcspn(token, "\r\n")] != '\0')
		buf_add(why, "token: the secret has more than one line");
	else if (*token == '\0' && !user)
		buf_add(why, "expected a token, or username and password");
	else
		return true;
	return false;
}

void
airflow_begin(struct airflow *a, const struct call *c, const char *dag)
{
	*a = (struct airflow){ .call = c, .dag = dag,
		.v2 = strcmp(option_or(c->host, c->ctx, "api", "v2"),
		    "v2") == 0,
		.rest = { .base = option_or(c->host, c->ctx, "url", ""),
		    .ca_file = c->host->text(c->ctx, "ca_file"),
		    .authorize = authorize, .arg = a } };
	buf_addf(&a->path, "/api/%s/dags/", a->v2 ? "v2" : "v1");
	template_add_encoded(&a->path, dag);
}

void
airflow_end(struct airflow *a)
{
	if (a->token.s)
		explicit_bzero(a->token.s, a->token.len);
	buf_free(&a->token);
	buf_free(&a->path);
	buf_free(&a->run);
}

/*------------------------------------------------------------------- asking */

bool
airflow_ask(struct airflow *a, const char *method, const char *below,
    const json_t *body, struct rest_reply *ret, struct buf *why)
{
	struct buf path CLEANUP_BUF = { 0 };

	buf_addf(&path, "%s%s", buf_str(&a->path), below ? below : "");
	return rest_ask(a->call, &a->rest, method, buf_str(&path), body, ret,
	    why);
}

static void
run_path(const struct airflow *a, const char *below, struct buf *b)
{
	buf_add(b, "/dagRuns/");
	template_add_encoded(b, buf_str(&a->run));
	buf_add(b, below);
}

bool
airflow_ask_run(struct airflow *a, struct rest_reply *ret, struct buf *why)
{
	struct buf path CLEANUP_BUF = { 0 };

	run_path(a, "", &path);
	return airflow_ask(a, "GET", buf_str(&path), NULL, ret, why);
}

bool
airflow_is_run(const struct airflow *a, const struct rest_reply *r)
{
	return rest_good(r) && strcmp(rest_text(r->json, "dag_run_id", ""),
	    buf_str(&a->run)) == 0;
}

/* Which tasks of a failed run have failed, as far as that can be had. */
static void
add_failed_tasks(struct airflow *a, struct buf *why)
{
	struct buf path CLEANUP_BUF = { 0 }, ignored CLEANUP_BUF = { 0 };
	struct rest_reply r CLEANUP_REST = { 0 };
	json_t *list, *task;
	size_t i;

	run_path(a, "/taskInstances?state=failed&limit=10", &path);
	if (!airflow_ask(a, "GET", buf_str(&path), NULL, &r, &ignored) ||
	    !rest_good(&r))
		return;
	list = json_object_get(r.json, "task_instances");
	json_array_foreach(list, i, task) {
		const char *id = rest_text(task, "task_id", "?");

		if (i == TASKS_SHOWN)
			break;
		buf_add(why, i == 0 ? "; tasks that failed: " : ", ");
		buf_add_line(why, id, strlen(id), 100);
	}
}

enum follow
airflow_look(void *arg, struct buf *state, int64_t *ret_wait_ms,
    struct buf *why)
{
	struct airflow *a = arg;
	struct rest_reply r CLEANUP_REST = { 0 };
	const char *word;

	if (!airflow_ask_run(a, &r, why))
		return FOLLOW_NO_ANSWER;
	*ret_wait_ms = r.http.retry_after_ms;
	word = rest_text(r.json, "state", NULL);
	if (rest_absent(&r)) {
		buf_add(why, "was deleted, and nobody can tell how it ended");
		return FOLLOW_GONE;
	}
	if (!rest_good(&r) || word == NULL) {
		rest_say(&r, why);
		return rest_passing(&r) || rest_good(&r) ? FOLLOW_NO_ANSWER :
		    FOLLOW_LOST;
	}
	buf_add_line(state, word, strlen(word), 40);
	if (strcmp(word, "success") == 0)
		return FOLLOW_DONE;
	if (strcmp(word, "failed") != 0)
		return FOLLOW_RUNS;
	buf_add(why, "failed");
	add_failed_tasks(a, why);
	return FOLLOW_FAILED;
}

/* One page of what is queued or runs; *offset becomes that of the next, 0 at
 * the end. */
static bool
find_in_page(struct airflow *a, const char *id, size_t *offset,
    bool *ret_found, struct rest_reply *ret, struct buf *why)
{
	struct buf path CLEANUP_BUF = { 0 };
	json_t *list, *run;
	size_t i;

	buf_addf(&path, "/dagRuns?state=queued&state=running&limit=100"
	    "&offset=%zu", *offset);
	if (!airflow_ask(a, "GET", buf_str(&path), NULL, ret, why))
		return false;
	list = json_object_get(ret->json, "dag_runs");
	if (!rest_good(ret) || !json_is_array(list)) {
		buf_add(why, "what runs already can't be told: ");
		rest_say(ret, why);
		return false;
	}
	json_array_foreach(list, i, run) {
		const char *theirs = rest_text(run, "dag_run_id", "");

		if (*ret_found || !operation_akin(id, theirs))
			continue;
		*ret_found = true;
		buf_clear(&a->run);
		buf_add(&a->run, theirs);
	}
	*offset += i;
	if (i == 0 || (json_int_t)*offset >= json_integer_value(
	    json_object_get(ret->json, "total_entries")))
		*offset = 0;
	return true;
}

bool
airflow_find_akin(struct airflow *a, const char *id, bool *ret_found,
    struct rest_reply *ret, struct buf *why)
{
	size_t offset = 0;

	*ret_found = false;
	do {
		rest_reply_free(ret);
		if (!find_in_page(a, id, &offset, ret_found, ret, why))
			return false;
	} while (!*ret_found && offset > 0);
	return true;
}
