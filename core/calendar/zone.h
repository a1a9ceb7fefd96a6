/* SPDX-License-Identifier: BSD-2-Clause
 *
 * zone.h -- a time zone, read from the bytes of a TZif file. Pure.
 */
#ifndef CALENDAR_ZONE_H
#define CALENDAR_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "calendar/civil.h"

/* The footer's rule of one transition per year (POSIX TZ, RFC 9636). */
struct zone_rule {
	char kind;              /* 'M' (m.w.d), 'J' (1..365), 'n' (0..365) */
	int16_t month, week, day;
	int32_t time;           /* seconds after local midnight, may be <0 */
};

struct zone {
	const unsigned char *times;     /* big-endian int64, borrowed */
	const unsigned char *types;     /* index of ttinfo per transition */
	const unsigned char *infos;     /* 6 bytes each */
	const char *names;
	uint32_t n_times, n_infos, n_names;

	bool has_footer, has_dst;
	int32_t std_offset, dst_offset; /* seconds east of UTC */
	char std_name[16], dst_name[16];
	struct zone_rule dst_start, dst_end;
};

/* Version 2+ TZif. Borrows `bytes` for as long as the zone is used. Returns
 * 0, or -EINVAL where the bytes are not a well-formed TZif file. */
int zone_open(struct zone *, const void *bytes, size_t len);

/* UTC, no file needed. */
void zone_utc(struct zone *);

/* A stretch of time with one offset: begin <= instant < end, in seconds since
 * 1970 UTC; INT64_MIN and INT64_MAX where it has no such bound. Neighbours
 * may have the same offset. The name is borrowed from the zone. */
struct zone_span {
	int64_t begin, end;
	int32_t offset;         /* seconds east of UTC */
	bool dst;
	const char *name;       /* "EST" */
};

void zone_span(const struct zone *, int64_t utc_s, struct zone_span *ret);

/* Offset in seconds east of UTC at an instant (seconds since 1970 UTC). */
int32_t zone_offset(const struct zone *, int64_t utc_s);
/* Also the abbreviation ("EST"); borrowed from the zone. */
int32_t zone_offset_name(const struct zone *, int64_t utc_s,
    const char **ret_name);

/* Instants at which the civil time (seconds since 1970-01-01 00:00, local)
 * is shown: 0 (gap), 1, or 2 (overlap), ascending. */
int zone_instants(const struct zone *, int64_t local_s, int64_t ret_s[2]);

/* One instant: the first of an overlap, the first after a gap. */
int64_t zone_resolve(const struct zone *, int64_t local_s);

#endif
