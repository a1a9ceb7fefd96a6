/* SPDX-License-Identifier: BSD-2-Clause
 *
 * report.c -- what a simulation found, for people.
 *
 * A line per finding, in the order in which they came up: the date it is
 * about, how bad it got, from when to when, how many messages, what, and the
 * rule. Then the numbers, each with what it counts; and last what is not
 * knowledge but assumption, because a simulation that hides its assumptions
 * is an opinion.
 */
#include "simulate/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/units.h"
#include "daemon/words.h"
#include "journal/chain.h"

static const char *
plural(int64_t n)
{
	return n == 1 ? "" : "s";
}

/*---------------------------------------------------------------- findings */

/* "10-23 06:00" */
static const char *
short_time(int64_t at, const struct zone *zone, char buf[INSTANT_TEXT])
{
	return at == INSTANT_NONE ? "-" : instant_short(at, zone, buf) + 5;
}

static void
add_cause(struct text *t, const json_t *cause)
{
	const json_t *c;
	size_t i;

	json_array_foreach(cause, i, c)
		text_addf(t, "%s%s %s", i == 0 ? ": " : ", ", json_text(c,
		    "check", "?"), json_text(c, "reading", "?"));
}

static void
add_finding(struct text *t, const struct report *r,
    const struct story_finding *f)
{
	const struct zone *zone = report_zone(r->story->conf,
	    f->where.pipeline);
	char since[INSTANT_TEXT], until[INSTANT_TEXT], date[DATE_TEXT];

	text_addf(t, "%-10s  %-8s  %-11s  %-11s  %4d  ", f->where.dated ?
	    date_text(f->where.date, date) : "-", severity_name(
	    f->row.severity), short_time(f->row.opened_at, zone, since),
	    f->row.open ? "open" : short_time(f->row.closed_at, zone, until),
	    (int)f->told);
	text_add(t, f->title);
	if (f->row.kind != ROOT_ALARM)  /* whose title has it */
		add_cause(t, f->cause);
	if (f->follows > 0)
		text_addf(t, "; %d follow%s", (int)f->follows, f->follows ==
		    1 ? "s" : "");
	if (f->row.gave_up)
		text_add(t, "; automation gave up");
	if (f->rule) {
		text_add(t, "  [");
		words_origin(t, f->rule);
		text_add(t, "]");
	}
	text_add(t, "\n");
}

static void
add_findings(struct text *t, const struct report *r)
{
	size_t i;

	if (r->story->n_findings == 0) {
		text_add(t, "nothing would have been told\n");
		return;
	}
	text_addf(t, "%-10s  %-8s  %-11s  %-11s  %4s  %s\n", "date",
	    "severity", "since", "until", "told", "what [rule]");
	for (i = 0; i < r->story->n_findings; i++)
		add_finding(t, r, &r->story->findings[i]);
}

/*----------------------------------------------------------------- summary */

static void
sum_findings(struct text *t, const struct report *r)
{
	struct number_findings n = number_findings(r);
	int s;

	text_addf(t, "findings   %d on %d date%s", (int)n.all, (int)n.dates,
	    plural(n.dates));
	for (s = SEVERITY_CRITICAL; s > SEVERITY_NONE; s--)
		if (n.by_severity[s] > 0)
			text_addf(t, ", %d %s", (int)n.by_severity[s],
			    severity_name((enum severity)s));
	text_addf(t, "; %d open at the end\n", (int)n.open);
}

static void
sum_messages(struct text *t, const struct report *r)
{
	struct number_messages n = number_messages(r);
	int64_t days = (r->until - r->begin + 86399999) / 86400000;
	char date[DATE_TEXT];
	int k;

	text_addf(t, "messages   %d", (int)n.all);
	for (k = 0; k <= NOTICE_ADOPTED; k++)
		if (n.by_kind[k] > 0)
			text_addf(t, ", %d %s", (int)n.by_kind[k],
			    notice_kind_name((enum notice_kind)k));
	if (n.all > 0)
		text_addf(t, "; %.2f a day, on %d of %lld days, at most %d "
		    "(%s)", (double)n.all / (double)(days > 0 ? days : 1),
		    (int)n.days, (long long)days, (int)n.most,
		    date_text(n.most_on, date));
	text_add(t, "\n");
}

static void
sum_phases(struct text *t, const struct report *r)
{
	const struct graph *g = &r->story->conf->graph;
	struct number_phase *v = calloc((size_t)g->n_phases + 1, sizeof *v);
	char longest[DURATION_TEXT];
	int32_t n, i;

	if (v == NULL)
		abort();
	n = number_phases(r, v);
	for (i = 0; i < n; i++)
		text_addf(t, "%-9s  %s on %d date%s, longest %s%s\n", i == 0 ?
		    "late" : "", g->phases[v[i].phase].name, (int)v[i].dates,
		    plural(v[i].dates), duration_round(v[i].longest_ms,
		    longest), v[i].open > 0 ? ", some to the end" : "");
	free(v);
}

