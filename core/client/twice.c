/* SPDX-License-Identifier: BSD-2-Clause
 *
 * twice.c -- verbs that are asked twice: shown, then done as seen.
 *
 * First with dry_run: the daemon says what it would accept, and a token that
 * stands for exactly that. Then, after a yes, with the token: if something
 * else is closed by then, the daemon refuses and it is shown again. A script
 * says yes with --yes, or names the token that it has seen with --seen;
 * without either, and without a terminal to ask at, nothing is done.
 */
#include "client/talk.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "client/show.h"

enum { ANSWER_MAX = 64 };

static int
once(struct talk *t, json_t *params)
{
	CLEANUP_JSON json_t *result = NULL;
	int code = talk_call(t, t->line->verb->name, params, &result);

	if (code != EXIT_OPEN)
		return code;
	return talk_show(t, t->line->verb, result, t->line->params);
}

bool
talk_says_yes(const char *question)
{
	char answer[ANSWER_MAX];

	(void)fprintf(stderr, "%s [y/N] ", question);
	(void)fflush(stderr);
	if (fgets(answer, sizeof answer, stdin) == NULL)
		return false;
	return strcmp(answer, "y\n") == 0 || strcmp(answer, "yes\n") == 0;
}

/* What was shown; then whether it is to be done. */
static int
agree(struct talk *t, json_t *shown)
{
	const struct line *l = t->line;
	CLEANUP_OUT struct out o;
	int code;

	out_open(&o);
	if (!l->json) {
		CLEANUP_JSON json_t *copy = json_deep_copy(shown);

		out_clean(copy);
		(void)show(&o, l->verb, copy, l->params);
		code = out_end(&o, EXIT_OPEN);
		if (code != EXIT_OPEN)
			return code;
	}
	if (strcmp(json_text(shown, "code", ""), "nothing_closed") == 0) {
		if (l->json)
			return print_json(shown, EXIT_REFUSED);
		return EXIT_REFUSED;
	}
	if (l->yes)
		return EXIT_OPEN;
	if (isatty(STDIN_FILENO) != 1) {
		complain("nothing was accepted: there is no terminal to ask "
		    "at; say --yes, or --seen %s for what was shown",
		    json_text(shown, "seen", "TOKEN"));
		return EXIT_REFUSED;
	}
	if (talk_says_yes(json_text(shown, "question",
	    "Accept these, as shown?")))
		return EXIT_OPEN;
	complain("nothing was accepted");
	return EXIT_REFUSED;
}

int
talk_twice(const struct line *l)
{
	CLEANUP_JSON json_t *shown = NULL;
	CLEANUP_TALK struct talk t;
	json_t *params = json_copy(l->params);
	int code;

	talk_open(&t, l);
	if (json_flag(params, "dry_run", false) ||
	    json_object_get(params, "seen"))
		return once(&t, params);
	(void)json_object_set_new(params, "dry_run", json_true());
	code = talk_call(&t, l->verb->name, params, &shown);
	/* shown, so that it can be done: nobody asked for less */
	(void)json_object_del(shown, "dry_run");
	if (code == EXIT_OPEN)
		code = agree(&t, shown);
	if (code != EXIT_OPEN)
		return code;
	params = json_copy(l->params);
	json_put(params, "seen", json_text(shown, "seen", NULL));
	return once(&t, params);
}
