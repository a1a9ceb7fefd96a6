/* SPDX-License-Identifier: BSD-2-Clause
 *
 * scenario_events.c -- what happens in a scenario besides what was recorded.
 *
 *      events = (
 *        { at = "2026-01-17 08:00";  hold = "predict";
 *          date = "2026-01-16";  until = "2026-01-17 12:00"; },
 *        { at = "2026-01-17 09:00";  permit = "grade";
 *          date = "2026-01-16";  run = "back-stop 2";  reply = "conflict"; },
 *        { at = "2026-01-17 06:00";  until = "2026-01-17 10:00";
 *          dark = ("pdc", "mlfs"); },
 *        { at = "2026-01-17 07:00";  action = "process_date";
 *          ends = "fails"; },
 *        { at = "2026-01-18 09:00";  backfill = "nba";
 *          from = "2026-01-02";  to = "2026-01-09"; }
 *      );
 *
 * A group says what it is by the one of its members that names an object.
 * A command is answered as the daemon's socket would; one that is answered
 * otherwise than expected (by default: that it was done) is a mistake of the
 * scenario or of the configuration, and counts as an expectation not met.
 */
#include <stdlib.h>
#include <string.h>

#include "simulate/scenario_read.h"

static const struct doing {
	const char *member;
	enum command_kind kind;
} doings[] = {
	{ "hold", COMMAND_HOLD }, { "release", COMMAND_RELEASE },
	{ "ack", COMMAND_ACK }, { "override", COMMAND_OVERRIDE },
	{ "start", COMMAND_RUN }, { "recover", COMMAND_RECOVER },
	{ "cancel", COMMAND_CANCEL }, { "reopen", COMMAND_REOPEN },
	{ "permit", COMMAND_PERMIT },
	{ "started", COMMAND_SIGNAL_START },
	{ "finished", COMMAND_SIGNAL_DONE },
	{ "failed", COMMAND_SIGNAL_FAILED },
	{ "measure", COMMAND_CHECK_RUN }, { "waive", COMMAND_WAIVE },
	{ "backfill", COMMAND_BACKFILL_START },
	{ "backfill_pause", COMMAND_BACKFILL_PAUSE },
	{ "backfill_resume", COMMAND_BACKFILL_RESUME },
	{ "backfill_cancel", COMMAND_BACKFILL_CANCEL }
};

enum { DOINGS = sizeof doings / sizeof doings[0] };

/* "predict", "recovery NAME", "pipeline NAME", "all". */
static bool
read_scope(struct reader *r, const struct node *n, struct command *c)
{
	const char *s = read_text_of(r, n);
	struct node name = *n;

	if (s == NULL)
		return false;
	c->pipeline = c->subject = NONE;
	c->scope = HOLD_ALL;
	if (strcmp(s, "all") == 0)
		return true;
	name.type = NODE_STRING;
	name.text = s;
	if (strncmp(s, "recovery ", 9) == 0) {
		name.text = s + 9;
		c->scope = HOLD_RECOVERY;
		c->subject = read_name(r, NAME_RECOVERY, &name);
	} else if (strncmp(s, "pipeline ", 9) == 0) {
		name.text = s + 9;
		c->scope = HOLD_PIPELINE;
		c->subject = read_name(r, NAME_PIPELINE, &name);
	} else {
		c->scope = HOLD_PHASE;
		c->subject = read_name(r, NAME_PHASE, &name);
	}
	return c->subject != NONE;
}

static int32_t
pipeline_of(const struct graph *g, const struct command *c)
{
	switch (c->scope) {
	case HOLD_PHASE:
		return g->phases[c->subject].pipeline;
	case HOLD_RECOVERY:
		return g->recoveries[c->subject].pipeline;
	case HOLD_PIPELINE:
		return c->subject;
	case HOLD_ALL:
		break;
	}
	return NONE;
}

static bool
is_backfill(const struct command *c)
{
	return c->kind == COMMAND_BACKFILL_START ||
	    c->kind == COMMAND_BACKFILL_PAUSE ||
	    c->kind == COMMAND_BACKFILL_RESUME ||
	    c->kind == COMMAND_BACKFILL_CANCEL;
}

