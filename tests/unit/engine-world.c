/* SPDX-License-Identifier: BSD-2-Clause
 *
 * engine-world.c -- the other half of the engine: what a supervisor, its
 * workers and its pipeline would do, without any of them.
 *
 * Does what it is told by effects and nothing else. Whatever is written goes
 * into a journal, in order; a crash throws the engine away and folds that
 * journal into a new one, as the supervisor does.
 */
#include "engine-world.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { QUEUE = 16384, EFFECTS = 2048, STEPS_MAX = 200000 };

/*------------------------------------------------------------ construction */

struct world *
world_new(void)
{
	struct world *w = calloc(1, sizeof *w);

	assert_non_null(w);
	w->pipeline = (struct pipeline_def){ .name = "nba",
		.day_ends_s = 4 * 3600, .mode = MODE_ENFORCE,
		.calendar = NONE, .watch_days = 4,
		.act_within_ms = 3 * DAY, .settle_ms = 6 * HOUR };
	zone_utc(&w->pipeline.zone);
	w->graph = (struct graph){ .pipelines = &w->pipeline,
		.n_pipelines = 1, .checks = w->checks, .gates = w->gates,
		.phases = w->phases, .actions = w->actions,
		.recoveries = w->recoveries };
	w->now = (struct now){ jan(13, 4, 0), 1000, 1000, 1 };
	w->out.cap = EFFECTS;
	w->out.v = calloc(EFFECTS, sizeof *w->out.v);
	w->queue = calloc(QUEUE, sizeof *w->queue);
	w->queued_at = calloc(QUEUE, sizeof *w->queued_at);
	w->wake = INSTANT_NONE;
	assert_true(w->out.v && w->queue && w->queued_at);
	return w;
}

void
world_begin(struct world *w)
{
	w->pipeline.n_phases = w->graph.n_phases;
	if (w->limits.dates == 0)
		engine_limits_default(&w->graph, &w->limits);
	w->memory = malloc(engine_size(&w->graph, &w->limits));
	assert_non_null(w->memory);
	w->engine = engine_init(w->memory, &w->graph, &w->limits);
}

void
world_free(struct world *w)
{
	free(w->memory);
	free(w->rows);
	free(w->out.v);
	free(w->queue);
	free(w->queued_at);
	free(w);
}

static int32_t *
keep_list(struct world *w, const int32_t *v, int32_t n)
{
	int32_t *list = w->lists[w->n_lists++];

	assert_true(n <= W_LIST && w->n_lists <= 64);
	memcpy(list, v, (size_t)n * sizeof *v);
	return list;
}

int32_t
world_check(struct world *w, const char *name)
{
	int32_t i = w->graph.n_checks++;

	assert_true(i < W_CHECKS);
	w->checks[i] = (struct check_def){ .name = name, .item = name,
		.limits = { .fail_below = { LIMIT_ABSOLUTE, 1 } },
		.confirm = 2, .every_ms = 10 * MINUTE,
		.patience_ms = HOUR };
	return i;
}

int32_t
world_coverage(struct world *w, const char *name)
{
	int32_t i = world_check(w, name);

	w->checks[i].limits = (struct limits){
		.fail_below = { LIMIT_PERCENT, 100 }, .over = RESULT_WARN };
	return i;
}

int32_t
world_gate(struct world *w, const char *name, enum gate_kind kind,
    const int32_t *inputs, int32_t n)
{
	int32_t i = w->graph.n_gates++;

	assert_true(i < W_GATES);
	w->gates[i] = (struct gate_def){ .name = name, .mode = MODE_ENFORCE,
		.inputs = keep_list(w, inputs, n), .n_inputs = n };
	w->answers[i].kind = (unsigned)kind;
	return i;
}

int32_t
world_phase(struct world *w, const char *name, int32_t after)
{
	int32_t i = w->graph.n_phases++;

	assert_true(i < W_PHASES);
	w->edges[i][0] = (struct edge_def){ after, 0 };
	w->phases[i] = (struct phase_def){ .name = name, .start = NONE,
		.after = w->edges[i], .n_after = after == NONE ? 0 : 1,
		.done_kind = DONE_EXIT, .severity = SEVERITY_WARNING,
		.retry = { .attempts = 1, .initial_ms = MINUTE,
		    .max_ms = HOUR, .multiplier = 2 },
		.verify_within_ms = 10 * MINUTE, .permit_ms = 15 * MINUTE };
	return i;
}

