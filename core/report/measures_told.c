/* SPDX-License-Identifier: BSD-2-Clause
 *
 * measures_told.c -- numbers of incidents, and of the messages about them.
 *
 * An incident belongs to its data date. Of an adoption nothing is counted:
 * those dates had ended before anybody looked. An early warning, and what is
 * told of an action, break no date's contract: how soon that was seen and put
 * right isn't counted.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/units.h"
#include "report/measures.h"
#include "report/model.h"

enum { DAY_BEGINS_S = 9 * 3600, DAY_ENDS_S = 18 * 3600 };

typedef void incident_terms_fn(const struct report *,
    const struct report_incident *, struct tally *);

static struct term *
about(struct term *t, const struct report_incident *i)
{
	t->incident = i->number;
	t->dated = i->dated;
	t->date = i->date;
	t->subject = i->root;
	return t;
}

static void
each(const struct report *r, const struct asking *a, struct tally *t,
    incident_terms_fn *fn)
{
	size_t i;

	t->na = "there was no incident";
	for (i = 0; i < r->incidents.n; i++) {
		const struct report_incident *x = &r->incidents.v[i];

		if (x->kind != ROOT_ADOPTION &&
		    incident_within(r, x, a->pipeline, a->from, a->to))
			fn(r, x, t);
	}
}

static bool
labelled(const struct report_incident *i, const char *label)
{
	return strcmp(i->label, label) == 0;
}

/* Why how it was seen and what ended it don't count; NULL: they do. */
static const char *
left_out(const struct report_incident *i)
{
	if (labelled(i, "false"))
		return "labelled false";
	if (i->kind == ROOT_EARLY)
		return "a warning, before anything was late";
	return i->kind == ROOT_ACTION ? "of an action, and of no date" :
	    NULL;
}

static bool
was_told(const struct report_incident *i)
{
	return i->n > 0 && i->v[i->n - 1].told > 0;
}

/*------------------------------------------------------------- mttd, mttr */

static void
detection(const struct report *r, const struct report_incident *i,
    struct tally *t)
{
	int64_t from = incident_violated(r, i), to = incident_detected(r, i);
	struct term *x;

	if (left_out(i)) {
		x = tally_add(t, COUNTS_EXCLUDED, "%s", left_out(i));
	} else {
		x = tally_add(t, COUNTS_YES, "%s", from == to ?
		    "seen as it happened" : "seen later");
		x->value = (double)(to - from);
	}
	about(x, i)->from = from;
	x->to = to;
}

void
terms_mttd(const struct report *r, const struct asking *a, struct tally *t)
{
	each(r, a, t, detection);
}

static struct term *
not_ended(struct tally *t, const struct report_incident *i)
{
	if (i->closed_at == INSTANT_NONE)
		return tally_add(t, COUNTS_PENDING, "still open");
	return tally_add(t, COUNTS_EXCLUDED, "closed without a proof: its "
	    "date or its rule isn't watched any more");
}

static const char *
ended_words(enum ended how)
{
	return how == ENDED_BY_HAND ? "by hand" : how == ENDED_BY_RECOVERY ?
	    "by a recovery" : "by itself";
}

static void
resolution(const struct report *r, const struct report_incident *i,
    struct tally *t)
{
	struct ending e = incident_ending(r, i);
	int64_t from = incident_detected(r, i), to = incident_resolved(i);
	struct term *x;

	if (left_out(i)) {
		x = tally_add(t, COUNTS_EXCLUDED, "%s", left_out(i));
	} else if (e.how == ENDED_NOT) {
		x = not_ended(t, i);
	} else {
		x = tally_add(t, COUNTS_YES, "%s", ended_words(e.how));
		x->value = (double)(to - from);
	}
	about(x, i)->from = from;
	x->to = to;
}

void
terms_mttr(const struct report *r, const struct asking *a, struct tally *t)
{
	each(r, a, t, resolution);
}

/*------------------------------------------------------------ what ended it */

static struct term *
by_ending(const struct report *r, const struct report_incident *i,
    struct tally *t, enum ended yes)
{
	struct ending e = incident_ending(r, i);
	enum counts c = e.how == yes ? COUNTS_YES : COUNTS_NO;

	switch (e.how) {
	case ENDED_BY_RECOVERY:
		return tally_add(t, c, "attempt %llu, %s: %s",
		    (unsigned long long)e.attempt->id, e.attempt->name,
		    outcome_name(e.attempt->outcome));
	case ENDED_BY_HAND:
		if (e.command)
			return tally_add(t, c, "%s by %s",
			    e.command->touch->verb, e.command->actor);
		return tally_add(t, c, "attempt %llu by %s",
		    (unsigned long long)e.attempt->id, e.attempt->actor);
	case ENDED_BY_ITSELF:
		return tally_add(t, c, "nothing of ours did it: by itself, "
		    "or somebody did without telling");
	case ENDED_NOT:
		break;
	}
	return not_ended(t, i);
}

static void
recovered(const struct report *r, const struct report_incident *i,
    struct tally *t)
{
	struct term *x = left_out(i) ? tally_add(t, COUNTS_EXCLUDED, "%s",
	    left_out(i)) : by_ending(r, i, t, ENDED_BY_RECOVERY);

	about(x, i)->from = incident_detected(r, i);
	x->to = incident_resolved(i);
}

