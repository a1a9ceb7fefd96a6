/* SPDX-License-Identifier: BSD-2-Clause
 *
 * export_check.c -- `journal check` on an export.
 *
 * The same audit as on a store, fed from lines; needs no database, so that
 * the client can do it. Each finding has the number of its line. Lines come
 * from outside: anything that isn't one of ours is a finding and is passed
 * over, and one that is too long to be ours ends the reading.
 */
#include "journal/store.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "journal/audit.h"
#include "journal/chain.h"

#define LINE_MAX_BYTES ((size_t)16 << 20)

struct reader {
	struct audit audit;
	int64_t rows, messages;
	bool headed, ended;
};

static void
free_reader(struct reader *r)
{
	audit_free(&r->audit);
}

static const json_t *
object(const json_t *j, const char *key)
{
	const json_t *v = json_object_get(j, key);

	return json_is_object(v) ? v : NULL;
}

static void
read_event(struct reader *r, const json_t *j)
{
	const json_t *data = object(j, "data");
	char *text CLEANUP_FREE = data ? json_line(data) : strdup("");
	struct stored_event e = {
		.seq = (uint64_t)json_int(j, "seq", 0),
		.e = { .at = json_int(j, "at", 0),
			.kind = json_text(j, "kind", NULL),
			.pipeline = json_text(j, "pipeline", NULL),
			.date = json_text(j, "date", NULL),
			.subject = json_text(j, "subject", NULL),
			.key = json_text(j, "key", NULL), .data = data },
		.text = text,
	};

	if (e.e.kind == NULL || text == NULL ||
	    chain_parse(json_text(j, "chain", NULL), &e.chain) < 0)
		audit_finding(&r->audit, "not an event: it needs 'seq', 'at', "
		    "'kind', 'data' and 'chain'");
	else
		audit_event(&r->audit, &e);
}

static void
read_row(struct reader *r, const json_t *j)
{
	const struct stored_row row = {
		.key = json_text(j, "key", NULL),
		.kind = json_text(j, "kind", NULL),
		.seq = (uint64_t)json_int(j, "seq", 0),
		.at = json_int(j, "at", 0),
		.last_seen = json_int(j, "last_seen", 0),
		.data = object(j, "data"),
	};

	r->rows++;
	if (row.key == NULL || row.kind == NULL)
		audit_finding(&r->audit, "not a row: it needs 'key' and "
		    "'kind'");
	else
		audit_row(&r->audit, &row);
}

static void
read_message(struct reader *r, const json_t *j)
{
	const struct stored_message m = {
		.m = { .id = (uint64_t)json_int(j, "id", 0),
			.notifier = json_text(j, "notifier", NULL),
			.incident = (uint64_t)json_int(j, "incident", 0),
			.body = object(j, "body"),
			.receipt = json_text(j, "receipt", NULL) },
		.queued_at = json_int(j, "queued_at", 0),
		.next_at = json_int(j, "next_at", INSTANT_NONE),
		.delivered_at = json_int(j, "delivered_at", INSTANT_NONE),
		.gave_up_at = json_int(j, "gave_up_at", INSTANT_NONE),
		.tries = (int32_t)json_int(j, "tries", 0),
		.reply = json_text(j, "reply", NULL),
	};

	r->messages++;
	if (m.m.id == 0 || m.m.notifier == NULL)
		audit_finding(&r->audit, "not a message: it needs 'id' and "
		    "'notifier'");
	else
		audit_message(&r->audit, &m);
}

static void
read_end(struct reader *r, const json_t *j)
{
	const int64_t said[] = { json_int(j, "events", -1),
		json_int(j, "rows", -1), json_int(j, "messages", -1) };

	r->ended = true;
	if (said[0] != (int64_t)r->audit.events || said[1] != r->rows ||
	    said[2] != r->messages)
		audit_finding(&r->audit, "the export says %lld events, %lld "
		    "rows, %lld messages and has %lld, %lld, %lld",
		    (long long)said[0], (long long)said[1],
		    (long long)said[2], (long long)r->audit.events,
		    (long long)r->rows, (long long)r->messages);
}

static void
read_line(struct reader *r, const char *line, size_t len)
{
	json_t *j CLEANUP_JSON = json_loadb(line, len, JSON_ALLOW_NUL, NULL);

	r->audit.line++;
	if (!json_is_object(j))
		audit_finding(&r->audit, "not an object of JSON");
	else if (r->ended)
		audit_finding(&r->audit, "after the end of the export");
	else if (json_object_get(j, "export"))
		r->headed = true;
	else if (json_flag(j, "row", false))
		read_row(r, j);
	else if (json_flag(j, "message", false))
		read_message(r, j);
	else if (json_flag(j, "end", false))
		read_end(r, j);
	else
		read_event(r, j);
}

int64_t
export_check(FILE *f, struct diag *diag)
{
	struct reader r __attribute__((cleanup(free_reader))) = { 0 };
	char *line CLEANUP_FREE = NULL;
	size_t cap = 0;
	ssize_t n;

	audit_init(&r.audit, diag);
	r.audit.file = "export";
	while ((n = getline(&line, &cap, f)) > 0) {
		if ((size_t)n > LINE_MAX_BYTES)
			return -EFBIG;
		read_line(&r, line, (size_t)n);
	}
	if (ferror(f))
		return -EIO;
	if (!r.headed)
		audit_finding(&r.audit, "the heading is missing: this is not "
		    "an export of a journal");
	if (!r.ended)
		audit_finding(&r.audit, "the last line is missing: the export "
		    "was cut short");
	audit_end(&r.audit);
	return (int64_t)r.audit.events;
}
