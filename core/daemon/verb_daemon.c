/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verb_daemon.c -- reload and shutdown.
 */
#include "base/json.h"
#include "daemon/findings.h"
#include "daemon/handlers.h"

void
verb_reload(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	CLEANUP_DIAG struct diag d;
	json_t *o = json_object();
	int result;

	(void)params;
	diag_init(&d);
	result = supervisor_reload(verbs->s, &d);
	(void)json_object_set_new(o, "swapped", json_boolean(result == 0));
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
	request_answer(r, o);
	supervisor_stop(verbs->s);
}
