/* SPDX-License-Identifier: BSD-2-Clause
 *
 * model.h -- what the fold keeps. Internal to report.
 */
#ifndef REPORT_MODEL_H
#define REPORT_MODEL_H

#include "engine/record.h"
#include "base/text.h"
#include "engine/engine.h"
#include "report/report.h"

/* A phase as it was from an instant on. */
struct phase_at {
	int64_t at, done_at;
	enum phase_state state;
	uint32_t marks;
};

/* A check as it was measured. */
struct reading {
	int64_t at;
	double value, expected;
	int64_t missing, extra;
	enum result raw;
	bool measured;
};

struct phase_line {
	struct phase_at *v;
	size_t n, cap;
};

struct check_line {
	struct reading *v;
	size_t n, cap;
};

/* A date of a pipeline. Phases and checks by their number, those of other
 * pipelines stay empty. */
struct report_day {
	struct date date;
	int64_t owed;           /* -1: unknown */
	int64_t anchor;         /* reported, or INSTANT_NONE */
	bool adopted;
	struct phase_line *phases;      /* n_phases of the pipeline */
	struct check_line *checks;      /* NULL until one is measured */
};

/* An incident as it was from an instant on. */
struct incident_at {
	int64_t at;
	enum severity severity;
	bool open, gave_up, clearing, acked;
	int32_t told;
};

/* What a breach row of an incident said first and last. */
struct report_breach {
	enum root_kind kind;
	char subject[64];
	bool child, open;
	int64_t at, since, until;
};

struct report_incident {
	uint64_t number;
	int32_t pipeline;
	bool dated;
	struct date date;
	enum root_kind kind;
	char root[64];
	int64_t opened_at, closed_at, clear_since;
	int64_t det_at;         /* first row that says so */
	char acked_by[32], label[8];
	char labelled_by[32], label_reason[128];
	struct incident_at *v;
	size_t n, cap;
	struct {
		struct report_breach *v;
		size_t n, cap;
	} breaches;
};

struct report_attempt {
	uint64_t id;
	int32_t pipeline;
	bool dated;
	struct date date;
	int32_t phase, recovery;        /* NONE */
	char name[64];                  /* of the recovery or phase */
	enum attempt_state state;
	enum outcome outcome;
	int64_t intent_at, ended_at, closed_at;
	bool by_person;
	char actor[32];
	json_t *proof;          /* what was beside it; owned, or NULL */
};

/* A hold, an override, or a waiver. */
struct report_mandate {
	uint64_t id;
	enum mandate { MANDATE_HOLD, MANDATE_OVERRIDE, MANDATE_WAIVER } kind;
	enum hold_scope scope;
	int32_t pipeline;       /* NONE: all */
	int32_t phase;          /* NONE: the pipeline */
	int32_t check;          /* of a waiver of a whole check; NONE */
	char subject[64];
	bool any_date;
	struct date date;
	int64_t at, until, ended_at;    /* INSTANT_NONE */
	char actor[32], reason[128];
};

struct report_command {
	int64_t at;
	int32_t pipeline;       /* NONE */
	bool dated;
	struct date date, last; /* of a backfill: the first and the last */
	uint64_t id;            /* of what it names; 0 */
	const struct verb_touch *touch;
	char actor[32], subject[64], reason[128];
};

/* What a verb means to "without a person". */
struct verb_touch {
	const char *verb;
	bool touches;           /* a person had to do something */
	bool repairs;           /* it may have changed the outcome */
};
/* NULL: it only looks, or a machine says it. */
const struct verb_touch *verb_touch(const char *verb);

struct report_sent {
	uint64_t id, incident;
	int64_t queued_at, delivered_at;
	char notifier[64], kind[16], severity[16];
};

/* Only the mode kept it from this. */
struct report_would {
	int64_t at;
	int32_t pipeline;
	struct date date;
	bool repair;            /* a recovery; else the start of a phase */
	char name[64];
};

#define LIST_OF(type) struct { struct type *v; size_t n, cap; }

struct report {
	const struct conf *conf;
	int64_t as_of;
	uint64_t seq;           /* of the last event that counted */
	int64_t at, first_at;
	int64_t events;

