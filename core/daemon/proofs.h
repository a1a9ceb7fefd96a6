/* SPDX-License-Identifier: BSD-2-Clause
 *
 * proofs.h -- what gatewarden-prove finds about a configuration's rules.
 */
#ifndef DAEMON_PROOFS_H
#define DAEMON_PROOFS_H

#include "base/diag.h"
#include "daemon/finder.h"
#include "daemon/options.h"

/* Adds a warning for each rule that can't fire or can't clear; one that says
 * why, where the prover could not be run. */
void proofs_add(const struct options *, const struct finder *,
    struct diag *);

#endif
