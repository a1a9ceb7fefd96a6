/* SPDX-License-Identifier: BSD-2-Clause
 *
 * page_plots.c -- what a check read date by date, and how long incidents took
 * to be detected and resolved.
 *
 * Drawn as SVG in the page itself. A date without a reading is a gap, never
 * zero and never a line through it. Points differ by form as well as by
 * colour; every picture says in words what it shows, for those who can't see
 * it and for a pointer that rests on it.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "client/page_private.h"
#include "client/words.h"

enum { WIDTH = 320, HEIGHT = 96, LEFT = 38, RIGHT = 10, TOP = 8,
	BOTTOM = 16, TALL = 150, NAMES = 256, HOUR_MS = 3600000 };

struct plot {
	size_t n;               /* places along it */
	int height;
	double most;            /* value at its top */
};

static double
x_of(const struct plot *p, size_t i)
{
	double room = WIDTH - LEFT - RIGHT;

	return p->n < 2 ? LEFT + room / 2 : LEFT + room * (double)i /
	    (double)(p->n - 1);
}

static double
y_of(const struct plot *p, double v)
{
	double room = p->height - TOP - BOTTOM;

	return p->height - BOTTOM - room * fmax(0, fmin(1, v / p->most));
}

static void
open_svg(struct text *t, const struct plot *p, const char *id)
{
	text_addf(t, "<svg viewBox=\"0 0 %d %d\" role=\"img\" "
	    "aria-labelledby=\"%s-t %s-d\">", WIDTH, p->height, id, id);
}

static void
put_line(struct text *t, const struct plot *p, double v, const char *label,
    const char *class)
{
	double y = y_of(p, v);

	text_addf(t, "<path class=\"%s\" d=\"M%d %.1fH%d\"/>", class, LEFT, y,
	    WIDTH - RIGHT);
	if (label)
		text_addf(t, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">"
		    "%s</text>", LEFT - 4, y + 3, label);
}

/* "01-13" at its ends, and the middle where there is room. */
static void
put_days(struct text *t, const struct plot *p, const json_t *dates)
{
	size_t last = p->n > 0 ? p->n - 1 : 0, at[3] = { 0, last / 2, last };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(at); i++) {
		const char *d = json_text(json_array_get(dates, at[i]),
		    "date", "");

		if (strlen(d) != 10 || (i > 0 && at[i] == at[i - 1]) ||
		    (i == 1 && p->n < 5))
			continue;
		text_addf(t, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">",
		    x_of(p, at[i]), p->height - 4, p->n < 2 ? "middle" :
		    i == 0 ? "start" : i == 1 ? "middle" : "end");
		html(t, d + 5);
		text_add(t, "</text>");
	}
}

/* A circle, a diamond or a cross, with what it says. */
static void
put_point(struct text *t, double x, double y, const char *word,
    const char *title)
{
	const char *colour;

	(void)html_sign(word, &colour);
	if (strcmp(colour, "good") == 0)
		text_addf(t, "<circle class=\"p-good\" cx=\"%.1f\" "
		    "cy=\"%.1f\" r=\"3\">", x, y);
	else if (strcmp(colour, "bad") == 0)
		text_addf(t, "<path class=\"p-bad\" d=\"M%.1f %.1fl2 2 2-2 1 "
		    "1-2 2 2 2-1 1-2-2-2 2-1-1 2-2-2-2z\">", x - 2, y - 3);
	else if (strcmp(colour, "warn") == 0)
		text_addf(t, "<path class=\"p-warn\" d=\"M%.1f %.1fl4 4-4 "
		    "4-4-4z\">", x, y - 4);
	else
		text_addf(t, "<circle class=\"p-%s\" cx=\"%.1f\" "
		    "cy=\"%.1f\" r=\"3\">", strcmp(colour, "info") == 0 ?
		    colour : "mute", x, y);
	text_add(t, "<title>");
	html(t, title);
	text_addf(t, "</title>%s", strcmp(colour, "bad") == 0 ||
	    strcmp(colour, "warn") == 0 ? "</path>" : "</circle>");
}

/*------------------------------------------------------------ coverage lines */

static const json_t *
check_of(const json_t *date, const char *name)
{
	const json_t *c;
	size_t i;

	json_array_foreach(json_object_get(date, "checks"), i, c)
		if (strcmp(json_text(c, "check", ""), name) == 0)
			return c;
	return NULL;
}

/* A share where something is expected, else the value; NaN: not known. */
static double
height_of(const json_t *check, bool shares)
{
	return json_num(check, shares ? "share" : "value", NAN);
}

static void
words_check(struct text *t, const json_t *date, const json_t *c)
{
	double share = json_num(c, "share", NAN);

	text_addf(t, "%s: ", json_text(date, "date", "?"));
	if (!isfinite(json_num(c, "value", NAN))) {
		text_add(t, "no reading");
		return;
	}
	words_value(t, json_object_get(c, "value"));
	if (isfinite(json_num(c, "expected", NAN))) {
		text_add(t, " of ");
		words_value(t, json_object_get(c, "expected"));
	}
	if (isfinite(share))
		text_addf(t, " (%.0f %%)", floor(share * 100 + 1e-9));
	if (json_flag(c, "over", false))
		text_add(t, ", more than expected");
	text_addf(t, ", %s", json_text(c, "result", "?"));
}

