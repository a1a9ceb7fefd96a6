/* SPDX-License-Identifier: BSD-2-Clause
 *
 * text.c -- a report as people read it in a terminal or a mail.
 *
 * Made from the JSON alone, so that who has the one has the other. A share
 * is rounded down and stands beside its numerator and denominator; what was
 * left out is listed. What isn't there is left out of the text, too: an
 * older daemon may say less.
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "base/units.h"
#include "report/report.h"
#include "report/say.h"

enum { INCIDENTS_SHOWN = 20, EXCLUDED_SHOWN = 8 };

/*------------------------------------------------------------------- words */

static void
add_upper(struct text *t, const char *s, int width)
{
	int n = 0;

	for (; *s; s++, n++)
		text_addf(t, "%c", toupper((unsigned char)*s));
	text_addf(t, "%*s", n < width ? width - n : 1, "");
}

void
say_value(struct text *t, const char *unit, double v)
{
	char buf[DURATION_TEXT];

	if (isnan(v))
		text_add(t, "n/a");
	else if (strcmp(unit, "share") == 0)
		text_addf(t, "%d %%", (int)floor(v * 100 + 1e-9));
	else if (strcmp(unit, "ms") == 0)
		text_add(t, duration_round((int64_t)v, buf));
	else
		text_addf(t, "%.1f", v);
}

double
say_number(const json_t *o, const char *key)
{
	return json_num(o, key, (double)NAN);
}

/* "2026-01-16T11:00:00-05:00" as "01-16 11:00". */
static const char *
clock_words(const char *s, char buf[16])
{
	if (s == NULL || strlen(s) < 16)
		return "-";
	(void)snprintf(buf, 16, "%.5s %.5s", s + 5, s + 11);
	return buf;
}

static void
add_part(struct text *t, const char *s, size_t width)
{
	text_addf(t, "%-*s", (int)width, s);
}

void
say_share(struct text *t, const json_t *m)
{
	const char *unit = json_text(m, "unit", "count");
	double v = say_number(m, "value");

	say_value(t, unit, v);
	if (isnan(v))
		text_addf(t, " (%s)", json_text(m, "na", "unknown"));
	else if (strcmp(unit, "share") == 0)
		text_addf(t, " (%lld of %lld)",
		    (long long)json_int(m, "numerator", 0),
		    (long long)json_int(m, "denominator", 0));
	else
		text_addf(t, " (of %lld)",
		    (long long)json_int(m, "denominator", 0));
}

void
say_bound(struct text *t, const json_t *target)
{
	const json_t *m = json_object_get(target, "metric");
	const char *bound = json_text(target, "bound", NULL);

	if (bound == NULL)
		return;
	text_add(t, strcmp(bound, "at_most") == 0 ? "at most " :
	    "at least ");
	say_value(t, json_text(m, "unit", "count"),
	    say_number(target, "at"));
}

const char *
say_met(const json_t *target)
{
	const json_t *met = json_object_get(target, "met");

	return json_is_true(met) ? "met" : json_is_false(met) ? "missed" :
	    json_text(target, "bound", NULL) ? "n/a" : "";
}

/*------------------------------------------------------------------- dates */

static void
add_dates(struct text *t, const json_t *report)
{
	const json_t *d, *rule;
	size_t i;

	text_add(t, "\ndate        quality  why\n");
	json_array_foreach(json_object_get(report, "dates"), i, d) {
		text_addf(t, "%-11s ", json_text(d, "date", ""));
		add_upper(t, json_text(d, "quality", ""), 9);
		text_addf(t, "%s\n", json_text(d, "why", ""));
	}
	json_array_foreach(json_object_get(report, "rules"), i, rule) {
		text_add(t, "  ");
		add_upper(t, json_text(rule, "quality", ""), 7);
		text_addf(t, "%s\n", json_text(rule, "rule", ""));
	}
}

/*----------------------------------------------------------------- numbers */

static void
add_excluded(struct text *t, const json_t *m)
{
	const json_t *list = json_object_get(m, "excluded"), *x;
	size_t i, n = json_array_size(list);

	json_array_foreach(list, i, x) {
		const char *date = json_text(x, "date", "-");

		if (i == EXCLUDED_SHOWN)
			break;
		text_addf(t, "%s%s %s", i ? "; " : "      not counted: ",
		    strlen(date) == 10 ? date + 5 : date,
		    json_text(x, "why", ""));
	}
	if (n > EXCLUDED_SHOWN)
		text_addf(t, "; %zu more", n - EXCLUDED_SHOWN);
	if (n > 0)
		text_add(t, "\n");
}

