/* SPDX-License-Identifier: BSD-2-Clause
 *
 * help.c -- help from the verb table.
 *
 * Three depths: the verbs that a day needs, all verbs, one verb with its
 * arguments, examples and exit codes. Nothing is said here that the table
 * doesn't say, so that help, manual page and what is accepted can't differ.
 */
#define _GNU_SOURCE     /* strchrnul */
#include "client/help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "client/line.h"
#include "client/table.h"

enum { HELP_WIDTH = 80 };

static void
usage_param(struct text *t, const struct param *p)
{
	bool needed = (p->flags & PARAM_NEEDED) || (p->shown &&
	    p->shown[0] == '[');
	char buf[OPTION_TEXT];

	text_add(t, needed ? " " : " [");
	if ((p->flags & PARAM_PLACE) == 0) {
		text_addf(t, "--%s", option_name(p->name, buf));
		text_add(t, p->shown ? " " : "");
	}
	text_add(t, p->shown ? p->shown : "");
	text_add(t, needed ? "" : "]");
}

char *
help_usage(const struct verb *v)
{
	struct text t = { 0 };
	const struct param *p;
	size_t i;

	text_add(&t, v->name);
	for (i = 0; (p = verb_param_at(v, i)); i++)
		if (p->flags & PARAM_PLACE)
			usage_param(&t, p);
	for (i = 0; (p = verb_param_at(v, i)); i++)
		if ((p->flags & PARAM_PLACE) == 0)
			usage_param(&t, p);
	return text_take(&t);
}

bool
help_example(const char **at, char **ret_command, char **ret_what)
{
	const char *end = strchrnul(*at, '\n');
	const char *gap = strstr(*at, "  ");

	if (**at == '\0')
		return false;
	if (gap == NULL || gap > end)
		gap = end;
	*ret_command = strndup(*at, (size_t)(gap - *at));
	gap += strspn(gap, " ");
	*ret_what = strndup(gap, (size_t)(end - gap));
	if (*ret_command == NULL || *ret_what == NULL)
		abort();
	*at = *end ? end + 1 : end;
	return true;
}

/* Help is prose: it is broken on a pipe as well. */
static void
set_width(struct out *o)
{
	if (o->width == 0 || o->width > HELP_WIDTH)
		o->width = HELP_WIDTH;
}

/*------------------------------------------------------------------- lists */

static void
list_verbs(struct out *o, bool all)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"", "", NULL });
	const struct verb *v;
	size_t i;

	for (i = 0; (v = verb_at(i)); i++) {
		if (!all && (v->flags & VERB_TOP) == 0)
			continue;
		table_text(t, STYLE_BOLD, v->name);
		table_text(t, STYLE_PLAIN, v->help);
	}
	table_print(t, o, 2);
}

static void
list_options(struct out *o)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"", "", NULL });
	const struct line_option *x;
	size_t i;

	for (i = 0; (x = line_option_at(i)); i++) {
		table_cell(t, STYLE_BOLD, "--%s%s%s", x->name,
		    x->shown ? " " : "", x->shown ? x->shown : "");
		table_text(t, STYLE_PLAIN, x->help);
	}
	table_print(t, o, 2);
}

static void
help_list(struct out *o, bool all)
{
	set_width(o);
	out(o, "usage: gatewarden [--socket PATH] [--json] "
	    "[VERB [ARGUMENT...]]\n\n"
	    "Asks the gatewarden daemon. Without a verb: status.\n\n");
	list_verbs(o, all);
	out_heading(o, "options, with every verb");
	list_options(o);
	out(o, "\n");
	if (!all)
		out(o, "'gatewarden help all' lists every verb; ");
	out(o, "'gatewarden help VERB' explains one.\n");
}

/*---------------------------------------------------------------- one verb */

static void
list_params(struct out *o, const struct verb *v)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"", "", NULL });
	const struct param *p;
	size_t i;
	char buf[OPTION_TEXT];

	for (i = 0; (p = verb_param_at(v, i)); i++) {
		if (p->flags & PARAM_PLACE)
			table_text(t, STYLE_BOLD, p->shown);
		else
			table_cell(t, STYLE_BOLD, "--%s%s%s",
			    option_name(p->name, buf), p->shown ? " " : "",
			    p->shown ? p->shown : "");
		table_text(t, STYLE_PLAIN, p->help);
	}
	if (table_rows(t) == 0)
		return;
	out_heading(o, "arguments");
	table_print(t, o, 2);
}

