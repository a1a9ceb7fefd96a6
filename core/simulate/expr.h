/* SPDX-License-Identifier: BSD-2-Clause
 *
 * expr.h -- arithmetic over the columns of a record: "min(rows, 21 * games)".
 */
#ifndef SIMULATE_EXPR_H
#define SIMULATE_EXPR_H

#include <stddef.h>

enum { EXPR_OPS = 64, EXPR_DEPTH = 16 };

struct expr {
	struct expr_op {
		enum expr_kind { EXPR_NUMBER, EXPR_COLUMN, EXPR_NEGATE,
			EXPR_ADD, EXPR_SUBTRACT, EXPR_TIMES, EXPR_DIVIDE,
			EXPR_MIN, EXPR_MAX, EXPR_FLOOR } kind;
		double number;
		int column;
	} v[EXPR_OPS];          /* operands first */
	int n;
};

/* The number of a column, or -1. The name isn't terminated. */
typedef int expr_column_fn(void *arg, const char *name, size_t len);

/* What is wrong, and where: `at` points into the text, `len` bytes. */
struct expr_fault {
	const char *why;        /* static: "expected a number or a column" */
	const char *at;
	size_t len;
};

/* Numbers, columns, + - * / ( ), min(a, b, ..), max(a, b, ..), floor(a).
 * Returns 0; -EINVAL with *ret_fault; -ENOENT: `at` is no column. */
int expr_parse(const char *text, expr_column_fn *, void *arg,
    struct expr *ret, struct expr_fault *ret_fault);

/* NaN stands for a blank: whatever it takes part in is NaN, as is what is
 * divided by zero. */
double expr_value(const struct expr *, const double *columns);

#endif
