/* SPDX-License-Identifier: BSD-2-Clause
 *
 * facts_csv.c -- reads facts from a CSV file, in its long or its wide form.
 *
 * Numbers come as they stand in the file (long) or from expressions over a
 * record's columns (wide); a cell that isn't a number is a finding, a blank
 * one is NaN. Arrivals come from the record, or from the scenario, or are
 * the beginning of the date. All findings at once, up to a hundred.
 */
#include "simulate/facts_read.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/nearest.h"
#include "simulate/csv.h"
#include "simulate/expr.h"
#include "simulate/former.h"

struct loader {
	struct facts_loader *in;
	struct csv header, row;
	int date_column;
	double columns[CSV_FIELDS_MOST];
	bool used[CSV_FIELDS_MOST];
	struct {
		const struct scenario_fact *fact;
		struct expr value, expected, missing;
	} *wide;
	int32_t n_wide;
	json_t *gone;           /* owned: checks that were left out */
	struct { int check, value, expected, missing, arrived; } at;
};

/* A finding in the record at hand. */
#define WRONG(l, ...) \
	diag_error((l)->in->diag, (l)->in->path, (l)->row.line, __VA_ARGS__)

/*---------------------------------------------------------------- one cell */

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
	WRONG(l, "%s = '%s' is no number", l->header.fields[column], s);
	return false;
}

static bool
read_date(struct loader *l, struct date *ret)
{
	const char *s = l->date_column < l->row.n ?
	    l->row.fields[l->date_column] : "";

	if (date_parse(s, ret) == 0)
		return true;
	WRONG(l, "'%s' is no date; expected YYYY-MM-DD", s);
	return false;
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
	diag_error(l->in->diag, o->file, o->line, "'%s' is no column of "
	    "%s%s%s%s", name, l->in->path, near.best ? "; did you mean '" :
	    "", near.best ? near.best : "", near.best ? "'?" : "");
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
		diag_error(l->in->diag, f->origin.file, f->origin.line,
		    "\"%s\": %s at its end", text, fault.why);
	else
		diag_error(l->in->diag, f->origin.file, f->origin.line,
		    "\"%s\": %s at '%s'", text, fault.why, name);
}

static void
open_wide(struct loader *l)
{
	int32_t i;

	l->wide = calloc((size_t)l->in->s->n_facts + 1, sizeof *l->wide);
	if (l->wide == NULL)
		abort();
	for (i = 0; i < l->in->s->n_facts; i++) {
		const struct scenario_fact *f = &l->in->s->facts[i];

		if (f->value == NULL)
			diag_error(l->in->diag, f->origin.file, f->origin.line,
			    "the facts of check '%s' have no value",
			    l->in->conf->graph.checks[f->check].name);
		l->wide[i].fact = f;
		compile(l, f, f->value, &l->wide[i].value);
		compile(l, f, f->expected, &l->wide[i].expected);
		compile(l, f, f->missing, &l->wide[i].missing);
	}
	l->n_wide = l->in->s->n_facts;
	if (l->in->s->n_facts == 0)
		WRONG(l, "has a row per date, and nothing says which column "
		    "answers which check: a scenario with 'facts', or a "
		    "column 'check', is expected");
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
			.arrived = INSTANT_NONE, .anchor = INSTANT_NONE,
			.line = l->row.line };

		if (!isnan(f.value))
			f.arrived = facts_arrival(l->in, s->check, date,
			    s);
		facts_keep(l->in->f, &f);
	}
}

/*-------------------------------------------------------------------- long */

/* Of two configurations over one history, one may not have it. */
static bool
left_out(struct loader *l, const char *check)
{
	if (!l->in->s->partial)
		return false;
	if (json_object_get(l->gone, check) == NULL)
		diag_warning(l->in->diag, l->in->path, l->row.line, "check "
		    "'%s' is not in this configuration: its values are left "
		    "out", check);
	(void)json_object_set_new(l->gone, check, json_true());
	return true;
}

