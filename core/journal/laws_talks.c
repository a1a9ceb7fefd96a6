/* SPDX-License-Identifier: BSD-2-Clause
 *
 * laws_talks.c -- incidents, and what people were told of them.
 *
 * An incident opens once and ends once; it only gets worse. Messages come
 * with their fate, in any order, and are judged when all are there: of one
 * incident an opening comes first and an end last, whoever was told that it
 * began is told that it has ended, and to one notifier they go in order.
 */
#include <stdlib.h>

#include "journal/laws_judge.h"

/*--------------------------------------------------------------- incidents */

static void
judge_opening(struct laws *l, const struct law_fact *f)
{
	const struct law_incident *i = &f->u.incident;
	const struct date_seen *d = f->dated ? law_date_of(l, f->pipeline,
	    f->day) : NULL;

	if (i->open && d && d->owed == 0 && (i->kind == LAW_ROOT_PHASE ||
	    i->kind == LAW_ROOT_ALARM))
		law_found(l, LAW_IDLE, f, "incident %llu opens on a date "
		    "that owes nothing", (unsigned long long)i->number);
}

/* Of what is not configured any more nothing is said, nor closed. */
static int32_t
count_breaches(const struct laws *l, uint64_t incident)
{
	const struct breach_seen *x;
	uint32_t i = 0;
	int32_t n = 0;

	while ((x = law_map_next(&l->breaches, &i)))
		n += x->open && x->incident == incident &&
		    law_map_find(&l->defs, x->name) != NULL;
	return n;
}

/* What stands in it, and whether somebody hears of the end. */
static void
judge_end(struct laws *l, const struct law_fact *f,
    const struct incident_seen *x)
{
	const struct law_incident *i = &f->u.incident;

	int32_t n = x->breaches > 0 ? count_breaches(l, i->number) : 0;

	if (n > 0)
		law_found(l, LAW_ENDS_WHOLE, f, "incident %llu ends, and %d "
		    "breaches stand in it", (unsigned long long)i->number, n);
	if (x->row.message != 0 && i->message == x->row.message)
		law_found(l, LAW_END_TOLD, f, "incident %llu was told of and "
		    "ends without a word", (unsigned long long)i->number);
}

/* Its message is another one. */
static void
judge_again(struct laws *l, const struct law_fact *f,
    const struct incident_seen *x)
{
	const struct law_incident *i = &f->u.incident;
	const struct law_def *p = law_def_of(l, f->pipeline,
	    FACT_DEFINE_PIPELINE);
	int64_t due;

	if (i->severity > x->row.told || (i->gave_up && !x->row.gave_up) ||
	    p == NULL || p->u.pipeline.remind_ms < 0)
		return;
	due = x->row.told_at + p->u.pipeline.remind_ms;
	if (p->u.pipeline.remind_ms == 0 || f->at < due)
		law_found(l, LAW_TOLD_AGAIN, f, "incident %llu is told again "
		    "and is no worse", (unsigned long long)i->number);
	else if (f->at < x->row.acked_until)
		law_found(l, LAW_TOLD_AGAIN, f, "incident %llu is told again, "
		    "though somebody has it",
		    (unsigned long long)i->number);
}

static void
judge_incident(struct laws *l, const struct law_fact *f,
    const struct incident_seen *x)
{
	const struct law_incident *i = &f->u.incident;

	if (!x->row.open && i->open)
		law_found(l, LAW_OPENS_ONCE, f, "incident %llu had ended and "
		    "is open again", (unsigned long long)i->number);
	if (x->row.open && !i->open)
		judge_end(l, f, x);
	else if (x->row.message != 0 && i->message != x->row.message &&
	    i->open)
		judge_again(l, f, x);
	if (i->severity >= 0 && i->severity < x->row.severity)
		law_found(l, LAW_SEVERITY_GROWS, f, "incident %llu had "
		    "severity %d and has %d", (unsigned long long)i->number,
		    x->row.severity, i->severity);
	else if (i->told >= 0 && i->told < x->row.told)
		law_found(l, LAW_SEVERITY_GROWS, f, "incident %llu was told "
		    "at severity %d and is at %d",
		    (unsigned long long)i->number, x->row.told, i->told);
}

