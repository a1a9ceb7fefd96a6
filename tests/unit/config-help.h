/* SPDX-License-Identifier: BSD-2-Clause
 *
 * config-help.h -- for the tests of core/config: plugins that are only
 * described, and directories that are made for one test.
 */
#ifndef TESTS_CONFIG_HELP_H
#define TESTS_CONFIG_HELP_H

#include "config/conf.h"

/* Finds the plugins of plugins/ by descriptions like theirs; loads nothing. */
extern const struct plugin_finder fake_finder;

/* A directory of one's own; the path is valid until the next call. */
const char *dir_make(void);
void dir_put(const char *dir, const char *name, const char *text);
void dir_remove(const char *dir);

/* Path below the top of the sources; owned. */
char *source_path(const char *path);

/* Loads, or fails the test with the findings. */
struct conf *load(const char *path);
struct conf *load_sample(const char *path);     /* below the sources */
struct conf *load_text(const char *text);       /* as a.conf */

/* Of that name, which there is. */
const struct phase_def *phase(const struct conf *, const char *name);
const struct check_def *check(const struct conf *, const char *name);
const json_t *options(const struct conf *, enum instance_kind,
    const char *name);
void json_is(const json_t *, const char *expected);

/* Findings as printed, without the directory; owned. */
char *findings_text(struct diag *, const char *dir);

#endif
