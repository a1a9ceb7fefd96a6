/* SPDX-License-Identifier: BSD-2-Clause
 *
 * read.c -- the bytes of a configuration.
 *
 * The only place in config that opens a file of conf.d; libconfig never
 * does. A directory gives its *.conf in the order of strcmp (so the order
 * depends on no locale), without those that begin with a dot; anything else
 * in it, directories too, is left alone: samples and notes lie there. What
 * is called *.conf and isn't a readable regular file of a bounded size is a
 * finding, because somebody believes that it is read.
 */
#include "config/read.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"

static void
cleanup_dir(DIR **d)
{
	if (*d)
		(void)closedir(*d);
}

static bool
is_conf(const char *name)
{
	size_t len = strlen(name);

	return name[0] != '.' && len > 5 &&
	    strcmp(name + len - 5, ".conf") == 0;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct source *)a)->file.name,
	    ((const struct source *)b)->file.name);
}

static void
say_why(const char *path, int r, struct diag *diag)
{
	switch (r) {
	case -EISDIR:
		diag_error(diag, path, 0, "is a directory, a file was "
		    "expected");
		break;
	case -EINVAL:
		diag_error(diag, path, 0, "is not a regular file");
		break;
	case -EFBIG:
		diag_error(diag, path, 0, "is larger than %d MiB and was not "
		    "read: is it a configuration?", FILE_SIZE_MOST >> 20);
		break;
	case -ENOENT:
		diag_error(diag, path, 0, "does not exist");
		break;
	case -EAGAIN:
		diag_error(diag, path, 0, "grew while it was read; try again");
		break;
	default:
		diag_error(diag, path, 0, "can't be read: %s", strerror(-r));
		break;
	}
}

static void
read_all(struct sources *s, struct diag *diag)
{
	size_t i, total = 0;

	for (i = 0; i < s->n; i++) {
		struct source *f = &s->v[i];
		int r = file_read(f->file.path, FILE_SIZE_MOST, &f->bytes,
		    &f->len);

		if (r < 0)
			say_why(f->file.path, r, diag);
		total += f->len;
		if (total <= TOTAL_SIZE_MOST)
			continue;
		diag_error(diag, f->file.path, 0, "the files up to this one "
		    "are larger than %d MiB together", TOTAL_SIZE_MOST >> 20);
		return;
	}
}

static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] != '\0' ? slash + 1 : path;
}

static void
add(struct sources *s, const char *path, const char *name)
{
	struct source *v = realloc(s->v, (s->n + 1) * sizeof *v);

	if (v == NULL)
		abort();
	s->v = v;
	s->v[s->n++] = (struct source){ .file = { path, name } };
}

static void
list(const char *path, DIR *d, struct arena *arena, struct diag *diag,
    struct sources *ret)
{
	size_t len = strlen(path);
	const struct dirent *e;

	while (len > 1 && path[len - 1] == '/')
		len--;
	while ((e = readdir(d)) != NULL && ret->n < FILES_MOST) {
		char *full;

		if (!is_conf(e->d_name))
			continue;
		full = arena_printf(arena, "%.*s/%s", (int)len, path,
		    e->d_name);
		add(ret, full, last_part(full));
	}
	if (e != NULL)
		diag_error(diag, path, 0, "has more than %d files *.conf",
		    FILES_MOST);
	if (ret->n == 0)
		diag_error(diag, path, 0, "has no file *.conf");
	else
		qsort(ret->v, ret->n, sizeof ret->v[0], by_name);
}

void
sources_read(const char *path, struct arena *arena, struct diag *diag,
    struct sources *ret)
{
	DIR *d __attribute__((cleanup(cleanup_dir))) = NULL;
	struct stat st;

	*ret = (struct sources){ 0 };
	if (stat(path, &st) < 0) {
		say_why(path, -errno, diag);
		return;
	}
	if (S_ISDIR(st.st_mode)) {
		d = opendir(path);
		if (d == NULL) {
			say_why(path, -errno, diag);
			return;
		}
		list(path, d, arena, diag, ret);
	} else {
		path = arena_strdup(arena, path);
		add(ret, path, last_part(path));
	}
	read_all(ret, diag);
}

void
sources_free(struct sources *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		free(s->v[i].bytes);
	free(s->v);
	*s = (struct sources){ 0 };
}
