# tests/policy: what the tree promises about itself; plugin-symbols.sh is
# with the tests of plugins
policy_tests = tests/policy/engine-pure.sh tests/policy/daemon-needs.sh \
	tests/policy/include-direction.sh tests/policy/install_test.py \
	tests/policy/style.sh tests/policy/no-statics.sh
dist_check_SCRIPTS += $(policy_tests)
TESTS += $(policy_tests)
EXTRA_DIST += tests/policy/policy.sh