void
world_done_checks(struct world *w, int32_t phase, const int32_t *checks,
    int32_t n)
{
	w->phases[phase].done_kind = DONE_CHECKS;
	w->phases[phase].done_checks = keep_list(w, checks, n);
	w->phases[phase].n_done_checks = n;
}

void
world_done_gate(struct world *w, int32_t phase, int32_t gate)
{
	w->phases[phase].done_kind = DONE_GATE;
	w->phases[phase].done_gate = gate;
}

void
world_guard(struct world *w, int32_t phase, int32_t gate)
{
	w->phases[phase].guards = keep_list(w, &gate, 1);
	w->phases[phase].n_guards = 1;
}

int32_t
world_action(struct world *w, const char *name, world_act_fn *act)
{
	int32_t i = w->graph.n_actions++;

	assert_true(i < W_ACTIONS);
	w->actions[i] = (struct action_def){ .name = name,
		.idempotent = true };
	w->act[i] = act;
	w->takes[i] = 30000;
	return i;
}

int32_t
world_recovery(struct world *w, const char *name, int32_t action,
    const int32_t *repairs, int32_t n)
{
	int32_t i = w->graph.n_recoveries++;

	assert_true(i < W_RECOVERIES);
	w->recoveries[i] = (struct recovery_def){ .name = name,
		.action = action, .repairs = keep_list(w, repairs, n),
		.n_repairs = n, .no_effect_limit = 2, .mode = MODE_ENFORCE,
		.retry = { .attempts = 4, .initial_ms = 5 * MINUTE,
		    .max_ms = HOUR, .multiplier = 2 },
		.verify_after_ms = MINUTE, .verify_every_ms = MINUTE,
		.verify_within_ms = 20 * MINUTE };
	return i;
}

/*------------------------------------------------------------------- facts */

static void
add_fact(struct world *w, struct world_fact f)
{
	assert_true(w->n_facts < W_FACTS);
	w->facts[w->n_facts++] = f;
}

void
world_fact(struct world *w, int32_t check, struct date date, int64_t at,
    double value, double expected)
{
	add_fact(w, (struct world_fact){ check, date, at, true, false, value,
	    expected });
}

void
world_untold(struct world *w, int32_t check, struct date date, int64_t at,
    bool fault)
{
	add_fact(w, (struct world_fact){ check, date, at, false, fault, NAN,
	    NAN });
}

static struct world_fact
read_fact(const struct world *w, int32_t check, struct date date,
    int64_t wall)
{
	struct world_fact best = { check, date, INT64_MIN, true, false, 0,
		w->checks[check].limits.fail_below.kind == LIMIT_PERCENT ?
		    1 : NAN };
	int32_t i;

	for (i = 0; i < w->n_facts; i++) {
		const struct world_fact *f = &w->facts[i];

		if (f->check == check && f->date.day == date.day &&
		    f->at <= wall && f->at >= best.at)
			best = *f;
	}
	return best;
}

static struct event
measured(struct world *w, const struct effect *x, int64_t asked)
{
	struct world_fact f = read_fact(w, x->subject, x->date, asked);
	struct event ev = { .kind = EVENT_MEASURED, .pipeline = x->pipeline,
		.date = x->date, .subject = x->subject };
	bool counts = f.told && f.expected == f.expected;

	ev.u.measured = (struct measurement){ .told = f.told,
		.fault = f.fault, .stated = NONE, .value = f.value,
		.expected = f.expected,
		.missing = !counts ? -1 : f.value >= f.expected ? 0 :
		    (int64_t)(f.expected - f.value),
		.extra = -1, .anchor = INSTANT_NONE,
		.id = ++w->measurements, .began = w->now };
	ev.u.measured.began.wall = asked;
	ev.u.measured.began.mono -= w->now.wall - asked;
	ev.u.measured.began.boot -= w->now.wall - asked;
	return ev;
}

