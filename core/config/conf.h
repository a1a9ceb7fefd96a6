/* SPDX-License-Identifier: BSD-2-Clause
 *
 * conf.h -- one generation of conf.d, understood: a graph for the engine and
 * instances for the workers.
 */
#ifndef CONFIG_CONF_H
#define CONFIG_CONF_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "engine/graph.h"

enum instance_kind { INSTANCE_CHECK, INSTANCE_GATE, INSTANCE_ACTION,
	INSTANCE_NOTIFIER };

/* One configured use of a plugin; a worker opens it. `options` holds only
 * the plugin's own options, validated against its table, defaults filled in,
 * durations as integers (ms), sizes as bytes. A secret is {"secret":
 * "file:/path"}, resolved by conf_secret() when a worker is opened. A
 * database option is {"name", "driver", "path", "dsn"}. */
struct instance {
	enum instance_kind kind;
	const char *name;       /* unique within its kind */
	const char *was;        /* former name, or NULL */
	struct origin origin;
	const char *plugin;     /* "sql" */
	const char *path;       /* of its shared object */
	json_t *options;        /* owned by the conf */
	uint64_t identity;      /* hash of plugin, file identity and options:
	                           equal means that a worker may be kept */
	int64_t timeout_ms;     /* real time, of one call */
	/* notifiers: no two tries are closer; when a test is sent */
	int64_t pace_ms;
	struct schedule canary;
	int32_t pipeline;       /* NONE for notifiers and shared actions */
	int32_t cap;            /* notifier: messages in a civil day; 0: no
	                           limit */
};

/* A stretch of time, [start, end) in civil time: again and again, or once. */
struct window {
	const char *name;       /* "" where a route says it itself */
	struct origin origin;
	enum window_kind {
		WINDOW_HOURS,           /* a route's `during` names it */
		WINDOW_QUIET,           /* below critical is held */
		WINDOW_MAINTENANCE      /* nothing is told */
	} kind;
	enum window_when { WHEN_DAILY, WHEN_CRON, WHEN_ONCE } when;
	bool zoned;             /* else the zone of the pipeline asked for */
	struct zone zone;
	int32_t from_s, to_s;   /* DAILY; to <= from: on the next day */
	unsigned days;          /* DAILY: bit 0 Sunday; where it begins */
	struct cron cron;       /* CRON: begins at its slots */
	int64_t for_ms;         /* CRON */
	int64_t start, end;     /* ONCE */

	/* What it is about; nothing named: everything. */
	const int32_t *pipelines, *phases, *notifiers;
	int32_t n_pipelines, n_phases, n_notifiers;
	const char *const *targets;     /* of checks */
	int32_t n_targets;
};

/* An incident that nobody has acknowledged goes further up. */
struct escalation {
	struct origin origin;
	int64_t after_ms;       /* of its age; -1: by the deadline */
	int64_t before_ms;      /* of the deadline; -1: by its age */
	const int32_t *to;      /* notifiers; none: as its severity says */
	int32_t n_to;
	enum severity severity; /* NONE: the incident's */
};

struct escalations {
	const struct escalation *v;
	int32_t n;
};

/* Who is told. Routes are tried in order; the first that matches delivers,
 * and the next ones only when it says `carry_on`. */
struct route {
	const char *name;
	struct origin origin;
	const int32_t *to;      /* notifiers, each gets it */
	int32_t n_to;
	const int32_t *fallback;        /* tried in order when one of `to`
	                                   has given up */
	int32_t n_fallback;
	enum severity least;    /* severity and above */
	int32_t pipeline;       /* NONE: any */
	int32_t phase;          /* NONE: any */
	bool carry_on;
	uint64_t tags;          /* one of these; 0: any */
	const struct window *during;    /* NULL: always */
	enum severity digest_most;      /* up to this one it is collected;
	                                   NONE: nothing is */
	int32_t digest_s;       /* the time of day for it */
	int64_t remind_ms;      /* 0: as the pipeline says; -1: none */
	struct escalations escalate;
};

