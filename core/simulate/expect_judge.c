/* SPDX-License-Identifier: BSD-2-Clause
 *
 * expect_judge.c -- is one expectation met, and what was there instead?
 *
 * "At" an instant: for a state, that it is so then; for what happens, that
 * it happens within that minute. "Before": by then at the latest, in the
 * second in which what falls due is asked and answered. "After": not
 * sooner. Without any of them: at the end, or at any time.
 *
 * An outcome is claimed by a scenario and has to rest on an expectation of
 * the same scenario that shows it and is met: "blocked" on a phase or gate
 * that is, or a permit that isn't given; "repaired" on a recovery that its
 * checks have proved, or a phase that was started again and is done.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/units.h"
#include "simulate/expect_inside.h"
#include "simulate/titles.h"

enum { MINUTE_MS = 60000, SHOWN = 6 };

static void
add_time(const struct judging *j, struct text *t, int64_t at)
{
	char buf[INSTANT_TEXT];

	text_add(t, at == INSTANT_NONE ? "never" : instant_short(at, j->zone,
	    buf));
}

/* Did something that happened then happen in time? */
static bool
in_time(const struct scenario_expect *e, int64_t at)
{
	if (at == INSTANT_NONE)
		return false;
	if (e->at != INSTANT_NONE)
		return at >= e->at && at < e->at + MINUTE_MS;
	return (e->before == INSTANT_NONE || at <= e->before +
	    LOOK_MS) &&
	    (e->after == INSTANT_NONE || at >= e->after);
}

static bool
is_timed(const struct scenario_expect *e)
{
	return e->at != INSTANT_NONE || e->before != INSTANT_NONE ||
	    e->after != INSTANT_NONE;
}

static bool
on_date(const struct scenario_expect *e, const struct record *where)
{
	return !e->dated || (where->dated && where->date.day == e->date.day);
}

/*------------------------------------------------------------------ states */

static void
add_history(const struct judging *j, struct text *t)
{
	const struct watched *w = j->w;
	int n = w->n < HISTORY ? w->n : HISTORY, i;

	if (n == 0)
		text_add(t, "nobody looked at that date");
	for (i = 0; i < n; i++) {
		text_addf(t, "%s%s from ", i == 0 ? "it was " : ", ",
		    expect_word(j->e, w->history[i].word));
		add_time(j, t, w->history[i].at);
	}
	if (w->n > HISTORY)
		text_addf(t, ", and %d more changes", w->n - HISTORY);
}

static int64_t
count_starts(const struct judging *j)
{
	bool phase = j->e->kind == EXPECT_PHASE;
	int64_t n = 0;
	size_t i;

	for (i = 0; i < j->story->n_attempts; i++) {
		const struct story_attempt *a = &j->story->attempts[i];

		n += on_date(j->e, &a->where) && (phase ? a->row.phase :
		    a->row.recovery) == j->e->subject;
	}
	return n;
}

static bool
starts_met(const struct judging *j, struct text *t)
{
	int64_t n;

	if (j->e->starts < 0)
		return true;
	n = count_starts(j);
	if (n == j->e->starts)
		return true;
	text_addf(t, "it was started %lld time%s", (long long)n, n == 1 ?
	    "" : "s");
	return false;
}

static bool
state_met(const struct judging *j, struct text *t)
{
	const struct scenario_expect *e = j->e;
	const struct watched *w = j->w;
	bool met = true;

	if (e->never != NONE && w->never != INSTANT_NONE)
		met = false;
	else if (e->word != NONE && e->at != INSTANT_NONE)
		met = w->then == e->word;
	else if (e->word != NONE && is_timed(e))
		met = in_time(e, w->first);
	else if (e->word != NONE)
		met = w->last == e->word;
	if (!met && e->at != INSTANT_NONE && w->then == NONE)
		text_add(t, "nobody could look at it then; ");
	if (!met)
		add_history(j, t);
	return met && starts_met(j, t);
}

/*---------------------------------------------------------------- findings */

static bool
root_matches(const struct judging *j, enum root_kind kind, int32_t root,
    const char *name)
{
	const char *s = title_subject(j->x->conf, kind, root);

	if (j->e->root_kind != NONE && (int32_t)kind != j->e->root_kind)
		return false;
	return name == NULL || (s && strcmp(s, name) == 0);
}

