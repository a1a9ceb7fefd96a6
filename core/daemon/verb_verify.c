/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verb_verify.c -- `verify`: the inventory, asked of what runs.
 *
 * The answer waits for all checks of it, as long as the slowest may take. A
 * client that leaves takes them along.
 */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/ask.h"
#include "daemon/handlers.h"
#include "daemon/verify.h"

struct verifying {
	struct verify *v;
};

static bool
try_verify(void *state, struct request *request)
{
	struct verifying *w = state;
	json_t *result = verify_result(w->v);

	if (result == NULL)
		return false;
	request_answer(request, result);
	return true;
}

static void
forget(void *state)
{
	struct verifying *w = state;

	verify_release(w->v);
	free(w);
}

void
verb_verify(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	const char *date = json_text(params, "date", NULL);
	CLEANUP_JSON json_t *report = supervisor_report(verbs->s);
	struct verify_options o = { .pool = supervisor_pool(verbs->s),
		.finder = supervisor_finder(verbs->s),
		.only = json_object_get(params, "only"),
		.skip = json_object_get(params, "skip"),
		.notifiers = json_object_get(json_object_get(report,
		    "outbox"), "notifiers"),
		.all = &verbs->verifies };
	struct verifying *w;
	struct ask a;

	ask_open(&a, verbs->s, r, params);
	if (date && !ask_date(&a, "date", date, NONE, &o.date))
		return;
	o.dated = date != NULL;
	o.conf = a.v.conf;
	o.now = a.v.now.wall;
	w = calloc(1, sizeof *w);
	if (w == NULL)
		abort();
	w->v = verify_new(&o);
	wait_for_owned(&verbs->waits, r, try_verify, w, forget);
}
