/* SPDX-License-Identifier: BSD-2-Clause
 *
 * build.h -- from linked objects to definitions. Internal to config.
 */
#ifndef CONFIG_BUILD_H
#define CONFIG_BUILD_H

#include "config/keys.h"

/* Room for a kind's definitions, in the configuration's arena. */
void *room(struct load *, size_t n, size_t size);

/* The indexes of what refs name; those that are none are left out. */
const int32_t *indexes(struct load *, const struct refs *, int32_t *ret_n);

/* Reads the zone that a node names; false after a finding. */
bool zone_read(struct load *, const struct object *, const char *key,
    const struct node *, struct zone *ret);

void build_settings(struct load *);
void build_pipelines(struct load *);
void build_phases(struct load *);
void build_checks(struct load *);
void build_gates(struct load *);
void build_actions(struct load *);
void build_recoveries(struct load *);
void build_notifiers(struct load *);
/* build_told.c, build_window.c: who is told, and when. */
void build_tags(struct load *, const struct object *, uint64_t *ret);
void build_windows(struct load *);
void build_routes(struct load *);
void build_targets(struct load *);
void build_reports(struct load *);
void build_inventory(struct load *);
/* `min` and `max` are other words for limits that fail; and what a
 * percentage that only warns implies. */
void limits_finish(struct load *, const struct object *,
    struct check_keys *);
void build_ladders(struct load *);
/* "mon-fri 08:00-18:00"; false: it is none. */
bool window_parse(struct load *, const char *, struct window *ret);
void build_renames(struct load *);
/* What they retire is in the objects already; retire.c. */
void build_sources(struct load *);

/* service_keys.c: of those that say one; sets each action's. */
void build_breakers(struct load *, struct action_def *actions,
    const struct breaker_def *said);

/* The instance of an object with a plugin, its options validated. */
/* Of the checks that join later: what the graph keeps of them. */
struct joiners joiners_of(const struct object *);
/* Its inputs, and those that join later behind them. */
const int32_t *indexes_with_later(struct load *, const struct object *,
    int32_t *ret_n);

struct instance *instance_make(struct load *, const struct object *,
    int64_t timeout_ms);

#endif
