/* SPDX-License-Identifier: BSD-2-Clause
 *
 * mdoc.c -- gatewarden(1), from the verb table.
 *
 * The build prints the manual page with the program that it describes, so
 * the page can't differ from what is accepted. What can't be read off the
 * table (what the program is, where it looks for the daemon) stands here as
 * text. Words of the table are data: each is protected from being taken for
 * a macro or an escape.
 */
#include "config.h"

#include "client/help.h"

#include <string.h>

#include "base/cleanup.h"
#include "client/line.h"

static const char head[] =
    ".\\\" Printed by 'gatewarden help --mdoc'. Do not edit.\n"
    ".Dd January 20, 2026\n"
    ".Dt GATEWARDEN 1\n"
    ".Os\n"
    ".Sh NAME\n"
    ".Nm gatewarden\n"
    ".Nd ask and command the supervisor of data pipelines\n"
    ".Sh SYNOPSIS\n"
    ".Nm\n"
    ".Op Fl -socket Ar PATH\n"
    ".Op Fl -json\n"
    ".Op Ar verb Op Ar argument ...\n"
    ".Sh DESCRIPTION\n"
    ".Nm\n"
    "asks\n"
    ".Xr gatewardend 8\n"
    "what it knows of the dates of each pipeline, and tells it what to do\n"
    "and what to leave.\n"
    "Without a verb it shows the morning in one screen.\n"
    ".Pp\n"
    "Options may stand before or after the verb and its arguments;\n"
    ".Fl -\n"
    "ends them.\n"
    "With every verb:\n";

static const char times[] =
    ".Pp\n"
    "A\n"
    ".Ar DATE\n"
    "is a data date of the pipeline, as 2026-01-16, or\n"
    ".Cm last ,\n"
    "the newest one that has ended.\n"
    "There is no word for today, because which date that is changes in the\n"
    "middle of a morning.\n"
    "A phase that several pipelines have is named\n"
    ".Ar PIPELINE Ns / Ns Ar PHASE .\n"
    "Times are shown in the pipeline's zone; its offset is said once, and\n"
    "again where it is another one.\n"
    ".Pp\n"
    "Each verb needs a level:\n"
    ".Cm observe\n"
    "looks,\n"
    ".Cm report\n"
    "also asks for permits and signals,\n"
    ".Cm operate\n"
    "also changes what goes on, and\n"
    ".Cm admin\n"
    "also reloads and stops the daemon.\n"
    "The daemon gives a level to whoever connects by user and group; see\n"
    ".Xr gatewarden.conf 5 .\n";

static const char tail[] =
    ".Sh ENVIRONMENT\n"
    ".Bl -tag -width GATEWARDEN_SOCKET\n"
    ".It Ev GATEWARDEN_SOCKET\n"
    "The daemon's control socket, where\n"
    ".Fl -socket\n"
    "isn't given.\n"
    ".It Ev NO_COLOR\n"
    "If set to anything, no colours are used.\n"
    "They are used on a terminal only, and never say what words don't.\n"
    ".El\n"
    ".Sh FILES\n"
    ".Bl -tag -width Ds\n"
    ".It Pa " GW_RUNSTATEDIR "/gatewarden/control\n"
    "The control socket, by default.\n"
    ".El\n";

static const char end[] =
    ".Sh SEE ALSO\n"
    ".Xr gatewarden-plugin 3 ,\n"
    ".Xr gatewarden.conf 5 ,\n"
    ".Xr gatewarden-host 8 ,\n"
    ".Xr gatewardend 8\n"
    ".Sh CAVEATS\n"
    "The text of screens may change between versions.\n"
    "Scripts should use\n"
    ".Fl -json\n"
    "and the exit status.\n";

/* Text between macros: backslashes escaped. */
static void
add_escaped(struct out *o, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (s[i] == '\\')
			out(o, "\\e");
		else if (s[i] == '"')
			out(o, "\\(dq");
		else if (s[i] == '-')
			out(o, "\\-");
		else
			text_addn(&o->t, s + i, 1);
}

/* One argument of a macro, whatever is in it. */
static void
add_argument(struct out *o, const char *s)
{
	out(o, " \"\\&");
	add_escaped(o, s, strlen(s));
	out(o, "\"");
}

