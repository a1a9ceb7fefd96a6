/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rows-help.c -- a graph, and random records of it.
 *
 * Records are such as an engine could have: numbers exist, words are in
 * range, texts are UTF-8. Everything else is arbitrary, with the values that
 * are written in a way of their own (NaN, both zeros, -1, no instant) drawn
 * often.
 */
#include "rows-help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "base/json.h"

/*------------------------------------------------------------------- graph */

static const int32_t repairs[] = { 2, 0, 3 }, gate_inputs[] = { 1, 3 },
    done_checks[] = { 3, 1 };

static const struct pipeline_def pipelines[] = {
	{ .name = "nba", .first_phase = 0, .n_phases = 2 },
	{ .name = "shop", .first_phase = 2, .n_phases = 2 }
};
static const struct phase_def phases[] = {
	{ .name = "raw", .pipeline = 0, .done_kind = DONE_GATE,
	    .done_gate = 1 },
	{ .name = "predict", .pipeline = 0, .done_kind = DONE_CHECKS,
	    .done_checks = done_checks, .n_done_checks = 2 },
	{ .name = "raw", .pipeline = 1, .done_kind = DONE_EXIT },
	{ .name = "publish", .pipeline = 1, .done_kind = DONE_EXIT }
};
static const struct check_def checks[] = {
	{ .name = "pdc" }, { .name = "psza" }, { .name = "pcf" },
	{ .name = "mlfs" }
};
static const struct gate_def gates[] = {
	{ .name = "quorum" },
	{ .name = "whole", .inputs = gate_inputs, .n_inputs = 2 }
};
static const struct action_def actions[] = {
	{ .name = "scrape" }, { .name = "process" }
};
static const struct recovery_def recoveries[] = {
	{ .name = "retry", .repairs = repairs, .n_repairs = 1 },
	{ .name = "backfill", .repairs = repairs, .n_repairs = 3 }
};
static const struct breaker_def breakers[] = {
	{ .name = "bdl" }, { .name = "https://x/y" }
};
const struct graph rows_graph = {
	.pipelines = pipelines, .phases = phases, .checks = checks,
	.gates = gates, .actions = actions, .recoveries = recoveries,
	.n_pipelines = 2, .n_phases = 4, .n_checks = 4, .n_gates = 2,
	.n_actions = 2, .n_recoveries = 2, .breakers = breakers,
	.n_breakers = 2
};

/*------------------------------------------------------------ random rows */

static uint64_t seed;

void
random_seed(uint64_t n)
{
	seed = n;
}

