/* SPDX-License-Identifier: BSD-2-Clause
 *
 * opens.h -- what would open a thing that is closed.
 */
#ifndef DAEMON_OPENS_H
#define DAEMON_OPENS_H

#include "daemon/view.h"

/* Each adds sentences to a list of texts. */

/* Of a gate: in its own words, else its inputs that don't pass. */
void opens_gate(const struct view *, int32_t gate, struct date,
    json_t *list);

/* Of a phase's closed condition. */
void opens_condition(const struct view *, const struct condition *,
    const struct phase_reading *, int32_t pipeline, struct date,
    json_t *list);

/* What makes a phase done, where others start it. */
void opens_done(const struct view *, const struct phase_def *, struct date,
    json_t *list);

#endif
