/* SPDX-License-Identifier: BSD-2-Clause
 *
 * option.c -- an object's options, validated against its plugin's table.
 *
 * The result holds every option that is set or has a default, in the order
 * of the table, in the form that conf.h promises: durations in ms, sizes in
 * bytes, lists as arrays, a secret as its reference, a database as what it
 * is. What an option may hold is decided here and not in the plugin, so that
 * a mistake is found when it is made, with its line.
 *
 * Our own members go first (keys.c). Where a plugin has an option of the
 * same name, both get it.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/nearest.h"
#include "base/text.h"
#include "base/units.h"
#include "config/load.h"

/* One option on its way into JSON. */
struct setting {
	struct load *l;
	const struct object *o;
	const struct option *option;
	const char *prefix;     /* "steps[2]." */
	const struct node *node;
};

static json_t *
expected(const struct setting *s, const char *what)
{
	wrong(s->l, s->node, "%s: '%s%s' is %s, %s found", label(s->l, s->o),
	    s->prefix, s->option->name, what, node_seen(s->node,
	    s->l->scratch));
	return NULL;
}

static bool
in_bounds(const struct setting *s, double x, const char *min,
    const char *max)
{
	const struct option *o = s->option;

	if ((o->min == 0 && o->max == 0) ||
	    (x >= (double)o->min && x <= (double)o->max))
		return true;
	wrong(s->l, s->node, "%s: '%s%s' is out of range, expected %s to %s",
	    label(s->l, s->o), s->prefix, o->name, min, max);
	return false;
}

static bool
number_in_bounds(const struct setting *s, double x)
{
	char min[24], max[24];

	(void)snprintf(min, sizeof min, "%lld", (long long)s->option->min);
	(void)snprintf(max, sizeof max, "%lld", (long long)s->option->max);
	return in_bounds(s, x, min, max);
}

static json_t *
string_value(const struct setting *s)
{
	return s->node->type == NODE_STRING ? json_string(s->node->text) :
	    expected(s, "text");
}

static json_t *
int_value(const struct setting *s)
{
	if (s->node->type != NODE_INT)
		return expected(s, "an integer");
	return number_in_bounds(s, (double)s->node->integer) ?
	    json_integer(s->node->integer) : NULL;
}

static json_t *
number_value(const struct setting *s)
{
	double x = s->node->type == NODE_INT ? (double)s->node->integer :
	    s->node->number;

	if (s->node->type != NODE_INT && s->node->type != NODE_FLOAT)
		return expected(s, "a number");
	return number_in_bounds(s, x) ? json_real(x) : NULL;
}

static json_t *
bool_value(const struct setting *s)
{
	return s->node->type == NODE_BOOL ? json_boolean(s->node->integer) :
	    expected(s, "true or false");
}

static json_t *
duration_value(const struct setting *s)
{
	char min[DURATION_TEXT], max[DURATION_TEXT];
	const char *text = s->node->type == NODE_STRING ? s->node->text :
	    s->node->type == NODE_INT && s->node->integer == 0 ? "0" : NULL;
	int64_t ms;

	if (text == NULL || duration_parse(text, &ms) < 0)
		return expected(s, "a duration such as \"90s\" or \"1h30m\"");
	return in_bounds(s, (double)ms, duration_text(s->option->min, min),
	    duration_text(s->option->max, max)) ? json_integer(ms) : NULL;
}

static json_t *
size_value(const struct setting *s)
{
	int64_t bytes = s->node->integer;

	if (s->node->type == NODE_STRING) {
		if (size_parse(s->node->text, &bytes) < 0)
			return expected(s, "a size such as \"64KiB\"");
	} else if (s->node->type != NODE_INT || bytes < 0) {
		return expected(s, "a size such as \"64KiB\"");
	}
	return number_in_bounds(s, (double)bytes) ? json_integer(bytes) :
	    NULL;
}

