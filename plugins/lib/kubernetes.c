/* SPDX-License-Identifier: BSD-2-Clause
 *
 * kubernetes.c -- jobs of a Kubernetes cluster.
 *
 * A pod's token is a file that the cluster renews; it is read for each
 * request, so that a wait of hours survives its renewal. A 401 reads it once
 * more.
 *
 * A job has ended when it has the condition Complete or Failed; what comes
 * before (SuccessCriteriaMet, FailureTarget, Suspended) is not the end. One
 * that is gone was deleted, perhaps by its own ttlSecondsAfterFinished.
 */
#include "lib/kubernetes.h"

#include <fcntl.h>

#include "lib/container.h"
#include "lib/operation.h"
#include "lib/template.h"

enum { TOKEN_MOST = 16384, PAGE = 100 };

/*------------------------------------------------------------- credentials */

static bool
read_token(const char *path, struct buf *value, struct buf *why)
{
	int fd CLEANUP_CLOSE = open(path, O_RDONLY | O_CLOEXEC);
	char text[TOKEN_MOST];
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
	size_t len;

	if (n < 0) {
		buf_addf(why, "token_file: %s can't be read", path);
		return false;
	}
	text[n] = '\0';
	len = strcspn(text, "\r\n");
	if (len > 0)
		buf_addf(value, "Bearer %.*s", (int)len, text);
	else
		buf_addf(why, "token_file: %s is empty", path);
	explicit_bzero(text, sizeof text);
	return len > 0;
}

static const char *
token_file(const struct gw_host *host, struct gw_ctx *ctx)
{
	return option_or(host, ctx, "token_file",
	    KUBERNETES_ACCOUNT "/token");
}

static bool
authorize(void *arg, const struct call *c, bool again, struct buf *value,
    struct http_reply *ret, struct buf *why)
{
	const char *token = option_or(c->host, c->ctx, "token", "");

	(void)arg;
	(void)again;
	if (*token == '\0') {
		ret->unsent = true;
		ret->failure = GW_F_CONFIG;
		return read_token(token_file(c->host, c->ctx), value, why);
	}
	buf_addf(value, "Bearer %s", token);
	return true;
}

/*------------------------------------------------------------------ opening */

bool
kubernetes_check(const struct gw_host *host, struct gw_ctx *ctx,
    struct buf *why)
{
	const char *token = option_or(host, ctx, "token", "");

	if (!http_check_endpoint("server", option_or(host, ctx, "server", ""),
	    why) ||
	    !rest_check_file("ca_file", host->text(ctx, "ca_file"), why))
		return false;
	if (token[strcspn(token, "\r\n")] == '\0')
		return *token || rest_check_file("token_file",
		    token_file(host, ctx), why);
	buf_add(why, "token: the secret has more than one line");
	return false;
}

void
kubernetes_begin(struct kubernetes *k, const struct call *c)
{
	const char *ca = c->host->text(c->ctx, "ca_file");

	if (ca == NULL && access(KUBERNETES_ACCOUNT "/ca.crt", R_OK) == 0)
		ca = KUBERNETES_ACCOUNT "/ca.crt";
	*k = (struct kubernetes){ .call = c, .rest = {
		.base = option_or(c->host, c->ctx, "server", ""),
		.ca_file = ca, .authorize = authorize } };
	buf_add(&k->jobs, "/apis/batch/v1/namespaces/");
	template_add_encoded(&k->jobs, option_or(c->host, c->ctx,
	    "namespace", "default"));
	buf_add(&k->jobs, "/jobs");
	buf_add(&k->pods, "/api/v1/namespaces/");
	template_add_encoded(&k->pods, option_or(c->host, c->ctx,
	    "namespace", "default"));
	buf_add(&k->pods, "/pods");
}

void
kubernetes_end(struct kubernetes *k)
{
	buf_free(&k->jobs);
	buf_free(&k->pods);
	buf_free(&k->job);
}

/*------------------------------------------------------------------- asking */

bool
kubernetes_ask_job(struct kubernetes *k, struct rest_reply *ret,
    struct buf *why)
{
	struct buf path CLEANUP_BUF = { 0 };

	buf_addf(&path, "%s/%s", buf_str(&k->jobs), buf_str(&k->job));
	return rest_ask(k->call, &k->rest, "GET", buf_str(&path), NULL, ret,
	    why);
}

json_t *
kubernetes_cron_spec(struct kubernetes *k, const char *name,
    struct rest_reply *ret, struct buf *why)
{
	struct buf path CLEANUP_BUF = { 0 };
	json_t *spec;

