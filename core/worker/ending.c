/* SPDX-License-Identifier: BSD-2-Clause
 *
 * ending.c -- how a process comes to its end, and what is told about it.
 *
 *      quitting -> terminating -> killed -> sweeping -> gone
 *
 * It enters at any point: asked to quit in peace, at a deadline, killed for
 * a broken protocol, or having ended by itself. Each step has a timer to the
 * next. Signals go to the process group and to the process itself, which may
 * have left its group.
 *
 * A fault is told once the kernel has said how the process ended and what it
 * left behind is gone; so `done` means that nothing of the call runs any
 * more, and that its lock is free. A process that doesn't even end by KILL
 * (it hangs in the kernel) is told of after STUCK_MS and waited for ever.
 */
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "base/units.h"
#include "base/wire.h"
#include "worker/state.h"
#include "worker/sweep.h"

enum {
	STUCK_MS = 5000,        /* from KILL to giving up on it */
	SWEEP_MS = 5,           /* between rounds */
	SWEEPS_MAX = 400,       /* then its answer is given all the same */
	FREE_GRACE_MS = 500,    /* of pool_free */
	FREE_END_MS = 3000
};

/* It serves no more: makes room for another. */
static void
uncount(struct worker *w)
{
	if (!w->counted)
		return;
	w->counted = false;
	if (w->fresh) {
		w->pool->n_fresh--;
	} else {
		w->pool->n_pooled--;
		w->library->n_workers--;
	}
}

static void
signal_all(const struct worker *w, int sig)
{
	if (w->reaped)
		return;
	(void)kill(-w->process.pid, sig);
	(void)syscall(SYS_pidfd_send_signal, w->process.pidfd, sig, NULL, 0);
}

void
worker_quit(struct worker *w)
{
	if (w->state >= WORKER_QUITTING)
		return;
	w->state = WORKER_QUITTING;
	w->stage = STAGE_CLOSE;
	if (!w->fresh)
		uncount(w);
	(void)worker_send(w, "quit", json_object());
	worker_arm(w, w->pool->o.grace_ms);
}

void
worker_terminate(struct worker *w)
{
	if (w->state >= WORKER_TERMINATING)
		return;
	w->state = WORKER_TERMINATING;
	if (!w->fresh)
		uncount(w);
	signal_all(w, SIGTERM);
	worker_arm(w, w->pool->o.grace_ms);
}

void
worker_kill(struct worker *w, char *fault)
{
	if (w->fault == NULL)
		w->fault = fault;
	else
		free(fault);
	if (w->state >= WORKER_KILLED)
		return;
	w->state = WORKER_KILLED;
	w->killed = !w->reaped;
	if (!w->fresh)
		uncount(w);
	signal_all(w, SIGKILL);
	worker_arm(w, STUCK_MS);
}

/*----------------------------------------------------------- what is told */

static void
add_timeout(struct text *t, const struct worker *w)
{
	char buf[DURATION_TEXT];

	if (w->stage == STAGE_LOAD)
		text_add(t, "didn't greet in time");
	else
		text_addf(t, "no answer within %s",
		    duration_round(w->call->timeout_ms, buf));
	if (w->stage == STAGE_OPEN)
		text_add(t, " while it was opened");
	if (w->state == WORKER_STUCK)
		text_addf(t, "; still there %s after SIGKILL",
		    duration_round(STUCK_MS, buf));
	else if (w->late)
		text_add(t, "; it answered after SIGTERM, which is too late");
	else if (w->ending.signal == SIGKILL)
		text_add(t, "; ended with SIGKILL because it ignored "
		    "SIGTERM");
	else
		text_add(t, "; ended with SIGTERM");
}

/* Owned. */
static char *
fault_sentence(const struct worker *w)
{
	CLEANUP_TEXT struct text t = { 0 };
	CLEANUP_FREE char *why = NULL;

	if (w->timed_out) {
		add_timeout(&t, w);
	} else if (w->fault) {
		text_add(&t, w->fault);
	} else if (w->state == WORKER_STUCK) {
		text_add(&t, "doesn't end, not even after SIGKILL");
	} else {
		why = ending_sentence(&w->ending, w->stage,
		    clock_real_ms() - w->stage_at);
		text_add(&t, why);
		if (w->ending.signal == SIGKILL && !w->killed)
			text_add(&t, "; not by us, perhaps for want of "
			    "memory");
	}
	return masks_apply(&w->call->masks, text_str(&t), t.len, 0, NULL);
}

static void
charge(struct worker *w, const char *why)
{
	struct instance *in = w->call->instance;

	if (w->stage == STAGE_LOAD)
		library_failed(w->pool, w->library, why);
	if (w->stage == STAGE_LOAD || w->fresh)
		instance_note(in, why);
	else
		instance_faulted(w->pool, in, why, w->timed_out);
}

/* A plugin that cut a text short says so at its end; what stands before may
 * be a part of a secret. */
static char *
masked_text(const struct masks *m, const char *s, size_t len)
{
	static const char dots[] = "...";
	size_t n = sizeof dots - 1;
	struct text t = { 0 };
	char *shown CLEANUP_FREE = NULL;

	if (len < n || strcmp(s + len - n, dots) != 0)
		return masks_apply(m, s, len, 0, NULL);
	shown = masks_apply(m, s, len - n, CUT_AFTER, NULL);
	text_addf(&t, "%s%s", shown, dots);
	return text_take(&t);
}

