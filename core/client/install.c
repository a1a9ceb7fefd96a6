/* SPDX-License-Identifier: BSD-2-Clause
 *
 * install.c -- a configuration's files, put in the place of another's.
 *
 * A daemon reads the *.conf files of its directory when it is told to, and
 * nothing else of it; so these are what is copied, each by a rename, and
 * what the candidate doesn't have is removed. Before anything is changed
 * there is a whole copy beside; what fails on the way is taken back from it.
 * A mark beside that copy says that it alone is known to be what ran: whoever
 * is killed before the end leaves it, and the next one overwrites nothing.
 * Other files of the directory are left alone.
 */
#include "client/install.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/text.h"

enum { FILE_MOST = 64 << 20 };

static bool
is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool
install_alike(const char *a, const char *b)
{
	return is_dir(a) == is_dir(b);
}

static int
say(char **ret_why, const char *what, const char *path, int r)
{
	struct text t = { 0 };

	text_addf(&t, "%s can't be %s: %s", path, what, strerror(-r));
	free(*ret_why);
	*ret_why = text_take(&t);
	return r;
}

/* Whoever could read it has to go on: a new file is its writer's, and the
 * umask has a say in its mode. What isn't ours to give stays as it is. */
static int
hand_over(const char *path, const struct stat *st, bool replaced)
{
	if (replaced && ((chown(path, (uid_t)-1, st->st_gid) < 0 && errno !=
	    EPERM) || (chown(path, st->st_uid, (gid_t)-1) < 0 && errno !=
	    EPERM)))
		return -errno;
	return chmod(path, st->st_mode & 0777) < 0 && errno != EPERM ?
	    -errno : 0;
}

/* With owner and mode of what it replaces, or its own mode. */
static int
copy_file(const char *from, const char *to, char **ret_why)
{
	CLEANUP_FREE char *bytes = NULL;
	bool replaced;
	struct stat st;
	size_t len;
	int r = file_read(from, FILE_MOST, &bytes, &len);

	if (r < 0)
		return say(ret_why, "read", from, r);
	replaced = stat(to, &st) == 0;
	if (!replaced && stat(from, &st) < 0)
		return say(ret_why, "read", from, -errno);
	r = file_write(to, bytes, len, st.st_mode & 0777);
	if (r == 0)
		r = hand_over(to, &st, replaced);
	return r < 0 ? say(ret_why, "written", to, r) : 0;
}

/*------------------------------------------------------------- directories */

static int
is_conf(const struct dirent *e)
{
	size_t len = strlen(e->d_name);

	return e->d_name[0] != '.' && len > 5 &&
	    strcmp(e->d_name + len - 5, ".conf") == 0;
}

struct names {
	struct dirent **v;
	int n;
};

static void
names_free(struct names *x)
{
	int i;

	for (i = 0; i < x->n; i++)
		free(x->v[i]);
	free(x->v);
}

#define CLEANUP_NAMES __attribute__((cleanup(names_free)))

static int
names_of(const char *dir, struct names *ret, char **ret_why)
{
	ret->n = scandir(dir, &ret->v, is_conf, alphasort);
	if (ret->n >= 0)
		return 0;
	ret->n = 0;
	return say(ret_why, "read", dir, -errno);
}

static bool
has(const struct names *x, const char *name)
{
	int i;

	for (i = 0; i < x->n; i++)
		if (strcmp(x->v[i]->d_name, name) == 0)
			return true;
	return false;
}

static int
copy_into(const char *from, const char *to, const char *name,
    char **ret_why)
{
	CLEANUP_TEXT struct text a = { 0 }, b = { 0 };

	text_addf(&a, "%s/%s", from, name);
	text_addf(&b, "%s/%s", to, name);
	return copy_file(text_str(&a), text_str(&b), ret_why);
}

static int
remove_from(const char *dir, const char *name, char **ret_why)
{
	CLEANUP_TEXT struct text t = { 0 };

	text_addf(&t, "%s/%s", dir, name);
	return unlink(text_str(&t)) < 0 ? say(ret_why, "removed",
	    text_str(&t), -errno) : 0;
}

static int
copy_dir(const char *from, const char *to, char **ret_why)
{
	CLEANUP_NAMES struct names want = { 0 }, have = { 0 };
	int r = names_of(from, &want, ret_why), i;

	if (r == 0)
		r = names_of(to, &have, ret_why);
	for (i = 0; r == 0 && i < want.n; i++)
		r = copy_into(from, to, want.v[i]->d_name, ret_why);
	for (i = 0; r == 0 && i < have.n; i++)
		if (!has(&want, have.v[i]->d_name))
			r = remove_from(to, have.v[i]->d_name, ret_why);
	return r;
}

/*---------------------------------------------------------------- the whole */

static int
copy(const char *from, const char *to, char **ret_why)
{
	int r;

	if (!is_dir(from))
		return copy_file(from, to, ret_why);
	r = file_mkdirs(to, 0755);
	return r < 0 ? say(ret_why, "made", to, r) : copy_dir(from, to,
	    ret_why);
}

/* Stands while what is at `to` may be anything between the two. */
static char *
mark_of(const char *backup)
{
	struct text t = { 0 };

	text_addf(&t, "%s.needed", backup);
	return text_take(&t);
}

static int
put_mark(const char *mark, char **ret_why)
{
	static const char words[] = "what ran is in the copy beside\n";
	int r = file_write(mark, words, sizeof words - 1, 0644);

	return r < 0 ? say(ret_why, "written", mark, r) : 0;
}

bool
install_cut_off(const char *backup)
{
	CLEANUP_FREE char *mark = mark_of(backup);

	return access(mark, F_OK) == 0;
}

void
install_done(const char *backup)
{
	CLEANUP_FREE char *mark = mark_of(backup);

	(void)unlink(mark);
}

int
install_restore(const char *backup, const char *to, char **ret_why)
{
	int r = copy(backup, to, ret_why);

	if (r == 0)
		install_done(backup);
	return r;
}

/* After a failure, of which *ret_why tells. */
static int
put_back(const char *backup, const char *to, int r, char **ret_why)
{
	CLEANUP_FREE char *why = TAKE(*ret_why), *also = NULL;
	struct text t = { 0 };

	if (install_restore(backup, to, &also) == 0) {
		*ret_why = TAKE(why);
		return r;
	}
	text_addf(&t, "%s; and it can't be taken back, because %s. %s is now "
	    "neither the one nor the other; what ran is in %s", why, also, to,
	    backup);
	*ret_why = text_take(&t);
	return 1;
}

int
install_conf(const char *from, const char *to, const char *backup,
    char **ret_why)
{
	CLEANUP_FREE char *mark = mark_of(backup);
	int r = 0;

	*ret_why = NULL;
	if (!install_cut_off(backup)) {
		r = copy(to, backup, ret_why);
		if (r == 0)
			r = put_mark(mark, ret_why);
	}
	if (r < 0)
		return r;
	r = copy(from, to, ret_why);
	return r < 0 ? put_back(backup, to, r, ret_why) : 0;
}
