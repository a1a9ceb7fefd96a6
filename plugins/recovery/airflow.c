/* SPDX-License-Identifier: BSD-2-Clause
 *
 * airflow.c -- action `airflow`: runs a DAG.
 *
 * A run's id is made of the operation, so that asking twice starts once: 409
 * with a run of that id is ours, and one without is another run that has the
 * same logical date. What is still queued or running of an earlier attempt
 * is joined, not started beside it. A request without an answer is settled
 * by looking for the run; only where that can't be done either is it "can't
 * tell", which the core then asks the probe about, as it does after a crash.
 *
 * A DAG that is paused would queue the run and not run it: too early, try
 * later.
 */
#include <curl/curl.h>

#include "lib/airflow.h"
#include "lib/operation.h"
#include "lib/template_json.h"

enum { SETTLE_MS = 2000 };

/* What Airflow's allowed_run_id_pattern takes. */
static const struct operation_form run_form = {
	.plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789_.~:+-", .other = '_', .most = 200
};

struct self {
	const struct gw_host *host;
	json_t *conf;
};

/*-------------------------------------------------------------- triggering */

static json_t *
request(const struct call *c, const struct self *s, const struct airflow *a,
    struct buf *why)
{
	const char *date = c->host->text(c->ctx, "logical_date");
	struct buf when CLEANUP_BUF = { 0 };
	json_t *conf = template_json_expand(c, s->conf, why), *body;

	if (conf == NULL)
		return NULL;
	if (date && !template_expand(c, date, TEMPLATE_RAW, &when, why)) {
		json_decref(conf);
		return NULL;
	}
	body = json_pack("{s:s, s:o}", "dag_run_id", buf_str(&a->run),
	    "conf", conf);
	if (date)
		json_object_set_new(body, "logical_date",
		    json_string(buf_str(&when)));
	else if (a->v2)         /* has to be there, may be nothing */
		json_object_set_new(body, "logical_date", json_null());
	return body;
}

/* Would a run run? False: the answer to the call is in *ret. */
static bool
ready(const struct call *c, struct airflow *a, int32_t *ret)
{
	struct rest_reply r CLEANUP_REST = { 0 };
	struct buf why CLEANUP_BUF = { 0 };

	if (!airflow_ask(a, "GET", NULL, NULL, &r, &why) || !rest_good(&r)) {
		*ret = rest_failed(c, &r, rest_class(&r), a->dag, &why);
		return false;
	}
	if (!json_is_true(json_object_get(r.json, "is_paused")))
		return true;
	buf_addf(&why, "%s is paused: a run would wait in its queue until "
	    "somebody unpauses it", a->dag);
	*ret = call_failed(c, GW_F_NOT_YET, 0, &why);
	return false;
}

/* The request didn't succeed: is there a run all the same? */
static int32_t
settle(const struct call *c, struct airflow *a, const struct rest_reply *said,
    const struct buf *words, bool *ret_ours)
{
	struct buf b CLEANUP_BUF = { 0 };

	do {
		struct rest_reply r CLEANUP_REST = { 0 };
		struct buf why CLEANUP_BUF = { 0 };

		if (!airflow_ask_run(a, &r, &why) || rest_passing(&r))
			continue;
		*ret_ours = airflow_is_run(a, &r);
		if (*ret_ours)
			return GW_OK;
		if (r.http.status != 404)
			break;
		return rest_failed(c, said, said->http.status == 409 ?
		    GW_F_PERMANENT : rest_class(said),
		    said->http.status == 409 ? "another run has this "
		    "logical date" : "not started", words);
	} while (call_pause(c, SETTLE_MS));
	buf_addf(&b, "whether %s was started can't be told: %s",
	    buf_str(&a->run), words->len ? buf_str(words) : "");
	if (words->len == 0)
		rest_say(said, &b);
	return call_unknown(c, &b);
}

static int32_t
start(const struct call *c, const struct self *s, struct airflow *a,
    bool *ret_ours)
{
	struct rest_reply r CLEANUP_REST = { 0 };
	struct buf why CLEANUP_BUF = { 0 };
	json_t *body = request(c, s, a, &why);
	bool answered;

	if (body == NULL)
		return call_failed(c, GW_F_CONFIG, 0, &why);
	answered = airflow_ask(a, "POST", "/dagRuns", body, &r, &why);
	json_decref(body);
	*ret_ours = answered && airflow_is_run(a, &r);
	if (*ret_ours)
		return GW_OK;
	/* a success that names no run may be that of a login page */
	if (r.http.unsent || (answered && !rest_passing(&r) &&
	    !rest_good(&r) && r.http.status != 409))
		return rest_failed(c, &r, rest_class(&r), "not started", &why);
	return settle(c, a, &r, &why, ret_ours);
}

static int32_t
finish(const struct call *c, struct airflow *a)
{
	struct buf why CLEANUP_BUF = { 0 }, what CLEANUP_BUF = { 0 };
	bool hopeless = strcmp(option_or(c->host, c->ctx, "failed",
	    "transient"), "permanent") == 0;
	enum follow f;

	buf_addf(&what, "%s run %s", a->dag, buf_str(&a->run));
	if (!c->host->integer(c->ctx, "wait")) {
		buf_addf(&why, "%s is started", buf_str(&what));
		return follow_end(c, FOLLOW_DONE, 0, &why);
	}
	f = follow(c, buf_str(&what), c->host->integer(c->ctx, "poll"),
	    airflow_look, a, &why);
	return follow_end(c, f, hopeless ? GW_F_PERMANENT : GW_F_TRANSIENT,
	    &why);
}

