/* SPDX-License-Identifier: BSD-2-Clause
 *
 * bq_params.c -- :date and :now in a query for BigQuery.
 *
 * The service knows @date and @now; conf.d says :date and :now, as for every
 * database. So the query is read as GoogleSQL's lexer reads it, as far as
 * that matters: what is quoted or commented stays. Values never become text
 * of a query.
 *
 * Of the lexical structure: strings in ' or ", also in three of them, with
 * backslashes (in raw strings, too, a quote behind one doesn't end them);
 * `names` with backslashes; comments from -- or # to the end of the line and
 * between slash-star and star-slash, which don't nest; @@system variables.
 */
#include "lib/bq_params.h"

#include <string.h>

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
is_word(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9');
}

/* Past a string or name that begins at the quote; NULL: it doesn't end. */
static const char *
past_quote(const char *p)
{
	char end[4] = { *p, *p, *p, '\0' };
	size_t n = *p != '`' && strncmp(p, end, 3) == 0 ? 3 : 1;

	end[n] = '\0';
	for (p += n; *p; p++) {
		if (strncmp(p, end, n) == 0)
			return p + n;
		if (*p == '\\' && p[1])
			p++;
		else if (*p == '\n' && n == 1)
			return NULL;
	}
	return NULL;
}

/* What is no place for a parameter, from `p` on; `p`: it may be one; NULL: it
 * doesn't end. */
static const char *
past_quoted(const char *p)
{
	const char *end;

	if (*p == '\'' || *p == '"' || *p == '`')
		return past_quote(p);
	if (*p == '#' || (p[0] == '-' && p[1] == '-'))
		return p + strcspn(p, "\n");
	if (p[0] == '/' && p[1] == '*') {
		end = strstr(p + 2, "*/");
		return end ? end + 2 : NULL;
	}
	return p;
}

/* At the sign in front of a word. NULL with a sentence: an unknown one. */
static const char *
parameter(const char *p, struct bq_params *x, struct buf *out,
    struct buf *why)
{
	const char *end = p + 1;
	size_t n;

	while (is_word(*end))
		end++;
	n = (size_t)(end - p - 1);
	if (n == 4 && strncasecmp(p + 1, "date", n) == 0) {
		buf_add(out, "@date");
		x->date = true;
	} else if (n == 3 && strncasecmp(p + 1, "now", n) == 0) {
		buf_add(out, "@now");
		x->now = true;
	} else {
		buf_add(why, "the parameter ");
		buf_add_line(why, p, n + 1, 60);
		buf_add(why, " is unknown; there are :date and :now");
		return NULL;
	}
	return end;
}

static const char *
step(const char *p, const char *begin, struct bq_params *x, struct buf *out,
    struct buf *why)
{
	const char *end = past_quoted(p);

	if (end == NULL) {
		buf_add(why, "a quote or comment does not end: ");
		buf_add_line(why, p, strcspn(p, "\n"), 40);
		return NULL;
	}
	if (end == p && (*p == ':' || *p == '@') && is_letter(p[1]) &&
	    (p == begin || p[-1] != '@'))
		return parameter(p, x, out, why);
	if (end == p && *p == '?') {
		buf_add(why, "the parameter ? is unknown; there are :date "
		    "and :now");
		return NULL;
	}
	if (end == p)
		end++;
	buf_addn(out, p, (size_t)(end - p));
	return end;
}

bool
bq_params(const char *sql, struct bq_params *ret, struct buf *ret_sql,
    struct buf *why)
{
	const char *p = sql;

	*ret = (struct bq_params){ .date = false };
	while (p && *p)
		p = step(p, sql, ret, ret_sql, why);
	return p != NULL;
}