/*------------------------------------------------------------------- gates */

struct tally { int32_t good, warn, bad, unknown, not_due, skip; };

static void
tally_add(struct tally *t, enum result r)
{
	t->good += r == RESULT_PASS || r == RESULT_WARN || r == RESULT_SKIP;
	t->warn += r == RESULT_WARN;
	t->bad += r == RESULT_FAIL;
	t->unknown += r == RESULT_UNKNOWN;
	t->not_due += r == RESULT_NOT_DUE;
	t->skip += r == RESULT_SKIP;
}

static enum verdict
any_of(const struct tally *t)
{
	if (t->good > t->warn)
		return VERDICT_OPEN;
	return t->good ? VERDICT_DEGRADED : t->unknown ? VERDICT_UNKNOWN :
	    t->not_due ? VERDICT_WAITING : VERDICT_BLOCKED;
}

static enum verdict
all_of(const struct tally *t)
{
	return t->bad ? VERDICT_BLOCKED : t->unknown ? VERDICT_UNKNOWN :
	    t->not_due ? VERDICT_WAITING : t->warn ? VERDICT_DEGRADED :
	    VERDICT_OPEN;
}

static enum verdict
quorum(const struct world *w, const struct world_gate *g,
    const struct tally *t, struct date date)
{
	struct tally must = { 0 };
	int32_t i;

	for (i = 0; i < g->n_require; i++)
		tally_add(&must, engine_result(w->engine, g->require[i],
		    date, &w->now));
	if (must.bad || t->good + t->unknown + t->not_due < g->need)
		return VERDICT_BLOCKED;
	if (must.unknown || t->good + t->not_due < g->need)
		return VERDICT_UNKNOWN;
	if (must.not_due || t->good < g->need)
		return VERDICT_WAITING;
	if (t->not_due)
		return VERDICT_WAITING;
	return t->bad || t->unknown || t->warn ? VERDICT_DEGRADED :
	    VERDICT_OPEN;
}

static void
ladder(const struct world *w, const struct world_gate *g, int32_t check,
    struct date date, struct gate_answer *a)
{
	const struct check_row *row = engine_check(w->engine, check, date);
	int64_t anchor = engine_anchor(w->engine, 0, date);
	int32_t i;

	a->verdict = VERDICT_OPEN;
	if (engine_result(w->engine, check, date, &w->now) == RESULT_SKIP)
		return;
	if (row == NULL || !row->measured) {
		a->verdict = VERDICT_UNKNOWN;
		return;
	}
	for (i = 0; i < g->n_steps; i++) {
		if (row->value * 100 >= row->expected * g->step[i].below)
			continue;
		if (w->now.wall < anchor + g->step[i].after) {
			a->next_change = anchor + g->step[i].after;
			break;
		}
		a->verdict = VERDICT_BLOCKED;
		a->severity = g->step[i].severity;
	}
}

static enum verdict
combine(const struct world *w, int32_t gate, struct date date)
{
	const struct gate_def *def = &w->gates[gate];
	const struct world_gate *g = &w->answers[gate];
	struct tally t = { 0 };
	int32_t i;

	for (i = 0; i < def->n_inputs; i++)
		tally_add(&t, engine_result(w->engine, def->inputs[i], date,
		    &w->now));
	return g->kind == ANY_OF ? any_of(&t) : g->kind == ALL_OF ?
	    all_of(&t) : quorum(w, g, &t, date);
}

static struct event
evaluated(struct world *w, const struct effect *x)
{
	const struct gate_def *def = &w->gates[x->subject];
	const struct world_gate *g = &w->answers[x->subject];
	struct event ev = { .kind = EVENT_VERDICT, .pipeline = x->pipeline,
		.date = x->date, .subject = x->subject };
	struct gate_answer *a = &ev.u.verdict;
	int64_t at;

	*a = (struct gate_answer){ .told = !g->fault, .fault = g->fault,
		.next_change = INSTANT_NONE,
		.revision = x->u.evaluate.revision };
	if (g->kind == LADDER) {
		ladder(w, g, def->inputs[0], x->date, a);
		return ev;
	}
	a->verdict = combine(w, x->subject, x->date);
	at = due_at(&def->at, &w->pipeline.zone, x->date,
	    engine_anchor(w->engine, 0, x->date));
	if (at != INSTANT_NONE && w->now.wall < at) {
		a->next_change = at;
		return ev;
	}
	a->severity = a->verdict == VERDICT_BLOCKED ? g->blocked :
	    a->verdict == VERDICT_DEGRADED ? g->degraded : SEVERITY_NONE;
	return ev;
}

