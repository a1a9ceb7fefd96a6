/* SPDX-License-Identifier: BSD-2-Clause
 *
 * kubernetes_job.c -- action `kubernetes_job`: runs a job in a cluster.
 *
 * What runs is a CronJob's template (which may be suspended: we are its
 * schedule), or a job's spec in the configuration. Its first container gets
 * the words of `args`, all of them the variables GATEWARDEN_DATE and the
 * like: elements of an array and values, in which nothing is expanded.
 *
 * The job's name is made of the operation. 409 is our own request that has
 * arrived already, which its annotation shows; an unfinished job of an
 * earlier attempt is joined. Without a deadline of its own a job gets that of
 * the attempt, so that the cluster ends what we no longer wait for.
 */
#include <curl/curl.h>

#include "lib/container.h"
#include "lib/kubernetes.h"
#include "lib/operation.h"

enum { SETTLE_MS = 2000 };

/* A label's value, because the job's pods are labelled with it. */
static const struct operation_form job_form = {
	.plain = "abcdefghijklmnopqrstuvwxyz0123456789-", .other = '-',
	.lower = true, .most = 63
};

struct self {
	const struct gw_host *host;
	json_t *spec;           /* NULL: a CronJob's */
};

/*------------------------------------------------------------ what is asked */

/* Takes the spec. */
static json_t *
job_of(const struct call *c, const struct kubernetes *k, json_t *spec)
{
	return json_pack("{s:s, s:s, s:{s:s, s:{s:s}, s:{s:s, s:s}}, s:o}",
	    "apiVersion", "batch/v1", "kind", "Job", "metadata",
	    "name", buf_str(&k->job), "labels",
	    "app.kubernetes.io/managed-by", "gatewarden", "annotations",
	    "gatewarden/operation", c->host->param(c->ctx, "operation"),
	    "gatewarden/date", param_or(c, "date", ""), "spec", spec);
}

/* The request; NULL: the answer to the call is in *ret. */
static json_t *
request(const struct call *c, const struct self *s, struct kubernetes *k,
    int32_t *ret)
{
	const char *cron = c->host->text(c->ctx, "cronjob");
	struct rest_reply r CLEANUP_REST = { 0 };
	struct buf why CLEANUP_BUF = { 0 };
	json_t *spec = s->spec ? json_deep_copy(s->spec) :
	    kubernetes_cron_spec(k, cron, &r, &why);
	json_t *job;

	if (spec == NULL && s->spec == NULL)
		*ret = rest_failed(c, &r, rest_class(&r), "not started",
		    &why);
	else if (spec == NULL || !kubernetes_dress(c, spec, &why))
		*ret = call_failed(c, GW_F_CONFIG, 0, &why);
	else if ((job = job_of(c, k, spec)))
		return job;
	else
		*ret = call_failed(c, GW_F_CONFIG, 0, &why);
	return NULL;
}

/*------------------------------------------------------------------ running */

/* Is it the job of this operation? */
static bool
is_ours(const struct call *c, const json_t *job)
{
	const char *theirs = rest_text(json_object_get(json_object_get(job,
	    "metadata"), "annotations"), "gatewarden/operation", "");

	return strcmp(theirs, c->host->param(c->ctx, "operation")) == 0;
}

/* The request didn't succeed: is there a job all the same? */
static int32_t
settle(const struct call *c, struct kubernetes *k,
    const struct rest_reply *said, const struct buf *words, bool *ret_ours)
{
	struct buf b CLEANUP_BUF = { 0 };

	do {
		struct rest_reply r CLEANUP_REST = { 0 };
		struct buf why CLEANUP_BUF = { 0 };

		(void)kubernetes_ask_job(k, &r, &why);
		if (rest_passing(&r))
			continue;
		*ret_ours = rest_good(&r) && is_ours(c, r.json);
		if (*ret_ours)
			return GW_OK;
		if (rest_good(&r)) {
			buf_addf(&b, "a job %s exists and isn't ours",
			    buf_str(&k->job));
			return call_failed(c, GW_F_PERMANENT, 0, &b);
		}
		if (r.http.status != 404)
			break;
		return rest_failed(c, said, said->http.status == 409 ?
		    GW_F_TRANSIENT : rest_class(said), "not started", words);
	} while (call_pause(c, SETTLE_MS));
	buf_addf(&b, "whether job %s was started can't be told: %s",
	    buf_str(&k->job), buf_str(words));
	if (words->len == 0)
		rest_say(said, &b);
	return call_unknown(c, &b);
}

static int32_t
start(const struct call *c, const struct self *s, struct kubernetes *k,
    bool *ret_ours)
{
	struct rest_reply r CLEANUP_REST = { 0 };
	struct buf why CLEANUP_BUF = { 0 };
	int32_t code = GW_FAILED;
	json_t *job = request(c, s, k, &code);
	bool answered;

	*ret_ours = false;
	if (job == NULL)
		return code;
	answered = rest_ask(c, &k->rest, "POST", buf_str(&k->jobs), job, &r,
	    &why);
	json_decref(job);
	*ret_ours = answered && rest_good(&r);
	if (*ret_ours)
		return GW_OK;
	if (r.http.unsent || (answered && !rest_passing(&r) &&
	    r.http.status != 409))
		return rest_failed(c, &r, rest_class(&r), "not started",
		    &why);
	return settle(c, k, &r, &why, ret_ours);
}

