/* SPDX-License-Identifier: BSD-2-Clause
 *
 * csv.c -- records of a CSV text (RFC 4180), one after the other.
 *
 * The text is taken apart where it lies, so that a season costs no
 * allocation per field. Fields in quotes may hold commas, doubled quotes and
 * line ends; what follows a closing quote has to be a comma or the end of
 * the line, because anything else means that the text isn't what it seems.
 * Lines end with LF or CRLF. Pure.
 */
#include "simulate/csv.h"

#include <stdbool.h>
#include <string.h>

void
csv_start(struct csv *c, char *text)
{
	*c = (struct csv){ .rest = text, .next_line = 1 };
}

static bool
at_line_end(const char *s)
{
	return *s == '\0' || *s == '\n' || (*s == '\r' && s[1] == '\n');
}

/* Behind the opening quote; the field is written over its own place. NULL:
 * never closed, or junk behind it. */
static char *
take_quoted(struct csv *c, char *s)
{
	char *to = s;

	for (;; s++) {
		if (*s == '\0')
			return NULL;
		if (*s == '"' && s[1] != '"')
			break;
		s += *s == '"';
		c->next_line += *s == '\n';
		*to++ = *s;
	}
	s++;
	if (*s != ',' && !at_line_end(s))
		return NULL;
	/* where the closing quote was, or before */
	*to = '\0';
	return s;
}

/* The place behind the field; what stands there ended it. NULL: bad. */
static char *
take_field(struct csv *c)
{
	char *s = c->rest;

	if (*s == '"') {
		c->fields[c->n++] = s + 1;
		return take_quoted(c, s + 1);
	}
	c->fields[c->n++] = s;
	while (*s != ',' && !at_line_end(s))
		s++;
	return s;
}

static void
skip_line(struct csv *c)
{
	while (!at_line_end(c->rest))
		c->rest++;
	if (*c->rest == '\0')
		return;
	c->rest += 1 + (*c->rest == '\r');
	c->next_line++;
}

/* Ends the field that lies before `s`; true: another one follows. */
static bool
end_field(struct csv *c, char *s)
{
	char end = *s;

	c->rest = end == '\0' ? s : s + 1 + (end == '\r');
	if (end == '\n' || end == '\r')
		c->next_line++;
	*s = '\0';
	return end == ',';
}

enum csv_result
csv_next(struct csv *c)
{
	bool more = true;
	char *s;

	c->n = 0;
	while (*c->rest == '#' || (*c->rest && at_line_end(c->rest)))
		skip_line(c);
	if (*c->rest == '\0')
		return CSV_END;
	c->line = c->next_line;
	while (more) {
		if (c->n == CSV_FIELDS_MOST)
			return CSV_TOO_MANY;
		s = take_field(c);
		if (s == NULL)
			return CSV_BAD_QUOTES;
		more = end_field(c, s);
	}
	return CSV_RECORD;
}

const char *
csv_why(enum csv_result r)
{
	return r == CSV_TOO_MANY ? "has more than 256 fields" :
	    "has a quoted field that isn't closed, or something behind its "
	    "closing quote";
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
