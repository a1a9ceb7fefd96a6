/* SPDX-License-Identifier: BSD-2-Clause
 *
 * diff.h -- what differs between two configurations, object by object.
 */
#ifndef CONFIG_DIFF_H
#define CONFIG_DIFF_H

#include "config/conf.h"

/* Both loaded by conf_load_resolved(), in the order old, new:
 *
 *   {"objects": [{"list": "checks", "name": "pdc", "change": "changed",
 *                 "was": "player_daily_cache", "from": "20-checks.conf:51",
 *                 "options": [{"name": "min", "old": 1, "new": 2,
 *                              "old_from": "20-checks.conf:51",
 *                              "new_from": "20-checks.conf:51"}]}],
 *    "counts": {"added": 0, "changed": 1, "removed": 0, "renamed": 0}}
 *
 * Owned. An object that is only renamed is "renamed"; `was` stands beside
 * any change of a renamed one. An option that one of them doesn't have lacks
 * that side. Equal configurations have no objects. */
json_t *conf_diff(const struct conf *, const struct conf *);

/* The number of objects that differ. */
size_t conf_diff_size(const json_t *diff);

/* For people; owned (free()). Empty for no difference. */
char *conf_diff_text(const json_t *diff);

#endif
