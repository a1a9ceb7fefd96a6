/* SPDX-License-Identifier: BSD-2-Clause
 *
 * deployed.c -- what was deployed, against what has to be.
 *
 * Services and jobs of Cloud Run and functions describe themselves in three
 * forms that share little more than their names. Each is compared here with
 * the members of its group: the first difference is what it lacks. A service
 * whose traffic goes to "the latest ready revision" doesn't name it in its
 * traffic but beside it.
 *
 * Values of variables are shown where they differ: they were written down in
 * conf.d to be compared. Those that come from a secret have no value here and
 * count as not set.
 */
#include "lib/deployed.h"

static void
differs(struct wanted_thing *t, const char *what, const char *is,
    const char *has_to_be)
{
	buf_addf(&t->lacks, "has %s '", what);
	buf_add_line(&t->lacks, is, strlen(is), 200);
	buf_addf(&t->lacks, "', expected '%s'", has_to_be);
}

/*-------------------------------------------------------------- environment */

/* NULL: not set, or not by a plain value. */
static const char *
in_containers(const json_t *containers, const char *name, size_t len)
{
	const json_t *container, *v;
	size_t i, k;

	json_array_foreach(containers, i, container) {
		json_array_foreach(json_object_get(container, "env"), k, v) {
			const char *s = google_text(v, "name", "");

			if (strlen(s) == len && memcmp(s, name, len) == 0)
				return google_text(v, "value", NULL);
		}
	}
	return NULL;
}

static const char *
in_variables(const json_t *variables, const char *name, size_t len)
{
	char *key CLEANUP_FREE = strndup(name, len);

	return key ? google_text(variables, key, NULL) : NULL;
}

typedef const char *lookup(const json_t *, const char *name, size_t len);

/* Each "NAME=value" of the group. */
static void
check_env(const struct call *c, const struct wanted *w,
    struct wanted_thing *t, lookup *look_up, const json_t *where)
{
	uint32_t n = wanted_count(c, w, t, "env"), i;
	struct buf what CLEANUP_BUF = { 0 };

	for (i = 0; i < n && t->lacks.len == 0; i++) {
		const char *pair = wanted_item(c, w, t, "env", i);
		size_t len = strcspn(pair, "=");
		const char *is = look_up(where, pair, len);

		buf_clear(&what);
		buf_addf(&what, "the variable %.*s", (int)len, pair);
		if (is == NULL)
			buf_addf(&t->lacks, "lacks %s, expected '%s'",
			    buf_str(&what), pair + len + 1);
		else if (strcmp(is, pair + len + 1) != 0)
			differs(t, buf_str(&what), is, pair + len + 1);
	}
}

/*----------------------------------------------------------------- readiness */

/* Of a service or job, which share this part. */
static void
check_ready(struct wanted_thing *t, const json_t *j)
{
	const json_t *condition = json_object_get(j, "terminalCondition");
	const char *state = google_text(condition, "state", "no condition");
	const char *message = google_text(condition, "message", "");

	if (json_is_true(json_object_get(j, "reconciling"))) {
		buf_add(&t->lacks, "is being changed");
		return;
	}
	if (strcmp(state, "CONDITION_SUCCEEDED") == 0)
		return;
	buf_add(&t->lacks, "isn't ready: ");
	buf_add_line(&t->lacks, state, strlen(state), 60);
	if (*message) {
		buf_add(&t->lacks, ", ");
		buf_add_line(&t->lacks, message, strlen(message), 200);
	}
}

static void
check_image(const struct call *c, const struct wanted *w,
    struct wanted_thing *t, const json_t *containers)
{
	const char *has_to_be = wanted_text(c, w, t, "image");
	const char *is = google_text(json_array_get(containers, 0), "image",
	    "");

	if (has_to_be && t->lacks.len == 0 && strcmp(is, has_to_be) != 0)
		differs(t, "the image", is, has_to_be);
}

