/* SPDX-License-Identifier: BSD-2-Clause
 *
 * gates.c -- the gates of a configuration, asked without a process.
 *
 * A gate is shown its inputs as the engine has them, in the JSON that the
 * daemon sends to a worker. Our own gates answer at once (builtin.c). A gate
 * of any other plugin is not run: it might look at the world. It answers
 * that it could not tell, which opens nothing.
 */
#include "simulate/gates.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "simulate/builtin.h"

struct gates {
	const struct conf *conf;
	struct builtin **v;     /* by gate; NULL: it can't be asked */
	int32_t n, unknown;
};

static void
open_one(struct gates *g, int32_t gate, struct diag *diag)
{
	const struct gate_def *def = &g->conf->graph.gates[gate];
	const struct instance *x = &g->conf->instances[def->instance];
	CLEANUP_FREE char *why = NULL;

	if (!builtin_exists(x->plugin)) {
		diag_warning(diag, def->origin.file, def->origin.line,
		    "gate '%s' uses the plugin '%s', which can't be asked in "
		    "a simulation: its verdict is unknown", def->name,
		    x->plugin);
		g->unknown++;
		return;
	}
	g->v[gate] = builtin_open(x->plugin, x->name, x->options, &why);
	if (g->v[gate] == NULL)
		diag_error(diag, def->origin.file, def->origin.line,
		    "gate '%s': %s", def->name, why ? why : "no memory");
}

struct gates *
gates_new(const struct conf *conf, struct diag *diag)
{
	struct gates *g = calloc(1, sizeof *g);
	int32_t i;

	if (g == NULL)
		abort();
	g->conf = conf;
	g->n = conf->graph.n_gates;
	g->v = calloc((size_t)g->n + 1, sizeof(struct builtin *));
	if (g->v == NULL)
		abort();
	for (i = 0; i < g->n; i++)
		open_one(g, i, diag);
	return g;
}

void
gates_free(struct gates *g)
{
	int32_t i;

	if (g == NULL)
		return;
	for (i = 0; i < g->n; i++)
		builtin_close(g->v[i]);
	free(g->v);
	free(g);
}

int32_t
gates_unknown(const struct gates *g)
{
	return g->unknown;
}

/*------------------------------------------------------------------- asking */

/* One that joins on a later date owes nothing on this one. */
static json_t *
input_of(const struct gates *g, const struct engine *e, int32_t check,
    struct date date, const struct now *now, bool joined)
{
	const struct check_def *c = &g->conf->graph.checks[check];
	const struct check_row *row = engine_check(e, check, date);
	bool measured = row && row->measured;
	int64_t due = engine_check_due(e, check, date);
	json_t *o = json_object();

	json_put(o, "name", c->name);
	json_put(o, "item", c->item);
	json_put(o, "result", result_name(joined ? engine_result(e, check,
	    date, now) : RESULT_SKIP));
	json_put_num(o, "value", measured ? row->value : (double)NAN);
	json_put_num(o, "expected", measured ? row->expected : (double)NAN);
	json_put_int(o, "missing", row ? row->missing : -1);
	json_put_int(o, "age_ms", row && row->measurement != 0 ?
	    now->boot - row->began_boot : -1);
	if (due != INSTANT_NONE)
		json_put_int(o, "due", due);
	return o;
}

/* What a worker would be sent; owned. */
static json_t *
call_input(const struct gates *g, const struct engine *e, int32_t gate,
    struct date date, const struct now *now)
{
	const struct gate_def *def = &g->conf->graph.gates[gate];
	int64_t anchor = engine_anchor(e, def->pipeline, date);
	json_t *o = json_object(), *list = json_array();
	char day[DATE_TEXT], at[INSTANT_TEXT];
	int32_t i;

	json_put(o, "date", date_text(date, day));
	json_put(o, "now", instant_utc(now->wall - now->wall % 1000, at));
	json_put_int(o, "now_ms", now->wall);
	json_put(o, "pipeline", g->conf->graph.pipelines[def->pipeline].name);
	if (anchor != INSTANT_NONE)
		json_put_int(o, "anchor", anchor);
	for (i = 0; i < def->n_inputs + def->joiners.n; i++)
		(void)json_array_append_new(list, input_of(g, e,
		    def->inputs[i], date, now, i < gate_inputs_on(def,
		    date)));
	(void)json_object_set_new(o, "inputs", list);
	return o;
}

static bool
verdict_of(const json_t *answer, enum verdict *ret)
{
	const char *word = json_text(answer, "verdict", "");
	int i;

	for (i = VERDICT_OPEN; i <= VERDICT_BLOCKED; i++)
		if (strcmp(word, verdict_name((enum verdict)i)) == 0) {
			*ret = (enum verdict)i;
			return true;
		}
	return false;
}

static enum severity
severity_of(const json_t *answer)
{
	const char *word = json_text(answer, "severity", "");
	int i;

	for (i = SEVERITY_CRITICAL; i > SEVERITY_NONE; i--)
		if (strcmp(word, severity_name((enum severity)i)) == 0)
			break;
	return (enum severity)i;
}

struct gate_answer
gates_ask(struct gates *g, const struct engine *e, int32_t gate,
    struct date date, uint64_t revision, const struct now *now,
    json_t **ret_said)
{
	struct gate_answer a = { .verdict = VERDICT_UNKNOWN,
		.next_change = INSTANT_NONE, .revision = revision };
	CLEANUP_JSON json_t *input = NULL;
	json_t *answer;

	assert(gate >= 0 && gate < g->n);
	*ret_said = NULL;
	if (g->v[gate] == NULL)
		return a;
	input = call_input(g, e, gate, date, now);
	answer = builtin_call(g->v[gate], input);
	a.severity = severity_of(answer);
	a.next_change = json_int(answer, "next_change", INSTANT_NONE);
	a.told = strcmp(json_text(answer, "status", ""), "ok") == 0 &&
	    verdict_of(answer, &a.verdict);
	*ret_said = answer;
	return a;
}
