/* SPDX-License-Identifier: BSD-2-Clause
 *
 * pg_params.h -- :date and :now in a query for a server that calls its
 * parameters otherwise.
 */
#ifndef PLUGIN_LIB_PG_PARAMS_H
#define PLUGIN_LIB_PG_PARAMS_H

#include <stdbool.h>

#include "lib/buf.h"

enum { PG_PARAMS = 2, PG_MARKS = 64 };

enum pg_param { PG_DATE, PG_NOW };

/* What stands where in the rewritten query: $1, or the first `?`, is the
 * parameter which[0]. */
struct pg_params {
	bool marks;             /* `?` */
	const char *const *names;       /* NULL: date and now */
	enum pg_param which[PG_MARKS];
	int n;
};

/* Appends the query with :date and :now as $1 and $2, in the order in which
 * they first come. Strings, quoted names, dollar quotes, comments and casts
 * (::date) are left alone. False with a sentence: another parameter, or a
 * quote or comment that doesn't end. */
bool pg_params(const char *sql, struct pg_params *ret, struct buf *ret_sql,
    struct buf *why);

/* The same with `?`, one for each place, for ODBC. There a `?` of the
 * operator's is refused, too, and what follows a semicolon: a driver may run
 * it as a statement of its own. Comments become blanks. */
bool mark_params(const char *sql, struct pg_params *ret, struct buf *ret_sql,
    struct buf *why);

/* As pg_params, with parameters of these names, ended by NULL: `which` is the
 * number of one. */
bool named_params(const char *sql, const char *const *names,
    struct pg_params *ret, struct buf *ret_sql, struct buf *why);

/* Is it clear where the password in a URI ends? libpq takes what stands behind
 * an @ or / in it for a host or a port, and its sentences repeat these. False
 * with a sentence; a dsn that is no URI is fine. */
bool pg_dsn_is_clear(const char *dsn, struct buf *why);

#endif
