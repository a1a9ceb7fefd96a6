/* SPDX-License-Identifier: BSD-2-Clause
 *
 * ask.c -- a gate, asked about inputs that are made up.
 *
 * It is the gate itself, with its own options, shown what a worker would be
 * shown (base/wire.h): value and expected as read, the result as the engine's
 * judge and the due time have it. Ours are built in; one of another plugin
 * is asked in a host, as the daemon would.
 */
#include "prove/ask.h"

#include <string.h>

#include "base/json.h"

static bool
open_hosted(struct asked *a, const struct instance *i, struct rule *x)
{
	CLEANUP_FREE char *why = NULL;

	if (a->p->host == NULL)
		rule_unproven(x, "gates of the plugin '%s' are not run here",
		    i->plugin);
	else
		a->h = hosted_open(a->p->host, i, &why);
	if (why)
		rule_unproven(x, "gates of the plugin '%s' can't be asked: "
		    "%s", i->plugin, why);
	return a->h != NULL;
}

bool
ask_open(struct asked *a, const struct prover *p, int32_t gate,
    const json_t *options, struct rule *x)
{
	const struct gate_def *def = &p->graph->gates[gate];
	const struct instance *i = &p->conf->instances[def->instance];
	CLEANUP_FREE char *why = NULL;

	*a = (struct asked){ .p = p, .def = def };
	if (!builtin_exists(i->plugin))
		return open_hosted(a, i, x);
	a->b = builtin_open(i->plugin, i->name, options ? options :
	    i->options, &why);
	if (a->b == NULL)
		rule_found(x, "it can't be used as it stands: %s", why ? why :
		    "it said no");
	return a->b != NULL;
}

void
ask_close(struct asked *a)
{
	builtin_close(a->b);
	hosted_close(a->h);
	text_free(&a->why);
	a->b = NULL;
	a->h = NULL;
}

/*------------------------------------------------------------------ inputs */

static enum result
result_at(const struct prover *p, int32_t check, const struct reading *r,
    int64_t at)
{
	enum result x = readings_judge(&p->graph->checks[check], r);

	return x == RESULT_FAIL && at < p->checks[check].due ?
	    RESULT_NOT_DUE : x;
}

static json_t *
input_of(const struct prover *p, int32_t check, const struct reading *r,
    int64_t at)
{
	const struct check_def *c = &p->graph->checks[check];
	json_t *o = json_object();

	json_put(o, "name", c->name);
	json_put(o, "item", c->item);
	json_put(o, "result", result_name(result_at(p, check, r, at)));
	json_put_num(o, "value", r->m.value);
	json_put_num(o, "expected", r->m.expected);
	json_put_int(o, "missing", r->m.missing);
	json_put_int(o, "age_ms", MINUTE_MS);
	if (p->checks[check].due != INSTANT_NONE)
		json_put_int(o, "due", p->checks[check].due);
	return o;
}

/* What joins on a later date than the one that is proved on. */
static json_t *
joiner_of(const struct prover *p, int32_t check)
{
	const struct check_def *c = &p->graph->checks[check];
	json_t *o = json_object();

	json_put(o, "name", c->name);
	json_put(o, "item", c->item);
	json_put(o, "result", result_name(RESULT_SKIP));
	json_put_int(o, "missing", -1);
	json_put_int(o, "age_ms", -1);
	return o;
}

static json_t *
call_of(const struct asked *a, const struct reading *inputs, int64_t at)
{
	const struct prover *p = a->p;
	const struct gate_def *g = a->def;
	const struct stage *s = &p->stages[g->pipeline];
	json_t *o = json_object(), *list = json_array();
	char day[DATE_TEXT], now[INSTANT_TEXT];
	int32_t i;

	json_put(o, "date", date_text(s->date, day));
	json_put(o, "now", instant_utc(at, now));
	json_put_int(o, "now_ms", at);
	json_put(o, "pipeline", p->graph->pipelines[g->pipeline].name);
	json_put_int(o, "anchor", s->end);
	for (i = 0; i < g->n_inputs; i++)
		(void)json_array_append_new(list, input_of(p, g->inputs[i],
		    &inputs[i], at));
	for (; i < g->n_inputs + g->joiners.n; i++)
		(void)json_array_append_new(list, joiner_of(p, g->inputs[i]));
	(void)json_object_set_new(o, "inputs", list);
	return o;
}

/*------------------------------------------------------------------ answers */

static int32_t
word_of(const json_t *answer, const char *key, int32_t n,
    const char *name(int32_t))
{
	const char *word = json_text(answer, key, "");

	while (n-- > 0)
		if (strcmp(word, name(n)) == 0)
			break;
	return n;
}

static const char *
verdict_at(int32_t i)
{
	return verdict_name((enum verdict)i);
}

static const char *
severity_at(int32_t i)
{
	return severity_name((enum severity)i);
}

struct said
ask(struct asked *a, const struct reading *inputs, int64_t at)
{
	CLEANUP_JSON json_t *call = call_of(a, inputs, at);
	CLEANUP_JSON json_t *answer = a->b ? builtin_call(a->b, call) :
	    a->mute ? NULL : hosted_call(a->h, call);
	int32_t verdict = word_of(answer, "verdict", VERDICT_BLOCKED + 1,
	    verdict_at);
	int32_t severity = word_of(answer, "severity", SEVERITY_CRITICAL + 1,
	    severity_at);
	const char *reason = json_string_value(json_array_get(
	    json_object_get(answer, "reasons"), 0));
	struct said s = { .verdict = VERDICT_UNKNOWN };

	a->mute = answer == NULL;
	text_clear(&a->why);
	text_add(&a->why, json_text(answer, "remark", reason ? reason : ""));
	s.told = strcmp(json_text(answer, "status", ""), "ok") == 0 &&
	    verdict >= 0;
	if (s.told)
		s.verdict = (enum verdict)verdict;
	if (s.told && severity > 0)
		s.severity = (enum severity)severity;
	return s;
}
