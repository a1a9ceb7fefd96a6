/* SPDX-License-Identifier: BSD-2-Clause
 *
 * hosted.h -- a gate of somebody else's, in a process of its own.
 */
#ifndef PROVE_HOSTED_H
#define PROVE_HOSTED_H

#include "config/conf.h"

struct hosted;

/* Starts a gatewarden-host and opens the gate in it. Returns owned, or NULL
 * with a sentence in *ret_why (owned, free()). */
struct hosted *hosted_open(const char *host_path, const struct instance *,
    char **ret_why);
void hosted_close(struct hosted *);

/* Input as in base/wire.h; the result as in worker/pool.h, owned. NULL: it
 * did not answer, and will not be asked again. */
json_t *hosted_call(struct hosted *, const json_t *input);

#endif