static int32_t
check_of_row(struct loader *l)
{
	const char *name = l->at.check < l->row.n ?
	    l->row.fields[l->at.check] : "";
	const struct graph *g = &l->in->conf->graph;
	int32_t check = former_check(l->in->conf, name), i;
	struct nearest near;

	if (check != NONE || left_out(l, name))
		return check;
	nearest_start(&near, name);
	for (i = 0; i < g->n_checks; i++)
		nearest_try(&near, g->checks[i].name);
	WRONG(l, "there is no check '%s'%s%s%s", name, near.best ?
	    "; did you mean '" : "", near.best ? near.best : "", near.best ?
	    "'?" : "");
	return NONE;
}

static void
long_row(struct loader *l, struct date date)
{
	struct fact f = { .check = check_of_row(l), .date = date,
		.arrived = INSTANT_NONE, .anchor = INSTANT_NONE,
		.line = l->row.line };
	const char *at = l->at.arrived >= 0 && l->at.arrived < l->row.n ?
	    l->row.fields[l->at.arrived] : "";
	double missing;

	if (f.check == NONE || !cell_number(l, l->at.value, &f.value) ||
	    !cell_number(l, l->at.expected, &f.expected) ||
	    !cell_number(l, l->at.missing, &missing))
		return;
	f.missing = missing >= 0 && missing < 1e15 ? (int64_t)missing : -1;
	if (*at != '\0' && instant_parse(at, &facts_pipeline(l->in,
	    f.check)->zone, &f.arrived) < 0)
		WRONG(l, "arrived_at = '%s' is no instant; expected "
		    "2026-01-17T12:00:00Z, or 2026-01-17 07:00 in the "
		    "pipeline's zone", at);
	else if (*at == '\0' && !isnan(f.value))
		f.arrived = facts_arrival(l->in, f.check, date,
		    scenario_fact(l->in->s, f.check));
	if (isnan(f.value))
		f.arrived = INSTANT_NONE;
	facts_keep(l->in->f, &f);
}

/*-------------------------------------------------------------------- file */

static bool
read_header(struct loader *l)
{
	enum csv_result r = csv_next(&l->row);

	if (r != CSV_RECORD) {
		WRONG(l, "%s", r == CSV_END ? "is empty" : csv_why(r));
		return false;
	}
	l->header = l->row;
	l->date_column = csv_find(&l->header, l->in->s->date_column);
	l->at.check = csv_find(&l->header, "check");
	l->at.value = csv_find(&l->header, "value");
	l->at.expected = csv_find(&l->header, "expected");
	l->at.missing = csv_find(&l->header, "missing");
	l->at.arrived = csv_find(&l->header, "arrived_at");
	if (l->date_column < 0)
		WRONG(l, "has no column '%s' for the date",
		    l->in->s->date_column);
	if (l->at.check >= 0 && l->at.value < 0)
		WRONG(l, "has a column 'check' and none called 'value'");
	if (l->at.check < 0)
		open_wide(l);
	return l->in->diag->errors == l->in->errors;
}

static void
read_rows(struct loader *l)
{
	enum csv_result r = CSV_RECORD;
	struct date date;

	while (!facts_too_many(l->in) &&
	    (r = csv_next(&l->row)) == CSV_RECORD) {
		if (!read_date(l, &date))
			continue;
		facts_keep_date(l->in->f, date);
		if (l->at.check < 0)
			wide_row(l, date);
		else
			long_row(l, date);
	}
	if (r == CSV_BAD_QUOTES || r == CSV_TOO_MANY)
		WRONG(l, "%s", csv_why(r));
}

void
facts_read_csv(struct facts_loader *in, char *bytes)
{
	struct loader l = { .in = in, .gone = json_object() };

	csv_start(&l.row, bytes);
	if (read_header(&l))
		read_rows(&l);
	free(l.wide);
	json_decref(l.gone);
}
