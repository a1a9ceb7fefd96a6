/* SPDX-License-Identifier: BSD-2-Clause
 *
 * scenario_expect.c -- what a scenario is about, and what it expects.
 *
 *      about = {
 *        title = "a table stays empty";  began = "2026-01-17 07:00";
 *        detected = "5h";  outcome = "blocked";
 *      };
 *      expect = (
 *        { finding = "phase4_failure";  date = "2026-01-16";
 *          severity = "critical";  at = "+1d 12:00"; },
 *        { phase = "predict";  date = "2026-01-16";  state = "blocked";
 *          at = "+1d 12:00"; },
 *        { recovery = "phase4_backfill";  date = "2026-01-16";
 *          outcome = "no_effect";  starts = 2; },
 *        { messages = 0;  date = "2026-01-15"; },
 *        { never = "critical"; }
 *      );
 *
 * A group says what it is by its first of: finding, findings, message,
 * messages, phase, check, gate, recovery, never. What a member means is the
 * same in all of them. Times are resolved here: they are those of the date
 * that stands beside them.
 */
#include <string.h>

#include "base/units.h"
#include "simulate/scenario_read.h"

enum { WORDS_MAX = 16 };

const char *
ending_name(enum ending e)
{
	static const char *const names[] = { "blocked", "repaired", "told",
		"quiet" };

	return names[e];
}

static const char *
view_word(int i)
{
	return phase_view_name((enum phase_view)i);
}

static const char *
result_word(int i)
{
	return result_name((enum result)i);
}

static const char *
verdict_word(int i)
{
	return verdict_name((enum verdict)i);
}

static const char *
outcome_word(int i)
{
	return outcome_name((enum outcome)i);
}

static const char *
notice_word(int i)
{
	return notice_kind_name((enum notice_kind)i);
}

static const char *
root_word(int i)
{
	return root_kind_name((enum root_kind)i);
}

static const char *
severity_word(int i)
{
	return severity_name((enum severity)i);
}

static const char *
ending_word(int i)
{
	return ending_name((enum ending)i);
}

/* One of the words of an enumeration, up to the last one. */
static int32_t
read_enum(struct reader *r, const struct node *group, const char *name,
    const char *(*word)(int), int last)
{
	const char *words[WORDS_MAX + 1] = { NULL };
	int i;

	for (i = 0; i <= last && i < WORDS_MAX; i++)
		words[i] = word(i);
	return read_word(r, group, name, words);
}

static enum severity
read_severity(struct reader *r, const struct node *group, const char *name)
{
	int32_t i = read_enum(r, group, name, severity_word,
	    SEVERITY_CRITICAL);

	return i == NONE ? SEVERITY_NONE : (enum severity)i;
}

/*------------------------------------------------------------------- kinds */

static const struct kind {
	const char *member;
	enum expect_kind kind;
	/* what may stand beside it */
	const char *const known[16];
} kinds[] = {
	{ "findings", EXPECT_FINDINGS, { "findings", "date", "severity",
	    "kind", NULL } },
	{ "messages", EXPECT_MESSAGES, { "messages", "date", "finding",
	    "severity", "kind", "to", NULL } },
	{ "message", EXPECT_MESSAGE, { "message", "date", "finding",
	    "severity", "to", "at", "before", "after", NULL } },
	{ "finding", EXPECT_FINDING, { "finding", "date", "severity", "kind",
	    "under", "open", "gave_up", "told", "at", "before", "after",
	    NULL } },
	{ "phase", EXPECT_PHASE, { "phase", "date", "state", "never",
	    "starts", "at", "before", "after", NULL } },
	{ "check", EXPECT_CHECK, { "check", "date", "result", "at", "before",
	    "after", NULL } },
	{ "gate", EXPECT_GATE, { "gate", "date", "verdict", "at", "before",
	    "after", NULL } },
	{ "recovery", EXPECT_RECOVERY, { "recovery", "date", "outcome",
	    "starts", "at", "before", "after", NULL } },
	{ "never", EXPECT_NEVER, { "never", "date", NULL } }
};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

static const struct kind *
kind_of(const struct node *group)
{
	size_t i;

	for (i = 0; i < KINDS; i++)
		if (node_member(group, kinds[i].member))
			return &kinds[i];
	return NULL;
}

static int32_t
read_subject(struct reader *r, const struct node *n, enum expect_kind kind,
    int32_t *ret_pipeline)
{
	const struct graph *g = &r->conf->graph;
	enum name_kind name = kind == EXPECT_PHASE ? NAME_PHASE :
	    kind == EXPECT_CHECK ? NAME_CHECK : kind == EXPECT_GATE ?
	    NAME_GATE : NAME_RECOVERY;
	int32_t i = read_name(r, name, n);

	if (i != NONE)
		*ret_pipeline = kind == EXPECT_PHASE ? g->phases[i].pipeline :
		    kind == EXPECT_CHECK ? g->checks[i].pipeline :
		    kind == EXPECT_GATE ? g->gates[i].pipeline :
		    g->recoveries[i].pipeline;
	return i;
}

