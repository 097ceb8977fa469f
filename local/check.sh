#!/bin/sh
# `make check`: independent checks side by side, a line when one ends; then the output of each that failed, in one piece.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
started=$(date +%s)

run() { # name, command…
    name=$1
    shift
    (
        begun=$(date +%s)
        if "$@" >"$work/$name.out" 2>&1; then
            outcome=$(tail -n 1 "$work/$name.out")
        else
            outcome='failed, see below'
            : >"$work/$name.failed"
        fi
        printf '  %-12s %-74s %4s s\n' "$name" "${outcome:-nothing found}" $(($(date +%s) - begun))
    ) &
}

frontend() { # a script of frontend/package.json
    npm --prefix frontend run --silent "$1"
}

# The checks of the front end come one after the other: the cores are few, and the first makes what the others read.
check_frontend() {
    frontend generate && frontend types && frontend lint && frontend check-format && frontend test
}

run frontend check_frontend
run types "$BIN/mypy"
# Importing schemathesis, which no test in there needs, takes a second.
run tests "$BIN/python" -m pytest tests/unit --quiet --numprocesses logical --maxprocesses 4 -p no:schemathesis
run template "$BIN/cfn-lint" template.yaml stacks/*.yaml
run format "$BIN/ruff" format --check --quiet .
run lint "$BIN/ruff" check --quiet .
wait

failed=''
for check in format lint template types tests frontend; do
    [ ! -e "$work/$check.failed" ] || failed="$failed $check"
done
for check in $failed; do
    printf '\n%s failed:\n' "$check"
    cat "$work/$check.out"
done
[ -z "$failed" ] || {
    printf '\nfailed:%s\n' "$failed" >&2
    exit 1
}
printf '\nChecked in %s s.\n' $(($(date +%s) - started))