	int32_t n_lanes, n_checks;
	struct report_lane {
		int32_t n_phases;
		LIST_OF(report_day) days;       /* ascending */
	} *lanes;               /* per pipeline */
	LIST_OF(report_incident) incidents;     /* by number */
	LIST_OF(report_attempt) attempts;       /* by id */
	LIST_OF(report_mandate) mandates;
	LIST_OF(report_command) commands;       /* as they came */
	LIST_OF(report_sent) messages;
	LIST_OF(report_would) would;
};

/* Room for one more; aborts without memory. */
void *list_grow(void *v, size_t n, size_t *cap, size_t size);
#define LIST_ROOM(l) ((l)->v = list_grow((l)->v, (l)->n, &(l)->cap, \
    sizeof *(l)->v))

/* Made when it isn't there; valid until the next one is made. */
struct report_day *model_day(struct report *, int32_t pipeline, struct date);
struct phase_line *model_phase(const struct report *, struct report_day *,
    int32_t phase);
struct check_line *model_check(const struct report *, struct report_day *,
    int32_t check);
struct report_incident *model_incident(struct report *, uint64_t number);
struct report_attempt *model_attempt(struct report *, uint64_t id);
struct report_breach *model_breach(struct report_incident *, enum root_kind,
    const char *subject);
struct report_mandate *model_mandate(struct report *, enum mandate,
    uint64_t id);

/* NULL: nothing is known of it. */
const struct report_day *report_day(const struct report *, int32_t pipeline,
    struct date);
int64_t report_due(const struct report *, int32_t pipeline, struct date,
    const struct due *);
/* As it was at an instant; NULL: nothing was known. */
const struct phase_at *phase_at(const struct report *,
    const struct report_day *, int32_t phase, int64_t);
const struct reading *reading_at(const struct report_day *, int32_t check,
    int64_t);
/* The waiver of a whole check of a date at an instant. */
const struct report_mandate *waiver_over(const struct report *,
    int32_t check, struct date, int64_t at);
/* The mandate of a kind that covers a phase of a date at an instant. */
const struct report_mandate *mandate_over(const struct report *,
    enum mandate, int32_t phase, struct date, int64_t at);

/*------------------------------------------------------------ the incidents */

/* The instants of definitions.c; INSTANT_NONE where there is none. */
int64_t incident_violated(const struct report *,
    const struct report_incident *);
int64_t incident_detected(const struct report *,
    const struct report_incident *);
int64_t incident_resolved(const struct report_incident *);
bool incident_within(const struct report *, const struct report_incident *,
    int32_t pipeline, struct date from, struct date to);

/* Could it have repaired the root? */
bool attempt_bears_on(const struct report *, const struct report_incident *,
    const struct report_attempt *);

/* What ended it. */
struct ending {
	enum ended { ENDED_NOT, ENDED_BY_RECOVERY, ENDED_BY_HAND,
		ENDED_BY_ITSELF } how;
	const struct report_attempt *attempt;   /* ENDED_BY_RECOVERY */
	const struct report_command *command;   /* ENDED_BY_HAND */
};
struct ending incident_ending(const struct report *,
    const struct report_incident *);
/* The next command that counts, from i on, about a date or all dates; NULL.
 */
const struct report_command *command_about(const struct report *,
    int32_t pipeline, struct date, size_t *i);

/*---------------------------------------------------------------- the dates */

/* A phase of a date against its due time. */
enum stand { STAND_MET, STAND_LATE, STAND_MISSING, STAND_PENDING,
	STAND_DONE /* without a due time */, STAND_IDLE, STAND_HELD,
	STAND_WAIVED, STAND_ADOPTED, STAND_UNKNOWN };
const char *stand_name(enum stand);

struct standing {
	enum stand stand;
	int64_t due, done_at;   /* INSTANT_NONE */
	uint32_t marks;
	const struct report_mandate *mandate;
};
struct standing standing_of(const struct report *, int32_t phase,
    struct date);

/* Coverage of a reading: NaN where it can't be said; and whether there is
 * more than was expected. */
double share_of(const struct reading *);
bool over_complete(const struct reading *);
/* Did a person do something about the date? */
bool date_touched(const struct report *, int32_t pipeline, struct date);

enum quality { QUALITY_GOLD, QUALITY_SILVER, QUALITY_BRONZE, QUALITY_FAILED,
	QUALITY_PENDING, QUALITY_IDLE, QUALITY_UNKNOWN, QUALITIES };
const char *quality_name(enum quality);
/* `why` gets the sentence. */
enum quality quality_of(const struct report *, int32_t pipeline, struct date,
    struct text *why);

#endif
