/* SPDX-License-Identifier: BSD-2-Clause
 *
 * diag.c -- collects findings, so that all can be shown at once.
 *
 * Library code adds findings and goes on where it can; only a program's
 * outermost layer prints them.
 */
#include "base/diag.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

void
diag_init(struct diag *d)
{
	*d = (struct diag){ .arena = arena_new() };
}

void
diag_free(struct diag *d)
{
	arena_free(d->arena);
	free(d->v);
	*d = (struct diag){ 0 };
}

static void __attribute__((format(printf, 5, 0)))
add(struct diag *d, enum diag_level level, const char *file, int line,
    const char *fmt, va_list ap)
{
	char buf[2048];

	if (d->n == d->cap) {
		size_t cap = d->cap ? 2 * d->cap : 16;
		struct finding *v = realloc(d->v, cap * sizeof *v);

		if (v == NULL)
			abort();
		d->v = v;
		d->cap = cap;
	}
	(void)vsnprintf(buf, sizeof buf, fmt, ap);
	d->v[d->n++] = (struct finding){ level, arena_strdup(d->arena, file),
		line, arena_strdup(d->arena, buf) };
	if (level == DIAG_ERROR)
		d->errors++;
}

void
diag_error(struct diag *d, const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(d, DIAG_ERROR, file, line, fmt, ap);
	va_end(ap);
}

void
diag_warning(struct diag *d, const char *file, int line, const char *fmt,
    ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(d, DIAG_WARNING, file, line, fmt, ap);
	va_end(ap);
}

static int
by_place(const void *pa, const void *pb)
{
	const struct finding *a = pa, *b = pb;
	int r = strcmp(a->file ? a->file : "", b->file ? b->file : "");

	if (r != 0)
		return r;
	return (a->line > b->line) - (a->line < b->line);
}

void
diag_sort(struct diag *d)
{
	if (d->n > 1)
		qsort(d->v, d->n, sizeof d->v[0], by_place);
}

void
diag_print(struct diag *d, FILE *f)
{
	size_t i;

	diag_sort(d);
	for (i = 0; i < d->n; i++) {
		const struct finding *x = &d->v[i];

		if (x->file && x->line > 0)
			(void)fprintf(f, "%s:%d: ", x->file, x->line);
		else if (x->file)
			(void)fprintf(f, "%s: ", x->file);
		(void)fprintf(f, "%s%s\n",
		    x->level == DIAG_WARNING ? "warning: " : "", x->sentence);
	}
}
