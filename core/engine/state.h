/* SPDX-License-Identifier: BSD-2-Clause
 *
 * state.h -- the engine's memory. Private to core/engine.
 *
 * One block holds everything: the engine, per pipeline a fixed number of
 * date slots, per slot the states of the pipeline's checks and gates. An
 * object's place within its pipeline is `slot_of_*`; its states in a date
 * are day->checks[slot]. Rows are kept as they are journalled; what stands
 * beside a row here is a cache that a restart may lose.
 */
#ifndef ENGINE_STATE_H
#define ENGINE_STATE_H

#include "engine/engine.h"

struct check_state {
	struct check_row row;
	bool known;             /* the row has been written */
	bool in_flight;
	int64_t asked_mono;     /* since when */
	bool wanted;            /* measure as soon as possible */
	int64_t next_at;        /* wall; when it is measured next */
	bool seen;              /* answered since the engine was resumed */
	int32_t untold_n;       /* answers in a row that told nothing */
	int64_t untold_mono;    /* since when */
	int64_t due;            /* as remembered: see struct day */
	bool owed;
};

struct gate_state {
	struct gate_row row;
	bool known;
	bool in_flight;
	uint64_t revision;      /* of the inputs as they are */
	uint64_t inputs_hash;   /* that `revision` stands for; 0: none yet */
	uint64_t asked;         /* revision of the evaluation under way */
	bool mute;              /* its answers told nothing */
	int64_t mute_mono;      /* since when */
	bool untold;            /* its last answer was none: */
	int64_t again_mono;     /* when it is asked again */
};

/* What an undone phase follows from; roots.c. */
struct trace {
	enum trace_kind {
		TRACE_NONE,     /* nothing is wrong, or it is done */
		TRACE_UNCLEAR,  /* not yet known */
		TRACE_ROOT,     /* from a failing phase of its date */
		TRACE_INCIDENT  /* from what an open incident is about */
	} kind;
	int32_t root;           /* TRACE_ROOT */
	uint64_t incident;      /* TRACE_INCIDENT */
};

struct phase_slot {
	struct phase_row row;
	bool known;             /* the row has been written */
	struct trace trace;     /* as of the date's last settling */
	bool above;             /* scratch: upstream of what is looked at */
	bool waited;            /* late, its evidence not yet in: */
	int64_t waited_mono;    /* since when */
	bool unwritten;         /* marked, and no room to write that */
	bool external;          /* it, or one upstream of it, is external */
	bool told_would;        /* noted that the mode keeps it from starting */
};

struct recovery_slot {
	struct recovery_row row;
	bool known;
	bool told_would;
};

struct day {
	bool used;
	bool dirty;             /* something changed: settle it */
	struct date date;
	int64_t begin, end;     /* wall */
	int64_t wake;           /* settle no later; INT64_MAX: no need */
	bool traced;            /* its phases have traces */
	bool turned;            /* and one of them has changed */
	struct date_row row;
	/* When each check is due and whether it is owed, remembered for this
	 * anchor and idleness. */
	bool remembered, idle_then;
	int64_t anchor_then;
	struct check_state *checks;
	struct gate_state *gates;
	struct phase_slot *phases;
	struct recovery_slot *recoveries;
};

/* When a part of the pipeline was first met; met.c. */
struct met {
	struct met_row row;
	bool known;
};

struct lane {           /* one pipeline at work */
	struct day *days;       /* n_days slots, used ones ascending */
	int32_t n_days, n_used;
	const int32_t *checks;  /* of this pipeline, by slot */
	const int32_t *gates;
	const int32_t *recoveries;
	int32_t n_checks, n_gates, n_recoveries;
	struct pipeline_row row;
	struct met *met_checks, *met_gates, *met_phases;        /* by slot */
	bool all_met;
	struct date met_through;        /* the last that any of them adopts */
	int32_t swept;          /* first date kept, when last looked at */
};

/* Where a row with an id of its own belongs. First member of each entry. */
struct where {
	int32_t pipeline;       /* NONE: of no pipeline */
	bool dated;
	struct date date;
};

/* Entries in the order in which they were made. */
struct table {
	char *v;
	size_t size;            /* of an entry */
	int32_t n, cap;
};

struct attempt_entry { struct where at; struct attempt_row row; };
struct incident_entry { struct where at; struct incident_row row; };
struct breach_entry { struct where at; struct breach_row row; };
struct hold_entry { struct where at; struct hold_row row; };
struct override_entry { struct where at; struct override_row row; };
struct permit_entry { struct where at; struct permit_row row; };

struct engine {
	const struct graph *graph;
	struct engine_limits limits;
	struct lane *lanes;
	int32_t *slot_of_check, *slot_of_gate, *slot_of_recovery;
	/* phases whose `done` looks at a check: users[first_user[check]] up
	 * to users[first_user[check + 1]] */
	int32_t *first_user, *users;
	struct table attempts, incidents, breaches, holds, overrides, permits;
	/* the highest given so far; ids never come twice */
	uint64_t last_attempt, last_incident, last_message, last_hold,
	    last_override, last_permit;
	bool resumed;
	int64_t resumed_mono;
	int32_t first_live;     /* attempts before it are closed */
	bool doubting;          /* attempts from before are not all in doubt */

	/* valid during engine_step only */
	struct now now;
	struct effects *out;
};

/* The slot of a date; NULL where it isn't watched. */
struct day *lane_find(const struct lane *, struct date);