/* What a number of report/definitions.c is called; the words are in
 * tables.c. */
enum metric { METRIC_SLA, METRIC_SUCCESS, METRIC_COVERAGE, METRIC_MTTD,
	METRIC_MTTR, METRIC_LATENESS, METRIC_AUTO_RECOVERY, METRIC_TRANSIENT,
	METRIC_FALSE_POSITIVES, METRIC_ZERO_TOUCH, METRIC_PERFECT,
	METRIC_MESSAGES, METRICS };

enum period { PERIOD_DAY, PERIOD_WEEK, PERIOD_MONTH, PERIOD_RANGE };

/* A number, and what it should be. */
struct report_target {
	const char *name;
	struct origin origin;
	enum metric metric;
	enum period over;
	int32_t pipeline;
	int32_t phase, check;   /* that it is of, or NONE */
	double coverage;        /* METRIC_COVERAGE: the share that suffices */
	struct due by;          /* METRIC_COVERAGE: at this instant */
	bool bounded, at_most;  /* not bounded: shown, never missed */
	double at;              /* a share, ms, or a count */
	const char *note;       /* shown beside it; NULL */
};

/* A report that goes out by itself. */
struct report_plan {
	const char *name;
	struct origin origin;
	enum period period;
	int32_t pipeline;
	struct schedule at;     /* cron, in the pipeline's zone */
	const int32_t *to;      /* notifiers */
	int32_t n_to;
};
enum { TAGS_MAX = 64 };

/* What a deployment has to have, beside what its dates show: measured when
 * somebody asks, by `verify`. */
struct inventory_def {
	const char *name;
	struct origin origin;
	const char *what;       /* what kind of thing: a heading; NULL */
	int32_t instance;       /* of a check, its own or a named one's; or
	                           NONE: then the next two */
	const char *names;      /* must stand in an option of each of `in` */
	const int32_t *in;      /* instances */
	int32_t n_in;
	struct limits limits;
	int32_t pipeline;       /* whose dates and zone; NONE */
	bool offline;           /* may be asked without a daemon */
};

/* The daemon's own settings. */
struct settings {
	const char *state_dir;  /* journal, lock, attempts */
	const char *socket;     /* control */
	const char *operate_group, *report_group;       /* NULL: none */
	const char *observe_group;
	bool clock_virtual;
	int64_t clock_start;
	double clock_speed;
	int32_t workers;        /* processes at once */
	int32_t starts_per_hour;
};

struct conf {
	struct arena *arena;
	struct graph graph;

	struct instance *instances;
	int32_t n_instances;
	struct route *routes;
	int32_t n_routes;
	struct report_target *targets;
	int32_t n_targets;
	struct report_plan *reports;
	int32_t n_reports;
	struct inventory_def *inventory;
	int32_t n_inventory;
	const struct window *windows;
	int32_t n_windows;
	const struct escalations *ladders;      /* one per pipeline; NULL:
	                                           none has any */
	const char *tags[TAGS_MAX];     /* the names of the bits */
	int32_t n_tags;
	struct settings settings;

	uint64_t hash;          /* of all bytes read: the generation's name */
	json_t *resolved;       /* `config check --resolved`: everything as
	                           understood, each value with its origin:
	                           {"checks": {"pdc": {"every": {"value":
	                           "10m", "from": "nba.conf:12"}}}}; NULL
	                           unless loaded by conf_load_resolved() */
	struct conf_index *index;       /* names, for conf_find() */
	/* former names, for a reload: was -> name per kind */
	const char *const (*renames)[3];        /* kind, was, name */
	int32_t n_renames;
};

/* Finds a plugin's shared object and its self-description. The JSON is what
 * `gatewarden-host --describe FILE` prints:
 *
 *   {"abi": 1, "kind": "check", "name": "sql", "version": "0.1.0",
 *    "summary": "...", "options": [{"name": "value", "type": "string",
 *    "required": true, "min": 0, "max": 0, "default": "...",
 *    "choices": ["a"], "help": "...", "members": [...]}]}
 *
 * Types: string int number bool duration size list enum secret database
 * groups. Returns 0 with both set (path borrowed until the next call, JSON
 * owned), or -ENOENT (no such plugin), or -EINVAL with *ret_why (borrowed)
 * saying what is wrong with it. */
