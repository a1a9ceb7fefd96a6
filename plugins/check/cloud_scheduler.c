/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cloud_scheduler.c -- check `cloud_scheduler`: are the jobs there, and do
 * they run?
 *
 * The jobs of a location are listed (Cloud Scheduler API v1, all pages) and
 * held against those that have to be there. A job counts when it exists, is
 * ENABLED (or PAUSED, where that is wanted), has the target, schedule and
 * zone that its group asks for, when its last attempt isn't older than
 * `period` and `grace`, and ended with a status that is accepted. The others
 * are missing items, with the reason as evidence. A job that was made or
 * changed within its period may not have run yet.
 *
 * That the scheduler calls an attempt a success says that the target answered
 * in time, nothing more; that work is done is for other checks.
 *
 * Could not tell: no right to list (Cloud Scheduler Viewer), the API off (see
 * service_usage), a location that isn't one, a rate limit, half an answer.
 * A list that is empty is a fact: no job is there.
 */
#include "lib/cloud.h"
#include "lib/instant.h"
#include "lib/wanted.h"

struct look {
	const struct call *c;
	struct wanted wanted;
	size_t jobs;
};

static void
look_free(struct look *l)
{
	wanted_free(&l->wanted);
}

/* Where it goes: a URL, a topic's full name, or a path of App Engine. */
static const char *
target_of(const json_t *job)
{
	const json_t *http = json_object_get(job, "httpTarget");
	const json_t *topic = json_object_get(job, "pubsubTarget");
	const json_t *engine = json_object_get(job, "appEngineHttpTarget");

	return http ? google_text(http, "uri", "") :
	    topic ? google_text(topic, "topicName", "") :
	    google_text(engine, "relativeUri", "");
}

static void
compare(const char *what, const char *is, const char *has_to_be,
    struct buf *lacks)
{
	if (has_to_be == NULL || lacks->len > 0 || strcmp(is, has_to_be) == 0)
		return;
	buf_addf(lacks, "has %s '", what);
	buf_add_line(lacks, is, strlen(is), 200);
	buf_addf(lacks, "', expected '%s'", has_to_be);
}

static void
check_target(const json_t *job, const char *has_to_be, struct buf *lacks)
{
	const char *is = target_of(job);

	/* a topic may be named without its project */
	if (has_to_be && strncmp(is, "projects/", 9) == 0 &&
	    strchr(has_to_be, '/') == NULL)
		is = last_part(is);
	compare("the target", is, has_to_be, lacks);
}

static void
check_attempt(const struct call *c, const json_t *job, int64_t period,
    struct buf *lacks)
{
	int64_t most = period + c->host->integer(c->ctx, "grace");
	int64_t now = c->host->now(c->ctx), at = 0, made = 0;
	bool ran = cloud_instant(job, "lastAttemptTime", &at);
	bool young = cloud_instant(job, "userUpdateTime", &made) &&
	    now - made <= most;
	char text[INSTANT_TEXT];

	if (period <= 0 || lacks->len > 0 || young ||
	    (ran && now - at <= most))
		return;
	if (ran)
		buf_addf(lacks, "ran last at %s, expected every %lld s",
		    instant_format(at, text), (long long)(period / 1000));
	else
		buf_add(lacks, "has never run");
}

static void
check_status(const struct call *c, const json_t *job, struct buf *lacks)
{
	const json_t *status = json_object_get(job, "status");
	json_int_t code = json_integer_value(json_object_get(status, "code"));
	const char *message = google_text(status, "message", "");
	uint32_t n = c->host->count(c->ctx, "accept_status"), i;
	const char *name = google_code_name(code);

	if (name == NULL)
		name = "UNKNOWN";
	if (code <= 0 || lacks->len > 0)        /* -1: never ran */
		return;
	for (i = 0; i < n; i++)
		if (strcmp(c->host->item(c->ctx, "accept_status", i),
		    name) == 0)
			return;
	buf_addf(lacks, "failed at its last attempt: %s", name);
	if (*message) {
		buf_add(lacks, ", ");
		buf_add_line(lacks, message, strlen(message), 200);
	}
}

/* What is there has to be readable: a status that isn't would be OK, an
 * instant that isn't would be "never". */
static bool
is_readable(const json_t *job, const char *name, struct buf *why)
{
	static const char *const times[] = { "lastAttemptTime",
		"userUpdateTime" };
	const json_t *status = json_object_get(job, "status");
	const json_t *code = json_object_get(status, "code");
	int64_t at;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(times); i++)
		if (json_object_get(job, times[i]) &&
		    !cloud_instant(job, times[i], &at)) {
			buf_addf(why, "a %s that is no instant: ",
			    times[i]);
			buf_add_line(why, name, strlen(name), 200);
			return false;
		}
	if ((status == NULL || json_is_null(status) ||
	    json_is_object(status)) && (code == NULL ||
	    json_is_integer(code)))
		return true;
	buf_add(why, "a status that is none: ");
	buf_add_line(why, name, strlen(name), 200);
	return false;
}

