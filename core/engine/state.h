/* SPDX-License-Identifier: BSD-2-Clause
 *
 * state.h -- the engine's memory. Private to core/engine.
 *
 * One block holds everything: the engine, per pipeline a fixed number of
 * date slots, per slot the states of the pipeline's checks and gates. An
 * object's place within its pipeline is `slot_of_*`; its states in a date
 * are day->checks[slot]. Rows are kept as they are journalled; what stands
 * beside a row here is a cache that a restart may lose.
 *
 * What is to be looked at, and when next, is a leaf in the date's wakes; in
 * the order of the leaves a date is settled. Whatever changes touches those
 * who look at it (touch.c).
 */
#ifndef ENGINE_STATE_H
#define ENGINE_STATE_H

#include "engine/engine.h"
#include "engine/links.h"
#include "engine/wakes.h"

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
	int32_t low_n;          /* in a row that left the band; early.c */
	int64_t due;            /* as remembered: see struct day */
	bool owed;
	bool past_due;          /* when it was last settled */
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
	bool lax;               /* unknown counted as open, when last settled */
	bool alarm_waits;       /* its breach waits for a measurement */
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
	bool early;             /* before its earliest start, when last seen */
	bool waits;             /* for a measurement, whatever it says */
	bool sign_waits;        /* its breach does */
	bool sign_late;         /* looked at when an earlier date is settled */
	bool queued;            /* among the engine's waiters */
	uint64_t walked;        /* scratch: the last walk that came by */
};

struct recovery_slot {
	struct recovery_row row;
	bool known;
	bool told_would;
	bool waits;             /* for a measurement, whatever it says */
	bool queued;            /* among the engine's waiters */
};

/* What is settled of a date, in this order. Those of a kind lie together, by
 * slot; the kinds that stand for the whole date have one. */
enum leaf_kind {
	LEAF_DAY,               /* all of it */
	LEAF_CHECK, LEAF_GATE, LEAF_PHASE,
	LEAF_PROOFS,            /* attempts that wait for their proof */
	LEAF_RECOVERY,
	LEAF_PROBE,             /* check: can it be told? */
	LEAF_LIGHT,             /* what could not, and can again */
	LEAF_SIGN,              /* phase: is it late, held, bypassed? */
	LEAF_EARLY,             /* check: less than usual? */
	LEAF_ALARM,             /* gate */
	LEAF_INCIDENTS,         /* of this date */
	LEAF_KINDS
};

/* Places in a table, by index.c; NONE: there is none. */
struct chain {
	int32_t first, last;
};

