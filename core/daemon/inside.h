/* SPDX-License-Identifier: BSD-2-Clause
 *
 * inside.h -- the supervisor's insides. Private to the files that it is
 * split into:
 *
 *   supervisor.c   life: new, run, free; what verbs may ask
 *   turn.c         events in, the engine, and its timer
 *   commit.c       what a step writes, in one transaction
 *   command.c      a person's command among it
 *   mute.c         when it can't be written
 *   tellings.c, told_*.c   who is told, and when (tellings.h)
 *   perform.c      the other effects, once that stands
 *   asked.c        a call to a plugin, whatever for
 *   calls.c        checks and gates
 *   attempts.c     actions: start, end, cancel
 *   spending.c     what a database may cost in a day
 *   canary.c       test messages
 *   scheduled.c    reports that go out by themselves
 *   signals.c      what jobs report (signals.h)
 *   trouble.c      notifiers that don't deliver
 *   reasons.c      what an attempt rests on
 *   defined.c      what the generation defines, for the journal
 *   found.c        attempts of an earlier daemon
 *   restore.c      the journal's rows, back to an engine
 *   generation.c   a configuration and its engine; reload
 *   pulse.c        lock, clock, watchdog
 *   dry.c          a daemon that does everything but act (dry.h)
 *   rehearse*.c     what would be done (rehearse.h)
 *   folding.c      reports, a slice of the journal at a time
 *   report.c       what verbs may look at
 */
#ifndef DAEMON_INSIDE_H
#define DAEMON_INSIDE_H

#include "control/control.h"
#include "daemon/answers.h"
#include "daemon/finder.h"
#include "daemon/notify.h"
#include "daemon/outbox.h"
#include "daemon/rows.h"
#include "daemon/supervisor.h"
#include "daemon/tellings.h"

/* One configuration and the engine that works on it. */
struct generation {
	uint64_t number;        /* 1, 2, ...; 0: none */
	struct conf *conf;
	struct rows *rows;
	void *memory;
	size_t size;            /* of that */
	struct engine *engine;
};

/* A call to a plugin, from its start to its answer. */
enum asked_kind { ASKED_CHECK, ASKED_GATE, ASKED_ATTEMPT, ASKED_PROBE,
	ASKED_NOTICE };

struct asked {
	struct asked *next, *prev;
	struct supervisor *s;
	enum asked_kind kind;
	uint64_t generation;    /* that subject and pipeline are numbers of */
	int32_t pipeline, subject;
	struct date date;
	uint64_t revision;      /* of a gate's inputs */
	uint64_t attempt;
	struct now began;
	json_t *options;        /* with secrets; owned */
	struct call *call;
	/* of a check whose database may cost: spending.c */
	const struct instance *instance;        /* of its generation */
	json_t *database;       /* its name, owned; NULL: none */
	char spending_day[DATE_TEXT];
	int64_t reserved;       /* bytes that it got */
	json_t *waiting;        /* its input, while it waits; owned */
	/* of a notice: who waits for its delivery */
	void (*done)(void *, const struct call_reply *);
	void *done_arg;
};

struct queued {
	struct queued *next;
	struct event event;
};

/* Processes of an attempt that an earlier daemon started. */
struct watched {
	struct watched *next;
	uint64_t attempt;
};

/* The command that is being stepped. */
struct commanded {
	const struct command *command;
	struct reply *reply;
	bool written;
};

struct supervisor {
	/* owned copies of the options; state_dir and socket as resolved */
	char *config, *state_dir, *socket;

	uv_loop_t loop;
	bool loop_open, handles_open, stopping;
	bool dry_run;           /* as asked for; dry() once it is one */
	int result;             /* of supervisor_run */
	uv_timer_t wake_timer, sync_timer, pulse_timer, found_timer,
	    stop_timer;
		uv_signal_t on_term, on_int, on_hup;

	struct clock clock;
	uint64_t boot_id;
	int64_t started_at, last_tick;  /* wall */
	int64_t drift;          /* wall - mono, at the last pulse */

