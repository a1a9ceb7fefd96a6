/* SPDX-License-Identifier: BSD-2-Clause
 *
 * buf.c -- bytes that grow, kept NUL-terminated.
 *
 * The one string builder of the plugins. It has no limit of its own: who
 * fills it with bytes from outside bounds them (child.c, http.c).
 */
#include "lib/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

static void
reserve(struct buf *b, size_t more)
{
	size_t cap = b->cap ? b->cap : 64;

	if (more > SIZE_MAX / 4 || b->len > SIZE_MAX / 4)
		abort();
	while (cap < b->len + more + 1)
		cap *= 2;
	if (cap == b->cap)
		return;
	b->s = mem_grow(b->s, cap, 1);
	b->cap = cap;
}

void
buf_addn(struct buf *b, const char *s, size_t len)
{
	reserve(b, len);
	if (len > 0)
		memcpy(b->s + b->len, s, len);
	b->len += len;
	b->s[b->len] = '\0';
}

void
buf_add(struct buf *b, const char *s)
{
	buf_addn(b, s, strlen(s));
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		abort();
	reserve(b, (size_t)n);
	(void)vsnprintf(b->s + b->len, (size_t)n + 1, fmt, again);
	va_end(again);
	b->len += (size_t)n;
}

static bool
continues(const char *s, size_t len, size_t n)
{
	size_t i;

	if (n > len)
		return false;
	for (i = 1; i < n; i++)
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return false;
	return true;
}

size_t
utf8_length(const char *s, size_t len)
{
	unsigned char c, d;

	if (len == 0)
		return 0;
	c = (unsigned char)s[0];
	d = len > 1 ? (unsigned char)s[1] : 0;
	if (c < 0x80)
		return 1;
	if (c >= 0xc2 && c <= 0xdf)
		return continues(s, len, 2) ? 2 : 0;
	/* no overlong forms, no surrogates */
	if (c >= 0xe0 && c <= 0xef && !(c == 0xe0 && d < 0xa0) &&
	    !(c == 0xed && d > 0x9f))
		return continues(s, len, 3) ? 3 : 0;
	if (c >= 0xf0 && c <= 0xf4 && !(c == 0xf0 && d < 0x90) &&
	    !(c == 0xf4 && d > 0x8f))
		return continues(s, len, 4) ? 4 : 0;
	return 0;
}

void
buf_add_line(struct buf *b, const char *s, size_t len, size_t most)
{
	size_t i = 0, n;

	while (i < len) {
		n = utf8_length(s + i, len - i);
		if (i + (n ? n : 1) > most) {
			buf_add(b, "...");
			return;
		}
		if (n == 0)
			buf_add(b, "?");
		else if (n == 1 && ((unsigned char)s[i] < 0x20 ||
		    s[i] == 0x7f))
			buf_add(b, " ");
		else
			buf_addn(b, s + i, n);
		i += n ? n : 1;
	}
}

const char *
buf_str(const struct buf *b)
{
	return b->s ? b->s : "";
}

void
buf_clear(struct buf *b)
{
	b->len = 0;
	if (b->s)
		b->s[0] = '\0';
}

void
buf_free(struct buf *b)
{
	free(b->s);
	*b = (struct buf){ 0 };
}
