/* SPDX-License-Identifier: BSD-2-Clause
 *
 * words.c -- instants, numbers, limits and places, as people read them.
 *
 * Pure functions from plain values to text; they know no supervisor and no
 * engine state, so that the texts of screens and messages are tested alone.
 * Instants in answers are RFC 3339 in the pipeline's zone: a script can
 * parse them and a person can read them, with no zone file at hand.
 */
#include "daemon/words.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/units.h"
#include "calendar/day.h"

void
words_when(struct text *t, int64_t instant, const struct zone *zone)
{
	char buf[INSTANT_TEXT];
	const char *s;

	if (zone == NULL) {
		text_add(t, instant_utc(instant, buf));
		return;
	}
	/* "2026-01-16 11:00:00 -0500" */
	s = instant_text(instant, zone, buf);
	if (strlen(s) < 25) {
		text_add(t, s);
		return;
	}
	text_addf(t, "%.10sT%.8s%.3s:%.2s", s, s + 11, s + 20, s + 23);
}

void
put_when(json_t *o, const char *key, int64_t instant,
    const struct zone *zone)
{
	CLEANUP_TEXT struct text t = { 0 };

	if (instant == INSTANT_NONE) {
		(void)json_object_set_new(o, key, json_null());
		return;
	}
	words_when(&t, instant, zone);
	json_put(o, key, text_str(&t));
}

void
words_clock(struct text *t, int64_t instant, int64_t near,
    const struct zone *zone)
{
	char a[INSTANT_TEXT], b[INSTANT_TEXT];

	if (instant == INSTANT_NONE) {
		text_add(t, "never");
		return;
	}
	/* "2026-01-16 11:00" */
	(void)instant_short(instant, zone, a);
	if (near == INSTANT_NONE)
		memset(b, 0, sizeof b);
	else
		(void)instant_short(near, zone, b);
	text_add(t, strncmp(a, b, 10) == 0 ? a + 11 : a + 5);
}

void
words_origin(struct text *t, const struct origin *o)
{
	const char *slash;

	if (o->file == NULL)
		return;
	slash = strrchr(o->file, '/');
	text_add(t, slash ? slash + 1 : o->file);
	if (o->line > 0)
		text_addf(t, ":%d", o->line);
}

void
put_origin(json_t *o, const struct origin *origin)
{
	CLEANUP_TEXT struct text t = { 0 };

	if (origin->file == NULL)
		return;
	words_origin(&t, origin);
	json_put(o, "rule", text_str(&t));
}

void
words_number(struct text *t, double v)
{
	if (!isfinite(v))
		text_add(t, "?");
	else if (v == floor(v) && fabs(v) < 1e15)
		text_addf(t, "%.0f", v);
	else
		text_addf(t, "%.4g", v);
}

void
words_reading(struct text *t, double value, double expected)
{
	if (isnan(value)) {
		text_add(t, "-");
		return;
	}
	words_number(t, value);
	if (!isnan(expected)) {
		text_add(t, "/");
		words_number(t, expected);
	}
}

/* Rounded down, as gates do: 99.6 % of something isn't 100 %. */
static void
percent(struct text *t, double value, double expected)
{
	double p = floor(100.0 * value / expected);

	text_addf(t, " (%.0f %%)", p == 0 && value > 0 ? 1.0 : p);
}

void
words_reading_long(struct text *t, double value, double expected)
{
	if (isnan(value)) {
		text_add(t, "not measured");
		return;
	}
	words_number(t, value);
	if (isnan(expected))
		return;
	text_add(t, " of ");
	words_number(t, expected);
	if (expected > 0 && value <= expected)
		percent(t, value, expected);
	else if (value > expected)
		text_add(t, ", more than expected");
}

static void
limit(struct text *t, const char *what, const struct limit *l)
{
	if (l->kind == LIMIT_NONE)
		return;
	text_addf(t, "%s%s ", t->len > 0 ? ", " : "", what);
	words_number(t, l->at);
	if (l->kind == LIMIT_PERCENT)
		text_add(t, " %");
}

void
words_limits(struct text *out, const struct limits *l)
{
	CLEANUP_TEXT struct text t = { 0 };

	limit(&t, "warn below", &l->warn_below);
	limit(&t, "fail below", &l->fail_below);
	limit(&t, "warn above", &l->warn_above);
	limit(&t, "fail above", &l->fail_above);
	if (l->over == RESULT_FAIL)
		text_addf(&t, "%sover fails", t.len > 0 ? ", " : "");
	text_add(out, t.len > 0 ? text_str(&t) : "none given");
}

