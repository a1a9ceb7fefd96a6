/* SPDX-License-Identifier: BSD-2-Clause
 *
 * scheduler_job.c -- action `scheduler_job`: pauses jobs of Google Cloud
 * Scheduler, or resumes them.
 *
 * Where a scheduler starts a phase and asks nobody, an edge that is closed is
 * enforced by pausing its jobs; the check `cloud_scheduler` proves it. Each
 * job is looked at first, because one that is paused already may not be
 * paused: doing it twice is doing it once. All of them are tried, whatever
 * becomes of one: of three starters that should stand still, two are better
 * than none. It is done when every job's own answer says so.
 *
 * A job that the system has disabled, or whose last update failed, is
 * neither: a person has to look at it. The probe looks at the jobs.
 */
#include "lib/cloud.h"

enum { ASK_AGAIN_MS = 2000 };

struct job {
	struct buf path;        /* /v1/projects/... */
	const char *name;
	bool otherwise;         /* its answer says another state */
	struct google_error error;
	struct buf why;
};

static void
job_free(struct job *j)
{
	buf_free(&j->path);
	buf_free(&j->why);
}

#define CLEANUP_JOB CLEANUP(job_free)

static void
job_begin(const struct call *c, const struct cloud *k, uint32_t i,
    struct job *ret)
{
	*ret = (struct job){ .name = c->host->item(c->ctx, "jobs", i) };
	path_add(&ret->path, "/v1/projects/", k->project);
	path_add(&ret->path, "/locations/", c->host->text(c->ctx,
	    "location"));
	path_add(&ret->path, "/jobs/", ret->name);
	buf_addf(&ret->why, "%s: ", ret->name);
}

static bool
pausing(const struct call *c)
{
	return strcmp(c->host->text(c->ctx, "operation"), "pause") == 0;
}

static const char *
wanted_state(const struct call *c)
{
	return pausing(c) ? "PAUSED" : "ENABLED";
}

/* Its answer: is it so? Takes the answer. False: what it is, or what went
 * wrong. */
static bool
is_so(const struct call *c, struct job *j, json_t *answer)
{
	const char *state = google_text(answer, "state", "");
	bool so = answer && strcmp(state, wanted_state(c)) == 0;

	j->otherwise = answer && !so && *state;
	if (j->otherwise) {
		google_error_set(&j->error, GOOGLE_INVALID);
		buf_add(&j->why, "is ");
		buf_add_line(&j->why, state, strlen(state), 40);
	} else if (answer && !so) {
		google_error_set(&j->error, GOOGLE_GARBLED);
		buf_add(&j->why, "the answer doesn't say its state");
	}
	json_decref(answer);
	return so;
}

static bool
may_change(const struct call *c, const json_t *answer)
{
	return answer && strcmp(google_text(answer, "state", ""),
	    pausing(c) ? "ENABLED" : "PAUSED") == 0;
}

static bool
switch_job(const struct call *c, struct cloud *k, struct job *j)
{
	json_t *answer = google_get(c, k->google, buf_str(&j->path),
	    &j->error, &j->why), *empty;

	if (!may_change(c, answer))
		return is_so(c, j, answer);
	json_decref(answer);
	buf_addf(&j->path, ":%s", c->host->text(c->ctx, "operation"));
	empty = json_object();
	answer = google_post(c, k->google, buf_str(&j->path), empty,
	    &j->error, &j->why);
	json_decref(empty);
	if (is_so(c, j, answer))
		return true;
	if (j->otherwise)       /* it may be so in a moment */
		google_error_set(&j->error, GOOGLE_BUSY);
	return false;
}

static bool
passing(enum google_fault f)
{
	return f == GOOGLE_NO_ANSWER || f == GOOGLE_BUSY ||
	    f == GOOGLE_RATE || f == GOOGLE_GARBLED;
}