/* It owes nothing, or isn't due yet: that nothing was read is no gap. */
static bool
owes(const json_t *date)
{
	const char *quality = json_text(date, "quality", "");

	return strcmp(quality, "idle") != 0 && strcmp(quality, "pending") != 0;
}

/* Lines between neighbours that are both known. */
static void
put_path(struct text *t, const struct plot *p, const json_t *dates,
    const char *name, bool shares)
{
	const json_t *d;
	bool drawn = false;
	size_t i;

	text_add(t, "<path class=\"path\" d=\"");
	json_array_foreach(dates, i, d) {
		double v = height_of(check_of(d, name), shares);

		if (isfinite(v))
			text_addf(t, "%c%.1f %.1f", drawn ? 'L' : 'M',
			    x_of(p, i), y_of(p, v));
		drawn = isfinite(v);
	}
	text_add(t, "\"/>");
	json_array_foreach(dates, i, d)
		if (owes(d) && !isfinite(height_of(check_of(d, name),
		    shares)))
			text_addf(t, "<path class=\"gap\" d=\"M%.1f %dV%d\"/>",
			    x_of(p, i), TOP, p->height - BOTTOM);
}

static void
put_points(struct text *t, const struct plot *p, const json_t *dates,
    const char *name, bool shares)
{
	const json_t *d;
	size_t i;

	json_array_foreach(dates, i, d) {
		const json_t *c = check_of(d, name);
		CLEANUP_TEXT struct text title = { 0 };

		if (!isfinite(height_of(c, shares)))
			continue;
		words_check(&title, d, c);
		put_point(t, x_of(p, i), y_of(p, height_of(c, shares)),
		    json_text(c, "result", "unknown"), text_str(&title));
	}
}

static void
put_check(struct text *t, const json_t *dates, const char *name, int number)
{
	struct plot p = { json_array_size(dates), HEIGHT, 0 };
	bool shares = false;
	const json_t *d, *last = NULL;
	char id[32], top[32];
	size_t i;

	json_array_foreach(dates, i, d)
		shares |= isfinite(height_of(check_of(d, name), true));
	json_array_foreach(dates, i, d) {
		double v = height_of(check_of(d, name), shares);

		if (isfinite(v))
			last = d;
		if (isfinite(v) && v > p.most)
			p.most = v;
	}
	p.most = shares ? 1 : p.most > 0 ? p.most : 1;
	(void)snprintf(id, sizeof id, "check-%d", number);
	(void)snprintf(top, sizeof top, shares ? "100 %%" : "%.4g", p.most);
	text_add(t, "<figure><figcaption><b>");
	html_data(t, name);
	text_add(t, "</b><small>");
	if (last) {
		CLEANUP_TEXT struct text now = { 0 };

		words_check(&now, last, check_of(last, name));
		html(t, text_str(&now) + 5);
	} else {
		text_add(t, "nothing was read");
	}
	text_add(t, "</small></figcaption>");
	open_svg(t, &p, id);
	text_addf(t, "<title id=\"%s-t\">", id);
	html(t, name);
	text_addf(t, "</title><desc id=\"%s-d\">", id);
	json_array_foreach(dates, i, d) {
		CLEANUP_TEXT struct text said = { 0 };

		words_check(&said, d, check_of(d, name));
		html(t, text_str(&said));
		text_add(t, ". ");
	}
	text_add(t, "</desc>");
	put_line(t, &p, p.most, top, "grid");
	put_line(t, &p, 0, "0", "grid");
	put_path(t, &p, dates, name, shares);
	put_points(t, &p, dates, name, shares);
	put_days(t, &p, dates);
	text_add(t, "</svg></figure>\n");
}

/* Names in the order in which they first come. */
static size_t
names_of(const json_t *dates, const char *ret[NAMES])
{
	const json_t *d, *c;
	size_t n = 0, i, k, j;

	json_array_foreach(dates, i, d)
		json_array_foreach(json_object_get(d, "checks"), k, c) {
			const char *name = json_text(c, "check", NULL);

			for (j = 0; name && j < n &&
			    strcmp(ret[j], name) != 0; j++)
				;
			if (name && j == n && n < NAMES)
				ret[n++] = name;
		}
	return n;
}

void
page_coverage(struct text *t, const json_t *r)
{
	const json_t *dates = json_object_get(r, "dates");
	const char *names[NAMES];
	size_t n = names_of(dates, names), i;

	html_section(t, "coverage", "Coverage", "What each check read last of "
	    "each date: of what is expected where something is, else as it "
	    "is. A dotted gap is a date without a reading.");
	if (n == 0)
		text_add(t, "<p>No check read anything in this period.</p>\n");
	text_add(t, "<div class=\"plots\">\n");
	for (i = 0; i < n; i++)
		put_check(t, dates, names[i], (int)i);
	text_add(t, "</div></section>\n");
}

/*--------------------------------------------------------------- durations */

