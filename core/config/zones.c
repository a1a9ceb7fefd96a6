/* SPDX-License-Identifier: BSD-2-Clause
 *
 * zones.c -- the time zones that a configuration names.
 *
 * Their bytes stay with the configuration, because a zone points into them;
 * each is read once. A name that the system doesn't know is a finding with
 * the nearest one of the system's own list.
 */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/nearest.h"
#include "base/zoneinfo.h"
#include "config/build.h"

#define ZONE_LIST "/usr/share/zoneinfo/tzdata.zi"

enum { LIST_MOST = 1 << 20, NAME_MOST = 64 };

/* A zone ("Z Europe/Berlin ...") or a link ("L Europe/Berlin Atlantic/...").
 * Returns its name in buf, or NULL. */
static const char *
name_in(const char *line, size_t len, char buf[NAME_MOST + 1])
{
	const char *end = line + len, *p;
	size_t n;

	if (len < 3 || line[1] != ' ' || (line[0] != 'Z' && line[0] != 'L'))
		return NULL;
	p = line + 2;
	if (line[0] == 'L') {
		p = memchr(p, ' ', (size_t)(end - p));
		if (p == NULL)
			return NULL;
		p++;
	}
	for (n = 0; p + n < end && p[n] != ' ' && n < NAME_MOST; n++)
		buf[n] = p[n];
	buf[n] = '\0';
	return buf;
}

/* The system's name that is nearest; NULL: none, or no list. */
static const char *
nearest_zone(struct load *l, const char *name)
{
	char *bytes CLEANUP_FREE = NULL;
	char buf[NAME_MOST + 1];
	const char *best = NULL, *s, *p, *end;
	struct nearest near;
	size_t len;

	if (file_read(ZONE_LIST, LIST_MOST, &bytes, &len) < 0)
		return NULL;
	nearest_start(&near, name);
	for (s = bytes; s < bytes + len; s = end + 1) {
		end = memchr(s, '\n', (size_t)(bytes + len - s));
		if (end == NULL)
			break;
		p = name_in(s, (size_t)(end - s), buf);
		if (p == NULL)
			continue;
		nearest_try(&near, p);
		if (near.best == p) {
			best = arena_strdup(l->scratch, p);
			near.best = best;
		}
	}
	return best;
}

/* The bytes of a zone's file, in the configuration's arena. */
struct zone_bytes {
	const char *bytes;
	size_t len;
};

static const struct zone_bytes *
bytes_of(struct load *l, const char *name)
{
	char *bytes CLEANUP_FREE = NULL;
	struct zone_bytes *z;
	void **slot;
	size_t len;
	char *copy;

	z = names_get(&l->zones, name);
	if (z)
		return z;
	if (zone_load(name, &bytes, &len) < 0)
		return NULL;
	copy = arena_alloc(l->arena, len);
	memcpy(copy, bytes, len);
	z = arena_alloc(l->scratch, sizeof *z);
	*z = (struct zone_bytes){ copy, len };
	slot = names_put(&l->zones, arena_strdup(l->scratch, name));
	*slot = z;
	return z;
}

bool
zone_read(struct load *l, const struct object *o, const char *key,
    const struct node *n, struct zone *ret)
{
	const struct zone_bytes *z;

	if (n->type != NODE_STRING) {
		wrong(l, n, "%s: '%s' is the name of a time zone such as "
		    "\"Europe/Berlin\", %s found", label(l, o), key,
		    node_seen(n, l->scratch));
		return false;
	}
	z = bytes_of(l, n->text);
	if (z && zone_open(ret, z->bytes, z->len) == 0)
		return true;
	if (z)
		wrong(l, n, "%s: the system's file of time zone '%s' is "
		    "damaged", label(l, o), n->text);
	else if (!l->quiet)
		wrong(l, n, "%s: there is no time zone %s%s", label(l, o),
		    node_seen(n, l->scratch), did_you_mean(l,
		    nearest_zone(l, n->text)));
	return false;
}
