#pragma once

#include "app/demo/telemetry.h"

#include <functional>
#include <stop_token>

namespace sluice::demo {

struct PlayOptions {
    std::uint64_t seed = 20'260'312;
    double scale = 1; ///< Times the about forty visits a second.
    bool isLive = false; ///< Paced to now, without end. Otherwise fifteen minutes that end now, at once.
};

/// Plays the demo shop, request by request, through `send` until it returns false, `stop` is requested, or
/// the fifteen minutes are over. Live, it begins shortly before the payment incident, so that there is
/// something to see within half a minute.
void play(const PlayOptions& options, UnixTime now, const std::function<bool(DemoRequest)>& send,
    std::stop_token stop);

} // namespace sluice::demo