/*------------------------------------------------------------------- steps */

static void
keep_row(struct world *w, const struct record *r)
{
	if (w->n_rows == w->cap_rows) {
		w->cap_rows = w->cap_rows ? 2 * w->cap_rows : 1024;
		w->rows = realloc(w->rows, w->cap_rows * sizeof *w->rows);
		assert_non_null(w->rows);
	}
	w->rows[w->n_rows++] = *r;
}

static void
take_start(struct world *w, const struct effect *x)
{
	const struct attempt_row *a = engine_attempt(w->engine,
	    x->u.start.attempt);
	struct world_start *s = &w->starts[w->n_starts++];

	assert_true(w->n_starts <= W_STARTS);
	assert_non_null(a);
	*s = (struct world_start){ .attempt = a->id, .at = w->now.wall,
		.ends = w->now.wall + w->takes[a->action], .row = *a,
		.date = x->date };
}

static void
cancel_start(struct world *w, uint64_t attempt)
{
	int32_t i;

	for (i = 0; i < w->n_starts; i++)
		if (w->starts[i].attempt == attempt && !w->starts[i].over)
			w->starts[i].ends = w->now.wall;
}

static void
take_effect(struct world *w, const struct effect *x)
{
	switch (x->kind) {
	case EFFECT_WRITE:
		keep_row(w, &x->u.record);
		break;
	case EFFECT_MEASURE:
	case EFFECT_EVALUATE:
		assert_true(w->tail < QUEUE);
		w->queued_at[w->tail] = w->now.wall;
		w->queue[w->tail++] = *x;
		break;
	case EFFECT_START:
		if (w->on_start)
			w->on_start(w, x);
		take_start(w, x);
		break;
	case EFFECT_CANCEL:
		cancel_start(w, x->u.start.attempt);
		break;
	case EFFECT_REPLY:
		w->reply = *x;
		w->n_replies++;
		break;
	case EFFECT_NOTIFY:
		assert_true(w->n_notices < W_STARTS);
		w->notices[w->n_notices++] = *x;
		break;
	case EFFECT_TOUCH:
		break;
	}
}

static void
step(struct world *w, const struct event *ev)
{
	size_t i;

	w->out.n = 0;
	engine_step(w->engine, ev, &w->now, &w->out);
	w->wake = w->out.wake;
	for (i = 0; i < w->out.n; i++)
		take_effect(w, &w->out.v[i]);
}

/* The next thing that comes by itself at this instant. */
static bool
next_answer(struct world *w, struct event *ret)
{
	const struct effect *x;

	if (w->head == w->tail) {
		w->head = w->tail = 0;
		return false;
	}
	x = &w->queue[w->head];
	if (x->kind == EFFECT_MEASURE &&
	    w->now.wall < w->queued_at[w->head] + w->measuring_takes)
		return false;
	*ret = x->kind == EFFECT_MEASURE ?
	    measured(w, x, w->queued_at[w->head]) : evaluated(w, x);
	w->head++;
	return true;
}

static bool
next_of_start(struct world *w, struct event *ret)
{
	int32_t i;

	for (i = 0; i < w->n_starts; i++) {
		struct world_start *s = &w->starts[i];

		*ret = (struct event){ .attempt = s->attempt };
		if (!s->begun) {
			s->begun = true;
			ret->kind = EVENT_STARTED;
			return true;
		}
		if (s->over || w->now.wall < s->ends)
			continue;
		s->over = true;
		ret->kind = EVENT_ENDED;
		ret->u.ended.ok = true;
		if (w->act[s->row.action])
			w->act[s->row.action](w, s, ret);
		return true;
	}
	return false;
}

