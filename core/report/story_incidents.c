/* SPDX-License-Identifier: BSD-2-Clause
 *
 * story_incidents.c -- the incidents of a period, each with its time line,
 * and what they teach: roots that come again, rules that nobody minds.
 *
 * A rule that was told and never acknowledged, acted upon or labelled true
 * is a candidate for removal, or for another threshold. It is said, never
 * done.
 */
#include "report/story.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "report/answer.h"
#include "report/model.h"

enum { PATTERN_LEAST = 3 };

static bool
wanted(const struct report *r, const struct report_query *q,
    const struct report_incident *i)
{
	return incident_within(r, i, q->pipeline, q->from, q->to);
}

/* An adoption is no rule that fired. */
static bool
counted(const struct report *r, const struct report_query *q,
    const struct report_incident *i)
{
	return i->kind != ROOT_ADOPTION && wanted(r, q, i);
}

static const char *
label_of(const struct report_incident *i)
{
	return *i->label == '\0' || strcmp(i->label, "none") == 0 ? NULL :
	    i->label;
}

/*---------------------------------------------------------------- time line */

struct line_entry {
	int64_t at;
	char *what;             /* owned */
};

struct lines {
	struct line_entry *v;
	size_t n, cap;
	bool unsorted;
};

static void __attribute__((format(printf, 3, 4)))
add_line(struct lines *l, int64_t at, const char *fmt, ...)
{
	struct text t = { 0 };
	char buf[400];
	va_list ap;

	if (at == INSTANT_NONE)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(buf, sizeof buf, fmt, ap);
	va_end(ap);
	text_add(&t, buf);
	LIST_ROOM(l);
	l->v[l->n++] = (struct line_entry){ at, text_take(&t) };
}

static void
add_turns(struct lines *l, const struct report_incident *i)
{
	const struct incident_at none = { .severity = SEVERITY_NONE };
	size_t k;

	for (k = 0; k < i->n; k++) {
		const struct incident_at *x = &i->v[k];
		const struct incident_at *was = k ? x - 1 : &none;

		if (k == 0)
			add_line(l, i->opened_at, "opened, %s",
			    severity_name(x->severity));
		else if (x->severity > was->severity)
			add_line(l, x->at, "worse: %s",
			    severity_name(x->severity));
		if (x->told > was->told)
			add_line(l, x->at, "people were told");
		if (x->acked && !was->acked)
			add_line(l, x->at, "acknowledged by %s",
			    i->acked_by);
		if (x->gave_up && !was->gave_up)
			add_line(l, x->at, "automation gave up");
		if (x->clearing != was->clearing)
			add_line(l, x->at, x->clearing ? "proven good" :
			    "bad again");
		if (k > 0 && was->open && !x->open)
			add_line(l, i->closed_at, "closed");
	}
}

static void
add_deeds(struct lines *l, const struct report *r,
    const struct report_incident *i)
{
	int64_t end = i->closed_at == INSTANT_NONE ? r->as_of : i->closed_at;
	const struct report_command *c;
	size_t k;

	for (k = 0; i->dated && k < r->attempts.n; k++) {
		const struct report_attempt *a = &r->attempts.v[k];

		if (a->pipeline != i->pipeline || !a->dated || a->date.day !=
		    i->date.day || a->intent_at > end || (a->closed_at !=
		    INSTANT_NONE && a->closed_at < i->opened_at) ||
		    !attempt_bears_on(r, i, a))
			continue;
		add_line(l, a->intent_at, "attempt %llu, %s, began",
		    (unsigned long long)a->id, a->name);
		if (a->state == ATTEMPT_CLOSED)
			add_line(l, a->closed_at, "attempt %llu, %s: %s",
			    (unsigned long long)a->id, a->name,
			    outcome_name(a->outcome));
	}
	k = 0;
	while ((c = command_about(r, i->pipeline, i->date, &k)) != NULL)
		if (c->at >= i->opened_at && c->at <= end && (c->id ?
		    c->id == i->number || c->dated : c->dated))
			add_line(l, c->at, "%s%s%s by %s%s%s", c->touch->verb,
			    *c->subject ? " " : "", c->subject, c->actor,
			    *c->reason ? ": " : "", c->reason);
}

