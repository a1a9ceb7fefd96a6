/* SPDX-License-Identifier: BSD-2-Clause
 *
 * incident.h -- incidents in words: title, breaches, who was told.
 */
#ifndef DAEMON_INCIDENT_H
#define DAEMON_INCIDENT_H

#include "base/text.h"
#include "daemon/view.h"

/* NULL: no such number. *ret_where gets pipeline and date. */
const struct incident_row *incident_find(const struct view *,
    uint64_t number, struct record *ret_where);
/* The open incident that a phase of a date is in, or NULL. */
const struct incident_row *incident_of_phase(const struct view *,
    int32_t phase, struct date, struct record *ret_where);

/* "publish missed 09:00", "box_score_alarm: box_scores 1 of 9 (11 %)". */
void incident_title(const struct view *, const struct incident_row *,
    const struct record *where, struct text *);

/* {"incident", "kind", "severity", "open", "title", "pipeline", "date",
 * "opened_at", "closed_at", "lasted_ms", "clearing", "gave_up", "acked_by",
 * "acked_until", "told", "label", "labelled_by", "labelled_at",
 * "label_reason", "breaches": [..]}; owned. */
json_t *incident_json(const struct view *, const struct incident_row *,
    const struct record *where);

/* What stands on adopted dates and is nobody's incident: [{"pipeline",
 * "date", "kind", "subject", "severity", "since"}], by date; owned. */
json_t *incident_holes(const struct view *);

/* Who was told what, and whether it arrived:
 * [{"at", "notifier", "kind", "severity", "title", "delivered_at",
 * "tries", "gave_up"}]; owned. */
json_t *incident_told(const struct view *, uint64_t number, int32_t pipeline);

/* Checks that an incident is about; the number of them. */
int32_t incident_checks(const struct view *, const struct incident_row *,
    struct date,
    int32_t *ret, int32_t cap);
/* By what routes and silences find it: its phase (NONE), and the tags of its
 * root, of what that rests on and of its pipeline. */
void incident_marks(const struct view *, const struct incident_row *,
    const struct record *where, int32_t *ret_phase, uint64_t *ret_tags);

#endif
