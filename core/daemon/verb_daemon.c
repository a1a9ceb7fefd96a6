/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verb_daemon.c -- reload and shutdown.
 */
#include "base/json.h"
#include "daemon/handlers.h"

static json_t *
findings_json(struct diag *d)
{
	json_t *list = json_array();
	size_t i;

	diag_sort(d);
	for (i = 0; i < d->n; i++) {
		const struct finding *f = &d->v[i];
		json_t *o = json_object();

		json_put(o, "level", f->level == DIAG_ERROR ? "error" :
		    "warning");
		json_put(o, "file", f->file);
		if (f->line > 0)
			json_put_int(o, "line", f->line);
		json_put(o, "sentence", f->sentence);
		(void)json_array_append_new(list, o);
	}
	return list;
}

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
