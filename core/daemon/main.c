/* SPDX-License-Identifier: BSD-2-Clause
 *
 * main.c -- gatewardend, from its command line to its exit status.
 *
 * Prepares the process before anything of the configuration is read: files
 * that it makes are its own, its memory (secrets pass through it) is not
 * for others to read or to be dumped, nothing that it inherited leaks into
 * workers. It then is the supervisor's until that has ended.
 */
#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "daemon/check.h"
#include "daemon/options.h"
#include "daemon/supervisor.h"
#include "daemon/verify_main.h"

enum { EXIT_USAGE = 2 };

/* Descriptors 0 to 2 must be something, or the journal becomes one. */
static void
hold_standard_files(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		(void)close(fd);
}

static void
close_on_exec_from(int first)
{
	long max = sysconf(_SC_OPEN_MAX);
	int fd;

	if (close_range((unsigned int)first, ~0u, CLOSE_RANGE_CLOEXEC) == 0)
		return;
	for (fd = first; fd < max && fd < 65536; fd++)
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
}

static void
harden(void)
{
	sigset_t none;

	hold_standard_files();
	close_on_exec_from(STDERR_FILENO + 1);
	(void)umask(077);
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN); /* a write that fails is enough */
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
}

static int
supervise(const struct options *o)
{
	const struct supervisor_options so = {
		.config = o->config, .state_dir = o->state_dir,
		.socket = o->socket, .plugin_dir = o->plugin_dir,
		.host_path = o->host, .dry_run = o->dry_run,
	};
	struct supervisor *s = NULL;
	int r = supervisor_new(&so, &s);
	bool began = r == 0;

	if (began)
		r = supervisor_run(s);
	supervisor_free(s);
	if (r == 0)
		log_info("stopped");
	else
		log_error(began ? "ended after a fault" : "not started");
	return r == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
main(int argc, char *argv[])
{
	struct options o;

	if (options_parse(argc, argv, &o, stderr) < 0) {
		(void)fprintf(stderr, "'gatewardend --help' says what there "
		    "is\n");
		return EXIT_USAGE;
	}
	if (o.help) {
		options_usage(stdout);
		return EXIT_SUCCESS;
	}
	if (o.version) {
		(void)printf("gatewardend %s\n", PACKAGE_VERSION);
		return EXIT_SUCCESS;
	}
	harden();
	log_set_level(o.debug ? LOG_DEBUG : o.quiet ? LOG_WARNING :
	    LOG_INFO);
	return o.check ? check_main(&o) : o.verify ? verify_main(&o) :
	    supervise(&o);
}
