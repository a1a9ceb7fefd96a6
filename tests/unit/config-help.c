/* SPDX-License-Identifier: BSD-2-Clause
 *
 * config-help.c -- plugins that are only described, and directories.
 *
 * The descriptions are in the form that `gatewarden-host --describe` prints,
 * so that a configuration can be loaded where no plugin has been built.
 */
#include "config-help.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"

struct described {
	enum instance_kind kind;
	const char *name, *options;
};

#define O(name, type) "{\"name\":\"" name "\",\"type\":\"" type "\"}"
#define R(name, type) \
	"{\"name\":\"" name "\",\"type\":\"" type "\",\"required\":true}"
#define D(name, type, more) \
	"{\"name\":\"" name "\",\"type\":\"" type "\"," more "}"

static const struct described all[] = {
	{ INSTANCE_CHECK, "sql", R("database", "database") ","
	    R("value", "string") "," O("expected", "string") },
	{ INSTANCE_CHECK, "sql_coverage", R("database", "database") ","
	    R("expected", "string") "," R("actual", "string") },
	{ INSTANCE_CHECK, "exec", R("argv", "list") ","
	    D("format", "enum", "\"choices\":[\"auto\",\"json\",\"nagios\"],"
	    "\"default\":\"\\\"auto\\\"\"") },
	{ INSTANCE_CHECK, "http", R("url", "string") ","
	    O("authorization", "secret") "," O("value_jq", "string") ","
	    D("retries", "int", "\"min\":0,\"max\":5,\"default\":\"2\"") },
	{ INSTANCE_CHECK, "file", R("path", "string") ","
	    O("max_age", "duration") "," D("min_size", "size",
	    "\"default\":\"1KiB\"") "," O("ratio", "number") ","
	    O("follow", "bool") },
	{ INSTANCE_CHECK, "facts", R("path", "string") },
	{ INSTANCE_GATE, "all", "" },
	{ INSTANCE_GATE, "any", "" },
	{ INSTANCE_GATE, "quorum", D("need", "int",
	    "\"required\":true,\"min\":1,\"max\":1000,"
	    "\"help\":\"how many inputs have to be present\"") ","
	    O("require", "list") },
	{ INSTANCE_GATE, "ladder", D("steps", "groups",
	    "\"required\":true,\"members\":[" R("at", "string") ","
	    R("below", "string") "," D("severity", "enum",
	    "\"required\":true,\"choices\":[\"info\",\"warning\","
	    "\"critical\"]") "]") },
	{ INSTANCE_ACTION, "exec", R("argv", "list") },
	{ INSTANCE_ACTION, "http", R("url", "string") ","
	    O("authorization", "secret") },
	{ INSTANCE_NOTIFIER, "console", D("stream", "enum",
	    "\"choices\":[\"stdout\",\"stderr\"],\"default\":\"stderr\"") },
	{ INSTANCE_NOTIFIER, "file", R("path", "string") },
	{ INSTANCE_NOTIFIER, "slack", R("webhook", "secret") },
};

enum { DESCRIBED = sizeof all / sizeof all[0] };

static int
fake_find(void *arg, enum instance_kind kind, const char *plugin,
    const char **ret_path, json_t **ret_description, const char **ret_why)
{
	CLEANUP_TEXT struct text t = { 0 };
	size_t i;

	(void)arg;
	if (kind == INSTANCE_CHECK && strcmp(plugin, "broken") == 0) {
		*ret_why = "its constructor ended the process";
		return -EINVAL;
	}
	for (i = 0; i < DESCRIBED; i++)
		if (all[i].kind == kind && strcmp(all[i].name, plugin) == 0)
			break;
	if (i == DESCRIBED)
		return -ENOENT;
	text_addf(&t, "{\"name\":\"%s\",\"options\":[%s]}", plugin,
	    all[i].options);
	*ret_path = "/usr/lib/gatewarden/plugins/some.so";
	*ret_description = json_loads(text_str(&t), 0, NULL);
	assert(*ret_description != NULL);
	return 0;
}

