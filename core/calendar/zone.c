/* SPDX-License-Identifier: BSD-2-Clause
 *
 * zone.c -- a time zone, read from the bytes of a TZif file.
 *
 * A zone is a sequence of spans, each with one offset: the file's
 * transitions in order, then what the footer's rule says for ever. Every
 * question is answered by walking spans, so that a gap, an overlap, a change
 * of the base offset and a day that never existed are all the same case.
 *
 * Nothing is copied or allocated: the zone points into the caller's bytes,
 * which must outlive it. All of the bytes are checked when the zone is
 * opened, so that later reading cannot fail. Version 1 files lack the
 * 64-bit data and are refused, as are files that count leap seconds
 * ("right/"): our instants are POSIX time, which doesn't.
 *
 * Before the first transition the file's first type holds (RFC 9636). Does
 * not know names of zones, files, the environment or the present time.
 */
#include "calendar/zone.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "calendar/posix.h"

enum { HEADER = 44, INFO = 6, MAX_TYPES = 256 };

/* No offset leaves a civil time further from UTC than this. */
enum { OFFSET_LEAST = -89999, OFFSET_MOST = 93599 };

/* Instants outside of the years 1 to 9999 are taken as the nearest inside,
 * so the span that holds there has no end. */
static const int64_t first_s = -62135596800, last_s = 253402300799;

struct counts {
	uint32_t isut, isstd, leap, time, type, chars;
};

