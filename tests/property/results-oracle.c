/* SPDX-License-Identifier: BSD-2-Clause
 *
 * results-oracle.c -- what was measured is heard as what it was; what was
 * decided once isn't decided again; and what happened is written down: 3, 4,
 * 10 and 15.
 */
#include "oracle.h"

static void
judge_result(struct play *p, const struct record *r)
{
	const struct answer *a = answer_of(p, r->subject, r->date);

	if (p->event.kind != EVENT_MEASURED || p->event.subject !=
	    r->subject || p->event.date.day != r->date.day || !a->known)
		return;
	if (a->waived != r->u.check.waived)
		flaw(p, "4", "of %s, %lld are waived, and %lld are left out",
		    p->checks[r->subject].name, (long long)a->waived,
		    (long long)r->u.check.waived);
	if (a->raw != r->u.check.raw)
		flaw(p, "3", "%s was told %g of %g, which is %s, and says %s",
		    p->checks[r->subject].name, p->event.u.measured.value,
		    p->event.u.measured.expected, result_name(a->raw),
		    result_name(r->u.check.raw));
}

/* Nothing owed is not the same as nobody knows. */
static void
judge_skipped(struct play *p, const struct record *r)
{
	const struct phase_def *ph = &p->phases[r->subject];
	const struct record *date = row_find(p, RECORD_DATE, r->date, NONE);
	if (r->u.phase.state == PHASE_SKIPPED && date &&
	    date->u.date_row.owed != 0 && !owes_nothing(p, r->subject,
	    r->date))
		flaw(p, "4", "%s is skipped on a date that owes %lld",
		    ph->name, (long long)date->u.date_row.owed);
}

/* What a date owes is what its calendar said, or that it couldn't. */
static void
judge_owed(struct play *p, const struct record *r)
{
	const struct answer *a;

	if (p->event.kind != EVENT_MEASURED || p->pipeline.calendar == NONE ||
	    p->event.subject != p->pipeline.calendar ||
	    p->event.date.day != r->date.day || r->u.date_row.closed)
		return;
	a = answer_of(p, p->pipeline.calendar, r->date);
	if (!a->known || (a->told && a->value >= 0 ?
	    r->u.date_row.owed == (int64_t)a->value :
	    r->u.date_row.owed < 0))
		return;
	flaw(p, "4", "day %d owes %lld, and its calendar didn't say so",
	    r->date.day, (long long)r->u.date_row.owed);
}

/* Once a date is adopted or isn't, it stays so. */
static void
judge_adoption(struct play *p, const struct record *r,
    const struct record *was)
{
	if (was && was->u.pipeline_row.known && was->u.pipeline_row.
	    adopted_through.day != r->u.pipeline_row.adopted_through.day)
		flaw(p, "15", "dates are adopted again");
}

static void
judge_summary(struct play *p, const struct record *r)
{
	const struct record *x, *pipeline = row_first(p, RECORD_PIPELINE);
	int32_t told = 0;

	if (r->u.incident.kind != ROOT_ADOPTION || pipeline == NULL)
		return;
	for (x = row_first(p, RECORD_INCIDENT); x; x = row_next(p, x))
		told += x->u.incident.kind == ROOT_ADOPTION;
	if (told > pipeline->u.pipeline_row.meeting)
		flaw(p, "8", "%d summaries of %d meetings", told,
		    pipeline->u.pipeline_row.meeting);
}

void
judge_row(struct play *p, const struct record *r, const struct record *was)
{
	switch (r->kind) {
	case RECORD_PIPELINE:
		judge_adoption(p, r, was);
		break;
	case RECORD_DATE:
		if (was == NULL)
			judge_times(p, r->date);
		else
			judge_owed(p, r);
		break;
	case RECORD_CHECK:
		judge_result(p, r);
		break;
	case RECORD_PHASE:
		judge_skipped(p, r);
		break;
	case RECORD_ATTEMPT:
		judge_doubt(p, r, was);
		break;
	case RECORD_INCIDENT:
		judge_summary(p, r);
		break;
	case RECORD_WAIVER:
		judge_waiver_row(p, r, was);
		break;
	case RECORD_OVERRIDE:
		judge_override_row(p, r, was);
		break;
	case RECORD_PERMIT:
		judge_permit_row(p, r, was);
		break;
	default:
		break;
	}
}

/*--------------------------------------------------------------- the step */

static void
judge_reminder(struct play *p, const struct effect *x)
{
	const struct record *r = row_of_id(p, RECORD_INCIDENT,
	    x->u.notify.incident);

	if (x->u.notify.kind == NOTICE_REMINDER && r &&
	    r->u.incident.acked_until > p->now.wall)
		flaw(p, "8", "a reminder of %llu, which somebody has",
		    (unsigned long long)r->u.incident.number);
}

void
judge_whole_step(struct play *p)
{
	bool jumped = false, cancelled = false, ok = false;
	size_t i;

	for (i = 0; i < p->out.n && !p->failed; i++) {
		const struct effect *x = &p->out.v[i];

		jumped |= x->kind == EFFECT_WRITE && x->u.record.kind ==
		    RECORD_NOTE && x->u.record.u.note.kind ==
		    NOTE_CLOCK_JUMP && x->u.record.u.note.detail ==
		    p->event.u.jump_ms;
		cancelled |= x->kind == EFFECT_CANCEL;
		ok |= x->kind == EFFECT_REPLY && x->u.reply.code == REPLY_OK;
		if (x->kind == EFFECT_NOTIFY)
			judge_reminder(p, x);
	}
	if (p->event.kind == EVENT_CLOCK_JUMP && !jumped)
		flaw(p, "10", "the clock was set, and nobody wrote it down");
	if (p->event.kind == EVENT_COMMAND && p->event.u.command.kind ==
	    COMMAND_CANCEL && ok && !cancelled)
		flaw(p, "5", "a cancelled attempt goes on");
	judge_reruns(p);
}