static const char *
fake_name(void *arg, enum instance_kind kind, size_t n)
{
	size_t i;

	(void)arg;
	for (i = 0; i < DESCRIBED; i++)
		if (all[i].kind == kind && n-- == 0)
			return all[i].name;
	return NULL;
}

const struct plugin_finder fake_finder = { NULL, fake_find, fake_name };

const char *
dir_make(void)
{
	static char path[64];

	(void)snprintf(path, sizeof path, "/tmp/gatewarden-conf-XXXXXX");
	if (mkdtemp(path) == NULL)
		abort();
	return path;
}

void
dir_put(const char *dir, const char *name, const char *text)
{
	FILE *f CLEANUP_FCLOSE = NULL;
	char path[512];

	(void)snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "w");
	if (f == NULL || fputs(text, f) < 0)
		abort();
}

void
dir_remove(const char *dir)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	char path[512];

	if (d == NULL)
		abort();
	while ((e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 ||
		    strcmp(e->d_name, "..") == 0)
			continue;
		(void)snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		if (unlink(path) < 0 && rmdir(path) < 0)
			abort();
	}
	(void)closedir(d);
	if (rmdir(dir) < 0)
		abort();
}

char *
source_path(const char *path)
{
	const char *top = getenv("srcdir");
	struct text t = { 0 };

	text_addf(&t, "%s/%s", top ? top : ".", path);
	return text_take(&t);
}

char *
findings_text(struct diag *d, const char *dir)
{
	struct text t = { 0 };
	size_t i, len = strlen(dir);

	diag_sort(d);
	for (i = 0; i < d->n; i++) {
		const struct finding *x = &d->v[i];
		const char *file = x->file ? x->file : "-";

		if (strncmp(file, dir, len) == 0 && file[len] == '/')
			file += len + 1;
		if (x->line > 0)
			text_addf(&t, "%s:%d: ", file, x->line);
		else
			text_addf(&t, "%s: ", file);
		text_addf(&t, "%s%s\n", x->level == DIAG_WARNING ?
		    "warning: " : "", x->sentence);
	}
	return text_take(&t);
}

/*-------------------------------------------------------- what is right */

struct conf *
load(const char *path)
{
	CLEANUP_DIAG struct diag d;
	struct conf *c;
	size_t i;

	diag_init(&d);
	c = conf_load(path, &fake_finder, &d);
	if (c == NULL)
		diag_print(&d, stderr);
	assert_non_null(c);
	/* the samples' programs need not have been installed */
	for (i = 0; i < d.n; i++)
		assert_non_null(strstr(d.v[i].sentence,
		    ": there is no such program"));
	return c;
}

struct conf *
load_sample(const char *path)
{
	char *full CLEANUP_FREE = source_path(path);

	return load(full);
}

struct conf *
load_text(const char *text)
{
	const char *dir = dir_make();
	struct conf *c;

	dir_put(dir, "a.conf", text);
	c = load(dir);
	dir_remove(dir);
	return c;
}

const struct phase_def *
phase(const struct conf *c, const char *name)
{
	int32_t i = graph_find_phase(&c->graph, NONE, name);

	assert_int_not_equal(i, NONE);
	return &c->graph.phases[i];
}

const struct check_def *
check(const struct conf *c, const char *name)
{
	int32_t i = graph_find_check(&c->graph, name);

	assert_int_not_equal(i, NONE);
	return &c->graph.checks[i];
}

const json_t *
options(const struct conf *c, enum instance_kind kind, const char *name)
{
	int32_t i = conf_find(c, kind, name);

	assert_int_not_equal(i, NONE);
	return c->instances[i].options;
}

void
json_is(const json_t *j, const char *expected)
{
	char *line CLEANUP_FREE = json_line(j);

	assert_string_equal(line, expected);
}
