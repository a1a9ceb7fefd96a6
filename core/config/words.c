/* SPDX-License-Identifier: BSD-2-Clause
 *
 * words.c -- how findings speak: of objects, of places, of what was meant.
 *
 * A finding names its subject first ("check 'pdc': ..."), then what is
 * wrong, then what was expected, then the nearest valid name. What is built
 * here lives in the load's scratch arena: only findings cost anything.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "config/load.h"

enum { SENTENCE = 1024, SUGGESTIONS_MOST = 200 };

static const char *const kind_words[KINDS][2] = {
	[KIND_PIPELINE] = { "pipeline", "pipelines" },
	[KIND_PHASE] = { "phase", "phases" },
	[KIND_CHECK] = { "check", "checks" },
	[KIND_GATE] = { "gate", "gates" },
	[KIND_ACTION] = { "action", "actions" },
	[KIND_RECOVERY] = { "recovery", "recoveries" },
	[KIND_NOTIFIER] = { "notifier", "notifiers" },
	[KIND_DATABASE] = { "database", "databases" },
	[KIND_ROUTE] = { "route", "routes" },
	[KIND_TARGET] = { "target", "targets" },
	[KIND_REPORT] = { "report", "reports" },
	[KIND_WINDOW] = { "window", "windows" },
	[KIND_SOURCE] = { "source", "sources" },
	[KIND_INVENTORY] = { "inventory", "inventory" },
};

const char *
kind_name(enum kind k)
{
	assert(k < KINDS);
	return kind_words[k][0];
}

const char *
kind_list(enum kind k)
{
	assert(k < KINDS);
	return kind_words[k][1];
}

const char *
object_kind(const struct object *o)
{
	return o->alarm ? "alarm" : kind_name(o->kind);
}

const char *
label(struct load *l, const struct object *o)
{
	return o == NULL ? "settings" : o->kind == KIND_ROUTE ?
	    "route" : arena_printf(l->scratch, "%s '%s'", object_kind(o),
	    o->name);
}

const char *
place(struct load *l, const struct node *n)
{
	return n->file == NULL ? "default" : arena_printf(l->scratch,
	    "%s:%d", n->file->name, n->line);
}

struct origin
origin_of(const struct node *n)
{
	return (struct origin){ n->file ? n->file->name : NULL, n->line };
}

const char *
did_you_mean(struct load *l, const char *best)
{
	if (best == NULL || l->near++ >= SUGGESTIONS_MOST)
		return "";
	return arena_printf(l->scratch, "; did you mean '%s'?", best);
}

static void __attribute__((format(printf, 2, 0)))
sentence(char buf[SENTENCE], const char *fmt, va_list ap)
{
	(void)vsnprintf(buf, SENTENCE, fmt, ap);
}

void
wrong(struct load *l, const struct node *at, const char *fmt, ...)
{
	char buf[SENTENCE];
	va_list ap;

	if (l->quiet)
		return;
	va_start(ap, fmt);
	sentence(buf, fmt, ap);
	va_end(ap);
	diag_error(l->diag, AT(at), "%s", buf);
}

void
doubtful(struct load *l, const struct node *at, const char *fmt, ...)
{
	char buf[SENTENCE];
	va_list ap;

	if (l->quiet)
		return;
	va_start(ap, fmt);
	sentence(buf, fmt, ap);
	va_end(ap);
	diag_warning(l->diag, AT(at), "%s", buf);
}
