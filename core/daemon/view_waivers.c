/* SPDX-License-Identifier: BSD-2-Clause
 *
 * view_waivers.c -- what is waived, as JSON: beside a check, and all that
 * stands.
 *
 * Beside a check those that have ended are told too, with how: one that was
 * needless says that the item has arrived after all.
 */
#include "base/json.h"
#include "daemon/view.h"
#include "daemon/words.h"

static json_t *
items_json(const char *items)
{
	json_t *list = json_array();
	const char *end;

	for (; *items; items = *end ? end + 1 : end) {
		for (end = items; *end && *end != ','; end++)
			;
		(void)json_array_append_new(list, json_stringn(items,
		    (size_t)(end - items)));
	}
	return list;
}

static json_t *
waiver_json(const struct view *v, const struct waiver_row *w,
    const struct record *where)
{
	const struct zone *zone = view_zone(v, where->pipeline);
	json_t *o = json_object();
	char day[DATE_TEXT];

	json_put_int(o, "waiver", (int64_t)w->id);
	json_put(o, "check", v->graph->checks[w->check].name);
	json_put(o, "date", date_text(where->date, day));
	json_put(o, "state", waiver_state_name(w->state));
	if (w->items[0])
		(void)json_object_set_new(o, "items", items_json(w->items));
	json_put(o, "by", w->actor);
	json_put(o, "reason", w->reason);
	put_when(o, "at", w->at, zone);
	put_when(o, "until", w->until, zone);
	put_when(o, "ended_at", w->ended_at, zone);
	return o;
}

void
put_waivers(json_t *o, const struct view *v, int32_t check, struct date date)
{
	const struct waiver_row *w;
	struct record where;
	json_t *list = json_array();
	int32_t i;

	for (i = 0; (w = engine_waiver_at(v->engine, i, &where)); i++)
		if (w->check == check && where.date.day == date.day)
			(void)json_array_append_new(list, waiver_json(v, w,
			    &where));
	if (json_array_size(list) > 0)
		(void)json_object_set(o, "waivers", list);
	json_decref(list);
}

json_t *
view_waivers(const struct view *v, int32_t pipeline)
{
	const struct waiver_row *w;
	struct record where;
	json_t *list = json_array();
	int32_t i;

	for (i = 0; (w = engine_waiver_at(v->engine, i, &where)); i++)
		if (w->state == WAIVER_LIVE && (pipeline == NONE ||
		    where.pipeline == pipeline))
			(void)json_array_append_new(list, waiver_json(v, w,
			    &where));
	return list;
}