const char *
words_why(enum why w)
{
	static const char *const clauses[] = {
		[WHY_NOTHING] = "nothing",
		[WHY_UPSTREAM] = "a phase before it is not done",
		[WHY_GATE] = "its gate is closed",
		[WHY_CHECK] = "its check does not pass",
		[WHY_CALENDAR] = "what the date owes is unknown",
		[WHY_NOT_BEFORE] = "it is not time yet",
		[WHY_NOT_ENDED] = "the date has not ended",
		[WHY_HELD] = "it is held",
		[WHY_MODE] = "its mode starts nothing",
		[WHY_ADOPTED] = "the date had ended before it was first "
		    "watched",
		[WHY_TOO_OLD] = "the date is older than act_within",
		[WHY_STALE_EVIDENCE] = "its evidence is being measured again",
		[WHY_IN_FLIGHT] = "an attempt is under way",
		[WHY_PERMIT] = "another run has the permit",
		[WHY_BACKOFF] = "it waits after the last try",
		[WHY_BUDGET_DATE] = "the budget of the date is spent",
		[WHY_BUDGET_ACTION] = "the budget of its action is spent",
		[WHY_BREAKER] = "the breaker of its target is open",
		[WHY_DISABLED] = "it made this worse: disabled until a "
		    "person re-opens it",
		[WHY_BUDGET_ITEM] = "what fails has had its share of repairs",
		[WHY_PERSON] = "a person is asked",
		[WHY_BUDGET_GLOBAL] = "the budget of all starts in an hour "
		    "is spent",
		[WHY_ATTEMPTS] = "no attempt is left",
		[WHY_NO_EFFECT] = "too often without effect",
		[WHY_WORSE] = "something was worse afterwards",
		[WHY_PERMANENT] = "a permanent failure",
		[WHY_UNPROVEN] = "it could not be proved yet",
		[WHY_IN_DOUBT] = "an attempt is in doubt",
		[WHY_UNKNOWN] = "not confirmed, or it could not be told",
		[WHY_NO_START] = "others start it",
		[WHY_OBSERVED] = "done from outside",
		[WHY_EXTERNAL] = "it leaves the house, and the backfill "
		    "was not told to go so far",
		[WHY_BUDGET_BACKFILL] = "the backfill's budget of starts in "
		    "an hour is spent",
		[WHY_RETIRED] = "its source is retired",
		[WHY_NO_RETURN] = "the last start that still makes it is near "
		    "or over",
		[WHY_EARLY] = "less than usual at this time"
	};

	assert((size_t)w < ARRAY_SIZE(clauses) && clauses[w]);
	return clauses[w];
}

void
put_retirement(json_t *o, const struct retirement *r, struct date date)
{
	char day[DATE_TEXT];

	if (!is_retired(r, date))
		return;
	json_put(o, "retired", date_text(r->from, day));
	json_put(o, "source", r->source);
	json_put(o, "instead", r->instead);
}

json_t *
marks_json(uint32_t marks)
{
	static const struct {
		uint32_t bit;
		const char *word;
	} words[] = {
		{ MARK_DEGRADED, "degraded" },
		{ MARK_OVERRIDDEN, "overridden" },
		{ MARK_BYPASSED, "bypassed" }, { MARK_STALE, "stale" },
		{ MARK_OUTSIDE, "outside" }
	};
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (marks & words[i].bit)
			(void)json_array_append_new(list,
			    json_string(words[i].word));
	return list;
}

static void
join(struct text *t, const json_t *list)
{
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v)
		text_addf(t, "%s%s", i > 0 ? " " : "",
		    json_is_string(v) ? json_string_value(v) : "");
}

void
words_fix(struct text *t, const char *template, const struct fix_facts *f)
{
	const char *s = template;

	while (*s) {
		if (strncmp(s, "{date}", 6) == 0 && f->date) {
			text_add(t, f->date);
			s += 6;
		} else if (strncmp(s, "{phase}", 7) == 0 && f->phase) {
			text_add(t, f->phase);
			s += 7;
		} else if (strncmp(s, "{missing}", 9) == 0 && f->missing) {
			join(t, f->missing);
			s += 9;
		} else if (strncmp(s, "{failing}", 9) == 0 && f->failing) {
			join(t, f->failing);
			s += 9;
		} else {
			text_addn(t, s++, 1);
		}
	}
}
