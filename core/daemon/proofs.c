/* SPDX-License-Identifier: BSD-2-Clause
 *
 * proofs.c -- what gatewarden-prove finds about a configuration's rules.
 *
 * To prove a rule, gates are run, and no gate's code is in the daemon's
 * program. So --check asks a program of its own, which lies beside the host
 * (or in the build tree, one directory further), and reads its JSON. Its
 * findings are warnings: the configuration could be started as it is.
 *
 * What reading the configuration has said already is left out. The prover's
 * time is bounded; one that fails is a warning, never silence.
 */
#include "config.h"

#include "daemon/proofs.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/run.h"
#include "base/text.h"

enum { PROVE_MS = 120000, OUTPUT_MAX = 64 << 20, ARGUMENTS = 16 };

/* Beside the host, or where it was built. Owned. */
static char *
find_prover(const struct finder *finder)
{
	static const char *const places[] = { "gatewarden-prove",
		"../prove/gatewarden-prove" };
	const char *host = finder_host_path(finder);
	const char *slash = strrchr(host, '/');
	CLEANUP_TEXT struct text t = { 0 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		text_clear(&t);
		text_addf(&t, "%.*s/%s", slash ? (int)(slash - host) : 1,
		    slash ? host : ".", places[i]);
		if (access(text_str(&t), X_OK) == 0)
			return text_take(&t);
	}
	text_clear(&t);
	text_add(&t, GW_LIBEXECDIR "/gatewarden-prove");
	return text_take(&t);
}

static void
add_option(const char **argv, size_t *n, const char *option,
    const char *value)
{
	if (value == NULL)
		return;
	argv[(*n)++] = option;
	argv[(*n)++] = value;
}

static void
add_findings(const json_t *all, struct diag *d)
{
	const json_t *list = json_object_get(all, "rules"), *o;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, o)
		if (strcmp(json_text(o, "state", ""), "finding") == 0 &&
		    !json_flag(o, "told", false))
			diag_warning(d, json_text(o, "file", NULL),
			    (int)json_int(o, "line", 0), "%s: %s",
			    json_text(o, "rule", "?"),
			    json_text(o, "why", "?"));
}

void
proofs_add(const struct options *o, const struct finder *finder,
    struct diag *d)
{
	CLEANUP_FREE char *prover = find_prover(finder);
	const char *argv[ARGUMENTS] = { prover, "--json" };
	CLEANUP_TEXT struct text t = { 0 };
	CLEANUP_JSON json_t *all = NULL;
	size_t n = 2;
	int status, r;

	add_option(argv, &n, "--config", o->config);
	add_option(argv, &n, "--facts", o->facts);
	add_option(argv, &n, "--scenario", o->scenario);
	add_option(argv, &n, "--plugin-dir", finder_plugin_dir(finder));
	add_option(argv, &n, "--host", finder_host_path(finder));
	argv[n] = NULL;
	r = run_output(argv, PROVE_MS, OUTPUT_MAX, &t, &status);
	if (t.len > 0)
		all = json_loadb(text_str(&t), t.len, 0, NULL);
	if (all)
		add_findings(all, d);
	else
		diag_warning(d, o->config, 0, "its rules have not been "
		    "proven: %s %s", prover, r < 0 ? strerror(-r) :
		    WIFSIGNALED(status) ? "was killed" :
		    "has ended without a result");
}
