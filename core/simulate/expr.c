/* SPDX-License-Identifier: BSD-2-Clause
 *
 * expr.c -- arithmetic over the columns of a record.
 *
 * Parsed once by recursive descent into operations in the order in which
 * they are done, then done for each record on a small stack. A blank cell is
 * NaN and stays NaN through everything, min and max too: a fact that isn't
 * there must not become a number on the way. Pure.
 */
#include "simulate/expr.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct parser {
	const char *s;
	expr_column_fn *find;
	void *arg;
	struct expr *out;
	struct expr_fault *fault;
	int depth;              /* of brackets */
	int stack;              /* values on the stack so far */
};

static int sum(struct parser *);

static int
fail(struct parser *p, const char *why, const char *at, size_t len)
{
	*p->fault = (struct expr_fault){ why, at, len };
	return -EINVAL;
}

static int
fail_here(struct parser *p, const char *why)
{
	return fail(p, why, p->s, strcspn(p->s, " "));
}

static bool
take(struct parser *p, char c)
{
	p->s += strspn(p->s, " \t");
	if (*p->s != c)
		return false;
	p->s++;
	return true;
}

/* How many values an operation takes from the stack. */
static int
operands(enum expr_kind kind)
{
	return kind <= EXPR_COLUMN ? 0 :
	    kind == EXPR_NEGATE || kind == EXPR_FLOOR ? 1 : 2;
}

static int
put(struct parser *p, struct expr_op op)
{
	if (p->out->n == EXPR_OPS)
		return fail_here(p, "is too long");
	p->stack += 1 - operands(op.kind);
	if (p->stack > EXPR_DEPTH)
		return fail_here(p, "is nested too deeply");
	p->out->v[p->out->n++] = op;
	return 0;
}

static int
number(struct parser *p)
{
	struct expr_op op = { .kind = EXPR_NUMBER };
	const char *from = p->s;
	char *end;

	op.number = strtod(from, &end);
	if (end == from || !isfinite(op.number))
		return fail_here(p, "expected a number");
	p->s = end;
	return put(p, op);
}

static size_t
name_length(const char *s)
{
	size_t n = 0;

	while (isalnum((unsigned char)s[n]) || s[n] == '_')
		n++;
	return n;
}

static bool
is_word(const char *name, size_t len, const char *word)
{
	return strlen(word) == len && memcmp(name, word, len) == 0;
}

/* Behind the bracket: one value, or two and more. */
static int
arguments(struct parser *p, enum expr_kind kind, const char *name, size_t len)
{
	int n = 1, r = sum(p);

	while (r == 0 && take(p, ',')) {
		if (kind == EXPR_FLOOR)
			return fail(p, "takes one value", name, len);
		r = sum(p);
		if (r == 0)
			r = put(p, (struct expr_op){ .kind = kind });
		n++;
	}
	if (r < 0)
		return r;
	if (!take(p, ')'))
		return fail_here(p, "expected ',' or ')'");
	if (kind == EXPR_FLOOR)
		return put(p, (struct expr_op){ .kind = kind });
	return n > 1 ? 0 : fail(p, "takes two values or more", name, len);
}

static int
function(struct parser *p, const char *name, size_t len)
{
	static const struct { const char *name; enum expr_kind kind; } known[]
	    = { { "min", EXPR_MIN }, { "max", EXPR_MAX },
		{ "floor", EXPR_FLOOR } };
	size_t i;
	int r;

	for (i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (!is_word(name, len, known[i].name))
			continue;
		if (++p->depth > EXPR_DEPTH)
			return fail(p, "is nested too deeply", name, len);
		r = arguments(p, known[i].kind, name, len);
		p->depth--;
		return r;
	}
	return fail(p, "expected min, max or floor", name, len);
}

