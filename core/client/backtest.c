/* SPDX-License-Identifier: BSD-2-Clause
 *
 * backtest.c -- backtest, config diff, config plan: what a candidate changes.
 *
 * The work is done by a program of its own, which is the daemon's engine and
 * knows no socket. What the running daemon has to say is fetched here and
 * handed over: where its configuration is, and its journal, in a file that
 * has no name and ends with the program that reads it. A daemon is asked
 * only for what was not given; without one the installed configuration is
 * compared with, and a history has to be given.
 *
 * config diff and config plan exit with 2 when something changes, so that
 * everything that goes wrong with them is 1.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "client/local.h"
#include "client/talk.h"

enum { ARGUMENTS = 48 };

struct call {
	const struct line *line;
	const char *argv[ARGUMENTS];
	size_t n;
	struct text facts, name;        /* of the journal that was fetched */
	json_t *status;         /* owned */
	FILE *journal;          /* kept open for the program; NULL */
};

static void
call_free(struct call *c)
{
	if (c->journal)
		(void)fclose(c->journal);
	json_decref(c->status);
	text_free(&c->facts);
	text_free(&c->name);
}

#define CLEANUP_CALL __attribute__((cleanup(call_free)))

static void
put(struct call *c, const char *option, const char *value)
{
	if (value == NULL)
		return;
	c->argv[c->n++] = option;
	c->argv[c->n++] = value;
}

static const char *
given(const struct call *c, const char *param)
{
	return json_text(c->line->params, param, NULL);
}

static void
put_given(struct call *c)
{
	static const char *const options[][2] = { { "conf", "--conf" },
		{ "scenario", "--scenario" },
		{ "against_scenario", "--against-scenario" },
		{ "labels", "--labels" }, { "from", "--from" },
		{ "to", "--to" }, { "until", "--until" },
		{ "plugin_dir", "--plugin-dir" }, { "host", "--host" } };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(options); i++)
		put(c, options[i][1], given(c, options[i][0]));
	if (json_object_get(c->line->params, "last")) {
		text_addf(&c->name, "%lld", (long long)json_int(
		    c->line->params, "last", 0));
		put(c, "--last", text_str(&c->name));
	}
	if (json_flag(c->line->params, "jsonl", false))
		c->argv[c->n++] = "--jsonl";
	if (c->line->json)
		c->argv[c->n++] = "--json";
}

/* Where the running daemon's is. */
static int
running_config(struct call *c, struct talk *t, const char **ret_path)
{
	int code = talk_call(t, "status", NULL, &c->status);
	const char *path = json_text(json_object_get(c->status, "daemon"),
	    "config", NULL);

	if (code != EXIT_OPEN)
		return code;
	*ret_path = path;
	return EXIT_OPEN;
}

/* The running one's, or, where none runs, the installed one. */
static int
put_against(struct call *c)
{
	CLEANUP_TALK struct talk t = { .rpc = NULL };
	CLEANUP_FREE char *why = NULL;
	const char *path = given(c, "against");
	int code = EXIT_OPEN;

	talk_open(&t, c->line);
	if (path == NULL && rpc_connect(t.path, &t.rpc, &why) == 0)
		code = running_config(c, &t, &path);
	put(c, "--against", path);
	return code;
}

/* Of the running daemon, where none was given. */
static int
put_history(struct call *c)
{
	const char *facts = given(c, "facts"), *journal = given(c, "journal");
	struct talk t;
	int code;

	if (facts && journal) {
		complain("'%s' takes --facts or --journal, not both",
		    c->line->verb->name);
		return EXIT_USAGE;
	}
	put(c, "--facts", facts ? facts : journal);
	if (facts || journal)
		return EXIT_OPEN;
	c->journal = tmpfile();
	if (c->journal == NULL) {
		complain("there is no room for the journal: %s",
		    strerror(errno));
		return EXIT_SERVER;
	}
	code = talk_export_to(c->line, c->journal);
	if (code != EXIT_OPEN)
		return code;
	talk_open(&t, c->line);
	text_addf(&c->facts, "/proc/self/fd/%d", fileno(c->journal));
	put(c, "--facts", text_str(&c->facts));
	put(c, "--facts-name", t.path);
	return EXIT_OPEN;
}

/* Returns only when it can't be. */
static int
become(struct call *c)
{
	CLEANUP_FREE char *program = local_find("gatewarden-backtest");

	c->argv[c->n] = NULL;
	(void)execv(program, (char *const *)(uintptr_t)c->argv);
	complain("%s can't be run: %s; it is a program of its own", program,
	    strerror(errno));
	return EXIT_SERVER;
}

static void
call_begin(struct call *c, const struct line *l, const char *task)
{
	*c = (struct call){ .line = l, .n = 2,
		.argv = { "gatewarden-backtest", task } };
	put_given(c);
}

int
local_backtest(const struct line *l)
{
	CLEANUP_CALL struct call c;
	int code;

	call_begin(&c, l, "backtest");
	code = put_history(&c);
	if (code == EXIT_OPEN)
		code = put_against(&c);
	return code == EXIT_OPEN ? become(&c) : code;
}

int
local_config_plan(const struct line *l)
{
	CLEANUP_CALL struct call c;

	call_begin(&c, l, "plan");
	if (put_history(&c) == EXIT_OPEN && put_against(&c) == EXIT_OPEN)
		(void)become(&c);
	return EXIT_NO;
}

int
local_config_diff(const struct line *l)
{
	CLEANUP_CALL struct call c;

	call_begin(&c, l, "diff");
	if (put_against(&c) == EXIT_OPEN)
		(void)become(&c);
	return EXIT_NO;
}
