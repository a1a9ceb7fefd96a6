/* SPDX-License-Identifier: BSD-2-Clause
 *
 * main.c -- gatewarden-host: one plugin, confined.
 *
 *      gatewarden-host [--fd N] [--parent PID] [--kind KIND]
 *          [--user NAME] FILE.so         serves (base/wire.h)
 *      gatewarden-host --describe FILE.so        prints what it is
 *      gatewarden-host --manual FILE.so          its manual page
 *
 * The only program that calls dlopen. Confinement comes before the first
 * foreign byte runs, which is a constructor within dlopen; a plugin that
 * exits or crashes there takes this process with it, and whoever started it
 * names the cause from its end.
 */
#include "config.h" /* GW_SANITIZERS */

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "base/wire.h"
#include "host/confine.h"
#include "host/load.h"
#include "host/serve.h"

enum { EXIT_USAGE = 2 };

#ifdef GW_SANITIZERS
/* Crashes keep their signal, so that the daemon can name it; leaks can't be
 * looked for without ptrace. */
const char *__asan_default_options(void);
const char *
__asan_default_options(void)
{
	return "detect_leaks=0:handle_segv=0:handle_sigbus=0:handle_abort=0:"
	    "handle_sigill=0:handle_sigfpe=0:allocator_may_return_null=1";
}
#endif

/* Written by the signal handler: the one thing that must be static. */
static volatile sig_atomic_t stop;

static void
on_term(int sig)
{
	(void)sig;
	stop = 1;
}

static void
on_nothing(int sig)
{
	(void)sig;
}

/* Handlers, not SIG_IGN: programs that the plugin runs start afresh. No
 * SA_RESTART: a blocked call returns and may look at `cancelled`. */
static void
handle_signals(void)
{
	struct sigaction sa = { .sa_handler = on_term };

	(void)sigaction(SIGTERM, &sa, NULL);
	(void)sigaction(SIGINT, &sa, NULL);
	sa.sa_handler = on_nothing;
	(void)sigaction(SIGPIPE, &sa, NULL);
}

struct arguments {
	bool describe, manual;
	int fd;
	const char *kind;
	struct confinement confinement;
	const char *file;
};

static int
usage(void)
{
	(void)fprintf(stderr, "usage: gatewarden-host [--fd N] "
	    "[--parent PID] [--kind KIND] [--user NAME] FILE.so\n"
	    "       gatewarden-host --describe FILE.so\n"
	    "       gatewarden-host --manual FILE.so\n");
	return -EINVAL;
}

static int
parse(int argc, char **argv, struct arguments *a)
{
	static const struct option options[] = {
		{ "describe", no_argument, NULL, 'd' },
		{ "manual", no_argument, NULL, 'm' },
		{ "fd", required_argument, NULL, 'f' },
		{ "parent", required_argument, NULL, 'p' },
		{ "kind", required_argument, NULL, 'k' },
		{ "user", required_argument, NULL, 'u' },
		{ NULL, 0, NULL, 0 }
	};
	int o;

	*a = (struct arguments){ .fd = WIRE_FD };
	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (o == 'd')
			a->describe = true;
		else if (o == 'm')
			a->manual = true;
		else if (o == 'f')
			a->fd = atoi(optarg);
		else if (o == 'p')
			a->confinement.parent = (pid_t)atoi(optarg);
		else if (o == 'k')
			a->kind = optarg;
		else if (o == 'u')
			a->confinement.user = optarg;
		else
			return usage();
	if (optind + 1 != argc)
		return usage();
	a->file = argv[optind];
	return 0;
}

/* A plugin's kind as the caller expects it decides how far it is bounded. */
static void
set_bounds(struct confinement *c, const char *kind)
{
	c->bounded = kind && strcmp(kind, "action") != 0;
	c->reads_only = c->bounded && strcmp(kind, "notifier") != 0;
}

/* Confines, loads, and compares the kind. Returns 0, or -errno with a
 * sentence. */
static int
prepare(struct arguments *a, const struct gw_plugin **ret, char **ret_why)
{
	CLEANUP_FREE char *path = realpath(a->file, NULL);
	CLEANUP_TEXT struct text t = { 0 };
	const char *what;
	int r;

	if (path == NULL) {
		*ret_why = strdup(strerror(errno));
		return -EINVAL;
	}
	set_bounds(&a->confinement, a->kind);
	r = confine(&a->confinement, &what);
	if (r == 0 && chdir("/") < 0)
		r = -errno;
	if (r < 0) {
		text_addf(&t, "can't be confined: %s (%s)", what,
		    strerror(-r));
		*ret_why = text_take(&t);
		return r;
	}
	r = plugin_load(path, ret, ret_why);
	if (r == 0 && a->kind && strcmp(a->kind, plugin_kind_name(*ret)) != 0) {
		text_addf(&t, "it is a %s, not a %s",
		    plugin_kind_name(*ret), a->kind);
		*ret_why = text_take(&t);
		return -EINVAL;
	}
	return r;
}

/* Constructors may print: what they print goes to standard error. */
static int
describe(struct arguments *a)
{
	CLEANUP_CLOSE int out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10);
	CLEANUP_FREE char *why = NULL;
	CLEANUP_FREE char *line = NULL;
	CLEANUP_JSON json_t *j = NULL;
	const struct gw_plugin *p;

	if (out < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
		return EXIT_FAILURE;
	if (prepare(a, &p, &why) < 0) {
		(void)fprintf(stderr, "%s: %s\n", a->file, why);
		return WIRE_UNFIT_EXIT;
	}
	if (a->manual) {
		line = plugin_manual(p);
	} else {
		j = plugin_description(p);
		line = json_line(j);
	}
	return dprintf(out, "%s%s", line, a->manual ? "" : "\n") < 0 ?
	    EXIT_FAILURE : 0;
}

static int
run(struct arguments *a)
{
	const struct gw_plugin *p;
	CLEANUP_FREE char *why = NULL;
	CLEANUP_JSON json_t *m = NULL;
	json_t *body;

	if (fcntl(a->fd, F_SETFD, FD_CLOEXEC) < 0) {
		(void)fprintf(stderr, "gatewarden-host: descriptor %d is no "
		    "link to a daemon (%s)\n", a->fd, strerror(errno));
		return EXIT_USAGE;
	}
	handle_signals();
	if (prepare(a, &p, &why) == 0)
		return serve(a->fd, p, &stop);
	body = json_object();
	json_put(body, "why", why);
	m = wire_message("unfit", body);
	(void)wire_send(a->fd, m);
	return WIRE_UNFIT_EXIT;
}

int
main(int argc, char **argv)
{
	struct arguments a;

	if (parse(argc, argv, &a) < 0)
		return EXIT_USAGE;
	return a.describe || a.manual ? describe(&a) : run(&a);
}
