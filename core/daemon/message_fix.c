/* SPDX-License-Identifier: BSD-2-Clause
 *
 * message_fix.c -- what a person can do about an incident, in words that the
 * configuration gives.
 *
 * The fix of the last rung that asks for a person goes first, then that of
 * the root, then that of a recovery which would repair what fails; it is
 * filled in with the date and the items that are missing. A runbook is found
 * the same way, and stays as it is.
 */
#include "daemon/message_private.h"

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/words.h"

bool
message_repairs(const struct facts *f, const struct recovery_def *d)
{
	int32_t i, k;

	for (i = 0; i < d->n_repairs; i++)
		for (k = 0; k < f->n_checks; k++)
			if (d->repairs[i] == f->checks[k])
				return true;
	return false;
}

/* What the ladder's last rung says, once a person is asked. */
static const char *
asked_of(const struct facts *f)
{
	const struct graph *g = f->v.graph;
	const struct recovery_row *row;
	int32_t i;

	for (i = 0; f->where.dated && i < g->n_recoveries; i++) {
		if (g->recoveries[i].action != NONE || !message_repairs(f,
		    &g->recoveries[i]))
			continue;
		row = engine_recovery(f->v.engine, i, f->where.date);
		if (row && row->ended == WHY_PERSON)
			return g->recoveries[i].fix;
	}
	return NULL;
}

static const char *
fix_of(const struct facts *f)
{
	const struct graph *g = f->v.graph;
	const char *asked = asked_of(f);
	int32_t i;

	if (asked)
		return asked;
	if (f->row->root != NONE && f->row->kind == ROOT_PHASE &&
	    g->phases[f->row->root].fix)
		return g->phases[f->row->root].fix;
	if (f->row->root != NONE && f->row->kind == ROOT_ALARM &&
	    g->gates[f->row->root].fix)
		return g->gates[f->row->root].fix;
	for (i = 0; i < g->n_recoveries; i++)
		if (g->recoveries[i].fix &&
		    !is_retired(&g->recoveries[i].retirement,
		    f->where.date) && message_repairs(f, &g->recoveries[i]))
			return g->recoveries[i].fix;
	return NULL;
}

void
message_fix(struct facts *f)
{
	CLEANUP_JSON json_t *missing = json_array();
	CLEANUP_JSON json_t *failing = json_array();
	const char *template = fix_of(f);
	char date[DATE_TEXT] = "";
	int32_t i;

	if (template == NULL)
		return;
	for (i = 0; i < f->n_checks; i++) {
		if (!view_bad(&f->v, f->checks[i], f->where.date))
			continue;
		(void)json_array_append_new(failing, json_string(
		    f->v.graph->checks[f->checks[i]].item));
		(void)json_array_extend(missing, json_object_get(
		    view_measurement(&f->v, f->checks[i],
		    f->where.date), "missing"));
	}
	words_fix(&f->fix, template, &(struct fix_facts){
		f->where.dated ? date_text(f->where.date, date) : NULL,
		f->row->kind == ROOT_PHASE && f->row->root != NONE ?
		f->v.graph->phases[f->row->root].name : NULL, missing,
		failing });
}

/* Beside the fix: of the root, else of what repairs it. */
const char *
message_runbook(const struct facts *f)
{
	const struct graph *g = f->v.graph;
	int32_t i;

	if (f->row->root != NONE && (f->row->kind == ROOT_PHASE ||
	    f->row->kind == ROOT_BYPASS || f->row->kind == ROOT_ATTEMPT) &&
	    g->phases[f->row->root].runbook)
		return g->phases[f->row->root].runbook;
	if (f->row->root != NONE && f->row->kind == ROOT_ALARM &&
	    g->gates[f->row->root].runbook)
		return g->gates[f->row->root].runbook;
	for (i = 0; i < g->n_recoveries; i++)
		if (g->recoveries[i].runbook &&
		    message_repairs(f, &g->recoveries[i]))
			return g->recoveries[i].runbook;
	return NULL;
}
