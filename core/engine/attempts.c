/* SPDX-License-Identifier: BSD-2-Clause
 *
 * attempts.c -- every start of an action, by whoever asked for it.
 *
 * The one owner of the attempts' rows: they are counted here for budgets, so
 * that a restart refunds nothing, and what becomes of them comes in here
 * before it reaches the phase or the recovery that they serve.
 *
 * After a restart each attempt that was in flight is in doubt. The
 * supervisor then says of each what it found; where it found nothing, the
 * evidence measured from then on decides. An attempt that was in doubt ends
 * at the instant of that finding, so that nothing measured before counts.
 *
 * The table has a fixed size. What makes room is closed, older than the hour
 * that budgets look at, and of a date on which nothing is done unattended
 * any more; where there is no such row, nothing is started.
 */
#include <assert.h>

#include "engine/foresight.h"
#include "engine/work.h"

/*----------------------------------------------------------------- reading */

struct attempt_entry *
attempt_find(const struct engine *e, uint64_t id)
{
	int32_t low = 0, high = e->attempts.n;
	struct attempt_entry *x;

	/* in the order in which they were made */
	while (low < high) {
		int32_t mid = low + (high - low) / 2;

		x = table_at(&e->attempts, mid);
		if (x->row.id < id)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == e->attempts.n)
		return NULL;
	x = table_at(&e->attempts, low);
	return x->row.id == id ? x : NULL;
}

struct attempt_entry *
attempt_live(const struct engine *e, int32_t *i)
{
	while (*i < e->n_live) {
		struct attempt_entry *x = attempt_find(e, e->live[(*i)++]);

		if (x && in_flight(&x->row))
			return x;
	}
	return NULL;
}

void
attempts_settle(struct engine *e)
{
	int32_t i = 0, n = 0;
	const struct attempt_entry *x;

	if (!e->live_over)
		return;
	e->live_over = false;
	while ((x = attempt_live(e, &i)))
		e->live[n++] = x->row.id;
	e->n_live = n;
}

void
attempts_index(struct engine *e)
{
	int32_t i;

	e->n_live = 0;
	for (i = 0; i < e->attempts.n; i++) {
		const struct attempt_entry *x = table_at(&e->attempts, i);

		if (in_flight(&x->row))
			e->live[e->n_live++] = x->row.id;
	}
}

struct day *
attempt_day(const struct engine *e, const struct attempt_entry *x)
{
	return x->at.pipeline == NONE ? NULL :
	    lane_find(&e->lanes[x->at.pipeline], x->at.date);
}

int32_t
attempts_in_hour(const struct engine *e, int32_t action, uint64_t backfill,
    int64_t wall, int64_t *ret_first)
{
	int32_t i, n = 0;

	*ret_first = INSTANT_NONE;
	for (i = e->attempts.n - 1; i >= 0; i--) {
		const struct attempt_entry *x = table_at(&e->attempts, i);

		if (x->row.intent_at <= wall - HOUR_MS)
			break;
		if ((action != NONE && x->row.action != action) ||
		    x->row.backfill != backfill)
			continue;
		*ret_first = x->row.intent_at;
		n++;
	}
	return n + orphans_in_hour(e, action, backfill, wall, ret_first);
}

int32_t
attempts_of_recovery(const struct engine *e, int32_t recovery,
    const struct day *d, uint64_t backfill)
{
	int32_t i, n = 0;

	for (i = 0; i < e->attempts.n; i++) {
		const struct attempt_entry *x = table_at(&e->attempts, i);

		n += x->row.recovery == recovery &&
		    x->row.backfill == backfill && where_is(&x->at,
		    e->graph->recoveries[recovery].pipeline, d);
	}
	return n;
}

/*-------------------------------------------------------------- the table */

/* Does a budget, or a decision on its date, still look at it? */
static bool
needed(const struct engine *e, const struct attempt_entry *x, int64_t wall)
{
	const struct day *d = attempt_day(e, x);

	if (in_flight(&x->row) || x->row.intent_at > wall - HOUR_MS)
		return true;
	return d && (d->backfill != 0 || wall - d->end <=
	    e->graph->pipelines[x->at.pipeline].act_within_ms);
}

static int32_t
oldest_unneeded(const struct engine *e, int64_t wall)
{
	int32_t i;

	for (i = 0; i < e->attempts.n; i++)
		if (!needed(e, table_at(&e->attempts, i), wall))
			return i;
	return NONE;
}

