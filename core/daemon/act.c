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
		request_refuse(a->request, RPC_NO_SUCH,
		    "there is no such date, number or object among what is "
		    "watched", reply_json(a, c, ret));
		return false;
	case REPLY_CONFLICT:
		request_refuse(a->request, RPC_CONFLICT,
		    "something else goes on there: it runs, or another run "
		    "has the permit", reply_json(a, c, ret));
		return false;
	case REPLY_REFUSED:
		request_refuse(a->request, RPC_REFUSED,
		    "not as things are", reply_json(a, c, ret));
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
