/* SPDX-License-Identifier: BSD-2-Clause
 *
 * incident-help.c -- see incident-help.h.
 */
#include "incident-help.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { A_DAY = 9 };     /* games */

struct world *
incident_world(void)
{
	struct world *w = world_nba();
	int32_t i;

	w->pipeline.watch_days = 5;
	w->unsaid[GAMES] = w->expected = A_DAY;
	for (i = 0; i < NBA_CHECKS; i++) {
		w->checks[i].target = "warehouse";
		w->checks[i].every_ms = 20 * MINUTE;
	}
	w->phases[ANALYTICS].due = w->phases[PUBLISH].due =
	    (struct due){ .kind = DUE_NONE };
	w->phases[PREDICT].start = w->phases[PUBLISH].start = NONE;
	return w;
}

int
incident_setup(void **state)
{
	*state = incident_world();
	return 0;
}

void
reads(struct world *w, int32_t check, struct date date, int64_t at,
    double value)
{
	if (isnan(value))
		world_untold(w, check, date, at, false);
	else
		world_fact(w, check, date, at, value,
		    w->checks[check].limits.fail_below.kind ==
		    LIMIT_PERCENT ? A_DAY : NAN);
}

void
whole(struct world *w, struct date date, int64_t at)
{
	int32_t i;

	for (i = BOX_SCORES; i < NBA_CHECKS; i++)
		reads(w, i, date, at, A_DAY);
}

void
analysed(struct world *w, struct date date, int64_t at)
{
	reads(w, BOX_SCORES, date, at, A_DAY);
	reads(w, PLAYER_SUMMARY, date, at, A_DAY);
	reads(w, TEAM_DEFENSE, date, at, A_DAY);
}

void
whole_week(struct world *w, int32_t but)
{
	int32_t n;

	for (n = 8; n <= 20; n++)
		if (n != but)
			whole(w, january(n), jan(n + 1, 4, 0));
}

static void
brings_pdc(struct world *w, const struct world_start *s, struct event *ended)
{
	(void)ended;
	reads(w, PDC, s->date, w->now.wall, A_DAY);
}

void
the_sixteenth(struct world *w)
{
	whole_week(w, 16);
	analysed(w, january(16), jan(17, 4, 0));
	reads(w, PSZA, january(16), jan(17, 4, 0), A_DAY);
	reads(w, MLFS, january(16), jan(17, 4, 0), A_DAY);
	reads(w, TDZA, january(16), jan(17, 4, 0), A_DAY);
	reads(w, PREDICTED, january(16), jan(17, 11, 50), A_DAY);
	w->act[PROCESS_DATE] = brings_pdc;
}

void
expect(const struct world *w, enum root_kind kind, int32_t root,
    struct date date, int32_t n, enum notice_kind said,
    enum severity severity, int64_t at)
{
	const struct world_told *t = world_told(w, kind, root, date, n);

	assert_non_null(t);
	assert_string_equal(notice_kind_name(t->kind),
	    notice_kind_name(said));
	assert_string_equal(severity_name(t->severity),
	    severity_name(severity));
	assert_in_range(t->at, at, at + 20 * MINUTE);
}
