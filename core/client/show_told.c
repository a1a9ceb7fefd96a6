/* SPDX-License-Identifier: BSD-2-Clause
 *
 * show_told.c -- who is told, and why not: silences, rulings, routes.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "client/show.h"

static void
put_at(struct out *o, const json_t *x, const char *key, const char *before,
    const char *now)
{
	const char *at = json_text(x, key, NULL);
	CLEANUP_TEXT struct text t = { 0 };

	if (at == NULL)
		return;
	words_instant(&t, at, now);
	out(o, "%s%s", before, text_str(&t));
}

/*---------------------------------------------------------------- silences */

static void
put_mutes(struct out *o, const json_t *list)
{
	const json_t *x;
	size_t i;

	if (json_array_size(list) == 0)
		out_in(o, STYLE_WARN, "mutes nothing that is open now");
	else
		out(o, "mutes %zu now:", json_array_size(list));
	json_array_foreach(list, i, x)
		out(o, "%s %lld %s", i > 0 ? "," : "",
		    (long long)json_int(x, "incident", 0),
		    json_text(x, "title", ""));
	out(o, "\n");
}

int
show_silence(struct out *o, const json_t *r, const json_t *params)
{
	int64_t id = json_int(r, "id", 0);

	(void)params;
	if (id == 0)
		out(o, "would be silent");
	else
		out(o, "silence %lld", (long long)id);
	put_at(o, r, "until", " until ", NULL);
	out(o, "; ");
	put_mutes(o, json_object_get(r, "mutes"));
	if (id > 0)
		out(o, "take it back with: gatewarden undo %lld\n",
		    (long long)id);
	return EXIT_OPEN;
}

static void
put_words(struct out *o, const json_t *list)
{
	const json_t *w;
	size_t i;

	json_array_foreach(list, i, w)
		out(o, " %s", json_string_value(w));
}

int
show_silences(struct out *o, const json_t *r, const json_t *params)
{
	const json_t *list = json_object_get(r, "silences"), *x;
	const char *now = json_text(r, "now", NULL);
	size_t i;

	(void)params;
	json_array_foreach(list, i, x) {
		out(o, "%lld ", (long long)json_int(x, "id", 0));
		put_words(o, json_object_get(x, "matchers"));
		put_at(o, x, "until", "  until ", now);
		out(o, ", by %s: %s\n    ", json_text(x, "actor", "?"),
		    json_text(x, "reason", ""));
		put_mutes(o, json_object_get(x, "mutes"));
	}
	if (json_array_size(list) == 0)
		out(o, "no silence stands\n");
	return EXIT_OPEN;
}

/*----------------------------------------------------------------- rulings */

static void
put_step(struct out *o, const json_t *s, const char *now)
{
	bool passed = json_flag(s, "passed", false);

	out(o, "    %-12s ", json_text(s, "stage", "?"));
	out_in(o, passed ? STYLE_GOOD : STYLE_BAD, "%s", passed ? "passed" :
	    "stopped");
	if (json_text(s, "by", NULL))
		out(o, " by %s", json_text(s, "by", ""));
	if (json_int(s, "silence", 0))
		out(o, " by silence %lld", (long long)json_int(s, "silence",
		    0));
	if (json_text(s, "rule", NULL))
		out(o, " (%s)", json_text(s, "rule", ""));
	if (json_text(s, "remark", NULL))
		out(o, ": %s", json_text(s, "remark", ""));
	put_at(o, s, "until", ", until ", now);
	out(o, "\n");
}

