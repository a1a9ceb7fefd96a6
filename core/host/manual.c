/* SPDX-License-Identifier: BSD-2-Clause
 *
 * manual.c -- a plugin's own manual page.
 *
 * Written from the same table from which conf.d is validated, so the page
 * can't differ from what is accepted. What the table says is data: a dot at
 * the start of a line or a backslash is not taken for a macro or an escape.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/units.h"
#include "host/load.h"
#include "host/options.h"

static const char *
type_words(uint32_t type)
{
	static const char *const words[] = {
		[GW_T_STRING] = "Text", [GW_T_INT] = "An integer",
		[GW_T_NUMBER] = "A number", [GW_T_BOOL] = "True or false",
		[GW_T_DURATION] = "A duration such as \"90s\"",
		[GW_T_SIZE] = "A size such as \"64KiB\"",
		[GW_T_LIST] = "A list of texts", [GW_T_ENUM] = "One of",
		[GW_T_SECRET] = "A secret, as \"file:/path\", \"env:NAME\" "
		    "or \"cred:NAME\"",
		[GW_T_DATABASE] = "The name of a database",
		[GW_T_GROUPS] = "A list of groups" };

	return words[type];
}

/* Text of a line that has begun. */
static void
add_words(struct text *t, const char *s)
{
	CLEANUP_TEXT struct text clean = { 0 };
	const char *c;

	text_add_clean(&clean, s, strlen(s));
	for (c = text_str(&clean); *c; c++)
		if (*c == '\\')
			text_add(t, "\\e");
		else
			text_addf(t, "%c", *c);
}

/* Lines of their own, one for each sentence. */
static void
add_line(struct text *t, const char *s)
{
	const char *end = strstr(s, ". ");
	CLEANUP_TEXT struct text first = { 0 };

	text_addn(&first, s, end ? (size_t)(end - s) + 1 : strlen(s));
	text_add(t, *s == '.' || *s == '\'' ? "\\&" : "");
	add_words(t, text_str(&first));
	text_add(t, "\n");
	if (end)
		add_line(t, end + 2);
}

static void
add_number(struct text *t, const struct gw_option *o, int64_t n)
{
	char d[DURATION_TEXT];

	if (o->type == GW_T_DURATION)
		text_add(t, duration_text(n, d));
	else
		text_addf(t, "%lld", (long long)n);
}

static void
add_kind(struct text *t, const struct gw_option *o)
{
	const char *const *v;

	add_words(t, type_words(o->type));
	for (v = o->choices; o->type == GW_T_ENUM && *v; v++) {
		text_add(t, v == o->choices ? " \"" : ", \"");
		add_words(t, *v);
		text_add(t, "\"");
	}
	if (o->min != 0 || o->max != 0) {
		text_add(t, ", ");
		add_number(t, o, o->min);
		text_add(t, " to ");
		add_number(t, o, o->max);
	}
	if (o->flags & GW_REQUIRED)
		text_add(t, "; required");
	if (o->fallback) {
		text_add(t, "; default ");
		add_words(t, o->fallback);
	}
	text_add(t, ".\n");
}

static void
add_table(struct text *t, const struct gw_plugin *p,
    const struct gw_option *table)
{
	const struct gw_option *o;
	size_t i;

	text_add(t, ".Bl -tag -width Ds\n");
	for (i = 0; (o = option_at(p, table, i)) != NULL; i++) {
		CLEANUP_TEXT struct text help = { 0 };

		text_addf(t, ".It Cm %s\n", o->name);
		if (o->help && *o->help) {
			text_addf(&help, "%c%s.", toupper((unsigned char)
			    o->help[0]), o->help + 1);
			add_line(t, text_str(&help));
			text_add(t, ".br\n");
		}
		add_kind(t, o);
		if (o->type == GW_T_GROUPS)
			add_table(t, p, o->members);
	}
	text_add(t, ".El\n");
}

static void
add_upper(struct text *t, const char *s)
{
	for (; *s; s++)
		text_addf(t, "%c", toupper((unsigned char)*s));
}

char *
plugin_manual(const struct gw_plugin *p)
{
	const char *kind = plugin_kind_name(p);
	const char *summary = p->summary && *p->summary ? p->summary :
	    "a plugin";
	struct text t = { 0 };

	text_add(&t, ".\\\" Printed by 'gatewarden-host --manual'. "
	    "Do not edit.\n.Dd January 20, 2026\n.Dt GATEWARDEN-");
	add_upper(&t, kind);
	text_add(&t, "-");
	add_upper(&t, p->name);
	text_addf(&t, " 7\n.Os\n.Sh NAME\n.Nm gatewarden-%s-%s\n.Nd ", kind,
	    p->name);
	add_words(&t, summary);
	text_addf(&t, "\n.Sh SYNOPSIS\n.Ql plugin = \\(dq%s\\(dq;\n"
	    ".Sh DESCRIPTION\nThe %s\n.Cm %s\nis a plugin of\n"
	    ".Xr gatewardend 8 .\nAn object that names it takes these options "
	    "beside those that every %s has:\n", p->name, kind, p->name,
	    kind);
	if (option_at(p, p->options, 0))
		add_table(&t, p, p->options);
	else
		text_add(&t, "none.\n");
	text_add(&t, ".Sh SEE ALSO\n.Xr gatewarden 1 ,\n"
	    ".Xr gatewarden.conf 5 ,\n.Xr gatewardend 8\n");
	return text_take(&t);
}
