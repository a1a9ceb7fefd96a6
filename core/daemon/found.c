/* SPDX-License-Identifier: BSD-2-Clause
 *
 * found.c -- attempts that the journal says are under way, and that this
 * daemon did not start.
 *
 * Where processes of one are still alive (its file is locked) it runs, and
 * is looked at until it has ended. What has ended unseen is asked about,
 * with the same operation id: the plugin may be able to tell whether it
 * happened. So is what has ended here with an action that could not tell, or
 * whose process died over it.
 * What to make of "can't tell" is the engine's decision; nothing is ever
 * repeated here.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/inside.h"

enum { LOOK_MS = 200 };

static void
tell(struct supervisor *s, uint64_t id, bool running, int probe)
{
	struct event e = { .kind = EVENT_FOUND, .attempt = id };

	e.u.found.running = running;
	e.u.found.probe = (__typeof__(e.u.found.probe))probe;
	if (engine_attempt(s->g.engine, id))
		turn(s, &e);
	else
		turn_arm(s);
}

static void
on_probed(void *arg, const struct call_reply *r)
{
	struct asked *a = arg;
	struct supervisor *s = a->s;
	uint64_t id = a->attempt;
	const char *status = json_text(r->result, "status", "");
	json_t *facts = attempt_facts(&s->answers, id);

	asked_free(a);
	if (r->status != CALL_ANSWERED)
		status = "";
	json_put(facts, "remark", json_text(r->result, "remark", NULL));
	tell(s, id, false, strcmp(status, "ok") == 0 ? PROBE_HAPPENED :
	    strcmp(status, "failed") == 0 ? PROBE_NOT : PROBE_NONE);
}

void
found_ask(struct supervisor *s, uint64_t id)
{
	struct call_request r = { .fresh = true, .probe = true,
		.done = on_probed };

	attempt_ask(s, id, ASKED_PROBE, &r);
}

/*---------------------------------------------------------- still running */

static bool
busy(const struct supervisor *s, uint64_t id)
{
	CLEANUP_FREE char *path = attempt_path(s, id);

	return attempt_file_busy(path);
}

static void
on_look(uv_timer_t *t)
{
	struct supervisor *s = t->data;
	struct watched **at = &s->watched, *w;

	while ((w = *at)) {
		uint64_t id = w->attempt;

		if (busy(s, id)) {
			at = &w->next;
			continue;
		}
		*at = w->next;
		free(w);
		found_ask(s, id);
	}
	if (s->watched == NULL)
		(void)uv_timer_stop(t);
	turn_arm(s);
}

static bool
is_watched(const struct supervisor *s, uint64_t id)
{
	const struct watched *w;

	for (w = s->watched; w; w = w->next)
		if (w->attempt == id)
			return true;
	return false;
}

static void
watch(struct supervisor *s, uint64_t id)
{
	struct watched *w = malloc(sizeof *w);
	struct now now;

	if (w == NULL)
		abort();
	supervisor_now(s, &now);
	s->asked_at = now.wall;
	*w = (struct watched){ s->watched, id };
	s->watched = w;
	(void)uv_timer_start(&s->found_timer, on_look, LOOK_MS, LOOK_MS);
}

static void
look(struct supervisor *s, uint64_t id)
{
	bool ours = asked_find(s, id) != NULL || is_watched(s, id);

	if (!ours && !busy(s, id)) {
		found_ask(s, id);
		return;
	}
	if (!ours)
		watch(s, id);
	tell(s, id, true, PROBE_NONE);
}

static bool
under_way(enum attempt_state state)
{
	return state == ATTEMPT_INTENT || state == ATTEMPT_RUNNING ||
	    state == ATTEMPT_IN_DOUBT;
}

void
found_all(struct supervisor *s)
{
	const struct attempt_row *row;
	CLEANUP_FREE uint64_t *ids = NULL;
	size_t n = 0, k = 0;
	int32_t i;

	for (i = 0; engine_attempt_at(s->g.engine, i, NULL); i++)
		n++;
	ids = calloc(n + 1, sizeof *ids);
	if (ids == NULL)
		abort();
	for (i = 0; (row = engine_attempt_at(s->g.engine, i, NULL)) && k < n;
	    i++)
		if (under_way(row->state))
			ids[k++] = row->id;
	for (n = 0; n < k; n++)
		look(s, ids[n]);
}

void
found_free(struct supervisor *s)
{
	struct watched *w;

	while ((w = s->watched)) {
		s->watched = w->next;
		free(w);
	}
}