static void
read_about_finding(struct reader *r, const struct node *group,
    struct scenario_expect *x)
{
	x->root = read_root_name(r, group, "finding");
	x->under = read_root_name(r, group, "under");
	x->severity = read_severity(r, group, "severity");
	x->count = read_count(r, group, "told");
	x->open = read_flag(r, group, "open");
	x->gave_up = read_flag(r, group, "gave_up");
}

/* `kind`: of a finding's root, of a message. */
static void
read_kind(struct reader *r, const struct node *group,
    struct scenario_expect *x)
{
	if (x->kind == EXPECT_MESSAGES)
		x->word = read_enum(r, group, "kind", notice_word,
		    NOTICE_ADOPTED);
	else if (x->kind == EXPECT_MESSAGE)
		x->word = read_enum(r, group, "message", notice_word,
		    NOTICE_ADOPTED);
	else
		x->root_kind = read_enum(r, group, "kind", root_word,
		    ROOT_ADOPTION);
}

static void
read_state(struct reader *r, const struct node *group,
    struct scenario_expect *x)
{
	switch (x->kind) {
	case EXPECT_PHASE:
		x->word = read_enum(r, group, "state", view_word,
		    VIEW_SKIPPED);
		x->never = read_enum(r, group, "never", view_word,
		    VIEW_SKIPPED);
		break;
	case EXPECT_CHECK:
		x->word = read_enum(r, group, "result", result_word,
		    RESULT_NOT_DUE);
		break;
	case EXPECT_GATE:
		x->word = read_enum(r, group, "verdict", verdict_word,
		    VERDICT_BLOCKED);
		break;
	case EXPECT_RECOVERY:
		x->word = read_enum(r, group, "outcome", outcome_word,
		    OUTCOME_NOT_DONE);
		break;
	default:
		break;
	}
	x->starts = read_count(r, group, "starts");
}

/* What it says, besides when. */
static int32_t
read_what(struct reader *r, const struct node *group,
    const struct kind *kind, struct scenario_expect *x)
{
	const struct node *n = node_member(group, kind->member);
	const struct node *to = node_member(group, "to");
	int32_t pipeline = NONE;

	switch (kind->kind) {
	case EXPECT_FINDINGS:
	case EXPECT_MESSAGES:
	case EXPECT_MESSAGE:
	case EXPECT_FINDING:
		read_about_finding(r, group, x);
		read_kind(r, group, x);
		if (kind->kind == EXPECT_FINDINGS || kind->kind ==
		    EXPECT_MESSAGES)
			x->count = read_count(r, group, kind->member);
		if (to)
			x->notifier = read_name(r, NAME_NOTIFIER, to);
		break;
	case EXPECT_NEVER:
		x->severity = read_severity(r, group, "never");
		break;
	default:
		x->subject = read_subject(r, n, kind->kind, &pipeline);
		read_state(r, group, x);
		break;
	}
	return pipeline;
}

/* Nothing that could be met in any case, or in none. */
static void
find_vague(struct reader *r, const struct node *group,
    const struct scenario_expect *x)
{
	const char *why = NULL;

	if (x->kind >= EXPECT_PHASE && x->kind <= EXPECT_RECOVERY &&
	    !x->dated)
		why = "needs a 'date'";
	else if (x->kind == EXPECT_PHASE && x->word == NONE && x->never ==
	    NONE && x->starts < 0)
		why = "needs a 'state', a 'never' or 'starts'";
	else if ((x->kind == EXPECT_CHECK || x->kind == EXPECT_GATE) &&
	    x->word == NONE)
		why = x->kind == EXPECT_CHECK ? "needs a 'result'" :
		    "needs a 'verdict'";
	else if (x->kind == EXPECT_RECOVERY && x->word == NONE &&
	    x->starts < 0)
		why = "needs an 'outcome' or 'starts'";
	else if (x->at != INSTANT_NONE && (x->before != INSTANT_NONE ||
	    x->after != INSTANT_NONE))
		why = "has 'at' and 'before' or 'after'";
	else if (x->word == NONE && x->kind >= EXPECT_PHASE && x->kind <=
	    EXPECT_RECOVERY && (x->at != INSTANT_NONE || x->before !=
	    INSTANT_NONE || x->after != INSTANT_NONE))
		why = "says when, but not what";
	if (why)
		diag_error(r->diag, AT(group), "this expectation %s", why);
}

