/* SPDX-License-Identifier: BSD-2-Clause
 *
 * buf.h -- bytes that grow, kept NUL-terminated.
 */
#ifndef PLUGIN_LIB_BUF_H
#define PLUGIN_LIB_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/mem.h"

/* Starts as {0}. `s` is NULL while empty. */
struct buf {
	char *s;
	size_t len, cap;
};

void buf_add(struct buf *, const char *);
void buf_addn(struct buf *, const char *, size_t len);
void buf_addf(struct buf *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Appends text of unknown origin for one line of a remark: at most `most`
 * bytes, control characters as blanks, what isn't UTF-8 as `?`. */
void buf_add_line(struct buf *, const char *, size_t len, size_t most);

/* Never NULL; valid until the next change. */
const char *buf_str(const struct buf *);

void buf_clear(struct buf *);
void buf_free(struct buf *);

#define CLEANUP_BUF CLEANUP(buf_free)

/* The number of bytes of the UTF-8 character at `s`, 0 if it isn't one. */
size_t utf8_length(const char *s, size_t len);

#endif
