/* SPDX-License-Identifier: BSD-2-Clause
 *
 * paths.h -- scenarios by path: a file, or all *.scenario of a directory.
 */
#ifndef SIMULATE_PATHS_H
#define SIMULATE_PATHS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

/* Starts as {0}. */
struct paths {
	char **v;               /* owned */
	size_t n, cap;
};

/* True: it is a directory, whose files were added in the order of strcmp.
 * One without any is an error. */
bool paths_add(struct paths *, const char *path, struct diag *);
void paths_free(struct paths *);

#define CLEANUP_PATHS __attribute__((cleanup(paths_free)))

#endif
