#!/usr/bin/env bash
# What the tests need besides Python: a Chromium, a PostgreSQL server, and a C compiler for tests/faults/*.c.
# Installs what is missing where apt can be used without a question; else says what to do.
set -eu

has_chromium() {
    command -v chromium-headless-shell || command -v chromium || command -v chromium-browser || command -v google-chrome
}

has_postgresql() {
    command -v initdb || ls /usr/lib/postgresql/*/bin/initdb
}

has_compiler() {
    command -v cc || command -v gcc || command -v clang
}

list_missing() {
    missing=()
    has_chromium >/dev/null 2>&1 || missing+=(chromium)
    has_postgresql >/dev/null 2>&1 || missing+=(postgresql)
    has_compiler >/dev/null 2>&1 || missing+=(gcc libc6-dev)
}

list_missing
if [ ${#missing[@]} -eq 0 ]; then
    exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    as_root=(sudo -n)
fi
if command -v apt-get >/dev/null && "${as_root[@]}" true 2>/dev/null; then
    echo "Installing ${missing[*]} through apt …"
    "${as_root[@]}" apt-get update -qq
    # The same browser without windows, where there is a package of it: half the size, and twice as quick.
    if apt-cache show chromium-headless-shell >/dev/null 2>&1; then
        missing=("${missing[@]/%chromium/chromium-headless-shell}")
    fi
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}"
    list_missing
fi
if [ ${#missing[@]} -ne 0 ]; then
    list="${missing[*]}"
    echo "The tests need ${list// / and }: install what is missing with your package manager, then run make test again." >&2
    exit 1
fi