static int
word(struct parser *p)
{
	struct expr_op op = { .kind = EXPR_COLUMN };
	const char *name = p->s;
	size_t len = name_length(name);

	p->s += len;
	if (take(p, '('))
		return function(p, name, len);
	op.column = p->find(p->arg, name, len);
	if (op.column < 0) {
		(void)fail(p, "is no column", name, len);
		return -ENOENT;
	}
	return put(p, op);
}

static int
factor(struct parser *p)
{
	int r;

	if (take(p, '-')) {
		if (++p->depth > EXPR_DEPTH)
			return fail_here(p, "is nested too deeply");
		r = factor(p);
		p->depth--;
		return r < 0 ? r : put(p, (struct expr_op){
			.kind = EXPR_NEGATE });
	}
	if (take(p, '(')) {
		if (++p->depth > EXPR_DEPTH)
			return fail_here(p, "is nested too deeply");
		r = sum(p);
		p->depth--;
		if (r < 0)
			return r;
		return take(p, ')') ? 0 : fail_here(p, "expected ')'");
	}
	if (isdigit((unsigned char)*p->s) || *p->s == '.')
		return number(p);
	if (isalpha((unsigned char)*p->s) || *p->s == '_')
		return word(p);
	return fail_here(p, "expected a number, a column or '('");
}

static int
product(struct parser *p)
{
	int r = factor(p);

	while (r == 0) {
		enum expr_kind kind = take(p, '*') ? EXPR_TIMES :
		    take(p, '/') ? EXPR_DIVIDE : EXPR_NUMBER;

		if (kind == EXPR_NUMBER)
			break;
		r = factor(p);
		if (r == 0)
			r = put(p, (struct expr_op){ .kind = kind });
	}
	return r;
}

static int
sum(struct parser *p)
{
	int r = product(p);

	while (r == 0) {
		enum expr_kind kind = take(p, '+') ? EXPR_ADD :
		    take(p, '-') ? EXPR_SUBTRACT : EXPR_NUMBER;

		if (kind == EXPR_NUMBER)
			break;
		r = product(p);
		if (r == 0)
			r = put(p, (struct expr_op){ .kind = kind });
	}
	return r;
}

int
expr_parse(const char *text, expr_column_fn *find, void *arg,
    struct expr *ret, struct expr_fault *ret_fault)
{
	struct parser p = { .s = text, .find = find, .arg = arg, .out = ret,
		.fault = ret_fault };
	int r;

	ret->n = 0;
	*ret_fault = (struct expr_fault){ NULL, NULL, 0 };
	r = sum(&p);
	if (r < 0)
		return r;
	p.s += strspn(p.s, " \t");
	return *p.s == '\0' ? 0 : fail_here(&p, "expected an operator");
}

static double
two(enum expr_kind kind, double a, double b)
{
	if (isnan(a) || isnan(b))
		return NAN;
	switch (kind) {
	case EXPR_ADD:
		return a + b;
	case EXPR_SUBTRACT:
		return a - b;
	case EXPR_TIMES:
		return a * b;
	case EXPR_DIVIDE:
		return b == 0 ? NAN : a / b;
	case EXPR_MIN:
		return a < b ? a : b;
	case EXPR_MAX:
		return a > b ? a : b;
	case EXPR_NUMBER:
	case EXPR_COLUMN:
	case EXPR_NEGATE:
	case EXPR_FLOOR:
		break;
	}
	return NAN;
}

double
expr_value(const struct expr *e, const double *columns)
{
	double stack[EXPR_DEPTH + 1] = { NAN };
	int n = 0, i;

	for (i = 0; i < e->n; i++) {
		const struct expr_op *op = &e->v[i];
		int take_n = operands(op->kind);

		n -= take_n;
		if (op->kind == EXPR_NUMBER)
			stack[n++] = op->number;
		else if (op->kind == EXPR_COLUMN)
			stack[n++] = columns[op->column];
		else {
			stack[n] = take_n == 2 ? two(op->kind, stack[n],
			    stack[n + 1]) : op->kind == EXPR_FLOOR ?
			    floor(stack[n]) : -stack[n];
			n++;
		}
	}
	return stack[0];
}
