/* SPDX-License-Identifier: BSD-2-Clause
 *
 * csv.c -- records of a CSV text (RFC 4180), one after the other.
 *
 * Fields in quotes may hold commas, doubled quotes and line ends; what
 * follows a closing quote has to be a comma or the end of the line, because
 * anything else means that the text isn't what it seems. Lines end with LF or
 * CRLF. Pure, but for memory.
 */
#include "lib/csv.h"

#include "lib/buf.h"

static void
drop_fields(struct csv *c)
{
	int i;

	for (i = 0; i < c->n; i++)
		free(c->fields[i]);
	c->n = 0;
}

static bool
at_line_end(const char *s)
{
	return *s == '\0' || *s == '\n' || (*s == '\r' && s[1] == '\n');
}

/* Behind the opening quote; false: never closed, or junk behind it. */
static bool
take_quoted(struct csv *c, struct buf *b)
{
	const char *s = c->rest;

	for (;; s++) {
		if (*s == '\0')
			return false;
		if (*s == '"' && s[1] != '"')
			break;
		s += *s == '"';
		c->next_line += *s == '\n';
		buf_addn(b, s, 1);
	}
	c->rest = s + 1;
	return *c->rest == ',' || at_line_end(c->rest);
}

static bool
take_field(struct csv *c)
{
	struct buf b = { 0 };
	const char *s = c->rest;
	bool ok = true;

	buf_addn(&b, "", 0);
	if (*s == '"') {
		c->rest++;
		ok = take_quoted(c, &b);
	} else {
		while (*s != ',' && !at_line_end(s))
			s++;
		buf_addn(&b, c->rest, (size_t)(s - c->rest));
		c->rest = s;
	}
	c->fields[c->n++] = b.s;
	return ok;
}

static void
skip_line_end(struct csv *c)
{
	if (*c->rest == '\0')
		return;
	c->rest += 1 + (*c->rest == '\r');
	c->next_line++;
}

enum csv_result
csv_next(struct csv *c)
{
	drop_fields(c);
	if (c->next_line == 0)
		c->next_line = 1;
	while (*c->rest == '#' || (*c->rest && at_line_end(c->rest))) {
		while (!at_line_end(c->rest))
			c->rest++;
		skip_line_end(c);
	}
	if (*c->rest == '\0')
		return CSV_END;
	c->line = c->next_line;
	for (;;) {
		if (c->n == CSV_FIELDS_MOST)
			return CSV_TOO_MANY;
		if (!take_field(c))
			return CSV_BAD_QUOTES;
		if (*c->rest != ',')
			break;
		c->rest++;
	}
	skip_line_end(c);
	return CSV_RECORD;
}

void
csv_free(struct csv *c)
{
	drop_fields(c);
}

int
csv_find(const struct csv *c, const char *name)
{
	int i;

	for (i = 0; i < c->n; i++)
		if (strcmp(c->fields[i], name) == 0)
			return i;
	return -1;
}
