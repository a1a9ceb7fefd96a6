/* SPDX-License-Identifier: BSD-2-Clause
 *
 * backtest_main.c -- gatewarden-backtest: what a candidate would have done.
 *
 * Loads two configurations as the daemon would, lets each live through the
 * same history (backtest_side.c), and prints what each did and what differs;
 * or, for `diff`, only what they are; or, for `plan`, both. Writes nothing
 * anywhere, opens no socket, starts no action.
 *
 * Exit of backtest: 0 it ran, whatever it found; 1 a configuration, the
 * scenario, facts or labels are wrong; 2 usage; 5 the result could not be
 * written. Of diff and plan: 0 nothing changes, 2 something does, 1 anything
 * else: what asks before it applies must not take an error for a change.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "config/diff.h"
#include "daemon/finder.h"
#include "daemon/findings.h"
#include "daemon/words.h"
#include "simulate/backtest_options.h"
#include "simulate/backtest_side.h"
#include "simulate/backtest_text.h"
#include "simulate/compare.h"
#include "simulate/report.h"

enum { EXIT_WRONG = 1, EXIT_CHANGES = 2, EXIT_USAGE = 2, EXIT_UNWRITTEN = 5,
	BAR = 30, LAST = 14, LAST_MOST = 100000 };

struct session {
	const struct backtest_options *o;
	struct side candidate, against;
	struct history h;
	struct labels labels;
	bool bar;               /* a progress bar is on the terminal */
	int shown;              /* per cent */
};

/*----------------------------------------------------------------- loading */

static bool
load_conf(struct side *s, struct finder *finder, struct diag *d)
{
	s->conf = conf_load_resolved(s->config, finder_interface(finder), d);
	if (s->conf == NULL)
		return false;
	if (s->conf->graph.n_pipelines > 0)
		return true;
	diag_error(d, s->config, 0, "has no pipeline");
	return false;
}

static bool
load_confs(struct session *s, struct diag *d)
{
	CLEANUP_FINDER struct finder *finder = finder_new(s->o->plugin_dir,
	    s->o->host);
	bool ok = load_conf(&s->candidate, finder, d);

	finder_refresh(finder);
	return load_conf(&s->against, finder, d) && ok;
}

static bool
read_last(struct session *s, struct diag *d)
{
	const char *last = s->o->last;
	char *end = NULL;
	long n = last ? strtol(last, &end, 10) : LAST;

	if (last && (*end != '\0' || n < 1 || n > LAST_MOST)) {
		diag_error(d, NULL, 0, "--last '%s' is no number of dates",
		    last);
		return false;
	}
	if (last || (s->o->task == TASK_PLAN && s->o->from == NULL))
		s->h.last = (int32_t)n;
	return true;
}

static bool
load_history(struct session *s, struct diag *d)
{
	size_t errors = d->errors;

	labels_load(s->o->labels, &s->labels, d);
	(void)read_last(s, d);
	(void)side_load(&s->candidate, &s->against, &s->h, d);
	(void)side_load(&s->against, &s->candidate, &s->h, d);
	return d->errors == errors && history_range(&s->h, &s->candidate,
	    &s->against, d);
}

/*---------------------------------------------------------------- progress */

static void
show_progress(void *arg, const struct side *side, int64_t wall)
{
	struct session *s = arg;
	int per_cent = (int)((wall - s->h.begin) * 100 / (s->h.end -
	    s->h.begin));
	int full = per_cent * BAR / 100;
	char bar[BAR + 1];

	if (!s->bar || per_cent == s->shown || per_cent > 100)
		return;
	s->shown = per_cent;
	memset(bar, '#', (size_t)full);
	memset(bar + full, '.', (size_t)(BAR - full));
	bar[BAR] = '\0';
	(void)fprintf(stderr, "\r%-10s [%s] %3d %%", side->word, bar,
	    per_cent);
	(void)fflush(stderr);
}

static void
clear_progress(const struct session *s)
{
	if (s->bar)
		(void)fprintf(stderr, "\r%*s\r", BAR + 24, "");
}

/*---------------------------------------------------------------- results */

static bool
live(struct session *s, struct diag *d)
{
	const struct side_watch watch = { s, show_progress };
	bool ok = side_run(&s->candidate, &s->h, &watch, d) &&
	    side_run(&s->against, &s->h, &watch, d);

	clear_progress(s);
	return ok;
}

/* Owned. */
static json_t *
results(const struct session *s)
{
	const struct zone *zone = report_zone(s->candidate.conf, NONE);
	json_t *o = json_object(), *mine, *theirs;
	char from[DATE_TEXT], to[DATE_TEXT];

	mine = side_json(&s->candidate, &s->against, &s->h, &s->labels);
	theirs = side_json(&s->against, &s->candidate, &s->h, &s->labels);
	json_put(o, "facts", s->h.facts_name);
	json_put(o, "from", date_text(s->h.first, from));
	json_put(o, "to", date_text(s->h.final, to));
	json_put_int(o, "dates", s->h.final.day - s->h.first.day + 1);
	put_when(o, "until", s->h.end, zone);
	json_put_int(o, "labels", (int64_t)s->labels.n);
	(void)json_object_set_new(o, "candidate", mine);
	(void)json_object_set_new(o, "against", theirs);
	(void)json_object_set_new(o, "difference", compare(mine, theirs));
	return o;
}

