/* SPDX-License-Identifier: BSD-2-Clause
 *
 * backtest_labels.c -- what people say of findings: true, or false.
 *
 * A CSV file with a header that names its columns, in any order; without
 * one they are date, rule, label, note, delay. Who labels knows what really
 * was; so a label is stronger than what follows from a calendar, and one of
 * a rule stronger than one of the whole date. "unknown" is a label too: it
 * was looked at, and could not be told.
 *
 * Lifetimes: texts stand in the bytes that were read.
 */
#include "simulate/backtest_labels.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/units.h"
#include "simulate/csv.h"

enum { BYTES_MOST = 16 << 20, ERRORS_MOST = 20 };

enum column { DATE, RULE, LABEL, NOTE, DELAY, COLUMNS };

struct reader {
	const char *path;
	struct labels *l;
	struct diag *diag;
	int at[COLUMNS];        /* -1: it has none */
};

static const char *const names[COLUMNS] = { "date", "rule", "label", "note",
	"delay" };

const char *
truth_name(enum truth t)
{
	static const char *const words[] = {
		[TRUTH_UNKNOWN] = "unknown", [TRUTH_TRUE] = "true",
		[TRUTH_FALSE] = "false"
	};

	return words[t];
}

static const char *
field(const struct reader *r, const struct csv *c, enum column column)
{
	int at = r->at[column];

	return at < 0 || at >= c->n ? "" : c->fields[at];
}

static bool
read_truth(const char *word, enum truth *ret)
{
	int t;

	for (t = TRUTH_UNKNOWN; t <= TRUTH_FALSE; t++)
		if (strcmp(word, truth_name((enum truth)t)) == 0) {
			*ret = (enum truth)t;
			return true;
		}
	return false;
}

static void
keep(struct labels *l, const struct label *x)
{
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 64;
		l->v = reallocarray(l->v, l->cap, sizeof *l->v);
		if (l->v == NULL)
			abort();
	}
	l->v[l->n++] = *x;
}

static void
read_record(struct reader *r, const struct csv *c)
{
	const char *date = field(r, c, DATE), *label = field(r, c, LABEL);
	const char *delay = field(r, c, DELAY);
	struct label x = { .rule = field(r, c, RULE),
		.note = field(r, c, NOTE), .delay_ms = -1 };

	if (date_parse(date, &x.date) < 0)
		diag_error(r->diag, r->path, c->line, "'%s' is no date; "
		    "expected YYYY-MM-DD", date);
	if (!read_truth(label, &x.truth))
		diag_error(r->diag, r->path, c->line, "'%s' is no label; "
		    "expected true, false or unknown", label);
	if (*delay && duration_parse(delay, &x.delay_ms) < 0)
		diag_error(r->diag, r->path, c->line, "'%s' is no delay; "
		    "expected a duration such as 48h", delay);
	if (*x.rule == '\0')
		x.rule = "*";
	keep(r->l, &x);
}

/* False: the first record is one already. */
static bool
read_header(struct reader *r, const struct csv *c)
{
	struct date date;
	int k;

	for (k = 0; k < COLUMNS; k++)
		r->at[k] = k;
	if (date_parse(c->fields[0], &date) == 0)
		return false;
	for (k = 0; k < COLUMNS; k++)
		r->at[k] = csv_find(c, names[k]);
	if (r->at[DATE] < 0 || r->at[LABEL] < 0)
		diag_error(r->diag, r->path, c->line, "has no column '%s'; "
		    "expected date,rule,label,note,delay",
		    r->at[DATE] < 0 ? "date" : "label");
	return true;
}

static void
read_all(struct reader *r)
{
	size_t errors = r->diag->errors;
	enum csv_result end;
	bool first = true;
	struct csv c;

	csv_start(&c, r->l->bytes);
	while ((end = csv_next(&c)) == CSV_RECORD) {
		if (!first || !read_header(r, &c))
			read_record(r, &c);
		first = false;
		if (r->at[DATE] < 0 || r->at[LABEL] < 0 ||
		    r->diag->errors > errors + ERRORS_MOST)
			return;
	}
	if (end != CSV_END)
		diag_error(r->diag, r->path, c.line, "%s", csv_why(end));
}

void
labels_load(const char *path, struct labels *l, struct diag *diag)
{
	struct reader r = { .path = path, .l = l, .diag = diag };
	size_t len;
	int e;

	*l = (struct labels){ .n = 0 };
	if (path == NULL)
		return;
	e = file_read(path, BYTES_MOST, &l->bytes, &len);
	if (e < 0)
		diag_error(diag, path, 0, "can't be read: %s", strerror(-e));
	else if (strlen(l->bytes) != len)
		diag_error(diag, path, 0, "is no text: it has a NUL byte");
	else
		read_all(&r);
}

void
labels_free(struct labels *l)
{
	free(l->v);
	free(l->bytes);
	*l = (struct labels){ .n = 0 };
}

const struct label *
labels_find(const struct labels *l, struct date date, const char *rule)
{
	const struct label *all = NULL;
	size_t i;

	for (i = 0; i < l->n; i++) {
		const struct label *x = &l->v[i];

		if (x->date.day != date.day)
			continue;
		if (strcmp(x->rule, rule) == 0)
			return x;
		if (strcmp(x->rule, "*") == 0)
			all = x;
	}
	return all;
}
