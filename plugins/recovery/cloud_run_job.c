/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cloud_run_job.c -- action `cloud_run_job`: runs a Cloud Run job.
 *
 * The containers get `args` and the variables GATEWARDEN_DATE and the like as
 * overrides of this execution alone (which takes the permission
 * run.jobs.runWithOverrides). Cloud Run has no way to name an execution, so
 * the operation among the variables is what it is recognized by: an
 * unfinished one of an earlier attempt is joined, and a start without a clear
 * answer is looked for. One that isn't found then may still arrive: that is
 * "can't tell", and the probe looks again.
 */
#include "lib/container.h"
#include "lib/executions.h"

enum { SETTLE_MS = 1000, SETTLE_TIMES = 5 };

struct run {
	const struct call *c;
	struct cloud *k;
	struct buf job;         /* its path */
	struct buf execution;   /* its path, or that of its operation */
	struct google_error error;
	struct buf why;
};

static void
run_free(struct run *r)
{
	buf_free(&r->job);
	buf_free(&r->execution);
	buf_free(&r->why);
}

#define CLEANUP_RUN CLEANUP(run_free)

static void
run_begin(struct run *r, const struct call *c, struct cloud *k)
{
	*r = (struct run){ .c = c, .k = k };
	path_add(&r->job, "/v2/projects/", k->project);
	path_add(&r->job, "/locations/", c->host->text(c->ctx, "location"));
	path_add(&r->job, "/jobs/", c->host->text(c->ctx, "job"));
}

static int32_t
failed(const struct run *r)
{
	struct buf b CLEANUP_BUF = { 0 };

	buf_addf(&b, "job %s: %s", r->c->host->text(r->c->ctx, "job"),
	    buf_str(&r->why));
	return call_failed(r->c, r->error.fault == GOOGLE_NOT_FOUND ?
	    GW_F_CONFIG : r->error.failure, r->error.retry_after_ms, &b);
}

static json_t *
request(const struct call *c, struct buf *why)
{
	const char *name = c->host->text(c->ctx, "container");
	json_t *args = container_args(c, why), *one;

	if (args == NULL)
		return NULL;
	one = json_pack("{s:o}", "env", container_variables(c));
	if (json_array_size(args) > 0)
		json_object_set(one, "args", args);
	json_decref(args);
	if (name)
		json_object_set_new(one, "name", json_string(name));
	return json_pack("{s:{s:[o]}}", "overrides", "containerOverrides",
	    one);
}

static bool
find(struct run *r, bool akin)
{
	buf_clear(&r->why);
	return executions_find(r->c, r->k->google, buf_str(&r->job), akin,
	    &r->execution, &r->error, &r->why);
}

/* The start has no clear answer: is there an execution all the same? */
static int32_t
settle(struct run *r)
{
	struct buf said CLEANUP_BUF = { 0 };
	int i;

	buf_add(&said, "whether an execution was started can't be told: ");
	buf_add(&said, buf_str(&r->why));
	for (i = 0; i < SETTLE_TIMES && r->execution.len == 0; i++)
		if (!call_pause(r->c, SETTLE_MS) || (!find(r, false) &&
		    !executions_passing(r->error.fault)))
			break;
	return r->execution.len > 0 ? GW_OK : call_unknown(r->c, &said);
}

/* GW_OK: `execution` is set. */
static int32_t
start(struct run *r)
{
	json_t *body CLEANUP_GOOGLE_JSON = request(r->c, &r->why);
	json_t *answer CLEANUP_GOOGLE_JSON = NULL;
	struct buf path CLEANUP_BUF = { 0 };
	const char *name;

	if (body == NULL)
		return call_failed(r->c, GW_F_CONFIG, 0, &r->why);
	buf_addf(&path, "%s:run", buf_str(&r->job));
	answer = google_post(r->c, r->k->google, buf_str(&path), body,
	    &r->error, &r->why);
	name = google_text(json_object_get(answer, "metadata"), "name",
	    google_text(answer, "name", ""));
	if (*name) {
		buf_addf(&r->execution, "/v2/%s", name);
		return GW_OK;
	}
	if (answer)
		buf_add(&r->why, "the answer names no execution");
	else if (r->error.unsent || (r->error.fault != GOOGLE_NO_ANSWER &&
	    r->error.fault != GOOGLE_BUSY &&
	    r->error.fault != GOOGLE_GARBLED))
		return failed(r);
	return settle(r);
}