static json_t *
list_value(const struct setting *s)
{
	CLEANUP_JSON json_t *list = json_array();
	size_t i;

	for (i = 0; i < node_count(s->node); i++) {
		const struct node *e = node_element(s->node, i);
		struct setting one = *s;
		char digits[24];

		one.node = e;
		(void)snprintf(digits, sizeof digits, "%lld",
		    (long long)e->integer);
		if (e->type != NODE_STRING && e->type != NODE_INT)
			return expected(&one, "a list of texts");
		(void)json_array_append_new(list, json_string(
		    e->type == NODE_INT ? digits : e->text));
	}
	return json_incref(list);
}

static json_t *
enum_value(const struct setting *s)
{
	const struct option *o = s->option;
	CLEANUP_TEXT struct text t = { 0 };
	size_t i;

	text_add(&t, "one of");
	for (i = 0; i < o->n_choices; i++) {
		if (s->node->type == NODE_STRING &&
		    strcmp(s->node->text, o->choices[i]) == 0)
			return json_string(o->choices[i]);
		text_addf(&t, "%s %s", i > 0 ? "," : "", o->choices[i]);
	}
	return expected(s, text_str(&t));
}

static json_t *
secret_value(const struct setting *s)
{
	static const char *const schemes[] = { "file:", "env:", "cred:" };
	const char *text = s->node->text;
	size_t i;

	for (i = 0; s->node->type == NODE_STRING && i < 3; i++) {
		size_t len = strlen(schemes[i]);

		if (strncmp(text, schemes[i], len) == 0 && text[len] != '\0')
		{
			secret_review(s->l, s->o, s->option->name, s->node);
			return json_pack("{s:s}", "secret", text);
		}
	}
	/* what stands there may be the secret itself: don't repeat it */
	wrong(s->l, s->node, "%s: '%s%s' is a secret and does not stand in "
	    "conf.d: write \"file:/path\", \"env:NAME\" or \"cred:NAME\"",
	    label(s->l, s->o), s->prefix, s->option->name);
	return NULL;
}

static json_t *
reference_value(const struct setting *s)
{
	return json_incref(database_value(s->l, s->o, s->node));
}

static json_t *groups_value(const struct setting *);

static json_t *
value_of(const struct setting *s)
{
	static json_t *(*const readers[])(const struct setting *) = {
		[OPTION_STRING] = string_value, [OPTION_INT] = int_value,
		[OPTION_NUMBER] = number_value, [OPTION_BOOL] = bool_value,
		[OPTION_DURATION] = duration_value,
		[OPTION_SIZE] = size_value, [OPTION_LIST] = list_value,
		[OPTION_ENUM] = enum_value, [OPTION_SECRET] = secret_value,
		[OPTION_DATABASE] = reference_value,
		[OPTION_GROUPS] = groups_value,
	};

	return readers[s->option->type](s);
}

/*------------------------------------------------------------------ groups */

static void
unknown_member(const struct setting *s, const struct node *member)
{
	struct nearest near;
	size_t i;

	nearest_start(&near, member->name);
	for (i = 0; i < s->option->n_members; i++)
		nearest_try(&near, s->option->members[i].name);
	wrong(s->l, member, "%s: unknown option '%s' in '%s'%s",
	    label(s->l, s->o), member->name, s->option->name,
	    did_you_mean(s->l, near.best));
}

static bool
set_member(const struct setting *group, const struct option *m,
    const char *prefix, json_t *into)
{
	struct setting s = { group->l, group->o, m, prefix,
		node_member(group->node, m->name) };
	json_t *v;

	if (s.node == NULL && m->required) {
		wrong(s.l, group->node, "%s: '%s%s' is missing%s%s",
		    label(s.l, s.o), prefix, m->name, *m->help ? ": " : "",
		    m->help);
		return false;
	}
	if (s.node == NULL)
		s.node = m->fallback;
	if (s.node == NULL)
		return true;
	v = value_of(&s);
	if (v == NULL)
		return false;
	(void)json_object_set_new(into, m->name, v);
	return true;
}

