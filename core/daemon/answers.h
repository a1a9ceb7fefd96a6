/* SPDX-License-Identifier: BSD-2-Clause
 *
 * answers.h -- the last words of checks, gates and attempts, by name.
 */
#ifndef DAEMON_ANSWERS_H
#define DAEMON_ANSWERS_H

#include <jansson.h>
#include <stdint.h>

#include "calendar/civil.h"

struct answers {
	json_t *checks, *gates, *attempts;
	json_t *permit;         /* what the last one granted rests on */
};

void answers_init(struct answers *);
void answers_free(struct answers *);

/* `map` is one of the first two. The answer is taken. */
void answer_put(json_t *map, const char *name, struct date, json_t *);
/* Borrowed; NULL: none. */
json_t *answer_get(const json_t *map, const char *name, struct date);
void answer_drop(json_t *map, const char *name, struct date);

/* Of an attempt: an object that grows. Borrowed; made when it isn't there. */
json_t *attempt_facts(struct answers *, uint64_t attempt);
json_t *attempt_known(const struct answers *, uint64_t attempt);
void attempt_forget(struct answers *, uint64_t attempt);

/* Hash over the items as a set, whatever their order; 0: no items. */
uint64_t items_hash(const json_t *items, int64_t count);

#endif
