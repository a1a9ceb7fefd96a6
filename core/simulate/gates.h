/* SPDX-License-Identifier: BSD-2-Clause
 *
 * gates.h -- the gates of a configuration, asked without a process.
 */
#ifndef SIMULATE_GATES_H
#define SIMULATE_GATES_H

#include "config/conf.h"
#include "engine/engine.h"

struct gates;

/* Opens those that are built in; a gate of another plugin is a warning and
 * answers that it can't tell. Options that a gate refuses are an error.
 * Returns owned, never NULL; the configuration is borrowed. */
struct gates *gates_new(const struct conf *, struct diag *);
void gates_free(struct gates *);

/* The answer for the inputs as the engine has them. *ret_said, owned: what
 * the daemon would keep beside the verdict ("reasons", "opens_with"). */
struct gate_answer gates_ask(struct gates *, const struct engine *,
    int32_t gate, struct date, uint64_t revision, const struct now *,
    json_t **ret_said);

/* Gates that can't be asked here. */
int32_t gates_unknown(const struct gates *);

#endif
