/* SPDX-License-Identifier: BSD-2-Clause
 *
 * confine.c -- confinement, in the order in which it has to be done.
 *
 * User first (it clears the death signal), then limits, then no_new_privs,
 * which the last two need. Each step is fatal when it fails, except the
 * landlock scope, which older kernels don't have.
 *
 * This bounds accidents and casual mischief of a plugin: it can't outlive
 * the daemon, trace, mount, load modules, or signal the daemon. It is no
 * jail: a plugin may read files, open sockets and run programs, which is
 * what plugins are for; give workers a user of their own for more.
 *
 * The process is a subreaper: what escapes by double fork stays below it,
 * and falls to the daemon in one piece when it ends.
 */
#include "config.h" /* GW_SANITIZERS, setresuid */

#include "host/confine.h"

#include <errno.h>
#include <grp.h>
#include <linux/landlock.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"

enum { FILES_MAX = 1024, LANDLOCK_ABI_SCOPES = 6 };
#define MEMORY_MAX ((rlim_t)4 << 30)

static int
become(const char *user)
{
	const struct passwd *pw;

	errno = 0;
	pw = getpwnam(user);
	if (pw == NULL)
		return errno ? -errno : -ENOENT;
	if (initgroups(user, pw->pw_gid) < 0 ||
	    setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) < 0 ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) < 0)
		return -errno;
	if (pw->pw_uid != 0 && setuid(0) == 0)
		return -EPERM;
	return 0;
}

/* Ends with the daemon. */
static int
bind_life(pid_t parent)
{
	if (parent == 0)
		return 0;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return -errno;
	return getppid() == parent ? 0 : -ESRCH;
}

static int
limit(__rlimit_resource_t what, rlim_t max)
{
	struct rlimit l;

	if (getrlimit(what, &l) < 0)
		return -errno;
	if (l.rlim_max != RLIM_INFINITY && l.rlim_max < max)
		max = l.rlim_max;
	l.rlim_cur = l.rlim_max = max;
	return setrlimit(what, &l) < 0 ? -errno : 0;
}

static int
limits(bool bounded)
{
	int r = limit(RLIMIT_CORE, 0);

	if (r == 0)
		r = limit(RLIMIT_NOFILE, FILES_MAX);
#ifndef GW_SANITIZERS   /* which reserve terabytes */
	if (r == 0 && bounded)
		r = limit(RLIMIT_AS, MEMORY_MAX);
#else
	(void)bounded;
#endif
	return r;
}

/* Signals only to its own processes. Best effort. The kernel's struct is
 * declared here because the header may be older than the kernel. */
static void
scope_signals(void)
{
	struct { __u64 fs, net, scoped; } rules = { .scoped = 1u << 1 };
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
	CLEANUP_CLOSE int fd = -1;

	if (abi < LANDLOCK_ABI_SCOPES)
		return;
	fd = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof rules,
	    0);
	if (fd >= 0)
		(void)syscall(SYS_landlock_restrict_self, fd, 0);
}

int
confine(const struct confinement *c, const char **ret_what)
{
	int r = 0;

	*ret_what = "user";
	if (c->user && (r = become(c->user)) < 0)
		return r;
	*ret_what = "parent";
	if ((r = bind_life(c->parent)) < 0)
		return r;
	*ret_what = "limits";
	if ((r = limits(c->bounded)) < 0)
		return r;
	*ret_what = "prctl";
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	if (c->reads_only)
		scope_signals();
	*ret_what = "seccomp";
	return filter_install(c->parent);
}
