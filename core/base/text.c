/* SPDX-License-Identifier: BSD-2-Clause
 *
 * text.c -- a string that grows by doubling.
 *
 * Out of memory ends the program: every text here is bounded by its caller
 * (a message, a table, a finding), so that it means a broken machine.
 */
#include "base/text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
reserve(struct text *t, size_t more)
{
	size_t cap = t->cap ? t->cap : 64;
	char *s;

	if (t->cap - t->len > more)
		return;
	while (cap - t->len <= more)
		cap *= 2;
	s = realloc(t->s, cap);
	if (s == NULL)
		abort();
	t->s = s;
	t->cap = cap;
}

void
text_addn(struct text *t, const char *s, size_t len)
{
	reserve(t, len);
	memcpy(t->s + t->len, s, len);
	t->len += len;
	t->s[t->len] = '\0';
}

void
text_add(struct text *t, const char *s)
{
	text_addn(t, s, strlen(s));
}

void
text_addf(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	assert(n >= 0);
	reserve(t, (size_t)n);
	va_start(ap, fmt);
	(void)vsnprintf(t->s + t->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	t->len += (size_t)n;
}

const char *
text_str(const struct text *t)
{
	return t->s ? t->s : "";
}

char *
text_take(struct text *t)
{
	char *s;

	reserve(t, 0);
	t->s[t->len] = '\0';
	s = t->s;
	*t = (struct text){ 0 };
	return s;
}

void
text_clear(struct text *t)
{
	t->len = 0;
	if (t->s)
		t->s[0] = '\0';
}

void
text_free(struct text *t)
{
	free(t->s);
	*t = (struct text){ 0 };
}

/* Length of the UTF-8 sequence at s, 0 if it isn't one. */
static size_t
utf8_len(const unsigned char *s, size_t len)
{
	size_t n, i;

	if (s[0] < 0x80)
		return 1;
	n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	if (s[0] < 0xc2 || s[0] > 0xf4 || n > len)
		return 0;
	for (i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

void
text_add_clean(struct text *out, const char *bytes, size_t len)
{
	const unsigned char *s = (const unsigned char *)bytes;
	size_t i = 0, n;

	while (i < len) {
		n = utf8_len(s + i, len - i);
		if (n == 0 || s[i] < 0x20 || s[i] == 0x7f) {
			text_addf(out, "\\x%02x", s[i]);
			i++;
			continue;
		}
		text_addn(out, bytes + i, n);
		i += n;
	}
}
