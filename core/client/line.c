/* SPDX-License-Identifier: BSD-2-Clause
 *
 * line.c -- the command line, understood by the verb table.
 *
 * A verb is one word or two. What follows are its arguments by place, in
 * the order of the table, and options, in any order; "--" ends the options.
 * An option of the table is --name VALUE or --name=VALUE, with dashes for
 * underscores; arguments by place may be given by name too. Nothing is
 * abbreviated and nothing unknown is ignored: an ignored --untill would be
 * a hold that never ends.
 *
 * Values are turned into what the protocol wants (numbers, lists) and then
 * checked by the same function as in the daemon; objects and dates are the
 * daemon's to know.
 */
#include "client/line.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/nearest.h"
#include "base/text.h"

static const struct line_option options[] = {
	{ "socket", "PATH", "the daemon's control socket" },
	{ "json", NULL, "the answer as JSON" },
	{ "yes", NULL, "don't ask before doing what was shown" },
	{ "help", NULL, "help on the verb" },
	{ "version", NULL, "the version of this program" }
};

struct parse {
	struct line *line;
	char **argv;
	int argc, at;
	bool ended;             /* "--" was met */
	struct text *why;
};

const struct line_option *
line_option_at(size_t i)
{
	return i < ARRAY_SIZE(options) ? &options[i] : NULL;
}

const char *
option_name(const char *param, char buf[OPTION_TEXT])
{
	size_t i;

	assert(strlen(param) < OPTION_TEXT);
	for (i = 0; param[i]; i++)
		buf[i] = param[i] == '_' ? '-' : param[i];
	buf[i] = '\0';
	return buf;
}

void
line_free(struct line *l)
{
	json_decref(l->params);
	*l = (struct line){ 0 };
}

/*-------------------------------------------------------------------- verb */

/* "gate" alone: which verbs begin so. */
static bool
say_second_word(const char *first, struct text *why)
{
	const struct verb *v;
	size_t len = strlen(first), i;
	int n = 0;

	for (i = 0; (v = verb_at(i)); i++)
		if (strncmp(v->name, first, len) == 0 && v->name[len] == ' ')
			text_addf(why, "%s'%s'", n++ ? " or " : "", v->name);
	return n > 0;
}

static void
no_such_verb(const char *first, const char *second, struct text *why)
{
	CLEANUP_TEXT struct text both = { 0 };
	CLEANUP_TEXT struct text verbs = { 0 };
	const char *near;

	if (say_second_word(first, &verbs)) {
		text_addf(why, "'%s' alone is no verb; did you mean %s?",
		    first, text_str(&verbs));
		return;
	}
	text_addf(&both, "%s %s", first, second ? second : "");
	near = verb_nearest(first);
	if (near == NULL && second)
		near = verb_nearest(text_str(&both));
	text_addf(why, "no verb '%s'", first);
	if (near)
		text_addf(why, "; did you mean '%s'?", near);
	else
		text_add(why, "; 'gatewarden help' lists them");
}

static int
read_verb(struct parse *p)
{
	const char *first = p->argv[p->at];
	const char *second = p->at + 1 < p->argc ? p->argv[p->at + 1] : NULL;
	CLEANUP_TEXT struct text both = { 0 };

	text_addf(&both, "%s %s", first, second ? second : "");
	p->line->verb = verb_find(text_str(&both));
	if (p->line->verb) {
		p->at += 2;
		return 0;
	}
	p->line->verb = verb_find(first);
	if (p->line->verb) {
		p->at++;
		return 0;
	}
	no_such_verb(first, second, p->why);
	return -EINVAL;
}

/*------------------------------------------------------------------ values */

static json_t *
value_of(const struct param *p, const char *s)
{
	long long n;
	char *end;

	if (p->type != PARAM_COUNT)
		return json_string(s);
	errno = 0;
	n = strtoll(s, &end, 10);
	if (errno == 0 && end != s && *end == '\0')
		return json_integer(n);
	return json_string(s);          /* refused by verb_check */
}

