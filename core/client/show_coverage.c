/* SPDX-License-Identifier: BSD-2-Clause
 *
 * show_coverage.c -- what of each phase is watched, told, repaired and gated.
 *
 * Each score with its numerator and denominator; each gap with the place
 * where it would be mended.
 */
#include <string.h>

#include "base/json.h"
#include "client/show.h"

static const char *const questions[] = { "due", "told", "repaired", "gated",
	"fix" };

static void
add_answer(struct table *t, const json_t *a)
{
	const char *state = json_text(a, "state", "?");

	if (strcmp(state, "none_needed") == 0)
		table_text(t, STYLE_DIM, "-");
	else
		table_text(t, strcmp(state, "yes") == 0 ? STYLE_GOOD :
		    strcmp(state, "no") == 0 ? STYLE_BAD : STYLE_WARN, state);
}

static void
put_phases(struct out *o, const json_t *p)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"phase", "due", "told", "repaired", "gated", "fix", NULL });
	const json_t *e;
	size_t i, k;

	out_heading(o, "%s, mode %s", json_text(p, "pipeline", "?"),
	    json_text(p, "mode", "?"));
	json_array_foreach(json_object_get(p, "phases"), i, e) {
		table_text(t, STYLE_PLAIN, json_text(e, "phase", "?"));
		for (k = 0; k < sizeof questions / sizeof questions[0]; k++)
			add_answer(t, json_object_get(e, questions[k]));
	}
	table_print(t, o, 2);
}

static void
put_scores(struct out *o, const json_t *scores)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"", "", "", "", NULL });
	const json_t *s;
	size_t i;

	out_heading(o, "scores");
	json_array_foreach(scores, i, s) {
		long long partly = (long long)json_int(s, "partly", 0);

		table_text(t, STYLE_PLAIN, json_text(s, "score", "?"));
		if (json_is_integer(json_object_get(s, "percent")))
			table_cell(t, STYLE_BOLD, "%lld %%",
			    (long long)json_int(s, "percent", 0));
		else
			table_text(t, STYLE_DIM, "n/a");
		if (partly > 0)
			table_cell(t, STYLE_PLAIN, "%lld of %lld, %lld more "
			    "in part", (long long)json_int(s, "have", 0),
			    (long long)json_int(s, "of", 0), partly);
		else
			table_cell(t, STYLE_PLAIN, "%lld of %lld",
			    (long long)json_int(s, "have", 0),
			    (long long)json_int(s, "of", 0));
		table_text(t, STYLE_DIM, json_text(s, "means", ""));
	}
	table_print(t, o, 2);
}

static void
put_gaps(struct out *o, const json_t *gaps)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"", "", "", "", NULL });
	const json_t *g;
	size_t i;

	if (json_array_size(gaps) == 0) {
		out(o, "\nno gaps\n");
		return;
	}
	out_heading(o, "gaps (%zu)", json_array_size(gaps));
	json_array_foreach(gaps, i, g) {
		table_text(t, STYLE_DIM, json_text(g, "rule", ""));
		table_text(t, STYLE_PLAIN, json_text(g, "phase", "?"));
		table_text(t, strcmp(json_text(g, "state", ""), "no") == 0 ?
		    STYLE_BAD : STYLE_WARN, json_text(g, "what", "?"));
		table_text(t, STYLE_PLAIN, json_text(g, "why", ""));
	}
	table_print(t, o, 2);
}

int
show_coverage(struct out *o, const json_t *r, const json_t *params)
{
	const json_t *gaps = json_object_get(r, "gaps"), *p;
	size_t i;

	(void)params;
	json_array_foreach(json_object_get(r, "pipelines"), i, p)
		put_phases(o, p);
	put_scores(o, json_object_get(r, "scores"));
	put_gaps(o, gaps);
	if (!json_flag(r, "live", true))
		out_in(o, STYLE_DIM, "read from files: that a route delivers, "
		    "and that starters ask, only a running daemon knows\n");
	return json_array_size(gaps) == 0 ? EXIT_OPEN : EXIT_NO;
}
