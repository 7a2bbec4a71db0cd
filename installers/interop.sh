#!/usr/bin/env bash
# Builds Sluice and lets the real OpenTelemetry SDKs send to it: every record is compared with what was sent.
# The SDKs are installed into build/interop with their languages' own package clients; one that cannot be is skipped.
source "$(dirname "$0")/common.sh"

work=$root/build/interop
sources=$root/tests/interop/sdk

# skip NAME: says why a sender will be missing from the comparison.
skip() { printf '%s cannot be installed here: skipped\n' "$1" >&2; }

install_python() {
    [ -f "$work/python/installed" ] && return
    mkdir -p "$work/python"
    python3 -m venv "$work/python/venv" \
        && "$work/python/venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$sources/python/requirements.txt" \
        && touch "$work/python/installed"
}

install_node() {
    mkdir -p "$work/node"
    cp "$sources/node/package.json" "$sources/node/send.js" "$work/node/"
    [ -f "$work/node/installed" ] && return
    command -v npm >/dev/null && npm install --prefix "$work/node" --no-audit --no-fund --loglevel error \
        && touch "$work/node/installed"
}

# A GOPATH of our own, so that nothing of the user's is touched and all of it can be deleted.
with_go() { GOPATH=$work/gopath GOBIN=$work/go GOFLAGS=-modcacherw go "$@"; }

install_go() {
    command -v go >/dev/null || return
    mkdir -p "$work/go" "$work/go-source"
    cp "$sources/go/main.go" "$work/go-source/"
    [ -f "$work/go-source/go.sum" ] || cp "$sources/go/go.mod" "$work/go-source/"
    (cd "$work/go-source" && { [ -f go.sum ] || with_go mod tidy; } && with_go build -o "$work/go/sender" .)
}

install_telemetrygen() {
    [ -x "$work/go/telemetrygen" ] && return
    command -v go >/dev/null || return
    with_go install github.com/open-telemetry/opentelemetry-collector-contrib/cmd/telemetrygen@v0.157.0
}

install_java() {
    [ "$work/java/installed" -nt "$sources/java/src/main/java/Send.java" ] && return
    command -v mvn >/dev/null || return
    mkdir -p "$work/java"
    cp -r "$sources/java/." "$work/java/"
    (cd "$work/java" && mvn -q -B -Dmaven.repo.local="$work/maven" compile dependency:copy-dependencies -DoutputDirectory=lib) \
        && touch "$work/java/installed"
}

install_packages
build release
say "SDKs"
mkdir -p "$work"
for sender in python node go telemetrygen java; do
    "install_$sender" || skip "$sender"
done
say "Comparison"
cd "$root/build/release"
ctest -L interop --verbose --no-tests=error
