if HAVE_CMOCKA
check_PROGRAMS += tests/plugin/test-gates
TESTS += tests/plugin/test-gates
endif
tests_plugin_test_gates_SOURCES = tests/plugin/test-gates.c \
	tests/plugin/fake-host.c tests/plugin/fake-host.h
tests_plugin_test_gates_CPPFLAGS = $(module_cppflags)
tests_plugin_test_gates_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_plugin_test_gates_LDADD = plugins/gate/libgates.a $(CMOCKA_LIBS) -lm
