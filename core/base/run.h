/* SPDX-License-Identifier: BSD-2-Clause
 *
 * run.h -- another program of ours, run for what it prints.
 */
#ifndef BASE_RUN_H
#define BASE_RUN_H

#include <stdint.h>

#include "base/text.h"

/* Runs argv[0] (a path) and appends its standard output, at most `most`
 * bytes of it, within `ms` of real time; it is killed when it takes longer
 * or says more. Its standard error is ours. Returns 0 when it was run, with
 * its wait status in *ret_status, or -errno. */
int run_output(const char *const *argv, int64_t ms, size_t most,
    struct text *ret, int *ret_status);

#endif
