/* SPDX-License-Identifier: BSD-2-Clause
 *
 * findings.c -- findings as JSON, and counted.
 *
 * The same for a reload over the socket and for --check on the command line,
 * so that a script reads one shape. Where a finding has no place, the member
 * is absent.
 */
#include "daemon/findings.h"

#include "base/json.h"

json_t *
findings_json(struct diag *d)
{
	json_t *list = json_array();
	size_t i;

	diag_sort(d);
	for (i = 0; i < d->n; i++) {
		const struct finding *f = &d->v[i];
		json_t *o = json_object();

		json_put(o, "level", f->level == DIAG_ERROR ? "error" :
		    "warning");
		json_put(o, "file", f->file);
		if (f->line > 0)
			json_put_int(o, "line", f->line);
		json_put(o, "sentence", f->sentence);
		(void)json_array_append_new(list, o);
	}
	return list;
}

static void
count(FILE *f, size_t n, const char *what)
{
	if (n == 0)
		(void)fprintf(f, "no %ss", what);
	else
		(void)fprintf(f, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

void
findings_summary(const struct diag *d, FILE *f)
{
	count(f, d->errors, "error");
	(void)fprintf(f, ", ");
	count(f, d->n - d->errors, "warning");
	(void)fprintf(f, "\n");
}
