/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tables_database.c -- the members of a database. Which driver has which of
 * them, and what they mean, is known by database.c.
 */
#include "config/keys.h"

const struct key database_table[] = {
	{ .name = "name", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "names this database; what its history is kept under" },
	{ .name = "plugin", .type = KEY_OTHER,
	  .flags = KEY_REQUIRED, .at = NOWHERE,
	  .help = "sqlite, postgresql, odbc or bigquery" },
	{ .name = "path", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "sqlite: the file" },
	{ .name = "dsn", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "postgresql, odbc: a connection string, or a secret that "
	      "holds one" },
	{ .name = "project", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "bigquery: the project that asks, and pays" },
	{ .name = "dataset", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "bigquery: the data set of tables without one" },
	{ .name = "location", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "bigquery: where its jobs run; found by the service, if "
	      "not said" },
	{ .name = "max_bytes_billed", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "bigquery: what one query may bill at most; the service "
	      "refuses more" },
	{ .name = "snapshot", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "bigquery: all queries of a check see the same state, in a "
	      "session with a transaction" },
	{ .name = "credentials", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "bigquery: a secret, the key of a service account as a "
	      "JSON file" },
	{ .name = "token_command", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "bigquery: a program and its words that prints an access "
	      "token" },
	{ .name = "metadata_server", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "bigquery: another metadata server, on loopback" },
	{ .name = "endpoint", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "bigquery: where its API is asked" },
	{ .name = "max_bytes_per_day", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "what checks may cost in a day of UTC; beyond it they are "
	      "unknown" },
	{ .name = "max_bytes_per_query", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "what one check may cost at once; a tenth of the day, if "
	      "not said" },
	{ .name = NULL }
};
