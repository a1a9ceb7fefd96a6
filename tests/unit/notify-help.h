/* SPDX-License-Identifier: BSD-2-Clause
 *
 * notify-help.h -- a configuration small enough to be held in the hand: one
 * pipeline in New York with two phases, three notifiers, and whatever routes
 * and windows a test gives it.
 */
#ifndef TESTS_NOTIFY_HELP_H
#define TESTS_NOTIFY_HELP_H

#include "notify/notify.h"

enum { TEAM, BOSS, PAGER, NOTIFIERS };
enum { LOAD, PUBLISH, PHASES };
enum { TAG_NIGHT = 1, TAG_MONEY = 2 };

#define MINUTE ((int64_t)60000)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

struct notify_bed {
	struct conf conf;
	struct pipeline_def pipelines[1];
	struct phase_def phases[PHASES];
	struct instance instances[NOTIFIERS];
	struct route routes[4];
	struct window windows[4];
	struct silence silences[4];
	struct notify_world world;
};

/* One route: everything to TEAM at once. */
void bed_init(struct notify_bed *);
/* The zone of a name, for as long as the program runs. */
struct zone bed_zone(const char *name);
/* "2026-01-16 04:00" in New York. */
int64_t bed_at(const char *);
struct window daily(const char *name, enum window_kind, int32_t from_h,
    int32_t to_h);

/* An open incident of LOAD. */
struct notify_case a_case(enum severity);
/* TEAM by the first route, told nothing. */
struct notify_recipient a_recipient(const struct notify_bed *);

/* What stopped it; STAGES: nothing. */
enum notify_stage stopped_at(const struct notify_ruling *);
const struct notify_step *last_step(const struct notify_ruling *);

#endif
