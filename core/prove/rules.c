/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rules.c -- the rules of a configuration, each with what was shown of it.
 *
 * A rule is proven when something has been found that fires it and something
 * that clears it. It is a finding when one of them can't be, and it says so;
 * and it is not proven, which is no finding, when nobody could tell here.
 *
 * Knows where things were written, from the configuration as understood
 * (`resolved`), and nothing of how a rule is tried.
 */
#include "config.h"

#include "prove/rules.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/json.h"
#include "base/text.h"

static char *format(const char *fmt, va_list args)
    __attribute__((format(printf, 1, 0)));

static char *
format(const char *fmt, va_list args)
{
	char *s = NULL;

	if (vasprintf(&s, fmt, args) < 0)
		abort();
	return s;
}

#define SAY(at, fmt) \
	do { \
		va_list args_; \
		if (at) \
			return; \
		va_start(args_, fmt); \
		(at) = format(fmt, args_); \
		va_end(args_); \
	} while (0)

/* The file as findings of the configuration name it. */
static char *
full_path(const struct rules *r, const char *file)
{
	struct text t = { 0 };

	if (r->directory)
		text_addf(&t, "%s%s%s", r->config, r->config[strlen(
		    r->config) - 1] == '/' ? "" : "/", file);
	else
		text_add(&t, r->config);
	return text_take(&t);
}

struct rule *
rules_add(struct rules *r, const char *kind, const char *object,
    const struct origin *at, const char *fmt, ...)
{
	struct rule *x = calloc(1, sizeof *x);
	struct stat st;
	va_list args;

	if (r->n == 0)
		r->directory = stat(r->config, &st) == 0 &&
		    S_ISDIR(st.st_mode);
	if (r->n == r->cap) {
		r->cap = r->cap ? 2 * r->cap : 64;
		r->v = reallocarray(r->v, r->cap, sizeof(struct rule *));
	}
	if (x == NULL || r->v == NULL)
		abort();
	va_start(args, fmt);
	*x = (struct rule){ .kind = kind, .object = object,
		.title = format(fmt, args), .line = at->line,
		.file = full_path(r, at->file ? at->file : "") };
	va_end(args);
	r->v[r->n++] = x;
	return x;
}

static void
rule_free(struct rule *x)
{
	free(x->title);
	free(x->file);
	free(x->fires);
	free(x->clears);
	free(x->why);
	free(x);
}

void
rules_free(struct rules *r)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		rule_free(r->v[i]);
	free(r->v);
	*r = (struct rules){ 0 };
}

/*------------------------------------------------------------------ saying */

void
rule_fires(struct rule *x, const char *fmt, ...)
{
	SAY(x->fires, fmt);
}

void
rule_clears(struct rule *x, const char *fmt, ...)
{
	SAY(x->clears, fmt);
}

void
rule_found(struct rule *x, const char *fmt, ...)
{
	if (rule_state(x) == RULE_FOUND)
		return;
	free(x->why);
	x->why = NULL;
	x->found = true;
	SAY(x->why, fmt);
}

void
rule_unproven(struct rule *x, const char *fmt, ...)
{
	SAY(x->why, fmt);
}

enum rule_state
rule_state(const struct rule *x)
{
	return x->found ? RULE_FOUND : x->why == NULL && x->fires &&
	    x->clears ? RULE_PROVEN : RULE_UNPROVEN;
}

/*------------------------------------------------------------------- places */

static const json_t *
member_of(const struct rules *r, const char *list, const char *object,
    const char *member)
{
	const json_t *o = json_object_get(r->conf->resolved, list);

	o = json_object_get(json_object_get(o, object), member);
	return strcmp(json_text(o, "from", "default"), "default") == 0 ?
	    NULL : o;
}

bool
rules_place(const struct rules *r, const char *list, const char *object,
    const char *member, struct origin *ret)
{
	const json_t *o = member_of(r, list, object, member);
	const char *from = json_text(o, "from", ""), *colon =
	    strrchr(from, ':');

	if (o == NULL || colon == NULL)
		return false;
	*ret = (struct origin){ ret->file, atoi(colon + 1) };
	/* `from` names the file of the object, or another one */
	if (ret->file == NULL || strncmp(ret->file, from, (size_t)(colon -
	    from)) != 0)
		ret->file = arena_strndup(r->conf->arena, from,
		    (size_t)(colon - from));
	return true;
}

