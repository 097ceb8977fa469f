#!/bin/sh
# Drives Debian's Chromium against the instance that PULSE_INSTANCE names: `e2e`, `screenshots` or figures, scripts of
# frontend/package.json.
set -eu
if ! command -v chromium >/dev/null && [ -z "${CHROMIUM:-}" ]; then
    if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
        echo 'Chromium is needed: install it (apt install chromium), or name one in CHROMIUM.' >&2
        exit 1
    fi
    echo '  chromium     not found: installing it with apt' >&2
    apt-get install --quiet --yes --no-install-recommends chromium fonts-dejavu-core >.local/logs/chromium.log 2>&1 ||
        { apt-get update --quiet && apt-get install --quiet --yes --no-install-recommends chromium fonts-dejavu-core; } \
            >.local/logs/chromium.log 2>&1
fi
exec npm --prefix frontend run --silent "$1"
