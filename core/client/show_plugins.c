/* SPDX-License-Identifier: BSD-2-Clause
 *
 * show_plugins.c -- plugin instances: their calls, faults and quarantines.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "client/show.h"

static const char *
file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void
words_state(struct text *t, const json_t *p)
{
	int64_t backoff = json_int(p, "backoff_ms", 0);

	if (json_flag(p, "quarantined", false))
		text_add(t, "quarantined");
	if (backoff > 0) {
		text_addf(t, "%stried again in ", t->len > 0 ? ", " : "");
		words_span(t, backoff);
	}
	if (json_text(p, "last_fault", NULL) == NULL)
		return;
	text_addf(t, "%slast fault ", t->len > 0 ? "; " : "");
	words_span(t, json_int(p, "last_fault_ms_ago", 0));
	text_addf(t, " ago: %s", json_text(p, "last_fault", ""));
}

static void
add_instance(struct table *t, const json_t *p)
{
	int64_t faults = json_int(p, "faults", 0);
	bool bad = json_flag(p, "quarantined", false) ||
	    json_int(p, "backoff_ms", 0) > 0;
	CLEANUP_TEXT struct text s = { 0 };

	table_text(t, STYLE_DIM, json_text(p, "kind", "?"));
	table_text(t, STYLE_PLAIN, json_text(p, "name", "?"));
	table_text(t, STYLE_DIM, file_name(json_text(p, "path", "?")));
	table_cell(t, STYLE_PLAIN, "%lld",
	    (long long)json_int(p, "calls", 0));
	table_cell(t, faults > 0 ? STYLE_BAD : STYLE_PLAIN, "%lld",
	    (long long)faults);
	if (json_is_number(json_object_get(p, "average_ms")))
		text_addf(&s, "%.0f ms",
		    json_number_value(json_object_get(p, "average_ms")));
	table_text(t, STYLE_PLAIN, text_str(&s));
	table_cell(t, STYLE_PLAIN, "%lld",
	    (long long)json_int(p, "workers", 0));
	text_clear(&s);
	words_state(&s, p);
	table_text(t, bad ? STYLE_BAD : STYLE_PLAIN, text_str(&s));
}

int
show_plugins(struct out *o, const json_t *r, const json_t *params)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"kind", "instance", "plugin", "calls", "faults", "average",
		"workers", "", NULL });
	const json_t *instances = json_object_get(r, "instances"), *p;
	size_t i;

	(void)params;
	if (json_array_size(instances) == 0)
		out(o, "no plugin has been called yet\n");
	json_array_foreach(instances, i, p)
		add_instance(t, p);
	table_print(t, o, 0);
	return EXIT_OPEN;
}