/* Seconds on a scale that gives minutes and days alike their room. */
static double
stretched(double ms)
{
	return log1p(fmax(0, ms) / 60000);
}

static size_t
place_of(const json_t *dates, const json_t *incident, size_t otherwise)
{
	const char *date = json_text(incident, "date", "");
	const json_t *d;
	size_t i;

	json_array_foreach(dates, i, d)
		if (strcmp(json_text(d, "date", "?"), date) == 0)
			return i;
	return otherwise;
}

static double
metric_value(const json_t *r, const char *name)
{
	const json_t *m;
	size_t i;

	json_array_foreach(json_object_get(r, "metrics"), i, m)
		if (strcmp(json_text(m, "metric", ""), name) == 0)
			return json_num(m, "value", NAN);
	return NAN;
}

static void
put_scale(struct text *t, const struct plot *p)
{
	static const struct { int64_t ms; const char *label; } marks[] = {
		{ 0, "0" }, { 600000, "10 m" }, { 3600000, "1 h" },
		{ 21600000, "6 h" }, { 86400000, "1 d" },
		{ 604800000, "7 d" } };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(marks); i++)
		if (stretched((double)marks[i].ms) <= p->most)
			put_line(t, p, stretched((double)marks[i].ms),
			    marks[i].label, "grid");
}

/* Several of one date stand beside each other. */
static double
beside(const struct plot *p, size_t place, int nth)
{
	return x_of(p, place) + (nth % 2 ? 1 : -1) * 5.0 * ((nth + 1) / 2);
}

static void
put_incident(struct text *t, const struct plot *p, const json_t *i,
    const char *member, size_t place, int nth)
{
	double ms = json_num(i, member, NAN);
	double x = fmax(LEFT + 4, fmin(WIDTH - RIGHT, beside(p, place, nth)));
	CLEANUP_TEXT struct text title = { 0 };

	text_addf(&title, "incident %lld, %s: ", (long long)json_int(i,
	    "number", 0), json_text(i, "root", "?"));
	if (isfinite(ms))
		words_span(&title, (int64_t)ms);
	else
		text_add(&title, "not yet");
	put_point(t, x, isfinite(ms) ? y_of(p, stretched(ms)) : TOP,
	    isfinite(ms) ? json_text(i, "severity", "info") : "unknown",
	    text_str(&title));
}

static void
put_durations(struct text *t, const json_t *r, const char *metric,
    const char *member, const char *heading)
{
	const json_t *dates = json_object_get(r, "dates"), *i;
	const json_t *list = json_object_get(r, "incidents");
	struct plot p = { json_array_size(dates), TALL,
		stretched(HOUR_MS) };
	double mean = metric_value(r, metric);
	CLEANUP_FREE int *there = calloc(p.n + 1, sizeof *there);
	int open = 0;
	size_t k, place;

	if (there == NULL)
		abort();
	json_array_foreach(list, k, i) {
		double ms = json_num(i, member, NAN);

		open += !isfinite(ms);
		if (isfinite(ms) && stretched(ms) > p.most)
			p.most = stretched(ms);
	}
	p.most *= 1.15;
	text_add(t, "<figure><figcaption><b>");
	html(t, heading);
	text_add(t, "</b><small>mean ");
	html_value(t, mean, "ms");
	if (open > 0)
		text_addf(t, ", %d not yet", open);
	text_add(t, "</small></figcaption>");
	open_svg(t, &p, metric);
	text_addf(t, "<title id=\"%s-t\">%s, by incident</title>"
	    "<desc id=\"%s-d\">", metric, heading, metric);
	json_array_foreach(list, k, i) {
		CLEANUP_TEXT struct text span = { 0 };
		double ms = json_num(i, member, NAN);

		if (isfinite(ms))
			words_span(&span, (int64_t)ms);
		text_addf(t, "Incident %lld: ", (long long)json_int(i,
		    "number", 0));
		html(t, isfinite(ms) ? text_str(&span) : "not yet");
		text_add(t, ". ");
	}
	text_add(t, "</desc>");
	put_scale(t, &p);
	if (isfinite(mean))
		put_line(t, &p, stretched(mean), NULL, "mean");
	json_array_foreach(list, k, i) {
		place = place_of(dates, i, 0);
		put_incident(t, &p, i, member, place, there[place]++);
	}
	put_days(t, &p, dates);
	text_add(t, "</svg></figure>\n");
}

void
page_durations(struct text *t, const json_t *r)
{
	html_section(t, "times", "Time to detect and to resolve", "One mark "
	    "per incident, at its date; the scale is stretched so that "
	    "minutes and days both have room. The dashed line is the mean; a "
	    "hollow mark at the top is not resolved yet.");
	if (json_array_size(json_object_get(r, "incidents")) == 0) {
		text_add(t, "<p>There was no incident.</p></section>\n");
		return;
	}
	text_add(t, "<div class=\"plots\">\n");
	put_durations(t, r, "mttd", "detect_ms", "Time to detect");
	put_durations(t, r, "mttr", "resolve_ms", "Time to resolve");
	text_add(t, "</div></section>\n");
}
