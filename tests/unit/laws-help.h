/* SPDX-License-Identifier: BSD-2-Clause
 *
 * laws-help.h -- small journals for the laws: one that keeps a law, and one
 * that breaks it.
 */
#ifndef LAWS_HELP_H
#define LAWS_HELP_H

#include "journal/laws.h"

/* What is defined: PH comes after UP and is guarded by GATE, which looks at
 * CHECK; REC repairs CHECK. */
enum { PIPE = 1, CHECK, OTHER, CAL, GATE, UP, PH, REC, ACT, TEAM, BOSS, TARGET };

enum { DAY = 20469, MINUTE = 60000, HOUR = 3600000 };

/* Initializes a struct law_names. */
#define NAMES(...) { sizeof((const uint32_t[]){ __VA_ARGS__ }) / \
	sizeof(uint32_t), (const uint32_t[]){ __VA_ARGS__ } }

struct scene {
	struct laws *laws;
	uint64_t seq;
	int64_t at;             /* moves by a second with each fact */
	enum law wanted;
	int32_t found;          /* of the one that is wanted */
	int32_t others;
	char last[700];
};

/* Each makes one fact; of DAY, unless it says otherwise. */
void see(struct scene *, struct law_fact);
void defined(struct scene *);
void defined_but_repair(struct scene *);
void starts(struct scene *, uint64_t epoch);
void date(struct scene *, int64_t owed, bool adopted, bool closed);
void check(struct scene *, uint32_t name, enum law_result);
void gate(struct scene *, enum law_verdict, uint64_t revision);
void phase(struct scene *, uint32_t name, enum law_phase_state,
    uint64_t attempt, int32_t attempts, int32_t episode);
void recovery(struct scene *, int32_t attempts, int32_t episode, bool ended);
void attempt(struct scene *, uint32_t name, struct law_attempt);
void incident(struct scene *, struct law_incident);
void message(struct scene *, uint32_t notifier, struct law_message);
/* Override 7, of PH. */
void override(struct scene *, bool live);

/* Everything is open and done, so that PH may start. */
void ready(struct scene *);
/* PH starts, as attempt `id`, rightly. */
void start(struct scene *, uint64_t id);
/* CHECK fails and is confirmed, and REC starts, rightly. */
void repair(struct scene *, uint64_t id);

/* Plays `play` with bad false: nothing may be found. With bad true: `law`
 * must be, and no more when that isn't judged. */
typedef void play_fn(struct scene *, bool bad);
struct law_case { enum law law; play_fn *play; };
void must_judge(const struct law_case *, size_t n);

#endif