static void
print_line(const json_t *o)
{
	CLEANUP_FREE char *line = json_line(o);

	(void)printf("%s\n", line);
}

/* One line a finding and rule, with its side; the rest as "summary". */
static void
print_list(json_t *side, const char *word, const char *list,
    const char *type)
{
	json_t *x;
	size_t i;

	json_array_foreach(json_object_get(side, list), i, x) {
		CLEANUP_JSON json_t *o = json_object();

		json_put(o, "type", type);
		json_put(o, "side", word);
		(void)json_object_update(o, x);
		print_line(o);
	}
	(void)json_object_del(side, list);
}

static void
print_lines(json_t *all)
{
	static const char *const sides[] = { "candidate", "against" };
	CLEANUP_JSON json_t *o = json_object();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sides); i++) {
		json_t *side = json_object_get(all, sides[i]);

		print_list(side, sides[i], "findings", "finding");
		print_list(side, sides[i], "firings", "firing");
		print_list(side, sides[i], "rules", "rule");
		print_list(side, sides[i], "unknowable", "unknowable");
	}
	json_put(o, "type", "summary");
	(void)json_object_update(o, all);
	print_line(o);
}

static void
print_backtest(const struct session *s, json_t *all)
{
	CLEANUP_FREE char *text = NULL;

	if (s->o->jsonl) {
		print_lines(all);
	} else if (s->o->json) {
		print_line(all);
	} else {
		text = backtest_text(all);
		(void)printf("%s", text);
	}
}

/*------------------------------------------------------------------- tasks */

static int
written(int code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	return code == EXIT_SUCCESS ? EXIT_UNWRITTEN : EXIT_WRONG;
}

static int
backtest(struct session *s, struct diag *d)
{
	CLEANUP_JSON json_t *all = NULL;

	if (!load_history(s, d) || !live(s, d))
		return EXIT_WRONG;
	all = results(s);
	print_backtest(s, all);
	return EXIT_SUCCESS;
}

static int
diff(struct session *s)
{
	CLEANUP_JSON json_t *o = conf_diff(s->against.conf,
	    s->candidate.conf);
	CLEANUP_FREE char *text = conf_diff_text(o);

	if (s->o->json || s->o->jsonl)
		print_line(o);
	else
		(void)printf("%s", *text ? text : "nothing differs\n");
	return conf_diff_size(o) > 0 ? EXIT_CHANGES : EXIT_SUCCESS;
}

static void
print_plan(const struct session *s, json_t *objects, json_t *all)
{
	CLEANUP_FREE char *diff = conf_diff_text(objects);
	CLEANUP_FREE char *behaviour = backtest_difference_text(all);
	CLEANUP_JSON json_t *o = NULL;

	if (s->o->json || s->o->jsonl) {
		o = json_object();
		(void)json_object_set(o, "diff", objects);
		(void)json_object_set(o, "behaviour", all);
		print_line(o);
		return;
	}
	(void)printf("objects\n%s\nbehaviour over the %d dates from %s to "
	    "%s\n%s", *diff ? diff : "nothing differs\n", (int)json_int(all,
	    "dates", 0), json_text(all, "from", "?"), json_text(all, "to",
	    "?"), *behaviour ? behaviour : "nothing differs\n");
}

static int
plan(struct session *s, struct diag *d)
{
	CLEANUP_JSON json_t *objects = NULL, *all = NULL;

	if (!load_history(s, d) || !live(s, d))
		return EXIT_WRONG;
	objects = conf_diff(s->against.conf, s->candidate.conf);
	all = results(s);
	print_plan(s, objects, all);
	return conf_diff_size(objects) > 0 || compare_differs(
	    json_object_get(all, "difference")) ? EXIT_CHANGES :
	    EXIT_SUCCESS;
}

static int
run(const struct backtest_options *o)
{
	struct session s = { .o = o, .shown = -1,
		.bar = isatty(STDERR_FILENO),
		.candidate = { .word = "candidate", .config = o->conf,
			.scenario_path = o->scenario },
		.against = { .word = "against", .config = o->against,
			.scenario_path = o->against_scenario },
		.h = { .facts = o->facts, .facts_name = o->facts_name,
			.from = o->from, .to = o->to, .until = o->until } };
	CLEANUP_DIAG struct diag d;
	int code = EXIT_WRONG;

	diag_init(&d);
	if (load_confs(&s, &d))
		code = o->task == TASK_DIFF ? diff(&s) : o->task ==
		    TASK_PLAN ? plan(&s, &d) : backtest(&s, &d);
	if (d.n > 0)
		diag_print(&d, stderr);
	side_free(&s.candidate);
	side_free(&s.against);
	labels_free(&s.labels);
	code = written(code);
	return o->task != TASK_BACKTEST && code == EXIT_UNWRITTEN ?
	    EXIT_WRONG : code;
}

int
main(int argc, char *argv[])
{
	struct backtest_options o;

	if (backtest_options_parse(argc, argv, &o, stderr) < 0) {
		(void)fprintf(stderr, "'gatewarden help backtest' says what "
		    "there is\n");
		return o.task == TASK_BACKTEST ? EXIT_USAGE : EXIT_WRONG;
	}
	if (o.help) {
		backtest_options_usage(stdout);
		return EXIT_SUCCESS;
	}
	if (o.version) {
		(void)printf("gatewarden-backtest %s\n", PACKAGE_VERSION);
		return EXIT_SUCCESS;
	}
	return run(&o);
}
