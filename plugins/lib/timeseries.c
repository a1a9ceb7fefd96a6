/* SPDX-License-Identifier: BSD-2-Clause
 *
 * timeseries.c -- the newest sample of a metric of Cloud Monitoring.
 *
 * timeSeries.list (API v3) answers with the series that have points in an
 * interval; one without points isn't there, and neither is one of a resource
 * that doesn't exist. Samples are taken every minute and become visible some
 * minutes later. Points are documented to come newest first; their own times
 * decide.
 */
#include "lib/timeseries.h"

#include "lib/instant.h"

static bool
read_value(const json_t *value, double *ret)
{
	const json_t *real = json_object_get(value, "doubleValue");
	int64_t integer;

	if (google_integer(value, "int64Value", &integer))
		*ret = (double)integer;
	else if (json_is_number(real))
		*ret = json_number_value(real);
	else
		return false;
	return true;
}

static bool
take_series(void *arg, const json_t *series, struct buf *why)
{
	const json_t *points = json_object_get(series, "points"), *p;
	struct sample *s = arg;
	size_t i;

	json_array_foreach(points, i, p) {
		int64_t at;
		double v;

		if (!cloud_instant(json_object_get(p, "interval"), "endTime",
		    &at) || !read_value(json_object_get(p, "value"), &v)) {
			buf_add(why, "a point without time or number");
			return false;
		}
		if (!s->found || at > s->at)
			*s = (struct sample){ true, at, v };
	}
	return true;
}

bool
timeseries_newest(const struct call *c, struct google *monitoring,
    const char *project, const char *filter, int64_t window_ms,
    struct sample *ret, struct buf *why)
{
	int64_t now = c->host->now(c->ctx);
	struct buf path CLEANUP_BUF = { 0 };
	struct google_error error;
	char text[INSTANT_TEXT];

	*ret = (struct sample){ 0 };
	path_add(&path, "/v3/projects/", project);
	path_add(&path, "/timeSeries?filter=", filter);
	path_add(&path, "&interval.startTime=", instant_format(now -
	    window_ms, text));
	path_add(&path, "&interval.endTime=", instant_format(now, text));
	buf_add(&path, "&view=FULL");
	return google_list(c, monitoring, buf_str(&path), "timeSeries",
	    take_series, ret, &error, why);
}
