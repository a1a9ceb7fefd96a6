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

/* Of a stopped daemon's directory, or of an export. */
int local_journal_check(const struct line *);

/* Becomes `gatewarden-prove`; returns only when that can't be. */
int local_prove(const struct line *);

#endif
