/* SPDX-License-Identifier: BSD-2-Clause
 *
 * confine.h -- what a plugin's process may not do.
 */
#ifndef HOST_CONFINE_H
#define HOST_CONFINE_H

#include <stdbool.h>
#include <sys/types.h>

struct confinement {
	pid_t parent;           /* the daemon; 0: not run by one */
	const char *user;       /* run as; NULL: stay */
	bool reads_only;        /* a check or gate: no signals to strangers */
	bool bounded;           /* address space too */
};

/* For good, before the first byte of a plugin runs. Returns 0, or -errno
 * with the name of what failed in *ret_what (static). */
int confine(const struct confinement *, const char **ret_what);

/* The system calls denied, here and below (filter.c). `parent` may not be
 * signalled; 0: none. Returns 0 or -errno. */
int filter_install(pid_t parent);

#endif
