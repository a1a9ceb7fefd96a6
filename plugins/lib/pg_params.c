/* SPDX-License-Identifier: BSD-2-Clause
 *
 * pg_params.c -- :date and :now in a query for PostgreSQL.
 *
 * The server knows $1 and $2; conf.d says :date and :now, as for every
 * database. So the query is read as the server's lexer reads it, as far as
 * that matters: what is quoted or commented, and what is a cast, is text of
 * the operator's and stays. Values never become text of a query.
 *
 * Of the lexical structure (PostgreSQL 15, section 4.1): strings with doubled
 * quotes, E'' strings with backslashes, $tag$ strings, "names", -- comments,
 * nested slash-star comments, numbers of positional parameters (refused).
 * That is standard SQL and more; for ODBC, what other servers have beside it
 * (backslashes, backticks, [names]) isn't known here, and what is misread
 * fails, because the number of parameters is compared.
 */
#include "lib/pg_params.h"

#include <string.h>

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    c == '_' || (unsigned char)c >= 0x80;
}

static bool
is_word(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9');
}

/* Past a string or name that begins at the quote; NULL: it doesn't end. */
static const char *
past_quote(const char *p, bool backslashes)
{
	char quote = *p++;

	for (; *p; p++) {
		if (backslashes && *p == '\\' && p[1])
			p++;
		else if (*p == quote && p[1] == quote)
			p++;
		else if (*p == quote)
			return p + 1;
	}
	return NULL;
}

/* Past what begins with "slash star"; these nest. */
static const char *
past_comment(const char *p)
{
	int depth = 0;

	do {
		if (p[0] == '/' && p[1] == '*') {
			depth++;
			p += 2;
		} else if (p[0] == '*' && p[1] == '/') {
			depth--;
			p += 2;
		} else {
			p++;
		}
		if (depth == 0)
			return p;
	} while (*p);
	return NULL;
}

static const char *
past_line(const char *p)
{
	return p + strcspn(p, "\n");
}

/* Past $tag$...$tag$; `p` itself where it is none; NULL: it doesn't end. */
static const char *
past_dollars(const char *p)
{
	const char *end = p + 1, *close;
	size_t tag;

	if (is_letter(*end))
		while (is_word(*end))
			end++;
	if (*end != '$')
		return p;
	tag = (size_t)(end + 1 - p);
	for (close = end + 1; *close; close++)
		if (strncmp(close, p, tag) == 0)
			return close + tag;
	return NULL;
}

/* What is no place for a parameter, from `p` on; `p`: it may be one. */
static const char *
past_quoted(const char *p, const char *begin)
{
	bool escapes = p > begin && (p[-1] == 'E' || p[-1] == 'e') &&
	    (p - 1 == begin || !is_word(p[-2]));

	if (*p == '\'')
		return past_quote(p, escapes);
	if (*p == '"')
		return past_quote(p, false);
	if (p[0] == '-' && p[1] == '-')
		return past_line(p);
	if (p[0] == '/' && p[1] == '*')
		return past_comment(p);
	/* an identifier may hold a $, which opens nothing there */
	if (*p == '$' && (p == begin || !is_word(p[-1])))
		return past_dollars(p);
	return p;
}

static bool
put(struct pg_params *x, enum pg_param which, struct buf *out,
    struct buf *why)
{
	int i;

	for (i = 0; i < x->n && !x->marks; i++)
		if (x->which[i] == which)
			break;
	if (x->marks)
		i = x->n;
	if (i == PG_MARKS) {
		buf_addf(why, "more than %d parameters", PG_MARKS);
		return false;
	}
	if (i == x->n)
		x->which[x->n++] = which;
	if (x->marks)
		buf_add(out, "?");
	else
		buf_addf(out, "$%d", i + 1);
	return true;
}

/* At a colon in front of a word. NULL with a sentence: an unknown one. */
static const char *
parameter(const char *p, struct pg_params *x, struct buf *out,
    struct buf *why)
{
	static const char *const usual[] = { "date", "now", NULL };
	const char *const *names = x->names ? x->names : usual;
	const char *end = p + 1;
	size_t n, i;

