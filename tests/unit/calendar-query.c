/* SPDX-License-Identifier: BSD-2-Clause
 *
 * calendar-query.c -- answers questions about the calendar, for oracles.
 *
 * Reads one question per line from standard input, all about the zone named
 * last, and prints one line for each. The oracles (zone-oracle.py,
 * cron-oracle.py) know the answers from elsewhere. Questions:
 *
 *	zone NAME               (prints "ok", or "error NUMBER")
 *	offset UTC              offset and abbreviation
 *	instants LOCAL          all instants, ascending
 *	resolve LOCAL
 *	begin DAY  end DAY ENDS   in ms; DAY counts from 1970-01-01
 *	dayof ENDS MS
 *	cron EXPRESSION         (prints "ok", or "error WHY")
 *	next MS
 *	slots FROM TO           all slots in FROM < slot <= TO, in ms
 *	live FROM TO SEED       what a scheduler takes that is late, is
 *	                        restarted, and has its clock set: SLOT@WHEN
 *	                        in seconds; an odd seed takes each missed
 *	                        slot, an even one the first for all of them
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/zoneinfo.h"
#include "calendar/day.h"
#include "calendar/schedule.h"

struct query {
	char *bytes;
	struct zone zone;
	struct cron cron;
};

static void
set_zone(struct query *q, const char *name)
{
	size_t len = 0;
	int r;

	free(q->bytes);
	q->bytes = NULL;
	r = zone_load(name, &q->bytes, &len);
	if (r == 0)
		r = zone_open(&q->zone, q->bytes, len);
	if (r < 0)
		printf("error %d\n", r);
	else
		puts("ok");
}

static void
set_cron(struct query *q, const char *expression)
{
	const char *why;

	if (cron_parse(expression, &q->cron, &why) < 0)
		printf("error %s\n", why);
	else
		puts("ok");
}

static void
print_offset(const struct query *q, int64_t utc_s)
{
	const char *name;
	int32_t offset = zone_offset_name(&q->zone, utc_s, &name);

	printf("%" PRId32 " %s\n", offset, name);
}

static void
print_instants(const struct query *q, int64_t local_s)
{
	int64_t at[2];
	int n = zone_instants(&q->zone, local_s, at), i;

	printf("%d", n);
	for (i = 0; i < n; i++)
		printf(" %" PRId64, at[i]);
	puts("");
}

static void
print_slots(const struct query *q, int64_t from, int64_t to)
{
	int64_t at = cron_next(&q->cron, &q->zone, from);

	for (; at != INSTANT_NONE && at <= to;
	    at = cron_next(&q->cron, &q->zone, at))
		printf("%" PRId64 " ", at);
	puts("");
}

/* What a scheduler keeps: the clock on its wall, and, durably, up to where it
 * has taken all slots. */
struct life {
	int64_t wall, mark;
	uint64_t seed;
};

static int64_t
roll(struct life *l, int64_t most)
{
	/* splitmix64 */
	uint64_t x = l->seed += 0x9e3779b97f4a7c15;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return (int64_t)((x ^ x >> 31) % (uint64_t)most);
}

/* It goes to sleep until its plan, and wakes up at some time. */
static void
sleep_until(struct life *l, int64_t plan)
{
	static const int64_t hour = 3600000;

	switch (roll(l, 16)) {
	case 0:                 /* the clock is set back */
		l->wall -= roll(l, 3 * hour);
		return;
	case 1:                 /* ... and forth */
		l->wall += roll(l, 30 * hour);
		return;
	case 2:                 /* woken early, by something else */
		l->wall += plan > l->wall ? roll(l, plan - l->wall) : 0;
		return;
	case 3:                 /* died, and comes back later */
		l->wall = plan + roll(l, 12 * hour);
		return;
	case 4:                 /* late */
		l->wall = plan + roll(l, 5 * hour);
		return;
	default:
		if (l->wall < plan)
			l->wall = plan + roll(l, 2) * roll(l, 60000);
	}
}

static void
print_life(const struct query *q, int64_t from, int64_t to, int64_t seed)
{
	struct life l = { from, from, (uint64_t)seed };
	int64_t slot;

	while ((slot = cron_next(&q->cron, &q->zone, l.mark)) != INSTANT_NONE
	    && slot <= to) {
		sleep_until(&l, slot);
		if (l.wall < slot)
			continue;
		printf("%" PRId64 "@%" PRId64 " ", slot / 1000,
		    l.wall / 1000);
		l.mark = seed % 2 == 1 ? slot : l.wall;
	}
	puts("");
}

static int64_t
compute(const struct query *q, const char *verb, int64_t a, int64_t b)
{
	if (strcmp(verb, "resolve") == 0)
		return zone_resolve(&q->zone, a);
	if (strcmp(verb, "begin") == 0)
		return day_begin(&q->zone, (struct date){ (int32_t)a });
	if (strcmp(verb, "end") == 0)
		return day_end(&q->zone, (struct date){ (int32_t)a },
		    (int32_t)b);
	if (strcmp(verb, "dayof") == 0)
		return day_of(&q->zone, (int32_t)a, b).day;
	if (strcmp(verb, "next") == 0)
		return cron_next(&q->cron, &q->zone, a);
	(void)fprintf(stderr, "calendar-query: unknown question '%s'\n",
	    verb);
	exit(2);
}

static void
answer(struct query *q, char *line)
{
	char *rest = strchr(line, ' '), *end;
	int64_t a, b, c;

	if (rest != NULL)
		*rest++ = '\0';
	else
		rest = line + strlen(line);
	if (strcmp(line, "zone") == 0) {
		set_zone(q, rest);
		return;
	}
	if (strcmp(line, "cron") == 0) {
		set_cron(q, rest);
		return;
	}
	a = strtoll(rest, &end, 10);
	b = strtoll(end, &end, 10);
	c = strtoll(end, NULL, 10);
	if (strcmp(line, "offset") == 0)
		print_offset(q, a);
	else if (strcmp(line, "instants") == 0)
		print_instants(q, a);
	else if (strcmp(line, "slots") == 0)
		print_slots(q, a, b);
	else if (strcmp(line, "live") == 0)
		print_life(q, a, b, c);
	else
		printf("%" PRId64 "\n", compute(q, line, a, b));
}

int
main(void)
{
	struct query q = { 0 };
	char line[512];

	zone_utc(&q.zone);
	while (fgets(line, sizeof line, stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		answer(&q, line);
	}
	free(q.bytes);
	return 0;
}