static bool
is_about(const struct judging *j, const struct story_finding *f)
{
	return on_date(j->e, &f->where) && root_matches(j, f->row.kind,
	    f->row.root, j->e->root);
}

/* When it became as bad as that. */
static int64_t
reached(const struct judging *j, uint64_t number, enum severity s)
{
	size_t i;

	for (i = 0; i < j->x->n_log; i++)
		if (j->x->log[i].row.number == number &&
		    j->x->log[i].row.severity >= s)
			return j->x->log[i].at;
	return INSTANT_NONE;
}

static bool
finding_met(const struct judging *j, const struct story_finding *f)
{
	const struct scenario_expect *e = j->e;

	if (!is_about(j, f))
		return false;
	if (is_timed(e)) {
		if (!in_time(e, reached(j, f->row.number, e->severity)))
			return false;
	} else if (e->severity != SEVERITY_NONE && e->severity !=
	    f->row.severity) {
		return false;
	}
	return (e->open < 0 || f->row.open == (e->open != 0)) &&
	    (e->gave_up < 0 || f->row.gave_up == (e->gave_up != 0)) &&
	    (e->count < 0 || f->told == e->count);
}

/* One that hangs under another. */
static bool
breach_met(const struct judging *j, const struct story_breach *b)
{
	const struct scenario_expect *e = j->e;
	const struct story_finding *f = story_finding(j->story,
	    b->row.incident);
	const char *root = f ? title_subject(j->x->conf, f->row.kind,
	    f->row.root) : NULL;

	return b->row.child && on_date(e, &b->where) && root_matches(j,
	    b->row.kind, b->row.subject, e->root) && root && strcmp(root,
	    e->under) == 0 && (e->severity == SEVERITY_NONE || e->severity ==
	    b->row.severity) && (!is_timed(e) || in_time(e, b->row.since));
}

static void
add_finding(const struct judging *j, struct text *t,
    const struct story_finding *f)
{
	const char *root = title_subject(j->x->conf, f->row.kind,
	    f->row.root);
	char date[DATE_TEXT];
	enum severity s;

	if (f->where.dated && !j->e->dated)
		text_addf(t, "%s ", date_text(f->where.date, date));
	text_addf(t, "%s", root ? root : root_kind_name(f->row.kind));
	if (f->row.kind != ROOT_PHASE && f->row.kind != ROOT_ALARM)
		text_addf(t, " (%s)", root_kind_name(f->row.kind));
	for (s = SEVERITY_INFO; s <= f->row.severity; s++) {
		int64_t at = reached(j, f->row.number, s);

		if (s < f->row.severity && at == reached(j, f->row.number,
		    s + 1))
			continue;
		text_addf(t, " %s from ", severity_name(s));
		add_time(j, t, at);
	}
	if (!f->row.open) {
		text_add(t, " to ");
		add_time(j, t, f->row.closed_at);
	}
	text_addf(t, ", %d told", (int)f->told);
}

static void
add_findings(const struct judging *j, struct text *t)
{
	int n = 0;
	size_t i;

	for (i = 0; i < j->story->n_findings; i++) {
		const struct story_finding *f = &j->story->findings[i];

		if (!on_date(j->e, &f->where))
			continue;
		if (n < SHOWN) {
			text_add(t, n == 0 ? "there was " : "; ");
			add_finding(j, t, f);
		}
		n++;
	}
	if (n == 0)
		text_add(t, "nothing was found");
	else if (n > SHOWN)
		text_addf(t, "; and %d more", n - SHOWN);
}

static bool
find_finding(const struct judging *j, struct text *t)
{
	size_t i;

	for (i = 0; i < j->story->n_findings && j->e->under == NULL; i++)
		if (finding_met(j, &j->story->findings[i]))
			return true;
	for (i = 0; i < j->story->n_breaches && j->e->under; i++)
		if (breach_met(j, &j->story->breaches[i]))
			return true;
	add_findings(j, t);
	return false;
}

static bool
count_findings(const struct judging *j, struct text *t)
{
	const struct scenario_expect *e = j->e;
	int64_t n = 0;
	size_t i;

	for (i = 0; i < j->story->n_findings; i++) {
		const struct story_finding *f = &j->story->findings[i];

		n += is_about(j, f) && (e->severity == SEVERITY_NONE ||
		    e->severity == f->row.severity);
	}
	if (n == e->count)
		return true;
	text_addf(t, "there were %lld: ", (long long)n);
	add_findings(j, t);
	return false;
}

