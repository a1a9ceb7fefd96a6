/* SPDX-License-Identifier: BSD-2-Clause
 *
 * incidents.h -- from what stands to what is told. Private to core/engine,
 * shared by signs.c, roots.c, breaches.c, notices.c and incidents.c.
 */
#ifndef ENGINE_INCIDENTS_H
#define ENGINE_INCIDENTS_H

#include "engine/state.h"

/*------------------------------------------------ known.c: what is known */

/* What the evidence of something says while it isn't done. */
enum evidence {
	EVIDENCE_GOOD, EVIDENCE_NOT_DUE, EVIDENCE_BAD,
	EVIDENCE_UNTOLD,        /* a probe could not tell */
	EVIDENCE_NOT_IN         /* not measured, confirmed or judged yet */
};

/* `ret_untold`: the check of EVIDENCE_UNTOLD, else NONE. */
enum evidence check_evidence(const struct engine *, int32_t check,
    const struct day *);
enum evidence gate_evidence(const struct engine *, int32_t gate,
    const struct day *, int32_t *ret_untold);
enum evidence phase_evidence(const struct engine *, int32_t phase,
    const struct day *, int32_t *ret_untold);
/* What the date owes must be known before anything is held against it. */
enum evidence calendar_evidence(const struct engine *, int32_t pipeline,
    const struct day *, int32_t *ret_untold);
/* A gate that only watches closes nothing. */
bool guard_counts(const struct engine *, int32_t pipeline, int32_t gate);
bool input_not_in(const struct engine *, const struct gate_def *,
    const struct day *);
/* The checks that a phase's `done` rests on; the number of them. */
int32_t phase_checks(const struct engine *, int32_t phase,
    const struct day *, const int32_t **ret);

/*------------------------------------------------------- signs.c: what is */

/* Of one condition, now. UNCLEAR changes nothing: it neither opens a breach
 * nor ends one. */
enum standing { CLEAR, UNCLEAR, STANDS };

struct sign {
	enum root_kind kind;
	int32_t subject;
	enum severity severity;
	enum why why;
	int32_t untold;         /* check: its probe can't tell; else NONE */
};

bool phase_over(const struct engine *, int32_t phase, const struct day *);
/* `stood`: it has an open breach; then it may stand without being late. */
enum standing phase_standing(struct engine *, int32_t phase, struct day *,
    bool stood, struct sign *ret);
enum standing alarm_standing(struct engine *, int32_t gate, struct day *,
    struct sign *ret);
enum standing bypass_standing(const struct engine *, int32_t phase,
    const struct day *, struct sign *ret);
enum standing held_standing(const struct engine *, int32_t phase,
    const struct day *, struct sign *ret);
enum standing probe_standing(struct engine *, int32_t check, struct day *,
    struct sign *ret);
bool same_target(const struct graph *, int32_t check, int32_t other);

/* Has a late phase waited long enough for what isn't known yet? */
bool waited_enough(struct engine *, int32_t phase, struct day *);

/*---------------------------------------------- index.c: what is where */

/* Those of a date, and of an incident, in the order in which they were made;
 * NULL ends. */
struct breach_entry *breach_first(const struct engine *, const struct day *);
struct breach_entry *breach_next(const struct engine *,
    const struct breach_entry *);
struct breach_entry *breach_first_in(const struct engine *,
    const struct incident_entry *);
struct breach_entry *breach_next_in(const struct engine *,
    const struct breach_entry *);
struct incident_entry *incident_first(const struct engine *,
    const struct day *);
struct incident_entry *incident_next(const struct engine *,
    const struct incident_entry *);
struct incident_entry *incident_of(const struct engine *, uint64_t number);
/* The last of its table: into its chains. */
void index_incident(struct engine *, struct incident_entry *);
void index_breach(struct engine *, struct breach_entry *);
/* When all rows are restored. */
void index_all(struct engine *);
/* Before its entry is removed. */
void index_drop_incident(struct engine *, int32_t i);
void index_drop_breach(struct engine *, int32_t i);

/*-------------------------------------------- breaches.c, incident rows */

/* The open one of a date, or NULL. */
struct breach_entry *breach_of(const struct engine *, int32_t pipeline,
    const struct day *, enum root_kind, int32_t subject);
/* Opens, or opens again what has the same key. NULL: the table is full of
 * open ones. Writes a row. */
struct breach_entry *breach_open(struct engine *, int32_t pipeline,
    const struct day *, const struct sign *, uint64_t incident, bool child);
void breach_close(struct engine *, struct breach_entry *);
/* After a restart: ends those that stand in no incident. False: no room. */
bool breaches_adrift(struct engine *);
void breach_write(struct engine *, const struct breach_entry *);
/* Something is over, which makes room in a table. */
void make_way(struct engine *);

/* NULL: no such number; incident_live: or it is over. */
struct incident_entry *incident_live(const struct engine *, uint64_t number);
/* NULL: full of open ones. `d` may be NULL: of no date. Nothing is written:
 * its severity isn't known yet. */
