/* SPDX-License-Identifier: BSD-2-Clause
 *
 * session.c -- one configuration, lived through one scenario, and told.
 *
 * Loads a configuration as the daemon would (plugins are asked to describe
 * themselves, none is run), a scenario and recorded facts, lets the engine
 * live through them, holds what happened against what the scenario expects,
 * and prints it. Writes nothing anywhere, opens no socket, starts no action.
 *
 * A scenario may name a configuration of its own, which goes before the one
 * of the command line: it is a test of that one.
 */
#include "simulate/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "client/show.h"
#include "simulate/look.h"
#include "simulate/report.h"

enum { BAR = 30 };

void
session_free(struct session *s)
{
	json_decref(s->lines);
	json_decref(s->result);
	expects_free(s->expects);
	free(s->own_config);
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

bool
session_load(struct session *s, struct finder *finder, struct diag *d)
{
	s->own_config = s->path ? scenario_config(s->path) : NULL;
	s->config = s->own_config ? s->own_config : s->o->config;
	s->conf = conf_load(s->config, finder_interface(finder), d);
	if (s->conf == NULL)
		return false;
	if (s->conf->graph.n_pipelines == 0) {
		diag_error(d, s->config, 0, "has no pipeline");
		return false;
	}
	s->scenario = scenario_load(s->path, s->conf, d);
	if (d->errors > 0)
		return false;
	if (s->o->facts && s->scenario->n_readings > 0) {
		diag_error(d, s->path, 0, "says itself what was recorded: a "
		    "file of facts beside it would contradict it");
		return false;
	}
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

/* What the scenario says of itself, and when it was really noticed. */
static json_t *
about_json(const struct scenario *s, const struct story *story)
{
	const struct scenario_about *a = &s->about;
	int64_t ms = expects_detected(s, story);
	json_t *o = json_object();

	json_put(o, "title", a->title);
	json_put(o, "incident", a->incident);
	json_put(o, "date", a->date);
	json_put(o, "what", a->what);
	json_put(o, "historical", a->historical);
	json_put(o, "outcome", a->outcome);
	if (ms >= 0)
		json_put_int(o, "detected_ms", ms);
	return o;
}

static int64_t
last_told(const struct story *story)
{
	return story->n_messages == 0 ? INSTANT_NONE :
	    story->messages[story->n_messages - 1].at;
}

/* As the client prints it. */
static void
print_screen(const struct report *r)
{
	CLEANUP_JSON json_t *o = world_screen(r->world, last_told(r->story));
	CLEANUP_OUT struct out out;

	out_open(&out);
	(void)show_status(&out, o, NULL);
	(void)out_flush(&out);
	(void)printf("\n");
}

static void
print_report(const struct session *s, const struct report *r)
{
	CLEANUP_FREE char *text = NULL;
	CLEANUP_FREE char *told = NULL;
	CLEANUP_TEXT struct text expected = { 0 };

	if (s->o->jsonl) {
		print_lines(r);
	} else if (s->o->json) {
		print_json_line(json_incref(s->result), NULL);
	} else {
		if (s->o->timeline && s->o->screen)
			(void)printf("\n");
		if (s->o->screen)
			print_screen(r);
		told = s->o->messages ? report_messages(r) : NULL;
		text = report_text(r);
		expects_text(&expected, s->expects, true);
		(void)printf("%s%s%s%s%s", s->o->timeline ? "\n" : "",
		    told ? told : "", text,
		    expected.len > 0 ? "\n" : "", text_str(&expected));
	}
}

/* Everything, for programs. */
static json_t *
result_json(const struct session *s, const struct report *r)
{
	json_t *o = report_json(r);

	if (s->lines)
		(void)json_object_set(o, "timeline", s->lines);
	if (s->o->screen)
		(void)json_object_set_new(o, "screen", world_screen(r->world,
		    last_told(r->story)));
	if (s->path)
		json_put(o, "scenario", s->path);
	(void)json_object_set_new(o, "about", about_json(s->scenario,
	    r->story));
	(void)json_object_set_new(o, "expectations", expects_json(
	    s->expects));
	json_put_int(o, "unmet", (int64_t)expects_unmet(s->expects));
	return o;
}

/*--------------------------------------------------------------------- run */

struct watcher {
	struct story *story;
	struct expects *expects;
};

static void
on_step(void *arg, const struct world *w, const struct effects *fx)
{
	struct watcher *x = arg;

	story_step(x->story, w, fx);
	expects_step(x->expects, w, fx);
}

static void
on_stop(void *arg, const struct world *w, int64_t at)
{
	struct watcher *x = arg;

	expects_stop(x->expects, w, at);
}

bool
session_play(struct session *s, bool quiet, struct diag *d)
{
	const struct world_setup setup = { .conf = s->conf,
		.scenario = s->scenario, .facts = s->facts, .from = s->from,
		.begin = s->begin, .until = s->until };
	CLEANUP_WORLD struct world *w = world_new(&setup, d);
	struct story story;
	struct watcher watcher = { .story = &story };
	struct world_watch watch = { .arg = &watcher, .step = on_step,
		.stop = on_stop };
	struct report r = { .story = &story, .world = w,
		.config = s->config, .facts = s->o->facts,
		.records = facts_records(s->facts), .begin = s->begin,
		.until = s->until };
	int64_t began = clock_real_ms();

	if (w == NULL)
		return false;
	if (s->o->json && s->o->timeline)
		s->lines = json_array();
	story_init(&story, s->conf, s->from, s->to, s->o->timeline ?
	    print_line : NULL, s);
	s->expects = expects_new(s->conf, s->scenario);
	watcher.expects = s->expects;
	watch.stops = expects_stops(s->expects, &watch.n_stops);
	watch.time = show_progress;
	watch.time_arg = s;
	world_run(w, &watch);
	clear_progress(s);
	r.took_ms = clock_real_ms() - began;
	expects_judge(s->expects, &story, w);
	s->detected = expects_detected(s->scenario, &story);
	if (s->o->json)
		s->result = result_json(s, &r);
	if (!quiet)
		print_report(s, &r);
	story_free(&story);
	return true;
}
