/* SPDX-License-Identifier: BSD-2-Clause
 *
 * fault.h -- the true cause of a worker's end, in one sentence.
 */
#ifndef WORKER_FAULT_H
#define WORKER_FAULT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What a process was at when it ended. */
enum stage { STAGE_LOAD, STAGE_OPEN, STAGE_CALL, STAGE_IDLE, STAGE_CLOSE };

/* How it ended, as waitid() tells it. */
struct ending {
	int exit_code;          /* -1: a signal */
	int signal;             /* 0: none */
};

/* Reaps. Returns 1 with *ret, 0 while it runs, or -errno. */
int ending_wait(int pidfd, struct ending *ret);

/* "killed by signal 11 (SIGSEGV) after 12 ms", "exited with status 0 in the
 * middle of a call"; owned. */
char *ending_sentence(const struct ending *, enum stage, int64_t after_ms);

/* A packet that is none: what was wrong with it; owned. */
char *packet_sentence(const char *bytes, size_t len, int error);

#endif