struct incident_entry *incident_open(struct engine *, int32_t pipeline,
    const struct day *, enum root_kind, int32_t root);
void incident_write(struct engine *, const struct incident_entry *);
/* Over; the row is not written. */
void incident_close(struct engine *, struct incident_entry *);
/* A place in a full table: what is over goes first, the oldest of it.
 * Entries move. */
bool incident_room(struct engine *);
bool breach_room(struct engine *);

/*-------------------------------------------------- roots.c: what follows */

/* The date of an edge's other end; NULL where it isn't watched. */
struct day *upstream_day(const struct engine *, int32_t pipeline,
    const struct day *, const struct edge_def *);
/* Does it follow from a phase on an earlier date that is to be looked at
 * first? Then it is touched when that has been. */
bool far_unsettled(struct engine *, int32_t phase, struct day *);
struct trace upstream_trace(struct engine *, int32_t phase, struct day *);
struct trace phase_trace(struct engine *, int32_t phase, struct day *,
    struct trace upstream);
/* By its own guards and evidence alone. */
struct trace own_trace(const struct engine *, int32_t phase,
    const struct day *);
/* The live incident in which a breach of the date stands, or 0. */
uint64_t stands_in(const struct engine *, int32_t pipeline,
    const struct day *, enum root_kind, int32_t subject);
/* The live incident in which one stood as its cause, or stands; 0. */
uint64_t stood_in(const struct engine *, int32_t pipeline,
    const struct day *, enum root_kind, int32_t subject);

/*----------------------------------------------------- upstream.c: whose */

/* From the marked phases of a date to all that is upstream of them. */
void mark_none(const struct engine *, int32_t pipeline, struct day *);
void mark_up(const struct engine *, int32_t pipeline, struct day *);
/* A cause that stands, or whose proof is younger than the window. */
bool owns_still(const struct engine *, const struct breach_entry *);
/* The incident of a phase upstream, of this date or one before; not `but`;
 * 0: none. */
uint64_t incident_above(struct engine *, int32_t phase, struct day *,
    uint64_t but);
/* Is a phase that the incident's causes hold back still undone? */
bool holds_back(struct engine *, const struct incident_entry *,
    struct day *);
/* How long what follows from a proven root still counts as its own. */
int64_t settle_window(const struct engine *, int32_t pipeline,
    enum root_kind);
bool window_over(const struct engine *, const struct incident_entry *);

/*-------------------------------------------------------- homes.c: where */

struct home {
	enum { HOME_LATER, HOME_OWN, HOME_ROOT, HOME_JOIN, HOME_CHILD } kind;
	uint64_t incident;      /* JOIN, CHILD */
	int32_t root;           /* ROOT: phase; JOIN: the new root or NONE */
};

/* `but`: an incident that no longer takes it; 0: none. */
struct home phase_home(struct engine *, const struct sign *, struct day *,
    struct trace upstream, uint64_t but);
struct home alarm_home(struct engine *, int32_t gate, struct day *,
    uint64_t but);
/* What stood in a live incident as its cause, and stands again: the same
 * episode. 0: it didn't. */
uint64_t stood_in(const struct engine *, int32_t pipeline,
    const struct day *, enum root_kind, int32_t subject);
/* The open incident of a check's target; 0: none. */
uint64_t probe_incident(const struct engine *, int32_t check);

/*------------------------------------------- joining.c, probes.c, life.c */

/* What one sign, or one incident, may write. */
enum { SIGN_ROWS = 4, INCIDENT_ROWS = 3 };

void open_breach(struct engine *, int32_t pipeline, struct day *,
    const struct sign *, const struct home *);
void settle_phase_sign(struct engine *, int32_t phase, struct day *,
    struct trace upstream);
/* A bypass, or a held attempt: always an incident of its own. */
void settle_own(struct engine *, int32_t pipeline, struct day *,
    enum standing now, const struct sign *);
void settle_alarm(struct engine *, int32_t gate, struct day *);
void settle_probe(struct engine *, int32_t check, struct day *);
void settle_light(struct engine *, int32_t pipeline, struct day *);
void settle_incident(struct engine *, struct incident_entry *,
    struct day *);

/*--------------------------------------------------- notices.c: who hears */

/* Has everything that repairs what fails ended, or a start plan? `raise`
 * becomes the severity at which giving up is to be told. */
enum automation { AUTOMATION_NONE, AUTOMATION_ALIVE, AUTOMATION_ENDED };
enum automation incident_automation(const struct engine *,
    const struct incident_entry *, const struct day *,
    enum severity *raise);
/* Says what is to be said, and writes the row if something was or `changed`.
 * `d`: its date's slot, or NULL. */
void incident_tell(struct engine *, struct incident_entry *, struct day *,
    bool gave_up, bool changed);
/* When the next reminder is due; INSTANT_NONE: none. */
int64_t incident_reminder_at(const struct engine *,
    const struct incident_entry *);

#endif
