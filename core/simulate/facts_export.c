/* SPDX-License-Identifier: BSD-2-Clause
 *
 * facts_export.c -- reads facts from an export of the journal.
 *
 * A row of a check is what it read from the beginning of that measurement
 * on; that it could not tell is a fact as well, and stays apart from zero.
 * The anchor that a calendar reported stands in the row of the date, which
 * follows. Everything else in a journal is what its daemon made of it, and
 * nothing to judge another configuration by.
 *
 * Dates that its daemon adopted are left out: nobody knows what they read at
 * the time. (Of several pipelines the last one said counts for all.)
 *
 * Checks that the configuration neither has nor had are left out, with one
 * warning each.
 */
#include "simulate/facts_read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/json.h"
#include "simulate/former.h"

struct loader {
	struct facts_loader *in;
	int line;
	json_t *gone;           /* owned: checks warned of */
	struct fact last;       /* not kept yet */
	int64_t last_at;        /* when it was written */
	bool pending;
	bool ended;             /* the last line was the export's */
	struct date adopted;    /* through */
};

static void
flush(struct loader *l)
{
	if (l->pending)
		facts_keep(l->in->f, &l->last);
	l->pending = false;
}

static void
warn_gone(struct loader *l, const char *check)
{
	if (json_object_get(l->gone, check))
		return;
	(void)json_object_set_new(l->gone, check, json_true());
	diag_warning(l->in->diag, l->in->path, l->line, "check '%s' is not "
	    "in this configuration: its readings are left out", check);
}

static void
on_check(struct loader *l, const json_t *event, struct date date)
{
	const char *name = json_text(event, "subject", "");
	const json_t *data = json_object_get(event, "data");
	struct fact f = { .date = date, .line = l->line,
		.check = former_check(l->in->conf, name),
		.arrived = json_int(data, "began_wall", json_int(event,
		    "at", INSTANT_NONE)),
		.value = json_num(data, "value", NAN),
		.expected = json_num(data, "expected", NAN),
		.missing = json_int(data, "missing", -1),
		.anchor = INSTANT_NONE };

	if (f.check == NONE) {
		warn_gone(l, name);
		return;
	}
	f.dark = !json_flag(data, "measured", false) || isnan(f.value);
	facts_keep_date(l->in->f, date);
	flush(l);
	l->last = f;
	l->last_at = json_int(event, "at", INSTANT_NONE);
	l->pending = true;
}

/* Of the calendar's row before it, in the same step. */
static void
on_date(struct loader *l, const json_t *event, struct date date)
{
	const json_t *data = json_object_get(event, "data");
	const struct graph *g = &l->in->conf->graph;

	if (l->pending && g->checks[l->last.check].calendar &&
	    l->last.date.day == date.day &&
	    l->last_at == json_int(event, "at", INSTANT_NONE))
		l->last.anchor = json_int(data, "anchor", INSTANT_NONE);
}

/* What had ended when its daemon came was measured long after the fact. */
static void
on_pipeline(struct loader *l, const json_t *event)
{
	const json_t *data = json_object_get(event, "data");

	if (date_parse(json_text(data, "adopted_through", ""),
	    &l->adopted) < 0)
		l->adopted = (struct date){ INT32_MIN };
}

static void
on_line(struct loader *l, const json_t *event)
{
	const char *kind = json_text(event, "kind", "");
	const char *day = json_text(event, "date", "");
	struct date date;

	l->ended = json_flag(event, "end", false);
	if (json_flag(event, "row", false)) {
		/* quiet since its last event, but still looking */
		facts_keep_instant(l->in->f, json_int(event, "last_seen",
		    INSTANT_NONE));
		return;
	}
	/* messages, the heading and the end are no events */
	if (json_object_get(event, "seq") == NULL)
		return;
	facts_keep_instant(l->in->f, json_int(event, "at", INSTANT_NONE));
	if (strcmp(kind, "pipeline") == 0)
		on_pipeline(l, event);
	if (date_parse(day, &date) < 0 || date.day <= l->adopted.day)
		return;
	if (strcmp(kind, "check") == 0)
		on_check(l, event, date);
	else if (strcmp(kind, "date") == 0)
		on_date(l, event, date);
}

void
facts_read_export(struct facts_loader *in, char *bytes)
{
	struct loader l = { .in = in, .gone = json_object(),
		.adopted = { INT32_MIN } };
	char *line, *rest = bytes;

	while ((line = strsep(&rest, "\n")) != NULL && !facts_too_many(in)) {
		CLEANUP_JSON json_t *j = NULL;

		l.line++;
		if (*line == '\0')
			continue;
		l.ended = false;
		j = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
		if (json_is_object(j))
			on_line(&l, j);
		else
			diag_error(in->diag, in->path, l.line, "is no line "
			    "of a journal export");
		if (l.line == 1 && strcmp(json_text(j, "export", ""),
		    "gatewarden journal") != 0) {
			diag_error(in->diag, in->path, 1, "doesn't begin as "
			    "a journal export does");
			break;
		}
	}
	flush(&l);
	json_decref(l.gone);
	if (!l.ended)
		diag_warning(in->diag, in->path, l.line, "was cut short: the "
		    "last line of an export is missing, and what happened "
		    "later is not known here");
}
