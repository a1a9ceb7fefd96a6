/* SPDX-License-Identifier: BSD-2-Clause
 *
 * simulate-help.c -- a small pipeline, played through facts given as text.
 */
#include "simulate-help.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "config-help.h"
#include "simulate/report.h"

const char *const small_site =
    "databases = ( { name = \"db\"; plugin = \"sqlite\"; path = \"/x\"; } );\n"
    "notifiers = ( { name = \"n\"; plugin = \"console\"; } );\n"
    "routes = ( { to = \"n\"; } );\n"
    "actions = (\n"
    "  { name = \"make\"; plugin = \"exec\"; argv = (\"/bin/true\");\n"
    "    timeout = \"10m\"; },\n"
    "  { name = \"repair\"; plugin = \"exec\"; argv = (\"/bin/true\"); } );\n"
    "checks = (\n"
    "  { name = \"games\"; plugin = \"sql\"; value = \"x\"; },\n"
    "  { name = \"raw\"; plugin = \"sql\"; value = \"x\"; expected = \"x\";\n"
    "    fail = \"90%\"; },\n"
    "  { name = \"made\"; plugin = \"sql\"; value = \"x\"; min = 1; },\n"
    "  { name = \"seen\"; plugin = \"sql\"; value = \"x\"; min = 1; } );\n"
    "alarms = ( { name = \"low\"; plugin = \"ladder\"; inputs = \"raw\";\n"
    "  steps = ( { at = \"+6h\"; below = \"50%\"; severity = \"critical\"; }"
    " ); } );\n"
    "recoveries = ( { name = \"mend\"; action = \"repair\";\n"
    "  repairs = \"raw\"; retry = { attempts = 2; initial = \"5m\"; };\n"
    "  verify = { after = \"1m\"; every = \"1m\"; within = \"10m\"; }; } );\n"
    "pipelines = ( { name = \"p\"; timezone = \"America/New_York\";\n"
    "  day_ends = \"04:00\"; mode = \"enforce\"; calendar = \"games\";\n"
    "  database = \"db\"; every = \"30m\"; watch_for = \"30d\";\n"
    "  phases = (\n"
    "    { name = \"raw\"; done = \"raw\"; due = \"+1d 06:00\"; },\n"
    "    { name = \"work\"; after = \"raw\"; start = \"make\";\n"
    "      done = \"made\"; due = \"+1d 09:00\"; },\n"
    "    { name = \"late\"; after = \"work\"; done = \"seen\";\n"
    "      due = \"+1d 12:00\"; } ); } );\n";

void
trial_begin(struct trial *t, const char *site, const char *scenario,
    const char *facts)
{
	CLEANUP_TEXT struct text path = { 0 };

	*t = (struct trial){ .dir = dir_make() };
	diag_init(&t->diag);
	dir_put(t->dir, "site.conf", site ? site : small_site);
	t->conf = conf_load(t->dir, &fake_finder, &t->diag);
	if (t->conf == NULL)
		return;
	if (scenario) {
		dir_put(t->dir, "a.scenario", scenario);
		text_addf(&path, "%s/a.scenario", t->dir);
	}
	t->scenario = scenario_load(scenario ? text_str(&path) : NULL,
	    t->conf, &t->diag);
	if (facts)
		dir_put(t->dir, "facts.csv", facts);
	text_clear(&path);
	text_addf(&path, "%s/facts.csv", t->dir);
	if (t->diag.errors == 0)
		t->facts = facts_load(facts ? text_str(&path) : NULL,
		    t->scenario, t->conf, &t->diag);
}

void
trial_end(struct trial *t)
{
	facts_free(t->facts);
	scenario_free(t->scenario);
	conf_free(t->conf);
	diag_free(&t->diag);
	dir_remove(t->dir);
	*t = (struct trial){ 0 };
}

char *
trial_findings(struct trial *t)
{
	return findings_text(&t->diag, t->dir);
}

/*----------------------------------------------------------------- playing */

static void
keep_line(void *arg, const struct story_line *l)
{
	struct played *p = arg;

	report_line_text(&p->lines, p->story.conf, l);
}

void
trial_play(struct trial *t, const char *from, const char *to,
    const char *until, struct played *p)
{
	struct world_setup setup = { .conf = t->conf,
		.scenario = t->scenario, .facts = t->facts,
		.begin = INSTANT_NONE };
	struct world_watch watch = { .arg = &p->story, .step = story_step };
	struct date last;

	assert(t->facts != NULL);
	if (date_parse(from, &setup.from) < 0 || date_parse(to, &last) < 0 ||
	    instant_parse(until, &t->conf->graph.pipelines[0].zone,
	    &setup.until) < 0)
		abort();
	*p = (struct played){ .world = world_new(&setup, &t->diag) };
	assert(p->world != NULL);
	story_init(&p->story, t->conf, setup.from, last, keep_line, p);
	world_run(p->world, &watch);
	world_counts(p->world, &p->counts);
}

void
played_end(struct played *p)
{
	story_free(&p->story);
	text_free(&p->lines);
	world_free(p->world);
}

int
lines_with(const struct played *p, const char *a, const char *b)
{
	const char *line = text_str(&p->lines), *end;
	int n = 0;

	for (; *line; line = end + (*end != '\0')) {
		CLEANUP_FREE char *s = NULL;
		const char *at;

		end = line + strcspn(line, "\n");
		s = strndup(line, (size_t)(end - line));
		if (s == NULL)
			abort();
		at = strstr(s, a);
		n += at && (b == NULL || strstr(at + strlen(a), b));
	}
	return n;
}