/* One group of a list of groups; NULL after a finding. */
static json_t *
group_value(const struct setting *s, size_t place_in_list)
{
	CLEANUP_JSON json_t *o = json_object();
	const char *prefix = arena_printf(s->l->scratch, "%s%s[%zu].",
	    s->prefix, s->option->name, place_in_list + 1);
	bool good = true;
	size_t i;

	if (s->node->type != NODE_GROUP)
		return expected(s, "a list of groups { ... }");
	for (i = 0; i < s->node->n; i++)
		if (option_find(s->option->members, s->option->n_members,
		    s->node->kids[i].name) == NULL) {
			unknown_member(s, &s->node->kids[i]);
			return NULL;
		}
	for (i = 0; i < s->option->n_members; i++)
		good &= set_member(s, &s->option->members[i], prefix, o);
	return good ? json_incref(o) : NULL;
}

static json_t *
groups_value(const struct setting *s)
{
	CLEANUP_JSON json_t *list = json_array();
	bool good = true;
	size_t i;

	for (i = 0; i < node_count(s->node); i++) {
		struct setting one = *s;
		json_t *v;

		one.node = node_element(s->node, i);
		v = group_value(&one, i);
		good &= v != NULL;
		(void)json_array_append_new(list, v ? v : json_null());
	}
	return good ? json_incref(list) : NULL;
}

/*------------------------------------------------------------------ object */

static bool
was_guessed(const struct load *l, const char *name)
{
	size_t i;

	for (i = 0; i < l->n_guess; i++)
		if (strcmp(l->guess[i], name) == 0)
			return true;
	return false;
}

/* The pipeline may say which database its checks read. */
static const struct node *
node_for(const struct object *o, const struct option *option)
{
	const struct node *n = node_member(o->node, option->name);

	if (n == NULL && option->type == OPTION_DATABASE && o->pipeline)
		n = node_member(o->pipeline->node, "database");
	return n ? n : option->fallback;
}

/* At three in the morning is a bad time to learn that a path is wrong. The
 * program may come later, so it's a doubt only. */
static void
check_program(struct load *l, const struct object *o, const struct node *n)
{
	const struct node *e = node_count(n) > 0 ? node_element(n, 0) : NULL;

	if (e && !l->elsewhere && e->type == NODE_STRING && e->text[0] == '/' &&
	    strchr(e->text, '{') == NULL && access(e->text, X_OK) < 0)
		doubtful(l, e, "%s: %s: %s", label(l, o), e->text,
		    errno == ENOENT ? "there is no such program" :
		    strerror(errno));
}

static void
set_option(struct load *l, const struct object *o,
    const struct option *option, json_t *into)
{
	const struct node *n = node_for(o, option);
	struct setting s = { l, o, option, "", n };
	struct node placed;
	json_t *v;

	if (n && n->file == NULL) {     /* a default has no place */
		placed = *n;
		placed.file = o->node->file;
		placed.line = o->node->line;
		s.node = &placed;
	}
	if (s.node == NULL) {
		if (option->required && !was_guessed(l, option->name))
			wrong(l, o->node, "%s: '%s' is missing%s%s", label(l,
			    o), option->name, *option->help ? ": " : "",
			    option->help);
		return;
	}
	v = value_of(&s);
	if (v == NULL)
		return;
	(void)json_object_set_new(into, option->name, v);
	if (strcmp(option->name, "argv") == 0)
		check_program(l, o, n);
	resolve_note(l, o, option->name, node_json(n), n);
}

json_t *
options_read(struct load *l, const struct object *o)
{
	json_t *options = json_object();
	size_t i;

	if (o->plugin && o->plugin->error == 0)
		for (i = 0; i < o->plugin->n_options; i++)
			set_option(l, o, &o->plugin->options[i], options);
	return options;
}
