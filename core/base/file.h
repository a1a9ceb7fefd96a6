/* SPDX-License-Identifier: BSD-2-Clause
 *
 * file.h -- bounded reads and atomic writes.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>
#include <sys/types.h>

/* Reads a regular file of at most `max` bytes; symbolic links are followed.
 * *ret_bytes is NUL-terminated, returned owned (free()). Returns 0 or
 * negative errno: -EISDIR, -EINVAL (not a regular file), -EFBIG, ... */
int file_read(const char *path, size_t max, char **ret_bytes,
    size_t *ret_len);

/* Writes beside `path`, syncs, renames over it. Returns 0 or -errno. */
int file_write(const char *path, const void *bytes, size_t len,
    mode_t mode);

/* As seen from where the process stands now: "/srv/conf.d" of "conf.d".
 * Symbolic links stay as they are, since where they lead may change. *ret is
 * owned. Returns 0 or -errno. */
int file_absolute(const char *path, char **ret);

/* mkdir -p. Returns 0 or -errno. */
int file_mkdirs(const char *path, mode_t mode);

#endif
