/* SPDX-License-Identifier: BSD-2-Clause
 *
 * mail_private.h -- what mail.c and mail-oracle.c share.
 */
#ifndef TESTS_PROPERTY_MAIL_PRIVATE_H
#define TESTS_PROPERTY_MAIL_PRIVATE_H

#include "daemon/outbox.h"
#include "mail.h"
#include "mailbox.h"

enum { TEAM, BOSS, LAST, NOTIFIERS, UNDER_WAY = 16, ONE_IN = 8 };

enum mood { WELL, BUSY, BROKEN, SILENT, DOWN, MOODS };

/* What a far end has of one message. */
struct receipt {
	int32_t arrived[NOTIFIERS], lost[NOTIFIERS];
};

enum { CARRIED_MOST = 32 };

/* A delivery under way: the message is the last of `ids`, and carries the
 * ones before it. */
struct delivery_of {
	int32_t notifier;
	uint64_t ids[CARRIED_MOST], incident;
	int32_t n;
	void (*done)(void *, const struct call_reply *);
	void *arg;
};

struct office {
	struct play *p;
	struct sup *s;
	struct mailbox_store store;
	struct outbox *outbox;
	struct delivery_of way[UNDER_WAY];
	int32_t n;
	bool durable;           /* the last commit is */
	bool dies;              /* the commit that ends a delivery kills it */
	struct event delivered; /* to be told when the outbox is done */
	bool tells;
};

struct mail {
	bool on;
	struct desk *desk;              /* owned; desk.c */
	struct desk_rules *rules;       /* owned */
	struct mailbox box;
	struct office offices[P_SUPS];
	struct instance instances[NOTIFIERS];
	struct route routes[2];
	struct conf conf;
	enum mood moods[NOTIFIERS];
	int64_t until[NOTIFIERS];       /* elapsed: well again by then */
	struct receipt *receipts;       /* by message */
	/* by incident: the highest message that arrived first, per notifier */
	uint64_t (*last)[NOTIFIERS];
	size_t n_receipts, n_last;
};

/* Of a message; made when there was none. */
struct receipt *receipt_of(struct mail *, uint64_t id);

#endif
