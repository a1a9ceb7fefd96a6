/* SPDX-License-Identifier: BSD-2-Clause
 *
 * handlers.h -- what the verb_*.c files share, and what each offers.
 */
#ifndef DAEMON_HANDLERS_H
#define DAEMON_HANDLERS_H

#include "control/control.h"
#include "daemon/supervisor.h"
#include "daemon/wait.h"

struct ask;
struct bound;
struct verify;

/* What each handler gets as its `arg`. */
struct verbs {
	struct supervisor *s;
	struct control *control;
	struct waits waits;
	struct bound *bound;            /* one a handler; verbs.c */
	struct verify *verifies;        /* under way, or left behind */
};

handler_fn verb_status;
handler_fn verb_explain, verb_incident, verb_coverage;
handler_fn verb_events, verb_log, verb_incidents;
handler_fn verb_phases, verb_checks, verb_gates, verb_plugins, verb_due;
handler_fn verb_report, verb_metric, verb_metric_why;
handler_fn verb_check_run, verb_recheck;
handler_fn verb_notify_test;
handler_fn verb_verify;
handler_fn verb_doctor;
handler_fn verb_gate_wait, verb_signal;
handler_fn verb_run, verb_recover, verb_reopen, verb_cancel;
handler_fn verb_resolve, verb_waive;
handler_fn verb_backfill_plan, verb_backfill_start, verb_backfill_status,
    verb_backfill_pause, verb_backfill_resume, verb_backfill_cancel;
handler_fn verb_ack, verb_hold, verb_release, verb_override, verb_undo;
handler_fn verb_silence, verb_silences, verb_notify_explain, verb_why_quiet,
    verb_routes;
handler_fn verb_reload, verb_shutdown;
handler_fn verb_journal_check, verb_journal_export;

/* PHASE, --date and --for of an outside run; run_id is borrowed by the
 * command. False: refused. */
enum { RUN_ID_MAX = 63 };
bool ask_run(struct ask *, struct command *, char run_id[RUN_ID_MAX + 1]);

/* A command about an object of a date. */
struct command dated(enum command_kind, int32_t pipeline, struct date,
    int32_t subject);
/* PHASE and DATE of most verbs. False: refused. */
bool ask_phase_date(struct ask *, int32_t *ret_phase, struct date *ret_date);

/* Performs a command for its caller: fills in the actor. False: refused,
 * the request is answered. */
bool act(struct ask *, struct command *, struct reply *ret);
/* {"code", "verdict", "id", "until", "conditions"}; owned. */
json_t *reply_json(const struct ask *, const struct command *,
    const struct reply *);
/* Both: the answer of most verbs that act. */
void act_and_answer(struct ask *, struct command *);

struct view;
/* Changes whenever a check of the command's date has been measured. */
uint64_t measurements(const struct view *, const struct command *);

/* A journal event as JSON: {"at", "kind", "pipeline", "date", "subject",
 * "data"}; owned. */
json_t *event_json(const struct graph *, const struct store_event *);

#endif
