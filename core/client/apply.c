/* SPDX-License-Identifier: BSD-2-Clause
 *
 * apply.c -- apply: a configuration brought to work, in one command.
 *
 * Check, what would happen at once, what would have been otherwise, a
 * question, the files, the reload, verify, and what to do next. Until the
 * answer is yes nothing is changed anywhere. A reload that is refused leaves
 * the daemon with what ran, and its files are put back; one whose answer was
 * lost is asked about. What is reloaded is what was shown: the daemon refuses
 * anything else.
 *
 * Exit: 1 it was refused, and nothing has changed; 4 nobody said yes; 0 it
 * runs and all is there; 10 it runs, and verify found something; 13 it runs,
 * and something could not be told.
 */
#include "client/apply.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/json.h"
#include "base/run.h"
#include "base/text.h"
#include "client/install.h"
#include "client/local.h"
#include "client/show.h"
#include "client/talk.h"

enum { ARGUMENTS = 32, RUN_MS = 600000, RUN_BYTES = 64 << 20 };

struct apply {
	const struct line *line;
	struct talk talk;
	char *candidate;        /* absolute; owned */
	char *running;          /* the daemon's; owned */
	char *previous;         /* what ran before that; owned */
	char *backup;           /* where that goes: there, or beside; owned */
	bool in_place;          /* it was edited where it is */
	const char *hash;       /* of what was shown; in `now` */
	json_t *report;         /* owned: all answers, for --json */
};

static void
apply_free(struct apply *a)
{
	talk_close(&a->talk);
	free(a->candidate);
	free(a->running);
	free(a->previous);
	free(a->backup);
	json_decref(a->report);
}

#define CLEANUP_APPLY __attribute__((cleanup(apply_free)))

static const char *
param(const struct apply *a, const char *name)
{
	return json_text(a->line->params, name, NULL);
}

/* Nothing but the report goes to standard output with --json. */
static void
heading(const struct apply *a, const char *what)
{
	if (!a->line->json)
		(void)printf("\n== %s\n", what);
	(void)fflush(stdout);
}

static int
refused(const char *why)
{
	complain("%s; nothing was changed", why);
	return EXIT_NO;
}

/*---------------------------------------------------------- where they are */

static bool
same_place(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
	    x.st_ino == y.st_ino;
}

/* Without slashes at its end. */
static char *
trimmed(const char *path)
{
	size_t len = strlen(path);
	struct text t = { 0 };

	while (len > 1 && path[len - 1] == '/')
		len--;
	text_addn(&t, path, len);
	return text_take(&t);
}

static void
name_backup(struct apply *a)
{
	struct text previous = { 0 }, backup = { 0 };

	text_addf(&previous, "%s.previous", a->running);
	a->previous = text_take(&previous);
	/* going back must not overwrite what it goes back to */
	text_addf(&backup, "%s.%s", a->running, same_place(a->candidate,
	    a->previous) ? "before" : "previous");
	a->backup = text_take(&backup);
}

static int
find_places(struct apply *a)
{
	CLEANUP_JSON json_t *status = NULL;
	const char *given = param(a, "conf"), *config;
	int code = talk_call(&a->talk, "status", NULL, &status), r;

	if (code != EXIT_OPEN)
		return code;
	config = json_text(json_object_get(status, "daemon"), "config",
	    NULL);
	if (config == NULL)
		return refused("the daemon does not say where its "
		    "configuration is");
	a->running = trimmed(config);
	r = file_absolute(given ? given : a->running, &a->candidate);
	if (r < 0 || access(a->candidate, R_OK) < 0) {
		complain("%s can't be read: %s; nothing was changed",
		    given ? given : config, strerror(r < 0 ? -r : errno));
		return EXIT_NO;
	}
	a->in_place = same_place(a->candidate, a->running);
	name_backup(a);
	if (install_alike(a->candidate, a->running))
		return EXIT_OPEN;
	return refused("the daemon reads a directory and this is a file, or "
	    "the reverse");
}

/*--------------------------------------------------------------- what it is */

static void
put(const char **argv, size_t *n, const char *option, const char *value)
{
	if (value == NULL)
		return;
	if (option)
		argv[(*n)++] = option;
	argv[(*n)++] = value;
}

