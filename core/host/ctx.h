/* SPDX-License-Identifier: BSD-2-Clause
 *
 * ctx.h -- one open instance, as the host knows it. Opaque to plugins.
 */
#ifndef HOST_CTX_H
#define HOST_CTX_H

#include <jansson.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "gatewarden/plugin.h"
#include "host/result.h"

struct gw_ctx {
	int64_t number;         /* of the instance, on the wire */
	const struct gw_plugin *plugin;
	char *name;             /* owned */
	json_t *options;        /* owned */
	void *self;             /* the plugin's */

	/* While something of the plugin runs. */
	const json_t *input;    /* borrowed; NULL in open and close */
	int64_t deadline;       /* real monotonic ms */
	struct result result;
	const volatile sig_atomic_t *stop;      /* borrowed */
};

/* The vtable that every plugin is given. Static. */
const struct gw_host *host_vtable(void);

#endif
