# core/calendar: pure; links into the engine
noinst_LIBRARIES += core/calendar/libcalendar.a
core_calendar_libcalendar_a_SOURCES = \
	core/calendar/civil.c core/calendar/civil.h \
	core/calendar/day.c core/calendar/day.h \
	core/calendar/digits.c core/calendar/digits.h \
	core/calendar/posix.c core/calendar/posix.h \
	core/calendar/schedule.c core/calendar/schedule.h \
	core/calendar/zone.c core/calendar/zone.h

calendar_test_libs = core/calendar/libcalendar.a core/base/libbase.a

check_PROGRAMS += tests/unit/calendar-query
tests_unit_calendar_query_SOURCES = tests/unit/calendar-query.c
tests_unit_calendar_query_LDADD = $(calendar_test_libs)
calendar_oracles = tests/unit/cron-once.py tests/unit/cron-oracle.py \
	tests/unit/cron-real.sh tests/unit/cron-systemd.py tests/unit/cron-table.py \
	tests/unit/zone-oracle.py
EXTRA_DIST += $(calendar_oracles) tests/unit/cron_walk.py
TESTS += $(calendar_oracles)

if HAVE_CMOCKA
calendar_tests = tests/unit/test-calendar tests/unit/test-calendar-fuzz \
	tests/unit/test-schedule tests/unit/test-zone
check_PROGRAMS += $(calendar_tests)
TESTS += $(calendar_tests)
tests_unit_test_calendar_SOURCES = tests/unit/test-calendar.c
tests_unit_test_calendar_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_calendar_LDADD = $(calendar_test_libs) $(CMOCKA_LIBS)
tests_unit_test_calendar_fuzz_SOURCES = tests/unit/test-calendar-fuzz.c
tests_unit_test_calendar_fuzz_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_calendar_fuzz_LDADD = $(calendar_test_libs) $(CMOCKA_LIBS)
tests_unit_test_schedule_SOURCES = tests/unit/test-schedule.c
tests_unit_test_schedule_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_schedule_LDADD = $(calendar_test_libs) $(CMOCKA_LIBS)
tests_unit_test_zone_SOURCES = tests/unit/test-zone.c
tests_unit_test_zone_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_zone_LDADD = $(calendar_test_libs) $(CMOCKA_LIBS)
endif
