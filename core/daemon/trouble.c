/* SPDX-License-Identifier: BSD-2-Clause
 *
 * trouble.c -- a notifier that does not deliver is trouble of its own.
 *
 * It is found when a far end refuses for good, when it can't be asked at all
 * (a secret that is gone, a plugin in quarantine), after eight failures in a
 * row, or when a test message expires. Each is a row, "notifier/NAME", live
 * until the notifier delivers again; a message by another way says that it
 * began and that it is over. Where no other way is left, the log and `status`
 * say so: there is nobody else to ask.
 *
 * Whether the message about it is delivered is the outbox's affair; it is
 * about no incident, because what is wrong is not the data.
 */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/log.h"
#include "daemon/inside.h"
#include "daemon/notice.h"
#include "daemon/outbox_route.h"
#include "daemon/words.h"

uint64_t
message_number(struct supervisor *s)
{
	uint64_t id = store_next_id(s->store, "message");

	return id ? OWN_MESSAGES + id : 0;
}

/*-------------------------------------------------------------------- words */

static json_t *
words(struct supervisor *s, const char *name, const json_t *row, bool live,
    uint64_t id)
{
	const struct graph *g = &s->g.conf->graph;
	CLEANUP_TEXT struct text title = { 0 };
	CLEANUP_TEXT struct text why = { 0 };
	CLEANUP_TEXT struct text fix = { 0 };
	struct now now;

	supervisor_now(s, &now);
	text_addf(&title, "notifier '%s' %s", name, live ?
	    "does not deliver" : "delivers again");
	if (live)
		text_add(&why, json_text(row, "why", "no reason"));
	text_add(&why, live ? ", since " : "it had failed since ");
	words_clock(&why, json_int(row, "since", now.wall), now.wall,
	    g->n_pipelines > 0 ? &g->pipelines[0].zone : NULL);
	if (!live)
		text_add(&why, "; what waited for it follows");
	text_addf(&fix, "gatewarden notify test %s", name);
	return notice_body(&(struct notice){ .id = id, .kind = live ?
		NOTICE_OPENED : NOTICE_RESOLVED,
		.severity = SEVERITY_CRITICAL, .title = text_str(&title),
		.why = text_str(&why), .fix = text_str(&fix) });
}

/*------------------------------------------------------------------- writing */

static int
tell(struct supervisor *s, const char *name, json_t *row, bool live)
{
	CLEANUP_JSON json_t *picked = route_around(s->g.conf, s->troubles,
	    name);
	CLEANUP_JSON json_t *body = NULL;
	uint64_t id = message_number(s);

	if (id == 0)
		return -EIO;
	json_put_int(row, "message", (int64_t)id);
	body = words(s, name, row, live, id);
	if (json_object_size(picked) == 0)
		log_error("notifier '%s': %s, and no other notifier is left "
		    "to say so", name, live ? "does not deliver" :
		    "delivers again");
	return outbox_tell(s->outbox, id, body, picked);
}

/* The row and the message about it, in one transaction. */
static void
turn_to(struct supervisor *s, const char *name, json_t *row, bool live,
    bool told)
{
	CLEANUP_TEXT struct text key = { 0 };
	struct store_event e = { .kind = "notifier", .subject = name,
		.data = row };
	struct now now;
	uint64_t seq;
	int r;

	supervisor_now(s, &now);
	text_addf(&key, "notifier/%s", name);
	(void)json_object_set_new(row, "live", json_boolean(live));
	e.at = now.wall;
	e.key = text_str(&key);
	r = store_begin(s->store);
	if (r == 0 && told)
		r = tell(s, name, row, live);
	if (r == 0)
		r = store_append(s->store, &e, &seq);
	if (r == 0)
		r = store_commit(s->store, true);
	if (r < 0)
		commit_failed(s);
	else if (s->watch)
		s->watch(s->watch_arg, seq, &e);
}

static void
begins(struct supervisor *s, const char *name, int64_t since,
    const char *why)
{
	json_t *row = json_object();

	json_put(row, "notifier", name);
	json_put_int(row, "since", since);
	json_put(row, "why", why);
	(void)json_object_set_new(s->troubles, name, row);
	log_error("notifier '%s': does not deliver: %s", name, why);
	turn_to(s, name, row, true, true);
}

static void
ends(struct supervisor *s, const char *name, bool told)
{
	CLEANUP_JSON json_t *row = json_incref(json_object_get(s->troubles,
	    name));

	(void)json_object_del(s->troubles, name);
	turn_to(s, name, row, false, told);
}

void
trouble_seen(void *arg, const struct outbox_turn *t)
{
	struct supervisor *s = arg;
	CLEANUP_FREE char *name = strdup(
	    s->g.conf->instances[t->notifier].name);
	bool known;

	if (name == NULL)
		abort();
	known = json_object_get(s->troubles, name) != NULL;
	if (!able(s))
		return;
	if (known && t->delivered)
		ends(s, name, true);
	else if (!known && !t->delivered && (t->hopeless ||
	    t->failures >= OUTBOX_HANDON_TRIES))
		begins(s, name, t->since, t->why);
}

/*--------------------------------------------------------------------- life */

static int
restore_one(void *arg, const char *key, const json_t *data, int64_t at,
    int64_t last_seen)
{
	struct supervisor *s = arg;

	(void)key;
	(void)at;
	(void)last_seen;
	if (json_flag(data, "live", false))
		(void)json_object_set_new(s->troubles, json_text(data,
		    "notifier", "?"), json_deep_copy(data));
	return 0;
}

int
trouble_restore(struct supervisor *s)
{
	int r;

	s->troubles = json_object();
	r = store_rows(s->store, "notifier", restore_one, s);
	if (r < 0)
		log_error("journal: its notifiers can't be read (%s)",
		    strerror(-r));
	return r;
}

/* Under its former name it would never be seen to deliver. */
static void
rename_one(struct supervisor *s, const char *from, const char *to)
{
	json_t *row = json_deep_copy(json_object_get(s->troubles, from));

	ends(s, from, false);
	json_put(row, "notifier", to);
	(void)json_object_set_new(s->troubles, to, row);
	turn_to(s, to, row, true, false);
}

/* What nobody configures any more can't deliver again, nor need to. */
static void
forget_gone(struct supervisor *s)
{
	const char *name;
	json_t *row;
	void *next;

	json_object_foreach_safe(s->troubles, next, name, row) {
		CLEANUP_FREE char *copy = strdup(name);
		int32_t n = find_notifier(s->g.conf, name);

		if (copy && n == NONE)
			ends(s, copy, false);
		else if (copy && strcmp(s->g.conf->instances[n].name, copy))
			rename_one(s, copy, s->g.conf->instances[n].name);
	}
}

void
trouble_look(struct supervisor *s)
{
	if (able(s))
		forget_gone(s);
}
