/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cloud_run.c -- check `cloud_run`: is it deployed, ready, and the right one?
 *
 * Services or jobs of Cloud Run (Admin API v2), or functions (Cloud Functions
 * API v2), listed with all pages and held against those that have to be
 * there. One counts when its last deployment ended well (a service's terminal
 * condition, a function's state ACTIVE) and nothing is being changed, and when
 * it is what its group asks for: all traffic on one revision, the container's
 * image, variables of its environment. The last finds a monitor that reads
 * another table than the one that is written, where that is configured.
 *
 * A revision is the name that traffic goes to, "latest" the one created last:
 * a service whose new revision fails goes on serving the old one, and one
 * whose traffic is pinned never serves a new one.
 *
 * Could not tell: no right to list (Cloud Run Viewer, Cloud Functions
 * Viewer), the API off, a location that can't be reached, half an answer.
 */
#include "lib/deployed.h"

struct run {
	struct cloud cloud;
	const struct deployed_kind *kind;
};

struct look {
	const struct call *c;
	const struct deployed_kind *kind;
	struct wanted wanted;
};

static void
look_free(struct look *l)
{
	wanted_free(&l->wanted);
}

static bool
take(void *arg, const json_t *j, struct buf *why)
{
	struct look *l = arg;
	const char *name = google_text(j, "name", "");
	struct wanted_thing *t;

	if (*name == '\0') {
		buf_addf(why, "a %s without a name", l->kind->name);
		return false;
	}
	t = wanted_met(l->c, &l->wanted, name);
	if (t)
		l->kind->check(l->c, &l->wanted, t, j);
	return true;
}

static int32_t
run_call(struct gw_ctx *ctx, void *self)
{
	struct run *r = self;
	struct call c = call_begin(r->cloud.host, ctx);
	const char *location = c.host->text(ctx, "location");
	struct look look CLEANUP(look_free) = { .c = &c, .kind = r->kind };
	struct buf path CLEANUP_BUF = { 0 };
	struct buf what CLEANUP_BUF = { 0 };
	struct buf why CLEANUP_BUF = { 0 };
	struct google_error error;

	wanted_read(&c, "expected", "deployed", &look.wanted);
	path_add(&path, "/v2/projects/", r->cloud.project);
	path_add(&path, "/locations/", location);
	buf_addf(&path, "/%s?pageSize=100", r->kind->member);
	buf_addf(&what, "%s of %s in %s", r->kind->member, r->cloud.project,
	    location);
	if (!cloud_list(&c, &r->cloud, buf_str(&path), r->kind->member, take,
	    &look, buf_str(&what), &error, &why))
		return call_unknown(&c, &why);
	c.host->evidence(ctx, "listed", buf_str(&what));
	return wanted_tell(&c, &look.wanted);
}

static void
run_close(struct gw_ctx *ctx, void *self)
{
	struct run *r = self;

	(void)ctx;
	cloud_close(&r->cloud);
	free(r);
}

static bool
set_up(struct run *r, const struct gw_host *host, struct gw_ctx *ctx,
    struct buf *why)
{
	struct call c = { .host = host, .ctx = ctx };
	struct wanted w CLEANUP_WANTED = { 0 };
	size_t i;

	r->kind = deployed_kind(option_or(host, ctx, "kind", "service"));
	if (!cloud_check_name(host, ctx, "location", why) ||
	    !wanted_check(host, ctx, "expected", "deployed", why))
		return false;
	wanted_read(&c, "expected", "deployed", &w);
	for (i = 0; i < w.n; i++)
		if (!deployed_check_group(r->kind, &c, &w, &w.v[i],
		    why))
			return false;
	return cloud_open(&r->cloud, host, ctx, r->kind->endpoint, why);
}

static int32_t
run_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct run *r = mem_new(1, sizeof *r);
	struct buf why CLEANUP_BUF = { 0 };

	if (set_up(r, host, ctx, &why)) {
		*ret_self = r;
		return GW_OK;
	}
	run_close(ctx, r);
	return open_failed(host, ctx, &why);
}

static const struct gw_option member_options[] = {
	{ .name = "name", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "its name, without project and location" },
	{ .name = "revision", .type = GW_T_STRING,
	  .help = "the revision that all traffic has to go to; \"latest\" is "
	      "the one that was created last; not of jobs" },
	{ .name = "image", .type = GW_T_STRING,
	  .help = "the container's image, exactly; not of functions" },
	{ .name = "env", .type = GW_T_LIST,
	  .help = "variables of its environment, \"NAME=value\" each" },
	{ .name = NULL }
};

static const char *const kind_names[] = { "service", "job", "function", NULL };

static const struct gw_option options[] = {
	{ .name = "kind", .type = GW_T_ENUM, .choices = kind_names,
	  .fallback = "\"service\"",
	  .help = "services or jobs of Cloud Run, or functions (second "
	      "generation)" },
	{ .name = "location", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "the region, such as \"us-central1\"" },
	{ .name = "expected", .type = GW_T_LIST,
	  .help = "those that have to be deployed and ready" },
	{ .name = "deployed", .type = GW_T_GROUPS, .members = member_options,
	  .help = "the same, with what each has to be" },
	WANTED_UNDECLARED("services, jobs or functions"),
	GOOGLE_TOKEN_OPTIONS,
	{ .name = "endpoint", .type = GW_T_STRING,
	  .help = "where the API is asked, by default that of the kind; "
	      "http:// on loopback only" },
	CLOUD_PROJECT_OPTION,
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_CHECK, .name = "cloud_run", .version = "1",
	.summary = "services, jobs and functions: deployed, ready, the right "
	    "revision",
	.options = options, .open = run_open, .call = run_call,
	.close = run_close
);
