/* SPDX-License-Identifier: BSD-2-Clause
 *
 * main.c -- gatewarden-simulate: what a configuration would have done.
 *
 * Loads a configuration as the daemon would (plugins are asked to describe
 * themselves, none is run), a scenario and recorded facts, lets the engine
 * live through them, and prints what it found. Writes nothing anywhere,
 * opens no socket, starts no action.
 *
 * Exit: 0 it ran, whatever it found; 1 configuration, scenario or facts are
 * wrong; 2 usage; 5 the result could not be written.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "daemon/finder.h"
#include "daemon/findings.h"
#include "simulate/options.h"
#include "simulate/report.h"

enum { EXIT_WRONG = 1, EXIT_USAGE = 2, EXIT_UNWRITTEN = 5, DAY_MS = 86400000,
	BAR = 30 };

/* What is loaded, and over which dates it runs. */
struct session {
	const struct options *o;
	struct conf *conf;
	struct scenario *scenario;
	struct facts *facts;
	struct date from, to;
	int64_t begin, until;
	bool bar;               /* a progress bar is on the terminal */
	int shown;              /* per cent */
	json_t *lines;          /* owned: the time line of --json */
};

static void
session_free(struct session *s)
{
	json_decref(s->lines);
	facts_free(s->facts);
	scenario_free(s->scenario);
	conf_free(s->conf);
}

/*------------------------------------------------------------------- range */

/* A date from the command line, the scenario, or the facts. */
static void
read_date(const char *option, const char *given, const char *said,
    const struct origin *at, struct date *ret, struct diag *d)
{
	if (given && date_parse(given, ret) < 0)
		diag_error(d, NULL, 0, "--%s '%s' is no date; expected "
		    "YYYY-MM-DD", option, given);
	else if (!given && said && date_parse(said, ret) < 0)
		diag_error(d, at->file, at->line, "%s = \"%s\" is no date; "
		    "expected YYYY-MM-DD", option, said);
}

/* Long enough for the last date to have been due in everything, but not
 * beyond what was recorded. */
static int64_t
default_until(const struct session *s)
{
	const struct graph *g = &s->conf->graph;
	int64_t last = INSTANT_NONE, at, begin, end;
	int32_t i;

	for (i = 0; i < g->n_phases; i++) {
		const struct pipeline_def *p =
		    &g->pipelines[g->phases[i].pipeline];

		at = due_at(&g->phases[i].due, &p->zone, s->to, day_end(
		    &p->zone, s->to, p->day_ends_s));
		if (at != INSTANT_NONE && at > last)
			last = at;
	}
	at = day_end(&g->pipelines[0].zone, date_add(s->to, 1), 0);
	last = last > at ? last : at;
	facts_span(s->facts, &begin, &end);
	return end != INSTANT_NONE && end < last ? end : last;
}

static void
read_until(struct session *s, struct diag *d)
{
	const struct zone *zone = report_zone(s->conf, NONE);
	const struct scenario *c = s->scenario;
	bool ranged = s->o->to != NULL;

	s->until = default_until(s);
	if (s->o->until && instant_parse(s->o->until, zone, &s->until) < 0)
		diag_error(d, NULL, 0, "--until '%s' is no instant; expected "
		    "\"2026-01-27 00:00\" or RFC 3339", s->o->until);
	else if (!s->o->until && !ranged && c->until &&
	    instant_parse(c->until, zone, &s->until) < 0)
		diag_error(d, c->until_at.file, c->until_at.line,
		    "until = \"%s\" is no instant; expected "
		    "\"2026-01-27 00:00\" or RFC 3339", c->until);
}

static void
read_range(struct session *s, struct diag *d)
{
	const struct scenario *c = s->scenario;
	int64_t begin, end;

	(void)facts_range(s->facts, &s->from, &s->to);
	read_date("from", s->o->from, c->from, &c->from_at, &s->from, d);
	read_date("to", s->o->to, c->to, &c->to_at, &s->to, d);
	if (s->to.day < s->from.day)
		diag_error(d, NULL, 0, "the last date is before the first");
	read_until(s, d);
	facts_span(s->facts, &begin, &end);
	s->begin = day_begin(report_zone(s->conf, NONE), s->from);
	if (begin != INSTANT_NONE && begin > s->begin)
		s->begin = begin;
	if (d->errors == 0 && s->until <= s->begin)
		diag_error(d, NULL, 0, "it would end before the first date "
		    "begins");
}

/*----------------------------------------------------------------- loading */

static bool
load(struct session *s, struct diag *d)
{
	CLEANUP_FINDER struct finder *finder = finder_new(s->o->plugin_dir,
	    s->o->host);

	s->conf = conf_load(s->o->config, finder_interface(finder), d);
	if (s->conf == NULL)
		return false;
	if (s->conf->graph.n_pipelines == 0) {
		diag_error(d, s->o->config, 0, "has no pipeline");
		return false;
	}
	s->scenario = scenario_load(s->o->scenario, s->conf, d);
	if (d->errors > 0)
		return false;
	s->facts = facts_load(s->o->facts, s->scenario, s->conf, d);
	if (s->facts)
		read_range(s, d);
	return d->errors == 0;
}

