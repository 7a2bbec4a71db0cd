#!/usr/bin/env bash
# Installs what Sluice needs, builds it with its tests, and runs all of them. Ends with ctest's own summary.
source "$(dirname "$0")/common.sh"

install_packages
configure_options=(-DBUILD_TESTING=ON)
build release all all_verify_interface_header_sets
say "Tests"
cd "$root"
export XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR:-$(mktemp -d)}
ctest --preset release -j "$(nproc)"
