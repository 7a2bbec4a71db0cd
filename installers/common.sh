# Shared by the scripts beside it; sourced, not run.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '\n== %s\n' "$*"; }

die() {
    printf '\nFailed: %s\n' "$*" >&2
    exit 1
}

# Installs what packages.txt names and this machine lacks. Asks nothing, and does nothing when all is there.
install_packages() {
    local wanted missing=() package
    command -v dpkg-query >/dev/null || die "this script knows Debian's packages only. Install what installers/packages.txt names, then run cmake --preset release."
    wanted=$(sed 's/#.*//' "$root/installers/packages.txt")
    for package in $wanted; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
    done
    if [ ${#missing[@]} -eq 0 ]; then
        say "Packages: all there"
        return
    fi
    say "Packages: installing ${#missing[@]} (${missing[*]})"
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || die "packages are missing and there is no sudo: run this as root once."
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -q || die "the package index could not be fetched."
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" \
        || die "packages could not be installed."
}

# build PRESET [TARGET…]: configures and builds in build/PRESET.
build() {
    local preset=$1
    shift
    say "Build ($preset)"
    export CCACHE_BASEDIR=$root
    export CCACHE_SLOPPINESS=${CCACHE_SLOPPINESS:-pch_defines,time_macros}
    (cd "$root" && cmake --preset "$preset" "${configure_options[@]}") || die "the build could not be configured."
    local targets=()
    [ $# -eq 0 ] || targets=(--target "$@")
    (cd "$root" && cmake --build --preset "$preset" -j "$(nproc)" "${targets[@]}") || die "the build failed."
}
configure_options=()
