/* SPDX-License-Identifier: BSD-2-Clause
 *
 * load.c -- from a path to a configuration: the order of the stages.
 *
 * A load has two arenas: what belongs to the configuration, and what is
 * thrown away when loading ends (parsed values, objects on their way,
 * plugins' tables). Nothing outside is changed, and nothing of a load that
 * failed remains but its findings.
 *
 * Findings of other loads may already be in `diag`; only our own decide.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "config/guard.h"
#include "config/index.h"
#include "config/load.h"
#include "config/read.h"

static struct conf *
conf_new(void)
{
	struct conf *c = calloc(1, sizeof *c);

	if (c == NULL)
		abort();
	c->arena = arena_new();
	return c;
}

void
conf_free(struct conf *c)
{
	int32_t i;

	if (c == NULL)
		return;
	for (i = 0; i < c->n_instances; i++)
		json_decref(c->instances[i].options);
	json_decref(c->resolved);
	conf_index_free(c);
	arena_free(c->arena);
	free(c);
}

static void
load_begin(struct load *l, const struct plugin_finder *finder,
    struct diag *diag, bool resolved)
{
	struct conf *c = conf_new();

	*l = (struct load){ .conf = c, .arena = c->arena,
		.scratch = arena_new(), .diag = diag, .finder = finder,
		.settings = { .type = NODE_GROUP },
		.databases = json_array() };
	if (resolved)
		l->resolved = c->resolved = json_object();
}

static void
load_end(struct load *l)
{
	int k;

	for (k = 0; k < KINDS; k++) {
		names_free(&l->of[k].names);
		free(l->of[k].v);
	}
	names_free(&l->plugins.names);
	names_free(&l->plugins.said);
	names_free(&l->zones);
	json_decref(l->databases);
	arena_free(l->scratch);
}

/* One file: what it says is collected, or the picture is broken. */
static void
load_file(struct load *l, const struct source *s)
{
	struct conf_file *file = arena_alloc(l->scratch, sizeof *file);
	const struct node *root = NULL;

	*file = s->file;
	if (s->bytes && guard_check(file, s->bytes, s->len, l->diag))
		root = node_parse(file, s->bytes, l->scratch, l->diag);
	if (root == NULL) {
		l->broken = true;
		return;
	}
	l->conf->hash = hash_text(l->conf->hash, file->name);
	l->conf->hash = hash_bytes(l->conf->hash, s->bytes, s->len);
	collect(l, root);
}

static void
load_files(struct load *l, const char *path)
{
	struct sources sources;
	size_t i;

	sources_read(path, l->arena, l->diag, &sources);
	l->conf->hash = HASH_BEGIN;
	for (i = 0; i < sources.n; i++)
		load_file(l, &sources.v[i]);
	if (sources.n == 0)
		l->broken = true;
	sources_free(&sources);
}

static struct conf *
load(const char *path, const struct plugin_finder *finder,
    struct diag *diag, unsigned how)
{
	size_t before = diag->errors;
	struct load l;

	load_begin(&l, finder, diag, (how & LOAD_RESOLVED) != 0);
	l.elsewhere = (how & LOAD_ELSEWHERE) != 0;
	load_files(&l, path);
	find_plugins(&l);
	link_objects(&l);
	assign_pipelines(&l);
	order_phases(&l);
	retire_sources(&l);
	build_graph(&l);
	review(&l);
	load_end(&l);
	if (diag->errors > before) {
		conf_free(l.conf);
		return NULL;
	}
	conf_index_make(l.conf);
	return l.conf;
}

struct conf *
conf_load(const char *path, const struct plugin_finder *finder,
    struct diag *diag)
{
	return load(path, finder, diag, 0);
}

struct conf *
conf_load_resolved(const char *path, const struct plugin_finder *finder,
    struct diag *diag)
{
	return load(path, finder, diag, LOAD_RESOLVED);
}

struct conf *
conf_load_as(const char *path, const struct plugin_finder *finder,
    struct diag *diag, unsigned how)
{
	return load(path, finder, diag, how);
}
