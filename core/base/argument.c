/* SPDX-License-Identifier: BSD-2-Clause
 *
 * argument.c -- a program's command line, read by one table.
 *
 * Options are --name, --name VALUE, --name=VALUE, -l, -l VALUE and -lVALUE;
 * "--" ends them. What they mean together is for the program to judge.
 */
#include "base/argument.h"

#include <errno.h>
#include <string.h>

#include "base/nearest.h"

/* A command line that is being read. */
struct reading {
	const char *program;
	const struct argument *table;
	int argc, i;
	char *const *argv;
	char *into;
	FILE *err;
};

static const struct argument *
by_name(const struct argument *table, const char *name, size_t len)
{
	const struct argument *a;

	for (a = table; a->name; a++)
		if (strlen(a->name) == len && strncmp(a->name, name, len) ==
		    0)
			return a;
	return NULL;
}

static const struct argument *
by_letter(const struct argument *table, char letter)
{
	const struct argument *a;

	for (a = table; a->name; a++)
		if (a->letter && a->letter == letter)
			return a;
	return NULL;
}

static int
unknown(const struct reading *r, const char *word)
{
	const struct argument *a;
	struct nearest n;

	nearest_start(&n, word + strspn(word, "-"));
	for (a = r->table; a->name; a++)
		nearest_try(&n, a->name);
	(void)fprintf(r->err, "%s: there is no option '%s'", r->program,
	    word);
	if (n.best)
		(void)fprintf(r->err, "; did you mean '--%s'?", n.best);
	(void)fprintf(r->err, "\n");
	return -EINVAL;
}

static void
set(const struct argument *a, char *into, const char *value)
{
	void *at = into + a->offset;
	struct argument_list *list = at;

	if (a->list)
		list->v[list->n++] = value;
	else
		*(const char **)at = value;
}

/* Sets one option, whose value may be the next word. */
static int
take(struct reading *r, const struct argument *a, const char *value)
{
	if (a->arg == NULL) {
		if (value) {
			(void)fprintf(r->err, "%s: --%s takes no value\n",
			    r->program, a->name);
			return -EINVAL;
		}
		*(bool *)(r->into + a->offset) = true;
		return 0;
	}
	if (value == NULL && r->i + 1 < r->argc)
		value = r->argv[++r->i];
	if (value == NULL || *value == '\0') {
		(void)fprintf(r->err, "%s: --%s needs a value: %s\n",
		    r->program, a->name, a->arg);
		return -EINVAL;
	}
	set(a, r->into, value);
	return 0;
}

static int
parse_option(struct reading *r, const char *word)
{
	const char *equals = strchr(word, '=');
	const struct argument *a;
	size_t len;

	if (word[1] != '-') {
		a = by_letter(r->table, word[1]);
		return a == NULL ? unknown(r, word) : take(r, a, word[2] ?
		    word + 2 : NULL);
	}
	len = equals ? (size_t)(equals - word) - 2 : strlen(word) - 2;
	a = by_name(r->table, word + 2, len);
	return a == NULL ? unknown(r, word) : take(r, a, equals ? equals + 1 :
	    NULL);
}

int
arguments_parse(const char *program, const struct argument *table, int argc,
    char *const argv[], void *into, const char **ret_place, FILE *err)
{
	struct reading r = { program, table, argc, 1, argv, into, err };
	bool ended = false;
	int e = 0;

	*ret_place = NULL;
	for (; r.i < argc && e == 0; r.i++) {
		const char *word = argv[r.i];

		if (!ended && strcmp(word, "--") == 0) {
			ended = true;
		} else if (!ended && word[0] == '-' && word[1] != '\0') {
			e = parse_option(&r, word);
		} else if (*ret_place) {
			(void)fprintf(err, "%s: '%s' is too much\n", program,
			    word);
			e = -EINVAL;
		} else {
			*ret_place = word;
		}
	}
	return e;
}

void
arguments_help(const struct argument *table, int at, FILE *f)
{
	const struct argument *a;
	char left[40];

	for (a = table; a->name; a++) {
		(void)snprintf(left, sizeof left, "--%s%s%s", a->name,
		    a->arg ? " " : "", a->arg ? a->arg : "");
		(void)fprintf(f, "  %-*s %s\n", at - 3, left, a->help);
	}
}
