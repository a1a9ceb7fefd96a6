/* SPDX-License-Identifier: BSD-2-Clause
 *
 * act.c -- performs an operator's command and puts its reply into words.
 *
 * The engine decides; here the actor is filled in and the reply's code
 * becomes either a result or a refusal. "Not now" is a result: it carries
 * the closed conditions, which is what was asked for.
 */
#include "base/json.h"
#include "daemon/ask.h"
#include "daemon/handlers.h"
#include "daemon/words.h"

static const char *
code_name(enum reply_code code)
{
	static const char *const names[] = {
		[REPLY_OK] = "ok", [REPLY_GRANTED] = "granted",
		[REPLY_NOT_NOW] = "not_now", [REPLY_NO_SUCH] = "no_such",
		[REPLY_ALREADY] = "already", [REPLY_CONFLICT] = "conflict",
		[REPLY_REFUSED] = "refused"
	};

	return names[code];
}

/*---------------------------------------------------------------- refusals */

static const char *
no_such(const struct command *c)
{
	switch (c->kind) {
	case COMMAND_CANCEL:
		return "there is no attempt of this number among those that "
		    "are kept";
	case COMMAND_ACK:
	case COMMAND_LABEL:
		return "there is no incident of this number; see "
		    "'gatewarden incidents'";
	case COMMAND_RELEASE:
		return "there is no hold of this number; 'gatewarden status' "
		    "shows those that stand";
	case COMMAND_BACKFILL_PAUSE:
	case COMMAND_BACKFILL_RESUME:
	case COMMAND_BACKFILL_CANCEL:
		return "there is no backfill of this number; see "
		    "'gatewarden backfill status'";
	case COMMAND_UNDO:
		return "no override, hold, waiver, label or ack that stands "
		    "has this number";
	default:
		return "this date is not watched";
	}
}

static const char *
conflict(const struct command *c)
{
	switch (c->kind) {
	case COMMAND_RECOVER:
		return "an attempt is under way there, or in doubt; repairs "
		    "and starts of one phase exclude each other";
	case COMMAND_RUN:
	case COMMAND_REOPEN:
		return "an attempt is under way, or its proof is awaited";
	case COMMAND_BACKFILL_START:
		return "a backfill of some of these dates is under way; "
		    "see 'gatewarden backfill status'";
	case COMMAND_PERMIT:
		return "another run has the permit, or the phase runs "
		    "already";
	default:
		return "another run has the permit";
	}
}

static const char *
refused(const struct command *c)
{
	bool no_run = c->run_id && c->run_id[0] == '\0';

	switch (c->kind) {
	case COMMAND_RUN:
		return "this phase has no 'start': others start it, and ask "
		    "with 'gatewarden gate wait' first";
	case COMMAND_BACKFILL_PAUSE:
	case COMMAND_BACKFILL_RESUME:
	case COMMAND_BACKFILL_CANCEL:
		return "this backfill has ended";
	case COMMAND_WAIVE:
		return "there is nothing to waive: it passes, owes nothing, "
		    "is a calendar, or hasn't been measured; --ahead waives "
		    "what is not missing yet";
	case COMMAND_OVERRIDE:
		return "nothing that is closed can be accepted: the phase "
		    "runs or is done, or the time is over";
	case COMMAND_SIGNAL_START:
	case COMMAND_SIGNAL_DONE:
	case COMMAND_SIGNAL_FAILED:
		return no_run ? "--for must name your run" : "this run has "
		    "no permit, or it is over: ask with 'gatewarden gate "
		    "wait' first";
	case COMMAND_PERMIT:
		return no_run ? "--for must name your run" :
		    "there is no room for more permits";
	default:
		return "there is no room for more of them";
	}
}

bool
act(struct ask *a, struct command *c, struct reply *ret)
{
	*ret = (struct reply){ 0 };
	c->actor = request_actor(a->request);
	if (supervisor_command(a->v.s, c, ret) < 0) {
		request_refuse(a->request, RPC_JOURNAL,
		    "the journal can't be written: nothing was done", NULL);
		return false;
	}
	view_open(&a->v, a->v.s);
	switch (ret->code) {
	case REPLY_NO_SUCH:
		request_refuse(a->request, RPC_NO_SUCH, no_such(c),
		    reply_json(a, c, ret));
		return false;
	case REPLY_CONFLICT:
		request_refuse(a->request, RPC_CONFLICT, conflict(c),
		    reply_json(a, c, ret));
		return false;
	case REPLY_REFUSED:
		request_refuse(a->request, RPC_REFUSED, refused(c),
		    reply_json(a, c, ret));
		return false;
	case REPLY_OK:
	case REPLY_GRANTED:
	case REPLY_NOT_NOW:
	case REPLY_ALREADY:
		break;
	}
	return true;
}

json_t *
reply_json(const struct ask *a, const struct command *c,
    const struct reply *r)
{
	json_t *o = json_object();
	char date[DATE_TEXT];

	json_put(o, "code", code_name(r->code));
	if (c->dated)
		json_put(o, "date", date_text(c->date, date));
	if (r->id != 0)
		json_put_int(o, "id", (int64_t)r->id);
	if (r->until != 0 && r->until != INSTANT_NONE)
		put_when(o, "until", r->until, view_zone(&a->v,
		    c->pipeline));
	if (r->code == REPLY_NOT_NOW || r->code == REPLY_GRANTED ||
	    r->n > 0) {
		json_put(o, "verdict", verdict_name(r->verdict));
		(void)json_object_set_new(o, "conditions", view_conditions(
		    &a->v, r->conditions, r->n, c->pipeline, c->date));
	}
	return o;
}

void
act_and_answer(struct ask *a, struct command *c)
{
	struct reply r;

	if (act(a, c, &r))
		request_answer(a->request, reply_json(a, c, &r));
}
