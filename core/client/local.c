/* SPDX-License-Identifier: BSD-2-Clause
 *
 * local.c -- what needs no daemon: config check, simulate, and a journal in
 * files.
 *
 * A configuration is read by the program that will run on it, so that the
 * two can't judge differently: this one becomes `gatewardend --check`. It is
 * looked for beside this program first, so that a build tree and an
 * installation in a directory of its own each use their own. A simulation
 * is a program of its own for the same reason: it is the daemon's engine.
 *
 * A journal is opened for reading only; a running daemon's is refused by
 * its lock, and is asked for over the socket instead.
 */
#include "config.h"

#include "client/local.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/diag.h"
#include "base/json.h"
#include "base/run.h"
#include "base/text.h"
#include "client/show.h"
#include "client/talk.h"
#include "journal/store.h"

enum { PATH_BYTES = 4096, ARGUMENTS = 24, FINDINGS_SHOWN = 100,
	CHECK_MS = 60000, VERIFY_MS = 600000, CHECK_BYTES = 64 << 20 };

/*------------------------------------------------------------- config check */

/* The directory of this program; false: not known. */
static bool
own_directory(char buf[PATH_BYTES])
{
	ssize_t n = readlink("/proc/self/exe", buf, PATH_BYTES - 1);
	char *slash;

	if (n <= 0)
		return false;
	buf[n] = '\0';
	slash = strrchr(buf, '/');
	if (slash == NULL)
		return false;
	*slash = '\0';
	return true;
}

/* Another program of ours: in the first place, beside this program, that has
 * it, or where it is installed. Owned. */
static char *
find_program(const char *const *places, const char *installed)
{
	char own[PATH_BYTES];
	struct text t = { 0 };
	size_t i;

	for (i = 0; places[i] && own_directory(own); i++) {
		text_clear(&t);
		text_addf(&t, "%s/%s", own, places[i]);
		if (access(text_str(&t), X_OK) == 0)
			return text_take(&t);
	}
	text_clear(&t);
	text_add(&t, installed);
	return text_take(&t);
}

/* In the sbin beside its bin, or in the build tree. */
static char *
find_daemon(void)
{
	static const char *const places[] = { "gatewardend",
		"../sbin/gatewardend", "../daemon/gatewardend", NULL };

	return find_program(places, GW_SBINDIR "/gatewardend");
}

char *
local_find(const char *name)
{
	const char *const dirs[] = { "", "../libexec/", "../simulate/",
	    "../report/" };
	const char *places[ARRAY_SIZE(dirs) + 1] = { NULL };
	char *bytes[ARRAY_SIZE(dirs)], *found;
	struct text t = { 0 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dirs); i++) {
		text_addf(&t, "%s%s", dirs[i], name);
		places[i] = bytes[i] = text_take(&t);
	}
	text_addf(&t, "%s/%s", GW_LIBEXECDIR, name);
	found = find_program(places, text_str(&t));
	for (i = 0; i < ARRAY_SIZE(dirs); i++)
		free(bytes[i]);
	text_free(&t);
	return found;
}

static char *
find_prover(void)
{
	static const char *const places[] = { "gatewarden-prove",
		"../libexec/gatewarden-prove", "../prove/gatewarden-prove",
		NULL };

	return find_program(places, GW_LIBEXECDIR "/gatewarden-prove");
}

static void
add_option(const char **argv, size_t *n, const char *option,
    const char *value)
{
	if (value == NULL)
		return;
	argv[(*n)++] = option;
	argv[(*n)++] = value;
}

