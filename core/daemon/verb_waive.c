/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verb_waive.c -- waive: what a check lacks on a date, and will never have.
 *
 * An item has to be one that the last measurement lacks: a misspelt one
 * would waive nothing and be found weeks later. `ahead` takes any, for what
 * is known to be missing before it is. `dry_run` says what it would affect.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/nearest.h"
#include "base/text.h"
#include "daemon/ask.h"
#include "daemon/handlers.h"
#include "daemon/words.h"

struct wanted {
	struct ask a;
	int32_t check;
	struct date date;
	struct text items;      /* "a,b", without blanks and repetitions */
	int32_t n;
};

static bool
has_text(const json_t *list, const char *s)
{
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v)
		if (json_is_string(v) && strcmp(json_string_value(v), s) == 0)
			return true;
	return false;
}

/* One that it lacks, or lacked until it was waived. */
static bool
is_missing(struct wanted *w, const char *item)
{
	const json_t *told = view_measurement(&w->a.v, w->check, w->date);
	const json_t *missing = json_object_get(told, "missing"), *v;
	CLEANUP_TEXT struct text t = { 0 };
	struct nearest near;
	size_t i;

	if (has_text(missing, item) ||
	    has_text(json_object_get(told, "waived"), item) ||
	    json_flag(w->a.params, "ahead", false))
		return true;
	nearest_start(&near, item);
	json_array_foreach(missing, i, v)
		if (json_is_string(v))
			nearest_try(&near, json_string_value(v));
	text_addf(&t, "an item that '%s' lacks on this date (%zu are known), "
	    "or --ahead", w->a.v.graph->checks[w->check].name,
	    json_array_size(missing));
	ask_refuse(&w->a, "items", item, text_str(&t), near.best);
	return false;
}

static bool
is_listed(const char *list, const char *item)
{
	const size_t n = strlen(item);
	const char *s = list;

	for (; (s = strstr(s, item)); s++)
		if ((s == list || s[-1] == ',') && (s[n] == '\0' ||
		    s[n] == ','))
			return true;
	return false;
}

static bool
take_item(struct wanted *w, const char *s, size_t len)
{
	CLEANUP_TEXT struct text item = { 0 };

	while (len > 0 && s[len - 1] == ' ')
		len--;
	text_addn(&item, s, len);
	if (len == 0 || is_listed(text_str(&w->items), text_str(&item)))
		return true;
	if (!is_missing(w, text_str(&item)))
		return false;
	text_addf(&w->items, "%s%s", w->n++ > 0 ? "," : "", text_str(&item));
	return true;
}

static bool
take_items(struct wanted *w)
{
	const char *s = json_text(w->a.params, "items", NULL), *end;

	if (s == NULL)
		return true;
	for (; *s; s = *end ? end + 1 : end) {
		for (; *s == ' '; s++)
			;
		end = s + strcspn(s, ",");
		if (!take_item(w, s, (size_t)(end - s)))
			return false;
	}
	if (w->n > 0 && w->items.len < WAIVER_ITEMS)
		return true;
	ask_refuse(&w->a, "items", json_text(w->a.params, "items", ""),
	    w->n == 0 ? "items, separated by commas" : "fewer items: waive "
	    "the rest by another call", NULL);
	return false;
}

/* What is waived; of the whole check, how much it lacks at the moment. */
static void
put_affected(const struct wanted *w, json_t *o)
{
	const struct check_row *row = engine_check(w->a.v.engine, w->check,
	    w->date);

	json_put(o, "check", w->a.v.graph->checks[w->check].name);
	json_put_int(o, "dates", 1);
	if (w->n > 0)
		json_put_int(o, "items", w->n);
	else if (row && row->missing >= 0)
		json_put_int(o, "missing", row->missing);
	(void)json_object_set_new(o, "reading", view_check(&w->a.v, w->check,
	    w->date));
}

static void
waive(struct wanted *w)
{
	const struct check_def *def = &w->a.v.graph->checks[w->check];
	struct command c = dated(COMMAND_WAIVE, def->pipeline, w->date,
	    w->check);
	struct reply reply;
	json_t *o;

	if (!take_items(w) || !ask_until(&w->a, "until", def->pipeline,
	    &c.until))
		return;
	c.items = w->n > 0 ? text_str(&w->items) : NULL;
	c.ahead = json_flag(w->a.params, "ahead", false);
	c.reason = json_text(w->a.params, "reason", NULL);
	if (!act(&w->a, &c, &reply))
		return;
	o = reply_json(&w->a, &c, &reply);
	if (request_watched(w->a.request))
		json_put(o, "code", "shown");
	put_affected(w, o);
	request_answer(w->a.request, o);
}

void
verb_waive(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	struct wanted w = { .n = 0 };

	ask_open(&w.a, verbs->s, r, params);
	if (ask_check(&w.a, "check", json_text(params, "check", ""),
	    &w.check) && ask_date(&w.a, "date", json_text(params, "date",
	    ""), w.a.v.graph->checks[w.check].pipeline, &w.date))
		waive(&w);
	text_free(&w.items);
}
