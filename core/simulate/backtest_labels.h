/* SPDX-License-Identifier: BSD-2-Clause
 *
 * backtest_labels.h -- what people say of findings: true, or false.
 *
 *      date,rule,label,note,delay
 *      2026-01-16,phase4_failure,true,two processors had no rows,48h
 *      2025-11-27,*,false,no games,
 */
#ifndef SIMULATE_BACKTEST_LABELS_H
#define SIMULATE_BACKTEST_LABELS_H

#include "base/diag.h"
#include "calendar/civil.h"

enum truth { TRUTH_UNKNOWN, TRUTH_TRUE, TRUTH_FALSE };

const char *truth_name(enum truth);

struct label {
	struct date date;
	const char *rule;       /* "*": every one of that date */
	enum truth truth;
	const char *note;       /* "" */
	int64_t delay_ms;       /* until it was noticed then; -1: not said */
};

struct labels {
	struct label *v;        /* in the order of the file */
	size_t n, cap;
	char *bytes;
};

/* A path of NULL gives none. All findings go to `diag`. labels_free() in any
 * case. */
void labels_load(const char *path, struct labels *ret, struct diag *);
void labels_free(struct labels *);

/* The one of that rule, else of the whole date; NULL: nobody says. */
const struct label *labels_find(const struct labels *, struct date,
    const char *rule);

#endif
