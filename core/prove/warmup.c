/* SPDX-License-Identifier: BSD-2-Clause
 *
 * warmup.c -- checks that owe nothing in the first days of a season.
 *
 * Such a rule fires on the first date that is owed and clears on the one
 * before it. Where every season that is known ends before that day comes,
 * the check never owes anything: a season ends where the next one begins,
 * and the last one after a year.
 */
#include "prove/prover.h"

enum { YEAR = 365 };

/* How long the season lasts, in days. */
static int32_t
length(const struct pipeline_def *p, int32_t season)
{
	return season + 1 < p->n_seasons ? p->seasons[season + 1].day -
	    p->seasons[season].day : YEAR;
}

static void
prove_one(struct prover *p, const struct check_def *c)
{
	const struct pipeline_def *def = &p->graph->pipelines[c->pipeline];
	struct origin at = c->origin;
	char first[DATE_TEXT], before[DATE_TEXT];
	struct date day;
	struct rule *x;
	int32_t i;

	(void)rules_place(p->rules, "checks", c->name, "from_day", &at);
	x = rules_add(p->rules, "warm-up", c->name, &at, "check '%s': "
	    "from_day = %d", c->name, c->from_day);
	for (i = def->n_seasons - 1; i >= 0; i--)
		if (length(def, i) > c->from_day)
			break;
	if (i < 0) {
		rule_found(x, "never owes anything: no season lasts until "
		    "its day %d; that of %s has %d", c->from_day, date_text(
		    def->seasons[def->n_seasons - 1], first), length(def,
		    def->n_seasons - 1));
		return;
	}
	day = date_add(def->seasons[i], c->from_day);
	rule_fires(x, "owed on %s", date_text(day, first));
	rule_clears(x, "not owed on %s", date_text(date_add(day, -1),
	    before));
}

void
prove_warmups(struct prover *p)
{
	int32_t i;

	for (i = 0; i < p->graph->n_checks; i++) {
		const struct check_def *c = &p->graph->checks[i];

		if (c->from_day > 0 && p->graph->pipelines[c->pipeline].
		    n_seasons > 0)
			prove_one(p, c);
	}
}
