/* SPDX-License-Identifier: BSD-2-Clause
 *
 * order.c -- phases in the order in which they can run.
 *
 * Each pipeline's phases are sorted so that a phase stands behind all that it
 * comes after, and otherwise as they were written. A cycle is printed as the
 * path that it is. Edges to the previous date don't take part: yesterday is
 * never after today.
 */
#include "base/text.h"
#include "config/load.h"

struct walk {
	struct load *l;
	struct object **path;   /* from where it began to where it is */
	size_t depth;
	struct object **sorted;
	size_t n;
};

/* path[from..] and back: in the order in which they would run. */
static void
say_cycle(const struct walk *w, const struct object *back,
    const struct node *at)
{
	CLEANUP_TEXT struct text t = { 0 };
	size_t i = w->depth;

	text_add(&t, back->name);
	do {
		i--;
		text_addf(&t, " -> %s", w->path[i]->name);
	} while (w->path[i] != back);
	wrong(w->l, at, "pipeline '%s': its phases form a cycle: %s",
	    back->owner->name, text_str(&t));
}

static void
visit(struct walk *w, struct object *o)
{
	size_t i;

	if (o->mark == SEEN)
		return;
	o->mark = SEEING;
	w->path[w->depth++] = o;
	for (i = 0; i < o->after.n; i++) {
		struct object *up = o->after.v[i].to;

		if (o->offsets[i] != 0)
			continue;
		if (up->mark != SEEING) {
			visit(w, up);
			continue;
		}
		say_cycle(w, up, o->after.v[i].at);
		o->owner->cyclic = true;
	}
	w->depth--;
	o->mark = SEEN;
	w->sorted[w->n++] = o;
}

void
order_phases(struct load *l)
{
	const struct objects *pipelines = &l->of[KIND_PIPELINE];
	int32_t index = 0;
	size_t i, k;

	for (i = 0; i < pipelines->n; i++) {
		struct object *p = pipelines->v[i];
		struct walk w = { .l = l };

		w.path = arena_alloc(l->scratch, p->n_phases *
		    sizeof w.path[0]);
		w.sorted = arena_alloc(l->scratch, p->n_phases *
		    sizeof w.sorted[0]);
		for (k = 0; k < p->n_phases; k++)
			visit(&w, p->phases[k]);
		p->phases = w.sorted;
		for (k = 0; k < p->n_phases; k++)
			p->phases[k]->index = index++;
	}
}
