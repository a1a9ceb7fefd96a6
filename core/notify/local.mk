# core/notify: pure; who is told, and when
noinst_LIBRARIES += core/notify/libnotify.a
core_notify_libnotify_a_SOURCES = \
	core/notify/flap.c \
	core/notify/match.c core/notify/match.h \
	core/notify/names.c \
	core/notify/notify.h \
	core/notify/rule.c \
	core/notify/telling.c \
	core/notify/window.c
core_notify_libnotify_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)

notify_libs = core/notify/libnotify.a core/config/libconf.a \
	core/calendar/libcalendar.a core/base/libbase.a

if HAVE_CMOCKA
notify_tests = tests/unit/test-notify-random tests/unit/test-notify-rules \
	tests/unit/test-notify-window
check_PROGRAMS += $(notify_tests)
TESTS += $(notify_tests)
tests_unit_test_notify_rules_SOURCES = tests/unit/test-notify-rules.c \
	tests/unit/notify-help.c tests/unit/notify-help.h
tests_unit_test_notify_rules_CFLAGS = $(config_test_cflags)
tests_unit_test_notify_rules_LDADD = core/notify/libnotify.a $(config_test_libs)
tests_unit_test_notify_random_SOURCES = tests/unit/test-notify-random.c \
	tests/unit/notify-help.c tests/unit/notify-help.h
tests_unit_test_notify_random_CFLAGS = $(config_test_cflags)
tests_unit_test_notify_random_LDADD = core/notify/libnotify.a \
	$(config_test_libs)
tests_unit_test_notify_window_SOURCES = tests/unit/test-notify-window.c
tests_unit_test_notify_window_CFLAGS = $(config_test_cflags)
tests_unit_test_notify_window_LDADD = core/notify/libnotify.a \
	$(config_test_libs)
endif
