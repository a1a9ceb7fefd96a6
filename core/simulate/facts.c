/* SPDX-License-Identifier: BSD-2-Clause
 *
 * facts.c -- what was recorded, kept and found again.
 *
 * Facts lie sorted by check, date and arrival; a question is a binary
 * search. Nothing is interpolated and nothing assumed here: a date that
 * isn't in the file has no facts, which whoever asks has to say.
 *
 * The readers (facts_csv.c, facts_export.c) put facts in; after sorting,
 * nothing changes any more.
 */
#include "simulate/facts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "simulate/facts_read.h"

enum { BYTES_MOST = 512 << 20, FINDINGS_MOST = 100 };

struct facts {
	struct fact *v;         /* by check, date, arrival */
	size_t n, cap, records;
	struct date *dates;     /* ascending, each once */
	size_t n_dates, cap_dates;
	int64_t begin, end;     /* INSTANT_NONE */
};

/*----------------------------------------------------------------- keeping */

static void *
room(void *v, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return v;
	*cap = *cap ? 2 * *cap : 256;
	v = reallocarray(v, *cap, size);
	if (v == NULL)
		abort();
	return v;
}

void
facts_keep(struct facts *f, const struct fact *x)
{
	f->v = room(f->v, f->n, &f->cap, sizeof *f->v);
	f->v[f->n++] = *x;
}

void
facts_keep_date(struct facts *f, struct date date)
{
	f->records++;
	if (f->n_dates > 0 && f->dates[f->n_dates - 1].day == date.day)
		return;
	f->dates = room(f->dates, f->n_dates, &f->cap_dates,
	    sizeof *f->dates);
	f->dates[f->n_dates++] = date;
}

void
facts_keep_instant(struct facts *f, int64_t at)
{
	if (at == INSTANT_NONE)
		return;
	if (f->begin == INSTANT_NONE)
		f->begin = at;
	if (at > f->end)
		f->end = at;
}

static int
by_place(const void *pa, const void *pb)
{
	const struct fact *a = pa, *b = pb;

	if (a->check != b->check)
		return a->check < b->check ? -1 : 1;
	if (a->date.day != b->date.day)
		return a->date.day < b->date.day ? -1 : 1;
	if (a->arrived == b->arrived)
		return a->line < b->line ? -1 : a->line > b->line;
	if (a->arrived == INSTANT_NONE || b->arrived == INSTANT_NONE)
		return a->arrived == INSTANT_NONE ? 1 : -1;
	return a->arrived < b->arrived ? -1 : 1;
}

static int
by_day(const void *pa, const void *pb)
{
	const struct date *a = pa, *b = pb;

	return a->day < b->day ? -1 : a->day > b->day;
}

static void
sort(struct facts *f)
{
	size_t i, n = 0;

	if (f->n > 1)
		qsort(f->v, f->n, sizeof *f->v, by_place);
	if (f->n_dates > 1)
		qsort(f->dates, f->n_dates, sizeof *f->dates, by_day);
	for (i = 0; i < f->n_dates; i++)
		if (n == 0 || f->dates[n - 1].day != f->dates[i].day)
			f->dates[n++] = f->dates[i];
	f->n_dates = n;
}

