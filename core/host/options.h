/* SPDX-License-Identifier: BSD-2-Clause
 *
 * options.h -- an instance's options, found by the names that plugins use.
 */
#ifndef HOST_OPTIONS_H
#define HOST_OPTIONS_H

#include <jansson.h>

#include "gatewarden/plugin.h"

/* "value", "database.path" or "steps.0.after"; borrowed, NULL: not set. */
const json_t *option_find(const json_t *options, const char *name);

/* Sets what is absent and has a fallback in the plugin's table. The daemon
 * has done so; a host driven by hand hasn't. */
void options_fill(json_t *options, const struct gw_plugin *);

/* The option `i` of a table, or NULL at its end. */
const struct gw_option *option_at(const struct gw_plugin *,
    const struct gw_option *table, size_t i);

#endif