	struct finder *finder;
	struct generation g;
	struct store *store;
	struct store *ledger;   /* dry.c: the journal itself, when `store` is
	                           a copy; else NULL */
	struct pool *pool;
	struct control *control;
	struct outbox *outbox;
	json_t *rehearsal;      /* what would be done; NULL: nothing is
	                           rehearsed */
	json_t *troubles;       /* notifier: its row, while it is in trouble */
	json_t *canaries;       /* notifier: when it was last tested */
	json_t *reported;       /* report: its last slot */
	json_t *spending;       /* database: day: its row */
	bool spending_again;    /* calls that waited are being made */
	json_t *signals;        /* signals.c: of whom: {date: row} */
	bool reporting;         /* one is being folded */
	int64_t report_wake;    /* the next, of this generation; 0: of none */
	uint64_t report_wake_of;
	struct notify *notify;
	struct answers answers;
	struct tellings told;
	bool mute;              /* the journal failed: nothing is started */
	bool unlocked;          /* the lock was lost */

	struct queued *first, **last;
	bool stepping;
	struct effects fx;
	struct now stepped;     /* the instant of the step */
	int64_t wake;           /* wall; when the engine wants to be asked */
	struct commanded commanded;

	struct asked *asked;
	size_t n_asked;         /* those that a virtual clock waits for */
	int64_t asked_at;       /* wall; the last of them was made */
	struct watched *watched;
	uint64_t measurements;  /* ids given in this epoch */
	uint64_t checks_run;

	struct folding *foldings;       /* folding.c: reports under way */

	supervisor_watch_fn *watch;
	void *watch_arg;
};

/* May anything with an effect be done, and written? */
static inline bool
able(const struct supervisor *s)
{
	return !s->mute && !s->unlocked;
}

/*------------------------------------------------------------------ turn.c */

/* Takes an event in: at once, or after the step that is under way. */
void turn(struct supervisor *, const struct event *);
/* The clock and the timer, as `wake` and the calls under way want them. */
void turn_arm(struct supervisor *);
void turn_free(struct supervisor *);

/*---------------------------------------------------------------- commit.c */

/* Writes what the effects say and what the command was; then those who
 * watch are told. False: nothing may be performed. */
bool commit_effects(struct supervisor *, const struct effects *);
/* An event that is no row, alone in a transaction. */
bool commit_note(struct supervisor *, const char *kind, const char *subject,
    const char *key, json_t *data);

/* quarantine.c: remembers what the pool says; hands it back at start. */
void quarantine_told(void *supervisor, const char *kind, const char *name,
    uint64_t identity, bool on, const char *fault);
int quarantine_restore(struct supervisor *);
/* Makes durable what was committed without waiting for the disk. */
void commit_sync(struct supervisor *);

/*--------------------------------------------------------------- command.c */

void command_event(const struct supervisor *, const struct command *,
    struct row_event *ret);

/*------------------------------------------------------------------ mute.c */

/* The journal can't be written: says so wherever it can be said. */
void commit_failed(struct supervisor *);

/*--------------------------------------------------------------- perform.c */

void perform(struct supervisor *, const struct effects *);

/*----------------------------------------------------------------- calls.c */

void call_check(struct supervisor *, int32_t check, struct date);
void call_gate(struct supervisor *, int32_t gate, struct date,
    uint64_t revision);
/* A gate's answer in the engine's terms. */
struct gate_answer gate_answer_read(const json_t *answer, uint64_t revision,
    bool fault);

/*----------------------------------------------------------------- asked.c */

/* Returns owned, in the list of what is under way. */
struct asked *asked_new(struct supervisor *, enum asked_kind,
    int32_t pipeline, struct date);
/* Calls the instance with what the request says beside it; `input` is taken.
 * When a secret can't be read, `done` is called with that at once. */
void asked_send(struct asked *, const struct instance *,
    struct call_request *, json_t *input);
/* Out of the list; its answer has come, or won't. */
void asked_free(struct asked *);
struct asked *asked_find(struct supervisor *, uint64_t attempt);
/* Owned: {"date", "now", "now_ms", "anchor", "pipeline", "params": {}} */
json_t *asked_input(struct supervisor *, int32_t pipeline, struct date);
/* Why there is no answer, in words; NULL when there is one. */
const char *asked_fault(const struct call_reply *);
/* As the outbox wants it. */
void asked_deliver(void *arg, int32_t notifier, const json_t *body,
    void (*done)(void *done_arg, const struct call_reply *), void *done_arg);

