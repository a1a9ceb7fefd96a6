/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verb_coverage.c -- coverage of the running configuration: with what only
 * the journal knows, which routes have delivered and which starters ask.
 */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/ask.h"
#include "daemon/coverage.h"
#include "daemon/handlers.h"

enum { MESSAGES = 5000 };

/* The last delivery of each notifier, of the newest messages. */
static json_t *
deliveries(struct store *store)
{
	CLEANUP_JSON json_t *messages = store_messages(store, 0, MESSAGES);
	json_t *last = json_object();
	const json_t *m;
	size_t i;

	json_array_foreach(messages, i, m) {
		const char *name = json_text(m, "notifier", NULL);
		int64_t at = json_int(m, "delivered_at", INSTANT_NONE);

		if (name && at != INSTANT_NONE && at > json_int(last, name,
		    INSTANT_NONE))
			json_put_int(last, name, at);
	}
	return last;
}

void
verb_coverage(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	struct ask a;
	const struct permit_row *permit;
	CLEANUP_JSON json_t *delivered = deliveries(supervisor_store(
	    verbs->s));
	CLEANUP_FREE bool *asks = NULL;
	struct coverage_facts facts;
	struct record where;
	int32_t i;

	ask_open(&a, verbs->s, r, params);
	asks = calloc((size_t)a.v.graph->n_phases + 1, sizeof *asks);
	if (asks == NULL)
		abort();
	for (i = 0; (permit = engine_permit_at(a.v.engine, i, &where)); i++)
		if (permit->phase != NONE)
			asks[permit->phase] = true;
	facts = (struct coverage_facts){ delivered, asks };
	request_answer(r, coverage_json(a.v.conf, &facts));
}
