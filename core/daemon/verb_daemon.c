/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verb_daemon.c -- reload and shutdown.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "daemon/findings.h"
#include "daemon/handlers.h"

void
verb_reload(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	CLEANUP_DIAG struct diag d;
	json_t *o = json_object();
	struct reload how = { .config = json_text(params, "conf", NULL),
		.seen = strtoull(json_text(params, "seen", "0"), NULL, 16) };
	char text[24];
	uint64_t hash;
	int result;

	diag_init(&d);
	if (how.config && !request_watched(r)) {
		request_refuse(r, RPC_PARAMS, "'conf' goes with 'dry_run' "
		    "only: what is reloaded is what the daemon was started "
		    "with", NULL);
		json_decref(o);
		return;
	}
	result = supervisor_reload(verbs->s, &how, &d, &hash);
	(void)json_object_set_new(o, "swapped", json_boolean(result == 0 &&
	    !request_watched(r)));
	if (hash != 0) {
		(void)snprintf(text, sizeof text, "%016llx",
		    (unsigned long long)hash);
		json_put(o, "config", text);
	}
	json_put_int(o, "errors", (int64_t)d.errors);
	(void)json_object_set_new(o, "findings", findings_json(&d));
	request_answer(r, o);
}

void
verb_shutdown(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	json_t *o = json_object();

	(void)params;
	json_put(o, "code", "ok");
	supervisor_stop(verbs->s);
	request_answer(r, o);
}
