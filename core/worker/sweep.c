/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sweep.c -- ending what escaped from a worker.
 *
 * A plugin that forks twice and calls setsid has left its process group. It
 * can't leave its family: a gatewarden-host is a subreaper for all below it
 * and can't give that up, and this process is one for its hosts. So as long
 * as a host lives, whatever escaped is its descendant and not our child;
 * when it ends, all of it becomes our children at once. A child that is no
 * worker therefore comes from a worker that has ended, whatever it did to
 * its environment, session or descriptors, and nothing has to be guessed.
 *
 * Children are read from /proc/self/task/TID/children; a kernel without that
 * file costs a walk through /proc. Killing one may hand us its children, so
 * it goes on until a round finds nobody. The caller paces the rounds.
 */
#include "worker/sweep.h"

#include <ctype.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"

enum { ROUNDS_MAX = 16 };

struct sweep {
	bool (*is_ours)(void *arg, pid_t);
	void *arg;
	size_t found, left;
};

struct walk {
	void (*fn)(void *arg, pid_t);
	void *arg;
};

static void
cleanup_dir(DIR **d)
{
	if (*d)
		(void)closedir(*d);
}

static bool
walk_file(const struct walk *w, const char *path)
{
	CLEANUP_FCLOSE FILE *f = fopen(path, "re");
	int pid;

	if (f == NULL)
		return false;
	while (fscanf(f, "%d", &pid) == 1)
		w->fn(w->arg, pid);
	return true;
}

/* Of each thread: a child belongs to the thread that made it. Returns false
 * when the kernel doesn't say. */
static bool
walk_tasks(const struct walk *w)
{
	CLEANUP(cleanup_dir) DIR *d = opendir("/proc/self/task");
	char path[64];
	struct dirent *e;
	bool any = false;

	while (d && (e = readdir(d)) != NULL) {
		if (!isdigit((unsigned char)e->d_name[0]))
			continue;
		(void)snprintf(path, sizeof path,
		    "/proc/self/task/%.16s/children", e->d_name);
		any |= walk_file(w, path);
	}
	return any;
}

static pid_t
parent_of(const char *pid)
{
	char path[64], line[512], *p;
	CLEANUP_FCLOSE FILE *f = NULL;
	int parent;

	(void)snprintf(path, sizeof path, "/proc/%.16s/stat", pid);
	f = fopen(path, "re");
	if (f == NULL || fgets(line, sizeof line, f) == NULL)
		return -1;
	p = strrchr(line, ')');
	return p && sscanf(p, ") %*c %d", &parent) == 1 ? parent : -1;
}

static void
walk_proc(const struct walk *w)
{
	CLEANUP(cleanup_dir) DIR *d = opendir("/proc");
	struct dirent *e;

	while (d && (e = readdir(d)) != NULL)
		if (isdigit((unsigned char)e->d_name[0]) &&
		    parent_of(e->d_name) == getpid())
			w->fn(w->arg, (pid_t)atoi(e->d_name));
}

void
children_each(void (*fn)(void *arg, pid_t), void *arg)
{
	struct walk w = { fn, arg };

	if (!walk_tasks(&w))
		walk_proc(&w);
}

static void
end_child(void *arg, pid_t pid)
{
	struct sweep *s = arg;
	siginfo_t si = { 0 };

	if (s->is_ours(s->arg, pid))
		return;
	s->found++;
	(void)kill(pid, SIGKILL);
	if (waitid(P_PID, (id_t)pid, &si, WEXITED | WNOHANG) == 0 &&
	    si.si_pid == 0)
		s->left++;
}

size_t
sweep_children(bool (*is_ours)(void *arg, pid_t), void *arg)
{
	struct sweep s = { .is_ours = is_ours, .arg = arg };
	int i;

	for (i = 0; i < ROUNDS_MAX; i++) {
		s.found = s.left = 0;
		children_each(end_child, &s);
		if (s.found == 0 || s.found == s.left)
			break;
	}
	return s.left;
}
