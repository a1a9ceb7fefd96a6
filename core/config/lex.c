/* SPDX-License-Identifier: BSD-2-Clause
 *
 * lex.c -- the words of a configuration file.
 *
 * Splits as libconfig 1.5 does, and refuses what that would misread without
 * a word: integers that wrap (2147483648 becomes -2147483648), 0644 taken as
 * 644, "\x00" dropped, 1e999 as infinity, and `@include`, which ends the
 * process when it names a directory. Text becomes JSON later, so it must be
 * UTF-8; the caller has looked at the bytes, here it is only about escapes.
 *
 * One pass, a word at a time, nothing allocated: linear in the bytes.
 */
#include "config/lex.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

enum { NAME_MOST = 64, STRING_MOST = 64 * 1024, NUMBER_MOST = 64 };

void
lex_start(struct lexer *x, const struct conf_file *file, const char *bytes,
    size_t len, struct diag *diag)
{
	*x = (struct lexer){ bytes, bytes + len, 1, file, diag };
}

#define WRONG(x, at, ...) \
	diag_error((x)->diag, (x)->file->path, (at), __VA_ARGS__)

static bool
is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '*';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_name(char c)
{
	return is_alpha(c) || is_digit(c) || c == '-' || c == '_';
}

static char
peek(const struct lexer *x, size_t i)
{
	return (size_t)(x->end - x->s) > i ? x->s[i] : '\0';
}

static void
skip_line(struct lexer *x)
{
	const char *p = memchr(x->s, '\n', (size_t)(x->end - x->s));

	x->s = p ? p : x->end;
}

static void
skip_comment(struct lexer *x)
{
	int begin = x->line;

	for (x->s += 2; x->s < x->end; x->s++) {
		if (*x->s == '\n')
			x->line++;
		if (*x->s == '*' && peek(x, 1) == '/') {
			x->s += 2;
			return;
		}
	}
	WRONG(x, begin, "the comment that begins here never ends");
}

static void
refuse_include(struct lexer *x)
{
	WRONG(x, x->line, "@include is not supported: put the file into "
	    "conf.d, where every *.conf is read");
	skip_line(x);
}

/* To the next word. */
static void
skip_blank(struct lexer *x)
{
	while (x->s < x->end) {
		if (*x->s == '\n')
			x->line++;
		if (*x->s == '#' || (*x->s == '/' && peek(x, 1) == '/'))
			skip_line(x);
		else if (*x->s == '/' && peek(x, 1) == '*')
			skip_comment(x);
		else if (*x->s == '@' && x->end - x->s > 8 &&
		    memcmp(x->s, "@include", 8) == 0)
			refuse_include(x);
		else if (strchr(" \t\r\n\f\v", *x->s) && *x->s != '\0')
			x->s++;
		else
			return;
	}
}

/* x->s is behind a backslash in a string. */
static void
check_escape(struct lexer *x)
{
	char *end, digits[3] = { peek(x, 1), peek(x, 2), '\0' };
	long v;

	if (*x->s != 'x')
		return;
	v = strtol(digits, &end, 16);
	if (end != digits + 2 || !is_name(digits[0]))
		return;
	if (v == 0)
		WRONG(x, x->line, "\\x00 in a string: text ends there");
	else if (v > 0x7f)
		WRONG(x, x->line, "\\x%02lx in a string: write the character "
		    "itself, in UTF-8", (unsigned long)v);
}

static void
lex_string(struct lexer *x, struct token *t)
{
	t->kind = TOKEN_STRING;
	for (x->s++; x->s < x->end && *x->s != '"'; x->s++) {
		if (*x->s == '\\' && x->s + 1 < x->end) {
			x->s++;
			check_escape(x);
		}
		if (*x->s == '\n')
			x->line++;
	}
	if (x->s == x->end) {
		WRONG(x, t->line, "the string that begins here never ends");
		t->kind = TOKEN_END;
		return;
	}
	x->s++;
	if (x->s - t->s > STRING_MOST)
		WRONG(x, t->line, "a string of %zu bytes: at most %d are read",
		    (size_t)(x->s - t->s), STRING_MOST);
}

static void
check_integer(struct lexer *x, const struct token *t, const char *digits)
{
	bool negative = *digits == '-', wide = strchr(digits, 'L') != NULL;
	const char *p = digits + (*digits == '-' || *digits == '+');
	bool hex = p[0] == '0' && (p[1] == 'x' || p[1] == 'X');
	uint64_t most = wide ? INT64_MAX : INT32_MAX, v;

	if (!hex && p[0] == '0' && is_digit(p[1])) {
		WRONG(x, t->line, "%s: leading zeroes mean nothing here; "
		    "write the decimal number, or 0x for hexadecimal",
		    digits);
		return;
	}
	errno = 0;
	v = strtoull(p, NULL, hex ? 16 : 10);
	if (errno == ERANGE || v > most + negative)
		WRONG(x, t->line, "integer out of range: %s (%s)", digits,
		    wide ? "-9223372036854775808 to 9223372036854775807" :
		    "-2147483648 to 2147483647; larger ones end in L");
}