static bool
next_event(struct world *w, struct event *ret)
{
	if (next_answer(w, ret) || next_of_start(w, ret))
		return true;
	if (w->wake == INSTANT_NONE || w->wake > w->now.wall)
		return false;
	*ret = (struct event){ .kind = EVENT_TICK };
	return true;
}

void
world_event(struct world *w, const struct event *ev)
{
	struct event next = *ev;
	int32_t n = 0;

	do {
		step(w, &next);
		assert_true(n++ < STEPS_MAX);
	} while (next_event(w, &next));
}

void
world_resume(struct world *w)
{
	world_event(w, &(struct event){ .kind = EVENT_RESUMED });
}

static int64_t
next_instant(const struct world *w, int64_t limit)
{
	int64_t at = limit;
	int32_t i;

	if (w->wake != INSTANT_NONE && w->wake < at)
		at = w->wake;
	if (w->head < w->tail && w->queue[w->head].kind == EFFECT_MEASURE &&
	    w->queued_at[w->head] + w->measuring_takes < at)
		at = w->queued_at[w->head] + w->measuring_takes;
	for (i = 0; i < w->n_starts; i++)
		if (!w->starts[i].over && w->starts[i].ends < at)
			at = w->starts[i].ends;
	return at > w->now.wall ? at : w->now.wall + 1;
}

void
world_until(struct world *w, int64_t wall)
{
	while (w->now.wall < wall) {
		int64_t ms = next_instant(w, wall) - w->now.wall;

		w->now.wall += ms;
		w->now.mono += ms;
		w->now.boot += ms;
		world_event(w, &(struct event){ .kind = EVENT_TICK });
	}
}

void
world_pass(struct world *w, int64_t ms)
{
	world_until(w, w->now.wall + ms);
}

const struct effect *
world_command(struct world *w, const struct command *c)
{
	struct event ev = { .kind = EVENT_COMMAND, .pipeline = c->pipeline,
		.date = c->date };
	int32_t before = w->n_replies;

	ev.u.command = *c;
	world_event(w, &ev);
	assert_int_equal(w->n_replies, before + 1);
	return &w->reply;
}

struct command
world_about(enum command_kind kind, int32_t subject, struct date date)
{
	return (struct command){ .kind = kind, .dated = true, .date = date,
		.subject = subject, .until = INSTANT_NONE,
		.actor = "tester", .reason = "because" };
}

/*------------------------------------------------------------------- crash */

static uint64_t
row_id(const struct record *r)
{
	switch (r->kind) {
	case RECORD_ATTEMPT:
		return r->u.attempt.id;
	case RECORD_INCIDENT:
		return r->u.incident.number;
	case RECORD_BREACH:
		return r->u.breach.incident * 1000 +
		    (uint64_t)r->u.breach.kind * 100 +
		    (uint64_t)(r->u.breach.subject + 1);
	case RECORD_HOLD:
		return r->u.hold.id;
	case RECORD_OVERRIDE:
		return r->u.override.id;
	case RECORD_PERMIT:
		return r->u.permit.id;
	default:
		return 0;
	}
}

static bool
same_key(const struct record *a, const struct record *b)
{
	uint64_t id = row_id(a);

	if (a->kind != b->kind || id != row_id(b))
		return false;
	return id != 0 || (a->pipeline == b->pipeline &&
	    a->date.day == b->date.day && a->subject == b->subject);
}

/* Replaces what it replaces, at its place: the fold. */
static void
fold(struct record *rows, size_t *n, const struct record *r)
{
	size_t i;

	for (i = 0; i < *n; i++)
		if (same_key(&rows[i], r)) {
			rows[i] = *r;
			return;
		}
	rows[(*n)++] = *r;
}

void
world_crash(struct world *w)
{
	struct record *rows = calloc(w->n_rows + 1, sizeof *rows);
	size_t n = 0, i;
	int kind;

	assert_non_null(rows);
	for (i = 0; i < w->n_rows; i++)
		if (w->rows[i].kind != RECORD_NOTE)
			fold(rows, &n, &w->rows[i]);
	free(w->memory);
	world_begin(w);
	w->head = w->tail = 0;
	w->wake = INSTANT_NONE;
	for (kind = 0; kind < RECORD_KINDS; kind++)
		for (i = 0; i < n; i++)
			if ((int)rows[i].kind == kind)
				engine_restore(w->engine, &rows[i]);
	free(rows);
}