static void
add_spread(struct text *t, const json_t *m)
{
	const char *unit = json_text(m, "unit", "");
	double outside = say_number(m, "outside");

	if (strcmp(unit, "share") == 0 || isnan(say_number(m, "value")))
		return;
	text_add(t, "; median ");
	say_value(t, unit, say_number(m, "median"));
	text_add(t, strcmp(unit, "ms") == 0 ? ", p90 " : ", p95 ");
	say_value(t, unit, say_number(m, strcmp(unit, "ms") == 0 ?
	    "p90" : "p95"));
	if (!isnan(outside))
		text_addf(t, ", %d %% outside 09-18",
		    (int)floor(outside * 100));
}

static void
add_metric(struct text *t, const json_t *m)
{
	const json_t *before = json_object_get(m, "before");
	const char *trend = json_text(m, "trend", "unknown");
	CLEANUP_TEXT struct text value = { 0 };

	say_share(&value, m);
	add_spread(&value, m);
	text_addf(t, "  %-22s %s", json_text(m, "name", ""),
	    text_str(&value));
	if (json_int(m, "pending", 0) > 0)
		text_addf(t, ", %lld pending",
		    (long long)json_int(m, "pending", 0));
	if (json_int(m, "unknown", 0) > 0)
		text_addf(t, ", %lld unknown",
		    (long long)json_int(m, "unknown", 0));
	if (strcmp(trend, "unknown") != 0) {
		text_add(t, "; before ");
		say_value(t, json_text(m, "unit", ""),
		    say_number(before, "value"));
		text_addf(t, ", %s", trend);
	}
	text_add(t, "\n");
}

static void
add_burn(struct text *t, const json_t *burn)
{
	const char *level = json_text(burn, "level", NULL);
	double rate = say_number(burn, "rate");

	if (level == NULL || strcmp(level, "none") == 0)
		return;
	text_addf(t, "; %lld missed of %lld lately",
	    (long long)json_int(burn, "misses", 0),
	    (long long)json_int(burn, "days", 0));
	if (!isnan(rate))
		text_addf(t, ", burning %.1f times the budget", rate);
	text_addf(t, ": %s", level);
}

static void
add_target(struct text *t, const json_t *target)
{
	const json_t *m = json_object_get(target, "metric");
	CLEANUP_TEXT struct text value = { 0 };
	CLEANUP_TEXT struct text bound = { 0 };

	say_share(&value, m);
	if (json_int(m, "pending", 0) > 0)
		text_addf(&value, ", %lld pending",
		    (long long)json_int(m, "pending", 0));
	say_bound(&bound, target);
	text_addf(t, "  %-20s %-7s %-16s %-6s %s", json_text(target,
	    "target", ""), say_met(target), text_str(&bound),
	    json_text(target, "over", ""), text_str(&value));
	add_burn(t, json_object_get(target, "burn"));
	text_add(t, "\n");
}

static void
add_numbers(struct text *t, const json_t *report)
{
	const json_t *list = json_object_get(report, "targets"), *x;
	size_t i;

	if (json_array_size(list) > 0)
		text_add(t, "\ntargets\n");
	json_array_foreach(list, i, x)
		add_target(t, x);
	text_add(t, "\nnumbers\n");
	json_array_foreach(json_object_get(report, "metrics"), i, x)
		add_metric(t, x);
}

/*---------------------------------------------------------------- the story */

static void
add_incident(struct text *t, const json_t *x)
{
	const json_t *line, *under = json_object_get(x, "under");
	char buf[16];
	size_t i;

	text_addf(t, "  %lld  %s %s, %s%s", (long long)json_int(x, "number",
	    0), json_text(x, "date", ""), json_text(x, "root", ""),
	    json_text(x, "severity", ""), json_flag(x, "open", false) ?
	    ", open" : "");
	if (json_text(x, "ended", NULL))
		text_addf(t, ", ended by %s%s%s%s", json_text(x, "ended",
		    ""), json_text(x, "ended_by", NULL) ? " (" : "",
		    json_text(x, "ended_by", ""), json_text(x, "ended_by",
		    NULL) ? ")" : "");
	if (json_text(x, "label", NULL))
		text_addf(t, ", labelled %s", json_text(x, "label", ""));
	text_add(t, "\n");
	if (json_array_size(under) > 0) {
		text_add(t, "      under it:");
		json_array_foreach(under, i, line)
			text_addf(t, "%s %s", i ? "," : "",
			    json_string_value(line));
		text_add(t, "\n");
	}
	json_array_foreach(json_object_get(x, "timeline"), i, line)
		text_addf(t, "      %s  %s\n", clock_words(json_text(line,
		    "at", NULL), buf), json_text(line, "what", ""));
}

