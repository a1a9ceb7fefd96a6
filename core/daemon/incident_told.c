/* SPDX-License-Identifier: BSD-2-Clause
 *
 * incident_told.c -- who was told what about an incident, and whether it
 * arrived.
 *
 * From the outbox, which the journal keeps: a message is delivered when the
 * far end has said so.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/incident.h"
#include "daemon/supervisor.h"
#include "daemon/words.h"
#include "journal/store.h"

json_t *
incident_told(const struct view *v, uint64_t number, int32_t pipeline)
{
	const struct zone *zone = view_zone(v, pipeline);
	CLEANUP_JSON json_t *messages = store_messages(supervisor_store(v->s),
	    number, 50);
	json_t *list = json_array();
	const json_t *m;
	size_t i;

	json_array_foreach(messages, i, m) {
		const json_t *body = json_object_get(m, "body");
		json_t *o = json_object();

		put_when(o, "at", json_int(m, "queued_at", INSTANT_NONE),
		    zone);
		json_put(o, "notifier", json_text(m, "notifier", NULL));
		json_put(o, "kind", json_text(body, "kind", NULL));
		json_put(o, "severity", json_text(body, "severity", NULL));
		json_put(o, "title", json_text(body, "title", NULL));
		if (strcmp(json_text(body, "kind", ""), "adopted") == 0)
			json_put(o, "why", json_text(body, "why", NULL));
		put_when(o, "delivered_at", json_int(m, "delivered_at",
		    INSTANT_NONE), zone);
		json_put_int(o, "tries", json_int(m, "tries", 0));
		json_put(o, "reply", json_text(m, "reply", NULL));
		(void)json_object_set_new(o, "gave_up", json_boolean(
		    json_flag(m, "gave_up", false) ||
		    json_int(m, "gave_up", 0) != 0));
		(void)json_array_append_new(list, o);
	}
	return list;
}
