/* SPDX-License-Identifier: BSD-2-Clause
 *
 * facts_read.h -- what the readers of facts share. Internal to facts*.c.
 */
#ifndef SIMULATE_FACTS_READ_H
#define SIMULATE_FACTS_READ_H

#include "simulate/facts.h"

struct facts_loader {
	const char *path;
	const struct scenario *s;
	const struct conf *conf;
	struct diag *diag;
	struct facts *f;
	size_t errors;          /* findings before this load */
};

/* Each takes the text apart in place and keeps what it says. */
void facts_read_csv(struct facts_loader *, char *bytes);
void facts_read_export(struct facts_loader *, char *bytes);
/* What the scenario says itself. */
void facts_read_recorded(struct facts_loader *);

/* When a check's value arrives where nothing else says so. */
int64_t facts_arrival(const struct facts_loader *, int32_t check,
    struct date, const struct scenario_fact *);

/* In any order; copied. */
void facts_keep(struct facts *, const struct fact *);
/* One record of this date. */
void facts_keep_date(struct facts *, struct date);

/* Something was recorded at this instant; the first comes first. */
void facts_keep_instant(struct facts *, int64_t at);

/* Enough findings for one file. */
bool facts_too_many(const struct facts_loader *);
const struct pipeline_def *facts_pipeline(const struct facts_loader *,
    int32_t check);

#endif
