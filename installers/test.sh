#!/usr/bin/env bash
# Installs what Sluice needs, builds it with its tests, and runs all of them. Ends with ctest's own summary.
#
#   installers/test.sh                       everything, as users run it
#   installers/test.sh --sanitize address    all but the window's tests, with AddressSanitizer and UBSan
#   installers/test.sh --sanitize thread     the same with ThreadSanitizer
source "$(dirname "$0")/common.sh"

preset=release
targets=(all all_verify_interface_header_sets)
while [ $# -gt 0 ]; do
    case $1 in
        --sanitize)
            case ${2:-} in
                address) preset=asan ;;
                thread) preset=tsan ;;
                *) die "--sanitize takes address or thread" ;;
            esac
            targets=(all)
            shift
            ;;
        -h|--help) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) die "unknown option $1 (see --help)" ;;
    esac
    shift
done

install_packages
configure_options=(-DBUILD_TESTING=ON)
build "$preset" "${targets[@]}"
say "Tests"
cd "$root"
export XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR:-$(mktemp -d)}
ctest --preset "$preset" -j "$(nproc)"
