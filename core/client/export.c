/* SPDX-License-Identifier: BSD-2-Clause
 *
 * export.c -- journal export: the whole journal, or an error.
 *
 * Lines come as notifications and go out as they are; the answer comes last
 * and counts them. Whatever is cut short, by the daemon, the connection or
 * a full disk, ends with an exit code that isn't 0, so that a file that was
 * written with 0 is whole.
 */
#include "client/talk.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "control/verbs.h"

struct export {
	struct talk talk;
	FILE *out;              /* borrowed */
	int64_t lines;
};

static int
unwritten(const struct export *e)
{
	complain("%s can't be written: %s", e->out == stdout ?
	    "standard output" : "a temporary file", strerror(errno));
	return EXIT_SERVER;
}

static int
put_line(struct export *e, const json_t *params)
{
	const json_t *line = json_object_get(params, "line");

	if (!json_is_string(line))
		return talk_lost(&e->talk, -EPROTO, 0);
	e->lines++;
	if (fwrite(json_string_value(line), 1, json_string_length(line),
	    e->out) == json_string_length(line) && putc('\n', e->out) != EOF)
		return EXIT_OPEN;
	return unwritten(e);
}

static int
finish(const struct export *e, const json_t *result)
{
	int64_t lines = json_int(result, "lines", -1);

	if (lines != e->lines) {
		complain("the export is not whole: %lld lines came of %lld",
		    (long long)e->lines, (long long)lines);
		return EXIT_SERVER;
	}
	return fflush(e->out) == 0 ? EXIT_OPEN : unwritten(e);
}

static int
receive(struct export *e, int64_t timeout)
{
	for (;;) {
		CLEANUP_JSON json_t *o = NULL;
		const json_t *error;
		int r = rpc_next(e->talk.rpc, timeout, &o);
		int code;

		if (r < 0)
			return talk_lost(&e->talk, r, timeout);
		error = json_object_get(o, "error");
		if (error)
			return talk_refused(&e->talk, error);
		if (json_object_get(o, "result"))
			return finish(e, json_object_get(o, "result"));
		code = put_line(e, json_object_get(o, "params"));
		if (code != EXIT_OPEN)
			return code;
	}
}

int
talk_export_to(const struct line *l, FILE *out)
{
	static const char verb[] = "journal export";
	struct export e = { .out = out };
	int64_t timeout = talk_timeout(verb_find(verb), l->params);
	int code, r;

	talk_open(&e.talk, l);
	code = talk_connect(&e.talk);
	if (code == EXIT_OPEN) {
		r = rpc_send(e.talk.rpc, verb, NULL);
		code = r < 0 && r != -ECONNRESET ?
		    talk_lost(&e.talk, r, timeout) : receive(&e, timeout);
	}
	talk_close(&e.talk);
	return code;
}

int
talk_export(const struct line *l)
{
	return talk_export_to(l, stdout);
}
