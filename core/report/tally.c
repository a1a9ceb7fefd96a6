/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tally.c -- the terms of a number, and what they come to.
 *
 * A number is never kept beside its terms: it is made from them, so that the
 * list of them always adds up. Quantiles are the nearest rank, which is a
 * value that there was.
 */
#include "report/tally.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/json.h"
#include "report/answer.h"
#include "report/model.h"

const char *
counts_name(enum counts c)
{
	static const char *const names[] = { [COUNTS_YES] = "yes",
		[COUNTS_NO] = "no", [COUNTS_UNKNOWN] = "unknown",
		[COUNTS_PENDING] = "pending",
		[COUNTS_EXCLUDED] = "excluded" };

	return names[c];
}

struct term *
tally_add(struct tally *t, enum counts counts, const char *why, ...)
{
	struct text words = { 0 };
	char buf[512];
	va_list ap;

	va_start(ap, why);
	(void)vsnprintf(buf, sizeof buf, why, ap);
	va_end(ap);
	text_add(&words, buf);
	LIST_ROOM(t);
	t->v[t->n] = (struct term){ .from = INSTANT_NONE,
		.to = INSTANT_NONE, .value = (double)NAN, .counts = counts,
		.why = text_take(&words) };
	return &t->v[t->n++];
}

void
tally_free(struct tally *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		free(t->v[i].why);
	free(t->v);
	*t = (struct tally){ 0 };
}

size_t
tally_count(const struct tally *t, enum counts c)
{
	size_t i, n = 0;

	for (i = 0; i < t->n; i++)
		n += t->v[i].counts == c;
	return n;
}

static int
compare(const void *a, const void *b)
{
	double x, y;

	x = *(const double *)a;
	y = *(const double *)b;
	return (x > y) - (x < y);
}

double *
tally_values(const struct tally *t, size_t *ret_n)
{
	double *v = calloc(t->n + 1, sizeof *v);
	size_t i, n = 0;

	if (v == NULL)
		abort();
	for (i = 0; i < t->n; i++)
		if (t->v[i].counts == COUNTS_YES && !isnan(t->v[i].value))
			v[n++] = t->v[i].value;
	qsort(v, n, sizeof *v, compare);
	*ret_n = n;
	return v;
}

double
quantile(const double *sorted, size_t n, double q)
{
	size_t rank;

	if (n == 0)
		return (double)NAN;
	rank = (size_t)ceil(q * (double)n);
	return sorted[rank == 0 ? 0 : rank > n ? n - 1 : rank - 1];
}

json_t *
term_json(const struct term *t, const struct zone *zone)
{
	char buf[DATE_TEXT];
	json_t *o = json_object();

	answer_text(o, "date", t->dated ? date_text(t->date, buf) : NULL);
	if (t->incident)
		json_put_int(o, "incident", (int64_t)t->incident);
	else
		answer_text(o, "incident", NULL);
	answer_text(o, "subject", t->subject);
	answer_when(o, "from", t->from, zone);
	answer_when(o, "to", t->to, zone);
	answer_number(o, "value", t->value);
	json_put(o, "counts", counts_name(t->counts));
	json_put(o, "why", t->why);
	return o;
}