void
terms_auto_recovery(const struct report *r, const struct asking *a,
    struct tally *t)
{
	each(r, a, t, recovered);
}

static void
by_itself(const struct report *r, const struct report_incident *i,
    struct tally *t)
{
	struct term *x = left_out(i) ? tally_add(t, COUNTS_EXCLUDED, "%s",
	    left_out(i)) : by_ending(r, i, t, ENDED_BY_ITSELF);

	about(x, i)->from = incident_detected(r, i);
	x->to = incident_resolved(i);
}

void
terms_transient(const struct report *r, const struct asking *a,
    struct tally *t)
{
	each(r, a, t, by_itself);
}

/*--------------------------------------------------------- false positives */

static void
false_or_not(const struct report *r, const struct report_incident *i,
    struct tally *t)
{
	struct term *x;

	(void)r;
	if (!was_told(i))
		x = tally_add(t, COUNTS_EXCLUDED, "nobody was told");
	else if (labelled(i, "false"))
		x = tally_add(t, COUNTS_YES, "labelled false by %s: %s",
		    i->labelled_by, i->label_reason);
	else if (labelled(i, "true"))
		x = tally_add(t, COUNTS_NO, "labelled true by %s",
		    i->labelled_by);
	else
		x = tally_add(t, COUNTS_UNKNOWN, "nobody has labelled it");
	about(x, i)->from = i->opened_at;
}

void
terms_false_positives(const struct report *r, const struct asking *a,
    struct tally *t)
{
	each(r, a, t, false_or_not);
	if (tally_count(t, COUNTS_YES) + tally_count(t, COUNTS_NO) == 0)
		t->na = tally_count(t, COUNTS_UNKNOWN) > 0 ?
		    "no incident is labelled" : "nobody was told of an "
		    "incident";
}

/*---------------------------------------------------------------- messages */

/* Reports and canaries are asked for; what an edit of a message changes is
 * no message. */
static bool
disturbs(const struct report_sent *m)
{
	return m->delivered_at != INSTANT_NONE &&
	    strcmp(m->kind, "report") != 0 && strcmp(m->kind, "canary") != 0
	    && strcmp(m->kind, "edit") != 0 && strcmp(m->kind, "test") != 0;
}

/* One message to several notifiers is one. */
static bool
counted_before(const struct report *r, size_t i)
{
	size_t k;

	for (k = i; k > 0 && r->messages.v[k - 1].id == r->messages.v[i].id;
	    k--)
		if (disturbs(&r->messages.v[k - 1]))
			return true;
	return false;
}

static bool
of_pipeline(const struct report *r, const struct report_sent *m,
    int32_t pipeline)
{
	size_t i;

	if (r->conf->graph.n_pipelines == 1 || m->incident == 0)
		return true;
	for (i = 0; i < r->incidents.n; i++)
		if (r->incidents.v[i].number == m->incident)
			return r->incidents.v[i].pipeline == pipeline;
	return true;
}

/* Seconds of the civil day. */
static int64_t
clock_of(const struct zone *z, int64_t at)
{
	int64_t s = at / 1000 + zone_offset(z, at / 1000);

	return s % 86400;
}

static void
count_day(const struct report *r, const struct asking *a, struct date d,
    struct tally *t, size_t *outside, size_t *all)
{
	const struct zone *z = &r->conf->graph.pipelines[a->pipeline].zone;
	int64_t from = day_begin(z, d), to = day_begin(z, date_add(d, 1));
	size_t i, n = 0;
	struct term *x;

	for (i = 0; i < r->messages.n; i++) {
		const struct report_sent *m = &r->messages.v[i];
		int64_t s = clock_of(z, m->delivered_at == INSTANT_NONE ?
		    0 : m->delivered_at);

		if (!disturbs(m) || m->delivered_at < from ||
		    m->delivered_at >= to || counted_before(r, i) ||
		    !of_pipeline(r, m, a->pipeline))
			continue;
		n++;
		*outside += s < DAY_BEGINS_S || s >= DAY_ENDS_S;
	}
	*all += n;
	x = tally_add(t, COUNTS_YES, "%zu message%s", n, n == 1 ? "" : "s");
	x->dated = true;
	x->date = d;
	x->from = from;
	x->to = to;
	x->value = (double)n;
}

void
terms_messages(const struct report *r, const struct asking *a,
    struct tally *t)
{
	const struct zone *z = &r->conf->graph.pipelines[a->pipeline].zone;
	size_t outside = 0, all = 0;
	struct date d;

	t->na = "nothing of these days is in the journal";
	t->outside = (double)NAN;
	for (d = a->from; d.day <= a->to.day; d = date_add(d, 1)) {
		struct term *x;

		if (day_begin(z, d) > r->as_of)
			x = tally_add(t, COUNTS_PENDING, "not yet");
		else if (r->first_at == INSTANT_NONE || day_begin(z,
		    date_add(d, 1)) <= r->first_at)
			x = tally_add(t, COUNTS_EXCLUDED, "nothing of it is "
			    "in the journal");
		else {
			count_day(r, a, d, t, &outside, &all);
			continue;
		}
		x->dated = true;
		x->date = d;
	}
	if (all > 0)
		t->outside = (double)outside / (double)all;
}
