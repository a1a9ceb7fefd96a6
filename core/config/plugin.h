/* SPDX-License-Identifier: BSD-2-Clause
 *
 * plugin.h -- what a plugin says of itself, and a group validated against
 * it. Internal to config.
 */
#ifndef CONFIG_PLUGIN_H
#define CONFIG_PLUGIN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "config/conf.h"
#include "config/names.h"
#include "config/node.h"

struct load;
struct object;

enum option_type { OPTION_STRING, OPTION_INT, OPTION_NUMBER, OPTION_BOOL,
	OPTION_DURATION, OPTION_SIZE, OPTION_LIST, OPTION_ENUM,
	OPTION_SECRET, OPTION_DATABASE, OPTION_GROUPS, OPTION_TYPES };

struct option {
	const char *name, *help;
	enum option_type type;
	bool required;
	int64_t min, max;       /* both 0: unbounded */
	const struct node *fallback;    /* NULL: none */
	const char *const *choices;     /* OPTION_ENUM */
	size_t n_choices;
	const struct option *members;   /* OPTION_GROUPS */
	size_t n_members;
};

struct plugin {
	enum instance_kind kind;
	const char *name, *path;
	int error;              /* of the finder; 0: it is there */
	const char *why;
	const struct option *options;
	size_t n_options;
	uint64_t identity;      /* of its file */
};

/* Those asked for so far; starts as {0}. */
struct plugins {
	struct names names;
	struct names said;      /* why some can't be used */
};

/* Asks the finder once per kind and name. Never NULL; see `error`. */
struct plugin *plugin_get(struct load *, enum instance_kind,
    const char *name);

const struct option *option_find(const struct option *, size_t n,
    const char *name);

/* The options of an object, in the order of its plugin's table; owned. */
json_t *options_read(struct load *, const struct object *);

/* A database by name or as a group; borrowed from the load, or NULL after a
 * finding. */
json_t *database_value(struct load *, const struct object *,
    const struct node *);
void build_databases(struct load *);

/* Is there anything behind a secret's reference? Findings say what is wrong;
 * `hash` becomes another one when the secret's file does. */
void secret_review(struct load *, const struct object *, const char *option,
    const struct node *);
uint64_t secret_identity(uint64_t hash, const char *reference);

#endif
