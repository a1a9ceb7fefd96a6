/* SPDX-License-Identifier: BSD-2-Clause
 *
 * executions.h -- executions of a Cloud Run job.
 */
#ifndef PLUGIN_LIB_EXECUTIONS_H
#define PLUGIN_LIB_EXECUTIONS_H

#include "lib/cloud.h"
#include "lib/follow.h"

/* May it be otherwise next time one looks? */
bool executions_passing(enum google_fault);

/* Of a job, by its path "/v2/projects/P/locations/L/jobs/J": that of this
 * call's operation, or with `akin` an unfinished one of another attempt at
 * the same thing for the same date. Its path is appended to *ret, which stays
 * as it is where there is none. False with error and sentence. */
bool executions_find(const struct call *, struct google *, const char *job,
    bool akin, struct buf *ret, struct google_error *error, struct buf *why);

/* One that is looked at. */
struct execution {
	const struct call *call;
	struct google *google;
	const char *path;       /* of the execution, or of an operation */
};

/* For follow(); arg is the execution. */
enum follow execution_look(void *arg, struct buf *state,
    int64_t *ret_wait_ms, struct buf *why);

#endif
