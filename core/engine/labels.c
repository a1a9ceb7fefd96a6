/* SPDX-License-Identifier: BSD-2-Clause
 *
 * labels.c -- what a person says of an incident: that nothing was wrong, or
 * that something was.
 *
 * A label is a judgement for the figures and for who reads later. It closes
 * nothing: an incident ends by proof. While it says "false", nobody is
 * reminded; what gets worse is told all the same, and the end of what was
 * told is told. A remark (no label) changes no row: that it was made is the
 * command's own event.
 */
#include <string.h>

#include "engine/incidents.h"
#include "engine/work.h"

static void
set_label(struct engine *e, struct incident_entry *x, enum incident_label label,
    const char *actor, const char *reason)
{
	struct incident_row *row = &x->row;

	row->label = label;
	row->labelled_at = label == LABEL_NONE ? INSTANT_NONE : e->now.wall;
	memset(row->labelled_by, 0, sizeof row->labelled_by);
	memset(row->label_reason, 0, sizeof row->label_reason);
	copy_text(row->labelled_by, sizeof row->labelled_by, actor);
	copy_text(row->label_reason, sizeof row->label_reason, reason);
	incident_write(e, x);
	touch_incident(e, x);   /* a reminder may be due, or not any more */
	e->tracks_turn = INT64_MIN;
}

enum reply_code
label_incident(struct engine *e, const struct command *c)
{
	struct incident_entry *x = incident_of(e, c->id);

	if (x == NULL)
		return REPLY_NO_SUCH;
	if (c->label != LABEL_NONE)
		set_label(e, x, c->label, c->actor, c->reason);
	return REPLY_OK;
}

enum reply_code
unlabel_incident(struct engine *e, uint64_t incident)
{
	struct incident_entry *x = incident_of(e, incident);

	if (x == NULL || x->row.label == LABEL_NONE)
		return REPLY_NO_SUCH;   /* there is no such label */
	set_label(e, x, LABEL_NONE, NULL, NULL);
	return REPLY_OK;
}
