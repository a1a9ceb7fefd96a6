/* SPDX-License-Identifier: BSD-2-Clause
 *
 * graph.h -- what the engine works on: pipelines, phases, checks, gates,
 * actions and recoveries, numbered and linked. Plain data, built once per
 * generation and never changed.
 *
 * An object's number is its index in its array; names are unique per kind
 * and are what survives a reload. All pointers are borrowed from whoever
 * built the graph and valid as long as it.
 */
#ifndef ENGINE_GRAPH_H
#define ENGINE_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "calendar/day.h"
#include "calendar/schedule.h"
#include "calendar/zone.h"

enum { NONE = -1 };             /* no index */

/* What a measurement comes to. Values are those of gatewarden/plugin.h. */
enum result {
	RESULT_PASS, RESULT_WARN, RESULT_FAIL, RESULT_UNKNOWN, RESULT_SKIP,
	RESULT_NOT_DUE
};

/* What a gate says; also what an edge is. Best first, the worst wins. */
enum verdict {
	VERDICT_OPEN, VERDICT_DEGRADED, VERDICT_WAITING, VERDICT_UNKNOWN,
	VERDICT_BLOCKED
};

enum severity { SEVERITY_NONE, SEVERITY_INFO, SEVERITY_WARNING,
	SEVERITY_CRITICAL };

enum mode { MODE_OBSERVE, MODE_ADVISE, MODE_ENFORCE };

const char *result_name(enum result);
const char *verdict_name(enum verdict);
const char *severity_name(enum severity);
const char *mode_name(enum mode);

/* Where an object was declared, for findings and `explain`. */
struct origin {
	const char *file;
	int line;
};

/* A limit: absolute, or percent of what is expected. */
struct limit {
	enum limit_kind { LIMIT_NONE, LIMIT_ABSOLUTE, LIMIT_PERCENT } kind;
	double at;
};

/* "warn below, fail below"; `over`: the result when there is more than is
 * expected. */
struct limits {
	struct limit warn_below, fail_below;
	struct limit warn_above, fail_above;
	enum result over;       /* RESULT_PASS, _WARN or _FAIL */
	bool allow_empty;       /* 0 of 0 passes instead of unknown */
};

/* Retry: start n (from 2 on) comes min(max(floor, initial *
 * multiplier^(n-2)), max) after the end of start n-1, or with jitter a part
 * of that. */
struct retry {
	int32_t attempts;       /* >= 1 */
	int64_t initial_ms, floor_ms, max_ms;
	double multiplier;
	enum jitter { JITTER_NONE, JITTER_FULL, JITTER_EQUAL,
		JITTER_DECORRELATED } jitter;
	/* the words in which it was said; the waits are the same */
	enum formula { FORMULA_EXPONENTIAL, FORMULA_TENACITY,
		FORMULA_TEMPORAL } formula;
};

/* What a source that is given up takes along: out of use for data dates from
 * this one on. Earlier dates are judged as ever. */
struct retirement {
	const char *source;     /* NULL: stays */
	const char *instead;    /* the source that takes over; NULL: none */
	struct date from;
	int32_t by;             /* of a check: the one that takes its place,
	                           or NONE */
};

static inline bool
is_retired(const struct retirement *r, struct date d)
{
	return r->source && d.day >= r->from.day;
}

/* Checks that join a list from a date on, in the place of retired ones: they
 * stand behind the ones that are always in it, `from` ascending. */
struct joiners {
	const struct date *from;
	int32_t n;
};

static inline int32_t
with_joiners(int32_t n, const struct joiners *j, struct date d)
{
	int32_t i;

	for (i = 0; i < j->n && j->from[i].day <= d.day; i++)
		;
	return n + i;
}

struct check_def {
	const char *name;
	struct origin origin;
	int32_t pipeline;
	int32_t instance;       /* what to call: index in the configuration */
	const char *source;     /* may be NULL */
	struct retirement retirement;