static bool
never_met(const struct judging *j, struct text *t)
{
	size_t i;

	for (i = 0; i < j->story->n_findings; i++) {
		const struct story_finding *f = &j->story->findings[i];

		if (!on_date(j->e, &f->where) || f->row.severity <
		    j->e->severity)
			continue;
		text_add(t, "there was ");
		add_finding(j, t, f);
		return false;
	}
	return true;
}

/*---------------------------------------------------------------- messages */

static bool
goes_to(const struct judging *j, const struct story_message *m)
{
	return json_object_get(m->to, j->x->conf->instances[
	    j->e->notifier].name) != NULL;
}

static bool
message_met(const struct judging *j, const struct story_message *m)
{
	const struct scenario_expect *e = j->e;
	const struct story_finding *f = story_finding(j->story, m->incident);

	return f && is_about(j, f) && (e->word == NONE || e->word ==
	    (int32_t)m->kind) && (e->severity == SEVERITY_NONE ||
	    e->severity == m->severity) && (!is_timed(e) || in_time(e,
	    m->at)) && (e->notifier == NONE || goes_to(j, m));
}

static void
add_messages(const struct judging *j, struct text *t)
{
	int n = 0;
	size_t i;

	for (i = 0; i < j->story->n_messages; i++) {
		const struct story_message *m = &j->story->messages[i];
		const struct story_finding *f = story_finding(j->story,
		    m->incident);

		if (f == NULL || !on_date(j->e, &f->where))
			continue;
		if (n++ >= SHOWN)
			continue;
		text_add(t, n == 1 ? "told was: " : "; ");
		add_time(j, t, m->at);
		text_addf(t, " %s %s \"%s\"", severity_name(m->severity),
		    notice_kind_name(m->kind), m->title);
	}
	if (n == 0)
		text_add(t, "nothing was told");
	else if (n > SHOWN)
		text_addf(t, "; and %d more", n - SHOWN);
}

static bool
find_messages(const struct judging *j, struct text *t)
{
	int64_t n = 0;
	size_t i;

	for (i = 0; i < j->story->n_messages; i++)
		n += message_met(j, &j->story->messages[i]);
	if (j->e->kind == EXPECT_MESSAGE ? n > 0 : n == j->e->count)
		return true;
	if (j->e->kind == EXPECT_MESSAGES)
		text_addf(t, "there were %lld: ", (long long)n);
	add_messages(j, t);
	return false;
}

/*-------------------------------------------------------------- recoveries */

static bool
recovery_met(const struct judging *j, struct text *t)
{
	const struct scenario_expect *e = j->e;
	bool met = e->word == NONE;
	int n = 0;
	size_t i;

	for (i = 0; i < j->story->n_attempts; i++) {
		const struct story_attempt *a = &j->story->attempts[i];

		if (a->row.recovery != e->subject || !on_date(e, &a->where))
			continue;
		if ((int32_t)a->row.outcome == e->word && in_time(e,
		    a->row.closed_at))
			met = true;
		if (n++ >= SHOWN)
			continue;
		text_addf(t, "%s%s at ", n == 1 ? "it came to " : ", ",
		    outcome_name(a->row.outcome));
		add_time(j, t, a->row.closed_at);
	}
	if (met)
		text_clear(t);
	else if (n == 0)
		text_add(t, "it was not started");
	return met && starts_met(j, t);
}

/*----------------------------------------------------------------- endings */

/* The first message about something new, or repair, from an instant on. */
static int64_t
first_notice(const struct story *story, int64_t from)
{
	int64_t first = INSTANT_NONE, at;
	size_t i;

	for (i = 0; i < story->n_messages; i++) {
		const struct story_message *m = &story->messages[i];

		if (m->at >= from && m->kind != NOTICE_RESOLVED && m->kind !=
		    NOTICE_REMINDER && (first == INSTANT_NONE || m->at <
		    first))
			first = m->at;
	}
	for (i = 0; i < story->n_attempts; i++) {
		at = story->attempts[i].row.intent_at;
		if (story->attempts[i].row.recovery != NONE && at >= from &&
		    (first == INSTANT_NONE || at < first))
			first = at;
	}
	return first;
}

