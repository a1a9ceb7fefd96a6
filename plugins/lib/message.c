/* SPDX-License-Identifier: BSD-2-Clause
 *
 * message.c -- a notifier's message, as JSON, and its key.
 *
 * What is empty is left out. The key is the same for all tries of a message,
 * so that a far end whose answer was lost can tell the repetition; the name
 * of the notifier may be anything and is percent-encoded.
 */
#include "lib/message.h"

#include <stdlib.h>

#include "lib/template.h"

json_t *
message_json(const struct call *c)
{
	static const char *const names[] = { "id", "kind", "severity",
		"pipeline", "date", "incident", "title", "text", "why",
		"tried", "held", "deadline", "told", "fix", "runbook", "look",
		"quiet", "since", "now" };
	uint32_t n = c->host->param_count(c->ctx, "merged"), k;
	json_t *o = json_object(), *list = json_array();
	size_t i;

	if (o == NULL || list == NULL)
		abort();
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		const char *s = c->host->param(c->ctx, names[i]);

		if (s && *s)
			json_object_set_new(o, names[i], json_string(s));
	}
	for (k = 0; k < n; k++)
		json_array_append_new(list, json_string(c->host->param_item(
		    c->ctx, "merged", k)));
	if (n > 0)
		json_object_set(o, "merged", list);
	json_decref(list);
	return o;
}

void
message_headline(const struct call *c, struct buf *b)
{
	buf_addf(b, "%s %s %s: %s", param_or(c, "severity", "message"),
	    param_or(c, "pipeline", ""), param_or(c, "date", ""),
	    param_or(c, "title", "a message without title"));
}

bool
message_of_incident(const struct call *c)
{
	return strcmp(param_or(c, "incident", "0"), "0") != 0;
}

bool
message_is(const struct call *c, const char *kind)
{
	return strcmp(param_or(c, "kind", ""), kind) == 0;
}

void
message_key(const struct call *c, struct buf *b)
{
	buf_add(b, "Idempotency-Key: gatewarden-");
	template_add_encoded(b, param_or(c, "instance", "notifier"));
	buf_add(b, "-");
	template_add_encoded(b, param_or(c, "id", "0"));
}
