/* SPDX-License-Identifier: BSD-2-Clause
 *
 * backtest_text.c -- a backtest, for people.
 *
 * First the two rows that decide, with their difference; then what they are
 * made of: rules, delays, blocked phases, starts; last what history cannot
 * answer. A dash is a side that doesn't have the thing; zero is one that has
 * it, and had nothing. Prints JSON, and nothing that isn't in it.
 */
#include "simulate/backtest_text.h"

#include <math.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "base/units.h"
#include "engine/graph.h"

struct printer {
	struct text t;
	const json_t *all, *candidate, *against, *difference;
};

/*------------------------------------------------------------------- words */

/* "-2h 10m"; milliseconds are those of the virtual world. */
static void
add_duration(struct text *t, int64_t ms, bool sign)
{
	char buf[DURATION_TEXT];

	ms -= ms % 1000;
	text_addf(t, "%s%s", ms < 0 ? "-" : sign && ms > 0 ? "+" : "",
	    duration_round(ms < 0 ? -ms : ms, buf));
}

/* Right-aligned; "-" where it isn't said. */
static void
add_delay(struct text *t, const json_t *o, const char *key, int width)
{
	CLEANUP_TEXT struct text d = { 0 };
	const json_t *v = json_object_get(o, key);

	if (json_is_integer(v))
		add_duration(&d, json_integer_value(v), false);
	else
		text_add(&d, "-");
	text_addf(t, "%*s", width, text_str(&d));
}

static void
add_number(struct text *t, const json_t *o, const char *key, int width,
    bool sign)
{
	const json_t *v = json_object_get(o, key);

	if (!json_is_number(v))
		text_addf(t, "%*s", width, "-");
	else if (json_is_integer(v))
		text_addf(t, sign ? "%+*lld" : "%*lld", width, (long long)
		    json_integer_value(v));
	else
		text_addf(t, sign ? "%+*.2f" : "%*.2f", width,
		    json_real_value(v));
}

/*------------------------------------------------------------------- table */

static void
add_classes(struct text *t, const json_t *totals, const char *severity,
    bool sign)
{
	const json_t *n = json_object_get(totals, severity);

	add_number(t, n, "all", 7, sign);
	add_number(t, n, "false", 6, sign);
	add_number(t, n, "true", 5, sign);
	add_number(t, n, "unknown", 5, sign);
}

static void
add_row(struct text *t, const char *name, const json_t *side, bool sign)
{
	const json_t *totals = json_object_get(side, "totals");
	const json_t *m = json_object_get(side, "messages");

	text_addf(t, "%-10s", name);
	add_classes(t, totals, "findings", sign);
	add_classes(t, totals, "critical", sign);
	add_number(t, m, "all", 7, sign);
	add_number(t, m, "per_day", 7, sign);
	add_number(t, m, "most", 6, sign);
	text_addf(t, "  %s\n", json_text(m, "most_on", ""));
}

static void
table(struct printer *p)
{
	text_addf(&p->t, "%-10s%-23s%-23s%s\n%-10s%7s%6s%5s%5s%7s%6s%5s%5s"
	    "%7s%7s%6s\n", "", "  findings", "  critical", "  messages", "",
	    "all", "false", "true", "?", "all", "false", "true", "?", "all",
	    "a day", "most");
	add_row(&p->t, "candidate", p->candidate, false);
	add_row(&p->t, "against", p->against, false);
	add_row(&p->t, "difference", p->difference, true);
}

/*------------------------------------------------------------------- rules */

static const json_t *
counterpart(const json_t *list, const json_t *x, const char *key)
{
	const char *name = json_text(x, "theirs", json_text(x, key, ""));
	const json_t *o;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, o)
		if (strcmp(json_text(x, "kind", ""), json_text(o, "kind",
		    "")) == 0 && strcmp(name, json_text(o, key, "")) == 0)
			return o;
	return NULL;
}

/* "2025-10-21T12:00:00-04:00" as "10-21 12:00" */
static void
add_short(struct text *t, const char *when)
{
	if (strlen(when) < 16)
		text_addf(t, "%-11s", "-");
	else
		text_addf(t, "%.5s %.5s", when + 5, when + 11);
}

