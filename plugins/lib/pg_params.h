/* SPDX-License-Identifier: BSD-2-Clause
 *
 * pg_params.h -- :date and :now in a query for PostgreSQL.
 */
#ifndef PLUGIN_LIB_PG_PARAMS_H
#define PLUGIN_LIB_PG_PARAMS_H

#include <stdbool.h>

#include "lib/buf.h"

enum { PG_PARAMS = 2 };

/* What stands where in the rewritten query: $1 is the parameter
 * which[0]. */
enum pg_param { PG_DATE, PG_NOW };

struct pg_params {
	enum pg_param which[PG_PARAMS];
	int n;
};

/* Appends the query with :date and :now as $1 and $2, in the order in which
 * they first come. Strings, quoted names, dollar quotes, comments and casts
 * (::date) are left alone. False with a sentence: another parameter, or a
 * quote or comment that doesn't end. */
bool pg_params(const char *sql, struct pg_params *ret, struct buf *ret_sql,
    struct buf *why);

#endif
