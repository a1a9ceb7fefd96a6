/* SPDX-License-Identifier: BSD-2-Clause
 *
 * row_attempt.c -- the checks of an attempt, and what has come of attempts.
 *
 * In the engine they are bits, counted along the checks that a recovery
 * repairs, or along those of a phase's `done`. In the journal they are
 * names, because a later generation may order them otherwise, have more of
 * them or fewer: a check that isn't among them any more is left out.
 */
#include <math.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/row_shapes.h"

enum { BEFORE_MAX = (int)ARRAY_SIZE(((struct attempt_row *)0)->before),
	BITS_MAX = 32 };

const int32_t *
row_inputs(const struct graph *g, int32_t gate, int32_t *ret_n)
{
	*ret_n = g->gates[gate].n_inputs + g->gates[gate].joiners.n;
	return g->gates[gate].inputs;
}

const int32_t *
row_done(const struct graph *g, int32_t phase, int32_t *ret_n)
{
	const struct phase_def *p = &g->phases[phase];

	*ret_n = 0;
	if (p->done_kind == DONE_GATE)
		return row_inputs(g, p->done_gate, ret_n);
	if (p->done_kind == DONE_CHECKS)
		*ret_n = p->n_done_checks + p->done_joiners.n;
	return p->done_checks;
}

/* What the bits of an attempt stand for. */
static const int32_t *
attempt_checks(const struct graph *g, const struct attempt_row *a,
    int32_t *ret_n)
{
	*ret_n = 0;
	if (a->recovery != NONE) {
		*ret_n = g->recoveries[a->recovery].n_repairs;
		return g->recoveries[a->recovery].repairs;
	}
	return a->phase == NONE ? NULL : row_done(g, a->phase, ret_n);
}

static json_t *
bits_json(const struct graph *g, const int32_t *checks, int32_t n,
    uint32_t bits)
{
	json_t *list = json_array();
	int32_t i;

	for (i = 0; i < n && i < BITS_MAX; i++)
		if (bits & (1u << i))
			(void)json_array_append_new(list,
			    json_string(g->checks[checks[i]].name));
	return list;
}

void
put_attempt(struct row_io *io, const struct record *r)
{
	const struct graph *g = io->names->graph;
	const struct attempt_row *a = &r->u.attempt;
	json_t *before = json_object();
	const int32_t *checks;
	int32_t n, i;

	checks = attempt_checks(g, a, &n);
	(void)json_object_set_new(io->data, "failing", bits_json(g, checks,
	    n, a->failing));
	(void)json_object_set_new(io->data, "passing", bits_json(g, checks,
	    n, a->passing));
	for (i = 0; i < n && i < BEFORE_MAX; i++)
		json_put_num(before, g->checks[checks[i]].name,
		    a->before[i]);
	(void)json_object_set_new(io->data, "before", before);
}

/* Of a recovery, counted along what it repairs. */
void
put_disabled(struct row_io *io, const struct record *r)
{
	const struct graph *g = io->names->graph;
	const struct recovery_def *d = &g->recoveries[r->subject];

	(void)json_object_set_new(io->data, "checks", bits_json(g,
	    d->repairs, d->n_repairs, r->u.disabled.checks));
}

/* Of one that is there no more, or among others: -1. */
int32_t
row_place(struct row_io *io, const int32_t *checks, int32_t n,
    const char *name)
{
	int32_t check = row_names_find(io->names, OBJECT_CHECK, NONE, name);
	int32_t i;

	for (i = 0; check != NONE && i < n; i++)
		if (checks[i] == check)
			return i;
	return -1;
}

static uint32_t
get_bits(struct row_io *io, const char *member, const int32_t *checks,
    int32_t n)
{
	const json_t *list = io_member(io, io->data, member), *v;
	uint32_t bits = 0;
	int32_t place;
	size_t i;

	if (list && !json_is_array(list))
		io_wrong(io, member);
	json_array_foreach(list, i, v) {
		if (!json_is_string(v)) {
			io_wrong(io, member);
			continue;
		}
		place = row_place(io, checks, n, json_string_value(v));
		if (place >= 0 && place < BITS_MAX)
			bits |= 1u << place;
	}
	return bits;
}

void
get_attempt(struct row_io *io, struct record *r)
{
	const json_t *before = io_member(io, io->data, "before");
	struct attempt_row *a = &r->u.attempt;
	const int32_t *checks;
	int32_t n, i, place;
	const char *name;
	json_t *v;

	if (before && !json_is_object(before))
		io_wrong(io, "before");
	checks = attempt_checks(io->names->graph, a, &n);
	a->failing = get_bits(io, "failing", checks, n);
	a->passing = get_bits(io, "passing", checks, n);
	for (i = 0; i < BEFORE_MAX; i++)
		a->before[i] = NAN;
	json_object_foreach((json_t *)before, name, v) {
		place = row_place(io, checks, n, name);
		if (place >= 0 && place < BEFORE_MAX && json_is_number(v))
			a->before[place] = json_number_value(v);
	}
}

void
get_disabled(struct row_io *io, struct record *r)
{
	const struct recovery_def *d;

	if (r->subject == NONE) {
		io_wrong(io, "key");
		return;
	}
	d = &io->names->graph->recoveries[r->subject];
	r->u.disabled.checks = get_bits(io, "checks", d->repairs,
	    d->n_repairs);
}

/*---------------------------------------------------- failures of a breaker */

void
put_breaker(struct row_io *io, const struct record *r)
{
	const struct breaker_row *b = &r->u.breaker;
	json_t *list = json_array();
	int32_t i;

	for (i = 0; i < b->n; i++) {
		json_t *o = json_object();

		json_put_int(o, "at", b->failed[i].at);
		json_put_int(o, "attempt", (int64_t)b->failed[i].attempt);
		(void)json_array_append_new(list, o);
	}
	(void)json_object_set_new(io->data, "failed", list);
}

void
get_breaker(struct row_io *io, struct record *r)
{
	const json_t *list = io_member(io, io->data, "failed"), *o;
	struct breaker_row *b = &r->u.breaker;
	size_t i;

	if (list && (!json_is_array(list) ||
	    json_array_size(list) > BREAKER_FAILURES_MAX))
		io_wrong(io, "failed");
	if (io->error)
		return;
	json_array_foreach(list, i, o) {
		b->failed[i].at = json_int(o, "at", 0);
		b->failed[i].attempt = (uint64_t)json_int(o, "attempt", 0);
		b->n = (int32_t)i + 1;
	}
}
