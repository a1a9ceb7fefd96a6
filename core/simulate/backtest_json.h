/* SPDX-License-Identifier: BSD-2-Clause
 *
 * backtest_json.h -- what the parts of side_json() share. Internal to
 * backtest_*.c.
 */
#ifndef SIMULATE_BACKTEST_JSON_H
#define SIMULATE_BACKTEST_JSON_H

#include "simulate/backtest_side.h"
#include "simulate/report.h"

struct teller {
	const struct side *s, *other;
	const struct history *h;
	const struct labels *labels;
	struct report report;
};

/* What is to be thought of a firing. */
struct sentence {
	enum truth truth;
	const char *because;    /* static, or a label's note */
	int64_t historical_ms;  /* -1 */
};

struct sentence judge_firing(const struct teller *,
    const struct record *where, const char *rule, const json_t *cause);
void put_sentence(json_t *, const struct sentence *);

/* What the other side calls it, where that differs. */
void put_other_name(json_t *, const struct teller *, enum root_kind,
    const char *name);

/* Those that fired, and those that people declared to be heard: alarms and
 * due phases. Owned. */
json_t *rules_json(const struct teller *);

#endif