static int32_t
finish(const struct call *c, struct kubernetes *k)
{
	struct buf why CLEANUP_BUF = { 0 }, what CLEANUP_BUF = { 0 };
	struct rest_reply r CLEANUP_REST = { 0 };
	bool final = false;
	enum follow f;

	buf_addf(&what, "job %s", buf_str(&k->job));
	f = follow(c, buf_str(&what), c->host->integer(c->ctx, "poll"),
	    kubernetes_look, k, &why);
	if (f == FOLLOW_FAILED && kubernetes_ask_job(k, &r, &what))
		final = kubernetes_is_final(r.json);
	return follow_end(c, f, final ? GW_F_PERMANENT : GW_F_TRANSIENT,
	    &why);
}

static int32_t
job_call(struct gw_ctx *ctx, void *self)
{
	struct self *s = self;
	struct call c = call_begin(s->host, ctx);
	struct kubernetes k CLEANUP_KUBERNETES = { 0 };
	struct rest_reply r CLEANUP_REST = { 0 };
	struct buf why CLEANUP_BUF = { 0 }, name CLEANUP_BUF = { 0 };
	bool ours = false;
	int32_t code;

	kubernetes_begin(&k, &c);
	if (!operation_name(&c, "gatewarden-", &job_form, &name, &why))
		return call_failed(&c, GW_F_CONFIG, 0, &why);
	buf_add(&k.job, buf_str(&name));
	if (!kubernetes_find_akin(&k, buf_str(&name), &ours, &r, &why))
		return call_failed(&c, rest_class(&r), r.http.retry_after_ms,
		    &why);
	if (ours) {
		s->host->log(ctx, GW_L_INFO, "job %s is under way: joined",
		    buf_str(&k.job));
		return finish(&c, &k);
	}
	code = start(&c, s, &k, &ours);
	return ours ? finish(&c, &k) : code;
}

/* Is there a job of this operation? Then its end is waited for. */
static int32_t
job_probe(struct gw_ctx *ctx, void *self)
{
	struct self *s = self;
	struct call c = call_begin(s->host, ctx);
	struct kubernetes k CLEANUP_KUBERNETES = { 0 };
	struct rest_reply r CLEANUP_REST = { 0 };
	struct buf why CLEANUP_BUF = { 0 };

	kubernetes_begin(&k, &c);
	if (!operation_name(&c, "gatewarden-", &job_form, &k.job, &why))
		return call_unknown(&c, &why);
	do {
		rest_reply_free(&r);
		buf_clear(&why);
		(void)kubernetes_ask_job(&k, &r, &why);
	} while (rest_passing(&r) && call_pause(&c,
	    s->host->integer(ctx, "poll")));
	if (rest_good(&r) && is_ours(&c, r.json))
		return finish(&c, &k);
	return rest_never_began(&c, &r, &why);
}

/*-------------------------------------------------------------- the plugin */

static void
job_close(struct gw_ctx *ctx, void *self)
{
	struct self *s = self;

	(void)ctx;
	json_decref(s->spec);
	free(s);
	curl_global_cleanup();
}

static bool
set_up(struct self *s, struct gw_ctx *ctx, struct buf *why)
{
	const char *spec = s->host->text(ctx, "spec");
	bool cron = *option_or(s->host, ctx, "cronjob", "") != '\0';
	json_error_t e;

	if (!kubernetes_check(s->host, ctx, why))
		return false;
	if (cron == (spec != NULL)) {
		buf_add(why, "expected either cronjob or spec");
		return false;
	}
	if (!container_check(s->host, ctx, why))
		return false;
	if (cron)
		return true;
	s->spec = json_loads(spec, JSON_REJECT_DUPLICATES, &e);
	if (s->spec == NULL)
		buf_addf(why, "spec is not JSON: line %d, column %d: %s",
		    e.line, e.column, e.text);
	else if (!json_is_object(s->spec))
		buf_add(why, "spec: expected an object in braces");
	return json_is_object(s->spec);
}

static int32_t
job_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct self *s = mem_new(1, sizeof *s);
	struct buf why CLEANUP_BUF = { 0 };

	s->host = host;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		abort();
	if (!set_up(s, ctx, &why)) {
		job_close(ctx, s);
		return open_failed(host, ctx, &why);
	}
	*ret_self = s;
	return GW_OK;
}

static const struct gw_option options[] = {
	KUBERNETES_OPTIONS,
	{ .name = "cronjob", .type = GW_T_STRING,
	  .help = "the CronJob whose template is run; it may be suspended" },
	{ .name = "spec", .type = GW_T_STRING,
	  .help = "in its place, a job's spec as JSON, taken as it is; its "
	      "containers may refer to $(GATEWARDEN_DATE) and the like" },
	CONTAINER_OPTIONS,
	{ .name = "poll", .type = GW_T_DURATION, .fallback = "\"10s\"",
	  .min = 10, .max = 3600000,
	  .help = "how often to ask what the job does" },
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_ACTION, .name = "kubernetes_job", .version = "1",
	.summary = "runs a job in a Kubernetes cluster and waits for it",
	.options = options, .open = job_open, .call = job_call,
	.close = job_close, .probe = job_probe
);