static json_t *
masked(const struct masks *m, const json_t *j)
{
	CLEANUP_FREE char *s = NULL;
	const char *key;
	json_t *copy, *v;
	size_t i;

	if (json_is_string(j)) {
		s = masked_text(m, json_string_value(j),
		    json_string_length(j));
		return json_words(s);
	}
	if (!json_is_array(j) && !json_is_object(j))
		return json_incref((json_t *)(uintptr_t)j);
	copy = json_copy((json_t *)(uintptr_t)j);
	if (copy == NULL)
		abort();
	json_array_foreach(copy, i, v)
		(void)json_array_set_new(copy, i, masked(m, v));
	json_object_foreach(copy, key, v)
		(void)json_object_set_new(copy, key, masked(m, v));
	return copy;
}

/* Fills in status and sentence; *ret_result and *ret_why are owned. */
static void
judge(struct worker *w, struct call_reply *r, json_t **ret_result,
    char **ret_why)
{
	const struct masks *m = &w->call->masks;

	if (w->answered) {
		r->status = w->status;
		if (w->result)
			*ret_result = m->n > 0 ? masked(m, w->result) :
			    json_incref(w->result);
		if (w->why)
			*ret_why = masked_text(m, w->why, strlen(w->why));
	} else if (w->call->cancelled) {
		r->status = CALL_CANCELLED;
		*ret_why = strdup("cancelled");
	} else {
		r->status = CALL_FAULT;
		*ret_why = fault_sentence(w);
		charge(w, *ret_why);
	}
	if (r->status == CALL_ANSWERED)
		instance_answered(w->call->instance,
		    w->answered_at - w->call_at);
	r->result = *ret_result;
	r->fault = *ret_why;
}

void
worker_reply(struct worker *w)
{
	struct call_reply r = { .exit_code = -1 };
	CLEANUP_JSON json_t *result = NULL;
	CLEANUP_FREE char *why = NULL;
	CLEANUP_FREE char *output = NULL;
	struct call *c = w->call;

	if (c == NULL)
		return;
	worker_drain(w);
	r.begun = c->begun;
	if (w->reaped) {
		r.exit_code = w->ending.exit_code;
		r.signal = w->ending.signal;
	}
	r.elapsed_ms = (w->answered ? w->answered_at : clock_real_ms()) -
	    w->call_at;
	output = output_text(&w->output, &c->masks, &r.output_len);
	r.output = output;
	r.output_total = w->output.total;
	judge(w, &r, &result, &why);
	json_decref(w->result);
	w->result = NULL;
	free(TAKE(w->why));
	w->call = NULL;
	call_finish(c, &r);
}

/*------------------------------------------------------------------ ending */

static bool
is_ours(void *arg, pid_t pid)
{
	const struct pool *p = arg;
	const struct worker *w;
	size_t i;

	LIST_FOREACH(w, &p->workers, link)
		if (!w->reaped && w->process.pid == pid)
			return true;
	for (i = 0; i < p->n_strangers; i++)
		if (p->strangers[i] == pid)
			return true;
	return false;
}

void
worker_reaped(struct worker *w)
{
	bool stuck = w->state == WORKER_STUCK;

	if (w->state < WORKER_SWEEPING)
		worker_drain_link(w);
	uncount(w);
	if (w->lost && w->state >= WORKER_TERMINATING && w->fault == NULL &&
	    !w->timed_out && w->call)
		w->fault = ending_sentence(&(struct ending){ .exit_code =
		    WIRE_LOST_EXIT }, w->stage, 0);
	w->state = stuck ? WORKER_STUCK : WORKER_SWEEPING;
	worker_swept(w);
}

void
worker_swept(struct worker *w)
{
	struct pool *p = w->pool;

	if (sweep_children(is_ours, p) > 0 && w->sweeps++ < SWEEPS_MAX) {
		worker_arm(w, SWEEP_MS);
		return;
	}
	worker_reply(w);
	worker_free(w);
	pool_kick(p);
}

void
worker_stuck(struct worker *w)
{
	w->state = WORKER_STUCK;
	uncount(w);
	worker_reply(w);
	pool_kick(w->pool);
}

/*--------------------------------------------------------------- pool_free */

static size_t
reap_all(struct pool *p)
{
	struct worker *w;
	size_t alive = 0;

	LIST_FOREACH(w, &p->workers, link) {
		if (!w->reaped)
			w->reaped = ending_wait(w->process.pidfd,
			    &w->ending) != 0;
		alive += !w->reaped;
	}
	return alive;
}

static void
wait_all(struct pool *p, int64_t ms)
{
	int64_t until = clock_real_ms() + ms;

	while (reap_all(p) > 0 && clock_real_ms() < until)
		(void)poll(NULL, 0, SWEEP_MS);
}

void
workers_end(struct pool *p)
{
	int64_t until = clock_real_ms() + FREE_END_MS;
	struct worker *w;

	LIST_FOREACH(w, &p->workers, link)
		signal_all(w, SIGTERM);
	wait_all(p, FREE_GRACE_MS);
	LIST_FOREACH(w, &p->workers, link)
		signal_all(w, SIGKILL);
	wait_all(p, FREE_END_MS);
	while (sweep_children(is_ours, p) > 0 && clock_real_ms() < until)
		(void)poll(NULL, 0, SWEEP_MS);
	while ((w = LIST_FIRST(&p->workers)) != NULL) {
		w->call = NULL;
		worker_free(w);
	}
}
