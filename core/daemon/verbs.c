/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verbs.c -- binds the verb table to its handlers.
 *
 * The table says what can be asked; the verb_*.c files know how to answer;
 * this file is the list of which is which, and the place where the journal's
 * events go out to those who follow and stir those who wait. It dies with
 * the control socket.
 */
#include "daemon/verbs.h"

#include <assert.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/handlers.h"
#include "daemon/verify.h"

static const struct {
	const char *verb;
	handler_fn *fn;
} handlers[] = {
	{ "status", verb_status }, { "explain", verb_explain },
	{ "incident", verb_incident }, { "coverage", verb_coverage },
	{ "events", verb_events }, { "incidents", verb_incidents },
	{ "phases", verb_phases }, { "checks", verb_checks },
	{ "gates", verb_gates }, { "plugins", verb_plugins },
	{ "due", verb_due }, { "report", verb_report },
	{ "metric", verb_metric }, { "metric why", verb_metric_why },
	{ "log", verb_log },
	{ "check run", verb_check_run }, { "recheck", verb_recheck },
	{ "gate wait", verb_gate_wait }, { "signal", verb_signal },
	{ "run", verb_run }, { "recover", verb_recover },
	{ "reopen", verb_reopen }, { "cancel", verb_cancel },
	{ "ack", verb_ack }, { "hold", verb_hold },
	{ "backfill plan", verb_backfill_plan },
	{ "backfill start", verb_backfill_start },
	{ "backfill status", verb_backfill_status },
	{ "backfill pause", verb_backfill_pause },
	{ "backfill resume", verb_backfill_resume },
	{ "backfill cancel", verb_backfill_cancel },
	{ "resolve", verb_resolve },
	{ "waive", verb_waive },
	{ "release", verb_release }, { "override", verb_override },
	{ "undo", verb_undo }, { "reload", verb_reload },
	{ "silence", verb_silence }, { "silences", verb_silences },
	{ "notify explain", verb_notify_explain },
	{ "why-quiet", verb_why_quiet }, { "routes", verb_routes },
	{ "journal check", verb_journal_check },
	{ "journal export", verb_journal_export },
	{ "notify test", verb_notify_test }, { "verify", verb_verify },
	{ "doctor", verb_doctor },
	{ "shutdown", verb_shutdown }
};

struct bound {
	struct verbs *verbs;
	const struct verb *verb;
	handler_fn *fn;
};

/*--------------------------------------------------------------- rehearsal */

/* Adds to the answer what was said instead of done, and notes it. Whoever
 * did not ask for a dry run must not take a permit for one. */
static void
on_answer(void *arg, struct request *r, json_t *result)
{
	struct bound *b = arg;
	CLEANUP_JSON json_t *said = supervisor_rehearsed(b->verbs->s);

	if (said == NULL)
		said = json_array();
	(void)json_object_set_new(result, "dry_run", json_true());
	if (!json_flag(request_params(r), "dry_run", false) &&
	    json_object_get(result, "granted"))
		(void)json_object_set_new(result, "granted", json_false());
	(void)json_object_set(result, "would", said);
	(void)supervisor_note_dry(b->verbs->s, b->verb->name,
	    request_actor(r), request_params(r), said);
	supervisor_rehearse(b->verbs->s);       /* until the handler is done */
}

static void
enter(void *arg, const struct request *r)
{
	struct verbs *v = arg;

	if (request_watched(r))
		supervisor_rehearse(v->s);
}

/* The request may be answered, and gone. */
static void
leave(void *arg)
{
	struct verbs *v = arg;

	json_decref(supervisor_rehearsed(v->s));
}

/* Every call comes by here. */
static void
handle(void *arg, struct request *r, const json_t *params)
{
	struct bound *b = arg;

	if ((b->verb->flags & VERB_ACTS) && (json_flag(params, "dry_run",
	    false) || (supervisor_is_dry(b->verbs->s) &&
	    (b->verb->flags & VERB_WITHIN) == 0)))
		request_on_answer(r, on_answer, b);
	enter(b->verbs, r);
	b->fn(b->verbs, r, params);
	leave(b->verbs);
}

/*------------------------------------------------------------------ events */

static void
on_event(void *arg, uint64_t seq, const struct store_event *e)
{
	struct verbs *v = arg;
	CLEANUP_JSON json_t *event =
	    event_json(&supervisor_conf(v->s)->graph, e);

	control_publish(v->control, seq, event);
	waits_stir(&v->waits);
}

static void
verbs_free(void *arg)
{
	struct verbs *v = arg;

	supervisor_watch(v->s, NULL, NULL);
	waits_free(&v->waits);
	verify_free_all(&v->verifies);  /* the pool is gone */
	free(v->bound);
	free(v);
}

void
verbs_bind(struct supervisor *s, struct control *control)
{
	struct verbs *v = calloc(1, sizeof *v);
	size_t i;

	if (v == NULL)
		abort();
	v->s = s;
	v->control = control;
	waits_init(&v->waits, supervisor_loop(s));
	v->waits.enter = enter;
	v->waits.leave = leave;
	v->waits.arg = v;
	v->bound = calloc(ARRAY_SIZE(handlers), sizeof v->bound[0]);
	if (v->bound == NULL)
		abort();
	for (i = 0; i < ARRAY_SIZE(handlers); i++) {
		v->bound[i] = (struct bound){ v, verb_find(handlers[i].verb),
			handlers[i].fn };
		control_bind(control, handlers[i].verb, handle, &v->bound[i]);
	}
	assert(control_complete(control));
	control_own(control, v, verbs_free);
	supervisor_watch(s, on_event, v);
}
