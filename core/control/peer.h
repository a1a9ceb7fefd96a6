/* SPDX-License-Identifier: BSD-2-Clause
 *
 * peer.h -- who is at the other end of a socket, and what that one may.
 */
#ifndef CONTROL_PEER_H
#define CONTROL_PEER_H

#include <stddef.h>
#include <sys/types.h>

#include "control/verbs.h"

enum { PEER_GROUPS = 256 };

struct peer {
	uid_t uid;
	gid_t gid;
	size_t n_groups;
	gid_t groups[PEER_GROUPS];
};

/* Whose members may what; (gid_t)-1: nobody. */
struct peer_rules {
	uid_t owner;            /* of the daemon: admin, as uid 0 */
	gid_t operate, report, observe;
};

/* As the kernel says, at the time of connect. Returns 0 or -errno. */
int peer_read(int fd, struct peer *ret);

/* Pure. LEVEL_NONE: not welcome. */
enum level peer_level(const struct peer *, const struct peer_rules *);

/* Number of a group by the text of a group file, not by NSS, which may load
 * foreign code. Returns 0, -ENOENT, or -errno of reading. */
int group_find(const char *file, const char *name, gid_t *ret);

#endif
