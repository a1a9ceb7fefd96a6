# tests/property: random worlds around the engine, with oracles
play_sources = tests/property/play.h tests/property/play.c \
	tests/property/make.c tests/property/edit.c \
	tests/property/numbers.c tests/property/zones.c \
	tests/property/clocks.c tests/property/faults.c \
	tests/property/life.c tests/property/shelf.c \
	tests/property/deep.c tests/property/deep-oracle.c \
	tests/property/waived.c \
	tests/property/world.c tests/property/visits.c tests/property/deeds.c \
	tests/property/mail.h tests/property/mail.c \
	tests/property/laws-feed.h tests/property/laws-feed.c \
	tests/property/laws_feed_private.h \
	tests/property/laws-feed-define.c tests/property/laws-feed-rows.c \
	tests/property/mail_private.h tests/property/mail-oracle.c \
	tests/property/desk.h tests/property/desk.c \
	tests/property/desk-oracle.c \
	tests/property/mailbox.h tests/property/mailbox.c \
	tests/property/trace.c tests/property/hash.c \
	tests/property/tape.h tests/property/tape.c \
	tests/property/caught.h tests/property/caught.c \
	tests/property/shrink.h tests/property/shrink.c \
	tests/property/kept.h tests/property/kept.c \
	tests/property/oracle.h tests/property/oracle.c \
	tests/property/evidence-oracle.c tests/property/proofs-oracle.c \
	tests/property/starts-oracle.c tests/property/talks-oracle.c \
	tests/property/plans-oracle.c tests/property/overlaps-oracle.c \
	tests/property/reruns-oracle.c tests/property/permits-oracle.c \
	tests/property/results-oracle.c tests/property/times-oracle.c \
	tests/property/whole-oracle.c
check_PROGRAMS += tests/property/test-engine-random
dist_check_SCRIPTS += tests/property/planted.sh tests/property/days.sh \
	tests/property/same-worlds.sh
EXTRA_DIST += tests/property/kept-seeds tests/property/kept
TESTS += tests/property/test-engine-random tests/property/planted.sh
tests_property_test_engine_random_SOURCES = \
	tests/property/test-engine-random.c $(play_sources) \
	core/daemon/outbox.c core/daemon/outbox_chain.c \
	core/daemon/outbox_end.c \
	core/daemon/outbox_route.c core/daemon/outbox_target.c \
	core/journal/store.c
tests_property_test_engine_random_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_property_test_engine_random_LDADD = core/notify/libnotify.a \
	core/config/libconf.a core/engine/libengine.a \
	core/journal/libjournal.a \
	core/calendar/libcalendar.a core/base/libbase.a $(JANSSON_LIBS)
