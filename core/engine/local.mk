# core/engine: pure; tests/policy looks at what it needs from outside
noinst_LIBRARIES += core/engine/libengine.a
core_engine_libengine_a_SOURCES = \
	core/engine/engine.h core/engine/graph.h core/engine/record.h \
	core/engine/judge.c core/engine/judge.h \
	core/engine/names.c \
	core/engine/retry.c

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test-judge
TESTS += tests/unit/test-judge
endif
tests_unit_test_judge_SOURCES = tests/unit/test-judge.c
tests_unit_test_judge_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_judge_LDADD = core/engine/libengine.a $(CMOCKA_LIBS) -lm