static bool
take_job(void *arg, const json_t *job, struct buf *why)
{
	struct look *l = arg;
	const char *name = google_text(job, "name", "");
	const char *state = google_text(job, "state", ""), *expected;
	struct wanted_thing *t;

	if (*name == '\0' || *state == '\0') {
		buf_add(why, "a job without name or state");
		return false;
	}
	l->jobs++;
	t = wanted_met(l->c, &l->wanted, name);
	if (t == NULL)
		return true;
	if (!is_readable(job, name, why))
		return false;
	expected = t->group < 0 ? NULL : wanted_text(l->c, &l->wanted, t,
	    "state");
	if (expected == NULL)
		expected = "ENABLED";
	if (strcmp(state, expected) != 0) {
		buf_add(&t->lacks, "is ");
		buf_add_line(&t->lacks, state, strlen(state), 40);
		buf_addf(&t->lacks, ", expected %s", expected);
	}
	check_target(job, wanted_text(l->c, &l->wanted, t, "target"),
	    &t->lacks);
	compare("the schedule", google_text(job, "schedule", ""),
	    wanted_text(l->c, &l->wanted, t, "schedule"), &t->lacks);
	compare("the time zone", google_text(job, "timeZone", "UTC"),
	    wanted_text(l->c, &l->wanted, t, "timezone"), &t->lacks);
	if (strcmp(state, "PAUSED") == 0)
		return true;            /* and shall be, or it is said */
	check_attempt(l->c, job, t->group < 0 ? 0 :
	    wanted_integer(l->c, &l->wanted, t, "period"), &t->lacks);
	check_status(l->c, job, &t->lacks);
	return true;
}

static int32_t
scheduler_call(struct gw_ctx *ctx, void *self)
{
	struct cloud *k = self;
	struct call c = call_begin(k->host, ctx);
	const char *location = c.host->text(ctx, "location");
	struct look look CLEANUP(look_free) = { .c = &c };
	struct buf path CLEANUP_BUF = { 0 };
	struct buf what CLEANUP_BUF = { 0 };
	struct buf why CLEANUP_BUF = { 0 };
	struct google_error error;

	wanted_read(&c, "expected", "jobs", &look.wanted);
	path_add(&path, "/v1/projects/", k->project);
	path_add(&path, "/locations/", location);
	buf_add(&path, "/jobs?pageSize=500");
	buf_addf(&what, "jobs of %s in %s", k->project, location);
	if (!cloud_list(&c, k, buf_str(&path), "jobs", take_job, &look,
	    buf_str(&what), &error, &why))
		return call_unknown(&c, &why);
	buf_addf(&what, ", %zu in all", look.jobs);
	c.host->evidence(ctx, "listed", buf_str(&what));
	return wanted_tell(&c, &look.wanted);
}

static void
scheduler_close(struct gw_ctx *ctx, void *self)
{
	(void)ctx;
	cloud_close(self);
	free(self);
}

static int32_t
scheduler_open(struct gw_ctx *ctx, const struct gw_host *host,
    void **ret_self)
{
	struct cloud *k = mem_new(1, sizeof *k);
	struct buf why CLEANUP_BUF = { 0 };

	if (cloud_check_name(host, ctx, "location", &why) &&
	    wanted_check(host, ctx, "expected", "jobs", &why) &&
	    cloud_open(k, host, ctx, "https://cloudscheduler.googleapis.com",
	    &why)) {
		*ret_self = k;
		return GW_OK;
	}
	scheduler_close(ctx, k);
	return open_failed(host, ctx, &why);
}

static const char *const states[] = { "ENABLED", "PAUSED", NULL };

static const struct gw_option job_options[] = {
	{ .name = "name", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "the job's name, without project and location" },
	{ .name = "state", .type = GW_T_ENUM, .choices = states,
	  .fallback = "\"ENABLED\"",
	  .help = "the state that it has to be in; PAUSED for one that must "
	    "not run" },
	{ .name = "target", .type = GW_T_STRING,
	  .help = "the URL, topic or path that it has to call, exactly" },
	{ .name = "schedule", .type = GW_T_STRING,
	  .help = "the schedule that it has to have, as it is written there" },
	{ .name = "timezone", .type = GW_T_STRING,
	  .help = "the time zone that it has to have" },
	{ .name = "period", .type = GW_T_DURATION,
	  .help = "the longest time from one attempt to the next; default: "
	      "the last attempt may be of any age" },
	{ .name = NULL }
};

static const struct gw_option options[] = {
	{ .name = "location", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "the location, such as \"us-central1\"" },
	{ .name = "expected", .type = GW_T_LIST,
	  .help = "jobs that have to exist and be enabled" },
	{ .name = "jobs", .type = GW_T_GROUPS, .members = job_options,
	  .help = "the same, with what each has to be" },
	{ .name = "grace", .type = GW_T_DURATION, .fallback = "\"1h\"",
	  .help = "how much older than its period the last attempt may be; "
	      "an hour covers the change to summer time" },
	{ .name = "accept_status", .type = GW_T_LIST,
	  .help = "statuses of a last attempt that are good besides OK, such "
	      "as DEADLINE_EXCEEDED where the target goes on working" },
	WANTED_UNDECLARED("jobs"),
	CLOUD_OPTIONS("https://cloudscheduler.googleapis.com"),
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_CHECK, .name = "cloud_scheduler", .version = "1",
	.summary = "jobs of Google Cloud Scheduler: there, enabled, running",
	.options = options, .open = scheduler_open, .call = scheduler_call,
	.close = scheduler_close
);
