/* SPDX-License-Identifier: BSD-2-Clause
 *
 * silences.c -- "do not tell me", by a person's word.
 *
 * A silence is a row with an end, an actor and a reason; it holds messages,
 * it doesn't drop them. What it would mute is what it matches among the
 * incidents that are open: one that matches nothing is most often a typing
 * mistake, and is listed as that.
 */
#include <errno.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/incident.h"
#include "daemon/rehearse.h"

struct silence
told_silence(const json_t *row)
{
	return (struct silence){ .id = (uint64_t)json_int(row, "id", 0),
		.pipeline = json_text(row, "pipeline", NULL),
		.phase = json_text(row, "phase", NULL),
		.date = json_text(row, "date", NULL),
		.tag = json_text(row, "tag", NULL),
		.severity = told_severity(json_text(row, "severity", "")),
		.incident = (uint64_t)json_int(row, "incident", 0),
		.from = json_int(row, "from", 0),
		.until = json_int(row, "until", 0) };
}

int32_t
told_silences(const struct supervisor *s, int64_t now, struct silence *ret,
    int32_t cap)
{
	const char *id;
	json_t *row;
	int32_t n = 0;

	json_object_foreach(s->told.silences, id, row)
		if (n < cap && json_int(row, "until", 0) > now)
			ret[n++] = told_silence(row);
	return n;
}

/* Those that are over keep their rows; returns how many stand. */
static size_t
forget_ended(struct supervisor *s)
{
	struct now now;
	const char *id;
	json_t *row;
	void *next;

	supervisor_now(s, &now);
	json_object_foreach_safe(s->told.silences, next, id, row)
		if (json_int(row, "until", 0) <= now.wall)
			(void)json_object_del(s->told.silences, id);
	return json_object_size(s->told.silences);
}

/* Its row is appended, and what it may hold is looked at again. */
static int
write_silence(struct supervisor *s, uint64_t id, json_t *row)
{
	CLEANUP_TEXT struct text key = { 0 };
	CLEANUP_TEXT struct text subject = { 0 };
	int r;

	if (!able(s) || store_failed(s->store, NULL)) {
		json_decref(row);
		return -EIO;
	}
	text_addf(&subject, "%llu", (unsigned long long)id);
	text_addf(&key, "silence/%llu", (unsigned long long)id);
	r = store_begin(s->store);
	if (r == 0)
		r = told_append(s, "silence", text_str(&key),
		    text_str(&subject), NULL, row);
	else
		json_decref(row);
	if (r == 0)
		r = store_commit(s->store, true);
	told_publish(s, r == 0);
	if (r < 0) {
		commit_failed(s);
		return r;
	}
	tellings_tick(s, true);
	turn_arm(s);
	return 0;
}

int
supervisor_silence(struct supervisor *s, json_t *row, uint64_t *ret_id)
{
	CLEANUP_TEXT struct text id = { 0 };

	*ret_id = 0;
	if (rehearsing(s)) {
		would(s, "write", "write a silence");
		json_decref(row);
		return 0;
	}
	if (forget_ended(s) >= SILENCES_MOST) {
		json_decref(row);
		return -ENOSPC;
	}
	*ret_id = engine_take_number(s->g.engine);
	text_addf(&id, "%llu", (unsigned long long)*ret_id);
	json_put_int(row, "id", (int64_t)*ret_id);
	(void)json_object_set_new(row, "live", json_true());
	(void)json_object_set(s->told.silences, text_str(&id), row);
	return write_silence(s, *ret_id, row);
}

int
supervisor_unsilence(struct supervisor *s, uint64_t id, const char *actor)
{
	CLEANUP_TEXT struct text key = { 0 };
	json_t *row;

	text_addf(&key, "%llu", (unsigned long long)id);
	row = json_object_get(s->told.silences, text_str(&key));
	if (row == NULL)
		return -ENOENT;
	if (rehearsing(s)) {
		would(s, "write", "end silence %s", text_str(&key));
		return 0;
	}
	row = json_deep_copy(row);
	(void)json_object_del(s->told.silences, text_str(&key));
	(void)json_object_set_new(row, "live", json_false());
	json_put(row, "undone_by", actor);
	return write_silence(s, id, row);
}

/* The open incidents that it matches: [{"incident", "title"}]; owned. */
static json_t *
mutes(struct supervisor *s, const struct silence *x)
{
	json_t *list = json_array();
	const struct incident_row *row;
	struct notify_case c;
	struct case_room room;
	struct record where;
	struct view v;
	int32_t i;

	view_open(&v, s);
	for (i = 0; (row = engine_incident_at(s->g.engine, i, &where)); i++) {
		CLEANUP_TEXT struct text title = { 0 };
		json_t *o;

		if (!row->open)
			continue;
		case_of(&v, &s->told, row, &where, &room, &c);
		if (!silence_matches(x, s->g.conf, &c, row->severity,
		    v.now.wall))
			continue;
		incident_title(&v, row, &where, &title);
		o = json_object();
		json_put_int(o, "incident", (int64_t)row->number);
		json_put(o, "severity", severity_name(row->severity));
		json_put(o, "title", text_str(&title));
		(void)json_array_append_new(list, o);
	}
	return list;
}

json_t *
supervisor_mutes(struct supervisor *s, const json_t *row)
{
	struct silence x = told_silence(row);

	return mutes(s, &x);
}

const json_t *
supervisor_silences(const struct supervisor *s)
{
	return s->told.silences;
}
