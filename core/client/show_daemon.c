/* SPDX-License-Identifier: BSD-2-Clause
 *
 * show_daemon.c -- reload, journal check and shutdown: what became of it.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "client/show.h"

static void
put_finding(struct out *o, const json_t *f)
{
	bool warning = strcmp(json_text(f, "level", "error"), "warning") == 0;

	if (json_text(f, "file", NULL))
		out(o, "%s:", json_text(f, "file", ""));
	if (json_int(f, "line", 0) > 0)
		out(o, "%lld:", (long long)json_int(f, "line", 0));
	if (json_text(f, "file", NULL))
		out(o, " ");
	out_in(o, warning ? STYLE_WARN : STYLE_BAD, "%s", warning ?
	    "warning: " : "");
	out(o, "%s\n", json_text(f, "sentence", "?"));
}

int
show_reload(struct out *o, const json_t *r, const json_t *params)
{
	bool swapped = json_flag(r, "swapped", false);
	CLEANUP_TEXT struct text n = { 0 };
	const json_t *f;
	size_t i;

	(void)params;
	json_array_foreach(json_object_get(r, "findings"), i, f)
		put_finding(o, f);
	words_count(&n, json_int(r, "errors", 0), "error");
	if (json_flag(r, "dry_run", false)) {
		swapped = json_int(r, "errors", 0) == 0;
		out(o, swapped ? "it would be reloaded\n" : "it would be "
		    "refused: %s\n", text_str(&n));
		return swapped ? EXIT_OPEN : EXIT_NO;
	}
	if (swapped) {
		out(o, "reloaded: the new configuration runs\n");
		return EXIT_OPEN;
	}
	out_in(o, STYLE_BAD, "not reloaded");
	out(o, ": %s; the configuration from before goes on\n",
	    text_str(&n));
	return EXIT_NO;
}

int
show_journal_check(struct out *o, const json_t *r, const json_t *params)
{
	int64_t events = json_int(r, "events", 0);
	int64_t errors = json_int(r, "errors", 0);
	const json_t *findings = json_object_get(r, "findings"), *f;
	CLEANUP_TEXT struct text n = { 0 };
	size_t i;

	(void)params;
	json_array_foreach(findings, i, f)
		out(o, "%s\n", json_is_string(f) ? json_string_value(f) :
		    "?");
	words_count(&n, events, "event");
	if (errors == 0) {
		out(o, "%s, folded again: no difference\n", text_str(&n));
		return EXIT_OPEN;
	}
	text_add(&n, ", ");
	words_count(&n, errors, "error");
	out_in(o, STYLE_BAD, "%s", text_str(&n));
	if ((size_t)errors > json_array_size(findings))
		out(o, "; the first %zu are shown",
		    json_array_size(findings));
	out(o, "\n");
	return EXIT_NO;
}

int
show_shutdown(struct out *o, const json_t *r, const json_t *params)
{
	(void)r;
	(void)params;
	out(o, "the daemon stops\n");
	return EXIT_OPEN;
}
