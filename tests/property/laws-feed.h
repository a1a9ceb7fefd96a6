/* SPDX-License-Identifier: BSD-2-Clause
 *
 * laws-feed.h -- the laws of the journal, judging a play.
 */
#ifndef TESTS_PROPERTY_LAWS_FEED_H
#define TESTS_PROPERTY_LAWS_FEED_H

#include "play.h"

struct laws_feed;

/* Listens to the play, which is borrowed for life: each seed is judged from
 * its beginning to its end. Returns owned, never NULL. */
struct laws_feed *laws_feed_new(struct play *);
void laws_feed_free(struct laws_feed *);

#endif
