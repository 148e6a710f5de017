#!/bin/sh
# Drives the window of a list with many random sequences of keys, changes and late
# answers, against a simple model (tests/list_window/).
#
# Needs: cargo. No database.
# MEDSTINT_TRIAL_CASES: sequences for each property, 20,000 unless it is set.

set -eu
cd "$(dirname "$0")/.."

export MEDSTINT_TRIAL_CASES="${MEDSTINT_TRIAL_CASES:-20000}"
cargo test --release --quiet --test medstint list_window
