/* SPDX-License-Identifier: BSD-2-Clause
 *
 * finder.c -- plugins of a directory, by kind and name.
 *
 * Describing a plugin means to run it in a host, so that is done when it is
 * first needed and kept as long as the file is the same. A plugin is found
 * by what its description says; the file's name only decides who is asked
 * first: "check-sql.so" or "sql.so" for the check "sql", then those that have
 * it as a part ("sql_notifier"), then the rest.
 *
 * A file that can't be described is an error for whoever looks for a plugin
 * of its name, and nothing to anybody else.
 */
#include "config.h"

#include "daemon/finder.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "worker/pool.h"

struct plugin {
	char *path, *stem;      /* "/dir/sql.so", "sql"; owned */
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec changed;
	bool asked;
	json_t *description;    /* owned; NULL: not asked, or see `why` */
	char *why;              /* why it couldn't be described; owned */
};

struct finder {
	struct plugin_finder interface;
	char *dir, *host;
	int error;              /* of reading the directory */
	struct plugin *v;       /* by stem */
	size_t n;
	struct text why;        /* what the last `find` said */
};

static const char *const kinds[] = {
	[INSTANCE_CHECK] = "check", [INSTANCE_GATE] = "gate",
	[INSTANCE_ACTION] = "action", [INSTANCE_NOTIFIER] = "notifier"
};

static char *
copy(const char *s)
{
	char *c = strdup(s);

	if (c == NULL)
		abort();
	return c;
}

static void
plugin_free(struct plugin *p)
{
	free(p->path);
	free(p->stem);
	json_decref(p->description);
	free(p->why);
}

/*---------------------------------------------------------------- scanning */

static bool
is_library(const char *name)
{
	size_t len = strlen(name);

	return name[0] != '.' && len > 3 && strcmp(name + len - 3, ".so") ==
	    0;
}

/* False: not a file, or gone meanwhile. */
static bool
look_at(const char *dir, const char *name, struct plugin *ret)
{
	struct text path = { 0 };
	struct stat st;

	text_addf(&path, "%s/%s", dir, name);
	if (stat(text_str(&path), &st) < 0 || !S_ISREG(st.st_mode)) {
		text_free(&path);
		return false;
	}
	*ret = (struct plugin){ .path = text_take(&path), .stem = copy(name),
		.dev = st.st_dev, .ino = st.st_ino, .size = st.st_size,
		.changed = st.st_mtim };
	ret->stem[strlen(name) - 3] = '\0';
	return true;
}

static bool
is_same(const struct plugin *a, const struct plugin *b)
{
	return strcmp(a->path, b->path) == 0 && a->dev == b->dev &&
	    a->ino == b->ino && a->size == b->size &&
	    a->changed.tv_sec == b->changed.tv_sec &&
	    a->changed.tv_nsec == b->changed.tv_nsec;
}

/* Takes over what is known of the same file. */
static void
remember(struct finder *f, struct plugin *p)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (is_same(&f->v[i], p)) {
			p->asked = f->v[i].asked;
			p->description = TAKE(f->v[i].description);
			p->why = TAKE(f->v[i].why);
		}
}

static int
by_stem(const void *a, const void *b)
{
	return strcmp(((const struct plugin *)a)->stem,
	    ((const struct plugin *)b)->stem);
}

static void
replace(struct finder *f, struct plugin *v, size_t n)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		plugin_free(&f->v[i]);
	free(f->v);
	f->v = v;
	f->n = n;
	if (n > 1)
		qsort(v, n, sizeof *v, by_stem);
}

void
finder_refresh(struct finder *f)
{
	DIR *d = opendir(f->dir);
	struct plugin *v = NULL;
	struct dirent *e;
	size_t n = 0, cap = 0;

	f->error = d ? 0 : errno;
	while (d && (e = readdir(d)) != NULL) {
		if (!is_library(e->d_name))
			continue;
		if (n == cap) {
			cap = cap ? 2 * cap : 32;
			v = realloc(v, cap * sizeof *v);
			if (v == NULL)
				abort();
		}
		if (look_at(f->dir, e->d_name, &v[n]))
			remember(f, &v[n++]);
	}
	if (d)
		(void)closedir(d);
	replace(f, v, n);
}

/*-------------------------------------------------------------- describing */

/* NULL: it can't be described. */
static const json_t *
describe(struct finder *f, struct plugin *p)
{
	if (!p->asked) {
		p->asked = true;
		if (plugin_describe(f->host, p->path, &p->description,
		    &p->why) < 0)
			p->description = NULL;
	}
	return p->description;
}

