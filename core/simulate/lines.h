/* SPDX-License-Identifier: BSD-2-Clause
 *
 * lines.h -- rows as lines of a time line.
 */
#ifndef SIMULATE_LINES_H
#define SIMULATE_LINES_H

#include "base/text.h"
#include "simulate/world.h"

/* Appends the line and returns its kind (static), or NULL: nothing that
 * people would want to read. */
const char *line_of_row(struct text *, const struct world *,
    const struct record *);

#endif
