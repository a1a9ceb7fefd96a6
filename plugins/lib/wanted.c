/* SPDX-License-Identifier: BSD-2-Clause
 *
 * wanted.c -- things that have to be there, and what is wrong with each.
 *
 * A manifest that is held against what exists: the jobs of a scheduler, the
 * services of a region, the APIs of a project. The value is how many of the
 * wanted ones are there and as they have to be; the rest are missing items by
 * their bare names, so that an action can be given them, and why is evidence
 * under the name. What is listed twice counts once.
 *
 * That nobody wants a thing is a difference, too, but most projects hold more
 * than one pipeline: only names that the option `undeclared` asks about are
 * extra. Only after a whole list has been read may it be told: half a list
 * would be things missing.
 */
#include "lib/wanted.h"

#include <fnmatch.h>
#include <stdio.h>

#include "lib/template.h"

enum { REASONS_SHOWN = 5, MEMBER = 128 };

const char *
last_part(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
}

static const char *
group_member(char path[MEMBER], const char *groups, int i, const char *member)
{
	(void)snprintf(path, MEMBER, "%s.%d.%s", groups, i, member);
	return path;
}

struct wanted_thing *
wanted_find(const struct wanted *w, const char *name)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (strcmp(w->v[i].name, name) == 0)
			return &w->v[i];
	return NULL;
}

static void
add(struct wanted *w, const char *name, int group)
{
	w->v = mem_grow(w->v, w->n + 1, sizeof *w->v);
	w->v[w->n++] = (struct wanted_thing){ .name = mem_copy(name),
		.group = group };
}

static void
read_options(const struct gw_host *host, struct gw_ctx *ctx, struct wanted *w)
{
	uint32_t n = w->names ? host->count(ctx, w->names) : 0, i;
	char path[MEMBER];
	const char *name;

	for (i = 0; i < n; i++)
		add(w, host->item(ctx, w->names, i), -1);
	n = w->groups ? host->count(ctx, w->groups) : 0;
	for (i = 0; i < n; i++) {
		name = host->text(ctx, group_member(path, w->groups, (int)i,
		    "name"));
		add(w, name ? name : "", (int)i);
	}
}

bool
wanted_check(const struct gw_host *host, struct gw_ctx *ctx,
    const char *names, const char *groups, struct buf *why)
{
	struct wanted w CLEANUP_WANTED = { .names = names, .groups = groups };
	size_t i;

	read_options(host, ctx, &w);
	if (w.n == 0) {
		buf_addf(why, "%s%s%s: expected one name at least",
		    names ? names : "", names && groups ? ", " : "",
		    groups ? groups : "");
		return false;
	}
	for (i = 0; i < w.n; i++) {
		if (*w.v[i].name != '\0' &&
		    wanted_find(&w, w.v[i].name) == &w.v[i])
			continue;
		if (*w.v[i].name == '\0')
			buf_addf(why, "%s: a name is empty",
			    w.v[i].group < 0 ? names : groups);
		else
			buf_addf(why, "'%s' is named twice", w.v[i].name);
		return false;
	}
	return true;
}

void
wanted_read(const struct call *c, const char *names, const char *groups,
    struct wanted *ret)
{
	*ret = (struct wanted){ .names = names, .groups = groups,
		.absent = "does not exist" };
	read_options(c->host, c->ctx, ret);
}

bool
wanted_check_templates(const struct gw_host *host, struct gw_ctx *ctx,
    const char *names, struct buf *why)
{
	uint32_t n = host->count(ctx, names), i;

	for (i = 0; i < n; i++)
		if (!template_check(GW_CHECK, names, host->item(ctx, names,
		    i), why))
			return false;
	return true;
}

bool
wanted_expand(const struct call *c, struct wanted *w, struct buf *why)
{
	size_t i;

	for (i = 0; i < w->n; i++) {
		struct buf name CLEANUP_BUF = { 0 };

		if (!template_expand(c, w->v[i].name, TEMPLATE_RAW, &name,
		    why))
			return false;
		free(w->v[i].name);
		w->v[i].name = mem_copy(buf_str(&name));
	}
	return true;
}

void
wanted_free(struct wanted *w)
{
	size_t i;

	for (i = 0; i < w->n; i++) {
		free(w->v[i].name);
		buf_free(&w->v[i].lacks);
	}
	free(w->v);
	strings_free(w->extra);
	*w = (struct wanted){ 0 };
}

struct wanted_thing *
wanted_met_exactly(const struct call *c, struct wanted *w, const char *name)
{
	uint32_t n = c->host->count(c->ctx, "undeclared"), i;
	struct wanted_thing *t = wanted_find(w, name);

	if (t) {
		t->met = true;
		buf_clear(&t->lacks);
		return t;
	}
	for (i = 0; i < n; i++)
		if (fnmatch(c->host->item(c->ctx, "undeclared", i),
		    name, 0) == 0) {
			strings_add(&w->extra, &w->n_extra, name);
			return NULL;
		}
	return NULL;
}

struct wanted_thing *
wanted_met(const struct call *c, struct wanted *w, const char *name)
{
	return wanted_met_exactly(c, w, last_part(name));
}

const char *
wanted_text(const struct call *c, const struct wanted *w,
    const struct wanted_thing *t, const char *member)
{
	char path[MEMBER];

	return t->group < 0 ? NULL : c->host->text(c->ctx,
	    group_member(path, w->groups, t->group, member));
}

int64_t
wanted_integer(const struct call *c, const struct wanted *w,
    const struct wanted_thing *t, const char *member)
{
	char path[MEMBER];

	return t->group < 0 ? 0 : c->host->integer(c->ctx,
	    group_member(path, w->groups, t->group, member));
}

uint32_t
wanted_count(const struct call *c, const struct wanted *w,
    const struct wanted_thing *t, const char *member)
{
	char path[MEMBER];

	return t->group < 0 ? 0 : c->host->count(c->ctx,
	    group_member(path, w->groups, t->group, member));
}

const char *
wanted_item(const struct call *c, const struct wanted *w,
    const struct wanted_thing *t, const char *member, uint32_t i)
{
	char path[MEMBER];

	return t->group < 0 ? NULL : c->host->item(c->ctx,
	    group_member(path, w->groups, t->group, member), i);
}

int32_t
wanted_tell(const struct call *c, const struct wanted *w)
{
	struct buf remark CLEANUP_BUF = { 0 };
	size_t i, bad = 0;

	for (i = 0; i < w->n; i++) {
		const struct wanted_thing *t = &w->v[i];
		const char *lacks = t->met ? buf_str(&t->lacks) : w->absent;

		if (*lacks == '\0')
			continue;
		c->host->missing(c->ctx, t->name);
		c->host->evidence(c->ctx, t->name, lacks);
		if (++bad <= REASONS_SHOWN)
			buf_addf(&remark, "%s%s %s", bad > 1 ? "; " : "",
			    t->name, lacks);
	}
	for (i = 0; i < w->n_extra; i++)
		c->host->extra(c->ctx, w->extra[i]);
	c->host->value(c->ctx, (double)(w->n - bad));
	c->host->expected(c->ctx, (double)w->n);
	if (bad > REASONS_SHOWN)
		buf_addf(&remark, "; and %zu more", bad - REASONS_SHOWN);
	if (bad > 0)
		c->host->remark(c->ctx, "%s", buf_str(&remark));
	return GW_OK;
}
