/* SPDX-License-Identifier: BSD-2-Clause
 *
 * story_md.h -- an incident as Markdown; and what the terminal says alike.
 */
#ifndef CLIENT_STORY_MD_H
#define CLIENT_STORY_MD_H

#include "client/out.h"

void story_md(struct out *, const json_t *story);

/* "15 min", or "n/a (why)". */
void story_figure(struct text *, const json_t *figure);
/* "01-17 11:00 .. 11:01: others start it". */
void story_span(struct text *, const json_t *breach, const char *now);
/* "5 of 7 (71 %), fail; warehouse, read 20 min before". */
void story_evidence(struct text *, const json_t *reading);

#endif
