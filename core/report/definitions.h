/* SPDX-License-Identifier: BSD-2-Clause
 *
 * definitions.h -- what each number means.
 */
#ifndef REPORT_DEFINITIONS_H
#define REPORT_DEFINITIONS_H

#include "config/conf.h"
#include "report/tally.h"

enum unit { UNIT_SHARE, UNIT_TIME, UNIT_COUNT };

enum subject { OF_PIPELINE, OF_PHASE, OF_CHECK };

/* What is asked of a metric. */
struct asking {
	enum metric metric;
	int32_t pipeline, phase, check;         /* phase, check: or NONE */
	double coverage;                        /* of METRIC_COVERAGE, 0..1 */
	struct due by;
	struct date from, to;
};

/* Adds the terms, each with what it counts for and why. */
typedef void terms_fn(const struct report *, const struct asking *,
    struct tally *);

struct definition {
	enum metric metric;
	const char *name, *title;
	enum subject of;
	enum unit unit;
	bool more;              /* more is better */
	bool daily;             /* one term per date: burns a budget */
	const char *formula;    /* one sentence */
	const char *reads;      /* which rows of the journal */
	const char *unknown;    /* when it is n/a */
	terms_fn *terms;
};

const struct definition *definition_of(enum metric);
/* NULL: there is none. */
const struct definition *definition_find(const char *name);
const char *unit_name(enum unit);

/* The rules of the quality of a date, best first. */
struct quality_rule {
	const char *name, *rule;
};
const struct quality_rule *quality_rule_at(size_t i);   /* NULL: the end */

#endif
