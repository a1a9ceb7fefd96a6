/* SPDX-License-Identifier: BSD-2-Clause
 *
 * text.h -- a string that grows.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stddef.h>

/* Starts as {0}; `s` is NUL-terminated or NULL when empty. */
struct text {
	char *s;
	size_t len, cap;
};

void text_add(struct text *, const char *);
void text_addn(struct text *, const char *, size_t len);
void text_addf(struct text *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The string so far, never NULL. Valid until the next change. */
const char *text_str(const struct text *);

/* Returns owned (free()), never NULL; leaves the text empty. */
char *text_take(struct text *);

void text_clear(struct text *);
void text_free(struct text *);

#define CLEANUP_TEXT __attribute__((cleanup(text_free)))

/* Makes bytes from outside fit for a line of text: control characters and
 * what isn't UTF-8 become \xNN. Appends to `out`. */
void text_add_clean(struct text *out, const char *bytes, size_t len);

#endif