/*---------------------------------------------------------------- progress */

static void
show_progress(void *arg, int64_t wall)
{
	struct session *s = arg;
	int per_cent = (int)((wall - s->begin) * 100 / (s->until - s->begin));
	char date[DATE_TEXT], bar[BAR + 1];
	int full = per_cent * BAR / 100;

	if (!s->bar || per_cent == s->shown || per_cent > 100)
		return;
	s->shown = per_cent;
	memset(bar, '#', (size_t)full);
	memset(bar + full, '.', (size_t)(BAR - full));
	bar[BAR] = '\0';
	(void)fprintf(stderr, "\r%s  [%s] %3d %%", date_text(day_of(
	    report_zone(s->conf, NONE), 0, wall), date), bar, per_cent);
	(void)fflush(stderr);
}

static void
clear_progress(const struct session *s)
{
	if (s->bar)
		(void)fprintf(stderr, "\r%*s\r", BAR + 24, "");
}

/*---------------------------------------------------------------- printing */

static void
print_json_line(json_t *o, const char *type)
{
	CLEANUP_JSON json_t *typed = json_object();
	CLEANUP_FREE char *line = NULL;

	if (type) {
		json_put(typed, "type", type);
		(void)json_object_update_new(typed, o);
		line = json_line(typed);
	} else {
		line = json_line(o);
		json_decref(o);
	}
	(void)printf("%s\n", line);
}

static void
print_line(void *arg, const struct story_line *l)
{
	struct session *s = arg;
	CLEANUP_TEXT struct text t = { 0 };

	if (s->o->jsonl) {
		print_json_line(report_line(s->conf, l), "line");
		return;
	}
	if (s->o->json) {
		(void)json_array_append_new(s->lines, report_line(s->conf,
		    l));
		return;
	}
	report_line_text(&t, s->conf, l);
	(void)printf("%s", text_str(&t));
}

static void
print_lines(const struct report *r)
{
	json_t *o = report_json(r);
	size_t i;

	(void)json_object_del(o, "findings");
	(void)json_object_del(o, "messages");
	for (i = 0; i < r->story->n_findings; i++)
		print_json_line(report_finding(r, &r->story->findings[i]),
		    "finding");
	for (i = 0; i < r->story->n_messages; i++)
		print_json_line(report_message(r, &r->story->messages[i]),
		    "message");
	print_json_line(o, "summary");
}

static void
print_report(const struct session *s, const struct report *r)
{
	CLEANUP_FREE char *text = NULL;
	json_t *o;

	if (s->o->jsonl) {
		print_lines(r);
	} else if (s->o->json) {
		o = report_json(r);
		if (s->lines)
			(void)json_object_set(o, "timeline", s->lines);
		print_json_line(o, NULL);
	} else {
		text = report_text(r);
		(void)printf("%s%s", s->o->timeline ? "\n" : "", text);
	}
}

/*--------------------------------------------------------------------- run */

static bool
play(struct session *s, struct diag *d)
{
	const struct world_setup setup = { .conf = s->conf,
		.scenario = s->scenario, .facts = s->facts, .from = s->from,
		.begin = s->begin, .until = s->until };
	CLEANUP_WORLD struct world *w = world_new(&setup, d);
	struct story story;
	struct world_watch watch = { .arg = &story, .step = story_step };
	struct report r = { .story = &story, .world = w,
		.config = s->o->config, .facts = s->o->facts,
		.records = facts_records(s->facts), .begin = s->begin,
		.until = s->until };
	int64_t began = clock_real_ms();

	if (w == NULL)
		return false;
	if (s->o->json && s->o->timeline)
		s->lines = json_array();
	story_init(&story, s->conf, s->from, s->to, s->o->timeline ?
	    print_line : NULL, s);
	watch.time = show_progress;
	watch.time_arg = s;
	world_run(w, &watch);
	clear_progress(s);
	r.took_ms = clock_real_ms() - began;
	print_report(s, &r);
	story_free(&story);
	return true;
}

static int
simulate(const struct options *o)
{
	struct session s = { .o = o, .shown = -1,
		.bar = isatty(STDERR_FILENO) && !o->timeline };
	CLEANUP_DIAG struct diag d;
	bool ok;

	diag_init(&d);
	ok = load(&s, &d) && play(&s, &d);
	if (!ok || d.n > 0)
		diag_print(&d, stderr);
	session_free(&s);
	if (!ok)
		return EXIT_WRONG;
	return fflush(stdout) == 0 && !ferror(stdout) ? EXIT_SUCCESS :
	    EXIT_UNWRITTEN;
}

int
main(int argc, char *argv[])
{
	struct options o;

	if (options_parse(argc, argv, &o, stderr) < 0) {
		(void)fprintf(stderr, "'gatewarden help simulate' says what "
		    "there is\n");
		return EXIT_USAGE;
	}
	if (o.help) {
		options_usage(stdout);
		return EXIT_SUCCESS;
	}
	if (o.version) {
		(void)printf("gatewarden-simulate %s\n", PACKAGE_VERSION);
		return EXIT_SUCCESS;
	}
	return simulate(&o);
}
