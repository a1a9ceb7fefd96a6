/* SPDX-License-Identifier: BSD-2-Clause
 *
 * airflow_pause.c -- action `airflow_pause`: pauses a DAG, or unpauses it.
 *
 * Where Airflow's own schedule starts a phase, an edge that is closed can be
 * enforced by pausing the DAG: nothing of it is scheduled until it is
 * unpaused. That ends no run, and what was missed meanwhile runs afterwards
 * if the DAG says catchup. It is done when the answer says that it is so.
 *
 * Doing it twice is doing it once. The probe looks at the DAG.
 */
#include <curl/curl.h>

#include "lib/airflow.h"

enum { ASK_AGAIN_MS = 2000 };

/* Is the DAG as it was to be? */
static bool
is_so(const struct call *c, const struct rest_reply *r)
{
	const json_t *v = json_object_get(r->json, "is_paused");
	bool pause = strcmp(c->host->text(c->ctx, "operation"), "pause") == 0;

	return rest_good(r) && (pause ? json_is_true(v) : json_is_false(v));
}

static int32_t
pause_call(struct gw_ctx *ctx, void *self)
{
	struct call c = call_begin(self, ctx);
	struct airflow a CLEANUP_AIRFLOW = { 0 };
	struct rest_reply r CLEANUP_REST = { 0 };
	struct buf why CLEANUP_BUF = { 0 };
	const char *word = c.host->text(ctx, "operation");
	json_t *body = json_pack("{s:b}", "is_paused",
	    strcmp(word, "pause") == 0);

	airflow_begin(&a, &c, c.host->text(ctx, "dag"));
	(void)airflow_ask(&a, "PATCH", "?update_mask=is_paused", body, &r,
	    &why);
	json_decref(body);
	if (is_so(&c, &r)) {
		c.host->remark(ctx, "%s is %sd", a.dag, word);
		return GW_OK;
	}
	if (rest_good(&r))
		buf_addf(&why, "the answer doesn't say that it is %sd", word);
	return rest_failed(&c, &r, rest_class(&r), a.dag, &why);
}

static int32_t
pause_probe(struct gw_ctx *ctx, void *self)
{
	struct call c = call_begin(self, ctx);
	struct airflow a CLEANUP_AIRFLOW = { 0 };
	struct rest_reply r CLEANUP_REST = { 0 };
	struct buf why CLEANUP_BUF = { 0 };

	airflow_begin(&a, &c, c.host->text(ctx, "dag"));
	do {
		rest_reply_free(&r);
		buf_clear(&why);
		(void)airflow_ask(&a, "GET", NULL, NULL, &r, &why);
	} while (rest_passing(&r) && call_pause(&c, ASK_AGAIN_MS));
	if (is_so(&c, &r))
		return GW_OK;
	if (rest_good(&r) && json_is_boolean(json_object_get(r.json,
	    "is_paused")))
		return GW_FAILED;
	if (why.len == 0)
		rest_say(&r, &why);
	return call_unknown(&c, &why);
}

static void
pause_close(struct gw_ctx *ctx, void *self)
{
	(void)ctx;
	(void)self;
	curl_global_cleanup();
}

static int32_t
pause_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct buf why CLEANUP_BUF = { 0 };

	if (!airflow_check(host, ctx, &why))
		return open_failed(host, ctx, &why);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		abort();
	*ret_self = (void *)(uintptr_t)host;
	return GW_OK;
}

static const char *const operations[] = { "pause", "unpause", NULL };

static const struct gw_option options[] = {
	AIRFLOW_OPTIONS,
	{ .name = "dag", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "the DAG's id" },
	{ .name = "operation", .type = GW_T_ENUM, .flags = GW_REQUIRED,
	  .choices = operations, .help = "what to do with its schedule" },
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_ACTION, .name = "airflow_pause", .version = "1",
	.summary = "pauses an Airflow DAG, or unpauses it",
	.options = options, .open = pause_open, .call = pause_call,
	.close = pause_close, .probe = pause_probe
);
