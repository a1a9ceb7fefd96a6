/* SPDX-License-Identifier: BSD-2-Clause
 *
 * zoneinfo.c -- the bytes of the system's time zone files.
 *
 * Names come from configuration, so a name is checked as text before it
 * becomes a path: no leading slash, no part that begins with a dot, a short
 * length. TZDIR and TZ are not honoured, because what a configuration means
 * must not depend on the environment of whoever started the program. What
 * the bytes mean is not known here; the calendar reads them.
 */
#include "base/zoneinfo.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"

#define ZONE_DIR "/usr/share/zoneinfo/"

enum { NAME_MOST = 64, FILE_MOST = 256 * 1024 };

static bool
is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '_';
}

bool
zone_name_valid(const char *name)
{
	size_t i, part = 0;

	for (i = 0; name[i] != '\0'; i++) {
		if (i == NAME_MOST)
			return false;
		if (name[i] == '/' && part > 0)
			part = 0;
		else if (is_name_char(name[i]))
			part++;
		else
			return false;
	}
	return part > 0;
}

int
zone_load(const char *name, char **ret_bytes, size_t *ret_len)
{
	char path[sizeof ZONE_DIR + NAME_MOST];
	int n;

	if (!zone_name_valid(name))
		return -EINVAL;
	n = snprintf(path, sizeof path, ZONE_DIR "%s", name);
	if (n < 0 || (size_t)n >= sizeof path)
		return -EINVAL;
	return file_read(path, FILE_MOST, ret_bytes, ret_len);
}
