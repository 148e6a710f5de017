# Two commands: `make demo` opens the console on a demonstration, `make test`
# runs the tests. Both set up what they need, PostgreSQL's server included.
# `make trials` runs random tests for minutes (tests/trials/README.md). `make check` runs what
# CI also checks. Run `make queries` after changing SQL.

export SQLX_OFFLINE = true
# Tests spend part of their time waiting for the server, so use four threads more than there
# are processors: on two processors, the tests take 230 s instead of 264 s.
export RUST_TEST_THREADS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 4)

.PHONY: demo test trials check queries setup

demo: setup
	@cargo build --release --quiet
	@"$${CARGO_TARGET_DIR:-target}/release/medstint" demo $(ARGS)

test: setup
	@cargo test --quiet

trials: setup
	@MEDSTINT_TRIAL_SECONDS="$${MEDSTINT_TRIAL_SECONDS:-120}" MEDSTINT_TRIAL_CLIENTS="$${MEDSTINT_TRIAL_CLIENTS:-500}" cargo test --quiet trials::
	@MEDSTINT_TRIAL_STUDENTS="$${MEDSTINT_TRIAL_STUDENTS:-2000}" cargo test --quiet cohorts_clean_records
	@MEDSTINT_TRIAL_CASES="$${MEDSTINT_TRIAL_CASES:-5000}" cargo test --quiet list_window::

check: setup
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --quiet
	scripts/queries check
	cargo test --quiet --benches

queries: setup
	scripts/queries

setup:
	@scripts/install-postgresql
