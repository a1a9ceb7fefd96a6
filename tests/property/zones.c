/* SPDX-License-Identifier: BSD-2-Clause
 *
 * zones.c -- real zones of the system, read once: with a summer time of an
 * hour and of half an hour, one that changes its clocks at midnight (a day
 * without a midnight), one without any. What the system doesn't have is left
 * out; UTC is always there.
 */
#include <stdio.h>
#include <stdlib.h>

#include "play.h"

static bool
read_zone(const char *name, struct zone *ret, char **ret_bytes)
{
	enum { MOST = 65536 };
	char path[128], *bytes;
	FILE *f;
	size_t n;

	(void)snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
	f = fopen(path, "re");
	if (f == NULL)
		return false;
	bytes = malloc(MOST);
	n = bytes ? fread(bytes, 1, MOST, f) : 0;
	(void)fclose(f);
	if (n > 0 && zone_open(ret, bytes, n) == 0)
		*ret_bytes = bytes;     /* which the zone borrows */
	if (*ret_bytes)
		return true;
	free(bytes);
	return false;
}

void
zones_read(struct play *p)
{
	static const char *const names[] = { "America/New_York",
		"Europe/Berlin", "Australia/Lord_Howe", "America/Santiago",
		"Asia/Kolkata", "Africa/Casablanca", "Africa/Cairo" };
	size_t i;

	zone_utc(&p->zones[0]);
	p->zone_names[0] = "UTC";
	p->n_zones = 1;
	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		if (read_zone(names[i], &p->zones[p->n_zones],
		    &p->zone_bytes[p->n_zones]))
			p->zone_names[p->n_zones++] = names[i];
}

void
zones_free(struct play *p)
{
	int32_t i;

	for (i = 0; i < p->n_zones; i++)
		free(p->zone_bytes[i]);
}