static bool
is_plugin(struct finder *f, struct plugin *p, const char *kind,
    const char *name)
{
	const json_t *d = describe(f, p);

	return d && strcmp(json_text(d, "kind", ""), kind) == 0 &&
	    strcmp(json_text(d, "name", ""), name) == 0;
}

/* "check-sql" */
static bool
is_kind_and_name(const char *stem, const char *kind, const char *name)
{
	size_t len = strlen(kind);

	return strncmp(stem, kind, len) == 0 && stem[len] == '-' &&
	    strcmp(stem + len + 1, name) == 0;
}

/* How well a file's name fits: 0 is it, 1 has it as a part, 2 neither. */
static int
distance(const char *stem, const char *kind, const char *name)
{
	size_t len = strlen(name);
	const char *s = stem;

	if (strcmp(stem, name) == 0 || is_kind_and_name(stem, kind, name))
		return 0;
	while (len > 0 && (s = strstr(s, name)) != NULL) {
		if ((s == stem || strchr("-_.", s[-1])) &&
		    (s[len] == '\0' || strchr("-_.", s[len])))
			return 1;
		s++;
	}
	return 2;
}

/*----------------------------------------------------------------- finding */

/* Why there is none, where there is something of that name. Returns
 * -EINVAL, or -ENOENT: there isn't. */
static int
say_why(struct finder *f, const char *kind, const char *name)
{
	size_t i;

	if (f->error) {
		text_addf(&f->why, "the plugin directory '%s' can't be read "
		    "(%s); --plugin-dir names another", f->dir,
		    strerror(f->error));
		return -EINVAL;
	}
	for (i = 0; i < f->n; i++) {
		struct plugin *p = &f->v[i];

		if (distance(p->stem, kind, name) > 1)
			continue;
		if (describe(f, p) == NULL) {
			text_addf(&f->why, "'%s': %s", p->path, p->why ?
			    p->why : "it can't be described");
			return -EINVAL;
		}
	}
	for (i = 0; i < f->n; i++) {
		const json_t *d = describe(f, &f->v[i]);

		if (d == NULL || strcmp(json_text(d, "name", ""), name) != 0)
			continue;
		text_addf(&f->why, "'%s' is a %s, not %s %s", name,
		    json_text(d, "kind", "?"), strchr("aeiou", kind[0]) ?
		    "an" : "a", kind);
		return -EINVAL;
	}
	return -ENOENT;
}

static int
find(void *arg, enum instance_kind k, const char *name,
    const char **ret_path, json_t **ret_description, const char **ret_why)
{
	struct finder *f = arg;
	int near, r;
	size_t i;

	assert((size_t)k < ARRAY_SIZE(kinds));
	text_clear(&f->why);
	for (near = 0; near < 3; near++)
		for (i = 0; i < f->n; i++) {
			struct plugin *p = &f->v[i];

			if (distance(p->stem, kinds[k], name) != near ||
			    !is_plugin(f, p, kinds[k], name))
				continue;
			*ret_path = p->path;
			*ret_description = json_incref(p->description);
			return 0;
		}
	r = say_why(f, kinds[k], name);
	if (r == -EINVAL)
		*ret_why = text_str(&f->why);
	return r;
}

static const char *
name_at(void *arg, enum instance_kind k, size_t i)
{
	struct finder *f = arg;
	size_t at;

	for (at = 0; at < f->n; at++) {
		const json_t *d = describe(f, &f->v[at]);

		if (d == NULL || strcmp(json_text(d, "kind", ""), kinds[k]) !=
		    0)
			continue;
		if (i-- == 0)
			return json_text(d, "name", NULL);
	}
	return NULL;
}

/*-------------------------------------------------------------------- life */

struct finder *
finder_new(const char *plugin_dir, const char *host_path)
{
	struct finder *f = calloc(1, sizeof *f);

	if (f == NULL)
		abort();
	f->dir = copy(plugin_dir ? plugin_dir : GW_PLUGINDIR);
	f->host = copy(host_path ? host_path :
	    GW_LIBEXECDIR "/gatewarden-host");
	f->interface = (struct plugin_finder){ f, find, name_at };
	finder_refresh(f);
	return f;
}

const struct plugin_finder *
finder_interface(struct finder *f)
{
	return &f->interface;
}

const char *
finder_plugin_dir(const struct finder *f)
{
	return f->dir;
}

const char *
finder_host_path(const struct finder *f)
{
	return f->host;
}

void
finder_free(struct finder *f)
{
	if (f == NULL)
		return;
	replace(f, NULL, 0);
	free(f->dir);
	free(f->host);
	text_free(&f->why);
	free(f);
}
