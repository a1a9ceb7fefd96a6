/* SPDX-License-Identifier: BSD-2-Clause
 *
 * fold.c -- the rows that the events come to, compared with those kept.
 *
 * Holds the newest event of each key, as the table `rows` should. Rows are
 * taken out as they are seen, so that what is left at the end is what the
 * table lacks. On the way the sequence must count up by one and each link of
 * the chain must follow from the one before; after a break the reading goes
 * on from what is written, so that one damaged event is one finding.
 *
 * It does not know what an event means, nor compares `last_seen`, which is a
 * cache beside the fold.
 */
#include "journal/fold.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "journal/chain.h"

struct fold {
	json_t *rows;   /* key: {"seq", "at", "kind", "data"} */
	uint64_t seq, chain;
};

struct fold *
fold_new(void)
{
	struct fold *f = calloc(1, sizeof *f);

	if (f == NULL || (f->rows = json_object()) == NULL)
		abort();
	f->chain = CHAIN_START;
	return f;
}

static void
keep(struct fold *f, const struct stored_event *e)
{
	json_t *row = json_object();

	if (row == NULL || json_object_set_new(f->rows, e->e.key, row) < 0 ||
	    json_object_set(row, "data", (json_t *)e->e.data) < 0)
		abort();
	json_put_int(row, "seq", (int64_t)e->seq);
	json_put_int(row, "at", e->e.at);
	json_put(row, "kind", e->e.kind);
}

void
fold_event(struct fold *f, struct audit *a, const struct stored_event *e)
{
	unsigned long long seq = e->seq;

	if (e->seq != f->seq + 1)
		audit_finding(a, "event %llu follows event %llu: events are "
		    "missing or out of order", seq,
		    (unsigned long long)f->seq);
	else if (chain_next(f->chain, e->seq, &e->e, e->text) != e->chain)
		audit_finding(a, "event %llu (%s) does not continue the "
		    "chain: it, or what was before it, has been changed", seq,
		    e->e.kind);
	f->seq = e->seq;
	f->chain = e->chain;
	if (e->e.data == NULL)
		audit_finding(a, "event %llu (%s) has unreadable data", seq,
		    e->e.kind);
	else if (e->e.key)
		keep(f, e);
}

/*---------------------------------------------------------------- compare */

/* A member as people can compare it: `text` is owned. */
static char *
member_text(const json_t *data, const char *key)
{
	const json_t *v = json_object_get(data, key);
	char *s = v ? json_line(v) : strdup("nothing");

	if (s == NULL)
		abort();
	if (strlen(s) > 60)
		memcpy(s + 57, "...", 4);
	return s;
}

static bool
differs(const json_t *x, const json_t *y, const char *key)
{
	json_t *a = json_object_get(x, key), *b = json_object_get(y, key);

	return (a == NULL) != (b == NULL) || (a && !json_equal(a, b));
}

/* NULL: both have the same members. */
static const char *
first_difference(const json_t *x, const json_t *y)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)x, key, v)
		if (differs(x, y, key))
			return key;
	json_object_foreach((json_t *)y, key, v)
		if (differs(x, y, key))
			return key;
	return NULL;
}

static void
compare_data(struct audit *a, const struct stored_row *row, const json_t *e)
{
	const json_t *data = json_object_get(e, "data");
	const char *key = first_difference(data, row->data);
	char *was CLEANUP_FREE = NULL, *is CLEANUP_FREE = NULL;

	if (key == NULL)
		return;
	was = member_text(data, key);
	is = member_text(row->data, key);
	audit_finding(a, "row '%s' is not what event %lld says: '%s' is %s, "
	    "the event has %s", row->key, (long long)json_int(e, "seq", 0),
	    key, is, was);
}

void
fold_row(struct fold *f, struct audit *a, const struct stored_row *row)
{
	const json_t *e = json_object_get(f->rows, row->key);
	long long seq = json_int(e, "seq", 0);

	if (e == NULL) {
		audit_finding(a, "row '%s' (event %llu) has no event",
		    row->key, (unsigned long long)row->seq);
		return;
	}
	if ((uint64_t)seq != row->seq)
		audit_finding(a, "row '%s' is of event %llu, its newest event "
		    "is %lld", row->key, (unsigned long long)row->seq, seq);
	else if (row->data == NULL)
		audit_finding(a, "row '%s' (event %lld) has unreadable data",
		    row->key, seq);
	else if (strcmp(row->kind, json_text(e, "kind", "")) != 0 ||
	    row->at != json_int(e, "at", 0))
		audit_finding(a, "row '%s' has another kind or time than "
		    "event %lld", row->key, seq);
	else
		compare_data(a, row, e);
	(void)json_object_del(f->rows, row->key);
}

void
fold_end(struct fold *f, struct audit *a)
{
	const char *key;
	json_t *e;

	json_object_foreach(f->rows, key, e)
		audit_finding(a, "row '%s' is missing: event %lld is its "
		    "newest", key, (long long)json_int(e, "seq", 0));
}

void
fold_free(struct fold *f)
{
	if (f == NULL)
		return;
	json_decref(f->rows);
	free(f);
}