	const char *item;       /* what {failing} says; default: the name */
	const char *target;     /* probe incidents: one per target */
	struct limits limits;
	struct due due;         /* bad before it is not_due */
	int32_t from_day;       /* warm-up: owed from this day of a season */
	int32_t confirm;        /* measurements in a row, >= 1 */

	int64_t every_ms;       /* while the date is young */
	struct schedule schedule;       /* instead of every; may be NONE */
	int64_t max_age_ms;     /* 0: 1.5 times the current period */
	int64_t patience_ms;    /* unknown this long is an incident */
	bool calendar;          /* says what the date owes */
	/* Early warning: so many comparable dates must be known; 0: none. */
	int32_t early_dates;
	/* Outside of the median of past dates plus or minus width times their
	 * spread it warns; band.c. */
	struct band_def {
		int32_t days;   /* that are looked at; 0: no band */
		int32_t dates;  /* comparable ones that must be known */
		double width;
		bool per_unit;  /* values are divided by what is owed */
	} band;
	/* By its trend a limit is crossed within so many dates: it warns;
	 * trend.c. */
	struct trend_def {
		int32_t days;   /* that are looked at; 0: no trend */
		int32_t dates;  /* that must be known */
		int32_t within;
	} trend;
	uint64_t tags;          /* bits; conf.h names them */
};

struct gate_def {
	const char *name;
	struct origin origin;
	int32_t pipeline;
	int32_t instance;

	const int32_t *inputs;  /* checks */
	int32_t n_inputs;       /* on every date: see gate_inputs_on() */
	struct joiners joiners;
	struct retirement retirement;   /* alarms */
	bool alarm;             /* guards nothing and speaks */
	struct due at;          /* alarms: silent before; may be DUE_NONE */
	enum mode mode;
	bool open_on_unknown;   /* on_unknown = "open"; needs the expiry */
	int64_t open_until;     /* instant */
	const char *fix;        /* the operator's command; may be NULL */
	const char *runbook;    /* where it is written down; may be NULL */
	uint64_t tags;
};

/* How many inputs it has on a date. */
static inline int32_t
gate_inputs_on(const struct gate_def *g, struct date d)
{
	return with_joiners(g->n_inputs, &g->joiners, d);
}

/* Edge from another phase of the same pipeline: date_offset 0, or -1 for
 * the previous date that owes something. */
struct edge_def {
	int32_t phase;
	int32_t date_offset;
};

struct phase_def {
	const char *name;
	struct origin origin;
	int32_t pipeline;

	const struct edge_def *after;
	int32_t n_after;
	const int32_t *guards;  /* gates that guard this phase */
	int32_t n_guards;

	enum done_kind { DONE_EXIT, DONE_CHECKS, DONE_GATE } done_kind;
	const int32_t *done_checks;     /* DONE_CHECKS: all must pass or warn */
	int32_t n_done_checks;          /* see done_checks_on() */
	struct joiners done_joiners;
	int32_t done_gate;              /* DONE_GATE */

	int32_t start;          /* action, or NONE: observed */
	struct due at;          /* earliest start; DUE_NONE: edge, or date end
	                           for a root phase */
	struct due due;
	enum severity severity; /* of the incident past due */
	struct retry retry;
	int64_t verify_within_ms;       /* after a start: done by then */
	int64_t permit_ms;      /* validity of a permit */
	int32_t no_return_runs; /* runs that must be known for a last start
	                           that makes it; 0: never said */
	int64_t no_return_lead_ms;      /* told so long before; 0: by what it
	                           takes */
	enum rerun { RERUN_AUTO, RERUN_ASK, RERUN_NEVER } rerun;
	bool external;
	const char *fix, *runbook;      /* may be NULL */
	uint64_t tags;
};

static inline int32_t
done_checks_on(const struct phase_def *p, struct date d)
{
	return with_joiners(p->n_done_checks, &p->done_joiners, d);
}

enum { BREAKER_FAILURES_MAX = 16 };

/* Attempts on one target share what they learn about it. */
struct breaker_def {
	const char *name;       /* the target, or the action that has none */
	struct origin origin;
	int32_t failures;       /* that open it, 1 to BREAKER_FAILURES_MAX */
	int64_t within_ms;      /* ... when they lie within so long */
	int64_t open_ms, max_ms;        /* the first time; at most */
	int32_t probes;         /* successes in a row that close it, >= 1 */
};

