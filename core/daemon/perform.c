/* SPDX-License-Identifier: BSD-2-Clause
 *
 * perform.c -- does what the engine asked for, once what it says about it
 * stands in the journal.
 *
 * When that could not be written, or when the lock was lost, looking goes
 * on and doing stops: checks and gates are asked, nothing is started. What
 * was meant to start is told to have failed, so that nobody waits for it.
 */
#include <errno.h>
#include <string.h>

#include "daemon/dry.h"
#include "daemon/rehearse.h"

static void
not_started(struct supervisor *s, uint64_t id)
{
	struct event e = { .kind = EVENT_ENDED, .attempt = id };

	e.u.ended.ok = false;
	e.u.ended.failure = FAILURE_FAULT;
	turn(s, &e);
}

static void
answer(struct supervisor *s, const struct effect *x)
{
	struct reply *r = s->commanded.reply;

	if (r == NULL || s->commanded.command->token != x->u.reply.token)
		return;         /* a hold of our own: nobody asked */
	*r = (struct reply){ .code = x->u.reply.code,
		.verdict = x->u.reply.verdict, .id = x->u.reply.id,
		.until = x->u.reply.until, .n = x->u.reply.n };
	memcpy(r->conditions, x->u.reply.conditions, sizeof r->conditions);
}

static void
perform_one(struct supervisor *s, const struct effect *x)
{
	switch (x->kind) {
	case EFFECT_MEASURE:
		call_check(s, x->subject, x->date);
		break;
	case EFFECT_EVALUATE:
		call_gate(s, x->subject, x->date, x->u.evaluate.revision);
		break;
	case EFFECT_START:
		if (s->mute || !pulse_locked(s))
			not_started(s, x->u.start.attempt);
		else if (dry(s))
			dry_start(s, x->u.start.attempt);
		else
			attempt_start(s, x->u.start.attempt);
		break;
	case EFFECT_CANCEL:
		attempt_cancel(s, x->u.start.attempt);
		break;
	case EFFECT_REPLY:
		answer(s, x);
		break;
	case EFFECT_WRITE:
	case EFFECT_TOUCH:
	case EFFECT_NOTIFY:     /* all in the journal by now */
		break;
	}
}

void
perform(struct supervisor *s, const struct effects *fx)
{
	size_t i;

	for (i = 0; i < fx->n; i++)
		perform_one(s, &fx->v[i]);
	if (able(s))
		outbox_tick(s->outbox);
}

int
supervisor_command(struct supervisor *s, const struct command *c,
    struct reply *ret)
{
	struct event e = { .kind = EVENT_COMMAND, .pipeline = c->pipeline,
		.date = c->date, .subject = c->subject, .u.command = *c };

	if (rehearsing(s)) {
		rehearse_command(s, c, ret);
		return 0;
	}
	if (!able(s) || store_failed(s->store, NULL))
		return -EIO;
	*ret = (struct reply){ .code = REPLY_REFUSED,
		.until = INSTANT_NONE };
	s->commanded = (struct commanded){ c, ret, false };
	turn(s, &e);
	s->commanded = (struct commanded){ NULL, NULL, false };
	return able(s) ? 0 : -EIO;
}
