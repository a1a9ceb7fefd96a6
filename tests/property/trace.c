/* SPDX-License-Identifier: BSD-2-Clause
 *
 * trace.c -- a play in words, for whoever looks at a seed that failed.
 */
#include <stdio.h>

#include "play.h"

static void
trace_row(const struct play *p, const struct record *r)
{
	printf("\t%s %d", record_kind_name(r->kind), r->subject);
	switch (r->kind) {
	case RECORD_DATE:
		printf(" owed %d adopted %d closed %d",
		    (int)r->u.date_row.owed, r->u.date_row.adopted,
		    r->u.date_row.closed);
		break;
	case RECORD_CHECK:
		printf(" %s %g in_row %d%s", result_name(r->u.check.raw),
		    r->u.check.value, r->u.check.in_row,
		    r->u.check.fault ? " fault" : "");
		break;
	case RECORD_GATE:
		printf(" %s %s rev %d", verdict_name(r->u.gate.verdict),
		    severity_name(r->u.gate.severity),
		    (int)r->u.gate.revision);
		break;
	case RECORD_PHASE:
		printf(" %s marks %x attempt %d (%d) run '%s' %s",
		    phase_state_name(r->u.phase.state), r->u.phase.marks,
		    (int)r->u.phase.attempt, r->u.phase.attempts,
		    r->u.phase.run_id, why_name(r->u.phase.failed_why));
		break;
	case RECORD_ATTEMPT:
		printf(" %d phase %d recovery %d %s %s %s",
		    (int)r->u.attempt.id, r->u.attempt.phase,
		    r->u.attempt.recovery,
		    attempt_state_name(r->u.attempt.state),
		    outcome_name(r->u.attempt.outcome),
		    failure_name(r->u.attempt.failure));
		break;
	case RECORD_RECOVERY:
		printf(" attempts %d no_effect %d ended %s last %s",
		    r->u.recovery.attempts, r->u.recovery.no_effect,
		    why_name(r->u.recovery.ended),
		    outcome_name(r->u.recovery.last));
		break;
	case RECORD_INCIDENT:
		printf(" %d %s of %d%s%s%s %s", (int)r->u.incident.number,
		    root_kind_name(r->u.incident.kind), r->u.incident.root,
		    r->u.incident.open ? " open" : " over",
		    r->u.incident.clearing ? " clearing" : "",
		    r->u.incident.gave_up ? " gave_up" : "",
		    severity_name(r->u.incident.severity));
		break;
	case RECORD_BREACH:
		printf(" %s of %d (%s) in %d%s%s", root_kind_name(
		    r->u.breach.kind), r->u.breach.subject,
		    why_name(r->u.breach.why),
		    (int)r->u.breach.incident,
		    r->u.breach.child ? " child" : "",
		    r->u.breach.open ? " open" : " over");
		break;
	default:
		break;
	}
	printf("  day %d\n", r->dated ? r->date.day - (int)(p->begin / DAY) : 0);
}

static void
trace_list(const char *what, const int32_t *list, int32_t n)
{
	int32_t i;

	if (n > 0)
		printf(" %s", what);
	for (i = 0; i < n; i++)
		printf(" %d", list[i]);
}

void
trace_graph(const struct play *p)
{
	int32_t i, k;

	printf("%s faults %x sups %d calendar %d settle %dh\n",
	    p->pipeline.zone_name, p->faults, p->n_sups, p->pipeline.calendar,
	    (int)(p->pipeline.settle_ms / HOUR));
	for (i = 0; i < p->graph.n_gates; i++) {
		printf("gate %d%s", i, p->gates[i].alarm ? " alarm" : "");
		trace_list("of", p->gates[i].inputs, p->gates[i].n_inputs);
		printf("\n");
	}
	for (i = 0; i < p->graph.n_phases; i++) {
		const struct phase_def *ph = &p->phases[i];

		printf("phase %d start %d due %dh after", i, ph->start,
		    ph->due.kind == DUE_NONE ? -1 :
		    (int)(ph->due.after_ms / HOUR));
		for (k = 0; k < ph->n_after; k++)
			printf(" %d[%d]", ph->after[k].phase,
			    ph->after[k].date_offset);
		trace_list("guards", ph->guards, ph->n_guards);
		if (ph->done_kind == DONE_GATE)
			printf(" done gate %d", ph->done_gate);
		if (ph->done_kind == DONE_CHECKS)
			trace_list("done", ph->done_checks,
			    ph->n_done_checks);
		printf("\n");
	}
	for (i = 0; i < p->graph.n_recoveries; i++) {
		printf("recovery %d", i);
		trace_list("repairs", p->recoveries[i].repairs,
		    p->recoveries[i].n_repairs);
		printf("\n");
	}
}

void
trace_step(const struct play *p)
{
	static const char *const events[] = { "tick", "measured", "verdict",
		"started", "ended", "found", "command", "clock_jump",
		"delivered", "resumed" };
	int64_t m = (p->now.wall - p->begin) / MINUTE;
	bool command = p->event.kind == EVENT_COMMAND;
	size_t i;

	printf("%016llx ", (unsigned long long)p->shelf.hash);
	printf("%d sup %d%s at +%dd %02d:%02d %s %d day %d %s %d%s\n",
	    p->step, p->s->number, p->s->mute ? " mute" : "",
	    (int)(m / 1440), (int)(m % 1440 / 60), (int)(m % 60),
	    events[p->event.kind], p->event.subject,
	    p->event.date.day - (int)(p->begin / DAY), command ? "kind" :
	    "attempt", command ? (int)p->event.u.command.kind :
	    (int)p->event.attempt,
	    p->out.more ? " more" : "");
	for (i = 0; i < p->out.n; i++) {
		const struct effect *x = &p->out.v[i];

		if (x->kind == EFFECT_WRITE)
			trace_row(p, &x->u.record);
		else if (x->kind == EFFECT_NOTIFY)
			printf("\tNOTIFY %d %s %s\n",
			    (int)x->u.notify.incident,
			    notice_kind_name(x->u.notify.kind),
			    severity_name(x->u.notify.severity));
		else if (x->kind == EFFECT_START)
			printf("\tSTART %d day %d\n",
			    (int)x->u.start.attempt,
			    x->date.day - (int)(p->begin / DAY));
		else if (x->kind != EFFECT_TOUCH)
			printf("\teffect %d of %d day %d\n", (int)x->kind,
			    x->subject, x->date.day - (int)(p->begin / DAY));
	}
}
