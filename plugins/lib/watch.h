/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch.h -- somebody who stops what blocks, once a call has no time left.
 *
 * For libraries whose calls block and can be stopped from another thread, and
 * in no other way.
 */
#ifndef PLUGIN_LIB_WATCH_H
#define PLUGIN_LIB_WATCH_H

#include "lib/call.h"

struct watch;

/* From here on `stop` is called, in another thread and again and again, while
 * the call has no time left: it may come before what it is to stop has begun.
 * Call and argument are borrowed until watch_end. Returns owned. */
struct watch *watch_begin(const struct call *, void (*stop)(void *arg),
    void *arg);
/* No `stop` runs, or will, when this returns. */
void watch_end(struct watch *);

static inline void
cleanup_watch(struct watch **w)
{
	watch_end(*w);
}

#define CLEANUP_WATCH CLEANUP(cleanup_watch)

#endif
