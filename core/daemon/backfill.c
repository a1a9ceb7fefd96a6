/* SPDX-License-Identifier: BSD-2-Clause
 *
 * backfill.c -- how far a backfill is.
 *
 * Counted from the letters of its row. The rate is that of the dates that
 * have ended since it began, and so is the estimate of its end, while it
 * runs and at least one date has; what was paused counts as time, which
 * makes the estimate later, never earlier.
 */
#include "daemon/backfill.h"

#include "base/json.h"
#include "daemon/words.h"

struct count {
	char letter;
	const char *name;       /* its member */
	const char *state;      /* of one date */
};

static const struct count counts[] = {
	{ BACKFILL_WAITS, "waiting", "waiting" },
	{ BACKFILL_ACTIVE, "active", "active" },
	{ BACKFILL_REPAIRED, "repaired", "repaired" },
	{ BACKFILL_WAS_WHOLE, "whole", "was whole" },
	{ BACKFILL_EXTERNAL, "external", "whole but for what leaves the "
	    "house" },
	{ BACKFILL_IDLE, "idle", "idle" },
	{ BACKFILL_GAVE_UP, "gave_up", "gave up" }
};

enum { N_COUNTS = sizeof counts / sizeof *counts };

static int32_t
count(const struct backfill_row *b, char letter)
{
	const char *c;
	int32_t n = 0;

	for (c = b->dates; *c; c++)
		n += *c == letter;
	return n;
}

static void
put_progress(json_t *o, const struct view *v, const struct backfill_row *b)
{
	int32_t all = b->to.day - b->from.day + 1, i;
	int32_t ended = all - count(b, BACKFILL_WAITS) -
	    count(b, BACKFILL_ACTIVE);
	int64_t until = b->ended_at == INSTANT_NONE ? v->now.wall :
	    b->ended_at;
	int64_t took = until - b->at;

	json_put_int(o, "dates", all);
	json_put_int(o, "ended", ended);
	for (i = 0; i < N_COUNTS; i++)
		json_put_int(o, counts[i].name, count(b, counts[i].letter));
	json_put_int(o, "took_ms", took);
	if (ended == 0 || took <= 0 || b->state != BACKFILL_RUNNING) {
		(void)json_object_set_new(o, "estimate_ms", json_null());
		return;
	}
	json_put_num(o, "per_hour", (double)ended * 3600000 / (double)took);
	json_put_int(o, "estimate_ms", took / ended * (all - ended));
}

static void
put_dates(json_t *o, const struct backfill_row *b)
{
	json_t *list = json_array();
	int32_t i, k;

	for (i = 0; b->dates[i]; i++) {
		json_t *d = json_object();
		char buf[DATE_TEXT];

		json_put(d, "date", date_text(date_add(b->from, i), buf));
		for (k = 0; k < N_COUNTS; k++)
			if (counts[k].letter == b->dates[i])
				json_put(d, "state", counts[k].state);
		(void)json_array_append_new(list, d);
	}
	(void)json_object_set_new(o, "each", list);
}

json_t *
backfill_json(const struct view *v, const struct backfill_row *b,
    int32_t pipeline, bool each)
{
	const struct zone *zone = view_zone(v, pipeline);
	json_t *o = json_object();
	char buf[DATE_TEXT];

	json_put_int(o, "backfill", (int64_t)b->id);
	json_put(o, "pipeline", v->graph->pipelines[pipeline].name);
	json_put(o, "from", date_text(b->from, buf));
	json_put(o, "to", date_text(b->to, buf));
	json_put(o, "phase", b->phase == NONE ? NULL :
	    v->graph->phases[b->phase].name);
	json_put(o, "state", backfill_state_name(b->state));
	json_put(o, "stop", b->stop == STOP_NONE ? NULL :
	    backfill_stop_name(b->stop));
	json_put(o, "why", b->why == WHY_NOTHING ? NULL :
	    words_why(b->why));
	json_put_int(o, "at_most", b->at_most);
	json_put_int(o, "starts_per_hour", b->starts_per_hour);
	json_put(o, "severity", severity_name(b->severity));
	(void)json_object_set_new(o, "canary", json_boolean(b->canary));
	(void)json_object_set_new(o, "proven", json_boolean(b->proven));
	json_put(o, "by", b->actor);
	json_put(o, "reason", b->reason);
	put_when(o, "at", b->at, zone);
	put_when(o, "changed_at", b->changed_at, zone);
	put_when(o, "ended_at", b->ended_at, zone);
	put_progress(o, v, b);
	if (each)
		put_dates(o, b);
	return o;
}

json_t *
backfills_json(const struct view *v, bool open)
{
	const struct backfill_row *b;
	json_t *list = json_array();
	struct record where;
	int32_t i;

	for (i = 0; (b = engine_backfill_at(v->engine, i, &where)); i++)
		if (!open || b->state == BACKFILL_RUNNING ||
		    b->state == BACKFILL_PAUSED)
			(void)json_array_insert_new(list, 0, backfill_json(v,
			    b, where.pipeline, false));
	return list;
}
