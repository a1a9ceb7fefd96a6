/* SPDX-License-Identifier: BSD-2-Clause
 *
 * command.c -- what a person or an outside run asked for, as an event of the
 * journal: who, what, about which object, why.
 *
 * It is written whatever the engine answers: a refusal is something that
 * happened too. It is no row; what came of it are the rows beside it.
 */
#include <stdlib.h>

#include "base/json.h"
#include "daemon/inside.h"

static const char *
command_name(enum command_kind kind)
{
	static const char *const names[] = {
		[COMMAND_CHECK_RUN] = "check run", [COMMAND_RUN] = "run",
		[COMMAND_RECOVER] = "recover", [COMMAND_CANCEL] = "cancel",
		[COMMAND_ACK] = "ack", [COMMAND_HOLD] = "hold",
		[COMMAND_RELEASE] = "release",
		[COMMAND_OVERRIDE] = "override", [COMMAND_UNDO] = "undo",
		[COMMAND_PERMIT] = "permit",
		[COMMAND_SIGNAL_START] = "signal start",
		[COMMAND_SIGNAL_DONE] = "signal done",
		[COMMAND_SIGNAL_FAILED] = "signal failed",
		[COMMAND_REOPEN] = "reopen", [COMMAND_LABEL] = "resolve",
		[COMMAND_WAIVE] = "waive", [COMMAND_WITHDRAW] = "withdraw",
		[COMMAND_BACKFILL_START] = "backfill start",
		[COMMAND_BACKFILL_PAUSE] = "backfill pause",
		[COMMAND_BACKFILL_RESUME] = "backfill resume",
		[COMMAND_BACKFILL_CANCEL] = "backfill cancel"
	};

	return names[kind];
}

static const char *
scoped_name(const struct graph *g, const struct command *c)
{
	switch (c->scope) {
	case HOLD_ALL:
		return "all";
	case HOLD_PIPELINE:
		return g->pipelines[c->subject].name;
	case HOLD_PHASE:
		return g->phases[c->subject].name;
	case HOLD_RECOVERY:
		return g->recoveries[c->subject].name;
	}
	return NULL;
}

/* NULL: it names a number, or nothing. */
static const char *
subject_name(const struct graph *g, const struct command *c)
{
	switch (c->kind) {
	case COMMAND_WAIVE:
		return g->checks[c->subject].name;
	case COMMAND_CHECK_RUN:
		return c->subject == NONE ? NULL : g->checks[c->subject].name;
	case COMMAND_RUN:
	case COMMAND_OVERRIDE:
	case COMMAND_PERMIT:
	case COMMAND_SIGNAL_START:
	case COMMAND_SIGNAL_DONE:
	case COMMAND_SIGNAL_FAILED:
		return g->phases[c->subject].name;
	case COMMAND_RECOVER:
		return g->recoveries[c->subject].name;
	case COMMAND_RELEASE:
		return c->id != 0 ? NULL : scoped_name(g, c);
	case COMMAND_HOLD:
	case COMMAND_REOPEN:
		return scoped_name(g, c);
	case COMMAND_CANCEL:
	case COMMAND_ACK:
	case COMMAND_UNDO:
	case COMMAND_WITHDRAW:
	case COMMAND_LABEL:
	case COMMAND_BACKFILL_PAUSE:
	case COMMAND_BACKFILL_RESUME:
	case COMMAND_BACKFILL_CANCEL:
		break;
	case COMMAND_BACKFILL_START:
		return c->backfill->phase == NONE ? NULL :
		    g->phases[c->backfill->phase].name;
	}
	return NULL;
}

void
command_event(const struct supervisor *s, const struct command *c,
    struct row_event *ret)
{
	const struct graph *g = &s->g.conf->graph;
	const char *subject = subject_name(g, c);
	json_t *data = json_object();
	char date[DATE_TEXT];

	json_put(data, "command", command_name(c->kind));
	json_put(data, "actor", c->actor);
	json_put(data, "reason", c->reason);
	json_put(data, "run_id", c->run_id);
	json_put(data, "items", c->items);
	if (c->ahead)
		(void)json_object_set_new(data, "ahead", json_true());
	if (c->id != 0)
		json_put_int(data, "id", (int64_t)c->id);
	if (c->until != INSTANT_NONE && c->until != 0)
		json_put_int(data, "until", c->until);
	if (c->label != LABEL_NONE)
		json_put(data, "label", label_name(c->label));
	if (c->kind == COMMAND_OVERRIDE)
		json_put_int(data, "conditions", c->n_conditions);
	if (c->kind == COMMAND_BACKFILL_START) {
		json_put(data, "from", date_text(c->backfill->from, date));
		json_put(data, "to", date_text(c->backfill->to, date));
	}
	*ret = (struct row_event){ .data = data };
	if (subject)
		text_add(&ret->subject, subject);
	ret->e = (struct store_event){ .at = s->last_tick,
		.kind = "command", .data = data,
		.pipeline = c->pipeline == NONE ? NULL :
		    g->pipelines[c->pipeline].name,
		.date = c->dated ? date_text(c->date, ret->date) : NULL,
		.subject = subject ? text_str(&ret->subject) : NULL };
}