void
attempt_room(struct engine *e)
{
	int32_t i;

	for (i = 0; e->attempts.n == e->attempts.cap &&
	    i < e->attempts.n; i++) {
		const struct attempt_entry *x = table_at(&e->attempts, i);

		if (!in_flight(&x->row))
			table_remove(&e->attempts, i);
	}
}

struct attempt_entry *
attempt_add(struct engine *e, int32_t pipeline, const struct day *d)
{
	struct attempt_entry *x;

	if (e->attempts.n == e->attempts.cap) {
		int32_t i = oldest_unneeded(e, e->now.wall);

		if (i == NONE)
			return NULL;
		table_remove(&e->attempts, i);
	}
	if (e->n_live == e->attempts.cap)
		attempts_settle(e);
	x = table_add(&e->attempts);
	x->at = (struct where){ .pipeline = pipeline, .dated = true,
		.date = d->date };
	x->row = (struct attempt_row){ .id = ++e->last_attempt,
		.phase = NONE, .recovery = NONE, .state = ATTEMPT_INTENT,
		.intent_at = e->now.wall, .started_at = INSTANT_NONE,
		.ended_at = INSTANT_NONE, .closed_at = INSTANT_NONE,
		.verify_until = INSTANT_NONE };
	e->live[e->n_live++] = x->row.id;
	return x;
}

void
attempt_write(struct engine *e, const struct attempt_entry *x)
{
	struct effect *w = emit(e, EFFECT_WRITE, x->at.pipeline, x->at.date,
	    NONE);

	w->u.record = (struct record){ .kind = RECORD_ATTEMPT,
		.pipeline = x->at.pipeline, .dated = true,
		.date = x->at.date, .subject = NONE };
	w->u.record.u.attempt = x->row;
	touch_attempt(e, x);
}

void
attempt_close(struct engine *e, struct attempt_entry *x,
    enum outcome outcome)
{
	bool held = x->row.state == ATTEMPT_HELD;

	assert(in_flight(&x->row));
	x->row.state = ATTEMPT_CLOSED;
	x->row.outcome = outcome;
	x->row.closed_at = e->now.wall;
	e->live_over = true;
	attempt_write(e, x);
	breaker_saw(e, &x->row, held);
	track_saw(e, &x->row);
	if (durations_add(e, &x->row))
		touch_runs(e, x->at.pipeline);
}

/*----------------------------------------------------------------- budgets */

/* A backfill has an hour of its own, of the same length for each action. */
enum why
budget_spent(const struct engine *e, int32_t action,
    const struct backfill_row *b, int64_t wall, int64_t *ret_until)
{
	const struct action_def *a = &e->graph->actions[action];
	int32_t most = b ? b->starts_per_hour : e->graph->starts_per_hour;
	uint64_t id = b ? b->id : 0;
	int64_t first;

	*ret_until = INSTANT_NONE;
	if (most > 0 && attempts_in_hour(e, NONE, id, wall, &first) >= most) {
		*ret_until = first + HOUR_MS;
		return b ? WHY_BUDGET_BACKFILL : WHY_BUDGET_GLOBAL;
	}
	if (e->attempts.n == e->attempts.cap &&
	    oldest_unneeded(e, wall) == NONE) {
		*ret_until = wall + 60000;      /* one may be old enough */
		return WHY_BUDGET_GLOBAL;
	}
	if (a->per_hour > 0 && attempts_in_hour(e, action, id, wall,
	    &first) >= a->per_hour) {
		*ret_until = first + HOUR_MS;
		return WHY_BUDGET_ACTION;
	}
	return WHY_NOTHING;
}

/* Without a target an exclusive action excludes itself. */
bool
same_action_target(const struct engine *e, int32_t action, int32_t other)
{
	const struct action_def *a = &e->graph->actions[action];
	const struct action_def *b = &e->graph->actions[other];

	if (!a->exclusive && !b->exclusive)
		return false;
	if (a->target == NULL || b->target == NULL)
		return action == other;
	return same_text(a->target, b->target);
}

uint64_t
target_busy(const struct engine *e, int32_t action)
{
	const struct attempt_entry *x;
	int32_t i = 0;

	while ((x = attempt_live(e, &i)))
		if (x->row.state != ATTEMPT_VERIFYING &&
		    same_action_target(e, action, x->row.action))
			return x->row.id;
	return orphan_busy(e, action);
}

/*------------------------------------------------------------------ events */

