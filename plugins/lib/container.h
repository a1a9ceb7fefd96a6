/* SPDX-License-Identifier: BSD-2-Clause
 *
 * container.h -- what a container is told of a run: words and variables.
 */
#ifndef PLUGIN_LIB_CONTAINER_H
#define PLUGIN_LIB_CONTAINER_H

#include <jansson.h>

#include "lib/call.h"

#define CONTAINER_OPTIONS \
	{ .name = "args", .type = GW_T_LIST, \
	  .help = "the words of the first container, in place of its own; " \
	      "{date} and the like are filled in, a word that is {missing} " \
	      "or {failing} becomes one word for each item" }

/* For `open`. */
bool container_check(const struct gw_host *, struct gw_ctx *,
    struct buf *why);

/* The words of "args", an array; owned, NULL with a sentence. */
json_t *container_args(const struct call *, struct buf *why);

/* GATEWARDEN_DATE, _NOW, _PIPELINE, _PHASE, _OPERATION, _ATTEMPT, _MISSING
 * and _FAILING, the lists joined by commas: an array of {"name", "value"};
 * owned. */
json_t *container_variables(const struct call *);

#endif
