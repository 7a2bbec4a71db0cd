#!/usr/bin/env bash
# Lets clang-tidy read every source of app, core and ui, or only those named. Quiet and 0 when there is nothing to say.
#
#   installers/tidy.sh [FILE.cpp…]     about seven seconds a file and core
source "$(dirname "$0")/common.sh"

case ${1:-} in -h|--help) sed -n '2,4s/^# \{0,1\}//p' "$0"; exit 0 ;; esac
command -v clang-tidy-14 >/dev/null || die "clang-tidy-14 is missing: apt-get install clang-tidy-14"
install_packages
cd "$root"
[ $# -gt 0 ] || mapfile -t files < <(git ls-files 'app/*.cpp' 'core/*.cpp' 'ui/*.cpp')
[ $# -eq 0 ] || files=("$@")
configure_options=(-DBUILD_TESTING=OFF)
build dev sluice_proto # The headers that protoc makes are all that has to be built first.
say "clang-tidy (${#files[@]} files)"
printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P "$(nproc)" clang-tidy-14 --quiet -p build/dev 2> >(grep -v 'warnings generated' >&2) \
    || die "clang-tidy has remarks."
say "Done"
