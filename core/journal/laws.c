/* SPDX-License-Identifier: BSD-2-Clause
 *
 * laws.c -- the judge: takes facts, keeps what was seen, says what can't be.
 *
 * Each fact is compared with what was seen before, and then kept in its
 * place. Which law looks at which fact is divided by subject: evidence,
 * edges, starts, attempts, plans, talks. Here is what they share: the
 * definitions of the running generation, epochs, and the list of dates that
 * are closed, of which nothing but the attempts and messages is kept.
 *
 * It shares no code with the engine: a mistake there must not excuse itself
 * here. It makes no sentence unless there is a finding, since nearly all
 * facts are well and there are millions of them.
 */
#include "journal/laws.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal/laws_judge.h"

/*---------------------------------------------------------------- findings */

static void
tell(struct laws *l, enum law law, uint64_t seq, const char *sentence)
{
	const struct law_finding x = { law, seq, sentence };

	if (law_judged(l, law))
		l->o.found(l->o.arg, &x);
}

void
law_found(struct laws *l, enum law law, const struct law_fact *f,
    const char *fmt, ...)
{
	char sentence[600];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(sentence, sizeof sentence, fmt, ap);
	va_end(ap);
	tell(l, law, f ? f->seq : 0, sentence);
}

static void
settle_expected(struct laws *l)
{
	struct owed_override *x = &l->expected;

	if (x->owed)
		tell(l, x->law, x->seq, x->sentence);
	x->owed = false;
}

void
law_expect(struct laws *l, enum law law, const struct law_fact *f,
    int32_t left, const char *fmt, ...)
{
	struct owed_override *x = &l->expected;
	va_list ap;

	if (x->owed)
		return;         /* the first reason is enough */
	*x = (struct owed_override){ .owed = true, .law = law,
		.plan = key_of_fact(f), .seq = f->seq, .at = f->at,
		.left = left };
	va_start(ap, fmt);
	(void)vsnprintf(x->sentence, sizeof x->sentence, fmt, ap);
	va_end(ap);
}

const char *
law_word(struct laws *l, uint32_t name)
{
	const char *s = l->o.name && name ? l->o.name(l->o.arg, name) : NULL;

	return s ? s : "it";
}

/*------------------------------------------------------------- definitions */

void *
law_grown(void *v, uint32_t n, uint32_t *cap, size_t size)
{
	if (n < *cap)
		return v;
	*cap = *cap ? *cap * 2 : 16;
	v = realloc(v, *cap * size);
	if (v == NULL)
		abort();
	return v;
}

static struct law_list
kept(struct laws *l, const struct law_names *names)
{
	struct law_list list = { l->n_ints, 0 };
	int32_t i;

	for (i = 0; i < names->n; i++) {
		l->ints = law_grown(l->ints, l->n_ints, &l->cap_ints,
		    sizeof *l->ints);
		l->ints[l->n_ints++] = names->v[i];
		list.n++;
	}
	return list;
}

const struct law_def *
law_def_of(const struct laws *l, uint32_t name, enum law_kind kind)
{
	const struct law_def *d = name ? law_map_find(&l->defs, name) : NULL;

	return d && d->kind == kind ? d : NULL;
}

static void
define_phase(struct laws *l, struct law_def *d,
    const struct law_phase_def *p)
{
	d->u.phase = *p;
	d->after = kept(l, &p->after);
	d->before = kept(l, &p->before);
	d->guards = kept(l, &p->guards);
	d->done = kept(l, &p->done);
}

static void
define(struct laws *l, const struct law_fact *f)
{
	struct law_def *d = law_map_put(&l->defs, f->name);

	d->kind = f->kind;
	d->pipeline = f->pipeline;
	switch (f->kind) {
	case FACT_DEFINE_PIPELINE:
		d->u.pipeline = f->u.pipeline_def;
		break;
	case FACT_DEFINE_CHECK:
		d->u.check = f->u.check_def;
		break;
	case FACT_DEFINE_GATE:
		d->u.gate = f->u.gate_def;
		d->inputs = kept(l, &f->u.gate_def.inputs);
		break;
	case FACT_DEFINE_PHASE:
		define_phase(l, d, &f->u.phase_def);
		break;
	case FACT_DEFINE_RECOVERY:
		d->u.recovery = f->u.recovery_def;
		d->repairs = kept(l, &f->u.recovery_def.repairs);
		break;
	default:
		assert(f->kind == FACT_DEFINE_ACTION);
		d->u.action = f->u.action_def;
	}
}

static void
see_generation(struct laws *l, const struct law_fact *f)
{
	law_map_clear(&l->defs);
	l->n_ints = 0;
	l->defined++;
	l->starts_per_hour = f->u.generation.starts_per_hour;
}

