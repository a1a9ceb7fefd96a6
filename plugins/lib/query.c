/* SPDX-License-Identifier: BSD-2-Clause
 *
 * query.c -- a number or a list from a JSON document, by a jq expression.
 *
 * An expression sees the document and nothing else. libjq gives programs the
 * process's environment, further inputs and modules; whatever names one of
 * these is refused before it is compiled. That is decided on the words of
 * the text, so it may also refuse a word within a string; .env, a member of
 * that name, is fine.
 *
 * libjq has no bound on time or memory: a program that never ends is ended
 * with the process at the call's deadline, and its memory by the process's
 * limit. Documents are bounded by whoever fetched them.
 */
#include "lib/query.h"

#include <ctype.h>
#include <jq.h>
#include <math.h>

#include "lib/number.h"

enum { PROGRAM_MOST = 4096 };

struct query {
	jq_state *jq;
	char *what;
};

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* The first word that an expression may not use, or NULL. */
static const char *
forbidden_word(const char *s)
{
	static const char *const words[] = { "env", "ENV", "input", "inputs",
		"debug", "stderr", "input_filename", "input_line_number",
		"halt", "halt_error", "import", "include", "modulemeta",
		"get_search_list" };
	const char *start = s;
	size_t n, i;

	for (; *s; s += n ? n : 1) {
		for (n = 0; is_word(s[n]); n++)
			;
		if (n == 0 || (s > start && s[-1] == '.'))
			continue;
		for (i = 0; i < ARRAY_SIZE(words); i++)
			if (strlen(words[i]) == n &&
			    memcmp(words[i], s, n) == 0)
				return words[i];
	}
	return NULL;
}

/* jq's own sentences. */
static void
take_error(void *arg, jv message)
{
	struct buf *b = arg;

	if (b && b->len == 0 && jv_get_kind(message) == JV_KIND_STRING) {
		const char *s = jv_string_value(message);

		buf_add_line(b, s, strcspn(s, "\n"), 200);
	}
	jv_free(message);
}

struct query *
query_new(const char *what, const char *program, struct buf *why)
{
	const char *word = forbidden_word(program);
	struct buf error CLEANUP_BUF = { 0 };
	struct query *q;

	if (strlen(program) > PROGRAM_MOST || word) {
		if (word)
			buf_addf(why, "%s: `%s` is not available here; the "
			    "expression sees the answer only", what, word);
		else
			buf_addf(why, "%s: longer than %d bytes", what,
			    PROGRAM_MOST);
		return NULL;
	}
	q = mem_new(1, sizeof *q);
	q->what = mem_copy(what);
	q->jq = jq_init();
	if (q->jq == NULL)
		abort();
	jq_set_error_cb(q->jq, take_error, &error);
	if (!jq_compile(q->jq, program)) {
		buf_addf(why, "%s: %s", what, error.len ? buf_str(&error) :
		    "not a jq expression");
		query_free(q);
		return NULL;
	}
	jq_set_error_cb(q->jq, take_error, NULL);
	return q;
}

bool
query_option(struct query **ret, const struct gw_host *host,
    struct gw_ctx *ctx, const char *option, struct buf *why)
{
	const char *program = host->text(ctx, option);

	if (program == NULL)
		return true;
	*ret = query_new(option, program, why);
	return *ret != NULL;
}

void
query_free(struct query *q)
{
	if (q == NULL)
		return;
	jq_teardown(&q->jq);
	free(q->what);
	free(q);
}

/* Consumes v. */
static void
say_other(const struct query *q, jv v, const char *expected, struct buf *why)
{
	jv text = jv_dump_string(v, 0);

	buf_addf(why, "%s: gave ", q->what);
	buf_add_line(why, jv_string_value(text), strlen(jv_string_value(text)),
	    60);
	buf_addf(why, ", which is no %s", expected);
	jv_free(text);
}

