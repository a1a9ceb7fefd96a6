/* SPDX-License-Identifier: BSD-2-Clause
 *
 * script.c -- the events of a scenario, when their time comes.
 *
 * A command is given to the engine as the daemon's verbs give it: an ack
 * names the incident that is open then, an override accepts what is closed
 * then, and a run, a recovery or a permit that only waits for evidence to be
 * measured again is asked for again, a second apart, as a client that waits
 * would be answered.
 *
 * Knows nothing of measuring or time: the world asks it what is due.
 */
#include "simulate/script.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/titles.h"

enum { TRIES = 20, AGAIN_MS = 1000 };

struct line {
	int64_t due;            /* INSTANT_NONE: not any more */
	int tries;
	bool replied;
	enum reply_code reply;
};

struct script {
	const struct conf *conf;
	const struct scenario *scenario;
	struct line *v;         /* by event */
};

struct script *
script_new(const struct conf *conf, const struct scenario *s, int64_t begin)
{
	struct script *x = calloc(1, sizeof *x);
	int32_t i;

	if (x == NULL)
		abort();
	*x = (struct script){ .conf = conf, .scenario = s,
		.v = calloc((size_t)s->n_events + 1, sizeof *x->v) };
	if (x->v == NULL)
		abort();
	for (i = 0; i < s->n_events; i++)
		x->v[i].due = s->events[i].at > begin ? s->events[i].at :
		    begin;
	return x;
}

void
script_free(struct script *x)
{
	if (x == NULL)
		return;
	free(x->v);
	free(x);
}

/* NONE: none is. */
static int32_t
first_due(const struct script *x)
{
	int32_t best = NONE, i;

	for (i = 0; i < x->scenario->n_events; i++)
		if (x->v[i].due != INSTANT_NONE && (best == NONE ||
		    x->v[i].due < x->v[best].due))
			best = i;
	return best;
}

int64_t
script_next(const struct script *x)
{
	int32_t i = first_due(x);

	return i == NONE ? INSTANT_NONE : x->v[i].due;
}

/*---------------------------------------------------------------- commands */

/* The open incident of a date that is rooted there; 0: none. */
static uint64_t
find_incident(const struct script *x, const struct engine *e,
    const struct scenario_event *ev)
{
	const struct incident_row *row;
	struct record where;
	int32_t i;

	for (i = 0; (row = engine_incident_at(e, i, &where)); i++) {
		const char *root = title_subject(x->conf, row->kind,
		    row->root);

		if (row->open && root && strcmp(root, ev->root) == 0 &&
		    where.date.day == ev->command.date.day)
			return row->number;
	}
	return 0;
}

/* What runs for the phase or recovery; 0: nothing does. */
static uint64_t
find_attempt(const struct engine *e, const struct scenario_event *ev)
{
	const struct attempt_row *row;
	struct record where;
	int32_t i;

	for (i = 0; (row = engine_attempt_at(e, i, &where)); i++) {
		int32_t subject = ev->cancels == HOLD_PHASE ? row->phase :
		    row->recovery;

		if (subject == ev->command.subject && row->state !=
		    ATTEMPT_CLOSED && where.date.day == ev->command.date.day)
			return row->id;
	}
	return 0;
}

/* The pipeline's backfill that has not ended; 0: there is none. */
static uint64_t
find_backfill(const struct engine *e, const struct command *c)
{
	const struct backfill_row *row;
	struct record where;
	int32_t i;

	for (i = 0; (row = engine_backfill_at(e, i, &where)); i++)
		if (where.pipeline == c->pipeline &&
		    (row->state == BACKFILL_RUNNING ||
		    row->state == BACKFILL_PAUSED))
			return row->id;
	return 0;
}

/* Fills in what is known only now; false: there is no such thing. */
static bool
complete(const struct script *x, const struct engine *e,
    const struct now *now, const struct scenario_event *ev,
    struct command *c)
{
	struct phase_reading r;

	switch (c->kind) {
	case COMMAND_ACK:
		c->id = find_incident(x, e, ev);
		return c->id != 0;
	case COMMAND_CANCEL:
		c->id = find_attempt(e, ev);
		return c->id != 0;
	case COMMAND_BACKFILL_PAUSE:
	case COMMAND_BACKFILL_RESUME:
	case COMMAND_BACKFILL_CANCEL:
		c->id = find_backfill(e, c);
		return c->id != 0;
	case COMMAND_OVERRIDE:
		if (!engine_read_phase(e, c->subject, c->date, now, &r))
			return false;
		c->n_conditions = r.n;
		memcpy(c->conditions, r.closed, sizeof c->conditions);
		return true;
	default:
		return true;
	}
}

static enum script_take
give_command(struct script *x, int32_t i, const struct engine *e,
    const struct now *now, struct event *ret)
{
	const struct scenario_event *ev = &x->scenario->events[i];

	*ret = (struct event){ .kind = EVENT_COMMAND };
	ret->u.command = ev->command;
	ret->u.command.token = (uint64_t)i + 1;
	if (complete(x, e, now, ev, &ret->u.command))
		return SCRIPT_COMMAND;
	x->v[i].replied = true;
	x->v[i].reply = REPLY_NO_SUCH;
	return SCRIPT_DONE;
}

enum script_take
script_take(struct script *x, const struct engine *e, const struct now *now,
    struct event *ret_event, const struct scenario_action **ret_model)
{
	int32_t i = first_due(x);

	if (i == NONE || x->v[i].due > now->wall)
		return SCRIPT_NOTHING;
	x->v[i].due = INSTANT_NONE;
	switch (x->scenario->events[i].kind) {
	case HAPPENS_COMMAND:
		return give_command(x, i, e, now, ret_event);
	case HAPPENS_MODEL:
		*ret_model = &x->scenario->events[i].model;
		return SCRIPT_MODEL;
	case HAPPENS_DARK:      /* the answers know */
		break;
	}
	return SCRIPT_DONE;
}

/*----------------------------------------------------------------- answers */

static bool
only_stale(const struct effect *x)
{
	int32_t i;

	for (i = 0; i < x->u.reply.n; i++)
		if (x->u.reply.conditions[i].why != WHY_STALE_EVIDENCE)
			return false;
	return x->u.reply.code == REPLY_NOT_NOW && x->u.reply.n > 0;
}

void
script_replied(struct script *x, const struct effect *reply, int64_t at)
{
	int32_t i = (int32_t)reply->u.reply.token - 1;
	struct line *l;

	assert(i >= 0 && i < x->scenario->n_events);
	l = &x->v[i];
	l->replied = true;
	l->reply = reply->u.reply.code;
	if (only_stale(reply) && ++l->tries < TRIES)
		l->due = at + AGAIN_MS;
}

bool
script_reply(const struct script *x, int32_t event, enum reply_code *ret)
{
	*ret = x->v[event].reply;
	return x->v[event].replied;
}
