/* SPDX-License-Identifier: BSD-2-Clause
 *
 * executions.c -- executions of a Cloud Run job.
 *
 * Cloud Run gives an execution its name; ours is recognized by the variables
 * GATEWARDEN_OPERATION and _PIPELINE that its containers were given, which
 * are part of what a list of executions says.
 *
 * An execution has ended when it has a completion time; its condition
 * "Completed" says how, and where it says neither, nobody can tell. An
 * operation, which is looked at where the start named no execution, has ended
 * when it is done, with an error or a response.
 */
#include "lib/executions.h"

#include "lib/operation.h"

bool
executions_passing(enum google_fault f)
{
	return f == GOOGLE_NO_ANSWER || f == GOOGLE_BUSY ||
	    f == GOOGLE_RATE || f == GOOGLE_GARBLED || f == GOOGLE_QUOTA;
}

/*------------------------------------------------------------------ finding */

struct search {
	const struct call *c;
	bool akin;
	struct buf *ret;
};

static const char *
variable(const json_t *execution, const char *name)
{
	const json_t *list = json_object_get(json_array_get(json_object_get(
	    json_object_get(execution, "template"), "containers"), 0), "env");
	const json_t *x;
	size_t i;

	json_array_foreach(list, i, x)
		if (strcmp(google_text(x, "name", ""), name) == 0)
			return google_text(x, "value", "");
	return "";
}

static bool
consider(void *arg, const json_t *execution, struct buf *why)
{
	struct search *s = arg;
	const char *ours = param_or(s->c, "operation", "");
	const char *theirs = variable(execution, "GATEWARDEN_OPERATION");
	const char *name = google_text(execution, "name", "");

	/* it may be the one that is looked for */
	if (*name == '\0') {
		buf_add(why, "an execution without a name");
		return false;
	}
	if (s->ret->len > 0 || *theirs == '\0' ||
	    strcmp(variable(execution, "GATEWARDEN_PIPELINE"),
	    param_or(s->c, "pipeline", "")) != 0)
		return true;
	if (s->akin ? operation_akin(ours, theirs) && *google_text(execution,
	    "completionTime", "") == '\0' : strcmp(ours, theirs) == 0)
		buf_addf(s->ret, "/v2/%s", name);
	return true;
}

bool
executions_find(const struct call *c, struct google *g, const char *job,
    bool akin, struct buf *ret, struct google_error *error, struct buf *why)
{
	struct search s = { c, akin, ret };
	struct buf path CLEANUP_BUF = { 0 };

	buf_addf(&path, "%s/executions?pageSize=100", job);
	return google_list(c, g, buf_str(&path), "executions", consider, &s,
	    error, why);
}

/*------------------------------------------------------------------ looking */

static long long
counted(const json_t *j, const char *key)
{
	return (long long)json_integer_value(json_object_get(j, key));
}

static const json_t *
completed(const json_t *execution)
{
	const json_t *list = json_object_get(execution, "conditions"), *x;
	size_t i;

	json_array_foreach(list, i, x)
		if (strcmp(google_text(x, "type", ""), "Completed") == 0)
			return x;
	return NULL;
}

static enum follow
judge_execution(const json_t *j, struct buf *state, struct buf *why)
{
	const json_t *end = completed(j);
	const char *words = google_text(end, "message", "no reason given");
	const char *how = google_text(end, "state", "");

	buf_addf(state, "%lld of %lld tasks running, %lld succeeded, "
	    "%lld failed", counted(j, "runningCount"),
	    counted(j, "taskCount"), counted(j, "succeededCount"),
	    counted(j, "failedCount"));
	if (*google_text(j, "completionTime", "") == '\0')
		return FOLLOW_RUNS;
	if (strcmp(how, "CONDITION_SUCCEEDED") == 0) {
		buf_clear(state);
		buf_addf(state, "succeeded, %lld tasks",
		    counted(j, "succeededCount"));
		return FOLLOW_DONE;
	}
	if (strcmp(how, "CONDITION_FAILED") != 0) {
		buf_add(why, "has ended, and does not say how");
		return FOLLOW_LOST;
	}
	buf_addf(why, "%s: ", counted(j, "cancelledCount") > 0 ?
	    "was cancelled" : "failed");
	buf_add_line(why, words, strlen(words), 300);
	if (*google_text(j, "logUri", "")) {
		words = google_text(j, "logUri", "");
		buf_add(why, "; log: ");
		buf_add_line(why, words, strlen(words), 500);
	}
	return FOLLOW_FAILED;
}

static enum follow
judge_operation(const json_t *j, struct buf *state, struct buf *why)
{
	const json_t *failed = json_object_get(j, "error");
	struct google_error error = { 0 };

	buf_add(state, "under way");
	if (!json_is_true(json_object_get(j, "done")))
		return FOLLOW_RUNS;
	if (failed == NULL && json_is_object(json_object_get(j,
	    "response"))) {
		buf_clear(state);
		buf_add(state, "succeeded");
		return FOLLOW_DONE;
	}
	if (failed == NULL) {
		buf_add(why, "has ended, and does not say how");
		return FOLLOW_LOST;
	}
	buf_add(why, "failed: ");
	google_error_proto(failed, &error, why);
	return FOLLOW_FAILED;
}

enum follow
execution_look(void *arg, struct buf *state, int64_t *ret_wait_ms,
    struct buf *why)
{
	const struct execution *x = arg;
	struct google_error error = { 0 };
	json_t *j CLEANUP_GOOGLE_JSON = google_get(x->call, x->google,
	    x->path, &error, why);

	if (j)
		return strstr(x->path, "/operations/") ?
		    judge_operation(j, state, why) :
		    judge_execution(j, state, why);
	*ret_wait_ms = error.retry_after_ms;
	if (error.fault == GOOGLE_NOT_FOUND) {
		buf_add(why, "; it was deleted, and nobody can tell how it "
		    "ended");
		return FOLLOW_GONE;
	}
	return executions_passing(error.fault) ? FOLLOW_NO_ANSWER :
	    FOLLOW_LOST;
}
