/* SPDX-License-Identifier: BSD-2-Clause
 *
 * story_private.h -- shared by story.c (what belongs to it), story_lines.c
 * and story_told.c (the timeline) and story_facts.c (what it comes to).
 */
#ifndef DAEMON_STORY_PRIVATE_H
#define DAEMON_STORY_PRIVATE_H

#include "daemon/story.h"
#include "journal/store.h"

enum { STORY_MESSAGES = 500 };

/* All names are those of the journal; the configuration of today only adds
 * which checks and recoveries belong to a phase. */
struct story {
	const struct view *v;
	const struct zone *zone;        /* NULL: UTC */
	uint64_t number;
	json_t *row;            /* as it is now */
	const char *pipeline, *date;    /* of the row; NULL */
	int64_t from, opened, ended;    /* ended: INSTANT_NONE while open */
	json_t *breaches;       /* list of rows, as they are now */
	json_t *phases, *gates, *checks, *recoveries;   /* names: true */
	json_t *last;           /* what was last said of a key */
	json_t *before, *after; /* readings by check: at its start and end */
	json_t *lines;
	int32_t left_out;
	/* what the questions are made of */
	int32_t tries, useless, overrides, acks;
	bool gave_up, closed;
	int64_t acked_at;       /* the first; INSTANT_NONE */
	char acked_by[32];
};

/* Events in their order. What says nothing new adds no line. */
void story_event(struct story *, const struct store_event *);
/* Messages, when all events are in. */
void story_told(struct story *, const json_t *messages);
/* What of it is the answer; owned. */
json_t *story_answer(const struct story *);

/* A line; past the most, it is counted as left out. */
void story_line(struct story *, int64_t at, const char *what,
    const char *text);
/* Words of the journal, with blanks. */
void story_words(struct text *, const char *word);
/* By time. */
void story_sort(struct story *);

/* "box_scores 5 of 7 (71 %)" of a row, or of a reading beside an attempt. */
void story_reading(struct text *, const char *check, const json_t *);
/* The sentence of a journalled word: "no attempt is left". */
const char *story_why(const char *word);

#endif
