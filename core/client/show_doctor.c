/* SPDX-License-Identifier: BSD-2-Clause
 *
 * show_doctor.c -- what asking costs, and what is configured to be lenient.
 */
#include "base/cleanup.h"
#include "base/json.h"
#include "base/units.h"
#include "client/show.h"

static void
add_size(struct table *t, enum style style, int64_t bytes)
{
	char size[SIZE_TEXT];

	if (bytes > 0)
		table_text(t, style, size_text(bytes, size));
	else
		table_text(t, STYLE_DIM, "-");
}

static void
add_day(struct table *t, const char *name, int64_t most, const json_t *day)
{
	int64_t bytes = json_int(day, "bytes", 0);
	int64_t out = json_int(day, "reserved", 0);

	table_text(t, STYLE_PLAIN, name);
	table_text(t, STYLE_PLAIN, json_text(day, "day", "-"));
	add_size(t, most > 0 && bytes >= most ? STYLE_BAD : STYLE_PLAIN,
	    bytes);
	add_size(t, STYLE_PLAIN, out);
	add_size(t, STYLE_PLAIN, most);
	if (most > 0)
		table_cell(t, STYLE_PLAIN, "%.0f %%",
		    (double)bytes / (double)most * 100);
	else
		table_text(t, STYLE_DIM, "no budget");
}

static void
show_spending(struct out *o, const json_t *databases)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"database", "day (UTC)", "spent", "under way", "budget", "",
		NULL });
	const json_t *d, *day;
	size_t i, k;

	out_heading(o, "cost");
	json_array_foreach(databases, i, d) {
		const json_t *days = json_object_get(d, "days");
		const char *name = json_text(d, "database", "?");
		int64_t most = json_int(d, "max_bytes_per_day", 0);

		json_array_foreach(days, k, day)
			add_day(t, name, most, day);
		if (json_array_size(days) == 0)
			add_day(t, name, most, NULL);
	}
	if (table_rows(t) == 0)
		out(o, "  no database says what it costs\n");
	table_print(t, o, 2);
}

static void
show_lenient(struct out *o, const json_t *list, const char *heading,
    const char *of, const char *member)
{
	const json_t *x;
	size_t i;

	out_heading(o, "%s", heading);
	if (json_array_size(list) == 0)
		out(o, "  none\n");
	json_array_foreach(list, i, x) {
		const char *until = json_text(x, "until", NULL);

		out(o, "  %s%s%s", of ? json_text(x, of, "?") : "",
		    of ? " " : "", json_text(x, member, "?"));
		if (until)
			out(o, " until %s", until);
		out_in(o, STYLE_DIM, "  %s\n", json_text(x, "rule", ""));
	}
}

int
show_doctor(struct out *o, const json_t *r, const json_t *params)
{
	(void)params;
	show_spending(o, json_object_get(r, "databases"));
	show_lenient(o, json_object_get(r, "open_on_unknown"),
	    "gates that open on unknown", NULL, "gate");
	show_lenient(o, json_object_get(r, "done_by_exit"),
	    "done when their action ends, without a check", "pipeline",
	    "phase");
	return EXIT_OPEN;
}
