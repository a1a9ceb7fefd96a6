/* SPDX-License-Identifier: BSD-2-Clause
 *
 * lock.h -- one instance per state directory.
 */
#ifndef JOURNAL_LOCK_H
#define JOURNAL_LOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct instance_lock {
	int fd;                 /* -1: not held */
	char *path;
	uint64_t epoch;         /* as the last holder left it; 0: none did */
};

/* Takes DIR/lock and writes our pid and boot id into it. Returns 0, -EBUSY
 * (another holds it: *ret_why names its pid) or -errno; *ret_why is owned. */
int lock_take(const char *dir, struct instance_lock *ret, char **ret_why);

/* For readers, who exclude the daemon but not each other. A directory
 * without a lock file (a copy) is fine: then nothing is held. */
int lock_share(const char *dir, struct instance_lock *ret, char **ret_why);

/* Notes the epoch beside the pid. Returns 0 or -errno. */
int lock_stamp(struct instance_lock *, uint64_t epoch);

/* The file that we hold is no longer the one in the directory. */
bool lock_lost(const struct instance_lock *);

/* Lets go; the file stays. Fine on one that isn't held. */
void lock_release(struct instance_lock *);

#endif