/* Consumes v. */
static bool
number_of(const struct query *q, jv v, double *ret, struct buf *why)
{
	if (jv_get_kind(v) != JV_KIND_NUMBER) {
		say_other(q, v, "number", why);
		return false;
	}
	*ret = jv_number_value(v);
	jv_free(v);
	if (isfinite(*ret) && fabs(*ret) <= NUMBER_EXACT)
		return true;
	buf_addf(why, "%s: gave %g, which can't be counted exactly", q->what,
	    *ret);
	return false;
}

/* Consumes v, which isn't valid. */
static void
say_invalid(const struct query *q, jv v, const char *expected,
    struct buf *why)
{
	jv message = jv_invalid_get_msg(v);

	buf_addf(why, "%s: ", q->what);
	if (jv_get_kind(message) == JV_KIND_STRING)
		buf_add_line(why, jv_string_value(message),
		    strlen(jv_string_value(message)), 200);
	else
		buf_addf(why, "gave nothing, expected one %s", expected);
	jv_free(message);
}

/* The one result of an expression, owned; or invalid, with a sentence. */
static jv
result_of(const struct query *q, const char *json, size_t len,
    const char *expected, struct buf *why)
{
	jv document = len > INT32_MAX ? jv_invalid() :
	    jv_parse_sized(json, (int)len), v, next;
	bool another;

	if (!jv_is_valid(document)) {
		buf_add(why, "the answer is not JSON");
		return document;
	}
	jq_start(q->jq, document, 0);
	v = jq_next(q->jq);
	if (!jv_is_valid(v)) {
		say_invalid(q, v, expected, why);
		return jv_invalid();
	}
	next = jq_next(q->jq);
	another = jv_is_valid(next);
	/* an error after a result is no end of the results */
	if (!another && jv_invalid_has_msg(jv_copy(next))) {
		jv_free(v);
		say_invalid(q, next, expected, why);
		return jv_invalid();
	}
	jv_free(next);
	if (!another)
		return v;
	jv_free(v);
	buf_addf(why, "%s: gave more than one result", q->what);
	return jv_invalid();
}

bool
query_number(const struct query *q, const char *json, size_t len, double *ret,
    struct buf *why)
{
	jv v = result_of(q, json, len, "number", why);

	if (jv_is_valid(v))
		return number_of(q, v, ret, why);
	jv_free(v);
	return false;
}

/*------------------------------------------------------------------- lists */

/* Consumes v. *ret is owned. */
static bool
item_text(jv v, char **ret)
{
	char buf[NUMBER_TEXT];
	bool ok = true;

	*ret = NULL;
	if (jv_get_kind(v) == JV_KIND_STRING) {
		const char *s = jv_string_value(v);

		/* one that ends early would be another one */
		ok = strlen(s) == (size_t)jv_string_length_bytes(jv_copy(v));
		*ret = mem_copy(s);
	} else if (jv_get_kind(v) == JV_KIND_NUMBER &&
	    fabs(jv_number_value(v)) <= NUMBER_EXACT) {
		*ret = mem_copy(number_text(jv_number_value(v), buf));
	} else {
		ok = false;
	}
	jv_free(v);
	return ok;
}

/* Looks at the items, or hands them out when item isn't NULL. Borrows. */
static bool
each_item(jv list, void (*item)(void *arg, const char *), void *arg)
{
	int n = jv_array_length(jv_copy(list)), i;
	bool ok = true;

	for (i = 0; ok && i < n; i++) {
		char *text CLEANUP_FREE = NULL;

		ok = item_text(jv_array_get(jv_copy(list), i), &text);
		if (ok && item)
			item(arg, text);
	}
	return ok;
}

bool
query_list(const struct query *q, const char *json, size_t len,
    void (*item)(void *arg, const char *), void *arg, struct buf *why)
{
	jv v = result_of(q, json, len, "list", why);
	bool ok = jv_get_kind(v) == JV_KIND_ARRAY && each_item(v, NULL, NULL);

	if (!ok && jv_is_valid(v)) {
		say_other(q, v, "list of texts or numbers", why);
		return false;
	}
	if (ok)
		(void)each_item(v, item, arg);
	jv_free(v);
	return ok;
}