static void
rule_row(struct text *t, const char *side, const json_t *r)
{
	text_addf(t, "  %-10s", side);
	add_number(t, r, "fired", 6, false);
	add_number(t, r, "critical", 5, false);
	add_number(t, r, "warning", 5, false);
	add_number(t, r, "info", 5, false);
	add_number(t, r, "false", 6, false);
	add_number(t, r, "true", 5, false);
	add_number(t, r, "unknown", 4, false);
	add_number(t, r, "unknowable", 5, false);
	text_add(t, "  ");
	add_short(t, json_text(r, "first", ""));
	add_delay(t, r, "delay_mean_ms", 9);
	add_delay(t, r, "delay_max_ms", 9);
	text_addf(t, "  %s\n", json_text(r, "rule", ""));
}

static void
rule_rows(struct text *t, const json_t *mine, const json_t *theirs)
{
	const json_t *r = mine ? mine : theirs;

	text_addf(t, "%s %s\n", json_text(r, "kind", "?"), json_text(r,
	    "name", "?"));
	if (mine)
		rule_row(t, "candidate", mine);
	if (theirs)
		rule_row(t, "against", theirs);
}

static void
rules(struct printer *p)
{
	const json_t *mine = json_object_get(p->candidate, "rules");
	const json_t *theirs = json_object_get(p->against, "rules"), *r;
	size_t i;

	text_addf(&p->t, "\n%-12s%6s%5s%5s%5s%6s%5s%4s%5s  %-11s%9s%9s\n",
	    "rules", "fired", "crit", "warn", "info", "false", "true", "?",
	    "n/a", "first", "delay", "longest");
	json_array_foreach((json_t *)(uintptr_t)mine, i, r)
		rule_rows(&p->t, r, counterpart(theirs, r, "name"));
	json_array_foreach((json_t *)(uintptr_t)theirs, i, r)
		if (counterpart(mine, r, "name") == NULL)
			rule_rows(&p->t, NULL, r);
}

/*---------------------------------------------------------------- findings */

static void
add_finding(struct text *t, const char *sign, const json_t *f)
{
	text_addf(t, "%s %-10s  %-8s  %s %s: %s", sign, json_text(f, "date",
	    "-"), json_text(f, "severity", "?"), json_text(f, "kind", "?"),
	    json_text(f, "root", "?"), json_text(f, "title", ""));
	text_addf(t, "; %s%s%s", json_text(f, "label", "?"),
	    json_object_get(f, "because") ? ": " : "", json_text(f,
	    "because", ""));
	text_addf(t, "  [%s]\n", json_text(f, "rule", "-"));
}

static void
add_changes(struct text *t, const json_t *lists, const char *list,
    const char *word)
{
	const json_t *f;
	size_t i;

	json_array_foreach(json_object_get(lists, list), i, f) {
		text_addf(t, "~ %-10s  %s %s: ", json_text(f, "date", "-"),
		    json_text(f, "kind", "?"), json_text(f, "root", "?"));
		if (json_object_get(f, "was"))
			text_addf(t, "%s, was %s", json_text(f, "severity",
			    "?"), json_text(f, "was", "?"));
		else
			add_duration(t, json_int(f, "by_ms", 0), false);
		text_addf(t, "%s  [%s]\n", word, json_text(f, "rule", "-"));
	}
}

static void
findings(struct printer *p)
{
	const json_t *lists = json_object_get(p->difference, "findings");
	const json_t *f;
	size_t i;

	json_array_foreach(json_object_get(lists, "appear"), i, f)
		add_finding(&p->t, "+", f);
	json_array_foreach(json_object_get(lists, "disappear"), i, f)
		add_finding(&p->t, "-", f);
	add_changes(&p->t, lists, "severity", "");
	add_changes(&p->t, lists, "sooner", " sooner");
	add_changes(&p->t, lists, "later", " later");
}

static bool
heading(struct printer *p, const char *word, const json_t *list)
{
	if (json_array_size(list) == 0)
		return false;
	text_addf(&p->t, "\n%s\n", word);
	return true;
}

