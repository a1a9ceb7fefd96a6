/* SPDX-License-Identifier: BSD-2-Clause
 *
 * notify.h -- whether, when and to whom something is said of an incident.
 *
 * Pure: no clock, store, log or memory of its own. It compares how an
 * incident is with what a recipient was last told of it, so that when a
 * silence, a window or a night ends, the net change is what is said: still
 * bad, it has opened; told and fine by now, it is resolved; never told and
 * fine, nothing. Each ruling lists the stages that it passed, and names what
 * stopped it.
 */
#ifndef NOTIFY_NOTIFY_H
#define NOTIFY_NOTIFY_H

#include "config/conf.h"
#include "engine/engine.h"

/*----------------------------------------------------------------- windows */

/* Is the window open at an instant (UTC ms)? Then *ret_end is when it ends,
 * *ret_start when it began (each may be NULL). `zone`: of the pipeline, for
 * a window without one. [start, end) is civil time: on a day whose clock is
 * changed, a window is as much shorter or longer. An end that the clock
 * shows twice is the second, a start the first; what falls into a gap is the
 * instant after it. */
bool window_open(const struct window *, const struct zone *zone, int64_t at,
    int64_t *ret_start, int64_t *ret_end);
/* The next instant after `at` at which it opens or closes; INSTANT_NONE. */
int64_t window_turn(const struct window *, const struct zone *zone,
    int64_t at);

/* The next instant after `at` that shows this time of day. */
int64_t digest_at(const struct zone *, int32_t time_s, int64_t at);

/*---------------------------------------------------------------- flapping */

enum { FLAP_RESULTS = 21, FLAP_HIGH = 20, FLAP_LOW = 5 };

/* Nagios' weights: of up to 20 changes between results, oldest first, the
 * percentage; the newest counts most (1.25), the oldest of twenty least
 * (0.75). Fewer than 20 are the newest of them. */
double flap_percent(const bool *changed, int32_t n);
/* Icinga's, for comparison: 0.8 + 0.02 i. */
double flap_percent_icinga(const bool *changed, int32_t n);

/* From the instants at which something turned bad and good again (ascending),
 * as results that come every `every_ms`: the last 20 of them, or of 24 h,
 * whichever is shorter. */
double flap_of_turns(const int64_t *turns, int32_t n, int64_t every_ms,
    int64_t now);

/*---------------------------------------------------------------- silences */

/* "Do not tell me": by whatever it names; all of it must match. */
struct silence {
	uint64_t id;
	const char *pipeline, *phase, *date, *tag;      /* NULL: any */
	enum severity severity;         /* NONE: any */
	uint64_t incident;              /* 0: any */
	int64_t from, until;
};

/*------------------------------------------------------------------- cases */

/* An incident as it is. */
struct notify_case {
	uint64_t incident;
	int32_t pipeline, phase;        /* of its root; NONE */
	bool dated;
	struct date date;
	uint64_t tags;                  /* of its root and pipeline */
	const char *const *targets;     /* of the checks that it rests on */
	int32_t n_targets;

	enum severity severity;         /* worst so far */
	bool open, gave_up, breach;     /* breach: a phase past its due */
	int64_t opened_at, acked_until;
	int64_t deadline;               /* the next that it endangers, or its
	                                   point of no return; INSTANT_NONE */
	bool flapping;
};

/* What a recipient was last told of it: queued for him, or in a digest. */
struct notify_told {
	enum severity severity;         /* NONE: nothing */
	bool gave_up, ended;
	int64_t at;                     /* INSTANT_NONE */
};

struct notify_recipient {
	const struct route *route;      /* NULL: none leads here any more, but
	                                   he was told before */
	int32_t notifier;               /* instance */
	struct notify_told told;
	int32_t today;                  /* messages in this civil day */
	bool flap_told;                 /* that it flaps, and not yet that it
	                                   stopped */
	int32_t lately;                 /* of this incident within an hour */
	int64_t lately_over;            /* when the first of them is older */
	enum { COLLECTED_NOT, COLLECTED_WAITS,
	    COLLECTED_NOW } collected;  /* in a digest, which is being
	                                   written */
};

struct notify_world {
	const struct conf *conf;
	const struct silence *silences;
	int32_t n_silences;
	int64_t now;
};

/*----------------------------------------------------------------- rulings */

