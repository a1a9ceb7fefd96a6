/* SPDX-License-Identifier: BSD-2-Clause
 *
 * load.c -- dlopen, and what must hold before anything is called.
 *
 * This is the only dlopen of the project. RTLD_NOW, so that an unresolved
 * symbol is found here and not in the middle of a night; RTLD_LOCAL, so that
 * a plugin's helpers don't meet another library's.
 *
 * The order of the checks matters: the object file knows how large the
 * symbol is, `abi` and `size` decide whether the rest may be read, and only
 * then are pointers followed. What a plugin of our ABI says about itself is
 * checked once here, so that the rest of the host can rely on it.
 */
#include "config.h" /* dladdr1 */

#include "host/load.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "host/options.h"

enum {
	OPTIONS_MAX = 256,
	/* What ABI 1 began with; both structs only grow. */
	PLUGIN_MIN = offsetof(struct gw_plugin, probe) + sizeof(void *),
	OPTION_MIN = offsetof(struct gw_option, help) + sizeof(void *)
};

const char *
plugin_kind_name(const struct gw_plugin *p)
{
	static const char *const names[] = { [GW_CHECK] = "check",
		[GW_GATE] = "gate", [GW_ACTION] = "action",
		[GW_NOTIFIER] = "notifier" };

	return names[p->kind];
}

static int __attribute__((format(printf, 2, 3)))
unfit(char **ret_why, const char *fmt, ...)
{
	CLEANUP_TEXT struct text t = { 0 };
	char buf[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(buf, sizeof buf, fmt, ap);
	va_end(ap);
	text_add_clean(&t, buf, strlen(buf));
	*ret_why = text_take(&t);
	return -EINVAL;
}

/* Room that the object file gives the symbol; 0: it doesn't say. */
static size_t
symbol_size(const void *symbol, bool *ret_object)
{
	const ElfW(Sym) *sym = NULL;
	Dl_info info;

	*ret_object = true;
	if (dladdr1(symbol, &info, (void **)&sym, RTLD_DL_SYMENT) == 0 ||
	    sym == NULL)
		return 0;
	*ret_object = (sym->st_info & 0xf) == STT_OBJECT;
	return sym->st_size;
}

static int
check_head(const struct gw_plugin *p, char **ret_why)
{
	bool object;
	size_t room = symbol_size(p, &object);

	if (!object)
		return unfit(ret_why, "its symbol gw_plugin is no object; it "
		    "is made with GW_PLUGIN()");
	if (room > 0 && room < offsetof(struct gw_plugin, kind))
		return unfit(ret_why, "its symbol gw_plugin has only %zu "
		    "bytes", room);
	if (p->abi != GW_ABI)
		return unfit(ret_why, "it was built for ABI %u, this host "
		    "speaks ABI %d; build it again with this version's "
		    "plugin.h", p->abi, GW_ABI);
	if (p->size < PLUGIN_MIN)
		return unfit(ret_why, "its struct gw_plugin has %u bytes, "
		    "ABI %d has at least %d", p->size, GW_ABI, PLUGIN_MIN);
	if (room > 0 && room < p->size)
		return unfit(ret_why, "its struct gw_plugin says %u bytes, "
		    "but the symbol has only %zu", p->size, room);
	if (p->options && p->option_size < OPTION_MIN)
		return unfit(ret_why, "its struct gw_option has %u bytes, "
		    "ABI %d has at least %d", p->option_size, GW_ABI,
		    OPTION_MIN);
	return 0;
}

static bool
good_name(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return n > 0 && n <= 64 && s[n] == '\0';
}

static int
check_table(const struct gw_plugin *p, const struct gw_option *table,
    int depth, char **ret_why)
{
	const struct gw_option *o;
	size_t i;
	int r;

	for (i = 0; (o = option_at(p, table, i)) != NULL; i++) {
		if (i == OPTIONS_MAX)
			return unfit(ret_why, "its option table has more "
			    "than %d entries; it ends with { .name = NULL }",
			    OPTIONS_MAX);
		if (!good_name(o->name))
			return unfit(ret_why, "option %zu has a name that "
			    "conf.d can't have", i);
		if (o->type < GW_T_STRING || o->type > GW_T_GROUPS)
			return unfit(ret_why, "option '%s' has the unknown "
			    "type %u", o->name, o->type);
		if (o->type == GW_T_ENUM && o->choices == NULL)
			return unfit(ret_why, "option '%s' is an enum "
			    "without choices", o->name);
		if (o->type != GW_T_GROUPS)
			continue;
		if (depth > 0 || o->members == NULL)
			return unfit(ret_why, "option '%s' has groups "
			    "without members, or within groups", o->name);
		r = check_table(p, o->members, depth + 1, ret_why);
		if (r < 0)
			return r;
	}
	return 0;
}

static int
check_body(const struct gw_plugin *p, char **ret_why)
{
	if (p->kind < GW_CHECK || p->kind > GW_NOTIFIER)
		return unfit(ret_why, "its kind is %u, which is none of "
		    "GW_CHECK to GW_NOTIFIER", p->kind);
	if (p->name == NULL || !good_name(p->name))
		return unfit(ret_why, "its name is missing, or not of "
		    "a-z 0-9 _ -");
	if (p->open == NULL || p->call == NULL)
		return unfit(ret_why, "it has no %s function",
		    p->open == NULL ? "open" : "call");
	return check_table(p, p->options, 0, ret_why);
}

int
plugin_load(const char *path, const struct gw_plugin **ret, char **ret_why)
{
	void *lib = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	const char *why;
	int r;

	if (lib == NULL) {
		why = dlerror();
		return unfit(ret_why, "%s", why ? why : "can't be loaded");
	}
	*ret = dlsym(lib, "gw_plugin");
	if (*ret == NULL)
		return unfit(ret_why, "it exports no symbol gw_plugin; is it "
		    "a plugin?");
	r = check_head(*ret, ret_why);
	return r < 0 ? r : check_body(*ret, ret_why);
}
