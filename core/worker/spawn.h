/* SPDX-License-Identifier: BSD-2-Clause
 *
 * spawn.h -- starting a gatewarden-host.
 */
#ifndef WORKER_SPAWN_H
#define WORKER_SPAWN_H

#include <sys/types.h>

struct spawn_options {
	const char *host_path;
	const char *kind;       /* expected of the plugin */
	const char *user;       /* or NULL */
	const char *path;       /* of the plugin */
	const char *attempt_file;       /* or NULL */
};

/* All descriptors are close-on-exec and non-blocking. */
struct spawned {
	pid_t pid;              /* also its process group */
	int pidfd;
	int link;               /* packets (base/wire.h) */
	int output;             /* what it writes */
};

/* Returns 0, or -errno with the name of what failed in *ret_what (static). */
int spawn_host(const struct spawn_options *, struct spawned *ret,
    const char **ret_what);

/* `host --describe path`; its output on `output`, its complaints on `link`.
 */
int spawn_describe(const char *host_path, const char *path,
    struct spawned *ret, const char **ret_what);

/* Opens an attempt's file and locks it for all that inherit the descriptor.
 * Returns it (close-on-exec) or -errno. */
int attempt_lock(const char *path);

#endif
