/* SPDX-License-Identifier: BSD-2-Clause
 *
 * show_dry.c -- what a verb would do, after --dry-run.
 *
 * The same for every verb: what the daemon put into words instead of doing
 * it. A screen that says that something was done is left out; one that says
 * why nothing could be is shown as ever. The exit code is the one that the
 * verb would have had, so that a script can ask first; but where nobody
 * asked for a dry run, because the daemon itself is one, nothing was done
 * that should have been, and that is a refusal.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "client/show.h"

/* Does its own screen say what isn't so? */
static bool
says_done(const json_t *r)
{
	const char *code = json_text(r, "code", "");

	return (strcmp(code, "ok") == 0 || strcmp(code, "granted") == 0) &&
	    json_object_get(r, "recovery") == NULL;
}

int
show_dry(struct out *o, show_fn *fn, const json_t *result,
    const json_t *params)
{
	const json_t *list = json_object_get(result, "would"), *x;
	bool asked = json_flag(params, "dry_run", false);
	CLEANUP_OUT struct out unseen = { .width = 0 };
	int code = fn(says_done(result) ? &unseen : o, result, params);
	size_t i;

	json_array_foreach(list, i, x)
		out(o, "would %s\n", json_text(x, "sentence", "?"));
	/* what is "shown" has said so itself */
	if (!asked || strcmp(json_text(result, "code", ""), "shown") != 0)
		out_in(o, STYLE_BOLD, "%s", asked ? "dry run: nothing was "
		    "done\n" : "the daemon is a dry run: nothing was done\n");
	return asked ? code : EXIT_REFUSED;
}