static void
check_number(struct lexer *x, const struct token *t)
{
	char digits[NUMBER_MOST + 1];

	if (t->len > NUMBER_MOST) {
		WRONG(x, t->line, "a number of %zu characters", t->len);
		return;
	}
	memcpy(digits, t->s, t->len);
	digits[t->len] = '\0';
	if (strpbrk(digits, ".eE") && strpbrk(digits, "xX") == NULL) {
		if (!isfinite(strtod(digits, NULL)))
			WRONG(x, t->line, "number out of range: %s", digits);
		return;
	}
	check_integer(x, t, digits);
}

/* A number ends where libconfig ends it; "10m" is a number and a name to
 * it, and a duration without quotes to us. */
static void
lex_number(struct lexer *x, struct token *t)
{
	bool hex = peek(x, 0) == '0' && (peek(x, 1) | 0x20) == 'x';

	t->kind = TOKEN_NUMBER;
	for (x->s++; x->s < x->end; x->s++) {
		char c = *x->s;
		bool sign = (c == '-' || c == '+') && !hex &&
		    (x->s[-1] | 0x20) == 'e';

		if (!is_name(c) && c != '.' && c != '%' && c != ':' && !sign)
			break;
		if (c == '-' && !sign)
			break;
	}
	t->len = (size_t)(x->s - t->s);
}

static size_t
span(const struct token *t, size_t i, bool hex)
{
	while (i < t->len && (is_digit(t->s[i]) ||
	    (hex && strchr("abcdefABCDEF", t->s[i]))))
		i++;
	return i;
}

static size_t
span_exponent(const struct token *t, size_t i)
{
	size_t j = i + 1;

	if (i >= t->len || (t->s[i] | 0x20) != 'e')
		return i;
	if (j < t->len && (t->s[j] == '-' || t->s[j] == '+'))
		j++;
	return j < t->len && is_digit(t->s[j]) ? span(t, j, false) : i;
}

/* Is the whole token one number of libconfig's? */
static bool
is_number(const struct token *t)
{
	size_t i = t->s[0] == '-' || t->s[0] == '+', j;
	bool hex = t->len > 2 && t->s[0] == '0' && (t->s[1] | 0x20) == 'x';
	bool real = false;

	if (hex)
		i = 2;
	j = span(t, i, hex);
	if (!hex && j < t->len && t->s[j] == '.') {
		real = true;
		j = span(t, j + 1, false);
	}
	if (!hex && span_exponent(t, j) > j) {
		real = true;
		j = span_exponent(t, j);
	}
	if (!real && j > i && j < t->len && t->s[j] == 'L')
		j += j + 1 < t->len && t->s[j + 1] == 'L' ? 2 : 1;
	return j == t->len && j > i;
}

static bool
is_word(const struct token *t, const char *word)
{
	return t->len == strlen(word) && strncasecmp(t->s, word, t->len) == 0;
}

static void
lex_name(struct lexer *x, struct token *t)
{
	while (x->s < x->end && is_name(*x->s))
		x->s++;
	t->len = (size_t)(x->s - t->s);
	t->kind = is_word(t, "true") || is_word(t, "false") ? TOKEN_BOOL :
	    TOKEN_NAME;
	if (t->len > NAME_MOST)
		WRONG(x, t->line, "a name of %zu characters: at most %d",
		    t->len, NAME_MOST);
}

static enum token_kind
mark(char c)
{
	switch (c) {
	case '=':
		return TOKEN_ASSIGN;
	case ',':
		return TOKEN_COMMA;
	case ';':
		return TOKEN_SEMICOLON;
	case '{':
	case '(':
	case '[':
		return TOKEN_OPEN;
	case '}':
	case ')':
	case ']':
		return TOKEN_CLOSE;
	default:
		return TOKEN_STRAY;
	}
}

struct token
lex_next(struct lexer *x)
{
	struct token t;

	skip_blank(x);
	t = (struct token){ TOKEN_END, x->s, 0, x->line, x->line };
	if (x->s >= x->end)
		return t;
	if (*x->s == '"') {
		lex_string(x, &t);
	} else if (is_alpha(*x->s)) {
		lex_name(x, &t);
	} else if (is_digit(*x->s) || strchr("+-.", *x->s)) {
		lex_number(x, &t);
		if (is_number(&t))
			check_number(x, &t);
		else
			WRONG(x, t.line, "%.*s: text stands in quotes: "
			    "\"%.*s\"", (int)t.len, t.s, (int)t.len, t.s);
	} else {
		t.kind = *x->s == ':' ? TOKEN_ASSIGN : mark(*x->s);
		x->s++;
	}
	t.len = (size_t)(x->s - t.s);
	t.last_line = x->line;
	return t;
}