/*------------------------------------------------------------------ epochs */

static void
see_daemon(struct laws *l, const struct law_fact *f)
{
	const struct law_daemon *d = &f->u.daemon;

	if (d->starts && d->epoch != 0 && d->epoch <= l->epoch)
		law_found(l, LAW_EPOCH, f, "epoch %llu begins after epoch "
		    "%llu", (unsigned long long)d->epoch,
		    (unsigned long long)l->epoch);
	else if (!d->starts && d->epoch != 0 && l->epoch != 0 &&
	    d->epoch != l->epoch)
		law_found(l, LAW_EPOCH, f, "epoch %llu goes on without a "
		    "start in epoch %llu", (unsigned long long)d->epoch,
		    (unsigned long long)l->epoch);
	if (d->epoch > l->epoch)
		l->epoch = d->epoch;
	if (!d->starts)
		return;
	l->life++;
	l->life_at = f->at;
	laws_excuse_bypasses(l);
}

static void
see_writer(struct laws *l, const struct law_fact *f)
{
	if (f->epoch < l->epoch)
		law_found(l, LAW_EPOCH, f, "written in epoch %llu, after "
		    "epoch %llu had begun", (unsigned long long)f->epoch,
		    (unsigned long long)l->epoch);
}

void
law_number(struct laws *l, const struct law_fact *f, uint64_t number)
{
	struct { uint64_t key, kind; } *x;

	if (number == 0)
		return;
	x = law_map_put(&l->numbers, number);
	if (x->kind == 0)
		x->kind = (uint64_t)f->kind;
	else if (x->kind != (uint64_t)f->kind)
		law_found(l, LAW_UNIQUE, f, "number %llu is used for two "
		    "things", (unsigned long long)number);
}

static void
see_slot(struct laws *l, const struct law_fact *f)
{
	const uint64_t mixed = (key_of_fact(f) ^
	    (uint64_t)f->u.slot.instant * 0xff51afd7ed558ccdu) *
	    0xc4ceb9fe1a85ec53u;
	struct { uint64_t key, seq; } *x = law_map_put(&l->slots, mixed);

	if (x->seq != 0)
		law_found(l, LAW_SLOT_ONCE, f, "a slot of %s is used twice, "
		    "before in event %llu", law_word(l, f->name),
		    (unsigned long long)x->seq);
	x->seq = f->seq ? f->seq : 1;
}

static void
see_met(struct laws *l, const struct law_fact *f)
{
	struct { uint64_t key; int64_t day; } *m = law_map_put(&l->met,
	    f->name);

	m->day = f->day;
}

/*-------------------------------------------------------------- closed dates */

static bool
is_closed(const struct laws *l, int32_t day, uint32_t pipeline)
{
	int32_t i;

	for (i = 0; i < l->n_closed; i++)
		if (l->closed[i] == law_key(day, pipeline))
			return true;
	return false;
}

static bool
keep_plan(void *arg, const void *entry)
{
	const struct plan_seen *p = entry;

	if (!is_closed(arg, p->day, p->pipeline) || p->live)
		return true;
	laws_look_for_bypass(arg, p, NULL);
	return false;
}

static bool
keep_item(void *arg, const void *entry)
{
	const struct item_seen *x = entry;

	return !is_closed(arg, x->day, x->pipeline);
}

/* All pipelines of a journal have the same days; one that is closed in one
 * of them and not yet in another is kept by its name's definition. */
static bool
keep_named(void *arg, const void *entry)
{
	const struct laws *l = arg;
	uint64_t key = law_map_key(entry);
	const struct law_def *d = law_map_find(&l->defs, (uint32_t)key);

	return !d || !is_closed(l, (int32_t)(key >> 32), d->pipeline);
}

static void
drop_closed(struct laws *l)
{
	law_map_keep(&l->plans, keep_plan, l);
	law_map_keep(&l->items, keep_item, l);
	law_map_keep(&l->checks, keep_named, l);
	law_map_keep(&l->gates, keep_named, l);
	l->n_closed = 0;
}

static void
see_date(struct laws *l, const struct law_fact *f)
{
	laws_see_date(l, f);
	if (!f->u.date.closed)
		return;
	if (l->n_closed == LAW_CLOSED_MAX)
		drop_closed(l);
	l->closed[l->n_closed++] = law_key(f->day, f->pipeline);
}

/*-------------------------------------------------------------------- life */

