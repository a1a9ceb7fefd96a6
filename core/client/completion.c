/* SPDX-License-Identifier: BSD-2-Clause
 *
 * completion.c -- completion for bash, from the verb table.
 *
 * Verbs, options and choices are known here and written out. Names and
 * dates are the daemon's: they are not asked for, so that completing never
 * waits for anything.
 */
#include "client/help.h"

#include <string.h>

#include "client/line.h"

static const char head[] =
    "# bash completion for gatewarden(1)\n"
    "# Printed by 'gatewarden help --completion'. Do not edit.\n"
    "_gatewarden()\n"
    "{\n"
    "\tlocal cur=${COMP_WORDS[COMP_CWORD]} verb= second= i w words\n"
    "\tCOMPREPLY=()\n"
    "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
    "\t\tw=${COMP_WORDS[i]}\n"
    "\t\tcase $w in\n"
    "\t\t--socket) ((i++)) ;;\n"
    "\t\t-*) ;;\n"
    "\t\t*) verb=$w; break ;;\n"
    "\t\tesac\n"
    "\tdone\n"
    "\t((i + 1 >= COMP_CWORD)) || second=${COMP_WORDS[i+1]}\n"
    "\tcase \"$verb $second\" in\n";

static const char tail[] =
    "\tesac\n"
    "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
    "}\n"
    "complete -o default -F _gatewarden gatewarden\n";

/* First words of all verbs, each once. */
static void
add_first_words(struct out *o)
{
	const struct verb *v, *before;
	size_t i, k;

	for (i = 0; (v = verb_at(i)); i++) {
		size_t len = strcspn(v->name, " ");
		bool again = false;

		for (k = 0; k < i && (before = verb_at(k)); k++)
			again = again || (strncmp(v->name, before->name,
			    len) == 0 && strcspn(before->name, " ") == len);
		if (!again)
			out(o, " %.*s", (int)len, v->name);
	}
}

static void
add_own_options(struct out *o)
{
	const struct line_option *x;
	size_t i;

	for (i = 0; (x = line_option_at(i)); i++)
		out(o, " --%s", x->name);
}

static void
add_choices(struct out *o, const char *choices)
{
	for (; *choices; choices++)
		text_addn(&o->t, *choices == '|' ? " " : choices, 1);
}

static void
add_params(struct out *o, const struct verb *v)
{
	const struct param *p;
	size_t i;
	char buf[OPTION_TEXT];

	for (i = 0; (p = verb_param_at(v, i)); i++) {
		if ((p->flags & PARAM_PLACE) == 0)
			out(o, " --%s", option_name(p->name, buf));
		if (p->choices) {
			out(o, " ");
			add_choices(o, p->choices);
		}
		if (p->type == PARAM_SCOPE)
			out(o, " all recovery pipeline");
		if (p->type == PARAM_DATE || p->type == PARAM_WORDS)
			out(o, " last");
	}
	add_own_options(o);
}

/* After the first word of two: the second ones. */
static void
add_seconds(struct out *o, const char *first, size_t len)
{
	const struct verb *v;
	size_t i;

	for (i = 0; (v = verb_at(i)); i++)
		if (strncmp(v->name, first, len) == 0 && v->name[len] == ' ')
			out(o, " %s", v->name + len + 1);
}

void
help_completion(struct out *o)
{
	const struct verb *v;
	size_t i;

	out(o, "%s", head);
	for (i = 0; (v = verb_at(i)); i++) {
		const char *space = strchr(v->name, ' ');

		out(o, "\t\"%s\"%s) words=\"", v->name, space ? "" : "\\ *");
		add_params(o, v);
		out(o, "\" ;;\n");
	}
	for (i = 0; (v = verb_at(i)); i++) {
		const char *space = strchr(v->name, ' ');
		size_t len = space ? (size_t)(space - v->name) : 0;

		if (space == NULL)
			continue;
		out(o, "\t\"%.*s \"*) words=\"", (int)len, v->name);
		add_seconds(o, v->name, len);
		out(o, "\" ;;\n");
	}
	out(o, "\t*) words=\"");
	add_first_words(o);
	add_own_options(o);
	out(o, "\" ;;\n%s", tail);
}
