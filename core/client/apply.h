/* SPDX-License-Identifier: BSD-2-Clause
 *
 * apply.h -- a configuration brought to work, in one command.
 */
#ifndef CLIENT_APPLY_H
#define CLIENT_APPLY_H

#include "client/line.h"

/* Returns an exit code. */
int local_apply(const struct line *);

#endif
