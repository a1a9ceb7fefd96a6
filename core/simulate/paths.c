/* SPDX-License-Identifier: BSD-2-Clause
 *
 * paths.c -- scenarios by path: a file, or all *.scenario of a directory.
 *
 * What a scenario is based on, or the configuration that it names, lies
 * beside it under another name and is left alone. Whether a file can be read
 * is found when it is.
 */
#include "simulate/paths.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"

static const char suffix[] = ".scenario";

static void
add(struct paths *p, char *path)
{
	if (p->n == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 32;
		p->v = reallocarray(p->v, p->cap, sizeof *p->v);
		if (p->v == NULL)
			abort();
	}
	p->v[p->n++] = path;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
add_all(struct paths *p, const char *path, DIR *d, struct diag *diag)
{
	const struct dirent *e;
	size_t first = p->n, len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	while ((e = readdir(d))) {
		size_t n = strlen(e->d_name);
		struct text t = { 0 };

		if (e->d_name[0] == '.' || n < sizeof suffix || strcmp(
		    e->d_name + n - (sizeof suffix - 1), suffix) != 0)
			continue;
		text_addn(&t, path, len);
		text_addf(&t, "/%s", e->d_name);
		add(p, text_take(&t));
	}
	if (p->n == first)
		diag_error(diag, path, 0, "has no file *%s", suffix);
	else
		qsort(p->v + first, p->n - first, sizeof *p->v, by_name);
}

bool
paths_add(struct paths *p, const char *path, struct diag *diag)
{
	struct stat st;
	char *copy;
	DIR *d;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		d = opendir(path);
		if (d == NULL) {
			diag_error(diag, path, 0, "can't be read: %s",
			    strerror(errno));
			return true;
		}
		add_all(p, path, d, diag);
		(void)closedir(d);
		return true;
	}
	copy = strdup(path);
	if (copy == NULL)
		abort();
	add(p, copy);
	return false;
}

void
paths_free(struct paths *p)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		free(p->v[i]);
	free(p->v);
	*p = (struct paths){ 0 };
}