/* A range of a pipeline's dates; what isn't said is as the pipeline has it. */
static void
read_backfill(struct reader *r, const struct node *group, struct command *c)
{
	const struct pipeline_def *p = &r->conf->graph.pipelines[c->pipeline];
	struct backfill_row *b = arena_alloc(r->s->arena, sizeof *b);
	int64_t most = read_count(r, group, "at_most");

	*b = (struct backfill_row){ .phase = NONE, .first = NONE,
		.at_most = most > BACKFILL_AT_ONCE ? BACKFILL_AT_ONCE :
		    most > 0 ? (int32_t)most : p->backfill.at_most,
		.starts_per_hour = p->backfill.starts_per_hour,
		.severity = p->backfill.severity,
		.canary = read_flag(r, group, "canary") != 0,
		.external = read_flag(r, group, "external") == 1 };
	if (!read_date(r, group, "from", &b->from) ||
	    !read_date(r, group, "to", &b->to))
		diag_error(r->diag, AT(group), "a backfill has a range of "
		    "dates: 'from' and 'to'");
	c->backfill = b;
}

/* What the command is about. */
static bool
read_object(struct reader *r, const struct node *n, struct scenario_event *e)
{
	const struct graph *g = &r->conf->graph;
	struct command *c = &e->command;

	switch (c->kind) {
	case COMMAND_ACK:
		c->pipeline = 0;
		c->subject = NONE;
		return true;    /* by its root: see read_command() */
	case COMMAND_BACKFILL_START:
	case COMMAND_BACKFILL_PAUSE:
	case COMMAND_BACKFILL_RESUME:
	case COMMAND_BACKFILL_CANCEL:
		c->pipeline = read_name(r, NAME_PIPELINE, n);
		c->subject = NONE;
		return c->pipeline != NONE;
	case COMMAND_RECOVER:
		c->subject = read_name(r, NAME_RECOVERY, n);
		if (c->subject != NONE)
			c->pipeline = g->recoveries[c->subject].pipeline;
		return c->subject != NONE;
	case COMMAND_CHECK_RUN:
	case COMMAND_WAIVE:
		c->subject = read_name(r, NAME_CHECK, n);
		if (c->subject != NONE)
			c->pipeline = g->checks[c->subject].pipeline;
		return c->subject != NONE;
	default:
		break;
	}
	if (!read_scope(r, n, c))
		return false;
	c->pipeline = pipeline_of(g, c);
	e->cancels = c->scope;
	if (c->scope == HOLD_PHASE || c->kind == COMMAND_HOLD ||
	    c->kind == COMMAND_RELEASE || (c->scope == HOLD_RECOVERY &&
	    (c->kind == COMMAND_CANCEL || c->kind == COMMAND_REOPEN)))
		return true;
	diag_error(r->diag, AT(n), "%s: expected the name of a phase",
	    n->name);
	return false;
}

static void
read_reply(struct reader *r, const struct node *group,
    struct scenario_event *e)
{
	static const char *const words[] = { "ok", "granted", "not now",
		"no such", "already", "conflict", "refused", NULL };
	int32_t word = read_word(r, group, "reply", words);

	if (word != NONE)
		e->reply = (enum reply_code)word;
	else if (e->command.kind == COMMAND_PERMIT)
		e->reply = REPLY_GRANTED;
}

static void
read_command(struct reader *r, const struct node *group,
    const struct doing *doing, struct scenario_event *e)
{
	const struct node *n = node_member(group, doing->member);
	struct command *c = &e->command;

	c->kind = doing->kind;
	if (!read_object(r, n, e))
		return;
	if (c->kind == COMMAND_ACK)
		e->root = read_root_name(r, group, doing->member);
	if (c->kind == COMMAND_BACKFILL_START)
		read_backfill(r, group, c);
	c->dated = read_date(r, group, "date", &c->date);
	if (!c->dated && c->kind != COMMAND_HOLD && c->kind !=
	    COMMAND_RELEASE && !is_backfill(c))
		diag_error(r->diag, AT(group), "'%s' needs a 'date'",
		    doing->member);
	c->until = read_instant(r, group, "until", c->pipeline, c->dated ?
	    &c->date : NULL);
	c->actor = read_text(r, group, "by");
	c->reason = read_text(r, group, "reason");
	c->run_id = read_text(r, group, "run");
	c->items = read_text(r, group, "items");
	c->ahead = read_flag(r, group, "ahead") == 1;
	if (c->actor == NULL)
		c->actor = "operator";
	read_reply(r, group, e);
}