	while (is_word(*end))
		end++;
	n = (size_t)(end - p);
	for (i = 0; names[i]; i++)
		if (strlen(names[i]) == n - 1 &&
		    memcmp(names[i], p + 1, n - 1) == 0)
			return put(x, (enum pg_param)i, out, why) ? end :
			    NULL;
	buf_add(why, "the parameter ");
	buf_add_line(why, p, n, 60);
	buf_add(why, " is unknown; there are");
	for (i = 0; names[i]; i++)
		buf_addf(why, "%s :%s", i == 0 ? "" : names[i + 1] ? "," :
		    " and", names[i]);
	return NULL;
}

/* The text after a semicolon: blanks and comments. */
static bool
ends_there(const char *p)
{
	const char *next;

	for (; *p; p = next) {
		next = p + 1;
		if (strchr(" \t\r\n\f", *p))
			continue;
		if ((p[0] != '-' || p[1] != '-') &&
		    (p[0] != '/' || p[1] != '*'))
			return false;
		next = p[0] == '-' ? past_line(p) : past_comment(p);
		if (next == NULL)
			return false;
	}
	return true;
}

/* What would be a parameter, or begin another statement, behind our back. */
static bool
refused(const char *p, const char *begin, const struct pg_params *x,
    struct buf *why)
{
	if (x->marks && *p == '?')
		buf_add(why, "the parameter ? is unknown; there are :date "
		    "and :now");
	else if (x->marks && *p == ';' && !ends_there(p + 1))
		buf_add(why, "expected one statement, and something follows "
		    "it");
	else if (*p == '$' && p[1] >= '0' && p[1] <= '9' &&
	    (p == begin || !is_word(p[-1])))
		buf_add(why, "the parameter $N is unknown; there are :date "
		    "and :now");
	else
		return false;
	return true;
}

/* One step. A colon in front of a letter, and not behind another one, is a
 * parameter: 'a[1:n]' has to be written with blanks. */
static const char *
step(const char *p, const char *begin, struct pg_params *x, struct buf *out,
    struct buf *why)
{
	const char *end = past_quoted(p, begin);

	if (end == NULL) {
		buf_add(why, "a quote or comment does not end: ");
		buf_add_line(why, p, strlen(p), 40);
		return NULL;
	}
	if (end == p && *p == ':' && is_letter(p[1]))
		return parameter(p, x, out, why);
	if (end == p && refused(p, begin, x, why))
		return NULL;
	if (x->marks && *p == ';')
		return p + strlen(p);   /* not all drivers like one */
	if (x->marks && end > p && (*p == '-' || *p == '/')) {
		buf_add(out, " ");      /* nor what stands in a comment */
		return end;
	}
	if (end == p)
		end += p[0] == ':' && p[1] == ':' ? 2 : 1;
	buf_addn(out, p, (size_t)(end - p));
	return end;
}

static bool
rewrite(const char *sql, struct pg_params *x, struct buf *out,
    struct buf *why)
{
	const char *p = sql;

	while (p && *p)
		p = step(p, sql, x, out, why);
	return p != NULL;
}

bool
pg_params(const char *sql, struct pg_params *ret, struct buf *ret_sql,
    struct buf *why)
{
	*ret = (struct pg_params){ .marks = false };
	return rewrite(sql, ret, ret_sql, why);
}

bool
mark_params(const char *sql, struct pg_params *ret, struct buf *ret_sql,
    struct buf *why)
{
	*ret = (struct pg_params){ .marks = true };
	return rewrite(sql, ret, ret_sql, why);
}

bool
named_params(const char *sql, const char *const *names,
    struct pg_params *ret, struct buf *ret_sql, struct buf *why)
{
	*ret = (struct pg_params){ .names = names };
	return rewrite(sql, ret, ret_sql, why);
}

static size_t
count_at(const char *s, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++)
		n += s[i] == '@';
	return n;
}

bool
pg_dsn_is_clear(const char *dsn, struct buf *why)
{
	const char *begin = strstr(dsn, "://");
	size_t head, tail;

	if (strncmp(dsn, "postgres", 8) != 0 || begin == NULL)
		return true;
	begin += 3;
	head = strcspn(begin, "/");
	tail = strcspn(begin + head, "?");
	if (count_at(begin, head) <= 1 && count_at(begin + head, tail) == 0)
		return true;
	buf_add(why, "cannot connect: its dsn has an @ or a / within the "
	    "password or a name: write %40 and %2F there");
	return false;
}
