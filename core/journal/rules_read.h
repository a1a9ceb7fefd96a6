/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rules_read.h -- from JSON to facts. Private to the rules.
 */
#ifndef JOURNAL_RULES_READ_H
#define JOURNAL_RULES_READ_H

#include <jansson.h>

#include "journal/laws.h"
#include "journal/store.h"

/* Names, by number. */
struct interned {
	json_t *numbers;        /* "c nba/pdc": 17 */
	char **v;               /* v[17]: "pdc" */
	uint32_t n, cap;
};

void interned_init(struct interned *);
void interned_free(struct interned *);
/* `kind` is one of the letters: pipeline, check, gate, phase, recovery,
 * action, notifier, breaker. A phase belongs to its pipeline; others ignore
 * that. Without a name: 0. */
uint32_t interned_number(struct interned *, char kind, const char *pipeline,
    const char *name);
/* Valid for the life of the words; NULL: there is none. */
const char *interned_text(const struct interned *, uint32_t);

/* Room for what a fact points to; of the fact that was read last. */
enum { READ_MAX = 1024 };
struct room {
	uint32_t names[READ_MAX];
	struct law_reading readings[READ_MAX];
	struct law_basis basis;
	int32_t n_names, n_readings;
	bool full;              /* there was more: not all of it is known */
};

/* False: it is no fact. *ret_wrong is the member that has no word of ours,
 * or NULL. */
bool read_fact(struct interned *, struct room *, const struct store_event *,
    uint64_t seq, struct law_fact *ret, const char **ret_wrong);

/* rules_defs.c: the facts that the definitions in `data` come to. */
typedef void read_fn(void *arg, const struct law_fact *);
void read_definitions(struct interned *, struct room *,
    const struct law_fact *where, const json_t *data, read_fn *, void *arg);

struct law_names read_names(struct interned *, struct room *,
    const json_t *list, char kind, const char *pipeline);
/* "2026-01-16"; false: it is no date. */
bool read_day(const char *text, int32_t *ret);

#endif
