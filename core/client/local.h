/* SPDX-License-Identifier: BSD-2-Clause
 *
 * local.h -- what needs no daemon.
 */
#ifndef CLIENT_LOCAL_H
#define CLIENT_LOCAL_H

#include "client/line.h"

/* Becomes `gatewardend --check`; returns only when that can't be. */
int local_config_check(const struct line *);

/* Becomes `gatewarden-simulate`; returns only when that can't be. */
int local_simulate(const struct line *);

/* Become `gatewarden-backtest`; return only when that can't be. */
int local_backtest(const struct line *);        /* backtest.c */
int local_config_diff(const struct line *);
int local_config_plan(const struct line *);

/* A program of ours that people don't run: beside this one, or where it is
 * installed. Owned. */
char *local_find(const char *name);

/* What `gatewardend --check --coverage` says of a directory. */
int local_coverage(const struct line *);
/* What `gatewardend --verify` says of one. */
int local_verify(const struct line *);

/* Of a stopped daemon's directory, or of an export. */
int local_journal_check(const struct line *);

/* Becomes `gatewarden-prove`; returns only when that can't be. */
int local_prove(const struct line *);

/* Become `gatewarden-report`; returns only when that can't be. */
int local_report(const struct line *);         /* show_report.c */

#endif
