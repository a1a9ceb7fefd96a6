/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cloud.h -- a project of Google Cloud, as the checks of its parts ask it.
 */
#ifndef PLUGIN_LIB_CLOUD_H
#define PLUGIN_LIB_CLOUD_H

#include "lib/google.h"

#define CLOUD_PROJECT_OPTION \
	{ .name = "project", .type = GW_T_STRING, \
	  .help = "the project's id; default: that of the credentials" }

/* Options of each; `where` is the usual endpoint, a literal. */
#define CLOUD_OPTIONS(where) GOOGLE_OPTIONS(where), CLOUD_PROJECT_OPTION

/* Lives as long as the instance; may be part of the plugin's own struct. */
struct cloud {
	const struct gw_host *host;
	struct google *google;
	char *project;
};

/* For `open`. False with a sentence; to be closed in any case. */
bool cloud_open(struct cloud *, const struct gw_host *, struct gw_ctx *,
    const char *endpoint, struct buf *why);
/* For what isn't a project's: its buckets have names of their own. */
bool cloud_open_without_project(struct cloud *, const struct gw_host *,
    struct gw_ctx *, const char *endpoint, struct buf *why);
void cloud_close(struct cloud *);

/* Appends a literal part of a path and a value, percent-encoded. */
void path_add(struct buf *, const char *literal, const char *value);

/* The same of a name with slashes, which stay. */
void path_add_name(struct buf *, const char *literal, const char *name);

/* All pages of a list (google_list), with `what` in front of the sentence:
 * "jobs of acme/us-west2". */
bool cloud_list(const struct call *, struct cloud *, const char *path,
    const char *member, google_item *, void *arg, const char *what,
    struct google_error *ret, struct buf *why);

/* Is an option text that names one thing: not empty, no slash? For `open`. */
bool cloud_check_name(const struct gw_host *, struct gw_ctx *,
    const char *option, struct buf *why);

/* An instant of an answer as ms; false: it isn't there or none. */
bool cloud_instant(const json_t *, const char *key, int64_t *ret);

#endif
