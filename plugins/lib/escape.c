/* SPDX-License-Identifier: BSD-2-Clause
 *
 * escape.c -- text of any origin as data, wherever it lands.
 *
 * A name of a file, an error of a database, a title: whatever is in them,
 * none of it ends its string, its element, its code block, or speaks to
 * somebody. Works by characters of UTF-8; what isn't UTF-8 never gets
 * through, because each reader repairs that in another way.
 *
 * Knows no message and no protocol.
 */
#include "lib/escape.h"

#include <stdbool.h>

static const char replacement[] = "\xef\xbf\xbd";

static bool
is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

void
escape_json(struct buf *b, const char *s)
{
	size_t len = strlen(s), i, n;

	for (i = 0; i < len; i += n ? n : 1) {
		n = utf8_length(s + i, len - i);
		if (n == 0)
			buf_add(b, replacement);
		else if (s[i] == '"' || s[i] == '\\')
			buf_addf(b, "\\%c", s[i]);
		else if (is_control(s[i]))
			buf_addf(b, "\\u%04x", (unsigned char)s[i]);
		else
			buf_addn(b, s + i, n);
	}
}

static const char *
entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void
escape_html(struct buf *b, const char *s)
{
	size_t len = strlen(s), i, n;

	for (i = 0; i < len; i += n ? n : 1) {
		n = utf8_length(s + i, len - i);
		if (n == 0 || (is_control(s[i]) && s[i] != '\n'))
			buf_add(b, replacement);
		else if (entity(s[i]))
			buf_add(b, entity(s[i]));
		else
			buf_addn(b, s + i, n);
	}
}

/* Slack has three entities; a fence of three backquotes can't come about. */
static void
add_slack(struct buf *b, const char *s, size_t n)
{
	bool again = *s == '`' && b->len > 0 && b->s[b->len - 1] == '`';

	if (again)
		buf_add(b, "\u200b");
	if (*s == '&' || *s == '<' || *s == '>')
		buf_add(b, entity(*s));
	else
		buf_addn(b, s, n);
}

size_t
escape_slack(struct buf *b, const char *s, size_t len, size_t most)
{
	size_t i = 0, n;

	/* the longest that one character comes to is "&amp;" */
	while (i < len && b->len + 5 <= most) {
		n = utf8_length(s + i, len - i);
		if (n == 0)
			buf_add(b, "?");
		else
			add_slack(b, s + i, n);
		i += n ? n : 1;
	}
	return i;
}
