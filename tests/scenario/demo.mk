# The nba sample, played: included by conf.d/local.mk.
dist_check_SCRIPTS += tests/scenario/week_test.py \
	tests/scenario/sample_test.py tests/scenario/demo_test.py \
	tests/scenario/trouble_test.py tests/scenario/shop_test.py
EXTRA_DIST += tests/scenario/demo.mk tests/scenario/acceptance.py
TESTS += tests/scenario/week_test.py tests/scenario/sample_test.py \
	tests/scenario/demo_test.py tests/scenario/trouble_test.py \
	tests/scenario/shop_test.py
