/* SPDX-License-Identifier: BSD-2-Clause
 *
 * finder.h -- plugins of a directory, by kind and name.
 *
 * A plugin is what its own description says: kind and name. Its file may
 * have any name that ends in ".so"; files that bear the plugin's name are
 * asked first, so that a directory isn't described as a whole to find one.
 * Descriptions are kept as long as a file is the same (device, inode, size,
 * time).
 */
#ifndef DAEMON_FINDER_H
#define DAEMON_FINDER_H

#include "config/conf.h"

struct finder;

/* Both are copied; NULL: as built (GW_PLUGINDIR, GW_LIBEXECDIR). Returns
 * owned, never NULL: a directory that can't be read has no plugins, and
 * `find` says so. */
struct finder *finder_new(const char *plugin_dir, const char *host_path);

/* Looks at the directory again: before each load. */
void finder_refresh(struct finder *);

/* For conf_load; valid as long as the finder. */
const struct plugin_finder *finder_interface(struct finder *);

/* What it looks at, with defaults filled in. */
const char *finder_plugin_dir(const struct finder *);
const char *finder_host_path(const struct finder *);

void finder_free(struct finder *);

#define CLEANUP_FINDER __attribute__((cleanup(cleanup_finder)))

static inline void
cleanup_finder(struct finder **f)
{
	finder_free(*f);
}

#endif
