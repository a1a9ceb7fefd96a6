/* SPDX-License-Identifier: BSD-2-Clause
 *
 * laws-feed.c -- the laws of the journal, judging a play.
 *
 * What `journal check` reads from a journal comes here from the records as
 * they are committed, and from the world: a process that begins is a fact,
 * too. What is configured is told by laws-feed-define.c, a row by
 * laws-feed-rows.c; each by the names that are counted here.
 *
 * A finding is a flaw of the play.
 */
#include "journal/laws.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "laws_feed_private.h"

static void
found(void *arg, const struct law_finding *x)
{
	struct laws_feed *f = arg;
	char number[8];

	(void)snprintf(number, sizeof number, "%d", law_guarantee(x->law));
	flaw(f->p, number, "law %s: %s", law_name(x->law), x->sentence);
}

static const char *
name(void *arg, uint32_t n)
{
	const struct laws_feed *f = arg;
	const struct play *p = f->p;

	return n == PIPELINE ? "the pipeline" : n == NOTIFIER ? "somebody" :
	    n >= BREAKERS ? p->breakers[n - BREAKERS].name :
	    n >= RECOVERIES ? p->recoveries[n - RECOVERIES].name :
	    n >= ACTIONS ? p->actions[n - ACTIONS].name :
	    n >= PHASES ? p->phases[n - PHASES].name :
	    n >= GATES ? p->gates[n - GATES].name : p->checks[n - CHECKS].name;
}

void
feed_see(struct laws_feed *f, struct law_fact *x)
{
	x->seq = ++f->seq;
	x->at = f->t->now.wall;
	if (x->pipeline == 0)
		x->pipeline = PIPELINE;
	laws_see(f->laws, x);
}

static uint32_t
number_of(enum of kind, int32_t i)
{
	static const uint32_t first[OF_KINDS] = { [OF_CHECK] = CHECKS,
		[OF_GATE] = GATES, [OF_PHASE] = PHASES,
		[OF_ACTION] = ACTIONS, [OF_RECOVERY] = RECOVERIES };

	return first[kind] + (uint32_t)i;
}

struct law_names
feed_names(struct laws_feed *f, const int32_t *v, int32_t n, enum of kind)
{
	struct law_names names = { 0, f->names + f->n_names };
	int32_t i;

	assert(f->n_names + n <= NAMES_MAX);
	for (i = 0; i < n; i++)
		if (alive(f->p, kind, v[i])) {
			f->names[f->n_names++] = number_of(kind, v[i]);
			names.n++;
		}
	return names;
}

static void
see_message(struct laws_feed *f, const struct effect *e)
{
	struct law_fact x = { .kind = FACT_MESSAGE, .name = NOTIFIER };

	x.u.message = (struct law_message){ .id = e->u.notify.message,
		.incident = e->u.notify.incident,
		.kind = (enum law_notice)e->u.notify.kind,
		.queued_at = f->t->now.wall, .delivered_at = INSTANT_NONE,
		.gave_up_at = INSTANT_NONE };
	feed_see(f, &x);
}

static void
begin(struct laws_feed *f)
{
	laws_free(f->laws);
	f->laws = laws_new(&(struct laws_options){ .arg = f, .found = found,
		.name = name });
	f->seq = 0;
}

static void
told(void *arg, const struct told *t)
{
	struct laws_feed *f = arg;
	struct law_fact x = { .kind = FACT_OTHER };

	f->t = t;
	if (f->laws == NULL || (t->kind == TOLD_GRAPH && f->p->step == 0))
		begin(f);
	switch (t->kind) {
	case TOLD_GRAPH:
		feed_graph(f);
		break;
	case TOLD_TAKEN:
		x.kind = FACT_DAEMON;
		x.u.daemon = (struct law_daemon){ t->epoch, true };
		feed_see(f, &x);
		break;
	case TOLD_ROW:
		feed_row(f, t->row);
		break;
	case TOLD_MESSAGE:
		see_message(f, t->effect);
		break;
	case TOLD_START:
		x.kind = FACT_BEGUN;
		x.u.begun.attempt = t->effect->u.start.attempt;
		feed_see(f, &x);
		break;
	case TOLD_OVER:
		laws_end(f->laws);
		break;
	case TOLD_ENDED:
	case TOLD_DELIVERED:
		break;
	}
}

struct laws_feed *
laws_feed_new(struct play *p)
{
	struct laws_feed *f = calloc(1, sizeof *f);

	if (f == NULL)
		abort();
	f->p = p;
	p->told = told;
	p->told_arg = f;
	return f;
}

void
laws_feed_free(struct laws_feed *f)
{
	if (f == NULL)
		return;
	laws_free(f->laws);
	free(f);
}
