/* SPDX-License-Identifier: BSD-2-Clause
 *
 * check.c -- `journal check` on a store.
 *
 * Feeds the audit with everything that the store has, after the database's
 * own check of its pages and references. A store that can't be read to its
 * end gives an error; what was found until then stands.
 */
#include "journal/store.h"

#include "journal/audit.h"

static int
feed_event(void *arg, const struct stored_event *e)
{
	audit_event(arg, e);
	return 0;
}

static int
feed_row(void *arg, const struct stored_row *row)
{
	audit_row(arg, row);
	return 0;
}

static int
feed_message(void *arg, const struct stored_message *m)
{
	audit_message(arg, m);
	return 0;
}

int64_t
store_check(struct store *s, struct diag *diag)
{
	const struct store_query all_events = { 0 };
	const struct message_query all_messages = { 0 };
	struct audit a CLEANUP_AUDIT = { 0 };
	int r;

	audit_init(&a, diag);
	r = s->ops->verify(s, diag);
	if (r == 0)
		r = s->ops->events(s, &all_events, feed_event, &a);
	if (r == 0)
		r = s->ops->rows(s, NULL, feed_row, &a);
	if (r == 0)
		r = s->ops->messages(s, &all_messages, feed_message, &a);
	if (r < 0)
		return r;
	audit_end(&a);
	return (int64_t)a.events;
}
