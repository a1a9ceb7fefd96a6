# core/prove: what fires each rule of a configuration, and what clears it
noinst_LIBRARIES += core/prove/libprove.a
core_prove_libprove_a_SOURCES = \
	core/prove/ask.c core/prove/ask.h \
	core/prove/gates.c \
	core/prove/hosted.c core/prove/hosted.h \
	core/prove/ladder.c \
	core/prove/limits.c \
	core/prove/phases.c \
	core/prove/plans.c \
	core/prove/play.c core/prove/play.h \
	core/prove/prove.h \
	core/prove/prover.c core/prove/prover.h \
	core/prove/readings.c core/prove/readings.h \
	core/prove/recoveries.c \
	core/prove/rules.c core/prove/rules.h \
	core/prove/warmup.c
core_prove_libprove_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)

prove_libs = core/prove/libprove.a $(simulate_libs)

libexec_PROGRAMS += core/prove/gatewarden-prove
core_prove_gatewarden_prove_SOURCES = core/prove/main.c \
	core/prove/options.c core/prove/options.h
core_prove_gatewarden_prove_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
core_prove_gatewarden_prove_LDADD = $(prove_libs)

dist_check_SCRIPTS += tests/scenario/prove_test.py
TESTS += tests/scenario/prove_test.py

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test-prove
TESTS += tests/unit/test-prove
tests_unit_test_prove_SOURCES = tests/unit/test-prove.c $(config_help)
tests_unit_test_prove_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_prove_LDADD = $(prove_libs) $(CMOCKA_LIBS)
endif