static void
told_of_bypass(struct laws *l, const struct law_fact *f,
    enum law_root kind)
{
	struct plan_seen *p;

	if (kind == LAW_ROOT_BYPASS && f->name != 0) {
		p = law_plan(l, f);
		p->bypass_told = true;
	}
}

void
laws_see_incident(struct laws *l, const struct law_fact *f)
{
	const struct law_incident *i = &f->u.incident;
	struct incident_seen *x = law_map_find(&l->incidents, i->number);

	law_number(l, f, i->number);
	told_of_bypass(l, f, i->kind);
	if (x) {
		judge_incident(l, f, x);
	} else {
		judge_opening(l, f);
		x = law_map_put(&l->incidents, i->number);
	}
	x->row = *i;
}

static void
keep_breach(struct laws *l, const struct law_fact *f)
{
	const struct law_breach *b = &f->u.breach;
	struct incident_seen *i = law_map_find(&l->incidents, b->incident);
	uint64_t key = key_of_fact(f) ^ (b->incident << 3 |
	    (uint64_t)b->kind) * 0xff51afd7ed558ccdu;
	struct breach_seen *x;

	if (b->incident == 0)
		return;
	x = law_map_put(&l->breaches, key);
	if (i)
		i->breaches += (int32_t)b->open - (int32_t)x->open;
	x->open = b->open;
	x->incident = b->incident;
	x->name = f->name;
}

void
laws_see_breach(struct laws *l, const struct law_fact *f)
{
	keep_breach(l, f);
	told_of_bypass(l, f, f->u.breach.kind);
}

/*---------------------------------------------------------------- messages */

void
laws_see_message(struct laws *l, const struct law_fact *f)
{
	const struct law_message *m = &f->u.message;
	uint64_t key = m->id * 0x9e3779b97f4a7c15u ^ f->name;
	struct message_seen *x = law_map_put(&l->messages, key);

	x->m = *m;
	x->notifier = f->name;
}

/* Of one incident and notifier together, oldest first; then of one
 * incident. */
static int
by_notifier(const void *a, const void *b)
{
	const struct message_seen *x = *(const struct message_seen *const *)a;
	const struct message_seen *y = *(const struct message_seen *const *)b;

	if (x->m.incident != y->m.incident)
		return x->m.incident < y->m.incident ? -1 : 1;
	if (x->notifier != y->notifier)
		return x->notifier < y->notifier ? -1 : 1;
	return x->m.id < y->m.id ? -1 : x->m.id > y->m.id;
}

static int
by_id(const void *a, const void *b)
{
	const struct message_seen *x = *(const struct message_seen *const *)a;
	const struct message_seen *y = *(const struct message_seen *const *)b;

	if (x->m.incident != y->m.incident)
		return x->m.incident < y->m.incident ? -1 : 1;
	return x->m.id < y->m.id ? -1 : x->m.id > y->m.id;
}

/* The summary of a first start announces nothing that could end, and a test
 * isn't about an incident. */
static bool
announces(const struct message_seen *x)
{
	return x->m.delivered_at != INSTANT_NONE &&
	    x->m.kind != LAW_ADOPTED && x->m.kind != LAW_TEST &&
	    x->m.kind != LAW_RESOLVED;
}

static bool
is_over(const struct message_seen *x, int64_t *ret_at)
{
	*ret_at = x->m.delivered_at != INSTANT_NONE ? x->m.delivered_at :
	    x->m.gave_up_at;
	return *ret_at != INSTANT_NONE;
}

static void
judge_order(struct laws *l, const struct message_seen *first,
    const struct message_seen *then)
{
	int64_t at;

	if (then->m.delivered_at == INSTANT_NONE ||
	    first->m.queued_at > then->m.queued_at)
		return;
	if (!is_over(first, &at) || at > then->m.delivered_at)
		law_found(l, LAW_IN_ORDER, NULL, "message %llu of incident "
		    "%llu reached '%s' before message %llu",
		    (unsigned long long)then->m.id,
		    (unsigned long long)then->m.incident,
		    law_word(l, then->notifier),
		    (unsigned long long)first->m.id);
}

