/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rehearse.c -- what would be done, without doing it.
 *
 * A command is stepped on the engine itself, whose memory is one block: it
 * is copied before and put back after, so that what is rehearsed is exactly
 * what would have been done. The effects are put into words instead of being
 * written and performed. Nothing of it is a row: no attempt, no debit, no
 * delivery; that it was rehearsed is one event without a key, which no fold
 * reads.
 *
 * Handlers need not know. Between supervisor_rehearse() and
 * supervisor_rehearsed() everything through which a verb can act rehearses.
 */
#include "daemon/rehearse.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/dry.h"
#include "daemon/incident.h"

enum { TRIES = 4, SENTENCE = 1024 };

bool
supervisor_is_dry(const struct supervisor *s)
{
	return dry(s);
}

void
supervisor_rehearse(struct supervisor *s)
{
	json_decref(s->rehearsal);
	s->rehearsal = json_array();
}

json_t *
supervisor_rehearsed(struct supervisor *s)
{
	return TAKE(s->rehearsal);
}

void
would(struct supervisor *s, const char *what, const char *fmt, ...)
{
	char sentence[SENTENCE];
	const json_t *x;
	json_t *o;
	va_list ap;
	size_t i;

	va_start(ap, fmt);
	(void)vsnprintf(sentence, sizeof sentence, fmt, ap);
	va_end(ap);
	json_array_foreach(s->rehearsal, i, x)
		if (strcmp(json_text(x, "sentence", ""), sentence) == 0)
			return;
	o = json_object();
	json_put(o, "what", what);
	json_put(o, "sentence", sentence);
	(void)json_array_append_new(s->rehearsal, o);
}

json_t *
would_write_row(struct supervisor *s, const char *key, json_t *row)
{
	json_t *o = json_object();
	CLEANUP_TEXT struct text sentence = { 0 };

	text_addf(&sentence, "write %s", key);
	json_put(o, "what", "write");
	json_put(o, "sentence", text_str(&sentence));
	(void)json_object_set_new(o, "row", row);
	(void)json_array_append_new(s->rehearsal, o);
	return row;
}

/*----------------------------------------------------------------- effects */

void
start_sentence(struct supervisor *s, uint64_t attempt, struct text *t)
{
	const struct graph *g = &s->g.conf->graph;
	const struct attempt_row *a;
	struct record where;
	char day[DATE_TEXT];
	int32_t i;

	for (i = 0; (a = engine_attempt_at(s->g.engine, i, &where)); i++)
		if (a->id == attempt)
			break;
	if (a == NULL) {
		text_addf(t, "start attempt %llu",
		    (unsigned long long)attempt);
		return;
	}
	text_addf(t, "start %s for %s%s on %s, attempt %d",
	    g->actions[a->action].name, a->recovery != NONE ? "recovery " :
	    "", a->recovery != NONE ? g->recoveries[a->recovery].name :
	    a->phase != NONE ? g->phases[a->phase].name : "?",
	    date_text(where.date, day), a->number);
}

static void
would_start(struct supervisor *s, uint64_t attempt)
{
	CLEANUP_TEXT struct text t = { 0 };

	start_sentence(s, attempt, &t);
	would(s, "start", "%s", text_str(&t));
}

static void
would_tell(struct supervisor *s, const struct effect *x)
{
	CLEANUP_TEXT struct text title = { 0 };
	const struct incident_row *row;
	struct record where;
	char day[DATE_TEXT];
	struct view v;

	view_open(&v, s);
	row = incident_find(&v, x->u.notify.incident, &where);
	if (row == NULL)
		return;
	incident_title(&v, row, &where, &title);
	would(s, "tell", "tell (%s, %s)%s%s: %s",
	    severity_name(x->u.notify.severity),
	    notice_kind_name(x->u.notify.kind), where.dated ? " of " : "",
	    where.dated ? date_text(where.date, day) : "",
	    text_str(&title));
}

/* What a person would find afterwards; what follows from it by itself, such
 * as a phase's new state, is said by the rest. */
static bool
is_decision(enum record_kind kind)
{
	return kind == RECORD_HOLD || kind == RECORD_OVERRIDE ||
	    kind == RECORD_PERMIT || kind == RECORD_BACKFILL ||
	    kind == RECORD_WAIVER || kind == RECORD_INCIDENT ||
	    kind == RECORD_RECOVERY || kind == RECORD_DISABLED;
}

static void
would_write(struct supervisor *s, const struct record *r)
{
	CLEANUP_TEXT struct text key = { 0 };

	if (!is_decision(r->kind))
		return;
	rows_key(s->g.rows, r, &key);
	would(s, "write", "write %s", text_str(&key));
}

static void
would_measure(struct supervisor *s, const struct effect *x)
{
	char day[DATE_TEXT];

	would(s, "measure", "measure %s for %s",
	    s->g.conf->graph.checks[x->subject].name,
	    date_text(x->date, day));
}

void
rehearse_effect(struct supervisor *s, const struct effect *x)
{
	switch (x->kind) {
	case EFFECT_START:
		would_start(s, x->u.start.attempt);
		break;
	case EFFECT_CANCEL:
		would(s, "end", "end attempt %llu",
		    (unsigned long long)x->u.start.attempt);
		break;
	case EFFECT_NOTIFY:
		would_tell(s, x);
		break;
	case EFFECT_WRITE:
		would_write(s, &x->u.record);
		break;
	case EFFECT_MEASURE:
		would_measure(s, x);
		break;
	case EFFECT_EVALUATE:   /* looks, and changes nothing */
	case EFFECT_TOUCH:
	case EFFECT_REPLY:
		break;
	}
}

/*---------------------------------------------------------------- commands */

void
rehearse_command(struct supervisor *s, const struct command *c,
    struct reply *ret)
{
	struct event e = { .kind = EVENT_COMMAND, .pipeline = c->pipeline,
		.date = c->date, .subject = c->subject, .u.command = *c };
	CLEANUP_FREE void *before = malloc(s->g.size);
	struct play p;
	int n;

	if (before == NULL)
		abort();
	memcpy(before, s->g.memory, s->g.size);
	*ret = (struct reply){ .code = REPLY_REFUSED,
		.until = INSTANT_NONE };
	play_begin(&p, s, &s->g);
	p.writes = true;
	p.reply = ret;
	for (n = 0; n == 0 || (n < TRIES && reply_only_stale(ret)); n++)
		play_event(&p, &e);
	play_end(&p);
	memcpy(s->g.memory, before, s->g.size);
}

bool
supervisor_note_dry(struct supervisor *s, const char *verb,
    const char *actor, const json_t *params, const json_t *said)
{
	json_t *data = json_object();

	json_put(data, "verb", verb);
	json_put(data, "actor", actor);
	(void)json_object_set(data, "params", (json_t *)(uintptr_t)params);
	(void)json_object_set(data, "would", (json_t *)(uintptr_t)said);
	if (dry(s))
		(void)dry_note(s, "dry", verb, NULL, data);
	return commit_note(s, "dry", verb, NULL, data);
}
