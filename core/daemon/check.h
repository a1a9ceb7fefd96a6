/* SPDX-License-Identifier: BSD-2-Clause
 *
 * check.h -- gatewardend --check: what is wrong with a configuration.
 */
#ifndef DAEMON_CHECK_H
#define DAEMON_CHECK_H

#include "daemon/options.h"

/* Prints to standard output; returns the exit status: 0, or 1 when there is
 * an error. */
int check_main(const struct options *);

#endif
