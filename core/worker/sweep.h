/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sweep.h -- children of this process that are nobody's worker.
 */
#ifndef WORKER_SWEEP_H
#define WORKER_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Kills and reaps every child that `is_ours` doesn't know. Returns how many
 * are still there: call again a little later until 0. */
size_t sweep_children(bool (*is_ours)(void *arg, pid_t), void *arg);

/* Calls for each child of this process. */
void children_each(void (*fn)(void *arg, pid_t), void *arg);

#endif