int
local_config_check(const struct line *l)
{
	CLEANUP_FREE char *daemon = find_daemon();
	const char *argv[ARGUMENTS] = { "gatewardend", "--check" };
	size_t n = 2;

	add_option(argv, &n, "--config", json_text(l->params, "dir", NULL));
	add_option(argv, &n, "--facts", json_text(l->params, "facts", NULL));
	add_option(argv, &n, "--scenario", json_text(l->params, "scenario",
	    NULL));
	add_option(argv, &n, "--plugin-dir", json_text(l->params,
	    "plugin_dir", NULL));
	add_option(argv, &n, "--host", json_text(l->params, "host", NULL));
	if (json_flag(l->params, "resolved", false))
		argv[n++] = "--resolved";
	if (json_flag(l->params, "elsewhere", false))
		argv[n++] = "--elsewhere";
	if (l->json)
		argv[n++] = "--json";
	argv[n] = NULL;
	(void)execv(daemon, (char *const *)argv);
	complain("%s can't be run: %s; a configuration is checked by the "
	    "daemon's program", daemon, strerror(errno));
	return EXIT_SERVER;
}

/* Runs the daemon's program on DIR and shows what it printed as the verb's
 * answer. Findings of a configuration that is wrong are on standard error. */
static int
show_output(const struct line *l, const char **argv, size_t n, int64_t ms,
    const char *otherwise)
{
	CLEANUP_FREE char *daemon = find_daemon();
	CLEANUP_TEXT struct text t = { 0 };
	CLEANUP_JSON json_t *result = NULL;
	struct talk talk = { .line = l };
	int status, r;

	argv[0] = daemon;
	add_option(argv, &n, "--config", json_text(l->params, "dir", NULL));
	add_option(argv, &n, "--plugin-dir", json_text(l->params,
	    "plugin_dir", NULL));
	add_option(argv, &n, "--host", json_text(l->params, "host", NULL));
	argv[n] = NULL;
	r = run_output(argv, ms, CHECK_BYTES, &t, &status);
	if (r < 0) {
		complain("%s can't be run: %s; a configuration is read by the "
		    "daemon's program", daemon, strerror(-r));
		return EXIT_SERVER;
	}
	result = json_loadb(text_str(&t), t.len, 0, NULL);
	if (json_is_object(result))
		return talk_show(&talk, l->verb, result, l->params);
	complain("%s", otherwise);
	return EXIT_NO;
}

int
local_coverage(const struct line *l)
{
	const char *argv[ARGUMENTS] = { NULL, "--check", "--coverage",
		"--json" };

	return show_output(l, argv, 4, CHECK_MS,
	    "there is no coverage of what can't be loaded");
}

/* "a,b" */
static void
join(struct text *t, const json_t *list)
{
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v)
		text_addf(t, "%s%s", i > 0 ? "," : "", json_string_value(v));
}

int
local_verify(const struct line *l)
{
	const char *argv[ARGUMENTS] = { NULL, "--verify" };
	CLEANUP_TEXT struct text only = { 0 }, skip = { 0 };
	size_t n = 2;

	join(&only, json_object_get(l->params, "only"));
	join(&skip, json_object_get(l->params, "skip"));
	add_option(argv, &n, "--date", json_text(l->params, "date", NULL));
	add_option(argv, &n, "--only", only.len > 0 ? text_str(&only) :
	    NULL);
	add_option(argv, &n, "--skip", skip.len > 0 ? text_str(&skip) :
	    NULL);
	return show_output(l, argv, n, VERIFY_MS,
	    "nothing can be verified of what can't be loaded");
}

/*--------------------------------------------------------------- simulate */

int
local_simulate(const struct line *l)
{
	static const struct { const char *param, *option; } options[] = {
		{ "dir", "--config" }, { "facts", "--facts" },
		{ "from", "--from" },
		{ "to", "--to" }, { "until", "--until" },
		{ "plugin_dir", "--plugin-dir" }, { "host", "--host" } };
	CLEANUP_FREE char *program = local_find("gatewarden-simulate");
	const json_t *scenarios = json_object_get(l->params, "scenario"), *j;
	CLEANUP_FREE const char **argv = calloc(ARGUMENTS +
	    2 * json_array_size(scenarios), sizeof *argv);
	size_t n = 0, i;

	if (argv == NULL)
		abort();
	argv[n++] = "gatewarden-simulate";
	json_array_foreach(scenarios, i, j)
		add_option(argv, &n, "--scenario", json_string_value(j));
	for (i = 0; i < ARRAY_SIZE(options); i++)
		add_option(argv, &n, options[i].option, json_text(l->params,
		    options[i].param, NULL));
	if (json_flag(l->params, "timeline", false))
		argv[n++] = "--timeline";
	if (json_flag(l->params, "messages", false))
		argv[n++] = "--messages";
	if (json_flag(l->params, "screen", false))
		argv[n++] = "--screen";
	if (json_flag(l->params, "jsonl", false))
		argv[n++] = "--jsonl";
	if (l->json)
		argv[n++] = "--json";
	argv[n] = NULL;
	(void)execv(program, (char *const *)argv);
	complain("%s can't be run: %s; it is a program of its own", program,
	    strerror(errno));
	return EXIT_SERVER;
}

