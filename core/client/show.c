/* SPDX-License-Identifier: BSD-2-Clause
 *
 * show.c -- which screen belongs to which verb.
 *
 * A verb of the table without a screen is a mistake of this program, found
 * by the first test that walks the table.
 */
#include "client/show.h"

#include <assert.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"

static const struct {
	const char *verb;
	show_fn *fn;
} screens[] = {
	{ "status", show_status }, { "explain", show_explain },
	{ "incident", show_story }, { "coverage", show_coverage },
	{ "events", show_events }, { "incidents", show_incidents },
	{ "phases", show_phases }, { "checks", show_checks },
	{ "gates", show_gates }, { "plugins", show_plugins },
	{ "due", show_due }, { "report", show_report },
	{ "metric", show_metric }, { "metric why", show_metric },
	{ "log", show_log },
	{ "check run", show_check_run }, { "recheck", show_recheck },
	{ "gate wait", show_gate_wait }, { "signal", show_signal },
	{ "run", show_run }, { "recover", show_recover },
	{ "reopen", show_reopen }, { "cancel", show_cancel },
	{ "resolve", show_resolve },
	{ "waive", show_waive },
	{ "backfill plan", show_backfill_plan },
	{ "backfill start", show_backfill_start },
	{ "backfill status", show_backfill_status },
	{ "backfill pause", show_backfill_turn },
	{ "backfill resume", show_backfill_turn },
	{ "backfill cancel", show_backfill_turn },
	{ "ack", show_ack }, { "hold", show_hold },
	{ "release", show_release }, { "override", show_override },
	{ "undo", show_undo }, { "reload", show_reload },
	{ "silence", show_silence }, { "silences", show_silences },
	{ "notify explain", show_notify_explain },
	{ "why-quiet", show_why_quiet }, { "routes", show_routes },
	{ "journal check", show_journal_check },
	{ "notify test", show_notify_test }, { "verify", show_verify },
	{ "doctor", show_doctor },
	{ "shutdown", show_shutdown }
};

int
show(struct out *o, const struct verb *v, const json_t *result,
    const json_t *params)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(screens); i++)
		if (strcmp(screens[i].verb, v->name) == 0)
			return json_flag(result, "dry_run", false) ?
			    show_dry(o, screens[i].fn, result, params) :
			    screens[i].fn(o, result, params);
	assert(!"a verb of the table has no screen");
	return EXIT_SERVER;
}

int
exit_of_verdict(const char *verdict, int fallback)
{
	static const struct {
		const char *verdict;
		enum exit_code code;
	} codes[] = {
		{ "open", EXIT_OPEN }, { "degraded", EXIT_DEGRADED },
		{ "waiting", EXIT_WAITING }, { "blocked", EXIT_BLOCKED },
		{ "unknown", EXIT_UNKNOWN }
	};
	size_t i;

	for (i = 0; verdict && i < ARRAY_SIZE(codes); i++)
		if (strcmp(codes[i].verdict, verdict) == 0)
			return (int)codes[i].code;
	return fallback;
}
