/* SPDX-License-Identifier: BSD-2-Clause
 *
 * change.h -- changing a database, in one transaction.
 */
#ifndef PLUGIN_LIB_CHANGE_H
#define PLUGIN_LIB_CHANGE_H

#include "lib/call.h"

enum change_end {
	CHANGE_DONE,
	CHANGE_NOT,             /* nothing of it is there */
	CHANGE_UNKNOWN          /* the commit got no answer */
};

/* The parameters that a statement has, ended by NULL: date, now, pipeline,
 * phase, operation, attempt, and as JSON arrays missing and failing. */
extern const char *const change_names[];
enum { CHANGE_PARAMS = 8 };

struct change {
	const struct call *call;
	const char *option;     /* of the database */
	const char *values[CHANGE_PARAMS];      /* NULL: not in this run */
	/* what came of it */
	int64_t rows;           /* changed */
	bool answered;          /* a question: not zero, not NULL */
	int32_t failure;        /* CHANGE_NOT: its class */
	struct buf why;

	char *owned[CHANGE_PARAMS];
};

struct change_driver {
	const char *name;
	/* All statements, ended by NULL, or none of them. */
	enum change_end (*run)(struct change *,
	    const char *const *statements);
	/* One row with one column; may only read. False with a sentence. */
	bool (*ask)(struct change *, const char *question);
};

/* For `open`: NULL with a sentence where the database can't be changed. */
const struct change_driver *change_driver(const struct gw_host *,
    struct gw_ctx *, const char *option, struct buf *why);

/* Values of a running call. To be freed. */
void change_begin(struct change *, const struct call *, const char *option);
void change_free(struct change *);

#define CLEANUP_CHANGE CLEANUP(change_free)

/* What a question was answered, as text; NULL: no row, or NULL. False with a
 * sentence: it is neither a number nor a truth value. */
bool change_answer(struct change *, const char *text);

/* A failure of this class, with a sentence already there. */
static inline enum change_end
change_not(struct change *x, int32_t failure)
{
	x->failure = failure;
	return CHANGE_NOT;
}

extern const struct change_driver change_sqlite;
extern const struct change_driver change_postgresql;    /* HAVE_LIBPQ */

#endif
