/* SPDX-License-Identifier: BSD-2-Clause
 *
 * service_usage.c -- check `service_usage`: APIs that have to be enabled.
 *
 * The project's enabled services are listed (Service Usage API v1, all
 * pages). The value is how many of `apis` are among them, those that aren't
 * are the missing items. An API that is off is found here even where what
 * needs it fails late or silently.
 *
 * Could not tell: a token or right that is missing (the role is Service Usage
 * Viewer), the Service Usage API itself being off, a rate limit, an answer
 * that can't be read. Who asks needs no right on the APIs themselves.
 */
#include "lib/cloud.h"
#include "lib/wanted.h"

struct look {
	const struct call *c;
	struct wanted wanted;
};

static void
look_free(struct look *l)
{
	wanted_free(&l->wanted);
}

static bool
take_api(void *arg, const json_t *j, struct buf *why)
{
	const char *name = google_text(j, "name", "");
	const char *state = google_text(j, "state", "");
	struct look *l = arg;

	if (*name == '\0' || *state == '\0') {
		buf_add(why, "a service without name or state");
		return false;
	}
	if (strcmp(state, "ENABLED") == 0)
		(void)wanted_met(l->c, &l->wanted, name);
	return true;
}

static int32_t
usage_call(struct gw_ctx *ctx, void *self)
{
	struct cloud *k = self;
	struct call c = call_begin(k->host, ctx);
	struct look look CLEANUP(look_free) = { .c = &c };
	struct buf path CLEANUP_BUF = { 0 };
	struct buf what CLEANUP_BUF = { 0 };
	struct buf why CLEANUP_BUF = { 0 };
	struct google_error error;

	wanted_read(&c, "apis", NULL, &look.wanted);
	look.wanted.absent = "is not enabled";
	path_add(&path, "/v1/projects/", k->project);
	buf_add(&path, "/services?filter=state:ENABLED&pageSize=200"
	    "&fields=services(name,state),nextPageToken");
	buf_addf(&what, "enabled APIs of %s", k->project);
	if (!cloud_list(&c, k, buf_str(&path), "services", take_api, &look,
	    buf_str(&what), &error, &why))
		return call_unknown(&c, &why);
	c.host->evidence(ctx, "project", k->project);
	return wanted_tell(&c, &look.wanted);
}

static void
usage_close(struct gw_ctx *ctx, void *self)
{
	(void)ctx;
	cloud_close(self);
	free(self);
}

static bool
check_names(const struct gw_host *host, struct gw_ctx *ctx, struct buf *why)
{
	uint32_t n = host->count(ctx, "apis"), i;
	const char *s;

	for (i = 0; i < n; i++) {
		s = host->item(ctx, "apis", i);
		if (strchr(s, '.') && strchr(s, '/') == NULL)
			continue;
		buf_addf(why, "apis: '%s' is no API, such as "
		    "\"bigquery.googleapis.com\"", s);
		return false;
	}
	return wanted_check(host, ctx, "apis", NULL, why);
}

static int32_t
usage_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct cloud *k = mem_new(1, sizeof *k);
	struct buf why CLEANUP_BUF = { 0 };

	if (check_names(host, ctx, &why) && cloud_open(k, host, ctx,
	    "https://serviceusage.googleapis.com", &why)) {
		*ret_self = k;
		return GW_OK;
	}
	usage_close(ctx, k);
	return open_failed(host, ctx, &why);
}

static const struct gw_option options[] = {
	{ .name = "apis", .type = GW_T_LIST, .flags = GW_REQUIRED,
	  .help = "the APIs that have to be enabled, such as "
	      "\"cloudscheduler.googleapis.com\"" },
	WANTED_UNDECLARED("APIs"),
	CLOUD_OPTIONS("https://serviceusage.googleapis.com"),
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_CHECK, .name = "service_usage", .version = "1",
	.summary = "which APIs of a Google Cloud project are enabled",
	.options = options, .open = usage_open, .call = usage_call,
	.close = usage_close
);
