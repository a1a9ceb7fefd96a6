/* SPDX-License-Identifier: BSD-2-Clause
 *
 * audit.c -- everything that must hold of a journal, fed piece by piece.
 *
 * One code for a journal and for an export of it: check.c feeds it from a
 * store, export_check.c from lines. Here it is only put together: fold.c
 * compares what was written with what was kept, rules.c judges what the
 * events say. A damaged journal can break in every line; the first findings
 * are the ones that say where, the others are counted.
 */
#include "journal/audit.h"

#include <stdarg.h>

#include "journal/fold.h"
#include "journal/rules.h"

void
audit_init(struct audit *a, struct diag *diag)
{
	*a = (struct audit){ .diag = diag, .fold = fold_new() };
	a->rules = rules_new(a);
}

void
audit_event(struct audit *a, const struct stored_event *e)
{
	a->events++;
	fold_event(a->fold, a, e);
	rules_event(a->rules, e);
}

void
audit_row(struct audit *a, const struct stored_row *row)
{
	fold_row(a->fold, a, row);
}

void
audit_message(struct audit *a, const struct stored_message *m)
{
	rules_message(a->rules, m);
}

void
audit_end(struct audit *a)
{
	a->file = NULL;
	a->line = 0;
	fold_end(a->fold, a);
	rules_end(a->rules);
	if (a->found > AUDIT_FINDINGS_MAX)
		a->diag->errors += (size_t)(a->found - AUDIT_FINDINGS_MAX);
}

void
audit_free(struct audit *a)
{
	fold_free(a->fold);
	rules_free(a->rules);
	*a = (struct audit){ 0 };
}

void
audit_finding(struct audit *a, const char *fmt, ...)
{
	char buf[1024];
	va_list ap;

	if (++a->found > AUDIT_FINDINGS_MAX)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(buf, sizeof buf, fmt, ap);
	va_end(ap);
	diag_error(a->diag, a->file, a->line, "%s", buf);
}
