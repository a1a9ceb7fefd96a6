/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rehearse_reload.c -- what a new generation would do at once.
 *
 * It is built beside the running one as for a reload, lives through its
 * first steps with what was measured last (rehearse_play.c), and is thrown
 * away.
 */
#include "daemon/rehearse.h"

#include <errno.h>
#include <string.h>

/* Incidents that would end because nothing would be watching them. */
static void
would_withdraw(struct supervisor *s, const struct generation *new)
{
	const struct incident_row *x;
	struct record where;
	int32_t i;

	for (i = 0; (x = engine_incident_at(s->g.engine, i, &where)); i++)
		if (x->open && !rows_know_root(new->rows,
		    &s->g.conf->graph, x, &where))
			would(s, "end", "end incident %llu, whose rule is "
			    "not there any more",
			    (unsigned long long)x->number);
}

static int
play(struct supervisor *s, struct generation *new)
{
	struct generation old = s->g;
	const struct event resumed = { .kind = EVENT_RESUMED };
	struct play p;
	int r;

	play_begin(&p, s, &old);

	would_withdraw(s, new);
	r = generation_engine(new);
	if (r == 0)
		r = restore_rows(s, new);
	if (r == 0) {
		new->number = old.number + 1;
		s->g = *new;
		play_event(&p, &resumed);
		s->g = old;
	}
	if (p.checks > 0)
		would(s, "measure", "measure all that is watched again: "
		    "%lld readings, %lld answers not known in advance",
		    (long long)p.checks, (long long)p.unknown);
	play_end(&p);
	return r;
}

int
rehearse_reload(struct supervisor *s, const char *config, struct diag *d,
    uint64_t *ret_hash)
{
	struct generation new;
	int r = generation_load(s, config, d, &new);

	if (r < 0)
		return r;
	*ret_hash = new.conf->hash;
	generation_warn(&s->g, &new, d);
	r = play(s, &new);
	if (r < 0)
		diag_error(d, NULL, 0, "the journal's rows can't be read "
		    "(%s)", strerror(-r));
	generation_free(&new);
	return r < 0 ? -EINVAL : 0;
}
