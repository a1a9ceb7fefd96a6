/* SPDX-License-Identifier: BSD-2-Clause
 *
 * params.c -- are these the arguments of that verb?
 *
 * Checks what can be checked without knowing any object: that nothing is
 * there that the verb doesn't take, that what it needs is there, and that
 * each value has its type. Whether a name or a date exists is the handler's
 * to say. A misspelt argument is refused, never ignored: an ignored --untill
 * would be a hold that never ends.
 */
#include <string.h>

#include "base/json.h"
#include "base/nearest.h"
#include "base/text.h"
#include "base/units.h"
#include "control/verbs.h"

enum { TEXT_MAX = 4096, WORDS_MAX = 16 };

const char *
param_expected(const struct param *p)
{
	static const char *const words[] = {
		[PARAM_TEXT] = "a text of 1 to 4096 bytes",
		[PARAM_NAME] = "a name",
		[PARAM_DATE] = "a date as 2026-01-16, or 'last'",
		[PARAM_COUNT] = "a whole number from 1",
		[PARAM_DURATION] = "a duration such as 90s, 30m or 1h30m",
		[PARAM_INSTANT] =
		    "a time such as 09:00, 2h or 2026-01-16 09:00",
		[PARAM_FLAG] = "true or false",
		[PARAM_CHOICE] = "one of the choices",
		[PARAM_WORDS] = "a list of 1 to 16 words",
		[PARAM_SCOPE] =
		    "'all', a phase, 'recovery NAME' or 'pipeline NAME'",
		[PARAM_PATH] = "a path"
	};

	return p->choices ? p->choices : words[p->type];
}

static bool
text_fits(const json_t *v)
{
	return json_is_string(v) && json_string_length(v) > 0 &&
	    json_string_length(v) <= TEXT_MAX &&
	    strlen(json_string_value(v)) == json_string_length(v);
}

/* Is `word` one of "a|b|c"? */
static bool
chosen(const char *choices, const char *word)
{
	size_t len = strlen(word);
	const char *c = choices;

	while (c) {
		if (strncmp(c, word, len) == 0 &&
		    (c[len] == '|' || c[len] == '\0'))
			return true;
		c = strchr(c, '|');
		if (c)
			c++;
	}
	return false;
}

static bool
words_fit(const json_t *v)
{
	const json_t *word;
	size_t i;

	if (!json_is_array(v) || json_array_size(v) == 0 ||
	    json_array_size(v) > WORDS_MAX)
		return false;
	json_array_foreach(v, i, word)
		if (!text_fits(word))
			return false;
	return true;
}

static bool
fits(const struct param *p, const json_t *v)
{
	int64_t ms;

	switch (p->type) {
	case PARAM_FLAG:
		return json_is_boolean(v);
	case PARAM_COUNT:
		return json_is_integer(v) && json_integer_value(v) >= 1;
	case PARAM_WORDS:
		return words_fit(v);
	case PARAM_CHOICE:
		return text_fits(v) &&
		    chosen(p->choices, json_string_value(v));
	case PARAM_DURATION:
		return text_fits(v) &&
		    duration_parse(json_string_value(v), &ms) == 0;
	case PARAM_TEXT:
	case PARAM_NAME:
	case PARAM_DATE:
	case PARAM_INSTANT:
	case PARAM_SCOPE:
	case PARAM_PATH:
		return text_fits(v);
	}
	return false;
}

static json_t *
finding(const char *argument, const char *expected, const char *nearest)
{
	json_t *data = json_object();

	json_put(data, "argument", argument);
	json_put(data, "expected", expected);
	json_put(data, "nearest", nearest);
	return data;
}

static json_t *
unknown(const struct verb *v, const char *key, struct text *why)
{
	const struct param *p;
	size_t i;
	struct nearest near;

	nearest_start(&near, key);
	for (i = 0; (p = verb_param_at(v, i)); i++)
		nearest_try(&near, p->name);
	text_addf(why, "'%s' takes no argument '%.64s'", v->name, key);
	if (near.best)
		text_addf(why, "; did you mean '%s'?", near.best);
	return finding(key, verb_param_at(v, 0) ? "an argument of the verb" :
	    "no arguments", near.best);
}

static json_t *
check(const struct verb *v, const json_t *params, struct text *why)
{
	const struct param *p;
	size_t i;
	const json_t *value;
	const char *key;

	if (params && !json_is_object(params)) {
		text_add(why, "params must be an object with named members");
		return finding("params", "an object", NULL);
	}
	json_object_foreach((json_t *)params, key, value) {
		p = verb_param(v, key);
		if (p == NULL)
			return unknown(v, key, why);
		if (!fits(p, value)) {
			text_addf(why, "'%s' of '%s' must be %s", key, v->name,
			    param_expected(p));
			return finding(key, param_expected(p), NULL);
		}
	}
	for (i = 0; (p = verb_param_at(v, i)); i++) {
		if ((p->flags & PARAM_NEEDED) == 0 ||
		    json_object_get(params, p->name))
			continue;
		text_addf(why, "'%s' needs '%s': %s", v->name, p->name,
		    param_expected(p));
		return finding(p->name, param_expected(p), NULL);
	}
	return NULL;
}

json_t *
verb_check(const struct verb *v, const json_t *params, char **ret_sentence)
{
	CLEANUP_TEXT struct text why = { 0 };
	json_t *data = check(v, params, &why);

	*ret_sentence = data ? text_take(&why) : NULL;
	return data;
}
