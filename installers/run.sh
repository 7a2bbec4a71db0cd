#!/usr/bin/env bash
# Installs what Sluice needs, builds it, and starts it. Run it as often as you like.
#
#   installers/run.sh                 the window; without a display the collector, and how to look at it
#   installers/run.sh --demo          the same, with the demo shop playing into it
#   installers/run.sh -- ARGUMENTS    passes ARGUMENTS on to sluice
source "$(dirname "$0")/common.sh"

demo=0
arguments=()
while [ $# -gt 0 ]; do
    case $1 in
        --demo) demo=1 ;;
        --) shift; arguments=("$@"); break ;;
        -h|--help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) die "unknown option $1 (see --help)" ;;
    esac
    shift
done

install_packages
configure_options=(-DBUILD_TESTING=OFF)
build release
sluice=$root/build/release/app/sluice

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    say "Sluice starts. Point an OpenTelemetry SDK at http://localhost:4318 or localhost:4317."
    [ $demo -eq 0 ] || arguments=(--demo "${arguments[@]}")
    exec "$sluice" "${arguments[@]}"
fi

say "No display: Sluice runs without its window"
if [ $demo -eq 0 ]; then
    printf 'It listens on 127.0.0.1:4317 (gRPC) and 127.0.0.1:4318 (HTTP); Ctrl+C stops it.\n'
    printf 'Look at what arrives: %s stats CAPTURE (the path is below), and traces, logs, metrics likewise.\n\n' "$sluice"
    exec "$sluice" serve "${arguments[@]}"
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/sluice-demo.XXXXXX")
capture=$folder/demo.sluice
"$sluice" serve --grpc 127.0.0.1:0 --http 127.0.0.1:0 --capture "$capture" --json "${arguments[@]}" >"$folder/serve.out" &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
for _ in $(seq 100); do
    grep -q '"listening"' "$folder/serve.out" && break
    kill -0 "$server" 2>/dev/null || die "the collector did not start."
    sleep 0.1
done
http=$(sed -n 's/.*"http":"\([^"]*\)".*/\1/p' "$folder/serve.out" | head -n 1)
[ -n "$http" ] || die "the collector did not start."
"$sluice" demo --fast --to "http://$http" || die "the demo shop could not be played."
kill -TERM "$server"
wait "$server" || die "the collector did not stop cleanly."
trap - EXIT

say "Received"
"$sluice" stats "$capture"
say "The newest traces"
"$sluice" traces "$capture" --limit 10
printf '\nLook around: %s traces|trace|logs|metrics|stats %s …, or open it in the window on a machine with a display:\n  %s %s\n' \
    "$sluice" "$capture" "$sluice" "$capture"
say "Done"
