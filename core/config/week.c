/* SPDX-License-Identifier: BSD-2-Clause
 *
 * week.c -- the hours of a week at which nobody would hear of something.
 *
 * Knows no clock: hours are minutes of a week, as a window's own zone shows
 * them. A window that comes by a cron line, or once, is no promise for every
 * week, and counts as closed.
 */
#include "config/conf.h"

#include <stdio.h>

enum { MINUTES = 24 * 60, WEEK = 7 * MINUTES };

/* The minutes of a week at which a route is open. */
static void
mark_open(const struct route *r, bool *heard)
{
	const struct window *w = r->during;
	int32_t day, m, from, len;

	for (m = 0; w == NULL && m < WEEK; m++)
		heard[m] = true;
	if (w == NULL || w->when != WHEN_DAILY)
		return;
	from = w->from_s / 60;
	len = w->to_s / 60 - from;
	if (len <= 0)
		len += MINUTES;
	for (day = 0; day < 7; day++)
		for (m = 0; (w->days >> day & 1) && m < len; m++)
			heard[(day * MINUTES + from + m) % WEEK] = true;
}

int32_t
routes_unheard(const struct conf *c, const struct marks *what,
    bool *ret_never)
{
	bool heard[WEEK] = { false };
	int32_t i, m;

	*ret_never = true;
	for (i = 0; i < c->n_routes; i++)
		if (c->routes[i].n_to > 0 && route_takes(&c->routes[i],
		    what)) {
			mark_open(&c->routes[i], heard);
			*ret_never = false;
		}
	for (i = 0; i < WEEK; i++) {
		m = (i + MINUTES) % WEEK;
		if (!heard[m])
			return m;
	}
	return -1;
}

const char *
week_words(int32_t minute, char buf[WEEK_TEXT])
{
	static const char *const days[7] = { "Sunday", "Monday", "Tuesday",
		"Wednesday", "Thursday", "Friday", "Saturday" };

	(void)snprintf(buf, WEEK_TEXT, "%s at %02d:%02d",
	    days[minute / MINUTES], minute % MINUTES / 60, minute % 60);
	return buf;
}
