/* SPDX-License-Identifier: BSD-2-Clause
 *
 * commit.c -- what a step says, written in one transaction, before anything
 * of it is done.
 *
 * All rows, the command that they answer, and the messages that tell of them
 * stand or fall together. Where something with an effect is among them (an
 * attempt, a permit, a person's decision, an incident, a message) the disk
 * has it when this returns; plain measurements are on their way and made
 * durable a hundred milliseconds later at most, all at once.
 *
 * After a failure nothing is written any more, by the store's own rule; nor
 * after the lock was lost, because it is another's journal then. Who watches
 * is told after the commit, never of what might vanish.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/log.h"
#include "daemon/inside.h"

enum { GROUP_MS = 100, FACTS_KEPT = 1024 };

/* What was appended, for those who watch. */
struct batch {
	struct row_event *rows;
	uint64_t *seqs;
	size_t n;
	bool durable;
};

static bool
has_effect(enum record_kind kind)
{
	switch (kind) {
	case RECORD_ATTEMPT:
	case RECORD_INCIDENT:
	case RECORD_BREACH:
	case RECORD_HOLD:
	case RECORD_OVERRIDE:
	case RECORD_PERMIT:
	case RECORD_BACKFILL:
	case RECORD_WAIVER:
	case RECORD_BREAKER:
	case RECORD_TRACK:
	case RECORD_DISABLED:
		return true;
	case RECORD_PIPELINE:
	case RECORD_MET_CHECK:
	case RECORD_MET_GATE:
	case RECORD_MET_PHASE:
	case RECORD_DATE:
	case RECORD_CHECK:
	case RECORD_ARRIVAL:
	case RECORD_GATE:
	case RECORD_PHASE:
	case RECORD_RECOVERY:
	case RECORD_NOTE:
	case RECORD_KINDS:
		break;
	}
	return false;
}

/* Facts of attempts that nobody can ask for any more. */
static void
forget_attempts(struct supervisor *s)
{
	const char *key;
	json_t *facts;
	void *next;

	if (json_object_size(s->answers.attempts) <= FACTS_KEPT)
		return;
	json_object_foreach_safe(s->answers.attempts, next, key, facts) {
		uint64_t id = strtoull(key, NULL, 10);

		if (engine_attempt(s->g.engine, id) == NULL)
			attempt_forget(&s->answers, id);
	}
}

/* The words that belong beside a row; borrowed. */
static const json_t *
said_of(struct supervisor *s, const struct record *r)
{
	const struct graph *g = &s->g.conf->graph;

	switch (r->kind) {
	case RECORD_CHECK:
		return answer_get(s->answers.checks,
		    g->checks[r->subject].name, r->date);
	case RECORD_GATE:
		return answer_get(s->answers.gates,
		    g->gates[r->subject].name, r->date);
	case RECORD_ATTEMPT:
		if (r->u.attempt.state == ATTEMPT_INTENT)
			attempt_reasons(s, r);
		else if (r->u.attempt.state == ATTEMPT_CLOSED)
			attempt_proof(s, r);
		return attempt_known(&s->answers, r->u.attempt.id);
	case RECORD_PERMIT:
		return r->u.permit.state == PERMIT_GRANTED ?
		    permit_reasons(s, r) : NULL;
	default:
		return NULL;
	}
}

static void
forget_date(struct supervisor *s, const struct record *r)
{
	const struct graph *g = &s->g.conf->graph;
	int32_t i;

	for (i = 0; i < g->n_checks; i++)
		if (g->checks[i].pipeline == r->pipeline)
			answer_drop(s->answers.checks, g->checks[i].name,
			    r->date);
	for (i = 0; i < g->n_gates; i++)
		if (g->gates[i].pipeline == r->pipeline)
			answer_drop(s->answers.gates, g->gates[i].name,
			    r->date);
}

/*---------------------------------------------------------------- writing */

static int
write_row(struct supervisor *s, const struct record *r, struct batch *b)
{
	struct row_event *row = &b->rows[b->n];

	rows_event(s->g.rows, r, s->last_tick, said_of(s, r), row);
	b->durable = b->durable || has_effect(r->kind);
	return store_append(s->store, &row->e, &b->seqs[b->n++]);
}

static int
write_touch(struct supervisor *s, const struct effect *x)
{
	const struct record r = { .kind = RECORD_CHECK,
		.pipeline = x->pipeline, .dated = true, .date = x->date,
		.subject = x->subject };
	CLEANUP_TEXT struct text key = { 0 };
	int result;

	rows_key(s->g.rows, &r, &key);
	result = store_touch(s->store, text_str(&key),
	    x->u.touch.seen.wall);
	return result == -ENOENT ? 0 : result;
}