static void
sum_starts(struct text *t, const struct report *r)
{
	const struct graph *g = &r->story->conf->graph;
	struct number_starts *v = calloc((size_t)(g->n_phases +
	    g->n_recoveries) + 1, sizeof *v);
	int32_t n, i;
	int k;

	if (v == NULL)
		abort();
	n = number_starts(r, v);
	for (i = 0; i < n; i++) {
		text_addf(t, "%-9s  %s%s: %d attempt%s on %d date%s", i == 0 ?
		    "starts" : "", v[i].recovery ? "recovery " : "",
		    v[i].name, (int)v[i].attempts, plural(v[i].attempts),
		    (int)v[i].dates, plural(v[i].dates));
		for (k = OUTCOME_RECOVERED; k <= OUTCOME_NOT_DONE; k++)
			if (v[i].outcomes[k] > 0)
				text_addf(t, ", %d %s", (int)v[i].outcomes[k],
				    outcome_name((enum outcome)k));
		text_add(t, v[i].modelled ? "\n" : "; its effect is not "
		    "known, and was taken to be none\n");
	}
	free(v);
}

static void
sum_assumed(struct text *t, const struct report *r)
{
	const struct graph *g = &r->story->conf->graph;
	struct world_counts c;
	const char *label = "assumed";
	int32_t i;

	world_counts(r->world, &c);
	for (i = 0; i < g->n_checks; i++) {
		uint64_t n = world_assumed(r->world, i);

		if (n == 0)
			continue;
		text_addf(t, "%-9s  %s passes: not measured, %llu answers\n",
		    label, g->checks[i].name, (unsigned long long)n);
		label = "";
	}
	if (c.gates_unknown > 0)
		text_addf(t, "%-9s  %d gate%s could not be asked\n", label,
		    (int)c.gates_unknown, plural(c.gates_unknown));
}

static void
sum_world(struct text *t, const struct report *r)
{
	char hash[CHAIN_TEXT], took[DURATION_TEXT];
	struct world_counts c;

	world_counts(r->world, &c);
	text_addf(t, "work       %llu steps, %llu measurements, %llu "
	    "evaluations in %s\n", (unsigned long long)c.steps,
	    (unsigned long long)c.measurements,
	    (unsigned long long)c.evaluations,
	    duration_text(r->took_ms, took));
	text_addf(t, "journal    %llu events, hash %s\n",
	    (unsigned long long)c.events, chain_text(c.hash, hash));
}

char *
report_text(const struct report *r)
{
	struct number_dates n = number_dates(r);
	char from[DATE_TEXT], to[DATE_TEXT], until[INSTANT_TEXT];
	struct text t = { 0 };

	add_findings(&t, r);
	text_addf(&t, "\ndates      %d, %s to %s, %d idle", (int)n.dates,
	    date_text(r->story->from, from), date_text(r->story->to, to),
	    (int)n.idle);
	if (n.unknown > 0)
		text_addf(&t, ", %d of which nobody could tell what they "
		    "owe", (int)n.unknown);
	text_addf(&t, "; until %s\n", instant_text(r->until,
	    report_zone(r->story->conf, NONE), until));
	sum_findings(&t, r);
	sum_messages(&t, r);
	sum_phases(&t, r);
	sum_starts(&t, r);
	sum_assumed(&t, r);
	sum_world(&t, r);
	return text_take(&t);
}

/*---------------------------------------------------------------- messages */

static void
add_receivers(struct text *t, const json_t *to)
{
	const char *name;
	json_t *unused;
	int n = 0;

	json_object_foreach((json_t *)to, name, unused)
		text_addf(t, "%s%s", n++ == 0 ? "to " : ", ", name);
	if (n == 0)
		text_add(t, "to nobody: no route matches");
}

char *
report_messages(const struct report *r)
{
	const struct zone *zone = report_zone(r->story->conf, NONE);
	struct text t = { 0 };
	char at[INSTANT_TEXT];
	size_t i;

	for (i = 0; i < r->story->n_messages; i++) {
		const struct story_message *m = &r->story->messages[i];
		const char *text = json_text(m->body, "text", "");

		text_addf(&t, "--- %.19s  ", instant_text(m->at, zone, at));
		add_receivers(&t, m->to);
		text_addf(&t, "\n%s%s\n", text, *text && text[strlen(text) -
		    1] == '\n' ? "" : "\n");
	}
	return text_take(&t);
}

/*------------------------------------------------------------------- lines */

void
report_line_text(struct text *t, const struct conf *conf,
    const struct story_line *l)
{
	const struct zone *zone = report_zone(conf, l->pipeline);
	char at[INSTANT_TEXT], date[DATE_TEXT];

	text_addf(t, "%.19s  %-10s  %-8s  %s\n", instant_text(l->at, zone,
	    at), l->dated ? date_text(l->date, date) : "-", l->kind, l->text);
}
