/* SPDX-License-Identifier: BSD-2-Clause
 *
 * brief.c -- a report as a message: short enough to be read in the morning.
 *
 * The quality of each date, the targets, how many incidents there were and
 * which are open, what comes again. No time lines: `look` says where they
 * are. Bounded, because a message has to fit into a packet to its notifier.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "report/report.h"
#include "report/say.h"

enum { LINES_MOST = 40 };

static void
add_dates(struct text *t, const json_t *report)
{
	const json_t *d;
	size_t i;

	json_array_foreach(json_object_get(report, "dates"), i, d)
		if (i < LINES_MOST)
			text_addf(t, "%s  %-7s  %s\n", json_text(d, "date",
			    ""), json_text(d, "quality", ""), json_text(d,
			    "why", ""));
}

static void
add_targets(struct text *t, const json_t *report)
{
	const json_t *x;
	size_t i;

	json_array_foreach(json_object_get(report, "targets"), i, x) {
		CLEANUP_TEXT struct text bound = { 0 };
		CLEANUP_TEXT struct text value = { 0 };

		if (i >= LINES_MOST)
			break;
		say_bound(&bound, x);
		say_share(&value, json_object_get(x, "metric"));
		text_addf(t, "%-7s %s, a %s: %s (%s)\n", say_met(x),
		    json_text(x, "target", ""), json_text(x, "over", ""),
		    text_str(&value), text_str(&bound));
	}
}

static void
add_incidents(struct text *t, const json_t *report)
{
	const json_t *list = json_object_get(report, "incidents"), *x;
	size_t i, shown = 0;

	text_addf(t, "%zu incidents", json_array_size(list));
	json_array_foreach(list, i, x)
		if (json_flag(x, "open", false) && shown++ < LINES_MOST)
			text_addf(t, "%s %lld %s %s", shown == 1 ?
			    "; open:" : ",", (long long)json_int(x, "number",
			    0), json_text(x, "date", ""), json_text(x, "root",
			    ""));
	text_add(t, "\n");
	json_array_foreach(json_object_get(report, "patterns"), i, x)
		if (i < LINES_MOST)
			text_addf(t, "%s came %lld times\n", json_text(x,
			    "root", ""), (long long)json_int(x, "times", 0));
}

char *
report_brief(const json_t *report)
{
	struct text t = { 0 };

	text_addf(&t, "%s\n", json_text(report, "title", ""));
	add_dates(&t, report);
	add_targets(&t, report);
	add_incidents(&t, report);
	text_addf(&t, "look   gatewarden report %s %s\n", json_text(report,
	    "report", "day"), json_text(report, "to", "last"));
	return text_take(&t);
}
