/* SPDX-License-Identifier: BSD-2-Clause
 *
 * bq_cells.h -- rows of BigQuery as cells of a database.
 */
#ifndef PLUGIN_LIB_BQ_CELLS_H
#define PLUGIN_LIB_BQ_CELLS_H

#include <jansson.h>

#include "lib/db.h"

/* Hands each row of a page to `row`. False with a sentence. */
bool bq_cells(const json_t *fields, const json_t *rows, const char *what,
    db_row *row, void *arg, struct buf *why);

#endif
