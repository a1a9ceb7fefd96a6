/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rules.c -- what must hold of attempts, incidents and messages.
 *
 * Reads the rows as JSON, by the names of the engine's records, and shares
 * no code with the engine: a mistake there must not excuse itself here. A
 * state or a member that it doesn't know is a finding, not an excuse.
 *
 * Invariant: an attempt is in `attempts` from its first event on, with the
 * last state seen, whatever was found wrong with it.
 */
#include "journal/rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"

enum state { INTENT, RUNNING, IN_DOUBT, VERIFYING, CLOSED, HELD, STATES };

static const char *const state_names[STATES] = { "intent", "running",
	"in_doubt", "verifying", "closed", "held" };

#define TO(s) (1u << (s))

/* From each state, where an attempt may go; staying is another fact about
 * the same state, but a second intent would be a second start. In doubt may
 * turn out to be running still, and a person decides what was held. */
static const unsigned int forward[STATES] = {
	[INTENT] = TO(RUNNING) | TO(IN_DOUBT) | TO(VERIFYING) | TO(CLOSED) |
	    TO(HELD),
	[RUNNING] = TO(RUNNING) | TO(IN_DOUBT) | TO(VERIFYING) | TO(CLOSED) |
	    TO(HELD),
	[IN_DOUBT] = TO(IN_DOUBT) | TO(RUNNING) | TO(VERIFYING) |
	    TO(CLOSED) | TO(HELD),
	[VERIFYING] = TO(VERIFYING) | TO(CLOSED) | TO(HELD),
	[HELD] = TO(HELD) | TO(RUNNING) | TO(VERIFYING) | TO(CLOSED),
	[CLOSED] = TO(CLOSED),
};

struct rules {
	json_t *attempts;       /* id: state */
	json_t *incidents;      /* number: open */
	json_t *told;           /* "number notifier": message id */
	json_t *resolved;       /* the same */
};

struct rules *
rules_new(void)
{
	struct rules *r = calloc(1, sizeof *r);

	if (r == NULL || (r->attempts = json_object()) == NULL ||
	    (r->incidents = json_object()) == NULL ||
	    (r->told = json_object()) == NULL ||
	    (r->resolved = json_object()) == NULL)
		abort();
	return r;
}

static void
set(json_t *map, const char *key, json_t *v)
{
	if (v == NULL || json_object_set_new(map, key, v) < 0)
		abort();
}

static int
state_of(const char *name)
{
	int i;

	for (i = 0; i < STATES; i++)
		if (strcmp(state_names[i], name) == 0)
			return i;
	return -1;
}

static void
judge_move(struct audit *a, const char *id, int from, int to,
    unsigned long long seq)
{
	if (from < 0 && to != INTENT)
		audit_finding(a, "attempt %s is '%s' at event %llu without "
		    "an intent before it", id, state_names[to], seq);
	else if (from >= 0 && to == INTENT)
		audit_finding(a, "attempt %s has a second intent at event "
		    "%llu", id, seq);
	else if (from >= 0 && !(forward[from] & TO(to)))
		audit_finding(a, "attempt %s goes back from '%s' to '%s' at "
		    "event %llu", id, state_names[from], state_names[to],
		    seq);
}

void
rules_event(struct rules *r, struct audit *a, const struct stored_event *e)
{
	const char *name = json_text(e->e.data, "state", "");
	const json_t *before;
	char id[24];
	int to;

	if (strcmp(e->e.kind, "attempt") != 0 || e->e.data == NULL)
		return;
	(void)snprintf(id, sizeof id, "%lld",
	    (long long)json_int(e->e.data, "id", 0));
	to = state_of(name);
	if (to < 0) {
		audit_finding(a, "attempt %s has no known state at event "
		    "%llu: '%s'", id, (unsigned long long)e->seq, name);
		return;
	}
	before = json_object_get(r->attempts, id);
	judge_move(a, id, before ? (int)json_integer_value(before) : -1, to,
	    e->seq);
	set(r->attempts, id, json_integer(to));
}

void
rules_row(struct rules *r, const struct stored_row *row)
{
	char number[24];

	if (strcmp(row->kind, "incident") != 0 || row->data == NULL)
		return;
	(void)snprintf(number, sizeof number, "%lld",
	    (long long)json_int(row->data, "number", 0));
	set(r->incidents, number,
	    json_boolean(json_flag(row->data, "open", true)));
}

/* The summary of a first start announces nothing that could end, and a test
 * isn't about an incident. */
static bool
announces(const char *kind)
{
	return strcmp(kind, "adopted") != 0 && strcmp(kind, "test") != 0 &&
	    strcmp(kind, "resolved") != 0;
}

void
rules_message(struct rules *r, struct audit *a,
    const struct stored_message *m)
{
	const char *kind = json_text(m->m.body, "kind", "");
	unsigned long long id = m->m.id;
	char key[128], number[24];

	if (m->m.body == NULL)
		audit_finding(a, "message %llu to '%s' is unreadable", id,
		    m->m.notifier);
	if (m->delivered_at != INSTANT_NONE && m->tries == 0)
		audit_finding(a, "message %llu to '%s' was delivered without "
		    "a try", id, m->m.notifier);
	if (m->m.incident == 0)
		return;
	(void)snprintf(number, sizeof number, "%llu",
	    (unsigned long long)m->m.incident);
	if (json_object_get(r->incidents, number) == NULL)
		audit_finding(a, "message %llu to '%s' is about incident %s, "
		    "which does not exist", id, m->m.notifier, number);
	(void)snprintf(key, sizeof key, "%s %s", number, m->m.notifier);
	if (strcmp(kind, "resolved") == 0)
		set(r->resolved, key, json_integer((int64_t)id));
	else if (m->delivered_at != INSTANT_NONE && announces(kind))
		set(r->told, key, json_integer((int64_t)id));
}

void
rules_end(struct rules *r, struct audit *a)
{
	const char *key;
	char number[24];
	json_t *id;

	json_object_foreach(r->told, key, id) {
		(void)snprintf(number, sizeof number, "%.*s",
		    (int)strcspn(key, " "), key);
		if (!json_is_false(json_object_get(r->incidents, number)))
			continue;
		if (json_object_get(r->resolved, key) == NULL)
			audit_finding(a, "incident %s is closed and message "
			    "%lld of it was delivered to '%s', but its end "
			    "was never queued there", number,
			    (long long)json_integer_value(id),
			    key + strlen(number) + 1);
	}
}

void
rules_free(struct rules *r)
{
	if (r == NULL)
		return;
	json_decref(r->attempts);
	json_decref(r->incidents);
	json_decref(r->told);
	json_decref(r->resolved);
	free(r);
}
