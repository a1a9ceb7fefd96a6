/* SPDX-License-Identifier: BSD-2-Clause
 *
 * node.h -- one parsed value of conf.d with its place. Internal to config.
 */
#ifndef CONFIG_NODE_H
#define CONFIG_NODE_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"

struct object;

/* A file as findings name it (the path that was read) and as people say it
 * (its last part). */
struct conf_file {
	const char *path, *name;
};

enum node_type { NODE_GROUP, NODE_LIST, NODE_STRING, NODE_INT, NODE_FLOAT,
	NODE_BOOL };

struct node {
	enum node_type type;
	const char *name;       /* of a member; NULL: an element */
	const struct conf_file *file;   /* NULL: a default of ours */
	int line;
	const char *text;       /* NODE_STRING */
	int64_t integer;        /* NODE_INT, NODE_BOOL */
	double number;          /* NODE_FLOAT */
	struct node *kids;      /* NODE_GROUP, NODE_LIST; in file order */
	size_t n;
	struct object *object;  /* what an inline group became */
};

/* Where a finding about a node stands. */
#define AT(node) ((node)->file ? (node)->file->path : NULL), (node)->line

/* Parses the text of one file, which guard_check() has passed. Everything is
 * valid as long as the arena. NULL: a finding says why. */
struct node *node_parse(const struct conf_file *, const char *bytes,
    struct arena *, struct diag *);

/* Parses one value ("5", "(\"a\", \"b\")"); what isn't one is text. */
struct node *node_value(const char *text, struct arena *);

/* A member of a group, or NULL. */
const struct node *node_member(const struct node *, const char *name);

/* One value equals a list of one. */
size_t node_count(const struct node *);
const struct node *node_element(const struct node *, size_t i);

/* "text", "the integer 5", "a list", ...; for findings. */
const char *node_seen(const struct node *, struct arena *);

/* As it is written; owned. */
json_t *node_json(const struct node *);

#endif
