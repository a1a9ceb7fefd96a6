/* SPDX-License-Identifier: BSD-2-Clause
 *
 * row_override.c -- the conditions that an override accepts.
 *
 * A list of objects, each with what its kind of condition names: a phase, a
 * gate with its verdict, a check with its result, or a number. A condition
 * that can't be read any more because its object is gone is left out; one
 * that is damaged is an error like any other. The inputs that were bad are
 * bits in the engine, counted along a list that a later generation may order
 * otherwise, and names here.
 */
#include "base/json.h"
#include "daemon/row_shapes.h"
#include "engine/engine.h"

enum { REASONS = 62 };          /* as many bits has a condition */

#define WORDS(name, fn, type, last) \
	static const char * \
	name##_word(unsigned int v) \
	{ \
		return fn((enum type)v); \
	} \
	static const struct words name = { name##_word, (last) + 1 }

WORDS(results, result_name, result, RESULT_NOT_DUE);
WORDS(verdicts, verdict_name, verdict, VERDICT_BLOCKED);
WORDS(whys, why_name, why, WHY_COUNT - 1);

static enum object
object_of_why(enum why w)
{
	switch (w) {
	case WHY_UPSTREAM:
		return OBJECT_PHASE;
	case WHY_GATE:
		return OBJECT_GATE;
	case WHY_CHECK:
	case WHY_STALE_EVIDENCE:
		return OBJECT_CHECK;
	case WHY_BREAKER:
		return OBJECT_BREAKER;
	default:
		return OBJECT_NONE;     /* a hold's or attempt's id */
	}
}

static const struct words *
words_of_why(enum why w)
{
	return w == WHY_GATE ? &verdicts : w == WHY_CHECK ? &results : NULL;
}

/* What the bits of a condition stand for; NULL: it has none. */
static const int32_t *
reasons_of(const struct graph *g, const struct condition *c, int32_t *ret_n)
{
	*ret_n = 0;
	if (c->subject == NONE)
		return NULL;
	return c->why == WHY_GATE ? row_inputs(g, c->subject, ret_n) :
	    c->why == WHY_UPSTREAM ? row_done(g, c->subject, ret_n) : NULL;
}

static void
put_reasons(const struct graph *g, const struct condition *c, json_t *o)
{
	const int32_t *checks;
	int32_t n, i;
	json_t *list;

	checks = reasons_of(g, c, &n);
	if (n == 0)
		return;
	list = json_array();
	for (i = 0; i < n; i++)
		if (c->bad & (uint64_t)1 << i % REASONS)
			(void)json_array_append_new(list,
			    json_string(g->checks[checks[i]].name));
	(void)json_object_set_new(o, "reasons", list);
}

/* One that isn't among them any more is accepted no more. Old rows have bits
 * alone. */
static void
get_reasons(struct row_io *io, const json_t *o, struct condition *c)
{
	const json_t *list = json_object_get(o, "reasons"), *v;
	const int32_t *checks;
	int32_t n, place;
	size_t i;

	checks = reasons_of(io->names->graph, c, &n);
	if (list == NULL || checks == NULL)
		return;
	c->bad = 0;
	json_array_foreach(list, i, v) {
		place = json_is_string(v) ? row_place(io, checks, n,
		    json_string_value(v)) : -1;
		if (place >= 0)
			c->bad |= (uint64_t)1 << place % REASONS;
	}
}

void
put_override(struct row_io *io, const struct record *r)
{
	json_t *list = json_array();
	int32_t i;

	for (i = 0; i < r->u.override.n; i++) {
		const struct condition *c = &r->u.override.accepted[i];
		const struct words *w = words_of_why(c->why);
		json_t *o = json_object();

		json_put(o, "why", why_name(c->why));
		io_put_object(io, o, "subject", object_of_why(c->why),
		    c->subject);
		if (w && c->detail >= 0 && (unsigned int)c->detail < w->n)
			json_put(o, "detail",
			    w->name((unsigned int)c->detail));
		else
			json_put_int(o, "detail", c->detail);
		json_put_int(o, "bad", (int64_t)c->bad);
		json_put_num(o, "lacking", c->lacking);
		put_reasons(io->names->graph, c, o);
		(void)json_array_append_new(list, o);
	}
	(void)json_object_set_new(io->data, "accepted", list);
}

static struct condition
get_condition(struct row_io *io, const json_t *o)
{
	enum why why = (enum why)io_get_word(io, o, "why", &whys);
	const json_t *detail = io_member(io, o, "detail");
	const struct words *w = words_of_why(why);
	struct condition c = { .why = why, .subject = io_get_object(io, o,
	    "subject", object_of_why(why)) };

	if (w && json_is_string(detail))
		c.detail = (int32_t)io_get_word(io, o, "detail", w);
	else if (json_is_integer(detail))
		c.detail = (int32_t)json_integer_value(detail);
	else
		io_wrong(io, "detail");
	/* a row from before these were kept accepts no reason at all */
	c.bad = (uint64_t)json_integer_value(json_object_get(o, "bad"));
	c.lacking = json_number_value(json_object_get(o, "lacking"));
	if (io->error == 0)
		get_reasons(io, o, &c);
	return c;
}

/* A condition whose object is gone can't be met any more: left out, which
 * accepts less. */
void
get_override(struct row_io *io, struct record *r)
{
	const json_t *list = io_member(io, io->data, "accepted"), *o;
	struct override_row *row = &r->u.override;
	size_t i;

	if (list && (!json_is_array(list) ||
	    json_array_size(list) > CONDITIONS_MAX))
		io_wrong(io, "accepted");
	if (io->error)
		return;
	json_array_foreach(list, i, o) {
		struct row_io one = *io;
		struct condition c = get_condition(&one, o);

		if (one.error == 0)
			row->accepted[row->n++] = c;
		else if (one.member)
			io_wrong(io, one.member);
	}
}
