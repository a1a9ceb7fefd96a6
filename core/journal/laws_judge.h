/* SPDX-License-Identifier: BSD-2-Clause
 *
 * laws_judge.h -- what has been seen so far. Private to the laws.
 */
#ifndef JOURNAL_LAWS_JUDGE_H
#define JOURNAL_LAWS_JUDGE_H

#include "journal/laws.h"
#include "journal/laws_map.h"

enum { LAW_FAILING_MAX = 16, LAW_CLOSED_MAX = 32 };

/* Names of a definition: a part of laws.ints. */
struct law_list {
	uint32_t first, n;
};

struct law_def {
	uint64_t key;           /* name */
	enum law_kind kind;     /* FACT_DEFINE_... */
	uint32_t pipeline;
	struct law_list after, before, guards, done, inputs, repairs;
	union {
		struct law_pipeline_def pipeline;
		struct law_check_def check;
		struct law_gate_def gate;
		struct law_phase_def phase;
		struct law_recovery_def recovery;
		struct law_action_def action;
	} u;
};

/* day and pipeline */
struct date_seen {
	uint64_t key;
	int64_t owed;
	bool known, adopted, closed;
	uint64_t changed;       /* the last event of its evidence */
};

/* day and check */
struct check_seen {
	uint64_t key;
	int64_t began;
	int32_t in_row;
	uint8_t raw;
	bool measured;
	uint64_t waiver;        /* live, of all of it; 0: none */
};

/* day and gate */
struct gate_seen {
	uint64_t key;
	uint64_t revision, seq, defined;
	uint8_t verdict;
	bool known;
	uint64_t late;          /* event: an answer came late */
};

/* day and phase or recovery */
struct plan_seen {
	uint64_t key;
	uint64_t live;          /* attempt that isn't closed; 0: none */
	int32_t attempts, episode, in_all;
	uint64_t backfill;      /* that `in_backfill` are of */
	int32_t in_backfill;
	bool known, ended;
	uint8_t state;          /* of a phase */
	int64_t next_at, was_next_at;   /* of the row, and the one before */
	uint64_t undecided;     /* attempt that ended in doubt; 0: none */
	uint64_t last_word;     /* attempt after which there is none */
	int32_t no_effect;      /* in a row */
	bool bypassed, bypass_told;
	uint64_t bypass_seq;
	int64_t bypass_at;
	uint32_t name, pipeline;
	int32_t day;
	uint64_t permit;        /* the last; 0: none */
	uint8_t permit_state;
	int64_t permit_until;
	uint64_t override;      /* live; 0: none */
	int64_t override_until;
};

struct attempt_seen {
	uint64_t key;           /* id */
	uint64_t plan;          /* key of its plan */
	uint64_t life;          /* in which it was last known to be alive */
	uint64_t defined, jumps;        /* as they were at its intent */
	int64_t intent_at, ended_at, doubted_at;
	uint32_t name, pipeline, action;
	int32_t day;
	uint8_t state;
	bool repairs, begun;
	int32_t n_failing;
	uint32_t failing[LAW_FAILING_MAX];
};

/* name of a breaker */
struct breaker_seen {
	uint64_t key, probe_from;
	uint8_t state;
};

/* recovery */
struct disabled_seen {
	uint64_t key;
	int32_t n;
	uint32_t checks[LAW_FAILING_MAX];
};

/* day, recovery and check */
struct item_seen {
	uint64_t key;
	uint32_t pipeline;
	int32_t day, n;
};

struct incident_seen {
	uint64_t key;           /* number */
	struct law_incident row;
	int32_t breaches;       /* that have been open; to look for */
};

/* incident, kind, subject and day */
struct breach_seen {
	uint64_t key, incident;
	uint32_t name;
	bool open;
};

/* message and notifier */
struct message_seen {
	uint64_t key;
	struct law_message m;
	uint32_t notifier;
	bool late;              /* its incident had ended when it was seen */
};

struct hold_seen {
	struct law_hold hold;
	uint32_t pipeline, name;
	int32_t day;
};

struct backfill_seen {
	uint64_t key;           /* id */
	bool known, runs;
	uint32_t pipeline;
	int32_t from, per_hour;
	char dates[368];        /* a letter each */
};

struct start_seen {
	int64_t at;
	uint64_t jumps, backfill;
	uint32_t action, plan;
};

/* Something closed was started on: one of the next facts has to spend an
 * override, or this is a finding. */
struct owed_override {
	bool owed;
	enum law law;
	uint64_t plan, seq;
	int64_t at;
	int32_t left;           /* so many facts more */
	char sentence[400];
};

