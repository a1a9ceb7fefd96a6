/* SPDX-License-Identifier: BSD-2-Clause
 *
 * load.h -- a configuration while it is being understood. Internal to
 * config.
 *
 * The stages, each in a file of its own, in this order:
 *
 *      read     bytes                          read.c
 *      guard    refuse what would be misread   guard.c, lex.c
 *      parse    values with places             node.c
 *      collect  objects, inline ones too       collect.c
 *      plugins  their descriptions             plugin.c
 *      link     names become objects           link.c, lanes.c, order.c
 *      retire   what a source takes along      retire.c
 *      build    the graph and the instances    build.c, keys.c, option.c
 *      review   what is valid but can't work   review*.c
 *
 * All of them run even after findings, so that all are shown at once; an
 * object with a finding stays, so that what refers to it has none.
 */
#ifndef CONFIG_LOAD_H
#define CONFIG_LOAD_H

#include <stdbool.h>

#include "config/conf.h"
#include "config/names.h"
#include "config/node.h"
#include "config/plugin.h"

enum kind { KIND_PIPELINE, KIND_PHASE, KIND_CHECK, KIND_GATE, KIND_ACTION,
	KIND_RECOVERY, KIND_NOTIFIER, KIND_DATABASE, KIND_ROUTE, KIND_WINDOW,
	KIND_SOURCE, KIND_TARGET, KIND_REPORT, KIND_INVENTORY, KINDS };

#define KIND_BIT(k) (1u << (k))

struct object;

struct objects {
	struct object **v;
	size_t n, cap;
	struct names names;
};

/* Another object, and where it is named. */
struct ref {
	struct object *to;
	const struct node *at;
};

struct refs {
	struct ref *v;
	size_t n;
};

/* An object as declared. What it refers to is filled by link.c. */
struct object {
	enum kind kind;
	const char *name;       /* in the configuration's arena */
	const struct node *node;        /* its group */
	struct object *owner;   /* inline: where it stands; phase: pipeline */
	int32_t index;          /* in its array of the graph or conf */
	struct plugin *plugin;  /* NULL: has none, or it was not found */
	int32_t instance;       /* NONE */

	struct object *pipeline;        /* NULL: none (yet) */
	const struct node *claim;       /* what gave it that pipeline */

	bool alarm;             /* gate */
	bool calendar;          /* check */
	bool used;              /* something refers to it */

	struct refs inputs;     /* checks: of a gate, a phase's done, a
	                           recovery's repairs; notifiers: of a route
	                           or window */
	struct refs guards;     /* phases: of a gate or window; notifiers:
	                           fallback */
	struct refs after;      /* phases: of a phase; pipelines: of a
	                           window */
	int32_t *offsets;       /* beside `after`: 0 or -1 */
	struct ref gate;        /* of a phase's done */
	struct ref action;      /* of a phase or recovery */
	struct ref check;       /* of a pipeline: calendar; of an inventory's
	                           entry: what it measures */
	struct ref phase;       /* of a route */
	bool done_exit;
	struct ref source;      /* of a check, alarm, action or recovery; of a
	                           source: what comes instead */
	struct ref stand_in;    /* of a check: in its place, when its source is
	                           retired */
	struct refs later;      /* gate, phase: checks that join the inputs, */
	struct date *later_from;        /* from these dates on */
	struct retirement retirement;

	struct object **phases; /* of a pipeline; link.c sorts them */
	size_t n_phases;
	bool cyclic;            /* pipeline: they have no order */
	json_t *database;       /* of a database; owned by the load */

	enum { UNSEEN, SEEING, SEEN } mark;     /* order.c */
};

enum { GUESSES = 8 };

struct load {
	struct conf *conf;
	struct arena *arena;    /* conf's: what stays */
	struct arena *scratch;  /* what goes when loading ends */
	struct diag *diag;
	const struct plugin_finder *finder;

	struct objects of[KINDS];
	struct node settings;   /* the top-level scalars, as one group */
	struct plugins plugins;
	struct names zones;     /* their bytes; zones.c */
	json_t *databases;      /* owns those of `object.database` */

	bool broken;            /* a file is missing from the picture: don't
	                           complain of names that aren't there */
	bool elsewhere;         /* it is another machine's: what must be there
	                           is not looked for here */
	bool quiet;             /* a default that has been complained of */
	unsigned near;          /* suggestions so far */
	const char *guess[GUESSES];     /* members that unknown ones were
	                                   probably meant to be */
	size_t n_guess;
	json_t *resolved;       /* NULL: not asked for */
};

/* A finding at a node, unless quiet. */
void wrong(struct load *, const struct node *, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void doubtful(struct load *, const struct node *, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* "check 'pdc'", for sentences; valid as long as the load. */
const char *label(struct load *, const struct object *);
/* "20-checks.conf:12". */
const char *place(struct load *, const struct node *);
struct origin origin_of(const struct node *);

/* "; did you mean 'x'?" or "". After some hundred it is always "", because
 * each costs a look at every name. */
const char *did_you_mean(struct load *, const char *best);

const char *kind_name(enum kind);       /* "check" */
const char *kind_list(enum kind);       /* "checks" */
const char *object_kind(const struct object *); /* "alarm", too */

static inline int32_t
index_of(const struct object *o)
{
	return o ? o->index : NONE;
}

/* collect.c */
void collect(struct load *, const struct node *root);
/* A declared object by name, or NULL. Phases: see phase_named(). */
struct object *object_named(const struct load *, enum kind, const char *);
struct object *phase_named(const struct load *, const struct object *pipeline,
    const char *name);

/* The stages. */
void find_plugins(struct load *);
void link_objects(struct load *);
void assign_pipelines(struct load *);
void order_phases(struct load *);
void retire_sources(struct load *);
void build_graph(struct load *);
void review(struct load *);

/* Notes a value for `config check --resolved`; steals the JSON. `at`: where
 * it stands, without a file for a default. */
void resolve_note(struct load *, const struct object *, const char *key,
    json_t *value, const struct node *at);

#endif