static void
started(struct engine *e, struct attempt_entry *x, struct day *d)
{
	if (x->row.state != ATTEMPT_INTENT &&
	    x->row.state != ATTEMPT_IN_DOUBT)
		return;
	x->row.state = ATTEMPT_RUNNING;
	if (x->row.started_at == INSTANT_NONE)
		x->row.started_at = e->now.wall;
	attempt_write(e, x);
	if (d && x->row.phase != NONE)
		phase_started(e, x, d);
}

/* Its date is beyond the watch: nobody can prove it any more. */
static void
ended(struct engine *e, struct attempt_entry *x, struct day *d)
{
	if (d == NULL)
		attempt_close(e, x, OUTCOME_UNPROVEN);
	else if (x->row.phase != NONE)
		phase_ended(e, x, d);
	else
		recovery_ended(e, x, d, ATTEMPT_VERIFYING);
}

static bool
has_ended(const struct attempt_row *a)
{
	return a->state == ATTEMPT_VERIFYING || !in_flight(a) ||
	    a->ended_at != INSTANT_NONE;
}

static void
set_end(struct engine *e, struct attempt_row *a, enum failure failure,
    int64_t retry_after_ms)
{
	static const int64_t most = 7 * 24 * INT64_C(3600000);

	a->ended_at = e->now.wall;
	a->ended_boot = e->now.boot;
	a->failure = failure;
	a->retry_after_ms = retry_after_ms < 0 ? 0 :
	    retry_after_ms > most ? most : retry_after_ms;
}

static void
doubt(struct engine *e, struct attempt_entry *x, struct day *d)
{
	x->row.state = ATTEMPT_IN_DOUBT;
	attempt_write(e, x);
	if (d && x->row.phase != NONE && phase_may(phase_at(e, d,
	    x->row.phase)->row.state, PHASE_EVENT_DOUBT)) {
		(void)phase_move(e, x->row.phase, d, PHASE_EVENT_DOUBT);
		phase_write(e, x->row.phase, d);
	}
}

static void
found(struct engine *e, struct attempt_entry *x, struct day *d,
    const struct event *ev)
{
	/* nobody saw its end */
	if ((x->row.state == ATTEMPT_INTENT || x->row.state ==
	    ATTEMPT_RUNNING) && !ev->u.found.running)
		doubt(e, x, d);
	if (x->row.state != ATTEMPT_IN_DOUBT || has_ended(&x->row))
		return;
	if (ev->u.found.running) {
		started(e, x, d);
		return;
	}
	set_end(e, &x->row, ev->u.found.probe == PROBE_NOT ? FAILURE_FAULT :
	    FAILURE_NONE, 0);
	if (ev->u.found.probe != PROBE_NONE || d == NULL)
		ended(e, x, d);
	else if (x->row.recovery != NONE)
		recovery_ended(e, x, d, ATTEMPT_IN_DOUBT);
	else
		attempt_write(e, x);    /* the evidence decides, from now on */
}

void
attempt_event(struct engine *e, const struct event *ev)
{
	struct attempt_entry *x = attempt_find(e, ev->attempt);
	struct day *d = x ? attempt_day(e, x) : NULL;

	if (x == NULL && orphan_event(e, ev))
		return;
	if (x == NULL || has_ended(&x->row))
		return;
	if (ev->kind == EVENT_STARTED) {
		started(e, x, d);
	} else if (ev->kind == EVENT_FOUND) {
		found(e, x, d, ev);
	} else {
		set_end(e, &x->row, ev->u.ended.ok ? FAILURE_NONE :
		    ev->u.ended.failure == FAILURE_NONE ? FAILURE_TRANSIENT :
		    ev->u.ended.failure, ev->u.ended.retry_after_ms);
		ended(e, x, d);
	}
}

void
doubt_attempts(struct engine *e)
{
	struct attempt_entry *x;
	int32_t i = 0;

	while ((x = attempt_live(e, &i))) {
		if (x->row.state != ATTEMPT_INTENT &&
		    x->row.state != ATTEMPT_RUNNING)
			continue;
		if (!has_room(e, 2))
			return;
		doubt(e, x, attempt_day(e, x));
	}
	e->doubting = false;
}

/*------------------------------------------------------------------- texts */

void
copy_text(char *to, size_t size, const char *from)
{
	size_t i = 0;

	for (; from && i + 1 < size && from[i]; i++)
		to[i] = from[i];
	/* never half a character of UTF-8 */
	while (from && i > 0 && ((unsigned char)from[i] & 0xc0) == 0x80)
		i--;
	to[i] = '\0';
}

bool
same_text(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}