static uint64_t
random64(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static uint32_t
below(uint32_t n)
{
	return (uint32_t)(random64() >> 16) % n;
}

static bool
coin(void)
{
	return below(2) == 1;
}

static int64_t
instant(void)
{
	return below(4) == 0 ? INSTANT_NONE : (int64_t)random64() / 2;
}

static uint64_t
any_id(void)
{
	return random64() >> 1;
}

static int64_t
count(void)
{
	return below(3) == 0 ? -1 : (int64_t)below(1000);
}

/* Integers, fractions and arbitrary bits; NaN; both zeros. */
static double
real(void)
{
	uint64_t bits = random64();
	double d;

	switch (below(6)) {
	case 0:
		return NAN;
	case 1:
		return coin() ? 0.0 : -0.0;
	case 2:
		return (double)below(1000) / 7.0;
	case 3:
		return (double)below(1000);
	default:
		memcpy(&d, &bits, sizeof d);
		return isfinite(d) ? d : 0.1;
	}
}

static int32_t
object(int32_t n)
{
	return (int32_t)below((uint32_t)n);
}

static bool
is_utf8(const char *s)
{
	CLEANUP_JSON json_t *v = json_string(s);

	return v != NULL;
}

static void
fill_text(char *s, size_t size)
{
	static const char *const letters[] = { "a", "\"", "\\", " ", "\n",
		"\xc3\xa9", "/" };
	size_t n = below((uint32_t)size / 2), i;

	for (i = 0; i < n; i++)
		(void)strncat(s, letters[below(7)], size - strlen(s) - 1);
	/* a letter may have been cut */
	while (!is_utf8(s))
		s[strlen(s) - 1] = '\0';
}

static int32_t
root_of(enum root_kind kind, int32_t pipeline)
{
	switch (kind) {
	case ROOT_ALARM:
		return object(2);
	case ROOT_PROBE:
	case ROOT_EARLY:
		return object(4);
	case ROOT_ACTION:
		return object(2);
	case ROOT_ADOPTION:
		return NONE;
	default:
		return 2 * pipeline + object(2);
	}
}

static void
fill_check(struct check_row *c)
{
	*c = (struct check_row){
		.raw = (enum result)below(RESULT_NOT_DUE + 1),
		.measured = coin(), .value = real(), .expected = real(),
		.missing = count(), .extra = count(),
		.items_hash = random64(), .measurement = any_id(),
		.changed_at = instant(), .since = instant(),
		.began_wall = instant(), .ended_wall = instant(),
		.began_boot = instant(), .boot_id = random64(),
		.in_row = (int32_t)below(9), .fault = coin(),
		.waived = (int64_t)below(5)
	};
}

static void
fill_phase(struct phase_row *p)
{
	*p = (struct phase_row){
		.state = (enum phase_state)below(PHASE_STATES),
		.marks = below(32), .attempt = any_id(),
		.attempts = (int32_t)below(9), .episode = (int32_t)below(9),
		.since = instant(), .done_at = instant(),
		.ended_at = instant(), .retry_at = instant(),
		.relied = random64(),
		.failed_why = (enum why)below(WHY_COUNT),
		.definition = random64()
	};
	fill_text(p->run_id, sizeof p->run_id);
}

static void
fill_attempt(struct attempt_row *a, int32_t pipeline)
{
	int32_t i, n;

	*a = (struct attempt_row){
		.id = any_id(), .action = object(2),
		.phase = 2 * pipeline + object(2), .recovery = NONE,
		.number = (int32_t)below(9),
		.state = (enum attempt_state)below(ATTEMPT_HELD + 1),
		.outcome = (enum outcome)below(OUTCOME_NOT_DONE + 1),
		.failure = (enum failure)below(FAILURE_FAULT + 1),
		.intent_at = instant(), .started_at = instant(),
		.ended_at = instant(), .closed_at = instant(),
		.ended_boot = instant(), .verify_until = instant(),
		.retry_after_ms = (int64_t)below(9), .by_person = coin()
	};
	if (coin()) {
		a->recovery = object(2);
		a->phase = NONE;
	}
	n = a->recovery != NONE ? recoveries[a->recovery].n_repairs :
	    a->phase < 2 ? 2 : 0;
	a->failing = below(1u << n);
	a->passing = below(1u << n);
	for (i = 0; i < 16; i++)
		a->before[i] = i < n ? real() : NAN;
	fill_text(a->actor, sizeof a->actor);
}

static void
fill_incident(struct incident_row *x, int32_t pipeline)
{
	*x = (struct incident_row){
		.number = any_id(),
		.kind = (enum root_kind)below(ROOT_EARLY + 1),
		.open = coin(), .gave_up = coin(), .clearing = coin(),
		.severity = (enum severity)below(4),
		.told = (enum severity)below(4), .opened_at = instant(),
		.closed_at = instant(), .clear_since = instant(),
		.told_at = instant(), .told_count = (int32_t)below(99),
		.message = any_id(), .acked_until = instant()
	};
	x->root = root_of(x->kind, pipeline);
	fill_text(x->acked_by, sizeof x->acked_by);
	x->label = (enum incident_label)below(LABEL_TRUE + 1);
	x->labelled_at = instant();
	fill_text(x->labelled_by, sizeof x->labelled_by);
	fill_text(x->label_reason, sizeof x->label_reason);
}

static void
fill_breach(struct breach_row *b, int32_t pipeline)
{
	*b = (struct breach_row){
		.kind = (enum root_kind)below(ROOT_EARLY + 1),
		.incident = any_id(), .child = coin(), .open = coin(),
		.severity = (enum severity)below(4),
		.why = (enum why)below(WHY_COUNT), .since = instant(),
		.until = instant()
	};
	b->subject = root_of(b->kind, pipeline);
}

static void
fill_hold(struct hold_row *h, struct record *r)
{
	*h = (struct hold_row){ .id = any_id(),
		.scope = (enum hold_scope)below(HOLD_RECOVERY + 1),
		.any_date = coin(), .live = coin(), .until = instant() };
	if (coin())
		r->pipeline = NONE;
	switch (h->scope) {
	case HOLD_PIPELINE:
	case HOLD_RECOVERY:
		h->subject = object(2);
		break;
	case HOLD_PHASE:
		h->subject = object(4);
		break;
	case HOLD_ALL:
		h->subject = NONE;
	}
	fill_text(h->actor, sizeof h->actor);
	fill_text(h->reason, sizeof h->reason);
}

static struct condition
condition(int32_t pipeline)
{
	struct condition c = { .why = (enum why)below(WHY_COUNT),
		.subject = (int32_t)random64(), .detail = 7,
		.bad = random64() >> 2, .lacking = object(1000) / 8.0 };

	if (c.why == WHY_UPSTREAM) {
		c.subject = 2 * pipeline + object(2);
	} else if (c.why == WHY_GATE) {
		c.subject = object(2);
		c.detail = object(VERDICT_BLOCKED + 1);
	} else if (c.why == WHY_CHECK) {
		c.subject = object(4);
		c.detail = object(RESULT_NOT_DUE + 1);
	} else if (c.why == WHY_BREAKER) {
		c.subject = object(2);
	} else if (c.why == WHY_STALE_EVIDENCE) {
		c.subject = object(4);
	}
	/* bits of the two inputs that these have */
	if ((c.why == WHY_UPSTREAM && c.subject < 2) ||
	    (c.why == WHY_GATE && c.subject == 1))
		c.bad &= 3;
	return c;
}

static void
fill_override(struct override_row *o, int32_t pipeline)
{
	int32_t i;

	*o = (struct override_row){ .id = any_id(),
		.phase = 2 * pipeline + object(2), .live = coin(),
		.n = object(CONDITIONS_MAX + 1), .at = instant(),
		.until = instant() };
	for (i = 0; i < o->n; i++)
		o->accepted[i] = condition(pipeline);
	fill_text(o->actor, sizeof o->actor);
	fill_text(o->reason, sizeof o->reason);
}

static void
fill_permit(struct permit_row *p, int32_t pipeline)
{
	*p = (struct permit_row){ .id = any_id(),
		.phase = 2 * pipeline + object(2),
		.state = (enum permit_state)below(PERMIT_EXPIRED + 1),
		.verdict = (enum verdict)below(VERDICT_BLOCKED + 1),
		.at = instant(), .valid_until = instant() };
	fill_text(p->run_id, sizeof p->run_id);
	fill_text(p->actor, sizeof p->actor);
}

static void
fill_waiver(struct waiver_row *w)
{
	*w = (struct waiver_row){ .id = any_id(), .check = object(2),
		.state = (enum waiver_state)below(WAIVER_NEEDLESS + 1),
		.seen = coin(), .at = instant(), .until = instant(),
		.ended_at = instant() };
	fill_text(w->items, sizeof w->items);
	fill_text(w->actor, sizeof w->actor);
	fill_text(w->reason, sizeof w->reason);
}

static void
fill_backfill(struct backfill_row *b, int32_t pipeline)
{
	static const char letters[] = { BACKFILL_WAITS, BACKFILL_ACTIVE,
		BACKFILL_WAS_WHOLE, BACKFILL_REPAIRED, BACKFILL_EXTERNAL,
		BACKFILL_IDLE, BACKFILL_GAVE_UP };
	int32_t n = 1 + (int32_t)below(BACKFILL_DATES), i;

	*b = (struct backfill_row){ .id = any_id(),
		.from = { 20000 + (int32_t)below(900) },
		.phase = 2 * pipeline + object(2),
		.at_most = 1 + (int32_t)below(BACKFILL_AT_ONCE),
		.starts_per_hour = 1 + (int32_t)below(900),
		.newest_first = coin(), .external = coin(),
		.canary = coin(), .proven = coin(),
		.first = coin() ? NONE : (int32_t)below((unsigned int)n),
		.severity = (enum severity)below(SEVERITY_CRITICAL + 1),
		.state = (enum backfill_state)below(BACKFILL_CANCELLED + 1),
		.stop = (enum backfill_stop)below(STOP_IN_ROW + 1),
		.why = (enum why)below(WHY_COUNT),
		.in_row = (int32_t)below(3), .at = instant(),
		.changed_at = instant(), .ended_at = instant() };
	b->to = date_add(b->from, n - 1);
	for (i = 0; i < n; i++)
		b->dates[i] = letters[below(sizeof letters)];
	fill_text(b->actor, sizeof b->actor);
	fill_text(b->reason, sizeof b->reason);
}

static void
fill_breaker(struct breaker_row *b)
{
	*b = (struct breaker_row){
		.state = (enum breaker_state)below(BREAKER_HALF_OPEN + 1),
		.since = instant(), .until = instant(),
		.open_ms = (int64_t)below(9), .probe_from = any_id(),
		.good = (int32_t)below(9), .ramp = (int32_t)below(9),
		.n = (int32_t)below(BREAKER_FAILURES_MAX + 1) };
	for (int32_t i = 0; i < b->n; i++)
		b->failed[i] = (struct breaker_failure){ (int64_t)below(99),
			any_id() };
}

static void
fill_arrival(struct record *r)
{
	struct arrival_row *a = &r->u.arrival;
	int32_t i;

	r->subject = object(4);
	*a = (struct arrival_row){ .day_class = (int32_t)below(9),
		.counts = coin(), .owed = (int64_t)below(99),
		.due = instant(), .arrived_at = instant(),
		.value = (double)below(99),
		.expected = coin() ? (double)NAN : (double)below(99),
		.n = (int32_t)below(ARRIVAL_STEPS + 1) };
	for (i = 0; i < a->n; i++)
		a->steps[i] = (struct arrival_step){ (int32_t)below(600) -
			300, (int32_t)below(1001) };
}

static void
fill_service(struct record *r)
{
	struct disabled_row *d = &r->u.disabled;

	r->subject = object(2);
	if (r->kind != RECORD_DISABLED)
		r->pipeline = NONE;
	switch (r->kind) {
	case RECORD_BREAKER:
		fill_breaker(&r->u.breaker);
		break;
	case RECORD_TRACK:
		r->u.track = (struct track_row){ (int64_t)below(99),
			(int64_t)below(99), (int32_t)below(99), instant(),
			instant(), any_id() };
		break;
	case RECORD_DISABLED:
		d->live = coin();
		d->checks = below(1u << recoveries[r->subject].n_repairs);
		d->attempt = any_id();
		d->at = instant();
		fill_text(d->reopened_by, sizeof d->reopened_by);
		break;
	default:
		fail();
	}
}

static void
fill(struct record *r)
{
	int32_t p = r->pipeline;

	switch (r->kind) {
	case RECORD_PIPELINE:
		r->dated = false;
		r->date.day = 0;
		r->u.pipeline_row = (struct pipeline_row){ coin(),
			{ object(40000) }, coin(), object(9) };
		break;
	case RECORD_MET_CHECK:
	case RECORD_MET_GATE:
	case RECORD_MET_PHASE:
		r->dated = false;
		r->date.day = 0;
		r->subject = r->kind == RECORD_MET_CHECK ? object(4) :
		    r->kind == RECORD_MET_GATE ? object(2) :
		    2 * p + object(2);
		r->u.met = (struct met_row){ { object(40000) }, object(9) };
		break;
	case RECORD_DATE:
		r->u.date_row = (struct date_row){ count(), instant(),
			coin(), coin() };
		break;
	case RECORD_CHECK:
		r->subject = object(4);
		fill_check(&r->u.check);
		break;
	case RECORD_GATE:
		r->subject = object(2);
		r->u.gate = (struct gate_row){ (enum verdict)below(5),
			(enum severity)below(4), random64(), instant(),
			instant(), coin() };
		break;
	case RECORD_PHASE:
		r->subject = 2 * p + object(2);
		fill_phase(&r->u.phase);
		break;
	case RECORD_ATTEMPT:
		fill_attempt(&r->u.attempt, p);
		break;
	case RECORD_RECOVERY:
		r->subject = object(2);
		r->u.recovery = (struct recovery_row){ (int32_t)below(9),
			(int32_t)below(9), (int32_t)below(9),
			(enum why)below(WHY_COUNT), random64(), instant(),
			instant(), (enum outcome)below(OUTCOME_NOT_DONE +
			1) };
		break;
	case RECORD_INCIDENT:
		fill_incident(&r->u.incident, p);
		break;
	case RECORD_BREACH:
		fill_breach(&r->u.breach, p);
		break;
	case RECORD_HOLD:
		fill_hold(&r->u.hold, r);
		break;
	case RECORD_OVERRIDE:
		fill_override(&r->u.override, p);
		break;
	case RECORD_PERMIT:
		fill_permit(&r->u.permit, p);
		break;
	case RECORD_ARRIVAL:
		fill_arrival(r);
		break;
	case RECORD_BACKFILL:
		fill_backfill(&r->u.backfill, p);
		break;
	case RECORD_WAIVER:
		fill_waiver(&r->u.waiver);
		break;
	default:
		fill_service(r);
	}
}

void
random_record(enum record_kind kind, struct record *r)
{
	memset(r, 0, sizeof *r);
	r->kind = kind;
	r->pipeline = object(2);
	r->dated = kind <= RECORD_RECOVERY || kind == RECORD_ARRIVAL ||
	    (kind <= RECORD_PERMIT &&
	    coin());
	if (r->dated)
		r->date.day = object(60000);
	r->subject = NONE;
	fill(r);
}
