/* SPDX-License-Identifier: BSD-2-Clause
 *
 * notify-help.c -- see notify-help.h.
 */
#include "notify-help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct zone
bed_zone(const char *name)
{
	static char bytes[2][8192];     /* borrowed by the zones */
	static char names[2][64];
	struct zone z;
	char path[256];
	size_t len;
	FILE *f;
	int i;

	for (i = 0; i < 2 && names[i][0] && strcmp(names[i], name); i++)
		;
	assert_true(i < 2);
	(void)snprintf(names[i], sizeof names[i], "%s", name);
	(void)snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
	f = fopen(path, "rb");
	assert_non_null(f);
	len = fread(bytes[i], 1, sizeof bytes[i], f);
	(void)fclose(f);
	assert_int_equal(zone_open(&z, bytes[i], len), 0);
	return z;
}

int64_t
bed_at(const char *s)
{
	struct zone z = bed_zone("America/New_York");
	int64_t at;

	assert_int_equal(instant_parse(s, &z, &at), 0);
	return at;
}

struct window
daily(const char *name, enum window_kind kind, int32_t from_h, int32_t to_h)
{
	return (struct window){ .name = name, .kind = kind,
		.origin = { "told.conf", 7 }, .when = WHEN_DAILY,
		.from_s = from_h * 3600, .to_s = to_h * 3600, .days = 0x7f };
}

void
bed_init(struct notify_bed *b)
{
	static const int32_t to_team[] = { TEAM };
	static const char *const names[] = { "team", "boss", "pager" };
	int i;

	memset(b, 0, sizeof *b);
	b->pipelines[0] = (struct pipeline_def){ .name = "nba",
		.zone = bed_zone("America/New_York"), .n_phases = PHASES };
	b->phases[LOAD] = (struct phase_def){ .name = "load" };
	b->phases[PUBLISH] = (struct phase_def){ .name = "publish" };
	for (i = 0; i < NOTIFIERS; i++)
		b->instances[i] = (struct instance){ .name = names[i],
			.kind = INSTANCE_NOTIFIER,
			.origin = { "told.conf", 20 + i } };
	b->routes[0] = (struct route){ .name = "route.1",
		.origin = { "told.conf", 1 }, .to = to_team, .n_to = 1,
		.least = SEVERITY_INFO, .pipeline = NONE, .phase = NONE,
		.digest_s = 9 * 3600 };
	b->conf.graph.pipelines = b->pipelines;
	b->conf.graph.n_pipelines = 1;
	b->conf.graph.phases = b->phases;
	b->conf.graph.n_phases = PHASES;
	b->conf.instances = b->instances;
	b->conf.n_instances = NOTIFIERS;
	b->conf.routes = b->routes;
	b->conf.n_routes = 1;
	b->conf.windows = b->windows;
	b->conf.tags[0] = "night";
	b->conf.tags[1] = "money";
	b->conf.n_tags = 2;
	b->world = (struct notify_world){ .conf = &b->conf,
		.silences = b->silences, .now = bed_at("2026-01-16 12:00") };
}

struct notify_case
a_case(enum severity s)
{
	return (struct notify_case){ .incident = 41, .pipeline = 0,
		.phase = LOAD, .dated = true,
		.date = { 20469 }, .severity = s, .open = true,
		.opened_at = bed_at("2026-01-16 12:00"),
		.acked_until = INSTANT_NONE, .deadline = INSTANT_NONE };
}

struct notify_recipient
a_recipient(const struct notify_bed *b)
{
	return (struct notify_recipient){ .route = &b->routes[0],
		.notifier = TEAM, .told.at = INSTANT_NONE,
		.lately_over = INSTANT_NONE };
}

const struct notify_step *
last_step(const struct notify_ruling *r)
{
	assert_true(r->n > 0);
	return &r->steps[r->n - 1];
}

enum notify_stage
stopped_at(const struct notify_ruling *r)
{
	return last_step(r)->passed ? STAGES : last_step(r)->stage;
}
