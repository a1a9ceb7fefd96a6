/* SPDX-License-Identifier: BSD-2-Clause
 *
 * nba-world.h -- the pipeline of the sample, conf.d/nba, in the engine's
 * world.
 */
#ifndef TESTS_UNIT_NBA_WORLD_H
#define TESTS_UNIT_NBA_WORLD_H

#include "engine-world.h"

enum { GAMES, BOX_SCORES, GAMEBOOKS, PLAYER_SUMMARY, TEAM_DEFENSE, PDC,
	PSZA, PCF, MLFS, TDZA, PREDICTED, PUBLISHED, GRADED, NBA_CHECKS };
enum { SOURCES_WHOLE, PRECOMPUTE_QUORUM, BOX_SCORE_ALARM, PHASE4_FAILURE };
enum { RAW, ANALYTICS, PRECOMPUTE, PREDICT, PUBLISH, GRADE };
enum { SCRAPE_BDL, PROCESS_DATE, RUN_PREDICTIONS, RUN_PUBLISH };
enum { BDL_RETRY, PHASE4_BACKFILL };

/* conf.d/nba, in UTC. Without facts nothing has arrived and nothing is
 * owed; predictions write `predicted`, publishing `published`; the repairs
 * bring nothing. */
struct world *world_nba(void);
/* It is the state of a cmocka test, which hasn't begun it. */
int nba_setup(void **state);
/* A day on which all has arrived by 08:00 of the next day, but predictions,
 * which we start, and grades, which arrive at 12:00. */
void nba_good_day(struct world *, struct date, int32_t games);

/* Actions that fail for this time, or for good. */
world_act_fn fails, fails_for_good;

#endif
