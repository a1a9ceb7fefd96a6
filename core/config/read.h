/* SPDX-License-Identifier: BSD-2-Clause
 *
 * read.h -- the bytes of a configuration. Internal to config.
 */
#ifndef CONFIG_READ_H
#define CONFIG_READ_H

#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"
#include "config/node.h"

enum { FILE_SIZE_MOST = 8 << 20, TOTAL_SIZE_MOST = 64 << 20,
	FILES_MOST = 4096 };

struct source {
	struct conf_file file;  /* strings valid as long as the arena */
	char *bytes;            /* owned; NULL: could not be read */
	size_t len;
};

struct sources {
	struct source *v;
	size_t n;
};

/* A directory's *.conf in strcmp order, or one file. What can't be read is
 * a finding, and its bytes are NULL. */
void sources_read(const char *path, struct arena *, struct diag *,
    struct sources *ret);
void sources_free(struct sources *);

#endif