static void
list_examples(struct out *o, const struct verb *v)
{
	const char *at = v->examples;

	out_heading(o, "examples");
	for (;;) {
		CLEANUP_FREE char *command = NULL;
		CLEANUP_FREE char *what = NULL;

		if (!help_example(&at, &command, &what))
			return;
		out(o, "  %s\n", command);
		if (*what) {
			out(o, "      ");
			out_wrapped(o, STYLE_DIM, 6, 6, what);
		}
	}
}

static void
list_exits(struct out *o)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"", "", "", NULL });
	const struct exit_meaning *e;
	size_t i;

	for (i = 0; (e = exit_meaning_at(i)); i++) {
		table_cell(t, STYLE_BOLD, "%d", (int)e->code);
		table_text(t, STYLE_PLAIN, e->word);
		table_text(t, STYLE_PLAIN, e->meaning);
	}
	out_heading(o, "exit codes");
	table_print(t, o, 2);
}

void
help_of(struct out *o, const struct verb *v)
{
	CLEANUP_FREE char *usage = NULL;

	if (v == NULL) {
		help_list(o, false);
		return;
	}
	set_width(o);
	usage = help_usage(v);
	out(o, "usage: gatewarden ");
	out_wrapped(o, STYLE_PLAIN, 18, 22, usage);
	out(o, "\n");
	out_wrapped(o, STYLE_BOLD, 0, 0, v->help);
	if (v->more) {
		out(o, "\n");
		out_wrapped(o, STYLE_PLAIN, 0, 0, v->more);
	}
	list_params(o, v);
	list_examples(o, v);
	list_exits(o);
	if (v->level != LEVEL_NONE)
		out(o, "\nNeeds the level '%s'.\n", level_name(v->level));
}

/*-------------------------------------------------------------------- verb */

/* "journal": the verbs of two words that begin so; one alone in full. */
static bool
help_group(struct out *o, const char *word)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"", "", NULL });
	const struct verb *v, *last = NULL;
	size_t len = strlen(word), i;

	for (i = 0; (v = verb_at(i)); i++) {
		if (strncmp(v->name, word, len) != 0 || v->name[len] != ' ')
			continue;
		last = v;
		table_text(t, STYLE_BOLD, v->name);
		table_text(t, STYLE_PLAIN, v->help);
	}
	if (last == NULL)
		return false;
	if (table_rows(t) == 1) {
		help_of(o, last);
		return true;
	}
	set_width(o);
	table_print(t, o, 2);
	out(o, "\n'gatewarden help %s' explains that one.\n", last->name);
	return true;
}

static int
help_words(struct out *o, const json_t *words, char **ret_why)
{
	CLEANUP_TEXT struct text name = { 0 };
	const struct verb *v;
	const char *near;
	const json_t *w;
	size_t i;

	json_array_foreach(words, i, w)
		text_addf(&name, "%s%s", i > 0 ? " " : "",
		    json_string_value(w));
	if (strcmp(text_str(&name), "all") == 0) {
		help_list(o, true);
		return EXIT_OPEN;
	}
	v = verb_find(text_str(&name));
	if (v) {
		help_of(o, v);
		return EXIT_OPEN;
	}
	if (help_group(o, text_str(&name)))
		return EXIT_OPEN;
	near = verb_nearest(text_str(&name));
	text_clear(&name);
	text_add(&name, "no verb of that name");
	if (near)
		text_addf(&name, "; did you mean '%s'?", near);
	else
		text_add(&name, "; 'gatewarden help all' lists them");
	*ret_why = text_take(&name);
	return EXIT_USAGE;
}

int
help_verb(struct out *o, const json_t *params, char **ret_why)
{
	const json_t *words = json_object_get(params, "words");

	*ret_why = NULL;
	if (json_is_true(json_object_get(params, "mdoc")))
		help_mdoc(o);
	else if (json_is_true(json_object_get(params, "completion")))
		help_completion(o);
	else if (words)
		return help_words(o, words, ret_why);
	else
		help_list(o, false);
	return EXIT_OPEN;
}