/* Text lines: a new one after each sentence. */
static void
add_text(struct out *o, const char *s)
{
	while (*s) {
		const char *stop = strstr(s, ". ");
		size_t len = stop ? (size_t)(stop - s) + 1 : strlen(s);

		out(o, "\\&");
		add_escaped(o, s, len);
		out(o, "\n");
		s += len;
		s += strspn(s, " ");
	}
}

/* A sentence from a table: capital letter, full stop. */
static void
add_sentence(struct out *o, const char *s)
{
	CLEANUP_TEXT struct text t = { 0 };
	size_t len = strlen(s);

	if (s[0] >= 'a' && s[0] <= 'z')
		text_addf(&t, "%c%s", s[0] - 'a' + 'A', s + 1);
	else
		text_add(&t, s);
	if (len > 0 && s[len - 1] != '.')
		text_add(&t, ".");
	add_text(o, text_str(&t));
}

static void
add_options(struct out *o)
{
	const struct line_option *x;
	size_t i;

	out(o, ".Bl -tag -width Ds\n");
	for (i = 0; (x = line_option_at(i)); i++) {
		out(o, ".It Fl -%s", x->name);
		if (x->shown) {
			out(o, " Ar");
			add_argument(o, x->shown);
		}
		out(o, "\n");
		add_sentence(o, x->help);
	}
	out(o, ".El\n");
}

static void
add_param(struct out *o, const struct param *p, bool bracket)
{
	char buf[OPTION_TEXT];

	out(o, bracket ? " Oo" : "");
	if ((p->flags & PARAM_PLACE) == 0)
		out(o, " Fl -%s", option_name(p->name, buf));
	if (p->shown) {
		out(o, " Ar");
		add_argument(o, p->shown);
	}
	out(o, bracket ? " Oc" : "");
}

static void
add_usage(struct out *o, const struct verb *v)
{
	const struct param *p;
	size_t i;
	int place;

	out(o, ".It Ic");
	add_argument(o, v->name);
	for (place = 1; place >= 0; place--)
		for (i = 0; (p = verb_param_at(v, i)); i++)
			if (place == ((p->flags & PARAM_PLACE) != 0))
				add_param(o, p, !(p->flags & PARAM_NEEDED) &&
				    !(p->shown && p->shown[0] == '['));
	out(o, "\n");
}

static void
add_params(struct out *o, const struct verb *v)
{
	const struct param *p;
	size_t i;

	if (verb_param_at(v, 0) == NULL)
		return;
	out(o, ".Pp\n.Bl -tag -width Ds -compact\n");
	for (i = 0; (p = verb_param_at(v, i)); i++) {
		out(o, ".It");
		add_param(o, p, false);
		out(o, "\n");
		add_sentence(o, p->help);
	}
	out(o, ".El\n");
}

static void
add_examples(struct out *o, const struct verb *v)
{
	const char *at = v->examples;

	out(o, ".Pp\n");
	for (;;) {
		CLEANUP_FREE char *command = NULL;
		CLEANUP_FREE char *what = NULL;

		if (!help_example(&at, &command, &what))
			return;
		out(o, ".D1 Ic");
		add_argument(o, command);
		if (*what) {
			out(o, " No");
			add_argument(o, " # ");
			out(o, " Ns");
			add_argument(o, what);
		}
		out(o, "\n");
	}
}

static void
add_verb(struct out *o, const struct verb *v)
{
	add_usage(o, v);
	add_sentence(o, v->help);
	if (v->more)
		add_text(o, v->more);
	if (v->level != LEVEL_NONE)
		out(o, "Level:\n.Cm %s .\n", level_name(v->level));
	add_params(o, v);
	add_examples(o, v);
}

void
help_mdoc(struct out *o)
{
	const struct exit_meaning *e;
	const struct verb *v;
	size_t i;

	out(o, "%s", head);
	add_options(o);
	out(o, "%s.Sh VERBS\n.Bl -tag -width Ds\n", times);
	for (i = 0; (v = verb_at(i)); i++)
		add_verb(o, v);
	out(o, ".El\n%s.Sh EXIT STATUS\n.Bl -tag -width Ds\n", tail);
	for (i = 0; (e = exit_meaning_at(i)); i++) {
		out(o, ".It %d Pq", (int)e->code);
		add_argument(o, e->word);
		out(o, "\n");
		add_sentence(o, e->meaning);
	}
	out(o, ".El\n%s", end);
}
