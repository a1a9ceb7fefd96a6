/* SPDX-License-Identifier: BSD-2-Clause
 *
 * gates.c -- asking gates, and what their answers may be used for.
 *
 * A gate is evaluated outside (it is a plugin), so its answer comes later
 * than its question. Each question carries the revision of the inputs as
 * they were. An answer of the current revision is the verdict; an answer of
 * an older one may close, never open: it is kept only where it is worse than
 * what stands, and one more evaluation follows, however many revisions have
 * passed meanwhile.
 *
 * A verdict is derived, not a latch: any change of an input, and the passing
 * of the gate's own next_change, makes a new revision. A gate that could not
 * answer is asked again after a while: nothing else would, as long as its
 * inputs read the same.
 */
#include <assert.h>

#include "engine/hash.h"
#include "engine/state.h"

static const int64_t ask_again_ms = 60000;

/* Everything that a gate is shown of its inputs, but their age. */
static uint64_t
inputs_hash(const struct engine *e, const struct gate_def *g,
    const struct day *d)
{
	uint64_t h = hash_word(HASH_START, (uint64_t)day_anchor(d));
	int32_t i;

	for (i = 0; i < gate_inputs_on(g, d->date); i++) {
		const struct check_state *s = check_at(e, d, g->inputs[i]);
		const struct check_row *r = &s->row;

		/* nothing of nothing isn't what was never measured */
		h = hash_word(h, s->known);
		h = hash_word(h, (uint64_t)check_result(e, g->inputs[i], d,
		    e->now.wall));
		h = hash_number(h, r->value);
		h = hash_number(h, r->expected);
		h = hash_word(h, (uint64_t)r->missing);
		h = hash_word(h, r->items_hash);
	}
	return h ? h : 1;
}

static bool
change_is_due(const struct gate_state *s, int64_t wall)
{
	return s->known && s->row.next_change != INSTANT_NONE &&
	    s->row.next_change <= wall;
}

/* What `on_unknown` says, for as long as it is said. */
static void
settle_lax(struct engine *e, int32_t gate, struct day *d)
{
	const struct gate_def *g = &e->graph->gates[gate];
	struct gate_state *s = gate_at(e, d, gate);
	bool lax = g->open_on_unknown && e->now.wall < g->open_until;

	if (lax)
		day_wake(d, g->open_until);
	if (lax != s->lax)
		touch_gate(e, d, gate);
	s->lax = lax;
}

/* A new revision of its inputs, or of the question. */
static void
revise(struct engine *e, int32_t gate, struct day *d)
{
	gate_at(e, d, gate)->revision++;
	touch_gate(e, d, gate);
}

static void
settle_inputs(struct engine *e, int32_t gate, struct day *d)
{
	struct gate_state *s = gate_at(e, d, gate);
	uint64_t h = inputs_hash(e, &e->graph->gates[gate], d);

	if (h != s->inputs_hash || (s->row.revision == s->revision &&
	    change_is_due(s, e->now.wall))) {
		s->inputs_hash = h;
		revise(e, gate, d);
	}
	if (s->known && !change_is_due(s, e->now.wall))
		day_wake(d, s->row.next_change);
	if (!s->untold || s->in_flight)
		return;
	if (e->now.mono >= s->again_mono)
		revise(e, gate, d);     /* ask again, for the same inputs */
	else
		day_wake(d, e->now.wall + s->again_mono - e->now.mono);
}

void
settle_gate(struct engine *e, int32_t gate, struct day *d)
{
	struct gate_state *s = gate_at(e, d, gate);
	struct effect *x;

	if (d->row.owed == 0 || is_retired(&e->graph->gates[gate].retirement,
	    d->date))
		return;         /* idle: nobody asks */
	settle_lax(e, gate, d);
	settle_inputs(e, gate, d);
	if (s->in_flight || (s->known && s->row.revision == s->revision))
		return;
	s->in_flight = true;
	s->untold = false;
	s->asked = s->revision;
	x = emit(e, EFFECT_EVALUATE, e->graph->gates[gate].pipeline, d->date,
	    gate);
	x->u.evaluate.revision = s->revision;
}

static struct gate_row
answer_row(const struct engine *e, const struct gate_answer *a)
{
	bool told = a->told && !a->fault && a->verdict <= VERDICT_BLOCKED;

	return (struct gate_row){
		.verdict = told ? a->verdict : VERDICT_UNKNOWN,
		.severity = told ? a->severity : SEVERITY_NONE,
		.revision = a->revision, .at = e->now.wall,
		.next_change = told ? a->next_change : INSTANT_NONE,
		.fault = a->fault,
	};
}

static void
note_late(struct engine *e, int32_t pipeline, const struct day *d,
    int32_t gate)
{
	struct record *r;

	emit_record(e, RECORD_NOTE, pipeline, d, gate, &r);
	r->u.note = (struct note_row){ .kind = NOTE_LATE_VERDICT,
		.subject = gate };
}

void
gate_answered(struct engine *e, int32_t gate, struct day *d,
    const struct gate_answer *a)
{
	const struct gate_def *g = &e->graph->gates[gate];
	struct gate_state *s = gate_at(e, d, gate);
	struct gate_row row = answer_row(e, a);
	bool late = a->revision != s->revision;
	bool same = s->known && row.verdict == s->row.verdict &&
	    row.severity == s->row.severity && row.fault == s->row.fault &&
	    row.next_change == s->row.next_change;
	struct record *r;

	if (a->revision != s->asked || !s->in_flight)
		return;         /* nobody waits for it any more */
	s->in_flight = false;
	s->untold = !a->told || a->fault;
	if (s->untold && !s->mute)
		s->mute_mono = e->now.mono;
	s->mute = s->untold;
	s->again_mono = e->now.mono + ask_again_ms;
	leaf_touch(d, LEAF_GATE, e->slot_of_gate[gate]);
	touch_gate(e, d, gate);
	if (late) {
		note_late(e, g->pipeline, d, gate);
		if (!s->known || row.verdict <= s->row.verdict)
			return;
	}
	if (row.next_change != INSTANT_NONE &&
	    row.next_change <= e->now.wall)
		row.next_change = INSTANT_NONE; /* it has come and is in it */
	s->row = row;
	s->known = true;
	if (same && !late)
		return;
	emit_record(e, RECORD_GATE, g->pipeline, d, gate, &r);
	r->u.gate = row;
}

enum verdict
gate_reliable(const struct engine *e, int32_t gate, const struct day *d,
    int64_t wall)
{
	const struct gate_def *g = &e->graph->gates[gate];
	const struct gate_state *s = gate_at(e, d, gate);

	if (!gate_settled(e, gate, d))
		return VERDICT_UNKNOWN; /* its answer is under way */
	if (s->row.verdict == VERDICT_UNKNOWN && g->open_on_unknown &&
	    wall < g->open_until)
		return VERDICT_DEGRADED;
	return s->row.verdict;
}

bool
gate_settled(const struct engine *e, int32_t gate, const struct day *d)
{
	const struct gate_state *s = gate_at(e, d, gate);

	return s->known && s->row.revision == s->revision;
}
