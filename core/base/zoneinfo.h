/* SPDX-License-Identifier: BSD-2-Clause
 *
 * zoneinfo.h -- the bytes of the system's time zone files.
 */
#ifndef BASE_ZONEINFO_H
#define BASE_ZONEINFO_H

#include <stdbool.h>
#include <stddef.h>

/* A name as in the tz database ("America/New_York"): letters, digits and
 * "+-_" in parts joined by '/', so nothing that could leave the directory. */
bool zone_name_valid(const char *);

/* Reads the file of a zone. *ret_bytes is returned owned (free()). Returns 0
 * or negative errno: -EINVAL for what cannot be a name, -ENOENT for a zone
 * that the system doesn't have, -EISDIR for a part of a name ("America"). */
int zone_load(const char *name, char **ret_bytes, size_t *ret_len);

#endif