struct action_def {
	const char *name;
	struct origin origin;
	int32_t instance;
	bool idempotent;        /* may be repeated when in doubt */
	int32_t per_hour;       /* budget of this action; 0: none */
	const char *target;     /* attempts on one target exclude each other
	                           when `exclusive` */
	bool exclusive;
	int32_t breaker;        /* NONE */
	int32_t vain_tries;     /* so many in a row without a success are a
	                           finding; 0: never */
	int64_t vain_ms;        /* or for so long; 0: never */
	uint64_t definition;    /* another one: another plugin, options */
};

struct recovery_def {
	const char *name;
	struct origin origin;
	int32_t pipeline;
	struct retirement retirement;
	int32_t action;         /* NONE: a person is asked */
	const int32_t *repairs; /* checks */
	int32_t n_repairs;
	int32_t order;
	struct retry retry;
	int32_t no_effect_limit;        /* in a row; >= 1 */
	int32_t per_date;       /* budget of starts per date; >= attempts */
	int32_t per_item;       /* of those that repair one check; 0: none */
	int64_t verify_after_ms, verify_every_ms, verify_within_ms;
	enum severity exhausted;        /* SEVERITY_NONE: the incident's */
	enum mode mode;
	const char *fix, *runbook;      /* may be NULL */
	uint64_t tags;
};

/* Does it repair any of these? */
static inline bool
recovery_is_for(const struct recovery_def *r, const int32_t *checks,
    int32_t n)
{
	int32_t i, k;

	for (i = 0; i < r->n_repairs; i++)
		for (k = 0; k < n; k++)
			if (r->repairs[i] == checks[k])
				return true;
	return false;
}

struct pipeline_def {
	const char *name;
	struct origin origin;
	struct zone zone;
	const char *zone_name;
	int32_t day_ends_s;
	enum mode mode;
	int32_t calendar;       /* check, or NONE: every date owes one unit */
	int32_t watch_days;     /* watch_for */
	int64_t act_within_ms;
	int64_t settle_ms;      /* see incident.c: a proven root waits so long
	                           for what it held back */
	struct backfill_def {   /* what a backfill does unless it is told */
		int32_t at_most;        /* dates at once */
		int32_t starts_per_hour;
		enum severity severity; /* nothing is told higher */
	} backfill;
	int64_t remind_ms;      /* reminders of an open incident; 0: none */
	uint64_t tags;          /* of all that is in it */
	int32_t first_phase, n_phases;  /* phases lie together, in
	                                   topological order */
	const struct date *seasons;     /* first days (day 0), ascending; a
	                                   check's from_day counts from the
	                                   last one before the date */
	int32_t n_seasons;
};

struct graph {
	const struct pipeline_def *pipelines;
	const struct phase_def *phases;
	const struct check_def *checks;
	const struct gate_def *gates;
	const struct action_def *actions;
	const struct breaker_def *breakers;
	const struct recovery_def *recoveries;
	int32_t n_pipelines, n_phases, n_checks, n_gates, n_actions,
	    n_recoveries;
	int32_t n_breakers;
	int32_t starts_per_hour;        /* global budget; 0: none */
	const struct graph_index *index;        /* names, of config/index.c;
	                                           NULL: searched in order */
};

/* The checks by which a phase is done on a date, of its gate or its own;
 * *ret_n 0: none. */
static inline const int32_t *
done_inputs_on(const struct graph *g, const struct phase_def *p,
    struct date d, int32_t *ret_n)
{
	const struct gate_def *gate;

	*ret_n = 0;
	if (p->done_kind == DONE_GATE) {
		gate = &g->gates[p->done_gate];
		*ret_n = gate_inputs_on(gate, d);
		return gate->inputs;
	}
	if (p->done_kind == DONE_CHECKS)
		*ret_n = done_checks_on(p, d);
	return p->done_checks;
}

#endif
