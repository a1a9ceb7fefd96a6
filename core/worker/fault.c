/* SPDX-License-Identifier: BSD-2-Clause
 *
 * fault.c -- sentences about processes that ended.
 *
 * The end of a link is a symptom; the kernel knows the cause, and it is the
 * kernel's word that is put here. Sentences are lower case and say what the
 * plugin did, to be read after "worker fault: ".
 */
#include "config.h" /* sigabbrev_np */

#include "worker/fault.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "base/text.h"
#include "base/units.h"
#include "base/wire.h"

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

enum { SHOWN_MAX = 60 };

static const char *
stage_words(enum stage stage)
{
	static const char *const words[] = {
		[STAGE_LOAD] = "while it was loaded",
		[STAGE_OPEN] = "while it was opened",
		[STAGE_CALL] = "in the middle of a call",
		[STAGE_IDLE] = "between two calls",
		[STAGE_CLOSE] = "while it was closed" };

	return words[stage];
}

int
ending_wait(int pidfd, struct ending *ret)
{
	siginfo_t si = { 0 };

	if (waitid((idtype_t)P_PIDFD, (id_t)pidfd, &si,
	    WEXITED | WNOHANG) < 0)
		return -errno;
	if (si.si_pid == 0)
		return 0;
	*ret = (struct ending){ -1, 0 };
	if (si.si_code == CLD_EXITED)
		ret->exit_code = si.si_status;
	else
		ret->signal = si.si_status;
	return 1;
}

char *
ending_sentence(const struct ending *e, enum stage stage, int64_t after_ms)
{
	struct text t = { 0 };
	char buf[DURATION_TEXT];
	const char *name;

	if (e->signal == 0 && e->exit_code == WIRE_LOST_EXIT) {
		text_addf(&t, "closed its link to the daemon %s",
		    stage_words(stage));
	} else if (e->signal == 0) {
		text_addf(&t, "exited with status %d %s", e->exit_code,
		    stage_words(stage));
	} else {
		name = sigabbrev_np(e->signal);
		text_addf(&t, "killed by signal %d (SIG%s) after %s",
		    e->signal, name ? name : "?",
		    duration_round(after_ms, buf));
		if (stage != STAGE_CALL)
			text_addf(&t, ", %s", stage_words(stage));
	}
	return text_take(&t);
}

char *
packet_sentence(const char *bytes, size_t len, int error)
{
	struct text t = { 0 };

	if (error == -EMSGSIZE) {
		text_addf(&t, "sent %zu bytes, more than the %d that a packet "
		    "may have", len, WIRE_MAX);
	} else if (error < 0) {
		text_addf(&t, "can't be read from (%s)", strerror(-error));
	} else {
		text_add(&t, "sent a packet that isn't ours: ");
		text_add_clean(&t, bytes, len < SHOWN_MAX ? len : SHOWN_MAX);
		if (len > SHOWN_MAX)
			text_add(&t, "...");
	}
	return text_take(&t);
}
