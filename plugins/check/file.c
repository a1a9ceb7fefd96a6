/* SPDX-License-Identifier: BSD-2-Clause
 *
 * file.c -- check `file`: is it there, young, big and right enough?
 *
 * The value is 1 of 1 when the file is there and meets what the options ask,
 * else 0 of 1, with the file as the missing item and the reason as remark.
 * What can't be looked at says nothing about the data: a directory in its
 * place, no permission, an error of the file system.
 *
 * Age is measured on the pipeline's clock, by the time of last modification.
 * Content is searched in the first megabyte. The path is opened without
 * waiting, so that a named pipe can't hold the check.
 */
#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <sys/stat.h>

#include "lib/instant.h"
#include "lib/template.h"

enum { READ_MOST = 1024 * 1024 };

struct file {
	const struct gw_host *host;
	bool has_content;
	regex_t content;
};

/* Reads what the content is searched in. False: with errno. */
static bool
read_start(int fd, struct buf *b)
{
	char bytes[16384];
	ssize_t n;

	while (b->len < READ_MOST) {
		n = read(fd, bytes, sizeof bytes);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		if (n == 0)
			break;
		buf_addn(b, bytes, (size_t)n);
	}
	return true;
}

/* NUL bytes would end the text early. */
static bool
matches(const struct file *f, struct buf *b)
{
	size_t i;

	for (i = 0; i < b->len; i++)
		if (b->s[i] == '\0')
			b->s[i] = ' ';
	return regexec(&f->content, buf_str(b), 0, NULL, 0) == 0;
}

static int32_t
cannot_look(const struct call *c, const char *path, const char *reason)
{
	struct buf why CLEANUP_BUF = { 0 };

	buf_addf(&why, "%s: %s", path, reason);
	return call_unknown(c, &why);
}

static int32_t
measured(const struct call *c, const char *path, const char *lacks)
{
	c->host->value(c->ctx, lacks ? 0 : 1);
	c->host->expected(c->ctx, 1);
	if (lacks) {
		c->host->missing(c->ctx, path);
		c->host->remark(c->ctx, "%s %s", path, lacks);
	}
	return GW_OK;
}

/* What it lacks, as the end of a sentence; empty: nothing. */
static void
compare(const struct call *c, const struct stat *st, struct buf *lacks)
{
	int64_t mtime = (int64_t)st->st_mtim.tv_sec * 1000 +
	    st->st_mtim.tv_nsec / 1000000;
	int64_t age = c->host->now(c->ctx) - mtime;
	int64_t most = c->host->integer(c->ctx, "max_age");
	int64_t least = c->host->integer(c->ctx, "min_size");
	char text[INSTANT_TEXT];

	if (st->st_size < least)
		buf_addf(lacks, "has %lld bytes, expected %lld at least",
		    (long long)st->st_size, (long long)least);
	else if (most > 0 && age > most)
		buf_addf(lacks, "is of %s, %lld s old, expected %lld s at "
		    "most", instant_format(mtime, text),
		    (long long)(age / 1000), (long long)(most / 1000));
}

static void
tell_evidence(const struct call *c, const char *path, const struct stat *st)
{
	struct buf b CLEANUP_BUF = { 0 };
	char text[INSTANT_TEXT];

	c->host->evidence(c->ctx, "path", path);
	buf_addf(&b, "%lld", (long long)st->st_size);
	c->host->evidence(c->ctx, "bytes", buf_str(&b));
	c->host->evidence(c->ctx, "modified",
	    instant_format((int64_t)st->st_mtim.tv_sec * 1000, text));
}

static int32_t
look(const struct call *c, const struct file *f, const char *path)
{
	int fd CLEANUP_CLOSE = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK |
	    O_NOCTTY);
	struct buf lacks CLEANUP_BUF = { 0 };
	struct buf start CLEANUP_BUF = { 0 };
	struct stat st;

	if (fd < 0 && errno == ENOENT)
		return measured(c, path, "is not there");
	if (fd < 0 || fstat(fd, &st) < 0)
		return cannot_look(c, path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return cannot_look(c, path, S_ISDIR(st.st_mode) ?
		    "is a directory, expected a file" :
		    "is not a regular file");
	tell_evidence(c, path, &st);
	compare(c, &st, &lacks);
	if (lacks.len == 0 && f->has_content) {
		if (!read_start(fd, &start))
			return cannot_look(c, path, strerror(errno));
		if (!matches(f, &start))
			buf_add(&lacks, "has no text that matches `content`");
	}
	return measured(c, path, lacks.len ? buf_str(&lacks) : NULL);
}

static int32_t
file_call(struct gw_ctx *ctx, void *self)
{
	struct file *f = self;
	struct call c = call_begin(f->host, ctx);
	struct buf path CLEANUP_BUF = { 0 };
	struct buf why CLEANUP_BUF = { 0 };

	if (!template_expand(&c, f->host->text(ctx, "path"), TEMPLATE_RAW,
	    &path, &why))
		return call_unknown(&c, &why);
	return look(&c, f, buf_str(&path));
}

static void
file_close(struct gw_ctx *ctx, void *self)
{
	struct file *f = self;

	(void)ctx;
	if (f->has_content)
		regfree(&f->content);
	free(f);
}

static bool
compile(struct file *f, const char *pattern, struct buf *why)
{
	char text[200];
	int r = regcomp(&f->content, pattern, REG_EXTENDED | REG_NOSUB |
	    REG_NEWLINE);

	if (r != 0) {
		(void)regerror(r, &f->content, text, sizeof text);
		buf_addf(why, "content: %s", text);
		return false;
	}
	f->has_content = true;
	return true;
}

static int32_t
file_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct file *f = mem_new(1, sizeof *f);
	const char *path = option_or(host, ctx, "path", "");
	const char *pattern = host->text(ctx, "content");
	struct buf why CLEANUP_BUF = { 0 };

	f->host = host;
	if (*path != '/')
		buf_add(&why, "path: expected an absolute path");
	else if (template_check(GW_CHECK, "path", path, &why) &&
	    (pattern == NULL || compile(f, pattern, &why))) {
		*ret_self = f;
		return GW_OK;
	}
	file_close(ctx, f);
	return open_failed(host, ctx, &why);
}

static const struct gw_option options[] = {
	{ .name = "path", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "the file, absolute; {date} and the like are filled in" },
	{ .name = "max_age", .type = GW_T_DURATION,
	  .help = "how long ago it may have been modified" },
	{ .name = "min_size", .type = GW_T_SIZE,
	  .help = "how big it is at least" },
	{ .name = "content", .type = GW_T_STRING,
	  .help = "a POSIX extended regular expression that a line of its "
	      "first megabyte matches" },
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_CHECK, .name = "file", .version = "1",
	.summary = "a file's presence, age, size and content",
	.options = options, .open = file_open, .call = file_call,
	.close = file_close
);