static int32_t
trigger(const struct call *c, const struct self *s, struct airflow *a)
{
	struct rest_reply r CLEANUP_REST = { 0 };
	struct buf why CLEANUP_BUF = { 0 }, id CLEANUP_BUF = { 0 };
	bool ours = false;
	int32_t code;

	if (!operation_name(c, "gatewarden-", &run_form, &id, &why))
		return call_failed(c, GW_F_CONFIG, 0, &why);
	buf_add(&a->run, buf_str(&id));
	if (!ready(c, a, &code))
		return code;
	if (!airflow_find_akin(a, buf_str(&id), &ours, &r, &why))
		return call_failed(c, rest_class(&r), r.http.retry_after_ms,
		    &why);
	if (ours) {
		c->host->log(c->ctx, GW_L_INFO, "%s is under way: joined",
		    buf_str(&a->run));
	} else {
		code = start(c, s, a, &ours);
		if (!ours)
			return code;
	}
	return finish(c, a);
}

/*-------------------------------------------------------------- the plugin */

static int32_t
airflow_call(struct gw_ctx *ctx, void *self)
{
	struct self *s = self;
	struct call c = call_begin(s->host, ctx);
	struct airflow a CLEANUP_AIRFLOW = { 0 };

	airflow_begin(&a, &c, s->host->text(ctx, "dag"));
	return trigger(&c, s, &a);
}

/* Is there a run of this operation? Then what becomes of it is waited for.
 */
static int32_t
airflow_probe(struct gw_ctx *ctx, void *self)
{
	struct self *s = self;
	struct call c = call_begin(s->host, ctx);
	struct airflow a CLEANUP_AIRFLOW = { 0 };
	struct rest_reply r CLEANUP_REST = { 0 };
	struct buf why CLEANUP_BUF = { 0 };

	airflow_begin(&a, &c, s->host->text(ctx, "dag"));
	if (!operation_name(&c, "gatewarden-", &run_form, &a.run, &why))
		return call_unknown(&c, &why);
	do {
		rest_reply_free(&r);
		buf_clear(&why);
		(void)airflow_ask_run(&a, &r, &why);
	} while (rest_passing(&r) && call_pause(&c,
	    s->host->integer(ctx, "poll")));
	if (airflow_is_run(&a, &r))
		return finish(&c, &a);
	return rest_never_began(&c, &r, &why);
}

static void
airflow_close(struct gw_ctx *ctx, void *self)
{
	struct self *s = self;

	(void)ctx;
	json_decref(s->conf);
	free(s);
	curl_global_cleanup();
}

static bool
set_up(struct self *s, struct gw_ctx *ctx, struct buf *why)
{
	const char *date = s->host->text(ctx, "logical_date");

	if (!airflow_check(s->host, ctx, why) || (date &&
	    !template_check(GW_ACTION, "logical_date", date, why)))
		return false;
	s->conf = template_json_parse(GW_ACTION, "conf",
	    option_or(s->host, ctx, "conf", "{\"date\": \"{date}\"}"), why);
	if (s->conf && !json_is_object(s->conf))
		buf_add(why, "conf: expected an object in braces");
	return json_is_object(s->conf);
}

static int32_t
airflow_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct self *s = mem_new(1, sizeof *s);
	struct buf why CLEANUP_BUF = { 0 };

	s->host = host;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		abort();
	if (!set_up(s, ctx, &why)) {
		airflow_close(ctx, s);
		return open_failed(host, ctx, &why);
	}
	*ret_self = s;
	return GW_OK;
}

static const char *const classes[] = { "transient", "permanent", NULL };

static const struct gw_option options[] = {
	AIRFLOW_OPTIONS,
	{ .name = "dag", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "the DAG's id" },
	{ .name = "conf", .type = GW_T_STRING,
	  .help = "what the run gets as its conf: a JSON object; {date} and "
	      "the like are filled in within its texts, one that is exactly "
	      "{missing} or {failing} becomes a list; default: the date, as "
	      "date" },
	{ .name = "logical_date", .type = GW_T_STRING,
	  .help = "the run's logical date, with its offset: "
	      "{date}T00:00:00+00:00; default: none with v2, the present "
	      "with v1" },
	{ .name = "wait", .type = GW_T_BOOL, .fallback = "true",
	  .help = "wait until the run has ended; else it is done when it is "
	      "started" },
	{ .name = "poll", .type = GW_T_DURATION, .fallback = "\"10s\"",
	  .min = 10, .max = 3600000,
	  .help = "how often to ask what the run does" },
	{ .name = "failed", .type = GW_T_ENUM, .choices = classes,
	  .fallback = "\"transient\"",
	  .help = "what a run that failed means for trying again" },
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_ACTION, .name = "airflow", .version = "1",
	.summary = "runs an Airflow DAG and waits for it",
	.options = options, .open = airflow_open, .call = airflow_call,
	.close = airflow_close, .probe = airflow_probe
);
