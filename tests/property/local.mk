# tests/property: random worlds around the engine, with oracles
play_sources = tests/property/play.h tests/property/play.c \
	tests/property/make.c tests/property/world.c \
	tests/property/journal.c tests/property/trace.c \
	tests/property/oracle.h tests/property/oracle.c \
	tests/property/evidence-oracle.c tests/property/proofs-oracle.c \
	tests/property/starts-oracle.c tests/property/talks-oracle.c \
	tests/property/whole-oracle.c
check_PROGRAMS += tests/property/test-engine-random
dist_check_SCRIPTS += tests/property/planted.sh
TESTS += tests/property/test-engine-random tests/property/planted.sh
tests_property_test_engine_random_SOURCES = \
	tests/property/test-engine-random.c $(play_sources)
tests_property_test_engine_random_LDADD = core/engine/libengine.a \
	core/calendar/libcalendar.a