static int32_t
finish(struct run *r)
{
	struct execution x = { r->c, r->k->google, buf_str(&r->execution) };
	const char *slash = strrchr(x.path, '/');
	struct buf what CLEANUP_BUF = { 0 }, why CLEANUP_BUF = { 0 };
	enum follow f;

	buf_add(&what, "execution ");
	buf_add_line(&what, slash + 1, strlen(slash + 1), 100);
	f = follow(r->c, buf_str(&what), r->c->host->integer(r->c->ctx,
	    "poll"), execution_look, &x, &why);
	return follow_end(r->c, f, GW_F_TRANSIENT, &why);
}

static int32_t
run_call(struct gw_ctx *ctx, void *self)
{
	struct cloud *k = self;
	struct call c = call_begin(k->host, ctx);
	struct run r CLEANUP_RUN = { 0 };
	int32_t code = GW_OK;

	run_begin(&r, &c, k);
	if (!find(&r, true))
		return failed(&r);
	if (r.execution.len > 0)
		k->host->log(ctx, GW_L_INFO, "%s is under way: joined",
		    buf_str(&r.execution));
	else
		code = start(&r);
	return code == GW_OK ? finish(&r) : code;
}

/* Is there an execution of this operation? Then its end is waited for. */
static int32_t
run_probe(struct gw_ctx *ctx, void *self)
{
	struct cloud *k = self;
	struct call c = call_begin(k->host, ctx);
	struct run r CLEANUP_RUN = { 0 };
	bool found;

	run_begin(&r, &c, k);
	do
		found = find(&r, false);
	while (!found && executions_passing(r.error.fault) &&
	    call_pause(&c, k->host->integer(ctx, "poll")));
	if (!found)
		return call_unknown(&c, &r.why);
	if (r.execution.len > 0)
		return finish(&r);
	buf_add(&r.why, "no execution has this operation");
	return call_failed(&c, GW_F_TRANSIENT, 0, &r.why);
}

static void
run_close(struct gw_ctx *ctx, void *self)
{
	(void)ctx;
	cloud_close(self);
	free(self);
}

static int32_t
run_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct cloud *k = mem_new(1, sizeof *k);
	struct buf why CLEANUP_BUF = { 0 };

	if (cloud_check_name(host, ctx, "location", &why) &&
	    cloud_check_name(host, ctx, "job", &why) &&
	    container_check(host, ctx, &why) &&
	    cloud_open(k, host, ctx, "https://run.googleapis.com", &why)) {
		*ret_self = k;
		return GW_OK;
	}
	run_close(ctx, k);
	return open_failed(host, ctx, &why);
}

static const struct gw_option options[] = {
	{ .name = "job", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "the job's name, without project and location" },
	{ .name = "location", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "the location, such as \"us-central1\"" },
	CONTAINER_OPTIONS,
	{ .name = "container", .type = GW_T_STRING,
	  .help = "which container gets args and variables, where the job "
	      "has several" },
	{ .name = "poll", .type = GW_T_DURATION, .fallback = "\"10s\"",
	  .min = 10, .max = 3600000,
	  .help = "how often to ask what the execution does" },
	CLOUD_OPTIONS("https://run.googleapis.com"),
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_ACTION, .name = "cloud_run_job", .version = "1",
	.summary = "runs a Cloud Run job and waits for it",
	.options = options, .open = run_open, .call = run_call,
	.close = run_close, .probe = run_probe
);