static int
write_notice(struct supervisor *s, const struct effect *x, struct batch *b)
{
	b->durable = true;
	return tellings_notice(s, x);
}

static int
write_effect(struct supervisor *s, const struct effect *x, struct batch *b)
{
	switch (x->kind) {
	case EFFECT_WRITE:
		return write_row(s, &x->u.record, b);
	case EFFECT_TOUCH:
		return write_touch(s, x);
	case EFFECT_NOTIFY:
		return write_notice(s, x, b);
	default:
		return 0;
	}
}

static bool
anything(const struct supervisor *s, const struct effects *fx)
{
	size_t i;

	if (s->commanded.command && !s->commanded.written)
		return true;
	for (i = 0; i < fx->n; i++)
		if (fx->v[i].kind == EFFECT_WRITE ||
		    fx->v[i].kind == EFFECT_TOUCH ||
		    fx->v[i].kind == EFFECT_NOTIFY)
			return true;
	return false;
}

static int
write_all(struct supervisor *s, const struct effects *fx, struct batch *b)
{
	int r = store_begin(s->store);
	size_t i;

	if (r == 0 && s->commanded.command && !s->commanded.written) {
		command_event(s, s->commanded.command, &b->rows[b->n]);
		r = store_append(s->store, &b->rows[b->n].e, &b->seqs[b->n]);
		b->n++;
		b->durable = s->commanded.written = true;
	}
	for (i = 0; r == 0 && i < fx->n; i++)
		r = write_effect(s, &fx->v[i], b);
	return r < 0 ? r : store_commit(s->store, b->durable);
}

/*------------------------------------------------------------------- after */

static void
on_group(uv_timer_t *t)
{
	struct supervisor *s = t->data;

	commit_sync(s);
}

/* In the order of the journal, or who follows would find gaps. */
static void
published(struct supervisor *s, const struct batch *b)
{
	size_t i;

	for (i = 0; i < b->n && s->watch; i++) {
		told_publish_before(s, b->seqs[i]);
		s->watch(s->watch_arg, b->seqs[i], &b->rows[i].e);
	}
}

static void
forget_closed(struct supervisor *s, const struct effects *fx)
{
	size_t i;

	for (i = 0; i < fx->n; i++)
		if (fx->v[i].kind == EFFECT_WRITE &&
		    fx->v[i].u.record.kind == RECORD_DATE &&
		    fx->v[i].u.record.u.date_row.closed)
			forget_date(s, &fx->v[i].u.record);
}

bool
commit_effects(struct supervisor *s, const struct effects *fx)
{
	struct batch b = { .n = 0 };
	size_t i;
	int r;

	assert(s->rehearsal == NULL);   /* or it would be done */
	if (!able(s) || !anything(s, fx))
		return true;
	b.rows = calloc(fx->n + 1, sizeof *b.rows);
	b.seqs = calloc(fx->n + 1, sizeof *b.seqs);
	if (b.rows == NULL || b.seqs == NULL)
		abort();
	r = write_all(s, fx, &b);
	if (r == 0) {
		if (b.n > 0 && !b.durable && !uv_is_active((uv_handle_t *)
		    &s->sync_timer))
			(void)uv_timer_start(&s->sync_timer, on_group,
			    GROUP_MS, 0);
		published(s, &b);
		s->told.stale = s->told.stale || b.durable;
		forget_closed(s, fx);
		forget_attempts(s);
	}
	told_publish(s, r == 0);
	for (i = 0; i < b.n; i++)
		row_event_free(&b.rows[i]);
	free(b.rows);
	free(b.seqs);
	return r == 0;
}

void
commit_sync(struct supervisor *s)
{
	if (!able(s) || store_failed(s->store, NULL))
		return;
	if (store_begin(s->store) < 0 || store_commit(s->store, true) < 0)
		commit_failed(s);
}

bool
commit_note(struct supervisor *s, const char *kind, const char *subject,
    const char *key, json_t *data)
{
	CLEANUP_JSON json_t *owned = data;
	struct store_event e = { .kind = kind, .subject = subject,
		.key = key, .data = owned };
	struct now now;
	uint64_t seq;

	assert(s->rehearsal == NULL);
	supervisor_now(s, &now);
	e.at = now.wall;
	if (!able(s))
		return false;
	if (store_begin(s->store) < 0 ||
	    store_append(s->store, &e, &seq) < 0 ||
	    store_commit(s->store, true) < 0) {
		commit_failed(s);
		return false;
	}
	if (s->watch)
		s->watch(s->watch_arg, seq, &e);
	return true;
}