static uint32_t
be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static int64_t
time_at(const struct zone *z, uint32_t i)
{
	const unsigned char *p = z->times + 8 * (size_t)i;

	return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

static int32_t
info_offset(const struct zone *z, unsigned i)
{
	return (int32_t)be32(z->infos + INFO * (size_t)i);
}

/* Reads a header; returns the version, or -EINVAL. */
static int
read_header(const unsigned char *p, size_t len, struct counts *ret)
{
	if (len < HEADER || memcmp(p, "TZif", 4) != 0 || p[4] < '2')
		return -EINVAL;
	*ret = (struct counts){ be32(p + 20), be32(p + 24), be32(p + 28),
		be32(p + 32), be32(p + 36), be32(p + 40) };
	return p[4];
}

/* The length of what follows a header; saturates far above any file. */
static uint64_t
block_length(const struct counts *c, uint64_t time_size)
{
	return c->time * (time_size + 1) + c->type * (uint64_t)INFO +
	    c->chars + c->leap * (time_size + 4) + c->isstd + c->isut;
}

static bool
infos_good(const struct zone *z)
{
	uint32_t i;

	if (z->names[z->n_names - 1] != '\0')
		return false;
	for (i = 0; i < z->n_infos; i++) {
		const unsigned char *p = z->infos + INFO * (size_t)i;
		int32_t offset = info_offset(z, i);

		if (offset < OFFSET_LEAST || offset > OFFSET_MOST ||
		    p[4] > 1 || p[5] >= z->n_names)
			return false;
	}
	return true;
}

static bool
times_good(const struct zone *z)
{
	uint32_t i;

	for (i = 0; i < z->n_times; i++)
		if (z->types[i] >= z->n_infos ||
		    (i > 0 && time_at(z, i) <= time_at(z, i - 1)))
			return false;
	return true;
}

/* "\n" rule "\n"; an empty rule says nothing about the time after. */
static int
read_footer(struct zone *z, const unsigned char *p, size_t len)
{
	const unsigned char *end;

	if (len < 2 || p[0] != '\n')
		return -EINVAL;
	end = memchr(p + 1, '\n', len - 1);
	if (end == NULL)
		return -EINVAL;
	if (end == p + 1)
		return 0;
	z->has_footer = true;
	return posix_parse((const char *)p + 1, (size_t)(end - p) - 1, z);
}

int
zone_open(struct zone *z, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;
	struct counts c;
	uint64_t block;

	*z = (struct zone){ 0 };
	if (read_header(p, len, &c) < 0)
		return -EINVAL;
	block = block_length(&c, 4);
	if (block > len - HEADER)
		return -EINVAL;
	p += HEADER + block;
	len -= HEADER + (size_t)block;
	if (read_header(p, len, &c) < 0 || c.leap != 0 || c.type == 0 ||
	    c.type > MAX_TYPES || c.chars == 0)
		return -EINVAL;
	block = block_length(&c, 8);
	if (block > len - HEADER)
		return -EINVAL;
	p += HEADER;
	len -= HEADER;
	z->times = p;
	z->types = z->times + 8 * (size_t)c.time;
	z->infos = z->types + c.time;
	z->names = (const char *)z->infos + INFO * (size_t)c.type;
	z->n_times = c.time;
	z->n_infos = c.type;
	z->n_names = c.chars;
	if (!infos_good(z) || !times_good(z))
		return -EINVAL;
	return read_footer(z, p + block, len - (size_t)block);
}

void
zone_utc(struct zone *z)
{
	*z = (struct zone){ .has_footer = true, .std_name = "UTC" };
}

/* How many transitions are not later than the instant. */
static uint32_t
passed(const struct zone *z, int64_t utc_s)
{
	uint32_t low = 0, high = z->n_times;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (time_at(z, mid) <= utc_s)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void
footer_span(const struct zone *z, int64_t utc_s, struct zone_span *ret)
{
	if (z->has_dst)
		posix_span(z, utc_s, ret);
	else
		*ret = (struct zone_span){ INT64_MIN, INT64_MAX,
			z->std_offset, false, z->std_name };
}

static int64_t
clamp(int64_t s)
{
	return s < first_s ? first_s : s > last_s ? last_s : s;
}

static void
find_span(const struct zone *z, int64_t utc_s, struct zone_span *ret)
{
	uint32_t n = passed(z, utc_s);
	int64_t begin, end;
	unsigned type;

	begin = n == 0 ? INT64_MIN : time_at(z, n - 1);
	end = n == z->n_times ? INT64_MAX : time_at(z, n);
	if (n == z->n_times && z->has_footer) {
		footer_span(z, utc_s, ret);
		if (ret->begin < begin)
			ret->begin = begin;
		return;
	}
	assert(z->n_infos > 0);
	type = n == 0 ? 0 : z->types[n - 1];
	*ret = (struct zone_span){ begin, end, info_offset(z, type),
		z->infos[INFO * (size_t)type + 4] == 1,
		z->names + z->infos[INFO * (size_t)type + 5] };
}

void
zone_span(const struct zone *z, int64_t utc_s, struct zone_span *ret)
{
	find_span(z, clamp(utc_s), ret);
	if (ret->end > last_s)
		ret->end = INT64_MAX;
}

int32_t
zone_offset(const struct zone *z, int64_t utc_s)
{
	struct zone_span span;

	zone_span(z, utc_s, &span);
	return span.offset;
}

int32_t
zone_offset_name(const struct zone *z, int64_t utc_s, const char **ret_name)
{
	struct zone_span span;

	zone_span(z, utc_s, &span);
	*ret_name = span.name;
	return span.offset;
}

int
zone_instants(const struct zone *z, int64_t local_s, int64_t ret_s[2])
{
	struct zone_span span;
	int64_t at;
	int n = 0;

	local_s = clamp(local_s);
	at = local_s - OFFSET_MOST;
	do {
		int64_t utc_s;

		zone_span(z, at, &span);
		utc_s = local_s - span.offset;
		if (utc_s >= span.begin && utc_s < span.end)
			ret_s[n++] = utc_s;
		at = span.end;
	} while (n < 2 && at <= local_s - OFFSET_LEAST);
	return n;
}

/* The first span that has not ended when it would show the civil time:
 * either it shows it, or it began later, after a gap. */
int64_t
zone_resolve(const struct zone *z, int64_t local_s)
{
	struct zone_span span;
	int64_t at;

	local_s = clamp(local_s);
	at = local_s - OFFSET_MOST;
	for (;;) {
		zone_span(z, at, &span);
		if (local_s - span.offset < span.end)
			break;
		at = span.end;
	}
	return local_s - span.offset > span.begin ? local_s - span.offset :
	    span.begin;
}
