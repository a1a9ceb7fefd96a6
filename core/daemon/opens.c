/* SPDX-License-Identifier: BSD-2-Clause
 *
 * opens.c -- what would open a thing that is closed.
 *
 * The counterfactual of `explain`, one sentence per condition. A gate says
 * itself what it opens with; where it doesn't, its inputs that don't pass
 * are named. Nothing here judges: which conditions are closed was said by
 * the engine.
 */
#include "daemon/opens.h"

#include "base/json.h"
#include "base/text.h"
#include "daemon/words.h"

static void
add_text(json_t *list, const char *text)
{
	(void)json_array_append_new(list, json_string(text));
}

void
opens_gate(const struct view *v, int32_t gate, struct date date, json_t *list)
{
	const json_t *words = json_object_get(view_evaluation(v,
	    gate, date), "opens_with");
	const struct gate_def *g = &v->graph->gates[gate];
	const json_t *w;
	size_t i;
	int32_t k;

	json_array_foreach(words, i, w) {
		CLEANUP_TEXT struct text t = { 0 };

		text_addf(&t, "%s opens with %s", g->name,
		    json_is_string(w) ? json_string_value(w) : "?");
		add_text(list, text_str(&t));
	}
	for (k = 0; json_array_size(words) == 0 &&
	    k < gate_inputs_on(g, date); k++) {
		CLEANUP_TEXT struct text t = { 0 };

		if (!view_bad(v, g->inputs[k], date))
			continue;
		text_addf(&t, "%s passes",
		    v->graph->checks[g->inputs[k]].name);
		add_text(list, text_str(&t));
	}
}

void
opens_condition(const struct view *v, const struct condition *c,
    const struct phase_reading *r, int32_t pipeline, struct date date,
    json_t *list)
{
	CLEANUP_TEXT struct text t = { 0 };

	switch (c->why) {
	case WHY_UPSTREAM:
		if (c->subject != NONE)
			text_addf(&t, "%s is done",
			    v->graph->phases[c->subject].name);
		break;
	case WHY_GATE:
		if (c->subject != NONE)
			opens_gate(v, c->subject, date, list);
		return;
	case WHY_CHECK:
	case WHY_STALE_EVIDENCE:
		if (c->subject != NONE)
			text_addf(&t, "%s passes, measured afresh",
			    v->graph->checks[c->subject].name);
		break;
	case WHY_CALENDAR:
		text_add(&t, "the calendar check says what the date owes");
		break;
	case WHY_NOT_BEFORE:
		text_add(&t, "time: ");
		if (r->at != INSTANT_NONE)
			words_when(&t, r->at, view_zone(v, pipeline));
		break;
	case WHY_HELD:
		text_addf(&t, "hold %d is released", c->subject);
		break;
	case WHY_MODE:
		text_addf(&t, "mode = \"enforce\" in its pipeline%s", r->n ==
		    1 ? ": it would start now" : "");
		break;
	default:
		break;
	}
	if (t.len > 0)
		add_text(list, text_str(&t));
}

void
opens_done(const struct view *v, const struct phase_def *p, struct date date,
    json_t *list)
{
	int32_t i;

	if (p->done_kind == DONE_GATE)
		opens_gate(v, p->done_gate, date, list);
	for (i = 0; p->done_kind == DONE_CHECKS && p->start == NONE &&
	    i < done_checks_on(p, date); i++) {
		CLEANUP_TEXT struct text t = { 0 };

		if (!view_bad(v, p->done_checks[i], date))
			continue;
		text_addf(&t, "%s passes",
		    v->graph->checks[p->done_checks[i]].name);
		add_text(list, text_str(&t));
	}
}
