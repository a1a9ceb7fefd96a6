/* SPDX-License-Identifier: BSD-2-Clause
 *
 * timeseries.h -- the newest sample of a metric of Cloud Monitoring.
 */
#ifndef PLUGIN_LIB_TIMESERIES_H
#define PLUGIN_LIB_TIMESERIES_H

#include "lib/cloud.h"

struct sample {
	bool found;
	int64_t at;             /* when it was taken */
	double value;
};

/* The newest one that the filter selects within the last `window_ms` of the
 * pipeline's clock. True also where there is none: that isn't zero. */
bool timeseries_newest(const struct call *, struct google *monitoring,
    const char *project, const char *filter, int64_t window_ms,
    struct sample *ret, struct buf *why);

#endif