/*----------------------------------------------------------------- looking */

const struct attempt_row *
world_attempt(const struct world *w, int32_t phase, int32_t recovery,
    struct date date, int32_t n)
{
	const struct attempt_row *a;
	struct record where;
	int32_t i;

	for (i = 0; (a = engine_attempt_at(w->engine, i, &where)); i++)
		if (a->phase == phase && a->recovery == recovery &&
		    where.date.day == date.day && n-- == 0)
			return a;
	return NULL;
}

int32_t
world_attempts(const struct world *w, int32_t phase, int32_t recovery,
    struct date date)
{
	int32_t n = 0;

	while (world_attempt(w, phase, recovery, date, n))
		n++;
	return n;
}

enum phase_state
world_state(const struct world *w, int32_t phase, struct date date)
{
	const struct phase_row *row = engine_phase(w->engine, phase, date);

	return row ? row->state : PHASE_PENDING;
}

uint32_t
world_marks(const struct world *w, int32_t phase, struct date date)
{
	const struct phase_row *row = engine_phase(w->engine, phase, date);

	return row ? row->marks : 0;
}

size_t
world_row(const struct world *w, bool fits(const struct record *,
    const void *), const void *arg)
{
	size_t i;

	for (i = w->n_rows; i > 0; i--)
		if (fits(&w->rows[i - 1], arg))
			return i - 1;
	return SIZE_MAX;
}

/*---------------------------------------------------------- the sample, nba */

static void
predicts(struct world *w, const struct world_start *s, struct event *ended)
{
	(void)ended;
	world_fact(w, PREDICTED, s->date, w->now.wall, 150, NAN);
}

static void
publishes(struct world *w, const struct world_start *s, struct event *ended)
{
	(void)ended;
	world_fact(w, PUBLISHED, s->date, w->now.wall, 150, NAN);
}

static struct due
next_day(int32_t hour)
{
	return (struct due){ .kind = DUE_WALL, .days = 1,
		.time_s = hour * 3600 };
}

static void
nba_checks(struct world *w)
{
	static const char *const names[NBA_CHECKS] = { "games", "box_scores",
		"gamebooks", "player_summary", "team_defense", "pdc", "psza",
		"pcf", "mlfs", "tdza", "predicted", "published", "graded" };
	int32_t i;

	for (i = 0; i < NBA_CHECKS; i++)
		if (i >= BOX_SCORES && i <= TEAM_DEFENSE)
			(void)world_coverage(w, names[i]);
		else
			(void)world_check(w, names[i]);
	w->checks[GAMES].calendar = true;
	w->checks[GAMES].every_ms = HOUR;
	for (i = PLAYER_SUMMARY; i <= TEAM_DEFENSE; i++) {
		w->checks[i].limits.warn_below =
		    (struct limit){ LIMIT_PERCENT, 100 };
		w->checks[i].limits.fail_below.at = 80;
	}
	w->pipeline.calendar = GAMES;
}

static void
nba_gates(struct world *w)
{
	static const int32_t sources[] = { GAMEBOOKS, BOX_SCORES };
	static const int32_t five[] = { PDC, PSZA, PCF, MLFS, TDZA };
	static const int32_t box[] = { BOX_SCORES };
	int32_t i;

	(void)world_gate(w, "sources_whole", ANY_OF, sources, 2);
	(void)world_gate(w, "precompute_quorum", QUORUM, five, 5);
	(void)world_gate(w, "box_score_alarm", LADDER, box, 1);
	(void)world_gate(w, "phase4_failure", QUORUM, five, 5);
	for (i = PRECOMPUTE_QUORUM; i <= PHASE4_FAILURE; i += 2) {
		w->answers[i].need = 3;
		w->answers[i].require[0] = PDC;
		w->answers[i].require[1] = MLFS;
		w->answers[i].n_require = 2;
	}
	w->gates[BOX_SCORE_ALARM].alarm = true;
	w->answers[BOX_SCORE_ALARM] = (struct world_gate){ .kind = LADDER,
		.step = { { 6 * HOUR, 100, SEVERITY_INFO },
		    { 12 * HOUR, 90, SEVERITY_WARNING },
		    { 24 * HOUR, 50, SEVERITY_CRITICAL } }, .n_steps = 3 };
	w->gates[PHASE4_FAILURE].alarm = true;
	w->gates[PHASE4_FAILURE].at = next_day(12);
	w->answers[PHASE4_FAILURE].blocked = SEVERITY_CRITICAL;
	w->answers[PHASE4_FAILURE].degraded = SEVERITY_WARNING;
}