	/* beside "jobs" there are "cronjobs" */
	buf_addn(&path, k->jobs.s, k->jobs.len - strlen("jobs"));
	buf_add(&path, "cronjobs/");
	template_add_encoded(&path, name);
	if (!rest_ask(k->call, &k->rest, "GET", buf_str(&path), NULL, ret,
	    why))
		return NULL;
	spec = json_object_get(json_object_get(json_object_get(ret->json,
	    "spec"), "jobTemplate"), "spec");
	if (rest_good(ret) && json_is_object(spec))
		return json_deep_copy(spec);
	buf_addf(why, "cronjob %s: ", name);
	rest_say(ret, why);
	return NULL;
}

/* A cluster expands $(NAME) in words and variables: in ours nothing. */
static json_t *
literally(const char *s)
{
	struct buf b CLEANUP_BUF = { 0 };

	for (; *s; s++)
		buf_add(&b, *s == '$' ? "$$" : (char[]){ *s, '\0' });
	return json_string(buf_str(&b));
}

static void
escape_all(json_t *args, json_t *variables)
{
	const json_t *x;
	size_t i;

	json_array_foreach(args, i, x)
		json_array_set_new(args, i, literally(json_string_value(x)));
	json_array_foreach(variables, i, x)
		json_object_set_new(json_array_get(variables, i), "value",
		    literally(rest_text(x, "value", "")));
}

/* In place of what the container has of that name. */
static void
merge_variables(json_t *container, const json_t *variables)
{
	json_t *env = json_object_get(container, "env"), *out = json_array();
	const json_t *x, *ours;
	size_t i, k;

	json_array_foreach(env, i, x) {
		bool set = false;

		json_array_foreach(variables, k, ours)
			set |= strcmp(rest_text(ours, "name", ""),
			    rest_text(x, "name", "")) == 0;
		if (!set)
			json_array_append(out, (json_t *)(uintptr_t)x);
	}
	json_array_extend(out, (json_t *)(uintptr_t)variables);
	json_object_set_new(container, "env", out);
}

bool
kubernetes_dress(const struct call *c, json_t *spec, struct buf *why)
{
	json_t *pod = json_object_get(json_object_get(spec, "template"),
	    "spec"), *list = json_object_get(pod, "containers"), *x;
	json_t *first = json_array_get(list, 0), *args, *variables;
	size_t i;

	if (!json_is_object(first)) {
		buf_add(why, "the job's spec has no template.spec.containers");
		return false;
	}
	args = container_args(c, why);
	if (args == NULL)
		return false;
	variables = container_variables(c);
	escape_all(args, variables);
	if (json_array_size(args) > 0)
		json_object_set(first, "args", args);
	json_decref(args);
	json_array_foreach(list, i, x)
		merge_variables(x, variables);
	json_decref(variables);
	if (json_object_get(pod, "restartPolicy") == NULL)
		json_object_set_new(pod, "restartPolicy",
		    json_string("Never"));
	if (json_object_get(spec, "activeDeadlineSeconds") == NULL)
		json_object_set_new(spec, "activeDeadlineSeconds",
		    json_integer(call_left(c) / 1000 + 1));
	return true;
}

/* The condition of this type that holds, or NULL. */
static const json_t *
condition(const json_t *job, const char *type)
{
	const json_t *list = json_object_get(json_object_get(job, "status"),
	    "conditions"), *x;
	size_t i;

	json_array_foreach(list, i, x)
		if (strcmp(rest_text(x, "type", ""), type) == 0 &&
		    strcmp(rest_text(x, "status", ""), "True") == 0)
			return x;
	return NULL;
}

bool
kubernetes_is_final(const json_t *job)
{
	return strcmp(rest_text(condition(job, "Failed"), "reason", ""),
	    "PodFailurePolicy") == 0;
}

/* How a container of a pod ended, or why it doesn't begin. */
static void
add_container(const json_t *container, struct buf *why)
{
	const json_t *state = json_object_get(container, "state");
	const json_t *ended = json_object_get(state, "terminated");
	const char *reason = rest_text(ended ? ended :
	    json_object_get(state, "waiting"), "reason", NULL);

	if (reason == NULL)
		return;
	buf_add(why, "; ");
	buf_add_line(why, rest_text(container, "name", "?"),
	    strlen(rest_text(container, "name", "?")), 60);
	buf_add(why, ": ");
	buf_add_line(why, reason, strlen(reason), 60);
	if (ended)
		buf_addf(why, ", exit %lld", (long long)json_integer_value(
		    json_object_get(ended, "exitCode")));
}