struct day {
	bool used;
	struct date date;
	int64_t begin, end;     /* wall */
	struct lane *lane;
	int64_t *wakes;         /* one per leaf */
	int32_t leaf;           /* being settled, or NONE */
	bool far_asked;         /* a sign of a later date waits for its own */
	bool proofs;            /* attempts may wait for their proof */
	bool dark;              /* something may have an open breach that it
	                           can't be told */
	bool calendar_waited;   /* something waits for its calendar */
	struct chain incidents, breaches;
	uint64_t backfill;      /* by which it is active; 0: none */
	int64_t backfill_since; /* wall: what is read counts from then on */
	int64_t backfill_mono;  /* since when nothing can be told there */
	int64_t backfill_look;  /* wall: looked at then, whatever happens */
	bool looked;            /* something of it was settled */
	enum severity told_at_most;     /* NONE: as it is */
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

/* Of what was met, everything before this is known; adoption.c. */
struct known_to {
	int32_t day, k;
};

/* By when a phase must be done for a deadline, its own or a later one's, and
 * what must run between the two; no_return.c. */
struct finish {
	int64_t by, chain_ms;
	int32_t phase;          /* whose deadline */
	int32_t unknown;        /* between them, without history */
};

/* Of a phase, while its graph is walked. */
struct walk_slot {
	int32_t link;           /* the next to be followed */
	int32_t from;           /* by way of this phase, or NONE */
	struct finish finish;
	uint64_t found;         /* the lane's `finding` then */
};

static inline void
walk_to(struct walk_slot *v, int32_t slot, int32_t link, int32_t from)
{
	v[slot].link = link;
	v[slot].from = from;
}

struct lane {           /* one pipeline at work */
	struct day *days;       /* n_days slots, used ones ascending */
	int32_t n_days, n_used;
	const int32_t *checks;  /* of this pipeline, by slot */
	const int32_t *gates;
	const int32_t *recoveries;
	int32_t n_checks, n_gates, n_recoveries;
	int32_t leaf[LEAF_KINDS + 1];   /* where each kind begins */
	struct wakes_shape shape;       /* of each date's wakes */
	struct wakes_shape dates;       /* of those of its dates: */
	int64_t *wakes;         /* the last slot is the first leaf */
	bool crosses;           /* an edge leads from one date to another */
	bool early;             /* a check of it warns early */
	int64_t advance_at;     /* no date opens or closes before */
	int64_t next_begin;     /* the date to come begins */
	int64_t summary_at;     /* the summary is told then, or INSTANT_NONE */
	struct known_to known;
	struct pipeline_row row;
	struct met *met_checks, *met_gates, *met_phases;        /* by slot */
	bool all_met;
	struct date met_through;        /* the last that any of them adopts */
	int32_t swept;          /* first date kept, when last looked at */
	struct walk_slot *walks;        /* scratch, by phase */
	uint64_t finding;       /* what was found in another one is old, */
	struct date finish_of;  /* or of another date */
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
struct incident_entry {
	struct where at;
	struct incident_row row;
	int32_t next;           /* of its date, or NONE */
	struct chain breaches;
};
struct breach_entry {
	struct where at;
	struct breach_row row;
	int32_t next, next_in;  /* of its date, of its incident */
};
struct hold_entry { struct where at; struct hold_row row; };
struct override_entry { struct where at; struct override_row row; };
struct permit_entry { struct where at; struct permit_row row; };

struct waiver_entry { struct where at; struct waiver_row row; };
struct backfill_entry { struct where at; struct backfill_row row; };

enum { BACKFILLS_MAX = 32, WAIVERS_MAX = 256, ORPHANS_MAX = 256 };

/* An object that would start but for other attempts: looked at again when
 * one of them changes. */
struct waiter {
	int32_t pipeline;
	struct date date;
	int32_t leaf;
};

enum { WAITERS_MAX = 256 };

struct runs;            /* foresight.h */
struct arrivals;

struct engine {
	const struct graph *graph;
	struct engine_limits limits;
	struct lane *lanes;
	int32_t *slot_of_check, *slot_of_gate, *slot_of_recovery;
	struct links links[LINK_KINDS];
	struct table attempts, incidents, breaches, holds, overrides, permits,
	    backfills, waivers,
	    orphans;            /* attempts whose recovery, phase or pipeline
	                           is configured no more: orphans.c */
	/* by breaker, action, recovery; breakers.c and tracks.c */
	struct breaker_row *breakers;
	struct track_row *tracks;
	struct disabled_row *disabled;
	/* the highest given so far; ids never come twice */
	uint64_t last_attempt, last_incident, last_message, last_hold,
	    last_override, last_permit, last_backfill,
	    last_waiver;
	bool resumed;
	int64_t resumed_mono;
	/* attempts in flight, by their ids; some may have been closed since */
	uint64_t *live;
	int32_t n_live;
	bool live_over;         /* one of them has */
	int32_t live_holds, live_overrides, live_permits;
	int32_t live_waivers;
	int32_t open_backfills; /* running or paused */
	int32_t open_breakers;  /* not half open */
	bool doubting;          /* attempts from before are not all in doubt */
	int64_t expire_at;      /* nothing ends by time alone before */
	uint64_t walk;          /* scratch: see phase_table.c */
	bool crowded;           /* a table was full */
	int32_t open_probes;    /* incidents */
	struct waiter *waiters; /* for an attempt to end, or a budget */
	int32_t n_waiters;
	struct runs *runs[RUNS_KINDS];  /* by number of the object */
	int32_t *slot_of_arrivals;      /* by check, or NONE */
	struct arrivals *arrivals;
	bool waiters_lost;      /* there were more */
	int64_t tracks_turn;    /* they are looked at then */

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

/* Was it read from then on? What was written down before a restart doesn't
 * count: the clock may have been set since, or there. */
static inline bool
check_since(const struct check_state *s, int64_t since)
{
	return s->seen && s->row.began_wall >= since;
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

/* Walks the links of an object: `i` from links_begin() on. */
static inline int32_t
links_begin(const struct engine *e, enum link_kind kind, int32_t from)
{
	return e->links[kind].first[from];
}

static inline int32_t
links_end(const struct engine *e, enum link_kind kind, int32_t from)
{
	return e->links[kind].first[from + 1];
}

static inline int32_t
slot_of_phase(const struct engine *e, int32_t phase)
{
	return phase - e->graph->pipelines[
	    e->graph->phases[phase].pipeline].first_phase;
}

static inline int32_t
table_index(const struct table *t, const void *entry)
{
	return (int32_t)((size_t)((const char *)entry - t->v) / t->size);
}

static inline bool
where_is(const struct where *w, int32_t pipeline, const struct day *d)
{
	return w->pipeline == pipeline && w->dated &&
	    w->date.day == d->date.day;
}

/*---------------------------------------------------------------- touch.c */

/* What is being settled is looked at again no later than `at` (INSTANT_NONE:
 * no change); outside of settling, all of the date is. */
void day_wake(struct day *, int64_t at);
/* The leaf of an object of a date: no later than `at`. */
void leaf_wake(struct day *, enum leaf_kind, int32_t slot, int64_t at);
void leaf_touch(struct day *, enum leaf_kind, int32_t slot);
/* Not before something asks for it. */
void leaf_rest(struct day *, enum leaf_kind, int32_t slot);
void touch_day(struct day *);
/* Is anything of it to be looked at now? */
bool day_is_due(const struct engine *, const struct day *);
/* NONE: the dates of all pipelines. */
void touch_all(struct engine *, int32_t pipeline);
/* The dates' slots have moved. */
void lane_reset(struct lane *);
/* Everything of it is due, one by one. */
void day_reset(struct day *);

/* Something has changed: whoever reads it is looked at again. What a check
 * comes to; what it reads, while that comes to the same; that it was read
 * again. */
void touch_check(struct engine *, struct day *, int32_t check);
void touch_value(struct engine *, struct day *, int32_t check);
void touch_waiting(struct engine *, struct day *, int32_t check);
/* Its verdict, or whether it has answered. */
void touch_gate(struct engine *, struct day *, int32_t gate);
/* A phase's edge or evidence; its row. */
void touch_phase(struct engine *, struct day *, int32_t phase);
void touch_state(struct engine *, struct day *, int32_t phase);
void touch_recovery(struct engine *, struct day *, int32_t recovery);
void touch_attempt(struct engine *, const struct attempt_entry *);
/* The signs of a date, of all phases and alarms. */
void touch_signs(struct day *);
/* More is known of how long things take. */
void touch_runs(struct engine *, int32_t pipeline);
/* From this date's phases to the later dates that look at them. */
void touch_later(struct engine *, const struct day *);
/* The signs of later dates that look at signs of this one. */
void touch_far_signs(struct engine *, const struct day *);
/* An incident; and: it has opened or closed. */
void touch_incident(const struct engine *, const struct incident_entry *);
void touch_opening(const struct engine *, const struct incident_entry *);
void touch_breach(const struct engine *, const struct breach_entry *);

/* What waits for attempts looks again. */
void touch_waiters(struct engine *);
/* Nothing but other attempts is in the way of what is being settled. */
void wait_for_attempts(struct engine *, struct day *, bool *queued);

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
 */
void lane_advance(struct engine *, int32_t pipeline);

/* checks.c */
void settle_check(struct engine *, int32_t check, struct day *);
/* How long it may be asked without an answer. */
int64_t check_overdue_ms(const struct check_def *);
/* When the date gets so old that something changes for all of it. */
int64_t day_turns(const struct engine *, int32_t pipeline,
    const struct day *);
/* When each check is due and whether it is owed: for as long as the calendar
 * says the same. */
void remember(struct engine *, struct day *);
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
/* What it reads has been read before now, whatever the clock said then. */
void check_past(const struct engine *, int32_t check, struct day *);
/* What is being settled on `waits` looks again when the reading of a check
 * will no longer do. */
void wake_when_stale(const struct engine *, int32_t check,
    const struct day *, struct day *waits);
/* The clock was set by so much: what was read and is planned goes along. */
void check_moved(struct engine *, int32_t check, struct day *, int64_t ms);
/* Measures it now, unless nothing is owed or it is being measured. */
void check_want(struct engine *, int32_t check, struct day *);

/* gates.c */
void settle_gate(struct engine *, int32_t gate, struct day *);
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

/* phases.c: moves a phase of a date, starts it if it may start. */
void settle_phase(struct engine *, int32_t phase, struct day *);
size_t phase_room(const struct engine *, int32_t phase);

/* recoveries.c: starts it if it qualifies and is the next. */
void settle_recovery(struct engine *, int32_t recovery, struct day *);

/* attempts.c: what became of one. */
void attempt_event(struct engine *, const struct event *);

/* commands.c: answers with exactly one EFFECT_REPLY. */
void take_command(struct engine *, const struct command *);

/* incidents.c: opens, joins, worsens and ends; the last to look at a date. */
void settle_sign(struct engine *, int32_t phase, struct day *);
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
/* It ends without proof: its rule is gone. */
enum reply_code incident_withdraw(struct engine *, uint64_t incident);
enum reply_code incident_unack(struct engine *, uint64_t incident);
enum reply_code label_incident(struct engine *, const struct command *);
enum reply_code unlabel_incident(struct engine *, uint64_t incident);

#endif