/*---------------------------------------------------- trouble.c, canary.c */

/* A number for a message that isn't the engine's; 0: the store failed. All
 * that the engine gives are below OWN_MESSAGES. */
#define OWN_MESSAGES STORE_OWN_MESSAGES
uint64_t message_number(struct supervisor *);
/* As the outbox says it. */
void trouble_seen(void *supervisor, const struct outbox_turn *);
int trouble_restore(struct supervisor *);
/* A generation begins: those that are gone are in no trouble any more. */
void trouble_look(struct supervisor *);

int canary_restore(struct supervisor *);
/* A generation begins: of what is new in it no slot has passed. */
void canary_look(struct supervisor *);
/* Queues a test message to it; returns its number, or 0. */
uint64_t canary_send(struct supervisor *, int32_t notifier);
/* When the next is due (wall), and what is. */
int64_t canary_wake(const struct supervisor *);
void canary_tick(struct supervisor *, int64_t now);

/*------------------------------------------------------------- scheduled.c */

int scheduled_restore(struct supervisor *);
/* As canary_look() */
void scheduled_look(struct supervisor *);
/* When the next report is due (wall), and what is. */
int64_t scheduled_wake(struct supervisor *);
void scheduled_tick(struct supervisor *, int64_t now);

/*-------------------------------------------------------------- attempts.c */

void attempt_start(struct supervisor *, uint64_t id);
void attempt_cancel(struct supervisor *, uint64_t id);
/* "state_dir/attempts/17"; owned (free()). */
char *attempt_path(const struct supervisor *, uint64_t id);
/* Calls its action, which is told operation, phase, missing and failing
 * items. */
void attempt_ask(struct supervisor *, uint64_t id, enum asked_kind,
    struct call_request *);

/*--------------------------------------------------------------- reasons.c */

/* Notes beside an attempt what it rests on: "missing", "failing",
 * "evidence", and once it is closed what its outcome rests on: "proof". */
void attempt_reasons(struct supervisor *, const struct record *);
void attempt_proof(struct supervisor *, const struct record *);
/* What a permit rests on: "evidence". Borrowed until the next. */
const json_t *permit_reasons(struct supervisor *, const struct record *);

/*--------------------------------------------------------------- defined.c */

/* An event that says what `journal check` has to know of the graph, unless
 * the last one says the same. */
void defined_note(struct supervisor *);

/*----------------------------------------------------------------- found.c */

/* What became of the attempts that the rows say are under way. */
void found_all(struct supervisor *);
/* Asks the action of an attempt whether it happened. */
void found_ask(struct supervisor *, uint64_t attempt);
void found_free(struct supervisor *);

/*--------------------------------------------------------------- restore.c */

/* Hands the journal's rows to a new engine and fills the answers. Returns 0
 * or -errno. */
int restore_rows(struct supervisor *, struct generation *);

/*------------------------------------------------------------ generation.c */

/* Loads a configuration (NULL: the one that it was started with); -EINVAL:
 * findings in `diag` say why. */
int generation_load(struct supervisor *, const char *config, struct diag *,
    struct generation *ret);
/* An engine that knows nothing yet. Returns 0 or -ENOMEM. */
int generation_engine(struct generation *);
/* What of the new one takes a restart. */
void generation_warn(const struct generation *old,
    const struct generation *new, struct diag *);
/* Gives it an engine that knows the journal's rows. */
int generation_fill(struct supervisor *, struct generation *);
/* It is the one that works from now on. */
void generation_start(struct supervisor *);
/* An event that says which generation works, and since what. */
void generation_note(struct supervisor *, const char *what);
void generation_free(struct generation *);

/*----------------------------------------------------------------- pulse.c */

/* The configured clock; a virtual one goes on from where the journal ends.
 * Returns 0 or -errno, having said why. */
int clock_begin(struct supervisor *);
void pulse_begin(struct supervisor *);
/* Has somebody set the clock? The engine hears of it before anything else. */
void pulse_clock(struct supervisor *);
/* Is the lock ours still? When it isn't, we stop. */
bool pulse_locked(struct supervisor *);

#endif