/* Runs this program again, for what it prints; its exit code, or -1. */
static int
run_self(const struct apply *a, const char *const *words, struct text *ret)
{
	const char *argv[ARGUMENTS] = { "/proc/self/exe" };
	size_t n = 1, i;
	int status, r;

	for (i = 0; words[i]; i++)
		argv[n++] = words[i];
	put(argv, &n, "--socket", a->talk.path);
	put(argv, &n, "--plugin-dir", param(a, "plugin_dir"));
	put(argv, &n, "--host", param(a, "host"));
	if (a->line->json)
		argv[n++] = "--json";
	argv[n] = NULL;
	(void)fflush(stdout);
	r = run_output(argv, RUN_MS, RUN_BYTES, ret, &status);
	return r == 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* What it printed: shown, or kept for the report. */
static void
keep(struct apply *a, const char *name, const struct text *t)
{
	json_t *o;

	if (!a->line->json) {
		(void)fwrite(text_str(t), 1, t->len, stdout);
		(void)fflush(stdout);
		return;
	}
	o = json_loadb(text_str(t), t->len, JSON_DECODE_ANY, NULL);
	(void)json_object_set_new(a->report, name, o ? o : json_null());
}

static int
check(struct apply *a)
{
	const char *const words[] = { "config", "check", a->candidate, NULL };
	CLEANUP_TEXT struct text t = { 0 };
	int code;

	heading(a, "check");
	code = run_self(a, words, &t);
	keep(a, "check", &t);
	return code == EXIT_OPEN ? EXIT_OPEN :
	    refused("the configuration has errors");
}

/* The screen of an answer, unless all is for --json; its exit code. */
static int
show_answer(const struct apply *a, const char *verb, const json_t *answer,
    const json_t *params)
{
	CLEANUP_JSON json_t *copy = json_deep_copy(answer);
	CLEANUP_OUT struct out o;
	int code;

	out_open(&o);
	out_clean(copy);
	code = show(&o, verb_find(verb), copy, params);
	if (!a->line->json)
		(void)out_end(&o, code);
	return code;
}

static int
look_ahead(struct apply *a)
{
	json_t *params = json_object(), *now = NULL;
	int code;

	heading(a, "what would happen at once");
	(void)json_object_set_new(params, "dry_run", json_true());
	if (!a->in_place)
		json_put(params, "conf", a->candidate);
	code = talk_call(&a->talk, "reload", json_incref(params), &now);
	if (code != EXIT_OPEN) {
		json_decref(params);
		return code;
	}
	(void)json_object_set_new(a->report, "now", now);
	a->hash = json_text(now, "config", NULL);
	(void)show_answer(a, "reload", now, params);
	json_decref(params);
	return json_int(now, "errors", 0) == 0 ? EXIT_OPEN :
	    refused("the daemon would not take it");
}

/* For who reads; what can't be compared is said, and is no reason to stop. */
static void
look_back(struct apply *a)
{
	CLEANUP_TEXT struct text t = { 0 }, last = { 0 };
	const char *words[ARGUMENTS] = { "config", "plan", a->candidate,
		"--against", a->running };
	size_t n = 5;
	int code;

	heading(a, "what would have been otherwise");
	if (a->in_place) {
		if (!a->line->json)
			(void)printf("not compared: what runs is not on the "
			    "disk any more, because it was edited in place; "
			    "edit a copy, and apply that\n");
		return;
	}
	if (json_object_get(a->line->params, "last")) {
		text_addf(&last, "%lld", (long long)json_int(a->line->params,
		    "last", 0));
		put(words, &n, "--last", text_str(&last));
	}
	put(words, &n, "--facts", param(a, "facts"));
	put(words, &n, "--scenario", param(a, "scenario"));
	words[n] = NULL;
	code = run_self(a, words, &t);
	keep(a, "plan", &t);
	if (code != EXIT_OPEN && code != EXIT_USAGE && !a->line->json)
		(void)printf("not compared: see above\n");
}

/*------------------------------------------------------------- the question */

static int
ask(struct apply *a)
{
	if (json_flag(a->line->params, "dry_run", false)) {
		if (!a->line->json)
			(void)printf("\ndry run: nothing was done\n");
		(void)fflush(stdout);
		return EXIT_REFUSED;
	}
	if (a->line->yes)
		return EXIT_OPEN;
	if (isatty(STDIN_FILENO) != 1) {
		complain("nothing was changed: there is no terminal to ask "
		    "at; say --yes");
		return EXIT_REFUSED;
	}
	if (talk_says_yes("Apply this?"))
		return EXIT_OPEN;
	complain("nothing was changed");
	return EXIT_REFUSED;
}

/*---------------------------------------------------------------- doing it */

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* A single file under another name is another configuration by its hash. */
static bool
can_compare(const struct apply *a)
{
	struct stat st;

	return a->in_place || (stat(a->running, &st) == 0 &&
	    S_ISDIR(st.st_mode)) || strcmp(base_name(a->candidate),
	    base_name(a->running)) == 0;
}

static int
put_files(struct apply *a)
{
	CLEANUP_FREE char *why = NULL;
	int r;

	if (a->in_place)
		return EXIT_OPEN;
	if (install_cut_off(a->backup))
		complain("an apply before this was cut off: %s is kept as "
		    "what ran before", a->backup);
	r = install_conf(a->candidate, a->running, a->backup, &why);
	if (r < 0)
		return refused(why ? why : "the files can't be copied");
	if (r > 0)
		complain("%s", why);
	return r > 0 ? EXIT_SERVER : EXIT_OPEN;
}

/* True: what ran is there again. What was edited in place is left alone. */
static bool
take_back(struct apply *a)
{
	CLEANUP_FREE char *why = NULL;

	if (a->in_place)
		return false;
	if (install_restore(a->backup, a->running, &why) == 0)
		return true;
	complain("%s; what was there before is in %s", why, a->backup);
	return false;
}

/* Its files run. */
static int
done(const struct apply *a)
{
	install_done(a->previous);
	install_done(a->backup);
	return EXIT_OPEN;
}

/* Does the daemon run what was shown? Nobody heard what it said. */
static int
after_silence(struct apply *a, int code)
{
	CLEANUP_JSON json_t *status = NULL;
	const char *runs = NULL;
	bool back;

	talk_close(&a->talk);
	if (talk_call(&a->talk, "status", NULL, &status) == EXIT_OPEN)
		runs = json_text(json_object_get(status, "daemon"),
		    "config_hash", NULL);
	if (a->hash == NULL || !can_compare(a))
		runs = NULL;
	if (runs && strcmp(runs, a->hash) == 0) {
		complain("it runs the new configuration, all the same");
		return done(a);
	}
	back = take_back(a);
	if (runs)
		complain("it runs what it ran before%s", back ? ", and has "
		    "its files" : "");
	else
		complain("whether it had swapped can't be told%s", back ?
		    ". The files are those that ran before; 'gatewarden "
		    "reload' makes it run them" : "");
	return code;
}

static int
reload(struct apply *a)
{
	CLEANUP_JSON json_t *params = json_object();
	json_t *result = NULL;
	int code;

	heading(a, "reload");
	if (a->hash && can_compare(a))
		json_put(params, "seen", a->hash);
	code = talk_call(&a->talk, "reload", json_incref(params), &result);
	if (code == EXIT_SERVER)
		return after_silence(a, code);
	if (code != EXIT_OPEN) {
		(void)take_back(a);
		return code;
	}
	(void)json_object_set_new(a->report, "reload", result);
	(void)show_answer(a, "reload", result, params);
	if (json_flag(result, "swapped", false))
		return done(a);
	if (!take_back(a) && !a->in_place)
		return EXIT_SERVER;
	return refused(a->in_place ? "the daemon kept what ran" :
	    "the daemon kept what ran, and so did its files");
}

/* 0, 10 or 13: it runs, whatever this finds. */
static int
verify(struct apply *a)
{
	CLEANUP_JSON json_t *params = json_object();
	json_t *result = NULL;
	json_t *skip = json_object_get(a->line->params, "skip");
	int code;

	heading(a, "verify");
	if (skip)
		(void)json_object_set(params, "skip", skip);
	code = talk_call(&a->talk, "verify", json_incref(params), &result);
	if (code != EXIT_OPEN)
		return EXIT_UNKNOWN;
	(void)json_object_set_new(a->report, "verify", result);
	code = show_answer(a, "verify", result, params);
	return code == EXIT_OPEN || code == EXIT_UNKNOWN ? code :
	    EXIT_DEGRADED;
}

static void
next_steps(struct apply *a, int code)
{
	heading(a, "next");
	if (a->line->json)
		return;
	if (code != EXIT_OPEN)
		(void)printf("gatewarden verify            once what it "
		    "found has been mended\n");
	(void)printf("gatewarden notify test       does every notifier "
	    "deliver?\n"
	    "gatewarden status            the morning in one screen\n"
	    "gatewarden due               what comes next\n");
	if (!a->in_place)
		(void)printf("gatewarden apply %s\n"
		    "                             what ran before, back\n",
		    a->backup);
	(void)fflush(stdout);
}

static int
do_it(struct apply *a)
{
	int code = put_files(a);

	if (code == EXIT_OPEN)
		code = reload(a);
	if (code != EXIT_OPEN)
		return code;
	(void)json_object_set_new(a->report, "applied", json_true());
	code = verify(a);
	next_steps(a, code);
	return code;
}

static int
run(struct apply *a)
{
	int code = find_places(a);

	if (code == EXIT_OPEN)
		code = check(a);
	if (code == EXIT_OPEN)
		code = look_ahead(a);
	if (code != EXIT_OPEN)
		return code;
	look_back(a);
	code = ask(a);
	if (code == EXIT_REFUSED && json_flag(a->line->params, "dry_run",
	    false))
		return EXIT_OPEN;
	return code == EXIT_OPEN ? do_it(a) : code;
}

int
local_apply(const struct line *l)
{
	CLEANUP_APPLY struct apply a = { .line = l,
		.report = json_object() };
	int code;

	talk_open(&a.talk, l);
	(void)json_object_set_new(a.report, "applied", json_false());
	code = run(&a);
	return l->json ? print_json(a.report, code) : code;
}
