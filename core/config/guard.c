/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard.c -- a look at a file before libconfig parses it.
 *
 * libconfig says "syntax error" and a line; it wraps integers, joins strings
 * between which a comma is missing, and takes quadratic time on large
 * input. So its grammar is walked here first, with sentences: what was
 * expected, what stands there, where the bracket was opened. The words
 * themselves are checked in lex.c.
 *
 * Where it is clear what was meant (a comma too few or too many, a word
 * without quotes) the walk goes on and finds the next mistake too; after
 * anything else it stops, because what follows would only be noise.
 *
 * Linear in the bytes; the depth of brackets and the number of settings are
 * bounded, so that what passes is harmless to parse.
 */
#include "config/guard.h"

#include <assert.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "config/lex.h"

enum want { WANT_NAME, WANT_ASSIGN, WANT_VALUE, WANT_END,
	WANT_FIRST, WANT_NEXT, WANT_ELEMENT };

/* An open bracket. */
struct frame {
	char open;              /* '\0': the file */
	int line;
	enum want want;
	char name[72];          /* of the setting at hand */
	bool string;            /* the last value was one */
	bool glued;             /* the name follows it without a ';' */
};

struct guard {
	struct lexer lexer;
	struct frame stack[GUARD_DEPTH + 1];
	size_t depth;
	size_t settings;
	struct token last;      /* the one before */
	bool stop;
};

#define WRONG(g, at, ...) \
	diag_error((g)->lexer.diag, (g)->lexer.file->path, (at), __VA_ARGS__)

static struct frame *
top(struct guard *g)
{
	return &g->stack[g->depth];
}

/* Up to 40 characters of a token, for a finding. */
struct seen {
	char text[64];
};

static struct seen
seen(const struct token *t)
{
	struct seen s;
	int len = t->len > 40 ? 40 : (int)t->len, i;

	if (t->kind == TOKEN_END) {
		(void)snprintf(s.text, sizeof s.text, "the end of the file");
		return s;
	}
	if (t->kind == TOKEN_STRING) {
		(void)snprintf(s.text, sizeof s.text, "a string");
		return s;
	}
	(void)snprintf(s.text, sizeof s.text, "'%.*s'", len, t->s);
	for (i = 0; s.text[i] != '\0'; i++)
		if ((unsigned char)s.text[i] < 0x20 ||
		    (unsigned char)s.text[i] >= 0x7f)
			s.text[i] = '?';
	return s;
}

static bool
is_scalar(const struct token *t)
{
	return t->kind == TOKEN_STRING || t->kind == TOKEN_NUMBER ||
	    t->kind == TOKEN_BOOL;
}

static void
count_setting(struct guard *g, const struct token *t)
{
	if (++g->settings != GUARD_SETTINGS + 1)
		return;
	WRONG(g, t->line, "more than %d settings in one file: split it",
	    GUARD_SETTINGS);
	g->stop = true;
}

static void
push(struct guard *g, const struct token *t)
{
	if (g->depth == GUARD_DEPTH) {
		WRONG(g, t->line, "brackets are nested deeper than %d",
		    GUARD_DEPTH);
		g->stop = true;
		return;
	}
	g->depth++;
	*top(g) = (struct frame){ .open = *t->s, .line = t->line,
		.want = *t->s == '{' ? WANT_NAME : WANT_FIRST };
}

static char
closing(char open)
{
	return open == '{' ? '}' : open == '(' ? ')' : ']';
}

static void
pop(struct guard *g, const struct token *t)
{
	const struct frame *f = top(g);

	if (f->open == '\0') {
		WRONG(g, t->line, "'%c' closes nothing", *t->s);
		g->stop = true;
	} else if (closing(f->open) != *t->s) {
		WRONG(g, t->line, "'%c' where the '%c' of line %d must be "
		    "closed first, with '%c'", *t->s, f->open, f->line,
		    closing(f->open));
		g->stop = true;
	} else {
		g->depth--;
	}
}

static void
unexpected(struct guard *g, const struct token *t, const char *expected)
{
	const struct frame *f = top(g);

	if (t->kind == TOKEN_END && f->open != '\0')
		WRONG(g, f->line, "the '%c' that begins here is never closed",
		    f->open);
	else
		WRONG(g, t->line, "%s expected, %s found", expected,
		    seen(t).text);
	g->stop = true;
}

/* Takes a value; `after` is what is wanted then. False: it isn't one. */
static bool
take_value(struct guard *g, const struct token *t, enum want after)
{
	struct frame *f = top(g);

	f->string = t->kind == TOKEN_STRING;
	if (t->kind == TOKEN_OPEN || is_scalar(t)) {
		f->want = after;
		if (f->open != '{' && f->open != '\0')
			count_setting(g, t);
		if (t->kind == TOKEN_OPEN)
			push(g, t);
		return true;
	}
	if (t->kind != TOKEN_NAME)
		return false;
	WRONG(g, t->line, "%.*s: text stands in quotes: \"%.*s\"",
	    (int)t->len, t->s, (int)t->len, t->s);
	f->want = after;
	return true;
}

/*------------------------------------------------------------------ groups */

static void
group_name(struct guard *g, const struct token *t)
{
	struct frame *f = top(g);

	if (t->kind == TOKEN_NAME) {
		size_t len = t->len < sizeof f->name ? t->len :
		    sizeof f->name - 1;

		memcpy(f->name, t->s, len);
		f->name[len] = '\0';
		f->want = WANT_ASSIGN;
		count_setting(g, t);
	} else if (t->kind == TOKEN_CLOSE) {
		pop(g, t);
	} else if (t->kind != TOKEN_END || f->open != '\0') {
		unexpected(g, t, "a setting (NAME = VALUE;)");
	}
}