static int
set(struct parse *p, const struct param *param, json_t *value)
{
	if (value == NULL) {
		text_addf(p->why, "the value of '%s' isn't UTF-8",
		    param->name);
		return -EINVAL;
	}
	(void)json_object_set_new(p->line->params, param->name, value);
	return 0;
}

/* One more word of a text or list that takes several. */
static int
append(struct parse *p, const struct param *param, const char *word)
{
	json_t *have = json_object_get(p->line->params, param->name);
	CLEANUP_TEXT struct text t = { 0 };

	if (param->type == PARAM_WORDS) {
		json_t *v = json_string(word);

		if (have == NULL && v) {
			have = json_array();
			(void)set(p, param, have);
		}
		return v && json_array_append_new(have, v) == 0 ? 0 :
		    set(p, param, NULL);
	}
	if (have)
		text_addf(&t, "%s ", json_string_value(have));
	text_add(&t, word);
	return set(p, param, json_string(text_str(&t)));
}

/* "recovery NAME" is one scope in two words. */
static int
read_scope(struct parse *p, const struct param *param, const char *word)
{
	CLEANUP_TEXT struct text t = { 0 };

	if (strcmp(word, "recovery") != 0 && strcmp(word, "pipeline") != 0 &&
	    strcmp(word, "phase") != 0)
		return set(p, param, json_string(word));
	if (p->at == p->argc) {
		text_addf(p->why, "'%s' needs a name after it", word);
		return -EINVAL;
	}
	text_addf(&t, "%s %s", word, p->argv[p->at++]);
	return set(p, param, json_string(text_str(&t)));
}

static bool
takes_more(const struct param *p)
{
	return p->type == PARAM_WORDS || (p->flags & PARAM_REST);
}

static int
read_place(struct parse *p, const char *word)
{
	const struct param *param;

	for (param = p->line->verb->params; param->name; param++) {
		if ((param->flags & PARAM_PLACE) == 0)
			continue;
		if (takes_more(param))
			return append(p, param, word);
		if (json_object_get(p->line->params, param->name))
			continue;
		if (param->type == PARAM_SCOPE)
			return read_scope(p, param, word);
		return set(p, param, value_of(param, word));
	}
	text_addf(p->why, "'%s' takes no further argument '%s'",
	    p->line->verb->name, word);
	return -EINVAL;
}

/*----------------------------------------------------------------- options */

static bool
same_name(const char *param, const char *word, size_t len)
{
	char buf[OPTION_TEXT];

	if (strlen(param) != len)
		return false;
	return strncmp(param, word, len) == 0 ||
	    strncmp(option_name(param, buf), word, len) == 0;
}

static void
no_such_option(struct parse *p, const char *word)
{
	const struct verb *v = p->line->verb;
	char names[PARAMS_MAX + 1][OPTION_TEXT];
	const struct param *param;
	struct nearest near;
	size_t i;

	nearest_start(&near, word);
	for (i = 0; (param = verb_param_at(v, i)); i++)
		nearest_try(&near, option_name(param->name, names[i]));
	for (i = 0; i < ARRAY_SIZE(options); i++)
		nearest_try(&near, options[i].name);
	text_addf(p->why, "'%s' takes no option '--%s'", v->name, word);
	if (near.best)
		text_addf(p->why, "; did you mean '--%s'?", near.best);
}

/* The value of an option, which may be the next word; NULL: there is none. */
static const char *
option_value(struct parse *p, const char *name, const char *inside)
{
	if (inside)
		return inside;
	if (p->at < p->argc)
		return p->argv[p->at++];
	text_addf(p->why, "'--%s' needs a value", name);
	return NULL;
}

static const struct param *
find_param(const struct verb *v, const char *word, size_t len)
{
	const struct param *p;
	size_t i;

	for (i = 0; (p = verb_param_at(v, i)); i++)
		if (same_name(p->name, word, len))
			return p;
	return NULL;
}