/* What the last pod says, as far as that can be had. */
static void
add_pods(struct kubernetes *k, struct buf *why)
{
	struct buf path CLEANUP_BUF = { 0 }, ignored CLEANUP_BUF = { 0 };
	struct rest_reply r CLEANUP_REST = { 0 };
	const json_t *items, *list, *x;
	size_t i;

	buf_addf(&path, "%s?labelSelector=job-name%%3D%s", buf_str(&k->pods),
	    buf_str(&k->job));
	if (!rest_ask(k->call, &k->rest, "GET", buf_str(&path), NULL, &r,
	    &ignored) || !rest_good(&r))
		return;
	items = json_object_get(r.json, "items");
	if (json_array_size(items) == 0)
		return;
	list = json_object_get(json_object_get(json_array_get(items,
	    json_array_size(items) - 1), "status"), "containerStatuses");
	json_array_foreach(list, i, x)
		add_container(x, why);
}

static enum follow
judge(struct kubernetes *k, const json_t *job, struct buf *state,
    struct buf *why)
{
	const json_t *status = json_object_get(job, "status");
	const json_t *failed = condition(job, "Failed");
	const char *words;

	buf_addf(state, "%lld active, %lld succeeded, %lld failed",
	    (long long)json_integer_value(json_object_get(status, "active")),
	    (long long)json_integer_value(json_object_get(status,
	    "succeeded")),
	    (long long)json_integer_value(json_object_get(status, "failed")));
	if (condition(job, "Complete")) {
		buf_clear(state);
		buf_add(state, "complete");
		return FOLLOW_DONE;
	}
	if (failed == NULL) {
		if (condition(job, "Suspended"))
			buf_add(state, ", suspended");
		return FOLLOW_RUNS;
	}
	words = rest_text(failed, "message", "no reason given");
	buf_add(why, "failed: ");
	buf_add_line(why, words, strlen(words), 200);
	add_pods(k, why);
	return FOLLOW_FAILED;
}

enum follow
kubernetes_look(void *arg, struct buf *state, int64_t *ret_wait_ms,
    struct buf *why)
{
	struct kubernetes *k = arg;
	struct rest_reply r CLEANUP_REST = { 0 };

	if (!kubernetes_ask_job(k, &r, why))
		return FOLLOW_NO_ANSWER;
	*ret_wait_ms = r.http.retry_after_ms;
	if (rest_absent(&r)) {
		buf_add(why, "was deleted, and nobody can tell how it ended");
		return FOLLOW_GONE;
	}
	if (rest_good(&r) && json_is_object(r.json))
		return judge(k, r.json, state, why);
	rest_say(&r, why);
	return rest_passing(&r) || rest_good(&r) ? FOLLOW_NO_ANSWER :
	    FOLLOW_LOST;
}

/* One page of our jobs; *next becomes the token of the next, "" at the end. */
static bool
find_in_page(struct kubernetes *k, const char *name, struct buf *next,
    bool *ret_found, struct rest_reply *ret, struct buf *why)
{
	struct buf path CLEANUP_BUF = { 0 };
	const json_t *list, *job;
	size_t i;

	buf_addf(&path, "%s?labelSelector=app.kubernetes.io%%2Fmanaged-by"
	    "%%3Dgatewarden&limit=%d&continue=", buf_str(&k->jobs), PAGE);
	template_add_encoded(&path, buf_str(next));
	if (!rest_ask(k->call, &k->rest, "GET", buf_str(&path), NULL, ret,
	    why))
		return false;
	list = json_object_get(ret->json, "items");
	if (!rest_good(ret) || !json_is_array(list)) {
		buf_add(why, "what runs already can't be told: ");
		rest_say(ret, why);
		return false;
	}
	json_array_foreach(list, i, job) {
		const char *theirs = rest_text(json_object_get(job,
		    "metadata"), "name", "");

		if (*ret_found || !operation_akin(name, theirs) ||
		    condition(job, "Complete") || condition(job, "Failed"))
			continue;
		*ret_found = true;
		buf_clear(&k->job);
		buf_add(&k->job, theirs);
	}
	buf_clear(next);
	buf_add(next, rest_text(json_object_get(ret->json, "metadata"),
	    "continue", ""));
	return true;
}

bool
kubernetes_find_akin(struct kubernetes *k, const char *name, bool *ret_found,
    struct rest_reply *ret, struct buf *why)
{
	struct buf next CLEANUP_BUF = { 0 };

	*ret_found = false;
	do {
		rest_reply_free(ret);
		if (!find_in_page(k, name, &next, ret_found, ret, why))
			return false;
	} while (!*ret_found && next.len > 0);
	return true;
}