static const struct scenario_expect unsaid = { .subject = NONE,
	.root_kind = NONE, .word = NONE, .never = NONE, .at = INSTANT_NONE,
	.before = INSTANT_NONE, .after = INSTANT_NONE, .count = -1,
	.starts = -1, .ms = -1, .open = -1, .gave_up = -1,
	.notifier = NONE };

static void
read_expect(struct reader *r, const struct node *group,
    struct scenario_expect *x)
{
	const struct kind *kind = kind_of(group);
	const struct date *date;
	int32_t pipeline;

	*x = unsaid;
	x->origin = read_origin(group);
	x->text = read_as_written(r, group);
	if (kind == NULL) {
		diag_error(r->diag, AT(group), "an expectation says what is "
		    "expected: finding, findings, message, messages, phase, "
		    "check, gate, recovery or never");
		return;
	}
	x->kind = kind->kind;
	read_members(r, group, "this expectation", kind->known);
	pipeline = read_what(r, group, kind, x);
	x->dated = read_date(r, group, "date", &x->date);
	date = x->dated ? &x->date : NULL;
	x->at = read_instant(r, group, "at", pipeline, date);
	x->before = read_instant(r, group, "before", pipeline, date);
	x->after = read_instant(r, group, "after", pipeline, date);
	find_vague(r, group, x);
}

/*------------------------------------------------------------------- lists */

/* Room for more at the end. */
static struct scenario_expect *
room(struct scenario *s, size_t more)
{
	size_t had = (size_t)s->n_expects;
	struct scenario_expect *v = arena_alloc(s->arena,
	    (had + more + 1) * sizeof *v);

	if (had > 0)
		memcpy(v, s->expects, had * sizeof *v);
	s->expects = v;
	return v;
}

void
read_expects(struct reader *r, const struct node *list)
{
	size_t n = list ? node_count(list) : 0, i;
	struct scenario_expect *v = room(r->s, n);

	for (i = 0; i < n; i++) {
		const struct node *e = node_element(list, i);

		if (e->type == NODE_GROUP)
			read_expect(r, e, &v[r->s->n_expects++]);
		else
			diag_error(r->diag, AT(e), "expected a group such as "
			    "{ phase = \"predict\"; date = \"2026-01-16\"; "
			    "state = \"blocked\"; }");
	}
}

/* "never", or how long after it began. */
static void
read_detected(struct reader *r, const struct node *group)
{
	const struct node *n = node_member(group, "detected");
	const char *s = r->s->about.detected;
	struct scenario_expect *x = &room(r->s, 1)[r->s->n_expects++];

	*x = unsaid;
	x->kind = EXPECT_DETECTED;
	x->origin = read_origin(n);
	x->text = arena_printf(r->s->arena, "detected %s", s);
	if (strcmp(s, "never") == 0)
		return;
	if (duration_parse(s, &x->ms) < 0)
		diag_error(r->diag, AT(n), "detected = \"%s\": expected "
		    "\"never\" or a duration such as \"5h\"", s);
	else if (r->s->about.began == INSTANT_NONE)
		diag_error(r->diag, AT(n), "'detected' needs 'began': it is "
		    "counted from there");
}

static void
read_outcome(struct reader *r, const struct node *group)
{
	struct scenario_expect *x = &room(r->s, 1)[r->s->n_expects++];

	*x = unsaid;
	x->kind = EXPECT_OUTCOME;
	x->origin = read_origin(node_member(group, "outcome"));
	x->text = arena_printf(r->s->arena, "outcome %s",
	    r->s->about.outcome);
	x->word = read_enum(r, group, "outcome", ending_word, ENDING_QUIET);
}

void
read_about(struct reader *r, const struct node *group)
{
	static const char *const known[] = { "title", "incident", "date",
		"what", "historical", "began", "detected", "outcome", NULL };
	struct scenario_about *a = &r->s->about;

	if (group == NULL)
		return;
	if (group->type != NODE_GROUP) {
		diag_error(r->diag, AT(group), "about: expected a group such "
		    "as { title = \"a table stays empty\"; }");
		return;
	}
	read_members(r, group, "about", known);
	*a = (struct scenario_about){
		.title = read_text(r, group, "title"),
		.incident = read_text(r, group, "incident"),
		.date = read_text(r, group, "date"),
		.what = read_text(r, group, "what"),
		.historical = read_text(r, group, "historical"),
		.detected = read_text(r, group, "detected"),
		.outcome = read_text(r, group, "outcome"),
		.began = read_instant(r, group, "began", NONE, NULL) };
	if (a->detected)
		read_detected(r, group);
	if (a->outcome)
		read_outcome(r, group);
}
