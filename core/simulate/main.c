/* SPDX-License-Identifier: BSD-2-Clause
 *
 * main.c -- gatewarden-simulate: what a configuration would have done.
 *
 * One scenario is told at length. Of several, or of a directory of them,
 * each gets a line, and what it expected and wasn't met; a sum at the end.
 *
 * Exit: 0 it ran, whatever it found; 1 configuration, scenario or facts are
 * wrong; 2 usage; 3 an expectation was not met; 5 the result could not be
 * written.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "base/units.h"
#include "simulate/options.h"
#include "simulate/paths.h"
#include "simulate/session.h"

enum { EXIT_WRONG = 1, EXIT_USAGE = 2, EXIT_UNMET = 3, EXIT_UNWRITTEN = 5 };

/* Of several scenarios. */
struct sum {
	const struct options *o;
	size_t met, unmet, wrong, silent;       /* scenarios */
	json_t *list;           /* owned: with --json */
};

/*--------------------------------------------------------------------- one */

static int
simulate_one(const struct options *o, const char *path)
{
	CLEANUP_FINDER struct finder *finder = finder_new(o->plugin_dir,
	    o->host);
	struct session s = { .o = o, .path = path, .shown = -1,
		.bar = isatty(STDERR_FILENO) && !o->timeline };
	CLEANUP_DIAG struct diag d;
	bool ok, unmet;

	diag_init(&d);
	ok = session_load(&s, finder, &d) && session_play(&s, false, &d);
	if (!ok || d.n > 0)
		diag_print(&d, stderr);
	unmet = ok && expects_unmet(s.expects) > 0;
	session_free(&s);
	return !ok ? EXIT_WRONG : unmet ? EXIT_UNMET : EXIT_SUCCESS;
}

/*----------------------------------------------------------------- several */

static void
tell_line(struct sum *sum, const struct session *s)
{
	size_t unmet = expects_unmet(s->expects), n;
	CLEANUP_TEXT struct text t = { 0 };
	const char *title = s->scenario->about.title;
	char buf[DURATION_TEXT];

	(void)expects_results(s->expects, &n);
	sum->met += n > 0 && unmet == 0;
	sum->unmet += unmet > 0;
	sum->silent += n == 0;
	if (sum->o->json) {
		(void)json_array_append(sum->list, s->result);
		return;
	}
	text_addf(&t, "%-7s  %zu of %zu  %s", n == 0 ? "-" : unmet == 0 ?
	    "met" : "NOT met", n - unmet, n, s->path);
	if (title)
		text_addf(&t, ": %s", title);
	if (s->detected >= 0)
		text_addf(&t, "; noticed after %s", duration_round(
		    s->detected, buf));
	if (s->scenario->about.outcome)
		text_addf(&t, ", %s", s->scenario->about.outcome);
	text_add(&t, "\n");
	expects_text(&t, s->expects, false);
	(void)printf("%s", text_str(&t));
	(void)fflush(stdout);
}

static void
simulate_next(struct sum *sum, struct finder *finder, const char *path)
{
	struct session s = { .o = sum->o, .path = path, .shown = -1 };
	CLEANUP_DIAG struct diag d;

	diag_init(&d);
	if (session_load(&s, finder, &d) && session_play(&s, true, &d)) {
		tell_line(sum, &s);
	} else {
		sum->wrong++;
		diag_print(&d, stderr);
	}
	session_free(&s);
}

static void
tell_sum(const struct sum *sum, size_t n)
{
	CLEANUP_FREE char *line = NULL;
	json_t *o;

	if (!sum->o->json) {
		(void)printf("\n%zu scenarios: %zu met, %zu not met, %zu "
		    "could not be played, %zu expect nothing\n", n,
		    sum->met, sum->unmet, sum->wrong, sum->silent);
		return;
	}
	o = json_object();
	(void)json_object_set(o, "scenarios", sum->list);
	json_put_int(o, "met", (int64_t)sum->met);
	json_put_int(o, "unmet", (int64_t)sum->unmet);
	json_put_int(o, "wrong", (int64_t)sum->wrong);
	line = json_line(o);
	json_decref(o);
	(void)printf("%s\n", line);
}

static int
simulate_all(const struct options *o, const struct paths *paths)
{
	CLEANUP_FINDER struct finder *finder = finder_new(o->plugin_dir,
	    o->host);
	struct sum sum = { .o = o, .list = json_array() };
	size_t i;

	for (i = 0; i < paths->n; i++)
		simulate_next(&sum, finder, paths->v[i]);
	tell_sum(&sum, paths->n);
	json_decref(sum.list);
	return sum.wrong > 0 ? EXIT_WRONG : sum.unmet > 0 ? EXIT_UNMET :
	    EXIT_SUCCESS;
}

/*-------------------------------------------------------------------- main */

static int
simulate(const struct options *o)
{
	CLEANUP_PATHS struct paths paths = { 0 };
	CLEANUP_DIAG struct diag d;
	bool several = o->scenarios.n > 1;
	size_t i;
	int code;

	diag_init(&d);
	for (i = 0; i < o->scenarios.n; i++)
		several |= paths_add(&paths, o->scenarios.v[i], &d);
	if (d.errors > 0) {
		diag_print(&d, stderr);
		return EXIT_WRONG;
	}
	code = several ? simulate_all(o, &paths) : simulate_one(o,
	    paths.n > 0 ? paths.v[0] : NULL);
	if (code == EXIT_WRONG)
		return code;
	return fflush(stdout) == 0 && !ferror(stdout) ? code :
	    EXIT_UNWRITTEN;
}

int
main(int argc, char *argv[])
{
	struct options o;
	int code;

	if (options_parse(argc, argv, &o, stderr) < 0) {
		(void)fprintf(stderr, "'gatewarden help simulate' says what "
		    "there is\n");
		options_free(&o);
		return EXIT_USAGE;
	}
	if (o.help) {
		options_usage(stdout);
		code = EXIT_SUCCESS;
	} else if (o.version) {
		(void)printf("gatewarden-simulate %s\n", PACKAGE_VERSION);
		code = EXIT_SUCCESS;
	} else {
		code = simulate(&o);
	}
	options_free(&o);
	return code;
}