static void
add_incidents(struct text *t, const json_t *report)
{
	const json_t *list = json_object_get(report, "incidents"), *x;
	size_t i, n = json_array_size(list);

	text_addf(t, "\nincidents: %zu\n", n);
	json_array_foreach(list, i, x) {
		if (i == INCIDENTS_SHOWN)
			break;
		add_incident(t, x);
	}
	if (n > INCIDENTS_SHOWN)
		text_addf(t, "  %zu more: --json has them\n",
		    n - INCIDENTS_SHOWN);
}

static void
add_recoveries(struct text *t, const json_t *report)
{
	const json_t *list = json_object_get(report, "recoveries"), *x;
	size_t i;
	char buf[16];

	if (json_array_size(list) > 0)
		text_add(t, "\nrecoveries\n");
	json_array_foreach(list, i, x) {
		const json_t *proof = json_object_get(x, "proof"), *line;
		size_t k;

		text_addf(t, "  %lld  %s %s  %s: %s%s%s\n",
		    (long long)json_int(x, "attempt", 0),
		    json_text(x, "date", ""), clock_words(json_text(x,
		    "began_at", NULL), buf), json_text(x, "name", ""),
		    json_text(x, "outcome", ""), json_text(x, "by", NULL) ?
		    ", by " : "", json_text(x, "by", ""));
		json_array_foreach(json_object_get(proof, "lines"), k, line)
			text_addf(t, "      %s\n", json_string_value(line));
	}
}

static void
add_patterns(struct text *t, const json_t *report)
{
	const json_t *list = json_object_get(report, "patterns"), *x;
	size_t i;

	if (json_array_size(list) > 0)
		text_add(t, "\ncomes again\n");
	json_array_foreach(list, i, x)
		text_addf(t, "  %-20s %lld times\n", json_text(x, "root",
		    ""), (long long)json_int(x, "times", 0));
}

static void
add_overrides(struct text *t, const json_t *report)
{
	const json_t *list = json_object_get(report, "overrides"), *x, *s;
	size_t i, k;

	if (json_array_size(list) > 0)
		text_add(t, "\noverrides\n");
	json_array_foreach(list, i, x) {
		text_addf(t, "  %lld  %s %s by %s: %s; shipped:",
		    (long long)json_int(x, "id", 0), json_text(x, "date",
		    ""), json_text(x, "phase", ""), json_text(x, "actor",
		    ""), json_text(x, "reason", ""));
		json_array_foreach(json_object_get(x, "shipped"), k, s)
			text_addf(t, " %s", json_string_value(s));
		text_add(t, k == 0 ? " nothing\n" : "\n");
	}
}

/* Of a pipeline that only watches. */
static void
add_enforcing(struct text *t, const json_t *report)
{
	const json_t *e = json_object_get(report, "enforcing"), *x;
	const json_t *list = json_object_get(e, "would");
	const char *mode = json_text(e, "mode", "enforce");
	size_t i;

	if (json_array_size(list) == 0 && strcmp(mode, "enforce") == 0)
		return;
	text_addf(t, "\nwhat enforcing would have done (mode %s)\n", mode);
	if (json_array_size(list) == 0)
		text_add(t, "  nothing\n");
	json_array_foreach(list, i, x) {
		const char *would = json_text(x, "would", "");
		char at[16];

		text_addf(t, "  %s  ", json_text(x, "date", ""));
		add_part(t, json_text(x, "name", ""), 20);
		text_addf(t, "%-9s %s%s\n", would, clock_words(json_text(x,
		    "at", NULL), at), strcmp(would, "blocked") == 0 ?
		    ", done while its edge was closed" : "");
	}
}

static void
add_alerts(struct text *t, const json_t *report)
{
	const json_t *list = json_object_get(report, "alerts"), *x;
	size_t i;

	if (json_array_size(list) > 0)
		text_add(t, "\nalerts                fired  messages  acked  "
		    "by itself\n");
	json_array_foreach(list, i, x) {
		text_add(t, "  ");
		add_part(t, json_text(x, "rule", ""), 20);
		text_addf(t, "%5lld %9lld %6lld %10lld%s\n",
		    (long long)json_int(x, "fired", 0),
		    (long long)json_int(x, "messages", 0),
		    (long long)json_int(x, "acked", 0),
		    (long long)json_int(x, "by_itself", 0),
		    json_flag(x, "never_acked", false) ? "  never "
		    "acknowledged: remove it, or another limit?" : "");
	}
}

