/* SPDX-License-Identifier: BSD-2-Clause
 *
 * laws-help.c -- small journals for the laws.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "laws-help.h"

void
see(struct scene *s, struct law_fact f)
{
	f.seq = ++s->seq;
	s->at += 1000;
	f.at = s->at;
	if (f.pipeline == 0)
		f.pipeline = PIPE;
	if (f.day == 0) {
		f.day = DAY;
		f.dated = true;
	}
	laws_see(s->laws, &f);
}

void
defined_but_repair(struct scene *s)
{
	see(s, (struct law_fact){ .kind = FACT_GENERATION,
		.u.generation.starts_per_hour = 4 });
	see(s, (struct law_fact){ .kind = FACT_DEFINE_PIPELINE,
		.name = PIPE, .u.pipeline_def = { true, 72 * HOUR, -1 } });
	see(s, (struct law_fact){ .kind = FACT_DEFINE_CHECK, .name = CHECK,
		.u.check_def.confirm = 2 });
	see(s, (struct law_fact){ .kind = FACT_DEFINE_CHECK, .name = OTHER,
		.u.check_def.confirm = 1 });
	see(s, (struct law_fact){ .kind = FACT_DEFINE_CHECK, .name = CAL,
		.u.check_def = { 1, false, true } });
	see(s, (struct law_fact){ .kind = FACT_DEFINE_GATE, .name = GATE,
		.u.gate_def = { .inputs = NAMES(CHECK),
		    .unknown_opens_until = INSTANT_NONE } });
	see(s, (struct law_fact){ .kind = FACT_DEFINE_PHASE, .name = UP,
		.u.phase_def = { .done = NAMES(CHECK) } });
	see(s, (struct law_fact){ .kind = FACT_DEFINE_PHASE, .name = PH,
		.u.phase_def = { .after = NAMES(UP), .guards = NAMES(GATE),
		    .done = NAMES(OTHER), .plan = 2 } });
	see(s, (struct law_fact){ .kind = FACT_DEFINE_ACTION, .name = ACT,
		.u.action_def = { .per_hour = 3 } });
}

void
defined(struct scene *s)
{
	defined_but_repair(s);
	see(s, (struct law_fact){ .kind = FACT_DEFINE_RECOVERY, .name = REC,
		.u.recovery_def = { .repairs = NAMES(CHECK), .plan = 2,
		    .per_date = 3, .no_effect_limit = 2, .order = 2,
		    .enforces = true } });
}

void
starts(struct scene *s, uint64_t epoch)
{
	see(s, (struct law_fact){ .kind = FACT_DAEMON,
		.u.daemon = { epoch, true } });
}

void
date(struct scene *s, int64_t owed, bool adopted, bool closed)
{
	see(s, (struct law_fact){ .kind = FACT_DATE,
		.u.date = { owed, adopted, closed } });
}

void
check(struct scene *s, uint32_t name, enum law_result raw)
{
	see(s, (struct law_fact){ .kind = FACT_CHECK, .name = name,
		.u.check = { .raw = raw, .measured = raw != LAW_UNKNOWN,
		    .value = raw == LAW_UNKNOWN ? NAN : raw == LAW_FAIL ? 0 :
		    5, .expected = 5, .extra = -1, .in_row = 2,
		    .began = s->at - 10, .ended = s->at } });
}

void
gate(struct scene *s, enum law_verdict v, uint64_t revision)
{
	see(s, (struct law_fact){ .kind = FACT_GATE, .name = GATE,
		.u.gate = { v, revision } });
}

void
phase(struct scene *s, uint32_t name, enum law_phase_state state,
    uint64_t id, int32_t attempts, int32_t episode)
{
	see(s, (struct law_fact){ .kind = FACT_PHASE, .name = name,
		.u.phase = { .state = state, .attempt = id,
		    .attempts = attempts, .episode = episode,
		    .next_at = INSTANT_NONE } });
}

void
recovery(struct scene *s, int32_t attempts, int32_t episode, bool ended)
{
	see(s, (struct law_fact){ .kind = FACT_RECOVERY, .name = REC,
		.u.recovery = { attempts, episode, ended,
		    INSTANT_NONE } });
}

void
attempt(struct scene *s, uint32_t name, struct law_attempt a)
{
	a.repairs = name == REC;
	a.action = ACT;
	a.intent_at = s->at + 1000;
	if (a.ended_at == 0)
		a.ended_at = INSTANT_NONE;
	if (a.n_proof == 0)
		a.n_proof = -1;
	see(s, (struct law_fact){ .kind = FACT_ATTEMPT, .name = name,
		.u.attempt = a });
}

void
incident(struct scene *s, struct law_incident i)
{
	see(s, (struct law_fact){ .kind = FACT_INCIDENT,
		.name = i.kind == LAW_ROOT_ALARM ? GATE : PH,
		.u.incident = i });
}

void
message(struct scene *s, uint32_t notifier, struct law_message m)
{
	if (m.delivered_at == 0)
		m.delivered_at = INSTANT_NONE;
	if (m.gave_up_at == 0)
		m.gave_up_at = INSTANT_NONE;
	see(s, (struct law_fact){ .kind = FACT_MESSAGE, .name = notifier,
		.u.message = m });
}

void
override(struct scene *s, bool live)
{
	see(s, (struct law_fact){ .kind = FACT_OVERRIDE, .name = PH,
		.u.override = { 7, live, s->at + HOUR } });
}

void
ready(struct scene *s)
{
	date(s, 3, false, false);
	check(s, CHECK, LAW_PASS);
	check(s, OTHER, LAW_FAIL);
	gate(s, LAW_OPEN, 1);
	phase(s, UP, LAW_DONE, 0, 0, 0);
}

void
start(struct scene *s, uint64_t id)
{
	attempt(s, PH, (struct law_attempt){ .id = id, .number = 1 });
	phase(s, PH, LAW_STARTING, id, 1, 0);
}

void
repair(struct scene *s, uint64_t id)
{
	date(s, 3, false, false);
	check(s, CHECK, LAW_FAIL);
	recovery(s, 1, 0, false);
	attempt(s, REC, (struct law_attempt){ .id = id, .number = 1,
		.failing = NAMES(CHECK) });
}

static void
found(void *arg, const struct law_finding *x)
{
	struct scene *s = arg;

	if (x->law == s->wanted)
		s->found++;
	else
		s->others++;
	(void)snprintf(s->last, sizeof s->last, "%s: %s", law_name(x->law),
	    x->sentence);
}

static void
play(struct scene *s, enum law law, play_fn *fn, bool bad, uint64_t without)
{
	*s = (struct scene){ .wanted = law, .at = INT64_C(1768500000000) };
	s->laws = laws_new(&(struct laws_options){ .arg = s, .found = found,
		.without = without });
	starts(s, 1);
	defined(s);
	fn(s, bad);
	laws_end(s->laws);
	laws_free(s->laws);
}

static void
judge(enum law law, play_fn *fn)
{
	struct scene s;

	play(&s, law, fn, false, 0);
	if (s.found + s.others > 0)
		fail_msg("%s: found in what keeps it: %s", law_name(law),
		    s.last);
	play(&s, law, fn, true, 0);
	if (s.found == 0 || s.others > 0)
		fail_msg("%s: found %d times, others %d times; last: %s",
		    law_name(law), s.found, s.others, s.last);
	play(&s, law, fn, true, UINT64_C(1) << law);
	if (s.found + s.others > 0)
		fail_msg("%s: found though it isn't judged: %s",
		    law_name(law), s.last);
}

void
must_judge(const struct law_case *cases, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		judge(cases[i].law, cases[i].play);
}
