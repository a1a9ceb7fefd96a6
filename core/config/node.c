/* SPDX-License-Identifier: BSD-2-Clause
 *
 * node.c -- from one file's text to a tree of our own.
 *
 * libconfig parses, and is then left: its lookups by name are linear in the
 * group and its settings know only a line, while findings, inherited defaults
 * and inline groups need a place and a link per value. Each file is one
 * config_t, read from memory, so that the file of a finding is the one that
 * was opened; libconfig never opens anything.
 *
 * The tree lives in the caller's arena and outlives the config_t. Arrays
 * and lists are the same here. Strings are valid UTF-8, because the guard
 * has refused everything else.
 */
#include "config/node.h"

#include <libconfig.h>
#include <string.h>

#include "base/text.h"

static void
cleanup_config(config_t *c)
{
	config_destroy(c);
}

#define CLEANUP_CONFIG __attribute__((cleanup(cleanup_config)))

static void fill(struct node *, const config_setting_t *,
    const struct conf_file *, struct arena *);

static void
fill_kids(struct node *n, const config_setting_t *s,
    const struct conf_file *file, struct arena *arena)
{
	size_t i;

	n->n = (size_t)config_setting_length(s);
	n->kids = arena_alloc(arena, n->n * sizeof n->kids[0]);
	for (i = 0; i < n->n; i++)
		fill(&n->kids[i], config_setting_get_elem(s, (unsigned)i),
		    file, arena);
}

static void
fill(struct node *n, const config_setting_t *s, const struct conf_file *file,
    struct arena *arena)
{
	n->name = arena_strdup(arena, config_setting_name(s));
	n->file = file;
	n->line = (int)config_setting_source_line(s);
	switch (config_setting_type(s)) {
	case CONFIG_TYPE_STRING:
		n->type = NODE_STRING;
		n->text = arena_strdup(arena, config_setting_get_string(s));
		break;
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		n->type = NODE_INT;
		n->integer = config_setting_get_int64(s);
		break;
	case CONFIG_TYPE_FLOAT:
		n->type = NODE_FLOAT;
		n->number = config_setting_get_float(s);
		break;
	case CONFIG_TYPE_BOOL:
		n->type = NODE_BOOL;
		n->integer = config_setting_get_bool(s);
		break;
	default:
		n->type = config_setting_is_group(s) ? NODE_GROUP : NODE_LIST;
		fill_kids(n, s, file, arena);
		break;
	}
}

/* What the guard leaves to libconfig. */
static const char *
why(const config_t *c)
{
	const char *s = config_error_text(c);

	if (s && strcmp(s, "duplicate setting name") == 0)
		return "a name stands twice in one group (a list may be "
		    "split over files, but not within one)";
	return s ? s : "can't be parsed";
}

struct node *
node_parse(const struct conf_file *file, const char *bytes,
    struct arena *arena, struct diag *diag)
{
	CLEANUP_CONFIG config_t c;
	struct node *n;

	config_init(&c);
	if (config_read_string(&c, bytes) != CONFIG_TRUE) {
		diag_error(diag, file->path, config_error_line(&c), "%s",
		    why(&c));
		return NULL;
	}
	n = arena_alloc(arena, sizeof *n);
	fill(n, config_root_setting(&c), file, arena);
	return n;
}

struct node *
node_value(const char *text, struct arena *arena)
{
	CLEANUP_CONFIG config_t c;
	struct node *n = arena_alloc(arena, sizeof *n);

	config_init(&c);
	if (config_read_string(&c, arena_printf(arena, "x = %s;", text)) ==
	    CONFIG_TRUE) {
		fill(n, config_setting_get_elem(config_root_setting(&c), 0),
		    NULL, arena);
		n->name = NULL;
		n->line = 0;
	} else {
		n->type = NODE_STRING;
		n->text = arena_strdup(arena, text);
	}
	return n;
}

const struct node *
node_member(const struct node *n, const char *name)
{
	size_t i;

	for (i = 0; i < n->n; i++)
		if (n->kids[i].name && strcmp(n->kids[i].name, name) == 0)
			return &n->kids[i];
	return NULL;
}

size_t
node_count(const struct node *n)
{
	return n->type == NODE_LIST ? n->n : 1;
}

const struct node *
node_element(const struct node *n, size_t i)
{
	return n->type == NODE_LIST ? &n->kids[i] : n;
}

enum { SHOWN = 40 };

/* The beginning of a text, on one line, cut between characters. */
static const char *
quoted(const char *s, struct arena *arena)
{
	CLEANUP_TEXT struct text t = { 0 };
	size_t len = strlen(s), n = len > SHOWN ? SHOWN : len;

	while (n < len && n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	text_add(&t, "\"");
	text_add_clean(&t, s, n);
	text_add(&t, n < len ? "...\"" : "\"");
	return arena_strdup(arena, text_str(&t));
}

const char *
node_seen(const struct node *n, struct arena *arena)
{
	switch (n->type) {
	case NODE_GROUP:
		return "a group";
	case NODE_LIST:
		return "a list";
	case NODE_STRING:
		return quoted(n->text, arena);
	case NODE_INT:
		return arena_printf(arena, "the integer %lld",
		    (long long)n->integer);
	case NODE_FLOAT:
		return arena_printf(arena, "the number %g", n->number);
	case NODE_BOOL:
		return n->integer ? "true" : "false";
	}
	return "nothing";
}

static json_t *
group_json(const struct node *n)
{
	json_t *o = json_object();
	size_t i;

	for (i = 0; i < n->n; i++)
		(void)json_object_set_new(o, n->kids[i].name,
		    node_json(&n->kids[i]));
	return o;
}

static json_t *
list_json(const struct node *n)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < n->n; i++)
		(void)json_array_append_new(list, node_json(&n->kids[i]));
	return list;
}

json_t *
node_json(const struct node *n)
{
	switch (n->type) {
	case NODE_GROUP:
		return group_json(n);
	case NODE_LIST:
		return list_json(n);
	case NODE_STRING:
		return json_string(n->text);
	case NODE_INT:
		return json_integer(n->integer);
	case NODE_FLOAT:
		return json_real(n->number);
	case NODE_BOOL:
		return json_boolean(n->integer);
	}
	return json_null();
}
