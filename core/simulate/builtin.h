/* SPDX-License-Identifier: BSD-2-Clause
 *
 * builtin.h -- one of our own gates, called without a process.
 */
#ifndef SIMULATE_BUILTIN_H
#define SIMULATE_BUILTIN_H

#include <jansson.h>
#include <stdbool.h>

struct builtin;

bool builtin_exists(const char *plugin);

/* Options are copied. Returns owned, or NULL with a sentence in *ret_why
 * (owned, free()). */
struct builtin *builtin_open(const char *plugin, const char *instance,
    const json_t *options, char **ret_why);
void builtin_close(struct builtin *);

/* Input as in base/wire.h; the result as in worker/pool.h, owned. */
json_t *builtin_call(struct builtin *, const json_t *input);

#endif
