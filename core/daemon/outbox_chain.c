/* SPDX-License-Identifier: BSD-2-Clause
 *
 * outbox_chain.c -- what waits for one notifier about one incident.
 *
 * News that could not be told grows stale: when a notifier can be reached
 * again, of each incident the last state counts. So the newest message goes
 * out and carries the ones before it, which it names and counts; an opening
 * and its end that both waited become one message. Each stays a row of its
 * own until the far end has taken the one that carries it, and shares its
 * tries; nothing is dropped, and order is kept because nothing of the
 * incident is behind.
 *
 * Invariant: a chain is in ascending order of ids, and holds pending entries
 * of one incident and one notifier; what belongs to no incident is in none.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "daemon/outbox_private.h"
#include "daemon/outbox_route.h"

/*------------------------------------------------------------------ chains */

/* The last of a chain that is earlier than it; NULL: none is. */
static struct entry *
last_before(const struct entry *e)
{
	struct entry *found = NULL, *x;
	size_t i;

	for (i = 0; i < e->box->n; i++) {
		x = e->box->v[i];
		if (x != e && x->incident == e->incident &&
		    x->target == e->target && x->id < e->id &&
		    (found == NULL || x->id > found->id))
			found = x;
	}
	return found;
}

static struct entry *
first_after(const struct entry *e)
{
	struct entry *found = NULL, *x;
	size_t i;

	for (i = 0; i < e->box->n; i++) {
		x = e->box->v[i];
		if (x != e && x->incident == e->incident &&
		    x->target == e->target && x->id > e->id &&
		    (found == NULL || x->id < found->id))
			found = x;
	}
	return found;
}

void
chain_in(struct entry *e)
{
	e->before = e->after = NULL;
	if (e->incident == 0)
		return;
	e->before = last_before(e);
	e->after = first_after(e);
	if (e->before)
		e->before->after = e;
	if (e->after)
		e->after->before = e;
}

void
chain_out(struct entry *e)
{
	if (e->before)
		e->before->after = e->after;
	if (e->after)
		e->after->before = e->before;
	e->before = e->after = NULL;
}

static enum severity
severity_of(const struct entry *e)
{
	const char *s = json_text(e->body, "severity", "");
	enum severity v = SEVERITY_CRITICAL;

	while (v > SEVERITY_NONE && strcmp(severity_name(v), s) != 0)
		v--;
	return v;
}

enum severity
chain_severity(const struct entry *first)
{
	enum severity worst = SEVERITY_NONE;

	for (; first; first = first->after)
		if (severity_of(first) > worst)
			worst = severity_of(first);
	return worst;
}

/*------------------------------------------------------------------ groups */

struct entry *
chain_carrier(struct entry *first)
{
	struct entry *last = first, *x;
	int32_t n = 1;

	while (last->after && n < CARRY_MOST) {
		last = last->after;
		n++;
	}
	for (x = last->before; x; x = x->before)
		x->carrier = last;
	return last;
}

int32_t
chain_group(struct entry *carrier, struct entry *ret[CARRY_MOST])
{
	struct entry *x = carrier;
	int32_t n = 1, i;

	while (x->before && x->before->carrier == carrier) {
		x = x->before;
		n++;
	}
	for (i = 0; i < n; i++, x = x->after)
		ret[i] = x;
	return n;
}

/*-------------------------------------------------------------------- words */

static bool
is_kind(const struct entry *e, enum notice_kind kind)
{
	return strcmp(json_text(e->body, "kind", ""),
	    notice_kind_name(kind)) == 0;
}

/* "opened since 06:12, worse" */
static void
kinds_words(struct text *t, struct entry *const *v, int32_t n)
{
	const char *since;
	int32_t i;

	for (i = 0; i < n; i++) {
		text_addf(t, "%s%s", i > 0 ? ", " : "",
		    json_text(v[i]->body, "kind", "a message"));
		since = json_text(v[i]->body, "since", "");
		if (i == 0 && *since)
			text_addf(t, " since %s", since);
	}
}

/* Before the last line, which says where to look. */
static void
put_line(json_t *body, const char *line)
{
	const char *s = json_text(body, "text", "");
	CLEANUP_TEXT struct text t = { 0 };
	size_t at = strlen(s);

	while (at > 0 && s[at - 1] == '\n')
		at--;
	while (at > 0 && s[at - 1] != '\n')
		at--;
	text_addn(&t, s, at);
	text_addf(&t, "%s\n%s", line, s + at);
	json_put(body, "text", text_str(&t));
}

/* "you, pager, boss (not yet)": who hears of the incident, by what is in the
 * outbox. */
static void
add_told(json_t *body, const struct entry *e, const json_t *messages)
{
	CLEANUP_JSON json_t *seen = json_object();
	CLEANUP_TEXT struct text t = { 0 };
	CLEANUP_TEXT struct text line = { 0 };
	const json_t *m;
	size_t i;

	text_add(&t, "you");
	json_array_foreach(messages, i, m) {
		const char *name = json_text(m, "notifier", "");

		if (strcmp(name, e->notifier) == 0 || json_flag(m, "gave_up",
		    false) || json_object_get(seen, name))
			continue;
		(void)json_object_set_new(seen, name, json_true());
		text_addf(&t, ", %s%s", name, json_is_integer(json_object_get(
		    m, "delivered_at")) ? "" : " (not yet)");
	}
	if (json_object_size(seen) == 0)
		text_add(&t, " only");
	json_put(body, "told", text_str(&t));
	text_addf(&line, "told   %s", text_str(&t));
	put_line(body, text_str(&line));
}

/* What the notifier handed back last: at an earlier try of this, else with
 * the newest message of the incident; also under a former name. */
static void
add_receipt(json_t *body, const struct entry *e, const json_t *messages)
{
	const char *found = e->receipt;
	int64_t newest = 0, id;
	const json_t *m;
	size_t i;

	json_array_foreach(messages, i, m) {
		const char *s = json_text(m, "receipt", NULL);

		id = json_int(m, "id", 0);
		if (s == NULL || e->receipt || id < newest ||
		    find_notifier(e->box->options.conf,
		    json_text(m, "notifier", "")) != e->number)
			continue;
		found = s;
		newest = id;
	}
	json_put(body, "receipt", found);
}

static void
add_history(json_t *body, const struct entry *e)
{
	CLEANUP_JSON json_t *messages = e->incident == 0 ? NULL :
	    store_messages(e->box->options.store, e->incident, 0);

	add_receipt(body, e, messages);
	if (e->incident != 0 && !is_kind(e, NOTICE_RESOLVED) &&
	    *json_text(body, "text", "") != '\0')
		add_told(body, e, messages);
}

json_t *
chain_body(const struct entry *carrier)
{
	struct entry *v[CARRY_MOST];
	int32_t n = chain_group((struct entry *)carrier, v) - 1, i;
	json_t *body = json_copy(carrier->body), *ids;
	CLEANUP_TEXT struct text t = { 0 };

	add_history(body, carrier);
	if (n == 0)
		return body;
	ids = json_array();
	for (i = 0; i < n; i++)
		(void)json_array_append(ids, json_object_get(v[i]->body,
		    "id"));
	(void)json_object_set_new(body, "merged", ids);
	text_addf(&t, "note   %d earlier message%s merged: ", n,
	    n == 1 ? "" : "s");
	kinds_words(&t, v, n);
	if (is_kind(carrier, NOTICE_RESOLVED) && is_kind(v[0],
	    NOTICE_OPENED))
		text_add(&t, "; it was over before you could be told");
	put_line(body, text_str(&t));
	return body;
}
