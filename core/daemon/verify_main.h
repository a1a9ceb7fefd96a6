/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verify_main.h -- gatewardend --verify.
 */
#ifndef DAEMON_VERIFY_MAIN_H
#define DAEMON_VERIFY_MAIN_H

#include "daemon/options.h"

/* Returns the exit status: 0 when the answer was printed, whatever it is; 1
 * when the configuration is wrong. */
int verify_main(const struct options *);

#endif
