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

	for (i = 0; i < g->n_inputs; i++) {
		const struct check_row *r = &check_at(e, d,
		    g->inputs[i])->row;

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

static void
settle_gate(struct engine *e, int32_t pipeline, struct day *d, int32_t gate)
{
	struct gate_state *s = gate_at(e, d, gate);
	uint64_t h = inputs_hash(e, &e->graph->gates[gate], d);
	struct effect *x;

	if (h != s->inputs_hash || (s->row.revision == s->revision &&
	    change_is_due(s, e->now.wall))) {
		s->inputs_hash = h;
		s->revision++;
	}
	if (s->known && !change_is_due(s, e->now.wall))
		day_wake(d, s->row.next_change);
	if (s->untold && !s->in_flight) {
		if (e->now.mono >= s->again_mono)
			s->revision++;  /* ask again, for the same inputs */
		else
			day_wake(d, e->now.wall + s->again_mono -
			    e->now.mono);
	}
	if (s->in_flight || (s->known && s->row.revision == s->revision))
		return;
	s->in_flight = true;
	s->untold = false;
	s->asked = s->revision;
	x = emit(e, EFFECT_EVALUATE, pipeline, d->date, gate);
	x->u.evaluate.revision = s->revision;
}

void
settle_gates(struct engine *e, int32_t pipeline, struct day *d)
{
	const struct lane *l = &e->lanes[pipeline];
	int32_t i;

	if (d->row.owed == 0)
		return;         /* idle: nobody asks */
	for (i = 0; i < l->n_gates; i++) {
		if (!has_room(e, 1))
			return;
		settle_gate(e, pipeline, d, l->gates[i]);
	}
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
	d->dirty = true;
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