/*------------------------------------------------------------------ prove */

int
local_prove(const struct line *l)
{
	static const struct { const char *param, *option; } options[] = {
		{ "dir", "--config" }, { "rule", "--rule" },
		{ "facts", "--facts" }, { "scenario", "--scenario" },
		{ "plugin_dir", "--plugin-dir" }, { "host", "--host" } };
	CLEANUP_FREE char *program = find_prover();
	const char *argv[ARGUMENTS] = { "gatewarden-prove" };
	size_t n = 1, i;

	for (i = 0; i < ARRAY_SIZE(options); i++)
		add_option(argv, &n, options[i].option, json_text(l->params,
		    options[i].param, NULL));
	if (l->json)
		argv[n++] = "--json";
	argv[n] = NULL;
	(void)execv(program, (char *const *)argv);
	complain("%s can't be run: %s; it is a program of its own", program,
	    strerror(errno));
	return EXIT_SERVER;
}

/*------------------------------------------------------------ journal check */

/* Those of an export have the line that they are in. */
static json_t *
findings_json(const struct diag *d)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < d->n && i < FINDINGS_SHOWN; i++) {
		CLEANUP_TEXT struct text t = { 0 };

		if (d->v[i].line > 0)
			text_addf(&t, "line %d: ", d->v[i].line);
		text_add(&t, d->v[i].sentence);
		(void)json_array_append_new(list, json_words(text_str(&t)));
	}
	return list;
}

/* Number of events, or -errno after a sentence. */
static int64_t
check_directory(const char *dir, struct diag *d)
{
	CLEANUP_FREE char *why = NULL;
	struct store *s = NULL;
	int64_t n;
	int r = store_open_readonly(dir, &s, &why);

	if (r < 0) {
		complain("the journal in %s can't be read: %s", dir,
		    why ? why : strerror(-r));
		return r;
	}
	n = store_check(s, d);
	store_close(s);
	if (n < 0)
		complain("the journal in %s can't be read: %s", dir,
		    strerror((int)-n));
	return n;
}

static int64_t
check_file(const char *path, struct diag *d)
{
	CLEANUP_FCLOSE FILE *opened = NULL;
	FILE *f = stdin;
	int64_t n;

	if (strcmp(path, "-") != 0)
		f = opened = fopen(path, "re");
	if (f == NULL) {
		n = -errno;
		complain("%s can't be read: %s", path, strerror(errno));
		return n;
	}
	n = export_check(f, d);
	if (n < 0)
		complain("%s can't be read: %s", path, strerror((int)-n));
	return n;
}

int
local_journal_check(const struct line *l)
{
	const char *dir = json_text(l->params, "dir", NULL);
	const char *file = json_text(l->params, "file", NULL);
	CLEANUP_JSON json_t *result = NULL;
	CLEANUP_DIAG struct diag d;
	struct talk t = { .line = l };
	int64_t n;

	diag_init(&d);
	if (dir && file) {
		complain("'journal check' takes --dir or --file, not both");
		return EXIT_USAGE;
	}
	n = dir ? check_directory(dir, &d) : check_file(file, &d);
	if (n < 0)
		return EXIT_SERVER;
	result = json_object();
	json_put_int(result, "events", n);
	json_put_int(result, "errors", (int64_t)d.errors);
	(void)json_object_set_new(result, "findings", findings_json(&d));
	return talk_show(&t, l->verb, result, l->params);
}
