/* SPDX-License-Identifier: BSD-2-Clause
 *
 * canary.c -- test messages: by the clock, and when somebody asks.
 *
 * A route that was right once leads nowhere after a password, a channel or a
 * firewall has changed, and says so at the worst moment. So a notifier may
 * have a `canary`: at its slots a message goes the whole way, from a row of
 * the outbox to the far end's yes. What arrives proves the notifier
 * (`status`: "route proven 06:00"); what doesn't is its trouble (trouble.c).
 *
 * When the last one was sent is a row; a slot that passed while the daemon
 * was down is made up for, once. A first start waits for the next slot.
 */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/log.h"
#include "daemon/rehearse.h"
#include "daemon/notice.h"
#include "daemon/outbox_route.h"

static const struct zone *
zone_of_canaries(const struct conf *c, struct zone *utc)
{
	if (c->graph.n_pipelines > 0)
		return &c->graph.pipelines[0].zone;
	zone_utc(utc);
	return utc;
}

static json_t *
test_body(const char *name, uint64_t id)
{
	CLEANUP_TEXT struct text title = { 0 };
	json_t *body;

	text_addf(&title, "a test: notifier '%s' delivers", name);
	body = notice_body(&(struct notice){ .id = id, .kind = NOTICE_OPENED,
		.severity = SEVERITY_INFO, .title = text_str(&title),
		.why = "nothing is wrong, and nothing needs to be done" });
	json_put(body, "kind", "test");
	return body;
}

static int
queue_test(struct supervisor *s, const char *name, int64_t at,
    uint64_t *ret_id)
{
	CLEANUP_JSON json_t *picked = json_object();
	CLEANUP_JSON json_t *body = NULL, *row = json_object();
	CLEANUP_TEXT struct text key = { 0 };
	int r;

	*ret_id = message_number(s);
	if (*ret_id == 0)
		return -EIO;
	body = test_body(name, *ret_id);
	(void)json_object_set_new(picked, name, json_array());
	json_put(row, "notifier", name);
	json_put_int(row, "sent_at", at);
	json_put_int(row, "message", (int64_t)*ret_id);
	text_addf(&key, "canary/%s", name);
	r = outbox_tell(s->outbox, *ret_id, body, picked);
	return r < 0 ? r : told_append(s, "canary", text_str(&key), name,
	    NULL, json_incref(row));
}

uint64_t
canary_send(struct supervisor *s, int32_t notifier)
{
	const char *name = s->g.conf->instances[notifier].name;
	struct now now;
	uint64_t id = 0;
	int r;

	if (!able(s))
		return 0;
	supervisor_now(s, &now);
	r = store_begin(s->store);
	if (r == 0)
		r = queue_test(s, name, now.wall, &id);
	if (r == 0)
		r = store_commit(s->store, true);
	told_publish(s, r == 0);
	if (r < 0) {
		commit_failed(s);
		return 0;
	}
	json_put_int(s->canaries, name, now.wall);
	return id;
}

/*------------------------------------------------------------ by the clock */

static int
restore_one(void *arg, const char *key, const json_t *data, int64_t at,
    int64_t last_seen)
{
	struct supervisor *s = arg;

	(void)key;
	(void)last_seen;
	json_put_int(s->canaries, json_text(data, "notifier", "?"),
	    json_int(data, "sent_at", at));
	return 0;
}

int
canary_restore(struct supervisor *s)
{
	int r;

	s->canaries = json_object();
	r = store_rows(s->store, "canary", restore_one, s);
	if (r < 0)
		log_error("journal: its test messages can't be read (%s)",
		    strerror(-r));
	return r;
}

/* INSTANT_NONE: it has none. */
static int64_t
next_of(const struct supervisor *s, const struct instance *in)
{
	struct zone utc;

	if (in->kind != INSTANCE_NOTIFIER ||
	    in->canary.kind == SCHEDULE_NONE)
		return INSTANT_NONE;
	return schedule_next(&in->canary, zone_of_canaries(s->g.conf, &utc),
	    json_int(s->canaries, in->name, s->started_at));
}

int64_t
canary_wake(const struct supervisor *s)
{
	const struct conf *c = s->g.conf;
	int64_t wake = INSTANT_NONE, at;
	int32_t i;

	for (i = 0; i < c->n_instances && able(s); i++) {
		at = next_of(s, &c->instances[i]);
		if (at != INSTANT_NONE && (wake == INSTANT_NONE || at < wake))
			wake = at;
	}
	return wake;
}

void
canary_tick(struct supervisor *s, int64_t now)
{
	const struct conf *c = s->g.conf;
	int32_t i;

	for (i = 0; i < c->n_instances && able(s); i++) {
		int64_t at = next_of(s, &c->instances[i]);

		if (at != INSTANT_NONE && at <= now)
			(void)canary_send(s, i);
	}
}

uint64_t
supervisor_test(struct supervisor *s, int32_t notifier)
{
	uint64_t id;

	if (rehearsing(s)) {
		would(s, "send", "send a test message to %s",
		    s->g.conf->instances[notifier].name);
		return 0;
	}
	id = canary_send(s, notifier);
	if (id != 0)
		outbox_tick(s->outbox);
	turn_arm(s);            /* its notifier may have a pace */
	return id;
}
