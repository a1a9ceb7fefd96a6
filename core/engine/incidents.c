/* SPDX-License-Identifier: BSD-2-Clause
 *
 * incidents.c -- one root cause, one conversation
 */
#include "engine/state.h"

void
settle_incidents(struct engine *e, int32_t pipeline, struct day *d)
{
	(void)e; (void)pipeline; (void)d;
}

void
settle_adoption(struct engine *e, int32_t pipeline)
{
	(void)e; (void)pipeline;
}

void
incident_delivered(struct engine *e, uint64_t incident, uint64_t message)
{
	(void)e; (void)incident; (void)message;
}

enum reply_code
incident_ack(struct engine *e, const struct command *c)
{
	(void)e; (void)c;
	return REPLY_NO_SUCH;
}

enum reply_code
incident_unack(struct engine *e, uint64_t incident)
{
	(void)e; (void)incident;
	return REPLY_NO_SUCH;
}
