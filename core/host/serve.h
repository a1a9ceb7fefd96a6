/* SPDX-License-Identifier: BSD-2-Clause
 *
 * serve.h -- the host's life between hello and quit.
 */
#ifndef HOST_SERVE_H
#define HOST_SERVE_H

#include <signal.h>

#include "gatewarden/plugin.h"

/* Greets on `fd` and answers until quit, end of file, or `stop` while no
 * call runs. Returns the exit code. */
int serve(int fd, const struct gw_plugin *, const volatile sig_atomic_t *stop);

#endif