static void
missed(struct printer *p, const char *side, const json_t *of)
{
	const json_t *list = json_object_get(of, "missed"), *m;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, m)
		text_addf(&p->t, "missed     %s: %s %s, labelled true: %s\n",
		    side, json_text(m, "date", "?"), json_text(m, "rule",
		    "?"), json_text(m, "note", ""));
}

/*-------------------------------------------------- delays that were lived */

static const json_t *
same_firing(const json_t *list, const json_t *f)
{
	const char *name = json_text(f, "theirs", json_text(f, "name", ""));
	const json_t *o;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, o)
		if (strcmp(json_text(o, "date", ""), json_text(f, "date",
		    "-")) == 0 && strcmp(json_text(o, "kind", ""), json_text(
		    f, "kind", "")) == 0 && strcmp(json_text(o, "name", ""),
		    name) == 0)
			return o;
	return NULL;
}

static void
delay_row(struct printer *p, const json_t *f, const json_t *mine,
    const json_t *theirs)
{
	struct text *t = &p->t;

	text_addf(t, "%-10s  %-24s", json_text(f, "date", "?"), json_text(f,
	    "name", "?"));
	add_delay(t, mine, "delay_ms", 11);
	add_delay(t, theirs, "delay_ms", 11);
	add_delay(t, f, "historical_ms", 11);
	text_addf(t, "  %s\n", json_text(f, "because", ""));
}

/* Of what a label calls true. */
static void
delays(struct printer *p)
{
	const json_t *mine = json_object_get(p->candidate, "firings");
	const json_t *theirs = json_object_get(p->against, "firings"), *f;
	size_t i, from = p->t.len;

	text_addf(&p->t, "\n%-10s  %-24s%11s%11s%11s\n", "detection",
	    "delay since it was due", "candidate", "against", "then");
	json_array_foreach((json_t *)(uintptr_t)mine, i, f)
		if (strcmp(json_text(f, "label", ""), "true") == 0)
			delay_row(p, f, f, same_firing(theirs, f));
	json_array_foreach((json_t *)(uintptr_t)theirs, i, f)
		if (strcmp(json_text(f, "label", ""), "true") == 0 &&
		    same_firing(mine, f) == NULL)
			delay_row(p, f, NULL, f);
	if (strchr(p->t.s + from + 1, '\n')[1] != '\0')
		return;
	p->t.len = from;
	p->t.s[from] = '\0';
}

/*-------------------------------------------------------- phases and starts */

static void
phase_row(struct text *t, const json_t *x, const json_t *mine,
    const json_t *theirs)
{
	text_addf(t, "%-22s", json_text(x, "phase", "?"));
	add_number(t, mine, "dates", 11, false);
	add_delay(t, mine, "total_ms", 10);
	add_number(t, theirs, "dates", 9, false);
	add_delay(t, theirs, "total_ms", 10);
	text_add(t, "\n");
}

static void
phases(struct printer *p)
{
	const json_t *mine = json_object_get(p->candidate, "phases");
	const json_t *theirs = json_object_get(p->against, "phases"), *x;
	size_t i;

	text_addf(&p->t, "\n%-22s%11s%10s%9s%10s\n", "blocked", "candidate:",
	    "for", "against:", "for");
	json_array_foreach((json_t *)(uintptr_t)mine, i, x)
		phase_row(&p->t, x, x, counterpart(theirs, x, "phase"));
	json_array_foreach((json_t *)(uintptr_t)theirs, i, x)
		if (counterpart(mine, x, "phase") == NULL)
			phase_row(&p->t, x, NULL, x);
}

static void
starts(struct printer *p, const char *side, const json_t *of)
{
	const json_t *list = json_object_get(of, "starts"), *s, *n;
	const char *word;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, s) {
		text_addf(&p->t, "%-10s %s %s: %d on %d dates", side,
		    json_text(s, "kind", "?"), json_text(s, "name", "?"),
		    (int)json_int(s, "attempts", 0), (int)json_int(s,
		    "dates", 0));
		json_object_foreach(json_object_get(s, "outcomes"), word, n)
			text_addf(&p->t, ", %d %s", (int)json_integer_value(
			    n), word);
		text_add(&p->t, "\n");
	}
}

