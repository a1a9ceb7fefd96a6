/* SPDX-License-Identifier: BSD-2-Clause
 *
 * classify.h -- what a failure's words say about trying again.
 */
#ifndef PLUGIN_LIB_CLASSIFY_H
#define PLUGIN_LIB_CLASSIFY_H

#include "lib/call.h"

/* The option's members: { match = "ERE"; class = "permanent"; }. */
extern const struct gw_option classify_options[];

#define CLASSIFY_OPTION(what) \
	{ .name = "classify", .type = GW_T_GROUPS, \
	  .members = classify_options, \
	  .help = what ", as groups of match (an extended regular " \
	      "expression) and class (transient, not_yet, permanent or " \
	      "config); the first that matches wins" }

/* For `open`. */
bool classify_check(const struct gw_host *, struct gw_ctx *,
    struct buf *why);
/* Is anything to be looked for? */
bool classify_wanted(const struct call *);
/* The class of the first group that matches a text; 0: none does. The text
 * may hold any bytes but is read up to its first NUL. */
int32_t classify_text(const struct call *, const char *text);

#endif
