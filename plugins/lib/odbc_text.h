/* SPDX-License-Identifier: BSD-2-Clause
 *
 * odbc_text.h -- what goes to and comes from ODBC, as text.
 */
#ifndef PLUGIN_LIB_ODBC_TEXT_H
#define PLUGIN_LIB_ODBC_TEXT_H

#include <sql.h>
#include <stdbool.h>

#include "lib/db.h"

/* Does a query begin as one that reads? */
bool odbc_reads(const char *sql);

/* Is the password of a connection string in this sentence? */
bool odbc_repeats_secret(const char *dsn, const char *sentence);

/* The value of a column of the current row; `text` holds its bytes, is given
 * empty, and what the cell points to. 0, -EIO (the statement's diagnosis says
 * why), -E2BIG, or -EPROTO: not as long as was announced. */
int odbc_cell(SQLHSTMT, int column, struct buf *text, struct db_cell *ret);

#endif
