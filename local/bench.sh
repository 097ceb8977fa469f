#!/bin/sh
# `make bench`: the benchmarks on a stack of their own beside a running `make up`, and its end whatever they say. Nothing
# is forgotten: a test instance that was up before is used as it is, and only stopped afterwards.
set -u
python="$BIN/python"

trap '"$python" -m local down >&2' EXIT
trap 'exit 130' INT TERM
"$python" -m local up --no-simulator >&2 || exit 1
"$python" -m tests.bench "$@"
