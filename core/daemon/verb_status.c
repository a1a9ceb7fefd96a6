/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verb_status.c -- answers `status`.
 *
 * What is known of the dates is status.c's; what only the daemon knows of
 * itself is added here: when a route last proved to lead somewhere, and how
 * its journal and its outbox are.
 */
#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/ask.h"
#include "daemon/handlers.h"
#include "daemon/status.h"
#include "daemon/supervisor.h"
#include "daemon/words.h"
#include "journal/store.h"

/* When a message last arrived, and how many have not. */
static void
put_route(json_t *o, const struct view *v)
{
	CLEANUP_JSON json_t *messages = store_messages(supervisor_store(v->s),
	    0, 100);
	int64_t proven = INSTANT_NONE, at;
	const json_t *m;
	size_t i;

	json_array_foreach(messages, i, m) {
		at = json_int(m, "delivered_at", INSTANT_NONE);
		if (at > proven)
			proven = at;
	}
	put_when(o, "route_proven_at", proven, v->graph->n_pipelines == 1 ?
	    view_zone(v, 0) : NULL);
}

/* Notifiers in trouble, which somebody has to look at. */
static void
put_troubles(json_t *o, const struct view *v)
{
	json_t *troubles = json_object_get(json_object_get(o, "daemon"),
	    "troubles"), *row;
	json_t *needs = json_object_get(o, "needs");
	const char *name;

	json_object_foreach(troubles, name, row) {
		CLEANUP_TEXT struct text t = { 0 };
		CLEANUP_TEXT struct text look = { 0 };
		json_t *need = json_object();

		text_addf(&t, "notifier '%s' does not deliver since ", name);
		words_clock(&t, json_int(row, "since", v->now.wall),
		    v->now.wall, v->graph->n_pipelines > 0 ?
		    view_zone(v, 0) : NULL);
		text_addf(&t, ": %s", json_text(row, "why", "no reason"));
		text_addf(&look, "gatewarden notify test %s", name);
		json_put(need, "kind", "notifier");
		json_put(need, "severity", "critical");
		json_put(need, "sentence", text_str(&t));
		json_put(need, "look", text_str(&look));
		(void)json_array_append_new(needs, need);
	}
}

void
verb_status(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	struct ask a;
	int32_t only, days;
	json_t *o;

	ask_open(&a, verbs->s, r, params);
	if (!ask_pipeline(&a, "pipeline", &only) ||
	    !ask_count(&a, "days", STATUS_DAYS, STATUS_DAYS_MAX, &days))
		return;
	o = status_json(&a.v, only, days);
	put_route(o, &a.v);
	(void)json_object_set_new(o, "daemon", supervisor_report(verbs->s));
	put_troubles(o, &a.v);
	request_answer(r, o);
}