/* Room for n more effects? Sets `more` where there is none. */
bool has_room(struct engine *, size_t n);
struct effect *emit(struct engine *, enum effect_kind, int32_t pipeline,
    struct date, int32_t subject);
void emit_record(struct engine *, enum record_kind, int32_t pipeline,
    const struct day *, int32_t subject, struct record **ret);

static inline struct check_state *
check_at(const struct engine *e, const struct day *d, int32_t check)
{
	return &d->checks[e->slot_of_check[check]];
}

static inline struct gate_state *
gate_at(const struct engine *e, const struct day *d, int32_t gate)
{
	return &d->gates[e->slot_of_gate[gate]];
}

static inline struct phase_slot *
phase_at(const struct engine *e, const struct day *d, int32_t phase)
{
	const struct phase_def *p = &e->graph->phases[phase];

	return &d->phases[phase -
	    e->graph->pipelines[p->pipeline].first_phase];
}

static inline struct recovery_slot *
recovery_at(const struct engine *e, const struct day *d, int32_t recovery)
{
	return &d->recoveries[e->slot_of_recovery[recovery]];
}

/* table.c: a zeroed entry at the end, or NULL when it is full. */
void *table_add(struct table *);
void table_remove(struct table *, int32_t i);

static inline void *
table_at(const struct table *t, int32_t i)
{
	return t->v + (size_t)i * t->size;
}

static inline bool
where_is(const struct where *w, int32_t pipeline, const struct day *d)
{
	return w->pipeline == pipeline && w->dated &&
	    w->date.day == d->date.day;
}

/* The earlier of a day's wake and `at` (INSTANT_NONE: no change). */
void day_wake(struct day *, int64_t at);

/* A number that no incident, hold, override or permit has had: an operator
 * who says `undo 7` means one thing. */
uint64_t next_number(const struct engine *);

/* The rows of a date as they are before anything is known. */
void day_blank(const struct engine *, int32_t pipeline, struct day *);

/* met.c: writes what is met for the first time; false while there is no room
 * for all of it. */
bool meet_all(struct engine *, int32_t pipeline, struct date running);
void met_restore(struct engine *, const struct record *);
/* Had the date ended when it was first met? */
bool check_adopted(const struct engine *, int32_t check,
    const struct day *);
bool phase_adopted(const struct engine *, int32_t phase,
    const struct day *);
/* Does it speak of what is merely met: is it new itself, or all that is bad
 * in it? */
bool alarm_adopted(const struct engine *, int32_t gate, const struct day *);

/* dates.c: opens the dates that have begun, closes those beyond the watch.
 * The instant at which the next date begins, in *ret_next. */
void lane_advance(struct engine *, int32_t pipeline, int64_t *ret_next);

/* checks.c */
void settle_checks(struct engine *, int32_t pipeline, struct day *);
void check_measured(struct engine *, int32_t check, struct day *,
    const struct measurement *);
int64_t check_due_at(const struct engine *, int32_t check,
    const struct day *);
enum result check_result(const struct engine *, int32_t check,
    const struct day *, int64_t wall);
int64_t check_fresh_ms(const struct engine *, int32_t check,
    const struct day *);
bool check_fresh(const struct engine *, int32_t check, const struct day *,
    const struct now *);
/* The clock was set by so much: what was read and is planned goes along. */
void check_moved(struct engine *, int32_t check, struct day *, int64_t ms);
/* Measures it now, unless nothing is owed or it is being measured. */
void check_want(struct engine *, int32_t check, struct day *);

/* gates.c */
void settle_gates(struct engine *, int32_t pipeline, struct day *);
void gate_answered(struct engine *, int32_t gate, struct day *,
    const struct gate_answer *);
/* As it may be relied on: of the current revision, or unknown. */
enum verdict gate_reliable(const struct engine *, int32_t gate,
    const struct day *, int64_t wall);

/* Has it answered for its inputs as they are? */
bool gate_settled(const struct engine *, int32_t gate, const struct day *);

int64_t day_anchor(const struct day *);

/* reading.c: a phase as people read it. */
void read_phase(const struct engine *, int32_t phase, const struct day *,
    const struct now *, struct phase_reading *ret);

/* phases.c: moves the phases of a date, starts what may start. */
void settle_phases(struct engine *, int32_t pipeline, struct day *);

/* recoveries.c: proves what was tried, starts the next that qualifies. */
void settle_recoveries(struct engine *, int32_t pipeline, struct day *);

/* attempts.c: what became of one. */
void attempt_event(struct engine *, const struct event *);

/* commands.c: answers with exactly one EFFECT_REPLY. */
void take_command(struct engine *, const struct command *);

/* incidents.c: opens, joins, worsens and ends; the last to look at a date. */
void settle_incidents(struct engine *, int32_t pipeline, struct day *);
/* adoption.c: what concerns a pipeline as a whole: the summary of a first
 * start, and incidents of dates that are no longer watched. */
void settle_adoption(struct engine *, int32_t pipeline);
/* probes.c: a check can tell again; what else of its target could not is
 * asked at once, on every date. */
void probe_answers(struct engine *, int32_t check);
/* notices.c */
void incident_delivered(struct engine *, uint64_t incident,
    uint64_t message);
/* For COMMAND_ACK, and COMMAND_UNDO of one. */
enum reply_code incident_ack(struct engine *, const struct command *);
enum reply_code incident_unack(struct engine *, uint64_t incident);

#endif
