/* SPDX-License-Identifier: BSD-2-Clause
 *
 * show.h -- from an answer to a screen and an exit code.
 *
 * Answers are as core/daemon/verb_*.c makes them. A member that is absent or
 * of another type is left out of the screen: a newer or older daemon may
 * say more or less.
 */
#ifndef CLIENT_SHOW_H
#define CLIENT_SHOW_H

#include "client/out.h"
#include "client/table.h"
#include "client/words.h"
#include "control/verbs.h"

/* Prints the result of a verb, called with `params`. Returns an exit code. */
typedef int show_fn(struct out *, const json_t *result,
    const json_t *params);

/* Asserts that the verb has one. */
int show(struct out *, const struct verb *, const json_t *result,
    const json_t *params);

show_fn show_status;                                    /* show_status.c */
show_fn show_explain;                                   /* show_explain.c */
show_fn show_events;                                    /* show_events.c */
show_fn show_coverage;                                  /* show_coverage.c */
show_fn show_story;                                     /* show_story.c */
show_fn show_incidents;                                 /* show_incident.c */
show_fn show_phases, show_checks, show_gates, show_due; /* show_lists.c */
show_fn show_plugins;                                   /* show_plugins.c */
show_fn show_report, show_metric;                        /* show_report.c */
show_fn show_log;                                       /* show_attempt.c */
show_fn show_waive;                                     /* show_waive.c */
show_fn show_check_run, show_recheck;                    /* show_check.c */
show_fn show_gate_wait, show_signal, show_run, show_recover, show_reopen,
    show_cancel, show_ack, show_resolve, show_hold, show_release,
    show_override, show_undo;                           /* show_act.c */
show_fn show_backfill_plan, show_backfill_start, show_backfill_status,
    show_backfill_turn;                                /* show_backfill.c */
show_fn show_notify_test;                               /* show_test.c */
show_fn show_doctor;                                    /* show_doctor.c */
show_fn show_verify;                                    /* show_verify.c */
show_fn show_silence, show_silences, show_notify_explain, show_why_quiet,
    show_routes;                                        /* show_told.c */
show_fn show_reload, show_journal_check,
    show_shutdown;                                      /* show_daemon.c */

/* Instead of the verb's own, where the answer is that of a dry run
 * (show_dry.c). */
int show_dry(struct out *, show_fn *, const json_t *result,
    const json_t *params);

/*--------------------------------------------------- shared by some screens */

/* One event on one line; `now` as in words_instant(). */
void show_event(struct out *, const json_t *event, const char *now);

/* {"check", "result", "reading", ...} of a list, one line each. */
void show_check_table(struct out *, const json_t *checks, const char *now,
    size_t indent);
/* "8 of 3, 5 extra": value, expected, what is missing or too much. */
void words_reading(struct text *, const json_t *check);

/* A gate with its verdict, reasons and inputs. */
void show_gate(struct out *, const json_t *gate, const char *now);

/* Attempts with outcome and the end of their output. */
void show_attempts(struct out *, const json_t *attempts, const char *now,
    size_t indent);
/* A recovery, its plan and what was tried. */
void show_recovery(struct out *, const json_t *recovery, const char *now);
/* The tries to come with clock times, and each end. */
void show_plan(struct out *, const json_t *owner, const char *now,
    size_t indent);

/* An incident, what hangs under it, and who was told. */
void show_incident(struct out *, const json_t *incident, const json_t *told,
    const char *now);

/* Closed conditions, one line each. */
void show_conditions(struct out *, const json_t *conditions, size_t indent);

/* The word for a cell of the screen: view or mark, and its colour. */
const char *cell_word(const json_t *cell, enum style *ret_style);
/* Running and standing backfills, a line each, if there are any. */
void show_backfills_line(struct out *, const json_t *list, const char *now);

/* "blocked 3/5!" into a table. */
void cell_add(struct table *, const json_t *cell);
/* What the signs in the cells of these dates mean, where one was used. */
void cell_legend(struct out *, const json_t *dates);

/* EXIT_OPEN ... EXIT_UNKNOWN of a verdict; `fallback` for other words. */
int exit_of_verdict(const char *verdict, int fallback);

/* show_waive.c: beside a check; all that stand. */
void words_waivers(struct text *, const json_t *check, const char *now);
void show_waivers(struct out *, const json_t *list, const char *now);

#endif
