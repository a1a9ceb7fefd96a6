/* SPDX-License-Identifier: BSD-2-Clause
 *
 * main.c -- gatewarden-web: pings over HTTP, for jobs that can't reach the
 * control socket.
 *
 * Another client of that socket and nothing more: it keeps no state, reads no
 * configuration and needs the level `report`. The daemon itself opens no port.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/argument.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "web/server.h"
#include "web/tokens.h"

enum { EXIT_USAGE = 2, HELP_AT = 26, BURST = 10, RATE_MOST = 6000 };

struct options {
	const char *listen, *socket, *tokens, *rate;
	bool debug, quiet, help, version;
};

#define O(member) .offset = offsetof(struct options, member)

static const struct argument option_table[] = {
	{ "listen", "ADDRESS", "where to listen (default: 127.0.0.1:8930); "
	    "port 0: any", O(listen), .letter = 'l' },
	{ "socket", "PATH", "the daemon's control socket (default: "
	    GW_RUNSTATEDIR "/gatewarden/control)", O(socket) },
	{ "tokens", "FILE", "who may report for what, lines NAME TOKEN "
	    "(default: " GW_SYSCONFDIR "/gatewarden/ping.tokens)",
	    O(tokens) },
	{ "rate", "N", "reports of one name in a minute (default: 60)",
	    O(rate) },
	{ "debug", NULL, "log what is refused, too", O(debug),
	    .letter = 'd' },
	{ "quiet", NULL, "log warnings and errors only", O(quiet),
	    .letter = 'q' },
	{ "help", NULL, "print this and exit", O(help), .letter = 'h' },
	{ "version", NULL, "print the version and exit", O(version),
	    .letter = 'V' },
	{ .name = NULL }
};

static void
usage(FILE *f)
{
	(void)fputs("usage: gatewarden-web [OPTION...]\n\n"
	    "Takes pings of jobs over HTTP: /ping/NAME, /ping/NAME/start, "
	    "/ping/NAME/fail.\n\n", f);
	arguments_help(option_table, HELP_AT, f);
}

static int
rate_of(const char *s)
{
	char *end;
	long n;

	if (s == NULL)
		return 60;
	n = strtol(s, &end, 10);
	return *end == '\0' && n >= 1 && n <= RATE_MOST ? (int)n : -1;
}

/* Becomes readable when somebody asks to stop. */
static int
stop_signals(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int
serve(const struct options *o, const struct ping_site *site)
{
	CLEANUP_CLOSE int stop = stop_signals();
	CLEANUP_FREE char *why = NULL;
	struct server *s = NULL;
	int r = tokens_check(site->tokens, &why);

	if (r == 0)
		r = server_new(o->listen, site, &s, &why);
	if (r == 0 && stop < 0)
		r = stop;
	if (r == 0) {
		log_info("ready: listening on '%s', port %u", o->listen,
		    (unsigned)server_port(s));
		r = server_run(s, stop);
	}
	server_free(s);
	if (r < 0)
		log_error("%s", why ? why : strerror(-r));
	else
		log_info("stopped");
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

int
main(int argc, char *argv[])
{
	struct options o = { .listen = "127.0.0.1:8930",
		.socket = GW_RUNSTATEDIR "/gatewarden/control",
		.tokens = GW_SYSCONFDIR "/gatewarden/ping.tokens" };
	struct ping_site site;
	const char *place = NULL;
	int result;

	if (arguments_parse("gatewarden-web", option_table, argc, argv, &o,
	    &place, stderr) < 0 || place || rate_of(o.rate) < 0) {
		if (place || rate_of(o.rate) < 0)
			(void)fprintf(stderr, "gatewarden-web: '%s' won't "
			    "do\n", place ? place : o.rate);
		(void)fputs("'gatewarden-web --help' says what there is\n",
		    stderr);
		return EXIT_USAGE;
	}
	if (o.help) {
		usage(stdout);
		return EXIT_SUCCESS;
	}
	if (o.version) {
		(void)printf("gatewarden-web %s\n", PACKAGE_VERSION);
		return EXIT_SUCCESS;
	}
	(void)umask(077);
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	(void)signal(SIGPIPE, SIG_IGN);
	log_set_level(o.debug ? LOG_DEBUG : o.quiet ? LOG_WARNING :
	    LOG_INFO);
	site = (struct ping_site){ .socket = o.socket, .tokens = o.tokens,
		.rate = rate_new(BURST, rate_of(o.rate)) };
	result = serve(&o, &site);
	rate_free(site.rate);
	return result;
}
