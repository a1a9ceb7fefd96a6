/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rule.c -- the stages, in order.
 *
 *   route        who; an end goes to whoever was told, wherever routes lead
 *   news         how it is, against what he was told
 *   maintenance  nothing is told of what it matches, until its end
 *   silence      the same, by a person's word
 *   flapping     one message for many; never in the way of a first critical
 *                or of a deadline
 *   quiet        below critical is held; gives way when the deadline lies
 *                before its end, and to the end of what it gave way to
 *   burst        at most four messages of one incident in an hour
 *   digest       what is low is collected
 *   cap          beyond it all but a first critical is collected
 *
 * A stage that stops a message says until when; then all of them are asked
 * again, with how things are then. So nothing is ever lost by being held, and
 * what has become needless is not said.
 */
#include <assert.h>

#include "notify/match.h"

static const int64_t hour_ms = 3600000;

struct ruling_of {
	const struct notify_world *w;
	const struct notify_case *x;
	const struct notify_recipient *to;
	struct notify_ruling *r;
};

static struct notify_step *
step(const struct ruling_of *o, enum notify_stage stage, bool passed)
{
	struct notify_step *s = &o->r->steps[o->r->n++];

	assert(o->r->n <= STAGES);
	*s = (struct notify_step){ .stage = stage, .passed = passed,
		.until = INSTANT_NONE };
	return s;
}

/* Stopped until then. */
static struct notify_step *
stop(const struct ruling_of *o, enum notify_stage stage,
    enum notify_outcome outcome, int64_t until, const char *remark)
{
	struct notify_step *s = step(o, stage, false);

	o->r->outcome = outcome;
	o->r->until = s->until = until;
	s->remark = remark;
	return s;
}

static bool
pass(const struct ruling_of *o, enum notify_stage stage, const char *remark)
{
	step(o, stage, true)->remark = remark;
	return true;
}

/* Somebody hears for the first time that it is critical. */
static bool
first_critical(const struct ruling_of *o)
{
	return o->r->severity >= SEVERITY_CRITICAL &&
	    o->r->kind != NOTICE_RESOLVED &&
	    o->to->told.severity < SEVERITY_CRITICAL;
}

/*------------------------------------------------------------------ stages */

static bool
route_stage(const struct ruling_of *o)
{
	struct notify_step *s = step(o, STAGE_ROUTE, true);

	if (o->to->route) {
		s->by = o->to->route->name;
		s->origin = &o->to->route->origin;
	} else {
		s->remark = "was told before";
	}
	return true;
}

/* A route may want them less often than its pipeline. */
static bool
reminder_due(const struct ruling_of *o)
{
	const struct route *r = o->to->route;

	return r == NULL || r->remind_ms == 0 || (r->remind_ms > 0 &&
	    o->w->now - o->to->told.at >= r->remind_ms);
}

/* NOTICE_RESOLVED is said at the severity that was told. */
static bool
is_news(const struct ruling_of *o, enum notice_kind asked)
{
	const struct notify_told *told = &o->to->told;
	const struct notify_case *x = o->x;

	if (!x->open) {
		o->r->kind = NOTICE_RESOLVED;
		o->r->severity = told->severity;
		return told->severity != SEVERITY_NONE && !told->ended;
	}
	if (asked == NOTICE_ESCALATED)
		return true;
	if (told->severity == SEVERITY_NONE) {
		/* as the others hear it; a reminder of nothing opens, and
		 * what was to flap may do so no more */
		if (asked == NOTICE_RESOLVED || asked == NOTICE_REMINDER ||
		    asked == NOTICE_FLAPPING)
			o->r->kind = NOTICE_OPENED;
		return true;
	}
	if (x->gave_up && !told->gave_up)
		o->r->kind = NOTICE_GAVE_UP;
	else if (o->r->severity > told->severity)
		o->r->kind = NOTICE_WORSE;
	else
		return asked == NOTICE_REMINDER && reminder_due(o);
	return true;
}

