/* SPDX-License-Identifier: BSD-2-Clause
 *
 * show_test.c -- what became of test messages, one line each.
 */
#include "base/json.h"
#include "client/show.h"

int
show_notify_test(struct out *o, const json_t *r, const json_t *params)
{
	const json_t *list = json_object_get(r, "tests"), *t;
	int code = EXIT_OPEN;
	size_t i;

	(void)params;
	json_array_foreach(list, i, t) {
		bool ok = json_flag(t, "delivered", false);
		const char *reply = json_text(t, "reply", NULL);

		out_in(o, ok ? STYLE_GOOD : STYLE_BAD, "%s %s%s%s\n",
		    json_text(t, "notifier", "?"), ok ? "delivers" :
		    json_int(t, "tries", 0) == 0 ? "has not answered yet" :
		    "does not deliver", reply ? ": " : "", reply ? reply :
		    "");
		if (!ok)
			code = EXIT_NO;
	}
	return code;
}