static void
group_end(struct guard *g, const struct token *t)
{
	struct frame *f = top(g);

	if (t->kind == TOKEN_SEMICOLON || t->kind == TOKEN_COMMA) {
		f->want = WANT_NAME;
		f->glued = false;
	} else if (t->kind != TOKEN_STRING || !f->string) {
		f->want = WANT_NAME;
		f->glued = true;
		group_name(g, t);
	}
}

static void
in_group(struct guard *g, const struct token *t)
{
	struct frame *f = top(g);
	char expected[128];

	switch (f->want) {
	case WANT_NAME:
		group_name(g, t);
		break;
	case WANT_ASSIGN:
		(void)snprintf(expected, sizeof expected, "%s'=' after '%s'",
		    f->glued && f->string ? "is the string before it closed? "
		    : "", f->name);
		if (t->kind == TOKEN_ASSIGN)
			f->want = WANT_VALUE;
		else
			unexpected(g, t, expected);
		break;
	case WANT_VALUE:
		(void)snprintf(expected, sizeof expected, "a value for '%s'",
		    f->name);
		if (!take_value(g, t, WANT_END))
			unexpected(g, t, expected);
		break;
	default:
		group_end(g, t);
		break;
	}
}

/*------------------------------------------------------------------- lists */

static void
missing_comma(struct guard *g, const struct token *t)
{
	const struct frame *f = top(g);

	WRONG(g, g->last.last_line, "missing comma after %s: an element of "
	    "the list of line %d follows", seen(&g->last).text, f->line);
	(void)take_value(g, t, WANT_NEXT);
}

static void
list_next(struct guard *g, const struct token *t)
{
	struct frame *f = top(g);
	char expected[64];

	(void)snprintf(expected, sizeof expected,
	    "',' or '%c' (for the '%c' of line %d)", closing(f->open),
	    f->open, f->line);
	if (t->kind == TOKEN_COMMA) {
		f->want = WANT_ELEMENT;
	} else if (t->kind == TOKEN_CLOSE) {
		pop(g, t);
	} else if (t->kind == TOKEN_OPEN || is_scalar(t)) {
		missing_comma(g, t);
	} else {
		unexpected(g, t, expected);
	}
}

static void
list_element(struct guard *g, const struct token *t)
{
	if (take_value(g, t, WANT_NEXT))
		return;
	if (t->kind == TOKEN_CLOSE) {
		WRONG(g, g->last.line, "trailing comma: no element follows "
		    "before '%c'", *t->s);
		pop(g, t);
	} else if (t->kind == TOKEN_COMMA) {
		WRONG(g, t->line, "two commas with nothing between");
	} else {
		unexpected(g, t, "an element of the list");
	}
}

static void
in_list(struct guard *g, const struct token *t)
{
	struct frame *f = top(g);

	if (f->want == WANT_NEXT) {
		list_next(g, t);
	} else if (f->want == WANT_FIRST && t->kind == TOKEN_CLOSE) {
		pop(g, t);
	} else if (f->want == WANT_FIRST && t->kind == TOKEN_COMMA) {
		WRONG(g, t->line, "a comma with nothing in front of it");
		f->want = WANT_ELEMENT;
	} else {
		list_element(g, t);
	}
}

/*------------------------------------------------------------------- bytes */

/* jansson decides what is UTF-8, because that is what texts become. */
static bool
is_utf8(const char *s, size_t len)
{
	CLEANUP_JSON json_t *j = json_stringn(s, len);

	return j != NULL;
}

/* The first line that is not UTF-8. */
static int
bad_line(const char *s, size_t len)
{
	const char *end = s + len, *p;
	int line = 1;

	for (; s < end; s = p + 1, line++) {
		p = memchr(s, '\n', (size_t)(end - s));
		if (p == NULL || !is_utf8(s, (size_t)(p - s)))
			break;
	}
	return line;
}

static int
line_of(const char *s, const char *at)
{
	int line = 1;

	for (; s < at; s++)
		line += *s == '\n';
	return line;
}

static bool
bytes_good(const struct conf_file *file, const char *bytes, size_t len,
    struct diag *diag)
{
	const char *nul = memchr(bytes, '\0', len);

	if (nul) {
		diag_error(diag, file->path, line_of(bytes, nul),
		    "a NUL byte: this is not a text file");
		return false;
	}
	if (len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
		diag_error(diag, file->path, 1, "begins with a byte order "
		    "mark: save it as UTF-8 without one");
		return false;
	}
	if (!is_utf8(bytes, len)) {
		diag_error(diag, file->path, bad_line(bytes, len),
		    "not UTF-8");
		return false;
	}
	return true;
}

bool
guard_check(const struct conf_file *file, const char *bytes, size_t len,
    struct diag *diag)
{
	size_t before = diag->errors;
	struct guard g = { .depth = 0 };
	struct token t;

	if (!bytes_good(file, bytes, len, diag))
		return false;
	lex_start(&g.lexer, file, bytes, len, diag);
	do {
		size_t found = diag->errors;

		t = lex_next(&g.lexer);
		/* an endless string or comment has been told already */
		if (t.kind == TOKEN_END && diag->errors > found)
			break;
		if (top(&g)->open == '\0' || top(&g)->open == '{')
			in_group(&g, &t);
		else
			in_list(&g, &t);
		g.last = t;
	} while (t.kind != TOKEN_END && !g.stop);
	return diag->errors == before;
}