struct laws *
laws_new(const struct laws_options *o)
{
	struct laws *l = calloc(1, sizeof *l);

	if (l == NULL)
		abort();
	assert(o->found != NULL);
	l->o = *o;
	l->judged = ~o->without;
	l->last_at = l->life_at = INSTANT_NONE;
	law_map_init(&l->defs, sizeof(struct law_def));
	law_map_init(&l->met, 2 * sizeof(uint64_t));
	law_map_init(&l->dates, sizeof(struct date_seen));
	law_map_init(&l->checks, sizeof(struct check_seen));
	law_map_init(&l->gates, sizeof(struct gate_seen));
	law_map_init(&l->plans, sizeof(struct plan_seen));
	law_map_init(&l->attempts, sizeof(struct attempt_seen));
	law_map_init(&l->incidents, sizeof(struct incident_seen));
	law_map_init(&l->breaches, sizeof(struct breach_seen));
	law_map_init(&l->numbers, 2 * sizeof(uint64_t));
	law_map_init(&l->messages, sizeof(struct message_seen));
	law_map_init(&l->slots, 2 * sizeof(uint64_t));
	law_map_init(&l->breakers, sizeof(struct breaker_seen));
	law_map_init(&l->disabled, sizeof(struct disabled_seen));
	law_map_init(&l->items, sizeof(struct item_seen));
	law_map_init(&l->backfills, sizeof(struct backfill_seen));
	return l;
}

typedef void see_fn(struct laws *, const struct law_fact *);

static void
see_jump(struct laws *l, const struct law_fact *f)
{
	(void)f;
	l->jumps++;
}

void
laws_see(struct laws *l, const struct law_fact *f)
{
	static see_fn *const see[FACT_KINDS] = {
		[FACT_GENERATION] = see_generation,
		[FACT_DEFINE_PIPELINE] = define, [FACT_DEFINE_CHECK] = define,
		[FACT_DEFINE_GATE] = define, [FACT_DEFINE_PHASE] = define,
		[FACT_DEFINE_RECOVERY] = define,
		[FACT_DEFINE_ACTION] = define,
		[FACT_DAEMON] = see_daemon, [FACT_CLOCK_JUMP] = see_jump,
		[FACT_DATE] = see_date, [FACT_MET] = see_met,
		[FACT_CHECK] = laws_see_check, [FACT_LATE] = laws_see_late,
		[FACT_GATE] = laws_see_gate,
		[FACT_PHASE] = laws_see_phase,
		[FACT_RECOVERY] = laws_see_recovery,
		[FACT_ATTEMPT] = laws_see_attempt,
		[FACT_INCIDENT] = laws_see_incident,
		[FACT_BREACH] = laws_see_breach, [FACT_HOLD] = laws_see_hold,
		[FACT_WAIVER] = laws_see_waiver,
		[FACT_OVERRIDE] = laws_see_override,
		[FACT_BREAKER] = laws_see_breaker,
		[FACT_DISABLED] = laws_see_disabled,
		[FACT_PERMIT] = laws_see_permit, [FACT_SLOT] = see_slot,
		[FACT_BACKFILL] = laws_see_backfill,
		[FACT_MESSAGE] = laws_see_message,
		[FACT_BEGUN] = laws_see_begun
	};

	assert((unsigned int)f->kind < FACT_KINDS);
	if (f->epoch != 0)
		see_writer(l, f);
	/* set while nobody was there to tell of a jump */
	if (f->kind == FACT_DAEMON && l->last_at != INSTANT_NONE &&
	    f->at < l->last_at)
		l->jumps++;
	l->before_at = l->last_at;
	l->last_at = f->at;
	if (see[f->kind])
		see[f->kind](l, f);
	if (l->expected.owed && f->seq != l->expected.seq &&
	    --l->expected.left <= 0)
		settle_expected(l);
}

void
laws_end(struct laws *l)
{
	const struct plan_seen *p;
	uint32_t i = 0;

	settle_expected(l);
	while ((p = law_map_next(&l->plans, &i)))
		laws_look_for_bypass(l, p, NULL);
	laws_end_talks(l);
}

static void
free_maps(struct laws *l)
{
	struct law_map *maps[] = { &l->defs, &l->met, &l->dates, &l->checks,
		&l->gates, &l->plans, &l->attempts, &l->incidents,
		&l->breaches, &l->numbers, &l->messages, &l->slots,
		&l->backfills, &l->breakers, &l->disabled, &l->items };
	size_t i;

	for (i = 0; i < sizeof maps / sizeof *maps; i++)
		law_map_free(maps[i]);
}

void
laws_free(struct laws *l)
{
	if (l == NULL)
		return;
	free_maps(l);
	free(l->ints);
	free(l->holds);
	free(l->starts);
	free(l->live);
	free(l);
}