enum notify_stage {
	STAGE_ROUTE,            /* who */
	STAGE_NEWS,             /* is there anything that he doesn't know? */
	STAGE_MAINTENANCE, STAGE_SILENCE, STAGE_FLAPPING, STAGE_QUIET,
	STAGE_BURST,            /* too much of one incident in an hour */
	STAGE_DIGEST, STAGE_CAP,
	STAGES
};

enum notify_outcome {
	NOTIFY_NOW,
	NOTIFY_HELD,            /* ruled anew at `until` or on a change */
	NOTIFY_COLLECTED,       /* the digest at `until` says it */
	NOTIFY_NOTHING          /* there is nothing to say (any more) */
};

struct notify_step {
	enum notify_stage stage;
	bool passed;
	const char *by;         /* window's or route's name; NULL */
	const struct origin *origin;    /* NULL */
	uint64_t silence;       /* 0 */
	int64_t until;          /* INSTANT_NONE */
	const char *remark;     /* words; NULL */
};

struct notify_ruling {
	enum notify_outcome outcome;
	enum notice_kind kind;
	enum severity severity;
	int64_t until;
	int32_t n;
	struct notify_step steps[STAGES];
};

const char *notify_stage_name(enum notify_stage);
const char *notify_outcome_name(enum notify_outcome);

/* Who gets it, by the case's pipeline, phase and tags: the first route that
 * takes it (`after` NULL), or the next after one that carries on; NULL: no
 * more. `now` INSTANT_NONE: all that take it at some hour. */
const struct route *notify_route(const struct conf *,
    const struct notify_case *, enum severity, int64_t now,
    const struct route *after);

/* Does it match now? */
bool silence_matches(const struct silence *, const struct conf *,
    const struct notify_case *, enum severity, int64_t now);

/* `kind`: why this is asked; NOTICE_REMINDER, _ESCALATED and _ADOPTED are
 * said although nothing has changed, the others only if it has. */
void notify_rule(const struct notify_world *, const struct notify_case *,
    const struct notify_recipient *, enum notice_kind kind, enum severity,
    struct notify_ruling *ret);

/* He has been told what was ruled. */
void notify_told_now(struct notify_told *, const struct notify_case *,
    const struct notify_ruling *, int64_t now);

/*---------------------------------------------------------------- tellings */

enum { NOTIFY_BURST = 4 };

/* What is between one incident and one recipient: what he was told and what
 * waits for him. Whoever keeps it writes it down after each change. */
struct notify_telling {
	struct notify_told told;
	bool waits, collected;          /* collected: for a digest */
	enum notice_kind kind;          /* of what waits */
	enum severity severity;
	uint64_t message;               /* id */
	int64_t until;                  /* rule anew then */
	bool flap_told;
	bool by_digest;                 /* what he knows, he knows from one */
	int64_t sent[NOTIFY_BURST];     /* the last ones; INSTANT_NONE */
};

/* A telling of nothing. */
void telling_init(struct notify_telling *);

/* Something is to be said; rules and remembers. `who`: route, notifier,
 * today and flap_told; the rest is the telling's. When the outcome is
 * NOTIFY_NOW, the caller sends it as ret->kind and ->severity under the
 * telling's message id. */
void telling_asked(const struct notify_world *, const struct notify_case *,
    const struct notify_recipient *who, struct notify_telling *,
    enum notice_kind, enum severity, uint64_t message,
    struct notify_ruling *ret);

/* What waits is looked at again: its time has come, or something that held
 * it has changed. `digest`: it goes into one now. */
void telling_again(const struct notify_world *, const struct notify_case *,
    const struct notify_recipient *who, struct notify_telling *, bool digest,
    struct notify_ruling *ret);

/* What was ruled to be said now was handed to the outbox. `queued`: it has
 * taken it; a reminder of what still waits there it drops, and then what he
 * knows is what he knew. */
void telling_handed(struct notify_telling *, bool queued);

/* Is an end owed to him whatever became of the messages? */
bool telling_owes(const struct notify_telling *);

/* Escalation: is the step due? *ret_at: when it will be (INSTANT_NONE: not
 * as things are). One that somebody acknowledged is not. */
bool escalation_due(const struct escalation *, const struct notify_case *,
    int64_t now, int64_t *ret_at);

#endif
