/* SPDX-License-Identifier: BSD-2-Clause
 *
 * load.h -- mapping a plugin and believing nothing of it.
 */
#ifndef HOST_LOAD_H
#define HOST_LOAD_H

#include <jansson.h>

#include "gatewarden/plugin.h"

/* Loads for good: a plugin is never unloaded. Runs its constructors. Returns
 * 0 with *ret static, or -errno with a sentence in *ret_why (owned). */
int plugin_load(const char *path, const struct gw_plugin **ret,
    char **ret_why);

/* "check", "gate", "action" or "notifier". */
const char *plugin_kind_name(const struct gw_plugin *);

/* The description that conf.h documents; owned. */
json_t *plugin_description(const struct gw_plugin *);

/* Its page of section 7, in mdoc; owned. */
char *plugin_manual(const struct gw_plugin *);

#endif