static int
verb_option(struct parse *p, const char *word, size_t len,
    const char *inside)
{
	const struct param *param = find_param(p->line->verb, word, len);
	CLEANUP_TEXT struct text name = { 0 };
	const char *value;

	text_addn(&name, word, len);
	if (param == NULL) {
		no_such_option(p, text_str(&name));
		return -EINVAL;
	}
	if (param->type == PARAM_FLAG) {
		if (inside == NULL)
			return set(p, param, json_true());
		text_addf(p->why, "'--%s' takes no value", text_str(&name));
		return -EINVAL;
	}
	value = option_value(p, text_str(&name), inside);
	if (value == NULL)
		return -EINVAL;
	if (param->type == PARAM_WORDS)
		return append(p, param, value);
	return set(p, param, value_of(param, value));
}

/* Those of every verb; false: it is none of them. */
static bool
own_option(struct parse *p, const char *word, size_t len, const char *inside,
    int *ret)
{
	struct line *l = p->line;

	*ret = 0;
	if (same_name("socket", word, len)) {
		l->socket = option_value(p, "socket", inside);
		*ret = l->socket ? 0 : -EINVAL;
		return true;
	}
	if (inside)
		return false;
	if (same_name("json", word, len))
		l->json = true;
	else if (same_name("yes", word, len))
		l->yes = true;
	else if (same_name("help", word, len))
		l->help = true;
	else if (same_name("version", word, len))
		l->version = true;
	else
		return false;
	return true;
}

static int
read_option(struct parse *p, const char *word)
{
	size_t len = strcspn(word, "=");
	const char *inside = word[len] == '=' ? word + len + 1 : NULL;
	int r;

	if (own_option(p, word, len, inside, &r))
		return r;
	if (p->line->verb == NULL)
		p->line->verb = verb_find("status");
	return verb_option(p, word, len, inside);
}

static int
read_short(struct parse *p, const char *word)
{
	if (strcmp(word, "-h") == 0) {
		p->line->help = true;
		return 0;
	}
	if (strcmp(word, "-V") == 0) {
		p->line->version = true;
		return 0;
	}
	text_addf(p->why, "no option '%s'; options are words, as in --json",
	    word);
	return -EINVAL;
}

static int
read_word(struct parse *p)
{
	const char *word = p->argv[p->at];

	if (!p->ended && strcmp(word, "--") == 0) {
		p->ended = true;
		p->at++;
		return 0;
	}
	if (!p->ended && word[0] == '-' && word[1] == '-') {
		p->at++;
		return read_option(p, word + 2);
	}
	if (!p->ended && word[0] == '-' && word[1] != '\0') {
		p->at++;
		return read_short(p, word);
	}
	if (p->line->verb == NULL)
		return read_verb(p);
	p->at++;
	return read_place(p, word);
}

/*---------------------------------------------------------------- checking */

static int
missing(const struct line *l, const struct param *param, struct text *why)
{
	char buf[OPTION_TEXT];

	if (param->flags & PARAM_PLACE)
		text_addf(why, "'%s' needs %s: %s", l->verb->name,
		    param->shown, param->help);
	else
		text_addf(why, "'%s' needs --%s %s: %s", l->verb->name,
		    option_name(param->name, buf), param->shown,
		    param->help);
	return -EINVAL;
}

static int
check(const struct line *l, struct text *why)
{
	CLEANUP_JSON json_t *data = NULL;
	CLEANUP_FREE char *sentence = NULL;
	const struct param *param;

	for (param = l->verb->params; param->name; param++)
		if ((param->flags & PARAM_NEEDED) &&
		    json_object_get(l->params, param->name) == NULL)
			return missing(l, param, why);
	data = verb_check(l->verb, l->params, &sentence);
	if (data == NULL)
		return 0;
	text_add(why, sentence);
	return -EINVAL;
}

int
line_parse(struct line *l, int argc, char **argv, char **ret_why)
{
	CLEANUP_TEXT struct text why = { 0 };
	struct parse p = { l, argv, argc, 1, false, &why };
	int r = 0;

	*l = (struct line){ .params = json_object() };
	while (r == 0 && p.at < argc && !l->version)
		r = read_word(&p);
	if (r == 0 && l->verb == NULL && !l->help)
		l->verb = verb_find("status");
	if (r == 0 && !l->help && !l->version)
		r = check(l, &why);
	*ret_why = r < 0 ? text_take(&why) : NULL;
	return r;
}
