/* SPDX-License-Identifier: BSD-2-Clause
 *
 * secret.c -- what stands behind "file:", "env:" and "cred:".
 *
 * conf.d holds references only. A secret is resolved when a worker is
 * opened, and looked at when the configuration is loaded, because at three
 * in the morning is a bad time to learn that a webhook was never set. Its
 * text appears in no finding, in no JSON of ours and in no hash; what stands
 * for it in an instance's identity is its file's identity, so that a changed
 * secret reaches the plugin with the next reload.
 *
 * A trailing newline belongs to the editor and not to the secret.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "config/load.h"

enum { SECRET_MOST = 64 * 1024, PATH_MOST = 4096 };

/* The file of a reference in *path, or none ("env:"). */
static int
file_of(const char *reference, char path[PATH_MOST], const char **ret_why)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY"), *name;
	int n = 0;

	path[0] = '\0';
	if (strncmp(reference, "file:", 5) == 0) {
		n = snprintf(path, PATH_MOST, "%s", reference + 5);
	} else if (strncmp(reference, "cred:", 5) == 0) {
		name = reference + 5;
		if (strchr(name, '/') || name[0] == '.') {
			*ret_why = "a credential's name has no '/' and no "
			    "dot in front";
			return -EINVAL;
		}
		if (dir == NULL) {
			*ret_why = "CREDENTIALS_DIRECTORY is not set: the "
			    "service manager passes no credentials";
			return -ENOENT;
		}
		n = snprintf(path, PATH_MOST, "%s/%s", dir, name);
	} else if (strncmp(reference, "env:", 4) != 0) {
		*ret_why = "expected file:, env: or cred:";
		return -EINVAL;
	}
	if (n >= PATH_MOST) {
		*ret_why = "the path is too long";
		return -ENAMETOOLONG;
	}
	return 0;
}

static const char *
file_problem(int r)
{
	switch (r) {
	case -ENOENT:
	case -ENOTDIR:
		return "its file does not exist";
	case -EACCES:
		return "its file may not be read";
	case -EISDIR:
		return "its file is a directory";
	case -EFBIG:
		return "its file is larger than 64 KiB";
	default:
		return "its file can't be read";
	}
}

static void
trim_newline(char *s)
{
	size_t len = strlen(s);

	while (len > 0 && (s[len - 1] == '\n' || s[len - 1] == '\r'))
		s[--len] = '\0';
}

static int
from_environment(const char *name, char **ret, const char **ret_why)
{
	const char *value = getenv(name);

	if (value == NULL || *value == '\0') {
		*ret_why = "the environment variable is not set";
		return -ENOENT;
	}
	*ret = strdup(value);
	return *ret ? 0 : -ENOMEM;
}

int
conf_secret(const char *reference, char **ret, const char **ret_why)
{
	char path[PATH_MOST];
	char *bytes CLEANUP_FREE = NULL;
	size_t len;
	int r;

	*ret_why = "out of memory";
	r = file_of(reference, path, ret_why);
	if (r < 0)
		return r;
	if (path[0] == '\0')
		return from_environment(reference + 4, ret, ret_why);
	r = file_read(path, SECRET_MOST, &bytes, &len);
	if (r < 0) {
		*ret_why = file_problem(r);
		return r;
	}
	if (strlen(bytes) != len) {
		explicit_bzero(bytes, len);
		*ret_why = "its file is not text";
		return -EINVAL;
	}
	trim_newline(bytes);
	if (bytes[0] == '\0') {
		*ret_why = "its file is empty";
		return -ENOENT;
	}
	*ret = TAKE(bytes);
	return 0;
}

/*----------------------------------------------------------------- at load */

void
secret_review(struct load *l, const struct object *o, const char *option,
    const struct node *n)
{
	char *value CLEANUP_FREE = NULL;
	char path[PATH_MOST];
	const char *why;
	struct stat st;

	if (l->quiet || l->elsewhere)
		return;
	if (conf_secret(n->text, &value, &why) < 0) {
		wrong(l, n, "%s: the secret '%s' (%s) is not set: %s",
		    label(l, o), option, n->text, why);
		return;
	}
	explicit_bzero(value, strlen(value));
	if (file_of(n->text, path, &why) == 0 && path[0] != '\0' &&
	    stat(path, &st) == 0 && (st.st_mode & (S_IROTH | S_IWOTH)) != 0)
		doubtful(l, n, "%s: the file of the secret '%s' can be %s by "
		    "everyone: chmod 600 %s", label(l, o), option,
		    st.st_mode & S_IWOTH ? "written" : "read", path);
}

uint64_t
secret_identity(uint64_t hash, const char *reference)
{
	char path[PATH_MOST];
	const char *why;
	struct stat st;

	if (file_of(reference, path, &why) < 0 || stat(path, &st) < 0)
		return hash;
	hash = hash_bytes(hash, &st.st_ino, sizeof st.st_ino);
	hash = hash_bytes(hash, &st.st_size, sizeof st.st_size);
	return hash_bytes(hash, &st.st_mtim, sizeof st.st_mtim);
}
