/* SPDX-License-Identifier: BSD-2-Clause
 *
 * words.c -- instants, ages and numbers of an answer, as people read them.
 *
 * Instants come as RFC 3339 in the pipeline's zone, so that nothing here
 * needs a zone file: the digits are shown as they are. On one screen the
 * zone is said once, at "now"; an instant repeats its offset only where
 * summer time has made it another.
 */
#define _GNU_SOURCE     /* timegm */
#include "client/words.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/units.h"

enum { DATE_LEN = 10, CLOCK_AT = 11, ZONE_AT = 19 };

static bool
is_instant(const char *s)
{
	return s && strlen(s) > ZONE_AT && s[4] == '-' && s[10] == 'T' &&
	    s[13] == ':';
}

/* "-05:00" or "Z": what follows the seconds and their fraction. */
static const char *
offset_of(const char *s)
{
	s += ZONE_AT;
	return *s == '.' ? s + 1 + strspn(s + 1, "0123456789") : s;
}

void
words_full(struct text *t, const char *s)
{
	if (is_instant(s))
		text_addf(t, "%.10s %.8s %s", s, s + CLOCK_AT,
		    offset_of(s));
	else
		text_add(t, s ? s : "never");
}

void
words_instant(struct text *t, const char *s, const char *now)
{
	if (!is_instant(s)) {
		text_add(t, s ? s : "never");
		return;
	}
	if (!is_instant(now)) {
		text_addf(t, "%.10s %.5s %s", s, s + CLOCK_AT, offset_of(s));
		return;
	}
	if (strncmp(s, now, DATE_LEN) != 0) {
		bool same_year = strncmp(s, now, 5) == 0;

		text_addf(t, "%.*s ", same_year ? 5 : DATE_LEN,
		    same_year ? s + 5 : s);
	}
	text_addf(t, "%.5s", s + CLOCK_AT);
	if (strcmp(offset_of(s), offset_of(now)) != 0)
		text_addf(t, " %s", offset_of(s));
}

void
words_span(struct text *t, int64_t ms)
{
	char buf[DURATION_TEXT];

	text_add(t, duration_about(ms, buf));
}

/* UTC seconds; the fraction is left out. */
static bool
seconds_of(const char *s, int64_t *ret)
{
	struct tm tm = { 0 };
	int h = 0, m = 0;
	char sign = '+';

	if (!is_instant(s) || sscanf(s, "%d-%d-%dT%d:%d:%d", &tm.tm_year,
	    &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec) != 6)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	if (*offset_of(s) != 'Z' &&
	    sscanf(offset_of(s), "%c%d:%d", &sign, &h, &m) != 3)
		return false;
	*ret = timegm(&tm) - (sign == '-' ? -1 : 1) * (h * 3600 + m * 60);
	return true;
}

int64_t
words_between(const char *from, const char *to)
{
	int64_t a, b;

	if (!seconds_of(from, &a) || !seconds_of(to, &b))
		return INT64_MIN;
	return 1000 * (b - a);
}

void
words_value(struct text *t, const json_t *v)
{
	if (json_is_integer(v))
		text_addf(t, "%lld", (long long)json_integer_value(v));
	else if (json_is_real(v))
		text_addf(t, "%.10g", json_real_value(v));
}

void
words_list(struct text *t, const json_t *list, size_t most, size_t total)
{
	size_t n = json_array_size(list), shown = n < most ? n : most, i;

	if (total < n)
		total = n;
	for (i = 0; i < shown; i++) {
		const json_t *v = json_array_get(list, i);

		text_add(t, i > 0 ? ", " : "");
		if (json_is_string(v))
			text_add(t, json_string_value(v));
		else
			words_value(t, v);
	}
	if (total > shown)
		text_addf(t, "%s%zu%s", shown > 0 ? " and " : "",
		    total - shown, shown > 0 ? " more" : "");
}

void
words_count(struct text *t, int64_t n, const char *one)
{
	size_t len = strlen(one);

	if (n == 1)
		text_addf(t, "1 %s", one);
	else if (len > 0 && one[len - 1] == 'y')
		text_addf(t, "%lld %.*sies", (long long)n, (int)len - 1,
		    one);
	else
		text_addf(t, "%lld %ss", (long long)n, one);
}

enum style
style_of(const char *word)
{
	static const struct {
		const char *word;
		enum style style;
	} styles[] = {
		{ "pass", STYLE_GOOD }, { "open", STYLE_GOOD },
		{ "done", STYLE_GOOD }, { "recovered", STYLE_GOOD },
		{ "warn", STYLE_WARN }, { "degraded", STYLE_WARN },
		{ "waiting", STYLE_PLAIN }, { "warning", STYLE_WARN },
		{ "improved", STYLE_WARN }, { "stale", STYLE_WARN },
		{ "unknown", STYLE_WARN }, { "in_doubt", STYLE_BAD },
		{ "fail", STYLE_BAD }, { "failed", STYLE_BAD },
		{ "blocked", STYLE_BAD }, { "critical", STYLE_BAD },
		{ "worse", STYLE_BAD }, { "bypassed", STYLE_BAD },
		{ "unproven", STYLE_WARN }, { "not_done", STYLE_BAD },
		{ "no_effect", STYLE_WARN }, { "held", STYLE_WARN },
		{ "starting", STYLE_OTHER }, { "running", STYLE_OTHER },
		{ "verifying", STYLE_OTHER }, { "ready", STYLE_OTHER },
		{ "info", STYLE_OTHER }, { "skipped", STYLE_DIM },
		{ "skip", STYLE_DIM }, { "not_due", STYLE_DIM },
		{ "pending", STYLE_DIM }, { "gated", STYLE_DIM }
	};
	size_t i;

	for (i = 0; word && i < ARRAY_SIZE(styles); i++)
		if (strcmp(word, styles[i].word) == 0)
			return styles[i].style;
	return STYLE_PLAIN;
}

void
words_plain(struct text *t, const char *word)
{
	for (; word && *word; word++)
		text_addn(t, *word == '_' ? " " : word, 1);
}
