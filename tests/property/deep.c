/* SPDX-License-Identifier: BSD-2-Clause
 *
 * deep.c -- what every other seed has beside: breakers, shares of repairs,
 * actions that never succeed, sources that are given up, last starts that
 * still make it, backfills, labels; and every other one of those, waivers.
 *
 * A seed with an odd number draws nothing here, so that what is kept of one
 * plays as it did. What is drawn comes after all that the others draw.
 */
#include "oracle.h"

static void
make_breakers(struct play *p)
{
	static const char *const names[P_BREAKERS] = { "target0",
		"target1" };
	int32_t i;

	for (i = 0; i < P_BREAKERS; i++)
		p->breakers[i] = (struct breaker_def){ .name = names[i],
			.failures = 1 + upto(p, 4),
			.within_ms = (1 + upto(p, 12)) * HOUR,
			.open_ms = (5 + upto(p, 120)) * MINUTE,
			.max_ms = 4 * HOUR, .probes = 1 + upto(p, 2) };
	p->graph.breakers = p->breakers;
	p->graph.n_breakers = P_BREAKERS;
	for (i = 0; i < p->graph.n_actions; i++) {
		struct action_def *a = &p->actions[i];

		a->breaker = chance(p, 60) ? upto(p, P_BREAKERS) : NONE;
		a->vain_tries = chance(p, 40) ? 2 + upto(p, 4) : 0;
		a->vain_ms = chance(p, 20) ? (6 + upto(p, 24)) * HOUR : 0;
	}
}

/* On a day that will be played, or never. */
static struct retirement
make_retirement(struct play *p)
{
	struct retirement r = { .by = NONE };

	if (!chance(p, 25))
		return r;
	r.source = "source";
	r.from.day = (int32_t)(p->begin / DAY) + upto(p, 12);
	return r;
}

void
make_deep(struct play *p)
{
	int32_t i;

	p->deep = !p->checks30 && p->seed % 2 == 0;
	p->waives = p->deep && p->seed % 4 == 2;
	if (!p->deep)
		return;
	p->pipeline.watch_days += upto(p, 3);
	make_breakers(p);
	for (i = 0; i < p->graph.n_recoveries; i++) {
		p->recoveries[i].per_item = chance(p, 50) ? 1 + upto(p, 2) :
		    0;
		p->recoveries[i].retirement = make_retirement(p);
	}
	for (i = 0; i < p->graph.n_gates; i++)
		if (p->gates[i].alarm)
			p->gates[i].retirement = make_retirement(p);
	for (i = 0; i < p->graph.n_phases; i++)
		if (chance(p, 50)) {
			p->phases[i].no_return_runs = 1 + upto(p, 3);
			p->phases[i].no_return_lead_ms = upto(p, 3) * 15 *
			    MINUTE;
		}
}

/*----------------------------------------------------------------- commands */

/* A range of a few days that has ended, mostly. */
static void
ask_for_backfill(struct play *p, struct sup *s, struct command *c)
{
	struct backfill_row *b = &p->asked;
	int32_t days = 1 + upto(p, 4);

	(void)some_date(p, s, &c->date);
	*b = (struct backfill_row){ .from = c->date, .to = { c->date.day +
		days - 1 }, .phase = NONE, .at_most = 1 + upto(p, 3),
		.starts_per_hour = 1 + upto(p, 6),
		.newest_first = chance(p, 30), .external = chance(p, 50),
		.canary = chance(p, 50), .first = chance(p, 30) ?
		    upto(p, days) : NONE,
		.severity = SEVERITY_INFO + (enum severity)upto(p, 3) };
	if (chance(p, 20)) {
		int32_t phase = upto(p, p->graph.n_phases);

		if (s->v.here[OF_PHASE][phase] != NONE)
			b->phase = s->v.here[OF_PHASE][phase];
	}
	c->backfill = b;
}

/* Each is also said of what isn't there. */
static uint64_t
some_number(struct play *p, uint64_t last)
{
	if (last == 0 || chance(p, 5))
		return (uint64_t)upto(p, 12) + 1;
	return last - (uint64_t)upto(p, last < 4 ? (int32_t)last : 4);
}

void
say_deep(struct play *p, struct sup *s)
{
	static const enum command_kind kinds[] = { COMMAND_BACKFILL_START,
		COMMAND_BACKFILL_PAUSE, COMMAND_BACKFILL_RESUME,
		COMMAND_BACKFILL_CANCEL, COMMAND_LABEL, COMMAND_WAIVE,
		COMMAND_WAIVE, COMMAND_UNDO };
	struct event ev = { .kind = EVENT_COMMAND };
	struct command *c = &ev.u.command;

	if (!sup_able(s) || s->frozen || !has(p, F_OPERATOR))
		return;
	*c = (struct command){ .kind = kinds[upto(p, p->waives ? 8 : 5)],
		.until = INSTANT_NONE,
		.subject = NONE, .actor = "ann", .reason = "because",
		.token = 7 };
	if (c->kind == COMMAND_BACKFILL_START)
		ask_for_backfill(p, s, c);
	else if (c->kind == COMMAND_LABEL)
		c->label = (enum incident_label)upto(p, 3);
	else if (c->kind == COMMAND_WAIVE)
		ask_to_waive(p, s, c);
	if (c->kind != COMMAND_WAIVE)
		c->id = some_number(p, c->kind == COMMAND_LABEL ?
		    p->shelf.ids.incident : c->kind == COMMAND_UNDO ?
		    p->shelf.ids.waiver : p->shelf.ids.backfill);
	p->count.commands++;
	sup_step(p, s, &ev);
}
