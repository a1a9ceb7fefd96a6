/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rows_private.h -- what rows.c and rows_restore.c share.
 */
#ifndef DAEMON_ROWS_PRIVATE_H
#define DAEMON_ROWS_PRIVATE_H

#include "daemon/row_fields.h"
#include "daemon/rows.h"

struct rows {
	struct row_names names;
};

/* Reads one row; what was wrong is in `io`. Returns 0, -ENOENT (with
 * io->gone OBJECTS: it has moved) or -EINVAL. */
int rows_read(const struct rows *, const char *key, const json_t *data,
    struct record *ret, struct row_io *io);

#endif
