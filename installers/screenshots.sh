#!/usr/bin/env bash
# Takes pictures of every screen from the real window, in both themes, at 1440x900.
#
#   installers/screenshots.sh [FOLDER]     default: resources/screenshots
#
# The demo shop plays into a Sluice with the rules of resources/examples/shop-rules.yaml, which forwards to a second one.
source "$(dirname "$0")/common.sh"

target=$(mkdir -p "${1:-$root/resources/screenshots}" && cd "${1:-$root/resources/screenshots}" && pwd)
install_packages
configure_options=(-DBUILD_TESTING=OFF)
build release
sluice=$root/build/release/app/sluice

folder=$(mktemp -d)
export XDG_RUNTIME_DIR=$folder/runtime XDG_CONFIG_HOME=$folder/config XDG_DATA_HOME=$folder/data
mkdir -m 700 "$XDG_RUNTIME_DIR"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT

say "A second Sluice as destination"
"$sluice" serve --capture "$folder/second.sluice" --grpc off --http localhost:14318 >/dev/null &
say "Fifteen minutes of the demo shop"
"$sluice" serve --capture "$folder/shop.sluice" --rules "$root/resources/examples/shop-rules.yaml" --json >"$folder/out" &
for _ in $(seq 100); do
    grep -q listening "$folder/out" && break
    sleep 0.1
done
"$sluice" demo --fast
kill -TERM %2
wait %2

say "Pictures"
xvfb-run -a -s "-screen 0 1440x900x24" env SLUICE_SCREENSHOTS="$target" "$sluice" # Welcome: nothing has arrived.
xvfb-run -a -s "-screen 0 1440x900x24" env SLUICE_SCREENSHOTS="$target" \
    "$sluice" "$folder/shop.sluice" --rules "$root/resources/examples/shop-rules.yaml" --demo
ls "$target"
say "Done"
