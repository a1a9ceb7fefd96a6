/* SPDX-License-Identifier: BSD-2-Clause
 *
 * child.h -- running a program, without a shell, until its end or ours.
 */
#ifndef PLUGIN_LIB_CHILD_H
#define PLUGIN_LIB_CHILD_H

#include "lib/call.h"
#include "lib/strings.h"

struct child_spec {
	char *const *argv;      /* NULL-terminated; argv[0] is the program */
	char *const *envp;
	const char *input;      /* standard input; NULL: empty */
	size_t input_len;
	/* true: output is captured, in a process group of its own, of which
	 * nothing is left at the end. false: output goes where ours goes,
	 * the group is ours. */
	bool capture;
	/* as without capture, and what it writes is kept, too */
	bool tee;
	size_t most;            /* bytes kept of each stream */
};

struct child_end {
	int spawn_errno;        /* could not be started */
	int exit_code;          /* -1: ended by a signal */
	int signal;
	bool stopped;           /* by us: deadline, or cancelled */
	int64_t elapsed_ms;
	struct buf out, err;    /* captured */
	bool cut;               /* there was more than `most` */
};

/* Returns when the program has ended or was ended; to be freed. */
void child_run(const struct call *, const struct child_spec *,
    struct child_end *ret);
void child_end_free(struct child_end *);

#define CLEANUP_CHILD CLEANUP(child_end_free)

/* "exit 3 after 1.2 s", "killed by signal 9 (Killed) after ...". */
void child_end_words(const struct call *, const struct child_end *,
    const char *program, struct buf *);

/* The environment with more: GATEWARDEN_DATE and so on, from the parameters
 * of the call, and `more` (may be NULL), "NAME=value" each. To be freed with
 * strings_free. */
char **child_environment(const struct call *, const char *const *more);

#endif