static void
add_head(struct text *t, const json_t *report)
{
	const json_t *journal = json_object_get(report, "journal");
	char buf[16], age[DURATION_TEXT];
	int64_t ms = json_int(journal, "age_ms", -1);

	text_addf(t, "as of %s, journal to event %lld%s%s%s\n",
	    clock_words(json_text(report, "as_of", NULL), buf),
	    (long long)json_int(journal, "seq", 0), ms >= 0 ? ", " : "",
	    ms >= 0 ? duration_about(ms, age) : "", ms >= 0 ? " old" : "");
}

char *
report_text(const json_t *report)
{
	const json_t *note;
	struct text t = { 0 };
	size_t i;

	text_addf(&t, "%s\n", json_text(report, "title", ""));
	add_head(&t, report);
	add_dates(&t, report);
	add_numbers(&t, report);
	add_incidents(&t, report);
	add_recoveries(&t, report);
	add_patterns(&t, report);
	add_overrides(&t, report);
	add_enforcing(&t, report);
	add_alerts(&t, report);
	text_add(&t, "\n");
	json_array_foreach(json_object_get(report, "notes"), i, note)
		text_addf(&t, "note  %s\n", json_string_value(note));
	return text_take(&t);
}

/*----------------------------------------------------------------- metrics */

static void
add_term(struct text *t, const json_t *x, const char *unit)
{
	CLEANUP_TEXT struct text value = { 0 };
	char from[16], to[16];

	if (!isnan(say_number(x, "value")))
		say_value(&value, unit, say_number(x, "value"));
	text_addf(t, "    %-8s %-10s ", json_text(x, "counts", ""),
	    json_text(x, "date", "-"));
	if (json_int(x, "incident", 0) > 0)
		text_addf(t, "incident %lld ", (long long)json_int(x,
		    "incident", 0));
	text_addf(t, "%-10s %11s .. %-11s  %-8s %s\n", json_text(x,
	    "subject", ""), clock_words(json_text(x, "from", NULL), from),
	    clock_words(json_text(x, "to", NULL), to), text_str(&value),
	    json_text(x, "why", ""));
}

static void
add_terms(struct text *t, const json_t *m)
{
	const json_t *list = json_object_get(m, "terms"), *x;
	const char *metric = json_text(m, "metric", "");
	const char *unit = json_text(m, "unit", "");
	size_t i;

	if (list == NULL) {
		add_excluded(t, m);
		return;
	}
	text_addf(t, "      %s\n      reads %s\n", json_text(m, "formula",
	    ""), json_text(m, "reads", ""));
	/* the value of a term of sla is how late it was */
	if (strcmp(metric, "sla") == 0 || strcmp(metric, "success") == 0)
		unit = "ms";
	json_array_foreach(list, i, x)
		add_term(t, x, unit);
}

char *
report_metrics_text(const json_t *metrics)
{
	const json_t *x;
	struct text t = { 0 };
	size_t i;

	text_addf(&t, "%s %s .. %s\n", json_text(metrics, "pipeline", ""),
	    json_text(metrics, "from", ""), json_text(metrics, "to", ""));
	add_head(&t, metrics);
	json_array_foreach(json_object_get(metrics, "metrics"), i, x) {
		add_metric(&t, x);
		add_terms(&t, x);
	}
	json_array_foreach(json_object_get(metrics, "targets"), i, x) {
		add_target(&t, x);
		if (json_text(x, "note", NULL))
			text_addf(&t, "      note: %s\n", json_text(x,
			    "note", ""));
		add_terms(&t, json_object_get(x, "metric"));
	}
	return text_take(&t);
}

char *
report_title(const json_t *report)
{
	static const char *const words[] = { "gold", "silver", "bronze",
		"failed", "pending", "idle", "unknown" };
	const json_t *q = json_object_get(report, "quality");
	const char *from = json_text(report, "from", "");
	const char *to = json_text(report, "to", "");
	struct text t = { 0 };
	bool first = true;
	size_t i;

	text_addf(&t, "%s %s %s", json_text(report, "pipeline", ""),
	    json_text(report, "report", ""), from);
	if (strcmp(from, to) != 0)
		text_addf(&t, " .. %s", to);
	for (i = 0; i < ARRAY_SIZE(words); i++) {
		int64_t n = json_int(q, words[i], 0);

		if (n == 0)
			continue;
		text_addf(&t, "%s %lld %s", first ? ":" : ",", (long long)n,
		    words[i]);
		first = false;
	}
	return text_take(&t);
}
