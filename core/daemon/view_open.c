/* SPDX-License-Identifier: BSD-2-Clause
 *
 * view_open.c -- a look at what the supervisor has.
 *
 * The only place that knows where a view's answers come from in the daemon;
 * what is made of them (view.c, incident.c, message.c) knows no supervisor,
 * and serves a simulation too.
 */
#include "daemon/message.h"
#include "daemon/supervisor.h"
#include "journal/store.h"

static const json_t *
measurement(void *arg, int32_t check, struct date date)
{
	return supervisor_measurement(arg, check, date);
}

static const json_t *
evaluation(void *arg, int32_t gate, struct date date)
{
	return supervisor_evaluation(arg, gate, date);
}

static const json_t *
attempt(void *arg, uint64_t id)
{
	return supervisor_attempt(arg, id);
}

static int
output(void *arg, uint64_t id, char **ret, size_t *ret_len,
    uint64_t *ret_total)
{
	return store_read_output(supervisor_store(arg), id, ret, ret_len,
	    ret_total);
}

static const struct view_said said = { measurement, evaluation, attempt,
	output };

void
view_open(struct view *v, struct supervisor *s)
{
	*v = (struct view){ .s = s, .said = &said, .said_arg = s,
		.conf = supervisor_conf(s), .engine = supervisor_engine(s) };
	v->graph = &v->conf->graph;
	supervisor_now(s, &v->now);
}

json_t *
message_body(struct supervisor *s, uint64_t incident, enum notice_kind kind,
    enum severity severity, uint64_t message)
{
	struct view v;

	view_open(&v, s);
	return message_of(&v, incident, kind, severity, message);
}