static const char *
outcome_words(const char *outcome)
{
	static const struct { const char *word, *says; } all[] = {
		{ "now", "told" }, { "held", "held" },
		{ "collected", "for the digest" },
		{ "nothing", "nothing to say" }
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		if (strcmp(all[i].word, outcome) == 0)
			return all[i].says;
	return outcome;
}

static void
put_ruling(struct out *o, const json_t *x, bool all, const char *now)
{
	const json_t *steps = json_object_get(x, "steps");
	size_t i, n = json_array_size(steps);

	put_at(o, x, "at", "", now);
	out(o, "  message %lld, incident %lld, %s %s to %s: ",
	    (long long)json_int(x, "message", 0),
	    (long long)json_int(x, "incident", 0), json_text(x, "severity",
	    ""), json_text(x, "kind", "?"), json_text(x, "notifier", "?"));
	out_in(o, STYLE_BOLD, "%s", outcome_words(json_text(x, "outcome",
	    "?")));
	put_at(o, x, "until", " until ", now);
	out(o, "\n");
	for (i = all || n == 0 ? 0 : n - 1; i < n; i++)
		put_step(o, json_array_get(steps, i), now);
}

static void
put_delivery(struct out *o, const json_t *m, const char *now)
{
	out(o, "    %s to %s", json_text(m, "kind", "?"), json_text(m,
	    "notifier", "?"));
	put_at(o, m, "at", ", queued ", now);
	if (json_text(m, "delivered_at", NULL))
		put_at(o, m, "delivered_at", ", delivered ", now);
	else
		out(o, ", %s after %lld tries", json_flag(m, "gave_up",
		    false) ? "given up" : "not delivered yet",
		    (long long)json_int(m, "tries", 0));
	out(o, "\n");
}

int
show_notify_explain(struct out *o, const json_t *r, const json_t *params)
{
	const json_t *list = json_object_get(r, "rulings"), *x;
	const json_t *told = json_object_get(r, "told");
	const char *now = json_text(r, "now", NULL);
	size_t i;

	(void)params;
	if (json_text(r, "title", NULL))
		out_heading(o, "incident %lld  %s", (long long)json_int(r,
		    "incident", 0), json_text(r, "title", ""));
	out(o, "\n");
	json_array_foreach(list, i, x)
		put_ruling(o, x, true, now);
	if (json_array_size(list) == 0)
		out(o, "nothing has been said of it\n");
	if (json_array_size(told) > 0)
		out_heading(o, "delivery");
	out(o, "\n");
	json_array_foreach(told, i, x)
		put_delivery(o, x, now);
	return EXIT_OPEN;
}

int
show_why_quiet(struct out *o, const json_t *r, const json_t *params)
{
	const json_t *list = json_object_get(r, "rulings"), *x;
	const json_t *hanging = json_object_get(r, "hanging");
	const char *now = json_text(r, "now", NULL);
	size_t i;

	(void)params;
	json_array_foreach(list, i, x)
		put_ruling(o, x, false, now);
	json_array_foreach(hanging, i, x) {
		out(o, "%s %s: ", json_text(x, "severity", ""), json_text(x,
		    "what", "?"));
		if (json_int(x, "under", 0))
			out(o, "hangs under incident %lld, which speaks for "
			    "it\n", (long long)json_int(x, "under", 0));
		else
			out(o, "of a date that was adopted: counted, nobody "
			    "is told\n");
	}
	if (json_array_size(list) + json_array_size(hanging) == 0)
		out(o, "%s: nothing was held back\n", json_text(r, "date",
		    "?"));
	return EXIT_OPEN;
}

/*------------------------------------------------------------------ routes */

static void
put_notifier(struct out *o, const json_t *outbox, const char *name)
{
	const json_t *list = json_object_get(outbox, "notifiers"), *x;
	size_t i;

	out(o, "    %s", name);
	json_array_foreach(list, i, x)
		if (strcmp(json_text(x, "notifier", ""), name) == 0 &&
		    json_int(x, "failures", 0) > 0)
			out_in(o, STYLE_BAD, ", fails: %s", json_text(x,
			    "error", "?"));
	out(o, "\n");
}

int
show_routes(struct out *o, const json_t *r, const json_t *params)
{
	const json_t *list = json_object_get(r, "routes"), *x, *n;
	const json_t *outbox = json_object_get(r, "outbox");
	size_t i, k;

	(void)params;
	json_array_foreach(list, i, x) {
		out(o, "%s  %s  (%s)%s\n", json_text(x, "route", "?"),
		    json_text(x, "takes", ""), json_text(x, "rule", "?"),
		    json_flag(x, "continue", false) ? ", continues" : "");
		json_array_foreach(json_object_get(x, "to"), k, n)
			put_notifier(o, outbox, json_string_value(n));
		if (json_array_size(json_object_get(x, "fallback")) == 0)
			continue;
		out(o, "    else");
		put_words(o, json_object_get(x, "fallback"));
		out(o, "\n");
	}
	return EXIT_OPEN;
}