/* Stable, so that what was written first in an instant stays first. */
static void
sort_lines(struct lines *l)
{
	size_t i, k;

	for (i = 1; i < l->n; i++) {
		struct line_entry x = l->v[i];

		for (k = i; k > 0 && l->v[k - 1].at > x.at; k--)
			l->v[k] = l->v[k - 1];
		l->v[k] = x;
	}
}

static json_t *
timeline(const struct report *r, const struct report_incident *i)
{
	const struct zone *z = &r->conf->graph.pipelines[i->pipeline].zone;
	json_t *list = json_array();
	struct lines l = { 0 };
	size_t k;

	add_turns(&l, i);
	add_deeds(&l, r, i);
	sort_lines(&l);
	for (k = 0; k < l.n; k++) {
		json_t *o = json_object();

		answer_when(o, "at", l.v[k].at, z);
		answer_text(o, "what", l.v[k].what);
		answer_add(list, o);
		free(l.v[k].what);
	}
	free(l.v);
	return list;
}

/*--------------------------------------------------------------- incidents */

static void
put_ending(json_t *o, const struct ending *e)
{
	static const char *const words[] = { [ENDED_NOT] = NULL,
		[ENDED_BY_RECOVERY] = "recovery", [ENDED_BY_HAND] = "hand",
		[ENDED_BY_ITSELF] = "itself" };
	CLEANUP_TEXT struct text t = { 0 };

	answer_text(o, "ended", words[e->how]);
	if (e->how == ENDED_BY_HAND && e->command)
		text_addf(&t, "%s by %s", e->command->touch->verb,
		    e->command->actor);
	else if (e->attempt && e->how != ENDED_NOT)
		text_addf(&t, "attempt %llu, %s: %s",
		    (unsigned long long)e->attempt->id, e->attempt->name,
		    outcome_name(e->attempt->outcome));
	answer_text(o, "ended_by", t.len ? text_str(&t) : NULL);
}

static void
put_instants(json_t *o, const struct report *r,
    const struct report_incident *i)
{
	const struct zone *z = &r->conf->graph.pipelines[i->pipeline].zone;
	int64_t viol = incident_violated(r, i), det = incident_detected(r, i);
	int64_t res = incident_resolved(i);

	answer_when(o, "opened_at", i->opened_at, z);
	answer_when(o, "violated_at", viol, z);
	answer_when(o, "detected_at", det, z);
	answer_when(o, "resolved_at", res, z);
	answer_when(o, "closed_at", i->closed_at, z);
	answer_span(o, "detect_ms", viol, det);
	answer_span(o, "resolve_ms", det, res);
}

static json_t *
under(const struct report_incident *i)
{
	json_t *list = json_array();
	size_t k;

	for (k = 0; k < i->breaches.n; k++)
		if (i->breaches.v[k].child)
			answer_add(list, json_string(
			    i->breaches.v[k].subject));
	return list;
}

static json_t *
incident_json(const struct report *r, const struct report_incident *i)
{
	const struct incident_at *last = i->n ? &i->v[i->n - 1] : NULL;
	struct ending e = incident_ending(r, i);
	json_t *o = json_object();
	char buf[DATE_TEXT];

	json_put_int(o, "number", (int64_t)i->number);
	answer_text(o, "date", i->dated ? date_text(i->date, buf) : NULL);
	answer_text(o, "kind", root_kind_name(i->kind));
	answer_text(o, "root", i->root);
	answer_text(o, "severity", severity_name(last ? last->severity :
	    SEVERITY_NONE));
	answer_flag(o, "open", last && last->open);
	answer_text(o, "label", label_of(i));
	answer_text(o, "label_reason", *i->label_reason ? i->label_reason :
	    NULL);
	put_instants(o, r, i);
	put_ending(o, &e);
	json_put_int(o, "told", last ? last->told : 0);
	answer_text(o, "acked_by", *i->acked_by ? i->acked_by : NULL);
	answer_set(o, "under", under(i));
	answer_set(o, "timeline", timeline(r, i));
	return o;
}

json_t *
story_incidents(const struct report *r, const struct report_query *q)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < r->incidents.n; i++)
		if (wanted(r, q, &r->incidents.v[i]))
			answer_add(list, incident_json(r,
			    &r->incidents.v[i]));
	return list;
}

