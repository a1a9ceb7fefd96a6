/* SPDX-License-Identifier: BSD-2-Clause
 *
 * out.c -- what is printed: collected first, then written at once.
 *
 * A screen is small, so it is built as one text and written when it is
 * whole: nothing is printed of an answer that turns out to be broken, and
 * the same code can be asked for its exit code only. Colour stands beside
 * words, never instead of them, and only where a terminal shows it. Lines
 * are broken for a terminal alone; whoever reads a pipe gets one line per
 * thing.
 *
 * Knows nothing of what is printed. Everything that came from the daemon
 * goes through out_clean() first: a plugin's remark must not move anybody's
 * cursor.
 */
#define _GNU_SOURCE     /* vasprintf, wcwidth */
#include "client/out.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "base/cleanup.h"

enum { WIDTH_DEFAULT = 80, WIDTH_LEAST = 40 };

static const char *const codes[] = {
	[STYLE_PLAIN] = "", [STYLE_BOLD] = "\033[1m",
	[STYLE_DIM] = "\033[2m", [STYLE_GOOD] = "\033[32m",
	[STYLE_WARN] = "\033[33m", [STYLE_BAD] = "\033[1;31m",
	[STYLE_OTHER] = "\033[36m"
};

static size_t
terminal_width(void)
{
	struct winsize w;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) < 0 || w.ws_col == 0)
		return WIDTH_DEFAULT;
	return w.ws_col < WIDTH_LEAST ? WIDTH_LEAST : w.ws_col;
}

void
out_open(struct out *o)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
	bool tty = isatty(STDOUT_FILENO) == 1;

	/* widths of characters, whatever the locale's own encoding is */
	if (setlocale(LC_CTYPE, "") == NULL ||
	    strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		(void)setlocale(LC_CTYPE, "C.UTF-8");
	*o = (struct out){ .width = tty ? terminal_width() : 0,
		.colour = tty && (no == NULL || *no == '\0') &&
		    (term == NULL || strcmp(term, "dumb") != 0) };
}

void
out_free(struct out *o)
{
	text_free(&o->t);
}

static void __attribute__((format(printf, 2, 0)))
add_v(struct text *t, const char *fmt, va_list ap)
{
	CLEANUP_FREE char *s = NULL;

	if (vasprintf(&s, fmt, ap) < 0)
		abort();
	text_add(t, s);
}

void
out(struct out *o, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_v(&o->t, fmt, ap);
	va_end(ap);
}

static void
begin(struct out *o, enum style style)
{
	if (o->colour)
		text_add(&o->t, codes[style]);
}

static void
end(struct out *o, enum style style)
{
	if (o->colour && style != STYLE_PLAIN)
		text_add(&o->t, "\033[0m");
}

void
out_in(struct out *o, enum style style, const char *fmt, ...)
{
	va_list ap;

	begin(o, style);
	va_start(ap, fmt);
	add_v(&o->t, fmt, ap);
	va_end(ap);
	end(o, style);
}

void
out_heading(struct out *o, const char *fmt, ...)
{
	va_list ap;

	if (o->t.len > 0)
		text_add(&o->t, "\n");
	begin(o, STYLE_BOLD);
	va_start(ap, fmt);
	add_v(&o->t, fmt, ap);
	va_end(ap);
	end(o, STYLE_BOLD);
	text_add(&o->t, "\n");
}

/* Bytes of `s` that fit into `room` columns, broken at a blank; at least
 * one word. */
static size_t
fitting(const char *s, size_t room)
{
	size_t best = 0, i = 0;

	while (s[i]) {
		CLEANUP_FREE char *head = NULL;
		size_t word = i + strcspn(s + i, " ");

		head = strndup(s, word);
		if (head == NULL)
			abort();
		if (best > 0 && columns(head) > room)
			break;
		best = word;
		i = word + strspn(s + word, " ");
	}
	return best;
}

void
out_wrapped(struct out *o, enum style style, size_t at, size_t hang,
    const char *s)
{
	size_t n = strlen(s);

	if (o->width > 0 && at + columns(s) > o->width)
		n = fitting(s, at < o->width ? o->width - at : 0);
	out_in(o, style, "%.*s", (int)n, s);
	out(o, "\n");
	s += n + strspn(s + n, " ");
	while (*s) {
		n = fitting(s, hang < o->width ? o->width - hang : 0);
		out(o, "%*s", (int)hang, "");
		out_in(o, style, "%.*s", (int)n, s);
		out(o, "\n");
		s += n + strspn(s + n, " ");
	}
}

int
out_flush(struct out *o)
{
	size_t n = fwrite(text_str(&o->t), 1, o->t.len, stdout);
	int r = n < o->t.len || fflush(stdout) != 0 ? -errno : 0;

	text_clear(&o->t);
	return r;
}

/*----------------------------------------------------------------- widths */

/* One character of valid UTF-8; what isn't counts as one column each. */
static size_t
decode(const unsigned char *s, wchar_t *ret)
{
	size_t n = s[0] < 0x80 ? 1 : s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 :
	    s[0] >= 0xc0 ? 2 : 1, i;
	uint32_t c = s[0];

	if (n > 1)
		c &= 0xffu >> (n + 1);
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80) {
			*ret = L'?';
			return 1;
		}
		c = c << 6 | (s[i] & 0x3fu);
	}
	*ret = (wchar_t)c;
	return n;
}

size_t
columns(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t total = 0;

	while (*s) {
		wchar_t c;
		int w;

		s += decode(s, &c);
		w = wcwidth(c);
		total += w < 0 ? 1 : (size_t)w;
	}
	return total;
}

/*---------------------------------------------------------------- cleaning */

static void
clean_string(json_t *v, bool lines)
{
	CLEANUP_TEXT struct text t = { 0 };
	const char *s = json_string_value(v);
	size_t len = json_string_length(v), i, from = 0;

	for (i = 0; lines && i < len; i++)
		if (s[i] == '\n') {
			text_add_clean(&t, s + from, i - from);
			text_add(&t, "\n");
			from = i + 1;
		}
	text_add_clean(&t, s + from, len - from);
	if (t.len != len || memcmp(text_str(&t), s, len) != 0)
		(void)json_string_set(v, text_str(&t));
}

static void
clean(json_t *v, bool lines)
{
	const char *key;
	json_t *member;
	size_t i;

	if (json_is_string(v))
		clean_string(v, lines);
	json_object_foreach(v, key, member)
		clean(member, strcmp(key, "output") == 0);
	json_array_foreach(v, i, member)
		clean(member, lines);
}

void
out_clean(json_t *v)
{
	clean(v, false);
}
