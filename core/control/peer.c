/* SPDX-License-Identifier: BSD-2-Clause
 *
 * peer.c -- from a connection to a level.
 *
 * The kernel tells uid, gid and supplementary groups of whoever connected,
 * as they were then. The pid is not asked for: it can be another process by
 * the time that one looks. Groups are numbers; their names are looked up
 * once, at start, by reading the group file ourselves: getgrnam() goes
 * through NSS, which loads shared objects into the daemon.
 *
 * A peer with more groups than PEER_GROUPS is judged by the first of them.
 */
#define _GNU_SOURCE     /* struct ucred */
#include "control/peer.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/file.h"

enum { GROUP_FILE_MAX = 1 << 20 };

int
peer_read(int fd, struct peer *ret)
{
	struct ucred cred;
	socklen_t len = sizeof cred;

	*ret = (struct peer){ 0 };
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) < 0)
		return -errno;
	ret->uid = cred.uid;
	ret->gid = cred.gid;
	len = sizeof ret->groups;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, ret->groups, &len) == 0)
		ret->n_groups = len / sizeof ret->groups[0];
	return 0;
}

static bool
in_group(const struct peer *p, gid_t gid)
{
	size_t i;

	if (gid == (gid_t)-1)
		return false;
	if (p->gid == gid)
		return true;
	for (i = 0; i < p->n_groups; i++)
		if (p->groups[i] == gid)
			return true;
	return false;
}

enum level
peer_level(const struct peer *p, const struct peer_rules *rules)
{
	if (p->uid == 0 || p->uid == rules->owner)
		return LEVEL_ADMIN;
	if (in_group(p, rules->operate))
		return LEVEL_OPERATE;
	if (in_group(p, rules->report))
		return LEVEL_REPORT;
	if (in_group(p, rules->observe))
		return LEVEL_OBSERVE;
	return LEVEL_NONE;
}

/* "name:password:1000:members" */
static bool
group_line(const char *line, const char *name, gid_t *ret)
{
	size_t len = strlen(name);
	const char *number;
	char *end;
	unsigned long v;

	if (strncmp(line, name, len) != 0 || line[len] != ':')
		return false;
	number = strchr(line + len + 1, ':');
	if (number == NULL)
		return false;
	errno = 0;
	v = strtoul(number + 1, &end, 10);
	if (errno != 0 || end == number + 1 || *end != ':' || v >= UINT_MAX)
		return false;
	*ret = (gid_t)v;
	return true;
}

int
group_find(const char *file, const char *name, gid_t *ret)
{
	CLEANUP_FREE char *bytes = NULL;
	size_t len;
	char *line, *next;
	int r = file_read(file, GROUP_FILE_MAX, &bytes, &len);

	if (r < 0)
		return r;
	for (line = bytes; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (group_line(line, name, ret))
			return 0;
	}
	return -ENOENT;
}
