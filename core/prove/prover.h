/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prover.h -- what the parts of the prover share. Internal to core/prove.
 */
#ifndef PROVE_PROVER_H
#define PROVE_PROVER_H

#include "base/cleanup.h"
#include "prove/prove.h"
#include "prove/readings.h"

enum { MINUTE_MS = 60000, HOUR_MS = 3600000, DAY_MS = 86400000 };

/* How a pipeline's date lies in time. */
struct stage {
	struct date date;       /* everything is owed on it */
	int64_t begin, end;     /* end is the anchor */
	int64_t watched;        /* it leaves the watch then */
	int64_t acted;          /* nothing is repaired unattended after that */
};

/* What is known of a check, once it has been looked at. */
struct witness {
	bool can_pass, can_fail;
	struct reading good, bad;       /* the first of each, if it can */
	int64_t due;            /* of the stage's date */
	const struct rule *broken;      /* a finding about it; or NULL */
};

/* An alarm that speaks when all that it looks at fails. */
struct spoken {
	struct rule *rule;      /* NULL: it doesn't */
	int64_t at;
};

struct prover {
	const struct conf *conf;
	const struct graph *graph;
	const struct facts *facts;      /* or NULL */
	const char *host;       /* gatewarden-host; NULL: it isn't run */
	struct rules *rules;
	struct stage *stages;   /* by pipeline */
	int64_t work_left;      /* see play.c */
	struct witness *checks; /* by check */
	const struct rule **gates;      /* by gate: a finding that stands in
	                                   the way of what rests on it */
	struct spoken *alarms;  /* by gate */
};

/* Dates are chosen; nothing is known of the checks yet. */
void prover_make(struct prover *, const struct conf *, const struct facts *,
    const char *host, struct rules *);
void prover_free(struct prover *);

/* The pieces, in this order; the first also finds out when checks are due. */
void prove_limits(struct prover *);
void prove_gates(struct prover *);
void prove_phases(struct prover *);
void prove_recoveries(struct prover *);
void prove_plans(struct prover *);
void prove_warmups(struct prover *);

/* A ladder's steps, one rule each; gates.c */
void prove_ladder(struct prover *, int32_t gate, struct rule *alarm);

/* "2026-01-16 06:00", in the pipeline's zone; valid until the next call of
 * the same buffer. */
static inline const char *
when(const struct prover *p, int32_t pipeline, int64_t at,
    char buf[INSTANT_TEXT])
{
	return instant_short(at, &p->graph->pipelines[pipeline].zone, buf);
}

/* Of these checks, the first that has a finding of its own: then what rests
 * on it is not found again. NULL: none. */
const struct rule *broken_input(const struct prover *, const int32_t *checks,
    int32_t n);
/* The same of a gate, or of what it looks at. */
const struct rule *broken_gate(const struct prover *, int32_t gate);
/* "conf.d/a.conf:7 stands in the way" */
void stands_in_the_way(struct rule *, const struct rule *broken);

/* Makes it a finding when, at some hour, no route would take what it says.
 * A severity of NONE says nothing. */
void must_be_heard(const struct prover *, struct rule *,
    const struct marks *);

#endif
