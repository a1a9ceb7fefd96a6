/* SPDX-License-Identifier: BSD-2-Clause
 *
 * look.c -- a simulated world as the daemon's words see it.
 *
 * Titles, messages and the morning's screen are the daemon's own, made of
 * the world at hand in place of a supervisor. What a gate said is known;
 * what a plugin said of a check besides its numbers, and what an attempt
 * printed, nobody recorded.
 */
#include "simulate/look.h"

#include <errno.h>

#include "base/json.h"
#include "daemon/status.h"
#include "daemon/words.h"

static const json_t *
measurement(void *arg, int32_t check, struct date date)
{
	(void)arg;
	(void)check;
	(void)date;
	return NULL;
}

static const json_t *
evaluation(void *arg, int32_t gate, struct date date)
{
	return world_said(*(const struct world **)arg, gate, date);
}

static const json_t *
attempt(void *arg, uint64_t id)
{
	(void)arg;
	(void)id;
	return NULL;
}

static int
output(void *arg, uint64_t id, char **ret, size_t *ret_len,
    uint64_t *ret_total)
{
	(void)arg;
	(void)id;
	(void)ret;
	(void)ret_len;
	(void)ret_total;
	return -ENOENT;
}

static const struct view_said said = { measurement, evaluation, attempt,
	output };

struct view
world_look(const struct world **w)
{
	return (struct view){ .said = &said, .said_arg = w,
		.conf = world_conf(*w), .graph = &world_conf(*w)->graph,
		.engine = world_engine(*w), .now = *world_now(*w) };
}

json_t *
world_screen(const struct world *w, int64_t told)
{
	struct view v = world_look(&w);
	json_t *o = status_json(&v, NONE, STATUS_DAYS);

	put_when(o, "route_proven_at", told, v.graph->n_pipelines == 1 ?
	    view_zone(&v, 0) : NULL);
	(void)json_object_set_new(o, "clock_virtual", json_true());
	return o;
}