struct plugin_finder {
	void *arg;
	int (*find)(void *arg, enum instance_kind, const char *plugin,
	    const char **ret_path, json_t **ret_description,
	    const char **ret_why);
	/* The i-th plugin of a kind that exists, or NULL: for "did you mean".
	 */
	const char *(*name)(void *arg, enum instance_kind, size_t i);
};

/* Reads a directory (its *.conf in strcmp order) or one file. All findings
 * go to `diag`; returns the configuration, owned, or NULL when there was an
 * error. Never changes anything outside. */
struct conf *conf_load(const char *path, const struct plugin_finder *,
    struct diag *);
/* The same, and fills `resolved`, which costs more memory than the rest. */
struct conf *conf_load_resolved(const char *path,
    const struct plugin_finder *, struct diag *);
void conf_free(struct conf *);
/* Either, or for another machine: secrets that aren't set here, and programs
 * that aren't here, are no finding. */
enum { LOAD_RESOLVED = 1 << 0, LOAD_ELSEWHERE = 1 << 1 };
struct conf *conf_load_as(const char *path, const struct plugin_finder *,
    struct diag *, unsigned how);
/* `resolved` as conf.d would say it, each value with its origin in a
 * comment; owned (free()). */
char *conf_resolved_text(const struct conf *);
/* One value of it. */
struct text;
void conf_value_text(struct text *, const json_t *);

/* Resolves a secret's reference. *ret is owned (wipe, then free()).
 * Returns 0, or -errno with a sentence (static). */
int conf_secret(const char *reference, char **ret, const char **ret_why);

/* By name; NONE if there is none. */
int32_t conf_find(const struct conf *, enum instance_kind, const char *name);
int32_t graph_find_pipeline(const struct graph *, const char *name);
int32_t graph_find_phase(const struct graph *, int32_t pipeline,
    const char *name);
int32_t graph_find_check(const struct graph *, const char *name);
int32_t graph_find_gate(const struct graph *, const char *name);
int32_t graph_find_recovery(const struct graph *, const char *name);
int32_t graph_find_action(const struct graph *, const char *name);
/* The bit of a tag; 0: nothing has it. */
static inline uint64_t
conf_tag(const struct conf *c, const char *name)
{
	int32_t i;

	for (i = 0; i < c->n_tags; i++)
		if (strcmp(c->tags[i], name) == 0)
			return (uint64_t)1 << i;
	return 0;
}

/*-------------------------------------------------------------------- marks */

/* What a route is asked about. */
struct marks {
	enum severity severity;
	int32_t pipeline, phase;        /* NONE */
	uint64_t tags;
};

/* Does it take this, at an hour at which it is open? */
bool route_takes(const struct route *, const struct marks *);
/* The tags of what rests on these checks: theirs, those of what repairs one
 * of them, and of the pipeline (NONE: none). */
uint64_t tags_of(const struct graph *, int32_t pipeline,
    const int32_t *checks, int32_t n);
/* Of an incident that one of these is the root of, on a date on which
 * nothing of it is retired. */
uint64_t phase_tags(const struct graph *, int32_t phase);
uint64_t gate_tags(const struct graph *, int32_t gate);
/* The checks that its `done` rests on, borrowed; the number of them. */
int32_t done_checks_of(const struct graph *, const struct phase_def *,
    const int32_t **ret);

/* The first minute of a week, from Monday on, at which no route takes it;
 * -1: there is none. Counted from Sunday's midnight. *ret_never: no route
 * does at any hour. */
int32_t routes_unheard(const struct conf *, const struct marks *,
    bool *ret_never);
enum { WEEK_TEXT = 24 };
/* "Sunday at 03:00"; returns buf. */
const char *week_words(int32_t minute, char buf[WEEK_TEXT]);

#endif