/* The first at or behind a place. */
static size_t
lower(const struct facts *f, int32_t check, int32_t day)
{
	size_t low = 0, high = f->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct fact *x = &f->v[mid];

		if (x->check < check || (x->check == check &&
		    x->date.day < day))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/*----------------------------------------------------------------- loading */

bool
facts_too_many(const struct facts_loader *l)
{
	return l->diag->errors - l->errors >= FINDINGS_MOST;
}

const struct pipeline_def *
facts_pipeline(const struct facts_loader *l, int32_t check)
{
	const struct graph *g = &l->conf->graph;

	return &g->pipelines[g->checks[check].pipeline];
}

/* Two facts of one instant would be two truths at once. */
static void
find_doubles(const struct facts_loader *l)
{
	const struct fact *v = l->f->v;
	char date[DATE_TEXT];
	size_t i;

	for (i = 1; i < l->f->n && !facts_too_many(l); i++)
		if (v[i].check == v[i - 1].check && v[i].date.day ==
		    v[i - 1].date.day && v[i].arrived == v[i - 1].arrived &&
		    v[i].arrived != INSTANT_NONE)
			diag_error(l->diag, l->path ? l->path : v[i].file,
			    v[i].line, "check '%s' "
			    "of %s arrives at the same instant as in line %d",
			    l->conf->graph.checks[v[i].check].name,
			    date_text(v[i].date, date), v[i - 1].line);
}

/* Silence is no pass, unless somebody takes it on himself. */
static void
find_unanswered(const struct facts_loader *l)
{
	const struct graph *g = &l->conf->graph;
	int32_t i;

	for (i = 0; i < g->n_checks; i++) {
		size_t at = lower(l->f, i, INT32_MIN);

		if ((at < l->f->n && l->f->v[at].check == i) ||
		    scenario_unmeasured(l->s, i) || l->s->partial)
			continue;
		diag_error(l->diag, g->checks[i].origin.file,
		    g->checks[i].origin.line, "nothing in the facts answers "
		    "check '%s': give it a value in the scenario, or list it "
		    "under 'unmeasured' to have it assumed passing",
		    g->checks[i].name);
	}
}

/* Lines of `journal export` begin with a brace, CSV doesn't. A journal may
 * say two things in one millisecond, and the last one counts. */
static void
read_bytes(struct facts_loader *l, char *bytes)
{
	bool export = bytes[strspn(bytes, " \t\r\n")] == '{';

	if (export)
		facts_read_export(l, bytes);
	else
		facts_read_csv(l, bytes);
	if (l->f->n_dates == 0 && l->diag->errors == l->errors)
		diag_error(l->diag, l->path, 0, "has no records");
	sort(l->f);
	if (!export && l->diag->errors == l->errors)
		find_doubles(l);
}

struct facts *
facts_load(const char *path, const struct scenario *s,
    const struct conf *conf, struct diag *diag)
{
	CLEANUP_FACTS struct facts *f = calloc(1, sizeof *f);
	struct facts_loader l = { .path = path, .s = s, .conf = conf,
		.diag = diag, .errors = diag->errors, .f = f };
	CLEANUP_FREE char *bytes = NULL;
	size_t len;
	int r;

	if (f == NULL)
		abort();
	f->begin = f->end = INSTANT_NONE;
	if (path == NULL) {
		facts_read_recorded(&l);
		sort(f);
		find_doubles(&l);
		if (diag->errors == l.errors)
			find_unanswered(&l);
		return diag->errors > l.errors ? NULL : TAKE(f);
	}
	r = file_read(path, BYTES_MOST, &bytes, &len);
	if (r < 0) {
		diag_error(diag, path, 0, "can't be read: %s", strerror(-r));
		return NULL;
	}
	if (strlen(bytes) != len) {
		diag_error(diag, path, 0, "is no text: it has a NUL byte");
		return NULL;
	}
	read_bytes(&l, bytes);
	if (diag->errors == l.errors)
		find_unanswered(&l);
	return diag->errors > l.errors ? NULL : TAKE(f);
}

void
facts_free(struct facts *f)
{
	if (f == NULL)
		return;
	free(f->v);
	free(f->dates);
	free(f);
}

/*----------------------------------------------------------------- looking */

bool
facts_range(const struct facts *f, struct date *ret_first,
    struct date *ret_last)
{
	if (f->n_dates == 0)
		return false;
	*ret_first = f->dates[0];
	*ret_last = f->dates[f->n_dates - 1];
	return true;
}

void
facts_span(const struct facts *f, int64_t *ret_begin, int64_t *ret_end)
{
	*ret_begin = f->begin;
	*ret_end = f->end;
}

bool
facts_answer(const struct facts *f, int32_t check)
{
	size_t at = lower(f, check, INT32_MIN);

	return at < f->n && f->v[at].check == check;
}

bool
facts_has_date(const struct facts *f, struct date date)
{
	return f->n_dates > 0 && bsearch(&date, f->dates, f->n_dates,
	    sizeof date, by_day) != NULL;
}

size_t
facts_records(const struct facts *f)
{
	return f->records;
}

const struct fact *
facts_of(const struct facts *f, int32_t check, struct date date,
    size_t *ret_n)
{
	size_t from = lower(f, check, date.day), to = from;

	while (to < f->n && f->v[to].check == check &&
	    f->v[to].date.day == date.day)
		to++;
	*ret_n = to - from;
	return f->v + from;
}

const struct fact *
facts_at(const struct facts *f, int32_t check, struct date date, int64_t at)
{
	const struct fact *seen = NULL;
	size_t n, i;
	const struct fact *v = facts_of(f, check, date, &n);

	for (i = 0; i < n; i++)
		if (v[i].arrived != INSTANT_NONE && v[i].arrived <= at)
			seen = &v[i];
	return seen;
}
