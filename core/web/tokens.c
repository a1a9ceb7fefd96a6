/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tokens.c -- who may report for what.
 *
 * The file is the list of all that can be pinged at all: a name that isn't in
 * it doesn't exist for whoever asks, and is answered as a wrong token is. A
 * token is at least sixteen bytes long, and the file is for its owner and
 * group alone; what doesn't fit is refused at start, and later on opens
 * nothing. Every line is compared, all bytes of it, so that neither the name
 * nor the length of what is right can be told from the time that it takes.
 */
#include "web/tokens.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/text.h"

enum { FILE_MOST = 1 << 20, TOKEN_LEAST = 16 };

struct entry {
	const char *name, *token;
	size_t name_len, token_len;
};

/* The next line, cut in place. False: the line isn't one of an entry, and
 * *ret_bad says whether it ought to be. */
static bool
read_entry(const char *line, size_t len, struct entry *ret, bool *ret_bad)
{
	static const char blanks[] = " \t\r";
	size_t at = 0, end = len;

	*ret_bad = false;
	while (at < end && strchr(blanks, line[at]))
		at++;
	while (end > at && strchr(blanks, line[end - 1]))
		end--;
	if (at == end || line[at] == '#')
		return false;
	*ret = (struct entry){ .name = line + at };
	while (at < end && !strchr(blanks, line[at]))
		at++;
	ret->name_len = (size_t)(line + at - ret->name);
	while (at < end && strchr(blanks, line[at]))
		at++;
	ret->token = line + at;
	ret->token_len = end - at;
	*ret_bad = ret->token_len < TOKEN_LEAST ||
	    memchr(ret->token, ' ', ret->token_len);
	return !*ret_bad;
}

static bool
same(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t i, most = a_len > b_len ? a_len : b_len;
	unsigned int off = a_len != b_len;

	for (i = 0; i < most; i++)
		off |= (unsigned char)(i < a_len ? a[i] : 0) ^
		    (unsigned char)(i < b_len ? b[i] : 0);
	return off == 0;
}

static int
read_file(const char *path, char **ret, size_t *ret_len)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return -errno;
	if (st.st_mode & S_IRWXO)
		return -EPERM;
	return file_read(path, FILE_MOST, ret, ret_len);
}

static char *
sentence(const char *path, int error, size_t bad, size_t n)
{
	struct text t = { 0 };

	if (error == EPERM)
		text_addf(&t, "'%s' can be read by everybody: chmod o-rwx "
		    "it", path);
	else if (error != 0)
		text_addf(&t, "'%s' can't be read (%s)", path,
		    strerror(error));
	else if (bad > 0)
		text_addf(&t, "'%s', line %zu: expected NAME TOKEN, with a "
		    "token of %d bytes at least", path, bad, TOKEN_LEAST);
	else if (n == 0)
		text_addf(&t, "'%s' names nothing that could be reported",
		    path);
	return t.len > 0 ? text_take(&t) : NULL;
}

int
tokens_check(const char *path, char **ret_why)
{
	CLEANUP_FREE char *bytes = NULL;
	size_t len = 0, line = 0, n = 0, wrong = 0;
	const char *s, *end;
	struct entry e;
	bool bad;
	int r = read_file(path, &bytes, &len);

	for (s = bytes; r == 0 && s < bytes + len; s = end + 1) {
		end = memchr(s, '\n', (size_t)(bytes + len - s));
		if (end == NULL)
			end = bytes + len;
		line++;
		n += read_entry(s, (size_t)(end - s), &e, &bad);
		if (bad && wrong == 0)
			wrong = line;
	}
	*ret_why = sentence(path, -r, wrong, n);
	if (bytes)
		explicit_bzero(bytes, len);
	return r < 0 ? r : *ret_why ? -EINVAL : 0;
}

bool
tokens_allow(const char *path, const char *name, const char *token)
{
	CLEANUP_FREE char *bytes = NULL;
	size_t len = 0, name_len = strlen(name), token_len = strlen(token);
	const char *s, *end;
	bool allowed = false, bad, named, right;
	struct entry e;

	if (read_file(path, &bytes, &len) < 0)
		return false;
	for (s = bytes; s < bytes + len; s = end + 1) {
		end = memchr(s, '\n', (size_t)(bytes + len - s));
		if (end == NULL)
			end = bytes + len;
		if (!read_entry(s, (size_t)(end - s), &e, &bad))
			continue;
		named = same(e.name, e.name_len, name, name_len);
		right = same(e.token, e.token_len, token, token_len);
		allowed |= named && right;
	}
	explicit_bzero(bytes, len);
	return allowed;
}
