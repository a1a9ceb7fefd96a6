/* SPDX-License-Identifier: BSD-2-Clause
 *
 * mail.c -- pieces of an internet message, from data of any origin.
 *
 * A header is one logical line of ASCII. Whatever a check, a file name or a
 * remote error put into a title, it is encoded as a whole when it isn't plain
 * ASCII, so that neither a line break nor an encoded word of its own gets
 * through. Encoded words are cut between characters (RFC 2047, section 5).
 *
 * Knows no protocol: sending is the notifier's.
 */
#include "lib/mail.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/base64.h"

/* 75 for an encoded word, less "=?UTF-8?B?" and "?=": 60 of base64. */
enum { WORD_BYTES = 45, LINE_MOST = 76 };

/*------------------------------------------------------------------ headers */

static bool
is_control(const char *s)
{
	return (unsigned char)*s < 0x20 || *s == 0x7f;
}

/* One line of UTF-8, bounded. */
static void
clean(struct buf *b, const char *s, size_t most)
{
	size_t len = strlen(s), i = 0, n;

	while (i < len && b->len < most) {
		n = utf8_length(s + i, len - i);
		if (n == 0)
			buf_add(b, "?");
		else if (is_control(s + i))
			buf_add(b, " ");
		else
			buf_addn(b, s + i, n);
		i += n ? n : 1;
	}
	if (i < len)
		buf_add(b, "...");
}

static bool
is_plain(const char *s)
{
	const char *p;

	for (p = s; *p; p++)
		if ((unsigned char)*p >= 0x7f || is_control(p))
			return false;
	return strstr(s, "=?") == NULL;
}

static void
add_words(struct buf *b, const char *s, size_t len)
{
	size_t i = 0, from = 0, n;

	while (from < len) {
		for (i = from; i < len; i += n) {
			n = utf8_length(s + i, len - i);
			if (i + n - from > WORD_BYTES)
				break;
		}
		buf_add(b, from ? "\r\n =?UTF-8?B?" : "=?UTF-8?B?");
		base64_add(b, s + from, i - from);
		buf_add(b, "?=");
		from = i;
	}
}

void
mail_value(struct buf *b, const char *text, size_t most, size_t used)
{
	struct buf line CLEANUP_BUF = { 0 };

	clean(&line, text, most);
	if (is_plain(buf_str(&line)) && used + line.len <= LINE_MOST)
		buf_add(b, buf_str(&line));
	else
		add_words(b, buf_str(&line), line.len);
}

void
mail_header(struct buf *b, const char *name, const char *text, size_t most)
{
	buf_addf(b, "%s: ", name);
	mail_value(b, text, most, strlen(name) + 2);
}

const char *
mail_date(int64_t ms, char buf[MAIL_DATE_TEXT])
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed",
		"Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr",
		"May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t t = (time_t)(ms / 1000);
	struct tm tm = { 0 };

	/* in no locale's words */
	if (gmtime_r(&t, &tm) == NULL)
		abort();
	(void)snprintf(buf, MAIL_DATE_TEXT,
	    "%s, %02d %s %04d %02d:%02d:%02d +0000", days[tm.tm_wday],
	    tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour,
	    tm.tm_min, tm.tm_sec);
	return buf;
}

bool
mail_address(const char *s)
{
	const char *at = strrchr(s, '@'), *p;

	if (at == NULL || at == s || at[1] == '\0')
		return false;
	for (p = s; *p; p++)
		if ((unsigned char)*p <= 0x20 || (unsigned char)*p >= 0x7f ||
		    strchr("<>()[],;:\\\"", *p))
			return false;
	return true;
}