int64_t
expects_detected(const struct scenario *s, const struct story *story)
{
	int64_t from = s->about.began, first;

	if (from == INSTANT_NONE)
		return -1;
	first = first_notice(story, from);
	return first == INSTANT_NONE ? -1 : first - from;
}

static bool
detected_met(const struct judging *j, struct text *t)
{
	int64_t ms = expects_detected(j->x->scenario, j->story);
	char buf[DURATION_TEXT];

	if (j->e->ms < 0 ? ms < 0 : ms >= j->e->ms && ms < j->e->ms +
	    MINUTE_MS)
		return true;
	if (ms < 0)
		text_add(t, "nobody noticed");
	else
		text_addf(t, "it was noticed after %s", duration_round(ms,
		    buf));
	return false;
}

static bool
is_block(const struct scenario_expect *e)
{
	return (e->kind == EXPECT_PHASE && e->word == VIEW_BLOCKED) ||
	    (e->kind == EXPECT_GATE && e->word == VERDICT_BLOCKED);
}

static bool
is_repair(const struct scenario_expect *e)
{
	return (e->kind == EXPECT_RECOVERY && e->word == OUTCOME_RECOVERED) ||
	    (e->kind == EXPECT_PHASE && e->word == VIEW_DONE && e->starts >
	    1);
}

static bool
is_refusal(const struct scenario_event *e)
{
	return e->kind == HAPPENS_COMMAND && e->command.kind ==
	    COMMAND_PERMIT && (e->reply == REPLY_NOT_NOW || e->reply ==
	    REPLY_CONFLICT || e->reply == REPLY_ALREADY);
}

/* Does an expectation of this kind stand in the scenario, and is met? */
static bool
shown(const struct judging *j, bool (*fits)(const struct scenario_expect *))
{
	const struct scenario *s = j->x->scenario;
	CLEANUP_TEXT struct text t = { 0 };
	struct judging other = *j;
	int32_t i;

	for (i = 0; i < s->n_expects; i++) {
		if (!fits(&s->expects[i]))
			continue;
		other.e = &s->expects[i];
		other.w = &j->x->v[i];
		if (judge_expect(&other, &t))
			return true;
	}
	return false;
}

static bool
refused(const struct judging *j)
{
	const struct scenario *s = j->x->scenario;
	enum reply_code code;
	int32_t i;

	for (i = 0; i < s->n_events; i++)
		if (is_refusal(&s->events[i]) && world_reply(j->world, i,
		    &code) && code == s->events[i].reply)
			return true;
	return false;
}

static bool
outcome_met(const struct judging *j, struct text *t)
{
	bool met = true;

	switch ((enum ending)j->e->word) {
	case ENDING_BLOCKED:
		met = shown(j, is_block) || refused(j);
		if (!met)
			text_add(t, "nothing that is expected here and met "
			    "shows that anything was blocked");
		break;
	case ENDING_REPAIRED:
		met = shown(j, is_repair);
		if (!met)
			text_add(t, "nothing that is expected here and met "
			    "shows that anything was repaired");
		break;
	case ENDING_TOLD:
		met = j->story->n_messages > 0;
		if (!met)
			text_add(t, "nobody was told");
		break;
	case ENDING_QUIET:
		met = j->story->n_messages == 0;
		if (!met)
			add_messages(j, t);
		break;
	}
	return met;
}

bool
judge_expect(const struct judging *j, struct text *t)
{
	switch (j->e->kind) {
	case EXPECT_FINDING:
		return find_finding(j, t);
	case EXPECT_FINDINGS:
		return count_findings(j, t);
	case EXPECT_MESSAGE:
	case EXPECT_MESSAGES:
		return find_messages(j, t);
	case EXPECT_PHASE:
	case EXPECT_CHECK:
	case EXPECT_GATE:
		return state_met(j, t);
	case EXPECT_RECOVERY:
		return recovery_met(j, t);
	case EXPECT_NEVER:
		return never_met(j, t);
	case EXPECT_DETECTED:
		return detected_met(j, t);
	case EXPECT_OUTCOME:
		break;
	}
	return outcome_met(j, t);
}