static void
judge_one(struct laws *l, const struct message_seen *x)
{
	if (x->m.delivered_at != INSTANT_NONE && x->m.tries == 0)
		law_found(l, LAW_TRIED, NULL, "message %llu to '%s' was "
		    "delivered without a try", (unsigned long long)x->m.id,
		    law_word(l, x->notifier));
	if (x->m.incident != 0 && law_map_find(&l->incidents,
	    x->m.incident) == NULL)
		law_found(l, LAW_OF_INCIDENT, NULL, "message %llu to '%s' is "
		    "about incident %llu, which does not exist",
		    (unsigned long long)x->m.id, law_word(l, x->notifier),
		    (unsigned long long)x->m.incident);
}

/* Those of one incident to one notifier. */
static void
judge_notifier(struct laws *l, const struct message_seen *const *v, size_t n)
{
	const struct incident_seen *i = law_map_find(&l->incidents,
	    v[0]->m.incident);
	const struct message_seen *told = NULL;
	bool resolved = false;
	size_t k;

	for (k = 0; k < n; k++) {
		if (k > 0)
			judge_order(l, v[k - 1], v[k]);
		resolved = resolved || v[k]->m.kind == LAW_RESOLVED;
		if (k > 0 && v[k]->m.kind == LAW_OPENED)
			law_found(l, LAW_OPENS_ONCE, NULL, "incident %llu is "
			    "told to open in message %llu to '%s', after "
			    "message %llu",
			    (unsigned long long)v[k]->m.incident,
			    (unsigned long long)v[k]->m.id,
			    law_word(l, v[k]->notifier),
			    (unsigned long long)v[0]->m.id);
		if (announces(v[k]))
			told = v[k];
	}
	if (i && !i->row.open && told && !resolved)
		law_found(l, LAW_END_TOLD, NULL, "incident %llu is closed "
		    "and message %llu of it was delivered to '%s', but its "
		    "end was never queued there",
		    (unsigned long long)v[0]->m.incident,
		    (unsigned long long)told->m.id,
		    law_word(l, told->notifier));
}

/* Those of one incident, whoever got them. */
static void
judge_talk(struct laws *l, const struct message_seen *const *v, size_t n)
{
	const struct incident_seen *i = law_map_find(&l->incidents,
	    v[0]->m.incident);
	uint64_t resolved = 0;
	size_t k;

	for (k = 0; k < n; k++) {
		const struct law_message *m = &v[k]->m;

		if (resolved != 0 && m->id != resolved)
			law_found(l, LAW_RESOLVED_LAST, NULL, "incident %llu "
			    "was told to have ended in message %llu, and "
			    "message %llu follows",
			    (unsigned long long)m->incident,
			    (unsigned long long)resolved,
			    (unsigned long long)m->id);
		if (m->kind == LAW_RESOLVED)
			resolved = m->id;
	}
	if (resolved != 0 && i && i->row.open)
		law_found(l, LAW_RESOLVED_LAST, NULL, "incident %llu was "
		    "told to have ended in message %llu, and is open",
		    (unsigned long long)v[0]->m.incident,
		    (unsigned long long)resolved);
}

/* In groups of one incident, and of one notifier if asked. */
static void
each_group(struct laws *l, const struct message_seen **v, size_t n,
    bool notifier, void (*judge)(struct laws *,
    const struct message_seen *const *, size_t))
{
	size_t from = 0, to;

	qsort(v, n, sizeof(struct message_seen *), notifier ? by_notifier :
	    by_id);
	for (; from < n; from = to) {
		for (to = from + 1; to < n &&
		    v[to]->m.incident == v[from]->m.incident && (!notifier ||
		    v[to]->notifier == v[from]->notifier); to++)
			;
		if (v[from]->m.incident != 0)
			judge(l, v + from, to - from);
	}
}

void
laws_end_talks(struct laws *l)
{
	const struct message_seen **v = calloc((size_t)l->messages.n + 1,
	    sizeof(struct message_seen *));
	const struct message_seen *x;
	uint32_t i = 0;
	size_t n = 0;

	if (v == NULL)
		abort();
	while ((x = law_map_next(&l->messages, &i)))
		v[n++] = x;
	qsort(v, n, sizeof *v, by_id);
	for (i = 0; i < n; i++)
		judge_one(l, v[i]);
	each_group(l, v, n, true, judge_notifier);
	each_group(l, v, n, false, judge_talk);
	free(v);
}