static bool
news_stage(const struct ruling_of *o, enum notice_kind asked)
{
	if (asked == NOTICE_ADOPTED)
		return pass(o, STAGE_NEWS, "a summary");
	if (is_news(o, asked))
		return pass(o, STAGE_NEWS, NULL);
	/* a digest says also what opened and was over before it */
	if (!o->x->open && o->to->collected && !o->to->told.ended)
		return pass(o, STAGE_NEWS, "opened and resolved");
	stop(o, STAGE_NEWS, NOTIFY_NOTHING, INSTANT_NONE, o->x->open ?
	    "told already" : o->to->told.severity == SEVERITY_NONE ?
	    "over before it was told" : "its end was told");
	return false;
}

static bool
maintenance_stage(const struct ruling_of *o)
{
	const struct window *w;
	struct notify_step *s;
	int64_t start, end;

	w = window_that_holds(o->w->conf, WINDOW_MAINTENANCE, o->x,
	    o->to->notifier, o->w->now, &start, &end);
	if (w == NULL)
		return pass(o, STAGE_MAINTENANCE, NULL);
	s = stop(o, STAGE_MAINTENANCE, NOTIFY_HELD, end, NULL);
	s->by = w->name;
	s->origin = &w->origin;
	return false;
}

static bool
silence_stage(const struct ruling_of *o)
{
	const struct silence *last = NULL;
	int32_t i;

	for (i = 0; i < o->w->n_silences; i++) {
		const struct silence *s = &o->w->silences[i];

		if (silence_matches(s, o->w->conf, o->x, o->r->severity,
		    o->w->now) && (last == NULL || s->until > last->until))
			last = s;
	}
	if (last == NULL)
		return pass(o, STAGE_SILENCE, NULL);
	stop(o, STAGE_SILENCE, NOTIFY_HELD, last->until, NULL)->silence =
	    last->id;
	return false;
}

static bool
flapping_stage(const struct ruling_of *o)
{
	bool near = o->x->deadline != INSTANT_NONE &&
	    o->x->deadline - o->w->now < hour_ms;

	if (!o->x->flapping)
		return pass(o, STAGE_FLAPPING, NULL);
	if (first_critical(o))
		return pass(o, STAGE_FLAPPING, "flaps, but is critical");
	if (o->x->breach || (near && o->x->open))
		return pass(o, STAGE_FLAPPING, "flaps, but a deadline is "
		    "near");
	if (!o->to->flap_told && o->x->open &&
	    o->to->told.severity == SEVERITY_NONE) {
		o->r->kind = NOTICE_FLAPPING;
		return pass(o, STAGE_FLAPPING, "flaps: told once");
	}
	stop(o, STAGE_FLAPPING, NOTIFY_HELD, o->w->now + hour_ms / 6,
	    "flaps, which was told; held until it is stable");
	return false;
}

static bool
quiet_stage(const struct ruling_of *o)
{
	const struct window *w;
	struct notify_step *s;
	int64_t start, end;

	w = window_that_holds(o->w->conf, WINDOW_QUIET, o->x, o->to->notifier,
	    o->w->now, &start, &end);
	if (w == NULL)
		return pass(o, STAGE_QUIET, NULL);
	s = step(o, STAGE_QUIET, true);
	s->by = w->name;
	s->origin = &w->origin;
	s->until = end;
	if (o->r->severity >= SEVERITY_CRITICAL) {
		s->remark = "gives way: critical";
		return true;
	}
	if (o->x->open && o->x->deadline != INSTANT_NONE &&
	    o->x->deadline > o->w->now && o->x->deadline < end) {
		s->remark = "gives way: a deadline lies inside";
		return true;
	}
	if (!o->x->open && o->to->told.at != INSTANT_NONE &&
	    o->to->told.at >= start) {
		s->remark = "gives way: it was told within";
		return true;
	}
	s->passed = false;
	o->r->outcome = NOTIFY_HELD;
	o->r->until = end;
	return false;
}

