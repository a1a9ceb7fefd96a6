/* SPDX-License-Identifier: BSD-2-Clause
 *
 * facts.c -- reads what was recorded, and finds it again.
 *
 * A fact is a number with an arrival. Numbers come as they stand in the file
 * (long form) or from expressions over a record's columns (wide form); a cell
 * that isn't a number is a finding, a blank one is NaN. Arrivals come from
 * the record, or from the scenario, or are the beginning of the date.
 *
 * Facts lie sorted by check, date and arrival; a question is a binary
 * search. Nothing is interpolated and nothing assumed here: a date that
 * isn't in the file has no facts, which whoever asks has to say.
 */
#include "simulate/facts.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/nearest.h"
#include "simulate/csv.h"
#include "simulate/expr.h"

enum { BYTES_MOST = 256 << 20, FINDINGS_MOST = 100 };

struct facts {
	struct fact *v;         /* by check, date, arrival */
	size_t n, cap, records;
	struct date *dates;     /* ascending, each once */
	size_t n_dates, cap_dates;
};

struct loader {
	const char *path;
	const struct scenario *s;
	const struct conf *conf;
	struct diag *diag;
	struct facts *f;
	size_t errors;          /* findings before this load */
	struct csv header, row;
	int date_column;
	double columns[CSV_FIELDS_MOST];
	bool used[CSV_FIELDS_MOST];
	struct {
		const struct scenario_fact *fact;
		struct expr value, expected, missing;
	} *wide;
	int32_t n_wide;
	struct { int check, value, expected, missing, arrived; } at;
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

static void
keep(struct facts *f, const struct fact *x)
{
	f->v = room(f->v, f->n, &f->cap, sizeof *f->v);
	f->v[f->n++] = *x;
}

static void
keep_date(struct facts *f, struct date date)
{
	if (f->n_dates > 0 && f->dates[f->n_dates - 1].day == date.day)
		return;
	f->dates = room(f->dates, f->n_dates, &f->cap_dates,
	    sizeof *f->dates);
	f->dates[f->n_dates++] = date;
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

/*---------------------------------------------------------------- one cell */

static bool
too_many(const struct loader *l)
{
	return l->diag->errors - l->errors >= FINDINGS_MOST;
}

/* A cell as a number: NaN for a blank; false: neither, with a finding. */
static bool
cell_number(struct loader *l, int column, double *ret)
{
	const char *s = column < 0 || column >= l->row.n ? "" :
	    l->row.fields[column];
	char *end;

	*ret = NAN;
	if (*s == '\0')
		return true;
	*ret = strtod(s, &end);
	if (*end == '\0' && end != s && isfinite(*ret))
		return true;
	diag_error(l->diag, l->path, l->row.line, "%s = '%s' is no number",
	    l->header.fields[column], s);
	return false;
}

static bool
read_date(struct loader *l, struct date *ret)
{
	const char *s = l->date_column < l->row.n ?
	    l->row.fields[l->date_column] : "";

	if (date_parse(s, ret) == 0)
		return true;
	diag_error(l->diag, l->path, l->row.line, "'%s' is no date; "
	    "expected YYYY-MM-DD", s);
	return false;
}

static const struct pipeline_def *
pipeline_of(const struct loader *l, int32_t check)
{
	const struct graph *g = &l->conf->graph;

	return &g->pipelines[g->checks[check].pipeline];
}

/* When the scenario says that it arrives. */
static int64_t
arrival(const struct loader *l, int32_t check, struct date date,
    const struct scenario_fact *s)
{
	const struct pipeline_def *p = pipeline_of(l, check);

	if (s == NULL || s->arrives.kind == DUE_NONE)
		return day_begin(&p->zone, date);
	return due_at(&s->arrives, &p->zone, date, day_end(&p->zone, date,
	    p->day_ends_s));
}

/*-------------------------------------------------------------------- wide */

static int
find_column(void *arg, const char *name, size_t len)
{
	struct loader *l = arg;
	int i;

	for (i = 0; i < l->header.n; i++)
		if (strlen(l->header.fields[i]) == len &&
		    memcmp(l->header.fields[i], name, len) == 0)
			return i;
	return -1;
}

static void
no_column(struct loader *l, const struct origin *o, const char *name)
{
	struct nearest near;
	int i;

	nearest_start(&near, name);
	for (i = 0; i < l->header.n; i++)
		nearest_try(&near, l->header.fields[i]);
	diag_error(l->diag, o->file, o->line, "'%s' is no column of %s%s%s%s",
	    name, l->path, near.best ? "; did you mean '" : "", near.best ?
	    near.best : "", near.best ? "'?" : "");
}

static void
mark_used(struct loader *l, const struct expr *e)
{
	int i;

	for (i = 0; i < e->n; i++)
		if (e->v[i].kind == EXPR_COLUMN)
			l->used[e->v[i].column] = true;
}

static void
compile(struct loader *l, const struct scenario_fact *f, const char *text,
    struct expr *ret)
{
	struct expr_fault fault;
	char name[64];
	int r;

	ret->n = 0;
	if (text == NULL)
		return;
	r = expr_parse(text, find_column, l, ret, &fault);
	if (r == 0) {
		mark_used(l, ret);
		return;
	}
	(void)snprintf(name, sizeof name, "%.*s", (int)fault.len, fault.at);
	if (r == -ENOENT)
		no_column(l, &f->origin, name);
	else if (name[0] == '\0')
		diag_error(l->diag, f->origin.file, f->origin.line,
		    "\"%s\": %s at its end", text, fault.why);
	else
		diag_error(l->diag, f->origin.file, f->origin.line,
		    "\"%s\": %s at '%s'", text, fault.why, name);
}

static void
open_wide(struct loader *l)
{
	int32_t i;

	l->wide = calloc((size_t)l->s->n_facts + 1, sizeof *l->wide);
	if (l->wide == NULL)
		abort();
	for (i = 0; i < l->s->n_facts; i++) {
		const struct scenario_fact *f = &l->s->facts[i];

		if (f->value == NULL)
			diag_error(l->diag, f->origin.file, f->origin.line,
			    "the facts of check '%s' have no value",
			    l->conf->graph.checks[f->check].name);
		l->wide[i].fact = f;
		compile(l, f, f->value, &l->wide[i].value);
		compile(l, f, f->expected, &l->wide[i].expected);
		compile(l, f, f->missing, &l->wide[i].missing);
	}
	l->n_wide = l->s->n_facts;
	if (l->s->n_facts == 0)
		diag_error(l->diag, l->path, 1, "has a row per date, and "
		    "nothing says which column answers which check: a "
		    "scenario with 'facts', or a column 'check', is "
		    "expected");
}

static double
result_of(const struct loader *l, const struct expr *e)
{
	return e->n > 0 ? expr_value(e, l->columns) : (double)NAN;
}

static void
wide_row(struct loader *l, struct date date)
{
	int32_t i;
	int k;

	for (k = 0; k < l->header.n; k++)
		if (l->used[k])
			(void)cell_number(l, k, &l->columns[k]);
	for (i = 0; i < l->n_wide; i++) {
		const struct scenario_fact *s = l->wide[i].fact;
		double missing = result_of(l, &l->wide[i].missing);
		struct fact f = { .check = s->check, .date = date,
			.value = result_of(l, &l->wide[i].value),
			.expected = result_of(l, &l->wide[i].expected),
			.missing = missing >= 0 && missing < 1e15 ?
			    (int64_t)missing : -1,
			.arrived = INSTANT_NONE, .line = l->row.line };

		if (!isnan(f.value))
			f.arrived = arrival(l, s->check, date, s);
		keep(l->f, &f);
	}
}

/*-------------------------------------------------------------------- long */

static int32_t
check_of_row(struct loader *l)
{
	const char *name = l->at.check < l->row.n ?
	    l->row.fields[l->at.check] : "";
	const struct graph *g = &l->conf->graph;
	int32_t check = graph_find_check(g, name), i;
	struct nearest near;

	if (check != NONE)
		return check;
	nearest_start(&near, name);
	for (i = 0; i < g->n_checks; i++)
		nearest_try(&near, g->checks[i].name);
	diag_error(l->diag, l->path, l->row.line, "there is no check '%s'"
	    "%s%s%s", name, near.best ? "; did you mean '" : "", near.best ?
	    near.best : "", near.best ? "'?" : "");
	return NONE;
}

static void
long_row(struct loader *l, struct date date)
{
	struct fact f = { .check = check_of_row(l), .date = date,
		.arrived = INSTANT_NONE, .line = l->row.line };
	const char *at = l->at.arrived >= 0 && l->at.arrived < l->row.n ?
	    l->row.fields[l->at.arrived] : "";
	double missing;

	if (f.check == NONE || !cell_number(l, l->at.value, &f.value) ||
	    !cell_number(l, l->at.expected, &f.expected) ||
	    !cell_number(l, l->at.missing, &missing))
		return;
	f.missing = missing >= 0 && missing < 1e15 ? (int64_t)missing : -1;
	if (*at != '\0' && instant_parse(at, &pipeline_of(l, f.check)->zone,
	    &f.arrived) < 0)
		diag_error(l->diag, l->path, l->row.line, "arrived_at = '%s' "
		    "is no instant; expected 2026-01-17T12:00:00Z, or "
		    "2026-01-17 07:00 in the pipeline's zone", at);
	else if (*at == '\0' && !isnan(f.value))
		f.arrived = arrival(l, f.check, date, scenario_fact(l->s,
		    f.check));
	if (isnan(f.value))
		f.arrived = INSTANT_NONE;
	keep(l->f, &f);
}

/*-------------------------------------------------------------------- file */

static bool
read_header(struct loader *l)
{
	enum csv_result r = csv_next(&l->row);

	if (r != CSV_RECORD) {
		diag_error(l->diag, l->path, l->row.line, "%s", r == CSV_END ?
		    "is empty" : csv_why(r));
		return false;
	}
	l->header = l->row;
	l->date_column = csv_find(&l->header, l->s->date_column);
	l->at.check = csv_find(&l->header, "check");
	l->at.value = csv_find(&l->header, "value");
	l->at.expected = csv_find(&l->header, "expected");
	l->at.missing = csv_find(&l->header, "missing");
	l->at.arrived = csv_find(&l->header, "arrived_at");
	if (l->date_column < 0)
		diag_error(l->diag, l->path, l->row.line, "has no column "
		    "'%s' for the date", l->s->date_column);
	if (l->at.check >= 0 && l->at.value < 0)
		diag_error(l->diag, l->path, l->row.line, "has a column "
		    "'check' and none called 'value'");
	if (l->at.check < 0)
		open_wide(l);
	return l->diag->errors == l->errors;
}

static void
read_rows(struct loader *l)
{
	enum csv_result r = CSV_RECORD;
	struct date date;

	while (!too_many(l) && (r = csv_next(&l->row)) == CSV_RECORD) {
		if (!read_date(l, &date))
			continue;
		l->f->records++;
		keep_date(l->f, date);
		if (l->at.check < 0)
			wide_row(l, date);
		else
			long_row(l, date);
	}
	if (r == CSV_BAD_QUOTES || r == CSV_TOO_MANY)
		diag_error(l->diag, l->path, l->row.line, "%s", csv_why(r));
	if (l->f->n_dates == 0 && l->diag->errors == l->errors)
		diag_error(l->diag, l->path, 0, "has no records");
}

/* Two rows of one date in the wide form would be two truths at once. */
static void
find_doubles(struct loader *l)
{
	const struct fact *v = l->f->v;
	char date[DATE_TEXT];
	size_t i;

	for (i = 1; i < l->f->n && !too_many(l); i++)
		if (v[i].check == v[i - 1].check && v[i].date.day ==
		    v[i - 1].date.day && v[i].arrived == v[i - 1].arrived &&
		    v[i].arrived != INSTANT_NONE)
			diag_error(l->diag, l->path, v[i].line, "check '%s' "
			    "of %s arrives at the same instant as in line %d",
			    l->conf->graph.checks[v[i].check].name,
			    date_text(v[i].date, date), v[i - 1].line);
}

/* Silence is no pass. */
static void
find_unanswered(struct loader *l)
{
	const struct graph *g = &l->conf->graph;
	int32_t i;

	for (i = 0; i < g->n_checks; i++) {
		size_t at = lower(l->f, i, INT32_MIN);

		if ((at < l->f->n && l->f->v[at].check == i) ||
		    scenario_unmeasured(l->s, i))
			continue;
		diag_error(l->diag, g->checks[i].origin.file,
		    g->checks[i].origin.line, "nothing in the facts answers "
		    "check '%s': give it a value in the scenario, or list it "
		    "under 'unmeasured' to have it assumed passing",
		    g->checks[i].name);
	}
}

struct facts *
facts_load(const char *path, const struct scenario *s,
    const struct conf *conf, struct diag *diag)
{
	struct loader l = { .path = path, .s = s, .conf = conf,
		.diag = diag, .errors = diag->errors };
	CLEANUP_FACTS struct facts *f = calloc(1, sizeof *f);
	CLEANUP_FREE char *bytes = NULL;
	size_t len;
	int r = file_read(path, BYTES_MOST, &bytes, &len);

	if (f == NULL)
		abort();
	l.f = f;
	if (r < 0) {
		diag_error(diag, path, 0, "can't be read: %s", strerror(-r));
		return NULL;
	}
	if (strlen(bytes) != len) {
		diag_error(diag, path, 0, "is no text: it has a NUL byte");
		return NULL;
	}
	csv_start(&l.row, bytes);
	if (read_header(&l)) {
		read_rows(&l);
		sort(f);
		find_doubles(&l);
	}
	if (diag->errors == l.errors)
		find_unanswered(&l);
	free(l.wide);
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
