/* SPDX-License-Identifier: BSD-2-Clause
 *
 * help.h -- help, completion and manual page, from the verb table.
 */
#ifndef CLIENT_HELP_H
#define CLIENT_HELP_H

#include "client/out.h"
#include "control/verbs.h"

/* The verb `help`. Returns an exit code; with a sentence in *ret_why (owned)
 * when it isn't 0. */
int help_verb(struct out *, const json_t *params, char **ret_why);

/* --help: of one verb, or the short list (NULL). */
void help_of(struct out *, const struct verb *);

/* "gate wait PHASE --date DATE [--timeout TIME]"; owned (free()). */
char *help_usage(const struct verb *);

/* The examples of a verb, one by one: command and what it does, both owned.
 * `*at` starts as verb->examples. False: no more. */
bool help_example(const char **at, char **ret_command, char **ret_what);

void help_mdoc(struct out *);           /* mdoc.c */
void help_completion(struct out *);     /* completion.c */

#endif