static void
nba_phases(struct world *w)
{
	static const int32_t analytics[] = { PLAYER_SUMMARY, TEAM_DEFENSE };
	static const int32_t one[] = { PREDICTED, PUBLISHED, GRADED };
	static const int32_t due[] = { 6, 9, 11, 12, 13, 15 };
	int32_t i;

	(void)world_phase(w, "raw", NONE);
	(void)world_phase(w, "analytics", RAW);
	(void)world_phase(w, "precompute", ANALYTICS);
	(void)world_phase(w, "predict", PRECOMPUTE);
	(void)world_phase(w, "publish", PREDICT);
	(void)world_phase(w, "grade", PREDICT);
	world_done_gate(w, RAW, SOURCES_WHOLE);
	world_done_checks(w, ANALYTICS, analytics, 2);
	world_done_gate(w, PRECOMPUTE, PRECOMPUTE_QUORUM);
	for (i = PREDICT; i <= GRADE; i++)
		world_done_checks(w, i, &one[i - PREDICT], 1);
	for (i = RAW; i <= GRADE; i++)
		w->phases[i].due = next_day(due[i]);
	w->phases[PREDICT].start = RUN_PREDICTIONS;
	w->phases[PREDICT].retry.attempts = 3;
	w->phases[PUBLISH].start = RUN_PUBLISH;
	w->phases[PUBLISH].retry.attempts = 3;
	w->phases[PREDICT].severity = SEVERITY_CRITICAL;
	w->phases[PUBLISH].severity = SEVERITY_CRITICAL;
}

static void
nba_recoveries(struct world *w)
{
	static const int32_t box[] = { BOX_SCORES };
	static const int32_t five[] = { PDC, PSZA, PCF, MLFS, TDZA };

	(void)world_recovery(w, "bdl_retry", SCRAPE_BDL, box, 1);
	w->recoveries[BDL_RETRY].order = 1;
	w->recoveries[BDL_RETRY].retry = (struct retry){ .attempts = 5,
		.initial_ms = MINUTE, .multiplier = 2,
		.max_ms = 30 * MINUTE };
	w->recoveries[BDL_RETRY].verify_within_ms = 5 * MINUTE;
	(void)world_recovery(w, "phase4_backfill", PROCESS_DATE, five, 5);
	w->recoveries[PHASE4_BACKFILL].exhausted = SEVERITY_CRITICAL;
}

struct world *
world_nba(void)
{
	struct world *w = world_new();

	nba_checks(w);
	nba_gates(w);
	nba_phases(w);
	(void)world_action(w, "scrape_bdl", NULL);
	(void)world_action(w, "process_date", NULL);
	(void)world_action(w, "run_predictions", predicts);
	(void)world_action(w, "publish", publishes);
	nba_recoveries(w);
	return w;
}

void
nba_good_day(struct world *w, struct date date, int32_t games)
{
	int64_t morning = (int64_t)(date.day + 1) * DAY;
	int32_t i;

	world_fact(w, GAMES, date, 0, games, NAN);
	for (i = BOX_SCORES; i <= TEAM_DEFENSE; i++) {
		world_fact(w, i, date, 0, 0, games);
		world_fact(w, i, date, morning + (i <= GAMEBOOKS ? 5 : 7) *
		    HOUR, games, games);
	}
	for (i = PDC; i <= TDZA; i++)
		world_fact(w, i, date, morning + 8 * HOUR, 400, NAN);
	world_fact(w, GRADED, date, morning + 12 * HOUR, 100, NAN);
}