/*-------------------------------------------------------- patterns, alerts */

static bool
same_rule(const struct report_incident *a, const struct report_incident *b)
{
	return a->kind == b->kind && strcmp(a->root, b->root) == 0;
}

/* The first incident of its rule in the period? */
static bool
is_first(const struct report *r, const struct report_query *q, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (counted(r, q, &r->incidents.v[i]) &&
		    same_rule(&r->incidents.v[i], &r->incidents.v[n]))
			return false;
	return true;
}

static json_t *
pattern(const struct report *r, const struct report_query *q, size_t n)
{
	const struct report_incident *root = &r->incidents.v[n];
	json_t *o = json_object(), *dates = json_array();
	json_t *numbers = json_array();
	char buf[DATE_TEXT];
	size_t i;

	for (i = n; i < r->incidents.n; i++) {
		const struct report_incident *x = &r->incidents.v[i];

		if (!counted(r, q, x) || !same_rule(x, root))
			continue;
		answer_add(numbers, json_integer((json_int_t)x->number));
		if (x->dated)
			answer_add(dates, json_string(date_text(x->date,
			    buf)));
	}
	answer_text(o, "kind", root_kind_name(root->kind));
	answer_text(o, "root", root->root);
	json_put_int(o, "times", (int64_t)json_array_size(numbers));
	answer_set(o, "dates", dates);
	answer_set(o, "incidents", numbers);
	return o;
}

json_t *
story_patterns(const struct report *r, const struct report_query *q)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < r->incidents.n; i++) {
		json_t *o;

		if (!counted(r, q, &r->incidents.v[i]) || !is_first(r, q, i))
			continue;
		o = pattern(r, q, i);
		if (json_int(o, "times", 0) >= PATTERN_LEAST)
			answer_add(list, o);
		else
			json_decref(o);
	}
	return list;
}

/* To another notifier, or by the way before. */
static bool
was_delivered(const struct report *r, size_t i)
{
	size_t k;

	for (k = i; k > 0 && r->messages.v[k - 1].id == r->messages.v[i].id;
	    k--)
		if (r->messages.v[k - 1].delivered_at != INSTANT_NONE)
			return true;
	return false;
}

static int64_t
messages_of(const struct report *r, uint64_t incident)
{
	int64_t n = 0;
	size_t i;

	for (i = 0; i < r->messages.n; i++) {
		const struct report_sent *m = &r->messages.v[i];

		n += m->incident == incident && m->delivered_at !=
		    INSTANT_NONE && !was_delivered(r, i);
	}
	return n;
}

static json_t *
alert_json(const struct report *r, const struct report_query *q, size_t n)
{
	const struct report_incident *root = &r->incidents.v[n];
	int64_t fired = 0, told = 0, acked = 0, hand = 0, itself = 0;
	int64_t wrong = 0, right = 0;
	json_t *o = json_object();
	size_t i;

	for (i = n; i < r->incidents.n; i++) {
		const struct report_incident *x = &r->incidents.v[i];
		enum ended how;

		if (!counted(r, q, x) || !same_rule(x, root))
			continue;
		how = incident_ending(r, x).how;
		fired++;
		told += messages_of(r, x->number);
		acked += *x->acked_by != '\0';
		hand += how == ENDED_BY_HAND;
		itself += how == ENDED_BY_ITSELF;
		wrong += strcmp(x->label, "false") == 0;
		right += strcmp(x->label, "true") == 0;
	}
	answer_text(o, "rule", root->root);
	answer_text(o, "kind", root_kind_name(root->kind));
	json_put_int(o, "fired", fired);
	json_put_int(o, "messages", told);
	json_put_int(o, "acked", acked);
	json_put_int(o, "by_hand", hand);
	json_put_int(o, "by_itself", itself);
	json_put_int(o, "false", wrong);
	answer_flag(o, "never_acked", told > 0 && acked + hand + right == 0);
	return o;
}

json_t *
story_alerts(const struct report *r, const struct report_query *q)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < r->incidents.n; i++)
		if (counted(r, q, &r->incidents.v[i]) && is_first(r, q, i))
			answer_add(list, alert_json(r, q, i));
	return list;
}
