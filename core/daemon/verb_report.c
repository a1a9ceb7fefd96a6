/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verb_report.c -- reports and numbers, answered when the fold is through.
 *
 * What is asked is settled at once: pipeline, dates, and as of when. Then
 * the journal is folded in slices (folding.c), and what comes of it is the
 * answer. A client that leaves takes its fold with it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/ask.h"
#include "daemon/folding.h"
#include "daemon/handlers.h"

struct report_wait {
	struct verbs *verbs;
	struct request *request;
	struct folding *folding;
	struct report_query query;
	bool metrics, why;
	char *name;             /* of the metric; NULL: all */
};

static void
wait_free(struct report_wait *w)
{
	free(w->name);
	free(w);
}

static void
on_gone(void *arg)
{
	struct report_wait *w = arg;

	folding_cancel(w->folding);
	wait_free(w);
}

static void
refuse_name(struct report_wait *w)
{
	const char *near = report_nearest(supervisor_conf(w->verbs->s),
	    w->name);
	CLEANUP_TEXT struct text t = { 0 };
	json_t *data = json_object();

	text_add(&t, "there is no number '");
	text_add_clean(&t, w->name, strnlen(w->name, 80));
	text_add(&t, "'");
	if (near)
		text_addf(&t, "; did you mean '%s'?", near);
	json_put(data, "argument", "name");
	json_put(data, "expected", "a metric or target");
	json_put(data, "nearest", near);
	request_refuse(w->request, RPC_PARAMS, text_str(&t), data);
}

static void
folded(void *arg, const struct report *r, const char *why)
{
	struct report_wait *w = arg;
	json_t *o = NULL;

	if (r == NULL)
		request_refuse(w->request, RPC_JOURNAL, why, NULL);
	else if (!w->metrics)
		o = report_make(r, &w->query);
	else
		o = report_metrics(r, &w->query, w->name, w->why);
	if (o)
		request_answer(w->request, o);
	else if (r)
		refuse_name(w);
	wait_free(w);
}

/*----------------------------------------------------------- what is asked */

static bool
ask_one_pipeline(struct ask *a, int32_t *ret)
{
	if (!ask_pipeline(a, "pipeline", ret))
		return false;
	if (*ret == NONE && a->v.graph->n_pipelines > 1) {
		ask_refuse(a, "pipeline", "", "one of several pipelines: say "
		    "which with --pipeline", a->v.graph->pipelines[0].name);
		return false;
	}
	*ret = *ret == NONE ? 0 : *ret;
	return true;
}

static bool
ask_as_of(struct ask *a, int32_t pipeline, int64_t *ret)
{
	const char *word = json_text(a->params, "as_of", NULL);

	*ret = a->v.now.wall;
	if (word == NULL || instant_parse(word,
	    &a->v.graph->pipelines[pipeline].zone, ret) == 0)
		return true;
	ask_refuse(a, "as_of", word, "an instant such as \"2026-01-16 "
	    "09:00\"", NULL);
	return false;
}

/* A date that may have been forgotten by the engine, or not begun. */
static bool
ask_day(struct ask *a, const char *param, struct date otherwise,
    struct date *ret)
{
	const char *word = json_text(a->params, param, "last");

	*ret = otherwise;
	if (strcmp(word, "last") == 0 || date_parse(word, ret) == 0)
		return true;
	ask_refuse(a, param, word, "a date, YYYY-MM-DD, or 'last'", NULL);
	return false;
}

static bool
ask_range(struct ask *a, struct date last, struct report_query *q)
{
	q->period = PERIOD_RANGE;
	q->own = false;
	if (!ask_day(a, "from", q->from, &q->from) ||
	    !ask_day(a, "to", last, &q->to))
		return false;
	if (q->from.day <= q->to.day)
		return true;
	ask_refuse(a, "from", json_text(a->params, "from", ""), "a date that "
	    "is not after --to", NULL);
	return false;
}

static enum period
period_of(const json_t *params, enum period otherwise)
{
	const char *word = json_text(params, "period", "");

	if (strcmp(word, "day") == 0 || json_flag(params, "day", false))
		return PERIOD_DAY;
	if (strcmp(word, "week") == 0 || json_flag(params, "week", false))
		return PERIOD_WEEK;
	if (strcmp(word, "month") == 0 || json_flag(params, "month", false))
		return PERIOD_MONTH;
	return otherwise;
}

static bool
ask_query(struct ask *a, enum period otherwise, struct report_query *q,
    int64_t *ret_as_of)
{
	struct date last, date;
	int32_t pipeline;

	if (!ask_one_pipeline(a, &pipeline) ||
	    !ask_as_of(a, pipeline, ret_as_of))
		return false;
	last = report_last(a->v.conf, pipeline, *ret_as_of);
	if (!ask_day(a, "date", last, &date))
		return false;
	*q = report_period(pipeline, period_of(a->params, otherwise), date);
	q->own = period_of(a->params, PERIOD_RANGE) == PERIOD_RANGE ||
	    json_object_get(a->params, "period");
	if (json_object_get(a->params, "from") ||
	    json_object_get(a->params, "to"))
		return ask_range(a, last, q);
	return true;
}

static void
ask_fold(struct verbs *verbs, struct request *r, const json_t *params,
    const struct report_wait *as)
{
	struct report_wait *w = calloc(1, sizeof *w);
	const char *name = json_text(params, "name", NULL);
	int64_t as_of;
	struct ask a;

	if (w == NULL)
		abort();
	*w = *as;
	w->verbs = verbs;
	w->request = r;
	ask_open(&a, verbs->s, r, params);
	if (!ask_query(&a, w->metrics ? PERIOD_WEEK : PERIOD_DAY, &w->query,
	    &as_of)) {
		wait_free(w);
		return;
	}
	if (name && (w->name = strdup(name)) == NULL)
		abort();
	w->folding = folding_start(verbs->s, &w->query, as_of, folded, w);
	request_on_gone(r, on_gone, w);
}

void
verb_report(void *arg, struct request *r, const json_t *params)
{
	ask_fold(arg, r, params, &(struct report_wait){ .metrics = false });
}

void
verb_metric(void *arg, struct request *r, const json_t *params)
{
	ask_fold(arg, r, params, &(struct report_wait){ .metrics = true });
}

void
verb_metric_why(void *arg, struct request *r, const json_t *params)
{
	ask_fold(arg, r, params, &(struct report_wait){ .metrics = true,
		.why = true });
}
