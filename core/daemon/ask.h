/* SPDX-License-Identifier: BSD-2-Clause
 *
 * ask.h -- a call's arguments, resolved to objects, dates and instants.
 */
#ifndef DAEMON_ASK_H
#define DAEMON_ASK_H

#include "control/control.h"
#include "daemon/view.h"

struct ask {
	struct view v;
	struct request *request;
	const json_t *params;
};

void ask_open(struct ask *, struct supervisor *, struct request *,
    const json_t *params);

/* Each returns true with *ret set, or has refused the request, naming the
 * argument, what was expected and the nearest. */

/* "predict", or "nba/predict" where two pipelines have one. */
bool ask_phase(struct ask *, const char *param, const char *word,
    int32_t *ret);
bool ask_check(struct ask *, const char *param, const char *word,
    int32_t *ret);
bool ask_recovery(struct ask *, const char *param, const char *word,
    int32_t *ret);
/* NONE when the param is absent. */
bool ask_pipeline(struct ask *, const char *param, int32_t *ret);
/* "2026-01-16" or "last"; pipeline NONE: of any. */
bool ask_date(struct ask *, const char *param, const char *word,
    int32_t pipeline, struct date *ret);
/* INSTANT_NONE when the param is absent; in the future. */
bool ask_until(struct ask *, const char *param, int32_t pipeline,
    int64_t *ret);
/* The same, in the past: a duration is ago. */
bool ask_since(struct ask *, const char *param, int64_t *ret);

/* Of events; NULL when the param is absent. */
bool ask_kind(struct ask *, const char *param, const char **ret);
/* From 1 to `most`; `otherwise` when the param is absent. */
bool ask_count(struct ask *, const char *param, int32_t otherwise,
    int32_t most, int32_t *ret);

/* "all", PHASE, "recovery NAME", "pipeline NAME"; or a number, when
 * `ret_id` isn't NULL: then *ret_id > 0. */
struct scope {
	enum hold_scope scope;
	int32_t subject, pipeline;      /* NONE */
};
bool ask_scope(struct ask *, const char *param, struct scope *ret,
    uint64_t *ret_id);

/* Refuses with RPC_PARAMS. */
void ask_refuse(struct ask *, const char *param, const char *word,
    const char *expected, const char *nearest);

#endif
