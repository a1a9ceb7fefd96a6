/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rows-help.h -- a graph, and random records of it.
 *
 * Pipelines nba (phases raw, predict) and shop (raw, publish); checks pdc,
 * psza, pcf, mlfs; recovery backfill repairs pcf, pdc, mlfs in this order.
 */
#ifndef ROWS_HELP_H
#define ROWS_HELP_H

#include "engine/record.h"

extern const struct graph rows_graph;

/* The same seed gives the same records. Not 0. */
void random_seed(uint64_t);
/* Any kind but a note. */
void random_record(enum record_kind, struct record *ret);

#endif
