/* SPDX-License-Identifier: BSD-2-Clause
 *
 * hello.c -- the smallest check that is of use: does a directory hold as
 * many entries as it should? Copy it and start from here.
 *
 *      cc -shared -fPIC $(pkg-config --cflags gatewarden) hello.c -o hello.so
 *      gatewarden-host --describe ./hello.so
 *      try-plugin ./hello.so directory=/srv/in expected=9
 *
 * and in conf.d:
 *
 *      checks = ( { name = "inbox"; plugin = "hello";
 *          directory = "/srv/in"; expected = 9; fail = "100%"; } );
 *
 * A check measures. Whether 7 of 9 is bad, and for whom, is said in conf.d;
 * a directory that can't be read is not an empty one: that is GW_UNKNOWN.
 */
#include <dirent.h>
#include <errno.h>
#include <string.h>

#include <gatewarden/plugin.h>

/* What conf.d may say. Validation with file and line, the manual page and
 * `gatewarden plugin describe` come from this table. */
static const struct gw_option options[] = {
	{ .name = "directory", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "The directory to count." },
	{ .name = "expected", .type = GW_T_INT, .min = 0, .max = 1000000,
	  .fallback = "1", .help = "How many entries it should hold." },
	{ .name = NULL }
};

/* Once per instance. The host's functions are kept: *ret_self is handed to
 * every call. Something that must be opened or compiled goes here too. */
static int32_t
hello_open(struct gw_ctx *c, const struct gw_host *host, void **ret_self)
{
	if (host->text(c, "directory")[0] != '/') {
		host->remark(c, "directory must be an absolute path");
		return GW_FAILED;
	}
	*ret_self = (void *)(uintptr_t)host;
	return GW_OK;
}

/* Once per measurement. */
static int32_t
hello_call(struct gw_ctx *c, void *self)
{
	const struct gw_host *host = self;
	const char *path = host->text(c, "directory");
	struct dirent *entry;
	DIR *dir = opendir(path);
	int n = 0;

	if (dir == NULL) {
		host->remark(c, "%s: %s", path, strerror(errno));
		return GW_UNKNOWN;
	}
	while ((entry = readdir(dir)) != NULL && !host->cancelled(c))
		if (entry->d_name[0] != '.')
			n++;
	closedir(dir);
	host->value(c, n);
	host->expected(c, (double)host->integer(c, "expected"));
	host->evidence(c, "directory", path);
	host->remark(c, "%d entries on %s", n, host->param(c, "date"));
	return GW_OK;
}

GW_PLUGIN(
	.kind = GW_CHECK,
	.name = "hello",
	.version = "1",
	.summary = "Counts the entries of a directory.",
	.options = options,
	.open = hello_open,
	.call = hello_call,
);
