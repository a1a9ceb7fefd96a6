/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tokens.h -- who may report for what: a file of names and secrets.
 */
#ifndef WEB_TOKENS_H
#define WEB_TOKENS_H

#include <stdbool.h>

/* One line each: NAME TOKEN. Blank lines and those that begin with # don't
 * count; a name may have several tokens. It is read anew for each request. */

/* Can it be used at all? Returns 0, or -errno with a sentence (owned,
 * free()). */
int tokens_check(const char *path, char **ret_why);

/* Is it a token of the name? Takes as long whatever the token is. */
bool tokens_allow(const char *path, const char *name, const char *token);

#endif
