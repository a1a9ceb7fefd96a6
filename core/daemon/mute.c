/* SPDX-License-Identifier: BSD-2-Clause
 *
 * mute.c -- the journal can't be written: says so by ways that need no disk.
 *
 * From here on nothing is started, because what starts must be remembered.
 * Looking goes on, and status shows what it sees. The log has the reason, the
 * notifiers of critical messages are called directly, past the outbox, once;
 * and everything is held, so that every explanation names the cause. A
 * restart finds out what the disk really has.
 */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/log.h"
#include "daemon/inside.h"
#include "daemon/notice.h"

/* No caller's token: nobody waits for the answer. */
static const uint64_t own_token = UINT64_MAX;

static void
hold_all(struct supervisor *s)
{
	struct event e = { .kind = EVENT_COMMAND, .pipeline = NONE,
		.subject = NONE };

	e.u.command = (struct command){ .kind = COMMAND_HOLD,
		.pipeline = NONE, .subject = NONE, .scope = HOLD_ALL,
		.until = INSTANT_NONE, .actor = "gatewarden",
		.reason = "the journal can't be written", .token = own_token };
	turn(s, &e);
}

static void
on_called(void *arg, const struct call_reply *r)
{
	(void)arg;
	if (asked_fault(r))
		log_error("alarm: not delivered (%s)", asked_fault(r));
}

static json_t *
alarm_body(const char *why)
{
	return notice_body(&(struct notice){ .kind = NOTICE_OPENED,
		.severity = SEVERITY_CRITICAL,
		.title = "Gatewarden can't write its journal: nothing is "
		    "started until it is restarted",
		.why = why,
		.fix = "look at the disk of the state directory, then "
		    "restart gatewardend" });
}

static void
call_out(struct supervisor *s, const char *why)
{
	CLEANUP_JSON json_t *body = alarm_body(why);
	CLEANUP_JSON json_t *called = json_object();
	int32_t i, k;

	for (i = 0; i < s->g.conf->n_routes; i++)
		for (k = 0; k < s->g.conf->routes[i].n_to; k++) {
			int32_t to = s->g.conf->routes[i].to[k];
			const char *name = s->g.conf->instances[to].name;

			if (json_object_get(called, name))
				continue;
			(void)json_object_set_new(called, name, json_true());
			asked_deliver(s, to, body, on_called, NULL);
		}
}

void
commit_failed(struct supervisor *s)
{
	const char *why = NULL;

	if (s->mute)
		return;
	s->mute = true;
	(void)store_failed(s->store, &why);
	why = why ? why : "a write was refused";
	log_error("journal: %s; nothing is started any more, checks go on "
	    "(restart when the disk is well)", why);
	if (s->g.engine == NULL || !s->handles_open)
		return;
	notify_status(s->notify, "the journal can't be written");
	hold_all(s);
	call_out(s, why);
}
