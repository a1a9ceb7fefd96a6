/* SPDX-License-Identifier: BSD-2-Clause
 *
 * quarantine.c -- an instance that crashed again and again stays out of
 * service over a restart.
 *
 * The pool decides; each change of its mind is a row, named by kind and
 * instance, with the identity that it is about. At start those that stand
 * are handed back. One whose definition or file has changed since has
 * another identity and gets another try, as it does in a reload.
 */
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/log.h"
#include "daemon/inside.h"

static const char *const kinds[] = { [INSTANCE_CHECK] = "check",
	[INSTANCE_GATE] = "gate", [INSTANCE_ACTION] = "action",
	[INSTANCE_NOTIFIER] = "notifier" };

void
quarantine_told(void *arg, const char *kind, const char *name,
    uint64_t identity, bool on, const char *fault)
{
	struct supervisor *s = arg;
	CLEANUP_TEXT struct text key = { 0 };
	json_t *row = json_object();
	char hex[24];

	if (on)
		log_warning("%s '%s' is quarantined: %s", kind, name, fault);
	else
		log_info("%s '%s' is out of quarantine", kind, name);
	(void)snprintf(hex, sizeof hex, "%016" PRIx64, identity);
	json_put(row, "kind", kind);
	json_put(row, "name", name);
	json_put(row, "identity", hex);
	(void)json_object_set_new(row, "live", json_boolean(on));
	json_put(row, "fault", fault);
	text_addf(&key, "quarantine/%s/%s", kind, name);
	(void)commit_note(s, "quarantine", name, text_str(&key), row);
}

static const struct instance *
named(const struct conf *c, const char *kind, const char *name)
{
	size_t k;

	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
		int32_t i = strcmp(kinds[k], kind) == 0 ?
		    conf_find(c, (enum instance_kind)k, name) : NONE;

		if (i != NONE)
			return &c->instances[i];
	}
	return NULL;
}

static int
restore_one(void *arg, const char *key, const json_t *data, int64_t at,
    int64_t last_seen)
{
	struct supervisor *s = arg;
	const char *kind = json_text(data, "kind", "");
	const struct instance *in = named(s->g.conf, kind,
	    json_text(data, "name", ""));
	char hex[24];

	(void)key;
	(void)at;
	(void)last_seen;
	if (in == NULL || !json_flag(data, "live", false))
		return 0;
	(void)snprintf(hex, sizeof hex, "%016" PRIx64, in->identity);
	if (strcmp(hex, json_text(data, "identity", "")) != 0)
		return 0;
	pool_quarantine(s->pool, &(struct pool_instance){ .kind = kind,
		.name = in->name, .path = in->path, .options = in->options,
		.identity = in->identity }, json_text(data, "fault", "?"));
	return 0;
}

int
quarantine_restore(struct supervisor *s)
{
	int r = store_rows(s->store, "quarantine", restore_one, s);

	if (r < 0)
		log_error("journal: its quarantines can't be read (%s)",
		    strerror(-r));
	return r;
}