static void
unknowable(struct printer *p, const char *side, const json_t *of)
{
	const json_t *list = json_object_get(of, "unknowable"), *u;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, u)
		text_addf(&p->t, "%-10s %s%s%s: %d %s\n", side, json_text(u,
		    "what", "?"), json_object_get(u, "name") ? " " : "",
		    json_text(u, "name", ""), (int)json_int(u, "count", 0),
		    json_text(u, "why", ""));
}

/*--------------------------------------------------------------------- all */

static void
side_line(struct printer *p, const char *side, const json_t *of)
{
	const json_t *j = json_object_get(of, "journal");

	text_addf(&p->t, "%-10s %s; journal of %d events, hash %s\n", side,
	    json_text(of, "config", "?"), (int)json_int(j, "events", 0),
	    json_text(j, "hash", "?"));
}

static void
head(struct printer *p)
{
	text_addf(&p->t, "history    %d dates, %s to %s, until %s\n"
	    "facts      %s, %d records, %d labels\n", (int)json_int(p->all,
	    "dates", 0), json_text(p->all, "from", "?"), json_text(p->all,
	    "to", "?"), json_text(p->all, "until", "?"), json_text(p->all,
	    "facts", "?"), (int)json_int(p->candidate, "records", 0),
	    (int)json_int(p->all, "labels", 0));
	side_line(p, "candidate", p->candidate);
	side_line(p, "against", p->against);
	text_add(&p->t, "\n");
}

static struct printer
printer_of(const json_t *all)
{
	return (struct printer){ .all = all,
		.candidate = json_object_get(all, "candidate"),
		.against = json_object_get(all, "against"),
		.difference = json_object_get(all, "difference") };
}

char *
backtest_text(const json_t *all)
{
	struct printer p = printer_of(all);
	const json_t *none = json_object_get(p.candidate, "unknowable");

	head(&p);
	table(&p);
	rules(&p);
	delays(&p);
	text_add(&p.t, "\nfindings that differ\n");
	findings(&p);
	missed(&p, "candidate", p.candidate);
	missed(&p, "against", p.against);
	phases(&p);
	text_add(&p.t, "\nstarts\n");
	starts(&p, "candidate", p.candidate);
	starts(&p, "against", p.against);
	if (heading(&p, "unknowable", none) || heading(&p, "unknowable",
	    json_object_get(p.against, "unknowable"))) {
		unknowable(&p, "candidate", p.candidate);
		unknowable(&p, "against", p.against);
	}
	return text_take(&p.t);
}

/*------------------------------------------------------------------- plans */

static void
plan_numbers(struct printer *p)
{
	const json_t *o;
	size_t i;

	json_array_foreach(json_object_get(p->difference, "phases"), i, o) {
		text_addf(&p->t, "~ phase %s: blocked ", json_text(o,
		    "phase", "?"));
		add_duration(&p->t, json_int(o, "total_ms", 0), true);
		text_addf(&p->t, ", on %+d dates\n", (int)json_int(o,
		    "dates", 0));
	}
	json_array_foreach(json_object_get(p->difference, "starts"), i, o)
		text_addf(&p->t, "~ %s %s: %+d starts, on %+d dates\n",
		    json_text(o, "kind", "?"), json_text(o, "name", "?"),
		    (int)json_int(o, "attempts", 0), (int)json_int(o,
		    "dates", 0));
}

char *
backtest_difference_text(const json_t *all)
{
	struct printer p = printer_of(all);
	const json_t *new = json_object_get(p.candidate, "messages");
	const json_t *old = json_object_get(p.against, "messages");

	findings(&p);
	plan_numbers(&p);
	if (json_int(new, "all", 0) != json_int(old, "all", 0))
		text_addf(&p.t, "~ messages a day: %.2f -> %.2f, at most %d "
		    "-> %d\n", json_num(old, "per_day", 0), json_num(new,
		    "per_day", 0), (int)json_int(old, "most", 0),
		    (int)json_int(new, "most", 0));
	return text_take(&p.t);
}