static bool
burst_stage(const struct ruling_of *o)
{
	if (o->to->lately < NOTIFY_BURST || first_critical(o) || !o->x->open ||
	    o->r->kind == NOTICE_ESCALATED)
		return pass(o, STAGE_BURST, NULL);
	stop(o, STAGE_BURST, NOTIFY_HELD, o->to->lately_over, "four "
	    "messages of this incident within an hour");
	return false;
}

static int64_t
next_digest(const struct ruling_of *o)
{
	const struct conf *c = o->w->conf;
	struct zone utc;

	if (o->x->pipeline != NONE)
		return digest_at(&c->graph.pipelines[o->x->pipeline].zone,
		    o->to->route ? o->to->route->digest_s : 9 * 3600,
		    o->w->now);
	zone_utc(&utc);
	return digest_at(&utc, o->to->route ? o->to->route->digest_s :
	    9 * 3600, o->w->now);
}

static bool
digest_stage(const struct ruling_of *o)
{
	const struct route *route = o->to->route;
	enum severity most = route ? route->digest_most :
	    o->to->collected ? SEVERITY_INFO : SEVERITY_NONE;
	struct notify_step *s;

	if (o->to->collected == COLLECTED_NOW)
		return pass(o, STAGE_DIGEST, "it is being written");
	if (o->r->severity > most || o->r->kind == NOTICE_ESCALATED ||
	    o->r->kind == NOTICE_ADOPTED)
		return pass(o, STAGE_DIGEST, NULL);
	s = stop(o, STAGE_DIGEST, NOTIFY_COLLECTED, next_digest(o), NULL);
	s->by = route ? route->name : NULL;
	s->origin = route ? &route->origin : NULL;
	return false;
}

static bool
cap_stage(const struct ruling_of *o)
{
	const struct instance *to = &o->w->conf->instances[o->to->notifier];
	struct notify_step *s;

	if (to->cap == 0 || o->to->today < to->cap ||
	    o->to->collected == COLLECTED_NOW)
		return pass(o, STAGE_CAP, NULL);
	if (first_critical(o))
		return pass(o, STAGE_CAP, "is reached, but this is critical");
	s = stop(o, STAGE_CAP, NOTIFY_COLLECTED, next_digest(o),
	    "as many messages as this day may have");
	s->by = to->name;
	s->origin = &to->origin;
	return false;
}

void
notify_rule(const struct notify_world *w, const struct notify_case *x,
    const struct notify_recipient *to, enum notice_kind kind,
    enum severity severity, struct notify_ruling *ret)
{
	static bool (*const stages[])(const struct ruling_of *) = {
		maintenance_stage, silence_stage, flapping_stage, quiet_stage,
		burst_stage, digest_stage, cap_stage
	};
	const struct ruling_of o = { w, x, to, ret };
	size_t i;

	*ret = (struct notify_ruling){ .outcome = NOTIFY_NOW, .kind = kind,
		.severity = severity, .until = INSTANT_NONE };
	(void)route_stage(&o);
	if (!news_stage(&o, kind))
		return;
	for (i = 0; i < sizeof stages / sizeof stages[0]; i++)
		if (!stages[i](&o))
			return;
}

void
notify_told_now(struct notify_told *told, const struct notify_case *x,
    const struct notify_ruling *r, int64_t now)
{
	told->at = now;
	told->gave_up = told->gave_up || x->gave_up;
	if (r->severity > told->severity)
		told->severity = r->severity;
	if (!x->open && told->severity < x->severity)
		told->severity = x->severity;   /* a digest's line */
	told->ended = !x->open;
}

/*-------------------------------------------------------------- escalation */

bool
escalation_due(const struct escalation *s, const struct notify_case *x,
    int64_t now, int64_t *ret_at)
{
	int64_t at = INSTANT_NONE;

	*ret_at = INSTANT_NONE;
	if (!x->open)
		return false;
	if (s->after_ms >= 0)
		at = x->opened_at + s->after_ms;
	else if (x->deadline != INSTANT_NONE)
		at = x->deadline - s->before_ms;
	if (at == INSTANT_NONE)
		return false;
	if (x->acked_until != INSTANT_NONE && x->acked_until > at)
		at = x->acked_until;
	*ret_at = at;
	return at <= now;
}
