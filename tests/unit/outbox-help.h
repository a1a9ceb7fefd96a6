/* SPDX-License-Identifier: BSD-2-Clause
 *
 * outbox-help.h -- a world for the outbox: a real journal, a clock of the
 * test's own, and far ends that do as they are told.
 */
#ifndef OUTBOX_HELP_H
#define OUTBOX_HELP_H

#include "base/text.h"
#include "daemon/outbox.h"

enum { TEAM, BOSS, PAGER, LAST, NOTIFIERS };
enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE };

enum answer { OK, LATER /* not yet */, FAILS, ASKS_TO_WAIT, NEVER, CRASHES };

struct call_made {
	int32_t notifier;
	void (*done)(void *, const struct call_reply *);
	void *arg;
};

struct world {
	char *dir;
	struct store *store;
	struct conf conf;
	struct instance instances[NOTIFIERS];
	struct route routes[4];
	struct outbox *box;
	int64_t now;
	bool open;              /* a transaction */
	bool broken;            /* the journal can't be written */
	enum answer answer[NOTIFIERS];
	int64_t asks_ms;        /* of ASKS_TO_WAIT */
	const char *receipt;    /* what every far end hands back; NULL */
	struct call_made waiting[16];
	int32_t n_waiting;
	struct text sent;       /* "team:1 " for each try, in order */
	struct text taken;      /* "team:1 " for each that was taken */
	struct text told;       /* "INCIDENT/MESSAGE " as delivered() said */
	struct text turns;      /* "team:fails " as turned() said */
	struct outbox_turn last_turn;
	json_t *last_body;
};

/* Of each test: its world in *state. Critical goes to the pager, else the
 * boss, else last; warning and above to the team. */
int world_setup(void **state);
int world_teardown(void **state);
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

/* Killed and started again. */
void restart(struct world *);
void open_box(struct world *);

int world_begin(void *world);
int world_commit(void *world);

/* As the supervisor does it: the change and its message, commit, tick.
 * Returns how many get it. */
int32_t tell_all(struct world *, uint64_t id, uint64_t incident,
    enum notice_kind, enum severity);

/* Answers what waits, oldest first. */
void answer_waiting(struct world *, enum answer);

/* Lets time pass from one wake to the next, until nothing waits for time or
 * `until` has come. */
void let_time_pass(struct world *, int64_t until);

/* Messages in the outbox. */
int64_t pending(struct world *);
/* Of one notifier, in an outbox_report; borrowed. */
const json_t *report_of(const json_t *report, const char *notifier);

#endif
