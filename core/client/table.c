/* SPDX-License-Identifier: BSD-2-Clause
 *
 * table.c -- columns that stand under each other.
 *
 * Cells are kept until all are known, because a column is as wide as its
 * widest cell. Two blanks between columns, none at the end of a line. The
 * last column is the one that explains: where the terminal is too narrow it
 * is broken, and where hardly anything is left for it, it goes below, with
 * as many of the ones before it as have no place. Nothing is ever cut off: a
 * value that lacks its end is worse than a long line.
 */
#define _GNU_SOURCE     /* vasprintf */
#include "client/table.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

enum { GAP = 2, LAST_LEAST = 24, BELOW = 4 };

struct cell {
	char *text;             /* owned */
	enum style style;
};

struct table {
	const char *headings[TABLE_COLUMNS];
	size_t n_columns;
	struct cell *cells;
	size_t n, cap;
};

/* Columns that are printed, in order, and how wide. */
struct plan {
	size_t at[TABLE_COLUMNS], width[TABLE_COLUMNS];
	size_t n;
	size_t below;           /* so many of the last ones on lines below */
};

struct table *
table_new(const char *const *headings)
{
	struct table *t = calloc(1, sizeof *t);

	if (t == NULL)
		abort();
	for (; headings[t->n_columns]; t->n_columns++) {
		assert(t->n_columns < TABLE_COLUMNS);
		t->headings[t->n_columns] = headings[t->n_columns];
	}
	assert(t->n_columns > 0);
	return t;
}

void
table_free(struct table **at)
{
	struct table *t = *at;
	size_t i;

	if (t == NULL)
		return;
	for (i = 0; i < t->n; i++)
		free(t->cells[i].text);
	free(t->cells);
	free(t);
	*at = NULL;
}

/* Takes `text`. */
static void
add(struct table *t, enum style style, char *text)
{
	if (text == NULL)
		abort();
	if (t->n == t->cap) {
		t->cap = t->cap ? 2 * t->cap : 64;
		t->cells = reallocarray(t->cells, t->cap, sizeof *t->cells);
		if (t->cells == NULL)
			abort();
	}
	t->cells[t->n++] = (struct cell){ text, style };
}

void
table_cell(struct table *t, enum style style, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	va_end(ap);
	add(t, style, text);
}

void
table_text(struct table *t, enum style style, const char *text)
{
	add(t, style, strdup(text ? text : ""));
}

size_t
table_rows(const struct table *t)
{
	assert(t->n % t->n_columns == 0);
	return t->n / t->n_columns;
}

static const struct cell *
cell_at(const struct table *t, size_t row, size_t column)
{
	return &t->cells[row * t->n_columns + column];
}

/* 0: no cell of the column says anything. */
static size_t
column_width(const struct table *t, size_t column)
{
	size_t widest = 0, row, w;

	for (row = 0; row < table_rows(t); row++) {
		w = columns(cell_at(t, row, column)->text);
		if (w > widest)
			widest = w;
	}
	w = columns(t->headings[column]);
	return widest > 0 && w > widest ? w : widest;
}

static void
plan_all(const struct table *t, struct plan *p)
{
	size_t c;

	*p = (struct plan){ .n = 0 };
	for (c = 0; c < t->n_columns; c++) {
		size_t w = column_width(t, c);

		if (w == 0)
			continue;
		p->at[p->n] = c;
		p->width[p->n++] = w;
	}
}

/* Where the column of that place in the plan begins. */
static size_t
left_of(const struct plan *p, size_t place, size_t indent)
{
	size_t left = indent, i;

	for (i = 0; i < place; i++)
		left += p->width[i] + GAP;
	return left;
}

static void
blanks(struct out *o, size_t n)
{
	out(o, "%*s", (int)n, "");
}

static void
print_cells(const struct plan *p, struct out *o, size_t indent,
    const struct cell *const *cells)
{
	size_t shown = p->n - p->below, at = 0, i, last = 0;

	for (i = 0; i < shown; i++)
		if (cells[i]->text[0] != '\0')
			last = i;
	for (i = 0; i <= last && i < shown; i++) {
		size_t left = left_of(p, i, indent);

		blanks(o, left > at ? left - at : 0);
		if (i + 1 == p->n) {
			out_wrapped(o, cells[i]->style, left, left,
			    cells[i]->text);
			return;
		}
		out_in(o, cells[i]->style, "%s", cells[i]->text);
		at = left + columns(cells[i]->text);
	}
	out(o, "\n");
}

/* The columns that have no place, in one text. */
static void
print_below(const struct plan *p, struct out *o, size_t indent,
    const struct cell *const *cells)
{
	CLEANUP_TEXT struct text t = { 0 };
	size_t i;

	for (i = p->n - p->below; i < p->n; i++)
		if (cells[i]->text[0] != '\0')
			text_addf(&t, "%s%s", t.len > 0 ? ", " : "",
			    cells[i]->text);
	if (t.len == 0)
		return;
	blanks(o, indent + BELOW);
	out_wrapped(o, STYLE_PLAIN, indent + BELOW, indent + BELOW,
	    text_str(&t));
}

static void
print_headings(const struct table *t, const struct plan *p, struct out *o,
    size_t indent)
{
	struct cell heads[TABLE_COLUMNS];
	const struct cell *row[TABLE_COLUMNS];
	bool any = false;
	size_t i;

	for (i = 0; i < p->n; i++) {
		heads[i] = (struct cell){ (char *)t->headings[p->at[i]],
			STYLE_DIM };
		row[i] = &heads[i];
		any = any || heads[i].text[0] != '\0';
	}
	if (any)
		print_cells(p, o, indent, row);
}

static void
print_rows(const struct table *t, const struct plan *p, struct out *o,
    size_t indent)
{
	size_t row, i;

	print_headings(t, p, o, indent);
	for (row = 0; row < table_rows(t); row++) {
		const struct cell *cells[TABLE_COLUMNS];

		for (i = 0; i < p->n; i++)
			cells[i] = cell_at(t, row, p->at[i]);
		print_cells(p, o, indent, cells);
		print_below(p, o, indent, cells);
	}
}

void
table_print(const struct table *t, struct out *o, size_t indent)
{
	struct plan p;
	size_t left;

	plan_all(t, &p);
	if (p.n == 0)
		return;
	left = left_of(&p, p.n - 1, indent);
	if (p.n > 1 && o->width > 0 && left + p.width[p.n - 1] > o->width &&
	    left + LAST_LEAST > o->width)
		p.below = 1;
	while (p.below > 0 && p.n - p.below > 1 &&
	    left_of(&p, p.n - p.below, indent) > o->width + GAP)
		p.below++;
	print_rows(t, &p, o, indent);
}

void
table_print_bands(const struct table *t, struct out *o, size_t indent,
    size_t fixed)
{
	struct plan all, band;
	size_t next = fixed, i;

	plan_all(t, &all);
	while (next < all.n || next == fixed) {
		band = all;
		band.n = fixed < all.n ? fixed : all.n;
		for (i = next; i < all.n; i++) {
			band.at[band.n] = all.at[i];
			band.width[band.n] = all.width[i];
			if (i > next && o->width > 0 && left_of(&band,
			    band.n, indent) + all.width[i] > o->width)
				break;
			band.n++;
		}
		if (next > fixed)
			out(o, "\n");
		print_rows(t, &band, o, indent);
		if (i == next)
			break;
		next = i;
	}
}
