/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verb_explain.c -- finds out what is asked about, and explains it.
 *
 * Words may come in either order: a date and a phase, a name and a date.
 * A number is an incident. A name is looked for among phases, gates, checks
 * and recoveries, in this order; the kind can be said ("gate quorum").
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/nearest.h"
#include "daemon/ask.h"
#include "daemon/explain.h"
#include "daemon/handlers.h"
#include "daemon/story.h"

enum kind { KIND_NONE, KIND_PHASE, KIND_GATE, KIND_CHECK, KIND_RECOVERY };

struct subject {
	enum kind kind;
	int32_t index, pipeline;
};

static bool
is_date(const char *word)
{
	struct date d;

	return strcmp(word, "last") == 0 || date_parse(word, &d) == 0 ||
	    (word[0] >= '0' && word[0] <= '9' && strchr(word, '-'));
}

static bool
is_number(const char *word, uint64_t *ret)
{
	char *end;

	errno = 0;
	*ret = strtoull(word, &end, 10);
	return errno == 0 && word[0] >= '0' && word[0] <= '9' && *end == '\0';
}

static enum kind
kind_word(const char *word)
{
	static const struct {
		const char *word;
		enum kind kind;
	} kinds[] = { { "phase", KIND_PHASE }, { "gate", KIND_GATE },
		{ "alarm", KIND_GATE }, { "check", KIND_CHECK },
		{ "recovery", KIND_RECOVERY } };
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strcmp(word, kinds[i].word) == 0)
			return kinds[i].kind;
	return KIND_NONE;
}

static void
refuse_name(struct ask *a, const char *word)
{
	const struct graph *g = a->v.graph;
	struct nearest near;
	int32_t i;

	nearest_start(&near, word);
	for (i = 0; i < g->n_phases; i++)
		nearest_try(&near, g->phases[i].name);
	for (i = 0; i < g->n_gates; i++)
		nearest_try(&near, g->gates[i].name);
	for (i = 0; i < g->n_checks; i++)
		nearest_try(&near, g->checks[i].name);
	for (i = 0; i < g->n_recoveries; i++)
		nearest_try(&near, g->recoveries[i].name);
	ask_refuse(a, "words", word, "a date, an incident's number, or a "
	    "phase, gate, check or recovery", near.best);
}

static bool
has_phase(const struct graph *g, const char *word)
{
	int32_t i;

	if (strchr(word, '/'))
		return true;
	for (i = 0; i < g->n_phases; i++)
		if (strcmp(g->phases[i].name, word) == 0)
			return true;
	return false;
}

static bool
find_subject(struct ask *a, enum kind only, const char *word,
    struct subject *ret)
{
	const struct graph *g = a->v.graph;
	int32_t i;

	if ((only == KIND_NONE || only == KIND_PHASE) && has_phase(g, word)) {
		if (!ask_phase(a, "words", word, &i))
			return false;
		*ret = (struct subject){ KIND_PHASE, i,
			g->phases[i].pipeline };
		return true;
	}
	i = graph_find_gate(g, word);
	if (i != NONE && (only == KIND_NONE || only == KIND_GATE)) {
		*ret = (struct subject){ KIND_GATE, i, g->gates[i].pipeline };
		return true;
	}
	i = graph_find_check(g, word);
	if (i != NONE && (only == KIND_NONE || only == KIND_CHECK)) {
		*ret = (struct subject){ KIND_CHECK, i,
			g->checks[i].pipeline };
		return true;
	}
	i = graph_find_recovery(g, word);
	if (i != NONE && (only == KIND_NONE || only == KIND_RECOVERY)) {
		*ret = (struct subject){ KIND_RECOVERY, i,
			g->recoveries[i].pipeline };
		return true;
	}
	refuse_name(a, word);
	return false;
}

static json_t *
explain(const struct view *v, const struct subject *s, struct date date)
{
	switch (s->kind) {
	case KIND_PHASE:
		return explain_phase(v, s->index, date);
	case KIND_GATE:
		return explain_gate(v, s->index, date);
	case KIND_CHECK:
		return explain_check(v, s->index, date);
	case KIND_RECOVERY:
		return explain_recovery(v, s->index, date);
	case KIND_NONE:
		break;
	}
	return explain_date(v, NONE, date);
}

static void
answer_number(struct ask *a, uint64_t number)
{
	json_t *o = explain_incident(&a->v, number);

	if (o)
		request_answer(a->request, o);
	else
		request_refuse(a->request, RPC_NO_SUCH,
		    "there is no incident with this number; see "
		    "'gatewarden incidents --all'", NULL);
}

void
verb_incident(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	struct ask a;
	json_t *o;

	ask_open(&a, verbs->s, r, params);
	o = story_json(&a.v, (uint64_t)json_int(params, "incident", 0));
	if (o)
		request_answer(r, o);
	else
		request_refuse(r, RPC_NO_SUCH, "the journal has no incident "
		    "of this number; see 'gatewarden incidents --all'", NULL);
}

/* The words, each in its role. False: refused. */
static bool
sort_words(struct ask *a, const char **ret_name, const char **ret_date,
    enum kind *ret_only)
{
	const json_t *words = json_object_get(a->params, "words"), *w;
	size_t i;

	json_array_foreach(words, i, w) {
		const char *word = json_string_value(w);

		if (i + 1 < json_array_size(words) && *ret_name == NULL &&
		    *ret_only == KIND_NONE && kind_word(word) != KIND_NONE) {
			*ret_only = kind_word(word);
		} else if (is_date(word) && *ret_date == NULL) {
			*ret_date = word;
		} else if (*ret_name == NULL) {
			*ret_name = word;
		} else {
			ask_refuse(a, "words", word, "one object and one date",
			    NULL);
			return false;
		}
	}
	return true;
}

void
verb_explain(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	const char *name = NULL, *word = NULL;
	struct subject subject = { KIND_NONE, NONE, NONE };
	enum kind only = KIND_NONE;
	struct ask a;
	struct date date;
	uint64_t number;

	ask_open(&a, verbs->s, r, params);
	if (!sort_words(&a, &name, &word, &only))
		return;
	if (name && only == KIND_NONE && is_number(name, &number)) {
		answer_number(&a, number);
		return;
	}
	if (name && !find_subject(&a, only, name, &subject))
		return;
	if (!ask_date(&a, "words", word ? word : "last", subject.pipeline,
	    &date))
		return;
	request_answer(r, explain(&a.v, &subject, date));
}
