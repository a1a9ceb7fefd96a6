/* SPDX-License-Identifier: BSD-2-Clause
 *
 * bq_params.h -- :date and :now in a query for BigQuery.
 */
#ifndef PLUGIN_LIB_BQ_PARAMS_H
#define PLUGIN_LIB_BQ_PARAMS_H

#include <stdbool.h>

#include "lib/buf.h"

/* Which of them the query has. */
struct bq_params {
	bool date, now;
};

/* Appends the query with :date and :now as @date and @now, which may also be
 * written as such. Strings, quoted names and comments are left alone. False
 * with a sentence: another parameter, or a quote or comment that doesn't
 * end. */
bool bq_params(const char *sql, struct bq_params *ret, struct buf *ret_sql,
    struct buf *why);

#endif