static int32_t
scheduler_call(struct gw_ctx *ctx, void *self)
{
	struct cloud *k = self;
	struct call c = call_begin(k->host, ctx);
	uint32_t n = k->host->count(ctx, "jobs"), failed = 0, i;
	struct google_error worst = { 0 };
	struct buf why CLEANUP_BUF = { 0 };

	for (i = 0; i < n; i++) {
		struct job j CLEANUP_JOB = { 0 };

		job_begin(&c, k, i, &j);
		if (switch_job(&c, k, &j)) {
			k->host->log(ctx, GW_L_INFO, "%s is %s", j.name,
			    wanted_state(&c));
			continue;
		}
		/* that one may work next time decides for all */
		if (failed == 0 || passing(j.error.fault))
			worst = j.error;
		buf_addf(&why, "%s%s", failed++ ? "; " : "",
		    buf_str(&j.why));
	}
	if (failed == 0) {
		k->host->remark(ctx, "%u of %u jobs are %s", n, n,
		    wanted_state(&c));
		return GW_OK;
	}
	return call_failed(&c, worst.fault == GOOGLE_NOT_FOUND ?
	    GW_F_CONFIG : worst.failure, worst.retry_after_ms, &why);
}

static int32_t
scheduler_probe(struct gw_ctx *ctx, void *self)
{
	struct cloud *k = self;
	struct call c = call_begin(k->host, ctx);
	uint32_t n = k->host->count(ctx, "jobs"), i = 0;

	while (i < n) {
		struct job j CLEANUP_JOB = { 0 };

		job_begin(&c, k, i, &j);
		if (is_so(&c, &j, google_get(&c, k->google,
		    buf_str(&j.path), &j.error, &j.why)))
			i++;
		else if (j.otherwise)
			return call_failed(&c, GW_F_TRANSIENT, 0, &j.why);
		else if (!passing(j.error.fault) ||
		    !call_pause(&c, ASK_AGAIN_MS))
			return call_unknown(&c, &j.why);
	}
	return GW_OK;
}

static void
scheduler_close(struct gw_ctx *ctx, void *self)
{
	(void)ctx;
	cloud_close(self);
	free(self);
}

static bool
check_jobs(const struct gw_host *host, struct gw_ctx *ctx, struct buf *why)
{
	uint32_t n = host->count(ctx, "jobs"), i;

	if (n == 0)
		buf_add(why, "jobs is empty: expected at least one");
	for (i = 0; i < n; i++) {
		const char *s = host->item(ctx, "jobs", i);

		if (*s && strchr(s, '/') == NULL)
			continue;
		buf_addf(why, "jobs: '%s' is no name; expected one without "
		    "a slash", s);
		return false;
	}
	return n > 0;
}

static int32_t
scheduler_open(struct gw_ctx *ctx, const struct gw_host *host,
    void **ret_self)
{
	struct cloud *k = mem_new(1, sizeof *k);
	struct buf why CLEANUP_BUF = { 0 };

	if (cloud_check_name(host, ctx, "location", &why) &&
	    check_jobs(host, ctx, &why) &&
	    cloud_open(k, host, ctx, "https://cloudscheduler.googleapis.com",
	    &why)) {
		*ret_self = k;
		return GW_OK;
	}
	scheduler_close(ctx, k);
	return open_failed(host, ctx, &why);
}

static const char *const operations[] = { "pause", "resume", NULL };

static const struct gw_option options[] = {
	{ .name = "operation", .type = GW_T_ENUM, .flags = GW_REQUIRED,
	  .choices = operations, .help = "what to do with the jobs" },
	{ .name = "jobs", .type = GW_T_LIST, .flags = GW_REQUIRED,
	  .help = "the jobs' names, without project and location" },
	{ .name = "location", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "the location, such as \"us-central1\"" },
	CLOUD_OPTIONS("https://cloudscheduler.googleapis.com"),
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_ACTION, .name = "scheduler_job", .version = "1",
	.summary = "pauses jobs of Google Cloud Scheduler, or resumes them",
	.options = options, .open = scheduler_open, .call = scheduler_call,
	.close = scheduler_close, .probe = scheduler_probe
);
