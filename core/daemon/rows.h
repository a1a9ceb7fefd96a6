/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rows.h -- the engine's records as events of the journal, and back.
 *
 * A record's numbers become names of the generation, its words those of
 * engine/names.c, NaN and unset instants null, ids integers, hashes and boot
 * ids text of 16 hexadecimal digits, bit masks lists. The members have the
 * names of engine/record.h:
 *
 *   check/nba/2026-01-16/pdc
 *     {"raw": "fail", "value": 0.0, ..., "said": {...}}
 *   attempt/7
 *     {"pipeline": "nba", "date": "2026-01-16", "id": 7,
 *      "recovery": "phase4_backfill", "phase": null, "state": "intent",
 *      "failing": ["pdc", "pcf"], "before": {"pdc": 3.0}, ...}
 *
 * Keys: "kind/pipeline/date/subject" for what a name identifies (a part that
 * a kind doesn't have is left out at the end, "-" within); "kind/ID" for
 * attempt, incident, hold, override and permit, which carry pipeline and
 * date in their data; "breach/INCIDENT/pipeline/date/kind/subject". A note
 * has no key.
 *
 * "said" is the supervisor's: what the engine doesn't keep, such as a
 * check's own answer or an attempt's exit code. It comes back as it was
 * given.
 *
 * What doesn't survive: `before` of an attempt where nothing is repaired
 * comes back as NaN, and bits beyond the checks that they stand for are
 * dropped. An attempt's checks are the `repairs` of its recovery, or those
 * of its phase's `done`.
 */
#ifndef DAEMON_ROWS_H
#define DAEMON_ROWS_H

#include <jansson.h>

#include "base/diag.h"
#include "base/text.h"
#include "engine/engine.h"
#include "journal/store.h"

/* The names of one generation. */
struct rows;

/* Returns owned, never NULL. Graph and renames are borrowed for its life.
 * `renames`: {kind, was, name} as in conf.h; a phase's names are bare or
 * "pipeline/phase". A name that exists is never taken for a former one. */
struct rows *rows_new(const struct graph *, const char *const (*renames)[3],
    int32_t n_renames);
void rows_free(struct rows *);

/*---------------------------------------------------------------- writing */

/* `e` is for store_append and points into the rest. */
struct row_event {
	struct store_event e;
	struct text key, subject;
	char date[DATE_TEXT];
	json_t *data;
};

/* `said` may be NULL; borrowed. Subject of the event: the name of the check,
 * gate, phase or recovery; of an attempt its recovery or else its phase; of
 * an incident its root; of a hold, override or permit what it is about. */
void rows_event(const struct rows *, const struct record *, int64_t at,
    const json_t *said, struct row_event *ret);
void row_event_free(struct row_event *);

#define CLEANUP_ROW_EVENT __attribute__((cleanup(row_event_free)))

/* The key alone, for store_touch. Replaces `ret`. */
void rows_key(const struct rows *, const struct record *, struct text *ret);

/*---------------------------------------------------------------- reading */

/* Returns 0; -ENOENT when an object that it names is gone, *ret_why is then
 * its kind ("check"), or NULL when the row has only moved; -EINVAL when it
 * isn't a row as we write them, *ret_why is then the member that is missing
 * or wrong. ret_why may be NULL; what it gets is static. */
int rows_record(const struct rows *, const char *key, const json_t *data,
    struct record *ret, const char **ret_why);

/* What was beside it; borrowed from `data`, or NULL. */
const json_t *rows_said(const json_t *data);

/* All rows of the journal, in the order that engine_restore wants: by kind,
 * then pipeline, then date; within these by number of the subject or id.
 * Returns 0, what `fn` returned if not 0, or -errno of the store. One
 * warning to `diag` for each object that is gone and for each row that
 * can't be read; those are left out. `said` may be NULL; all is borrowed
 * for the call. */
typedef int rows_fn(void *arg, const struct record *, const json_t *said,
    int64_t at, int64_t last_seen);
int rows_restore(const struct rows *, struct store *, rows_fn *, void *arg,
    struct diag *);

/* After a rename (conf has `was`): appends every row that names something by
 * a former name under its present one, and an empty {"moved": KEY} to the
 * former key where that differs. Inside an open transaction, before
 * rows_restore. An attempt in state intent is left as it is. Returns the
 * number of rows that moved, or -errno. */
int32_t rows_move(const struct rows *, struct store *, int64_t at);

/* Checks, gates and phases that are not configured any more are not known
 * any more: should they come back, they are met anew. Their rows of the
 * meeting become {"gone": true}. Inside an open transaction, after
 * rows_move. Returns the number of them, or -errno. */
int32_t rows_forget(const struct rows *, struct store *, int64_t at);

/* Is there, in the graph of these rows, what an open incident of `old` is
 * rooted at, under its name or a new one? */
bool rows_know_root(const struct rows *, const struct graph *old,
    const struct incident_row *, const struct record *where);

#endif
