/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cloud.c -- a project of Google Cloud, as the checks of its parts ask it.
 *
 * What all of them do alike: whose project it is, how paths are put together,
 * and how a sentence says what was asked. Whatever goes wrong is "could not
 * tell" for a check, be it a missing right, an API that isn't enabled, a
 * quota or an answer that ends in the middle. Only a whole list, with all its
 * pages, says that something isn't there.
 */
#include "lib/cloud.h"

#include "lib/instant.h"
#include "lib/template.h"

bool
cloud_open_without_project(struct cloud *k, const struct gw_host *host,
    struct gw_ctx *ctx, const char *endpoint, struct buf *why)
{
	*k = (struct cloud){ .host = host };
	k->google = google_new(host, ctx, "", endpoint, why);
	return k->google != NULL;
}

bool
cloud_open(struct cloud *k, const struct gw_host *host, struct gw_ctx *ctx,
    const char *endpoint, struct buf *why)
{
	const char *project = host->text(ctx, "project");

	if ((project && !cloud_check_name(host, ctx, "project", why)) ||
	    !cloud_open_without_project(k, host, ctx, endpoint, why))
		return false;
	if (project == NULL)
		project = google_tokens_project(google_tokens(k->google));
	if (project == NULL) {
		buf_add(why, "project is missing, and the credentials don't "
		    "name one");
		return false;
	}
	k->project = mem_copy(project);
	return true;
}

void
cloud_close(struct cloud *k)
{
	google_free(k->google);
	free(k->project);
	*k = (struct cloud){ 0 };
}

void
path_add(struct buf *b, const char *literal, const char *value)
{
	buf_add(b, literal);
	template_add_encoded(b, value);
}

void
path_add_name(struct buf *b, const char *literal, const char *name)
{
	size_t len;

	buf_add(b, literal);
	for (; *name; name += len + (name[len] == '/')) {
		char *part CLEANUP_FREE = NULL;

		len = strcspn(name, "/");
		part = strndup(name, len);
		if (part == NULL)
			abort();
		template_add_encoded(b, part);
		if (name[len] == '/')
			buf_add(b, "/");
	}
}

bool
cloud_list(const struct call *c, struct cloud *k, const char *path,
    const char *member, google_item *item, void *arg, const char *what,
    struct google_error *ret, struct buf *why)
{
	struct buf reason CLEANUP_BUF = { 0 };

	if (google_list(c, k->google, path, member, item, arg, ret, &reason))
		return true;
	buf_addf(why, "%s: %s", what, buf_str(&reason));
	return false;
}

bool
cloud_check_name(const struct gw_host *host, struct gw_ctx *ctx,
    const char *option, struct buf *why)
{
	const char *s = option_or(host, ctx, option, "");

	if (*s && strchr(s, '/') == NULL)
		return true;
	buf_addf(why, "%s: '%s' is no name; expected one without a slash",
	    option, s);
	return false;
}

bool
cloud_instant(const json_t *j, const char *key, int64_t *ret)
{
	const char *s = google_text(j, key, "");

	return *s && instant_read(s, ret);
}
