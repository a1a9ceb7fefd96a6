noinst_LIBRARIES += core/control/libcontrol.a
core_control_libcontrol_a_SOURCES = \
	core/control/client.c core/control/client.h \
	core/control/codes.h \
	core/control/control.c core/control/control.h \
	core/control/listen.c core/control/listen.h \
	core/control/params.c \
	core/control/peer.c core/control/peer.h \
	core/control/request.c core/control/request.h \
	core/control/verbs.c core/control/verbs.h \
	core/control/verbs_local.c core/control/verbs_report.c \
	core/control/verbs_deploy.c core/control/verbs_told.c \
	core/control/verbs_table.h
core_control_libcontrol_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) \
	$(LIBUV_CFLAGS)

if HAVE_CMOCKA
control_tests = tests/unit/test-control tests/unit/test-control-peer \
	tests/unit/test-verbs
check_PROGRAMS += $(control_tests)
TESTS += $(control_tests)
endif
control_help = tests/unit/control-help.c tests/unit/control-help.h
tests_unit_test_control_SOURCES = tests/unit/test-control.c $(control_help)
tests_unit_test_control_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) \
	$(JANSSON_CFLAGS) $(LIBUV_CFLAGS)
tests_unit_test_control_LDADD = core/control/libcontrol.a \
	core/base/libbase.a $(CMOCKA_LIBS) $(JANSSON_LIBS) $(LIBUV_LIBS) -lm
tests_unit_test_control_peer_SOURCES = tests/unit/test-control-peer.c \
	$(control_help)
tests_unit_test_control_peer_CFLAGS = $(tests_unit_test_control_CFLAGS)
tests_unit_test_control_peer_LDADD = $(tests_unit_test_control_LDADD)
tests_unit_test_verbs_SOURCES = tests/unit/test-verbs.c
tests_unit_test_verbs_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) \
	$(JANSSON_CFLAGS)
tests_unit_test_verbs_LDADD = core/control/libcontrol.a \
	core/base/libbase.a $(CMOCKA_LIBS) $(JANSSON_LIBS) -lm
