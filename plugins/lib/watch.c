/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch.c -- somebody who stops what blocks, once a call has no time left.
 *
 * A thread that looks at the clock and at nothing else. Signals are the main
 * thread's: the host's wish to stop must reach what polls there. `stop` and
 * the end of the watch exclude each other, so that what is stopped is still
 * there.
 */
#include "lib/watch.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

enum { LOOK_MS = 100 };

struct watch {
	const struct call *call;
	void (*stop)(void *arg);
	void *arg;
	pthread_t thread;
	pthread_mutex_t lock;   /* of `over`, and while `stop` runs */
	pthread_cond_t changed;
	bool over;
};

static void
wait_a_little(struct watch *w)
{
	struct timespec t;
	int64_t left = call_left(w->call), ns;

	left = left > 0 && left < LOOK_MS ? left : LOOK_MS;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	ns = t.tv_nsec + left * 1000000;
	t.tv_sec += ns / 1000000000;
	t.tv_nsec = ns % 1000000000;
	(void)pthread_cond_timedwait(&w->changed, &w->lock, &t);
}

static void *
look(void *arg)
{
	struct watch *w = arg;

	(void)pthread_mutex_lock(&w->lock);
	while (!w->over) {
		wait_a_little(w);
		if (!w->over && call_left(w->call) == 0)
			w->stop(w->arg);
	}
	(void)pthread_mutex_unlock(&w->lock);
	return NULL;
}

struct watch *
watch_begin(const struct call *c, void (*stop)(void *arg), void *arg)
{
	struct watch *w = mem_new(1, sizeof *w);
	pthread_condattr_t monotonic;
	sigset_t all, before;

	w->call = c;
	w->stop = stop;
	w->arg = arg;
	(void)pthread_mutex_init(&w->lock, NULL);
	(void)pthread_condattr_init(&monotonic);
	(void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&w->changed, &monotonic);
	(void)pthread_condattr_destroy(&monotonic);
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	if (pthread_create(&w->thread, NULL, look, w) != 0)
		abort();
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return w;
}

void
watch_end(struct watch *w)
{
	(void)pthread_mutex_lock(&w->lock);
	w->over = true;
	(void)pthread_cond_signal(&w->changed);
	(void)pthread_mutex_unlock(&w->lock);
	(void)pthread_join(w->thread, NULL);
	(void)pthread_cond_destroy(&w->changed);
	(void)pthread_mutex_destroy(&w->lock);
	free(w);
}
