/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tellings.h -- what each recipient knows of each incident, and what waits
 * for him. Private to the supervisor; core/notify decides.
 *
 * A row per incident and notifier ("telling/41/team") says what he was told,
 * what waits, and of the last ruling every stage: `notify explain` and
 * `why-quiet` read the events of these rows. Silences ("silence/7") and
 * escalation steps that were taken ("escalated/41/...") are rows too.
 */
#ifndef DAEMON_TELLINGS_H
#define DAEMON_TELLINGS_H

#include "daemon/rows.h"
#include "daemon/view.h"
#include "notify/notify.h"

struct telling {
	uint64_t incident;
	char *notifier;         /* as it was called; owned */
	char *route;            /* name; owned, may be NULL */
	json_t *fallback;       /* names; owned */
	struct notify_telling t;
};

/* An event that was appended, to be published after the commit. */
struct told_event {
	struct row_event row;
	uint64_t seq;
};

struct tellings {
	struct telling **v;     /* those that aren't over */
	size_t n, cap;
	json_t *silences;       /* "7": its row; those that are live */
	json_t *steps;          /* keys of escalations that were taken */
	struct told_event *written;
	size_t n_written, cap_written, n_published;
	int64_t wake;           /* INSTANT_NONE: nothing waits for time */
	bool stale;             /* `wake` is to be found anew */
};

struct supervisor;

/*--------------------------------------------------------------- tellings.c */

void tellings_init(struct tellings *);
void tellings_free(struct tellings *);
/* The journal's rows. 0 or -errno. */
int tellings_restore(struct supervisor *);
/* Finds, or makes one that knows nothing. */
struct telling *telling_of(struct tellings *, uint64_t incident,
    const char *notifier, bool make);
/* Out of the list; its row stays. */
void telling_drop(struct tellings *, struct telling *);
/* Writes its row, with the ruling; inside a transaction. */
int telling_write(struct supervisor *, struct telling *,
    const struct notify_case *, const struct notify_ruling *);
/* Any row of ours. `data` is taken. */
int told_append(struct supervisor *, const char *kind, const char *key,
    const char *subject, const struct notify_case *, json_t *data);
/* After the commit (ok), or when it failed. */
void told_publish(struct supervisor *, bool ok);
/* After the commit: those that came before an event. */
void told_publish_before(struct supervisor *, uint64_t seq);
/* NONE: it is none. */
enum severity told_severity(const char *name);
/* silences.c: one, from its row; borrows its words. */
struct silence told_silence(const json_t *row);
/* The silences that stand as core/notify wants them; valid until one
 * changes. Returns the number of them. */
int32_t told_silences(const struct supervisor *, int64_t now,
    struct silence *ret, int32_t cap);

/*------------------------------------------------------------- told_case.c */

enum { CASE_TARGETS = 16 };

struct case_room {
	const char *targets[CASE_TARGETS];
};

/* How an incident is now. */
void case_of(const struct view *, const struct tellings *,
    const struct incident_row *, const struct record *where,
    struct case_room *, struct notify_case *ret);
/* Has somebody been told that the root of this incident flaps? Of a notifier:
 * has he? */
bool flap_is_told(const struct view *, const struct tellings *,
    const struct incident_row *, const struct record *where,
    const char *notifier);

/*-------------------------------------------------------------- told_say.c */

/* The engine says something of an incident: to whoever is to hear it, now
 * or later. Inside the transaction of the change. 0 or -errno. */
int tellings_notice(struct supervisor *, const struct effect *);
/* What waits and is due (`all`: everything that waits) is ruled anew, digests
 * are written, escalations taken: a transaction of its own. */
void tellings_tick(struct supervisor *, bool all);
int64_t tellings_wake(struct supervisor *);

/*----------------------------------------------------------- told_digest.c */

/* One message for each notifier, with all that is collected for it and due;
 * inside a transaction. 0 or -errno. */
int digests_write(struct supervisor *, const struct notify_world *);
/*--------------------------------------------------------- told_escalate.c */

/* Steps that are due; inside a transaction. 0 or -errno. *ret_next: the next
 * instant at which one will be. `take`: false only looks. */
int escalations(struct supervisor *, const struct notify_world *, bool take,
    int64_t *ret_next, bool *ret_due);

/* Shared by the three: rule, queue, write. `asked`: NULL, what waits is
 * looked at again. */
struct saying {
	const struct notify_world *world;
	const struct notify_case *x;
	const struct route *route;      /* NULL */
	int32_t notifier;
	bool again, digest;
	enum notice_kind kind;          /* unless again */
	enum severity severity;
	uint64_t message;
};
int told_say(struct supervisor *, struct telling *, const struct saying *,
    struct notify_ruling *ret);
/* To each notifier, by the routes that take it now. -ENOENT: there is none. */
int say_to_routes(struct supervisor *, struct saying *);
const struct route *route_named(const struct conf *, const char *);

/* At a time. */
enum { SILENCES_MOST = 64 };

#endif