struct laws {
	struct laws_options o;
	uint64_t judged;        /* bits of laws */
	uint64_t epoch, life, defined, jumps;
	int64_t life_at, last_at, before_at;    /* this, and the one before */
	uint64_t last_attempt;
	struct law_map defs, met, dates, checks, gates, plans, attempts,
	    incidents, breaches, numbers, messages, slots, backfills,
	    breakers, disabled, items;
	uint32_t *ints;         /* lists of the definitions */
	uint32_t n_ints, cap_ints;
	int32_t starts_per_hour;
	struct hold_seen *holds;        /* live ones */
	uint32_t n_holds, cap_holds;
	struct start_seen *starts;      /* of the last hour */
	uint32_t first_start, n_starts, cap_starts;
	struct owed_override expected;
	uint64_t *live;         /* attempts in flight */
	uint32_t n_live, cap_live;
	uint64_t closed[LAW_CLOSED_MAX];        /* keys of dates */
	int32_t n_closed;
};

/*------------------------------------------------------------------ laws.c */

/* `f` NULL: of no event. */
void law_found(struct laws *, enum law, const struct law_fact *f,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* Closed: an override must be spent within the next `left` facts. The
 * sentence is what is found otherwise. */
void law_expect(struct laws *, enum law, const struct law_fact *f,
    int32_t left, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

static inline bool
law_judged(const struct laws *l, enum law law)
{
	return l->judged >> law & 1;
}

const char *law_word(struct laws *, uint32_t name);
const struct law_def *law_def_of(const struct laws *, uint32_t name,
    enum law_kind);
void *law_grown(void *v, uint32_t n, uint32_t *cap, size_t size);

static inline uint64_t
law_key(int32_t day, uint32_t name)
{
	return (uint64_t)(uint32_t)day << 32 | name;
}

static inline uint64_t
key_of_fact(const struct law_fact *f)
{
	return law_key(f->day, f->name);
}

/* A number that is used for one thing only. */
void law_number(struct laws *, const struct law_fact *, uint64_t number);

/*--------------------------------------------------------- laws_evidence.c */

void laws_see_date(struct laws *, const struct law_fact *);
void laws_see_check(struct laws *, const struct law_fact *);
void laws_see_gate(struct laws *, const struct law_fact *);
void laws_see_late(struct laws *, const struct law_fact *);
void laws_see_waiver(struct laws *, const struct law_fact *);
const struct date_seen *law_date_of(const struct laws *, uint32_t pipeline,
    int32_t day);
const struct check_seen *law_check_of(const struct laws *, uint32_t check,
    int32_t day);
/* As it may be relied on, by its row. */
enum law_verdict law_verdict_of(const struct laws *, uint32_t gate,
    int32_t day, int64_t at);
void laws_see_readings(struct laws *, const struct law_fact *);

/*------------------------------------------------------------ laws_edges.c */

/* What of a phase's edge is closed, in words into `why`. */
bool law_edge_closed(struct laws *, const struct law_fact *,
    char *why, size_t size);

/*----------------------------------------------------------- laws_starts.c */

void laws_see_intent(struct laws *, const struct law_fact *,
    struct plan_seen *);

/*------------------------------------------------------------ laws_apart.c */

/* What it may not start beside, and whose turn it is. */
void laws_see_others(struct laws *, const struct law_fact *);

/*---------------------------------------------------------- laws_service.c */

void laws_see_breaker(struct laws *, const struct law_fact *);
void laws_see_disabled(struct laws *, const struct law_fact *);
/* Of an intent. */
void laws_see_service(struct laws *, const struct law_fact *);
/* May it repair this check no more, on this date? */
bool law_rung_over(const struct laws *, uint32_t recovery, int32_t day,
    uint32_t check);

/*---------------------------------------------------------- laws_attempts.c */

void laws_see_attempt(struct laws *, const struct law_fact *);
void laws_see_begun(struct laws *, const struct law_fact *);

/*-------------------------------------------------------- laws_backfills.c */

void laws_see_backfill(struct laws *, const struct law_fact *);
/* An intent that carries the id of one. */
void laws_see_backfilled(struct laws *, const struct law_fact *,
    const struct plan_seen *);
/* Of everything together, or of a backfill; 0: no limit is known. */
int32_t law_starts_per_hour(const struct laws *, uint64_t backfill);

/*------------------------------------------------------------ laws_plans.c */

struct plan_seen *law_plan(struct laws *, const struct law_fact *);
void laws_see_phase(struct laws *, const struct law_fact *);
void laws_see_recovery(struct laws *, const struct law_fact *);
void laws_see_hold(struct laws *, const struct law_fact *);
void laws_see_override(struct laws *, const struct law_fact *);
void laws_see_permit(struct laws *, const struct law_fact *);
/* A daemon starts: what the last one had just found, and did not live to tell,
 * may be over. */
void laws_excuse_bypasses(struct laws *);
/* A bypass of which nobody was told; `f` NULL: at the end. */
void laws_look_for_bypass(struct laws *, const struct plan_seen *,
    const struct law_fact *);

/*------------------------------------------------------------ laws_talks.c */

void laws_see_incident(struct laws *, const struct law_fact *);
void laws_see_breach(struct laws *, const struct law_fact *);
void laws_see_message(struct laws *, const struct law_fact *);
void laws_end_talks(struct laws *);

#endif