static void
check_traffic(struct wanted_thing *t, const json_t *j, const char *has_to_be)
{
	const char *ready = last_part(google_text(j, "latestReadyRevision",
	    ""));
	const json_t *list = json_object_get(j, "trafficStatuses"), *v;
	json_int_t all = 0, percent;
	size_t i;

	if (strcmp(has_to_be, "latest") == 0)
		has_to_be = last_part(google_text(j, "latestCreatedRevision",
		    "latest"));
	json_array_foreach(list, i, v) {
		const char *is = last_part(google_text(v, "revision", ready));

		percent = json_integer_value(json_object_get(v, "percent"));
		all += percent;
		if (percent > 0 && strcmp(*is ? is : ready, has_to_be) != 0) {
			buf_addf(&t->lacks, "serves %d %% from '",
			    (int)percent);
			buf_add_line(&t->lacks, *is ? is : ready,
			    strlen(*is ? is : ready), 100);
			buf_addf(&t->lacks, "', expected all from '%s'",
			    has_to_be);
			return;
		}
	}
	if (all == 0)
		buf_addf(&t->lacks, "serves nothing, expected '%s'",
		    has_to_be);
	else if (all != 100)
		buf_addf(&t->lacks, "serves %lld %% from '%s', and does not "
		    "say what serves the rest", (long long)all, has_to_be);
}

/*-------------------------------------------------------------------- kinds */

static void
check_service(const struct call *c, const struct wanted *w,
    struct wanted_thing *t, const json_t *j)
{
	const json_t *containers = json_object_get(json_object_get(j,
	    "template"), "containers");
	const char *revision = wanted_text(c, w, t, "revision");

	check_ready(t, j);
	if (revision && t->lacks.len == 0)
		check_traffic(t, j, revision);
	check_image(c, w, t, containers);
	check_env(c, w, t, in_containers, containers);
}

static void
check_job(const struct call *c, const struct wanted *w,
    struct wanted_thing *t, const json_t *j)
{
	const json_t *containers = json_object_get(json_object_get(
	    json_object_get(j, "template"), "template"), "containers");

	check_ready(t, j);
	check_image(c, w, t, containers);
	check_env(c, w, t, in_containers, containers);
}

static void
check_function(const struct call *c, const struct wanted *w,
    struct wanted_thing *t, const json_t *j)
{
	const json_t *config = json_object_get(j, "serviceConfig");
	const char *state = google_text(j, "state", "without a state");
	const char *message = google_text(json_array_get(json_object_get(j,
	    "stateMessages"), 0), "message", "");
	const char *revision = wanted_text(c, w, t, "revision");
	const char *is = last_part(google_text(config, "revision", ""));

	if (strcmp(state, "ACTIVE") != 0) {
		buf_add(&t->lacks, "is ");
		buf_add_line(&t->lacks, state, strlen(state), 60);
		buf_add(&t->lacks, ", expected ACTIVE");
		if (*message) {
			buf_add(&t->lacks, ": ");
			buf_add_line(&t->lacks, message, strlen(message),
			    200);
		}
		return;
	}
	if (revision && !json_is_true(json_object_get(config,
	    "allTrafficOnLatestRevision")))
		buf_add(&t->lacks, "doesn't serve all from its latest "
		    "revision");
	else if (revision && strcmp(revision, "latest") != 0 &&
	    strcmp(is, revision) != 0)
		differs(t, "the revision", is, revision);
	check_env(c, w, t, in_variables, json_object_get(config,
	    "environmentVariables"));
}

static const struct deployed_kind kinds[] = {
	{ "service", "https://run.googleapis.com", "services", true, true,
	  check_service },
	{ "job", "https://run.googleapis.com", "jobs", false, true,
	  check_job },
	{ "function", "https://cloudfunctions.googleapis.com", "functions",
	  true, false, check_function },
};

const struct deployed_kind *
deployed_kind(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

/* What a kind doesn't have can't be asked for. */
bool
deployed_check_group(const struct deployed_kind *k, const struct call *c,
    const struct wanted *w, const struct wanted_thing *t, struct buf *why)
{
	uint32_t n = wanted_count(c, w, t, "env"), i;

	if ((!k->has_revision && wanted_text(c, w, t, "revision")) ||
	    (!k->has_image && wanted_text(c, w, t, "image"))) {
		buf_addf(why, "'%s': a %s has no %s of its own", t->name,
		    k->name, k->has_revision ? "image" : "revision");
		return false;
	}
	for (i = 0; i < n; i++) {
		const char *s = wanted_item(c, w, t, "env", i);

		if (*s != '=' && strchr(s, '='))
			continue;
		buf_addf(why, "'%s': env: '%s' is no \"NAME=value\"",
		    t->name, s);
		return false;
	}
	return true;
}
