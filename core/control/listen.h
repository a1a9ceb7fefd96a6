/* SPDX-License-Identifier: BSD-2-Clause
 *
 * listen.h -- a bound socket file, with the right mode from its first moment.
 */
#ifndef CONTROL_LISTEN_H
#define CONTROL_LISTEN_H

#include <sys/types.h>

/* Binds an AF_UNIX stream socket at `path` (mode 0660, or 0666 with
 * `everyone`, given to `group` unless (gid_t)-1). A socket that nobody
 * answers on is replaced; anything else in its place is refused. Returns
 * the descriptor, or -errno with a sentence in *ret_why (owned). */
int listen_bind(const char *path, gid_t group, int everyone,
    char **ret_why);

#endif
