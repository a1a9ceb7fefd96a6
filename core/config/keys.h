/* SPDX-License-Identifier: BSD-2-Clause
 *
 * keys.h -- the members that an object may have, as tables. Internal to
 * config.
 */
#ifndef CONFIG_KEYS_H
#define CONFIG_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/load.h"

enum key_type {
	KEY_TEXT,               /* const char * */
	KEY_INT,                /* int32_t */
	KEY_NUMBER,             /* double */
	KEY_BOOL,               /* bool */
	KEY_DURATION,           /* int64_t, ms */
	KEY_SECONDS,            /* int64_t, ms; a number is seconds */
	KEY_DAYS,               /* int32_t, from a duration */
	KEY_CHOICE,             /* enum */
	KEY_DUE,                /* struct due */
	KEY_TIME,               /* int32_t, seconds after midnight */
	KEY_CRON,               /* struct schedule */
	KEY_LIMIT,              /* struct limit */
	KEY_ABSOLUTE,           /* struct limit, never a percentage */
	KEY_GROUP,              /* members, at this offset */
	KEY_REFERENCE,          /* names, or inline groups; read by link.c */
	KEY_OTHER               /* read by whoever knows it */
};

enum {
	KEY_REQUIRED = 1 << 0,
	KEY_INHERITED = 1 << 1, /* the pipeline may say it */
	KEY_BARE = 1 << 2       /* when it is absent, so are its defaults */
};

struct choice {
	const char *name;
	int value;
};

struct key {
	const char *name;       /* NULL ends a table */
	enum key_type type;
	unsigned flags;
	size_t at;              /* offset; NOWHERE */
	int64_t min, max;       /* both 0: unbounded */
	const struct choice *choices;   /* name NULL ends */
	const struct key *members;
	/* KEY_GROUP: which of several tables this one goes by; may be NULL */
	const struct key *(*members_of)(const struct node *group);
	unsigned kinds;         /* KEY_REFERENCE: bits */
	const char *fallback;   /* as in conf.d; NULL: stays as it is */
	const char *help;
};

#define NOWHERE SIZE_MAX

/* What the tables fill. */
struct check_keys {
	struct check_def def;
	struct limit min, max;
	int64_t timeout_ms;
};
struct gate_keys {
	struct gate_def def;
	int on_unknown;         /* 1: open */
	int64_t timeout_ms;
};
struct action_keys {
	struct action_def def;
	struct breaker_def breaker;     /* failures 0: none */
	int64_t timeout_ms;
};
struct inventory_keys {
	struct check_keys check;        /* of its own plugin */
	const char *what, *names;
	bool offline;
};
struct notifier_keys {
	int64_t timeout_ms, pace_ms;
	struct schedule canary;
	int32_t cap;
};
struct target_keys {
	int metric, over;
	struct limit coverage;
	struct due by;
	const char *at_least, *at_most, *note;
};
struct clock_keys {
	const char *start, *timezone;
	double speed;
};
struct top_keys {
	struct settings def;
	struct clock_keys clock;
};

/*------------------------------------------------------------ retry_keys.c */

extern const struct key start_retry[], recovery_retry[];
const struct key *start_retry_of(const struct node *group);
const struct key *recovery_retry_of(const struct node *group);
/* What a formula derives from what was said. */
void retry_finish(struct load *, const struct object *, struct retry *);

enum retry_part { RETRY_FIRST, RETRY_LEAST, RETRY_FACTOR, RETRY_MOST,
	RETRY_PARTS };
/* As this formula calls it. */
const char *retry_word(const struct retry *, enum retry_part);

/* service_keys.c */
extern const struct key breaker_keys[], no_success_keys[];

extern const struct key top_table[];
/* tables_history.c */
extern const struct key check_band[], check_trend[];
/* tables_backfill.c */
extern const struct key pipeline_backfill[];
/* tables_database.c */
extern const struct key database_table[];
extern const struct key target_table[], report_table[];
extern const struct key inventory_table[];
extern const struct key notifier_table[], route_table[], window_table[];
/* The table of an object's kind; alarms have one of their own. */
const struct key *keys_of(const struct object *);

/* Reads all members of an object that its table knows into `dst`, with what
 * it inherits and the defaults; unknown and missing members are findings. */
void keys_read(struct load *, const struct object *, const struct key *,
    void *dst);

/* A member, or what the pipeline says in its place, or NULL. */
const struct node *member_or_inherited(const struct object *,
    const char *name);

const struct key *key_find(const struct key *, const char *name);

#endif