const json_t *
rules_value(const struct rules *r, const char *list, const char *object,
    const char *member)
{
	return json_object_get(member_of(r, list, object, member), "value");
}

/*--------------------------------------------------------------- the list */

static int
by_place(const void *a, const void *b)
{
	const struct rule *x = *(const struct rule *const *)a;
	const struct rule *y = *(const struct rule *const *)b;
	int c = strcmp(x->file, y->file);

	if (c == 0)
		c = (x->line > y->line) - (x->line < y->line);
	return c ? c : strcmp(x->title, y->title);
}

void
rules_sort(struct rules *r)
{
	if (r->n > 1)
		qsort(r->v, r->n, sizeof(struct rule *), by_place);
}

void
rules_only(struct rules *r, const char *name)
{
	size_t i, n = 0;

	for (i = 0; i < r->n; i++)
		if (strcmp(r->v[i]->object, name) == 0 ||
		    strstr(r->v[i]->title, name))
			r->v[n++] = r->v[i];
		else
			rule_free(r->v[i]);
	r->n = n;
}

size_t
rules_count(const struct rules *r, enum rule_state state)
{
	size_t i, n = 0;

	for (i = 0; i < r->n; i++)
		n += rule_state(r->v[i]) == state;
	return n;
}

/*----------------------------------------------------------------- printing */

static void
print_rule(const struct rule *x, FILE *f)
{
	(void)fprintf(f, "%s:%d: %s\n", x->file, x->line, x->title);
	if (rule_state(x) == RULE_FOUND)
		(void)fprintf(f, "    FOUND   %s\n", x->why);
	if (x->fires)
		(void)fprintf(f, "    fires   %s\n", x->fires);
	if (x->clears)
		(void)fprintf(f, "    clears  %s\n", x->clears);
	if (rule_state(x) == RULE_UNPROVEN)
		(void)fprintf(f, "    not proven: %s\n", x->why ? x->why :
		    "nothing was found that shows it");
}

void
rules_print(const struct rules *r, FILE *f)
{
	size_t found = rules_count(r, RULE_FOUND);
	size_t unproven = rules_count(r, RULE_UNPROVEN), i;

	for (i = 0; i < r->n; i++)
		print_rule(r->v[i], f);
	(void)fprintf(f, "%s%zu rule%s: %zu proven, %zu finding%s, %zu not "
	    "proven\n", r->n > 0 ? "\n" : "", r->n, r->n == 1 ? "" : "s",
	    r->n - found - unproven, found, found == 1 ? "" : "s",
	    unproven);
}

static json_t *
rule_json(const struct rule *x)
{
	static const char *const states[] = { [RULE_PROVEN] = "proven",
		[RULE_FOUND] = "finding", [RULE_UNPROVEN] = "unproven" };
	json_t *o = json_object();

	json_put(o, "file", x->file);
	json_put_int(o, "line", x->line);
	json_put(o, "kind", x->kind);
	json_put(o, "object", x->object);
	json_put(o, "rule", x->title);
	json_put(o, "state", states[rule_state(x)]);
	json_put(o, "fires", x->fires);
	json_put(o, "clears", x->clears);
	json_put(o, "why", x->why);
	if (x->told)
		(void)json_object_set_new(o, "told", json_true());
	return o;
}

json_t *
rules_json(const struct rules *r)
{
	json_t *o = json_object(), *list = json_array();
	size_t found = rules_count(r, RULE_FOUND);
	size_t unproven = rules_count(r, RULE_UNPROVEN), i;

	for (i = 0; i < r->n; i++)
		(void)json_array_append_new(list, rule_json(r->v[i]));
	(void)json_object_set_new(o, "rules", list);
	json_put_int(o, "proven", (int64_t)(r->n - found - unproven));
	json_put_int(o, "findings", (int64_t)found);
	json_put_int(o, "unproven", (int64_t)unproven);
	return o;
}
