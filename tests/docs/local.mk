# tests/docs: what the documentation shows is true
docs_tests = tests/docs/examples_test.py tests/docs/verify_ci_test.py \
	tests/docs/seed_map_test.py
dist_check_SCRIPTS += $(docs_tests)
TESTS += $(docs_tests)
