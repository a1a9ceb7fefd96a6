/* SPDX-License-Identifier: BSD-2-Clause
 *
 * plans.c -- retry plans: waits that grow, and ends that are reached.
 *
 * The waits are the engine's own (retry_delay), without jitter. A plan whose
 * waits never grow although its multiplier says so is found, as is a number
 * of runs without effect that is beyond the number of runs. An end that
 * nobody asked for is no rule.
 */
#include <string.h>

#include "base/units.h"
#include "prove/prover.h"

/* Whose plan it is. */
struct owner {
	const char *list, *kind, *name, *key;
	const struct origin *origin;
};

static struct rule *
plan_rule(struct prover *p, const struct owner *o, const char *member,
    const char *word)
{
	struct origin at = *o->origin;

	(void)rules_place(p->rules, o->list, o->key, member, &at);
	return rules_add(p->rules, "plan", o->name, &at, "%s '%s': %s",
	    o->kind, o->name, word);
}

/* The first waits, without jitter. */
static void
waits(const struct retry *retry, struct text *t)
{
	enum { SHOWN = 5 };
	struct retry plain = *retry;
	char buf[DURATION_TEXT];
	int32_t n;

	plain.jitter = JITTER_NONE;
	for (n = 2; n <= retry->attempts && n < 2 + SHOWN; n++)
		text_addf(t, "%s%s", n > 2 ? ", " : "", duration_round(
		    retry_delay(&plain, n, 0), buf));
	if (n <= retry->attempts)
		text_add(t, ", ...");
}

static void
prove_backoff(struct prover *p, const struct owner *o,
    const struct retry *retry)
{
	CLEANUP_TEXT struct text t = { 0 };
	struct retry plain = *retry;
	struct rule *x;

	if (retry->attempts < 2)
		return;
	plain.jitter = JITTER_NONE;
	x = plan_rule(p, o, "retry.attempts", "retry");
	waits(retry, &t);
	rule_fires(x, "waits %s", text_str(&t));
	rule_clears(x, "ends after %d attempts", retry->attempts);
	if (retry->attempts < 3 || retry->multiplier <= 1 ||
	    retry->jitter == JITTER_DECORRELATED ||
	    retry_delay(&plain, 2, 0) < retry_delay(&plain,
	    retry->attempts, 0))
		return;
	rule_found(x, "its waits never grow (%s), although its multiplier is "
	    "%g", text_str(&t), retry->multiplier);
	x->told = true;         /* by core/config */
}

/* The end that somebody asked for, in words; one that is not reached is not
 * the end that was meant. */
static void
prove_no_effect(struct prover *p, const struct owner *o,
    const struct recovery_def *r)
{
	struct rule *x;

	if (rules_value(p->rules, o->list, o->key, "no_effect_limit") ==
	    NULL)
		return;
	x = plan_rule(p, o, "no_effect_limit", "no_effect_limit");
	rule_clears(x, "one run that changes something");
	if (r->no_effect_limit > r->retry.attempts)
		rule_found(x, "never ends the plan: %d runs in a row without "
		    "effect, and there are %d attempts",
		    r->no_effect_limit, r->retry.attempts);
	else
		rule_fires(x, "%d run%s in a row without effect, of %d",
		    r->no_effect_limit, r->no_effect_limit == 1 ? "" : "s",
		    r->retry.attempts);
}

/* A pipeline's plan for all its phases is told of where it stands, once. */
static void
prove_starts(struct prover *p, int32_t pipeline)
{
	const struct pipeline_def *def = &p->graph->pipelines[pipeline];
	int last = 0;
	int32_t i;

	for (i = def->first_phase; i < def->first_phase + def->n_phases;
	    i++) {
		const struct phase_def *ph = &p->graph->phases[i];
		CLEANUP_TEXT struct text key = { 0 };
		struct origin at = ph->origin;
		struct owner o = { "phases", "phase", ph->name, NULL,
			&ph->origin };

		text_addf(&key, "%s.%s", def->name, ph->name);
		o.key = text_str(&key);
		(void)rules_place(p->rules, o.list, o.key, "retry.attempts",
		    &at);
		if (ph->start != NONE && at.line != last)
			prove_backoff(p, &o, &ph->retry);
		last = at.line;
	}
}

void
prove_plans(struct prover *p)
{
	int32_t i;

	for (i = 0; i < p->graph->n_recoveries; i++) {
		const struct recovery_def *r = &p->graph->recoveries[i];
		const struct owner o = { "recoveries", "recovery", r->name,
			r->name, &r->origin };

		prove_backoff(p, &o, &r->retry);
		prove_no_effect(p, &o, r);
	}
	for (i = 0; i < p->graph->n_pipelines; i++)
		prove_starts(p, i);
}