static const struct doing *
doing_of(const struct node *group)
{
	size_t i;

	for (i = 0; i < DOINGS; i++)
		if (node_member(group, doings[i].member))
			return &doings[i];
	return NULL;
}

static void
read_what(struct reader *r, const struct node *group,
    struct scenario_event *e)
{
	const struct node *dark = node_member(group, "dark");
	const struct node *action = node_member(group, "action");
	const struct doing *doing = doing_of(group);

	if (doing) {
		e->kind = HAPPENS_COMMAND;
		read_command(r, group, doing, e);
	} else if (dark) {
		e->kind = HAPPENS_DARK;
		e->checks = read_checks(r, dark, &e->n_checks);
		e->until = read_instant(r, group, "until", NONE, NULL);
	} else if (action) {
		e->kind = HAPPENS_MODEL;
		e->model = (struct scenario_action){
			.origin = e->origin,
			.action = read_name(r, NAME_ACTION, action) };
		read_model(r, group, &e->model);
	} else {
		diag_error(r->diag, AT(group), "an event says what happens: "
		    "hold, release, ack, override, start, recover, cancel, "
		    "reopen, permit, started, finished, failed, measure, "
		    "waive, backfill, backfill_pause, backfill_resume, "
		    "backfill_cancel, dark or action");
	}
}

static void
read_event(struct reader *r, const struct node *group,
    struct scenario_event *e)
{
	static const char *const known[] = { "at", "until", "date", "by",
		"reason", "run", "reply", "hold", "release", "ack",
		"override", "start", "recover", "cancel", "reopen", "permit",
		"started", "finished", "failed", "measure", "waive", "items",
		"ahead", "dark", "action",
		"takes", "ends", "brings", "makes", "breaks",
		"backfill", "backfill_pause", "backfill_resume",
		"backfill_cancel", "from", "to", "at_most", "canary",
		"external", NULL };
	struct date date;
	bool dated;

	*e = (struct scenario_event){ .origin = read_origin(group),
		.at = INSTANT_NONE, .until = INSTANT_NONE,
		.command = { .until = INSTANT_NONE, .pipeline = NONE,
		    .subject = NONE } };
	read_members(r, group, "an event", known);
	e->text = read_as_written(r, group);
	dated = node_member(group, "date") && read_date(r, group, "date",
	    &date);
	e->at = read_instant(r, group, "at", NONE, dated ? &date : NULL);
	if (node_member(group, "at") == NULL)
		diag_error(r->diag, AT(group), "an event has a time: 'at'");
	read_what(r, group, e);
}

static int
by_time(const void *pa, const void *pb)
{
	const struct scenario_event *a = pa, *b = pb;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return a->origin.line < b->origin.line ? -1 :
	    a->origin.line > b->origin.line;
}

void
read_events(struct reader *r, const struct node *list)
{
	size_t n = list ? node_count(list) : 0, i;
	size_t had = (size_t)r->s->n_events;
	struct scenario_event *v = arena_alloc(r->s->arena,
	    (had + n + 1) * sizeof *v);

	if (had > 0)
		memcpy(v, r->s->events, had * sizeof *v);
	for (i = 0; i < n; i++) {
		const struct node *e = node_element(list, i);

		if (e->type == NODE_GROUP)
			read_event(r, e, &v[had++]);
		else
			diag_error(r->diag, AT(e), "expected a group such as "
			    "{ at = \"2026-01-17 08:00\"; hold = "
			    "\"predict\"; }");
	}
	if (had > 1)
		qsort(v, had, sizeof *v, by_time);
	r->s->events = v;
	r->s->n_events = (int32_t)had;
}
