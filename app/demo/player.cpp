#include "app/demo/player.h"

#include <condition_variable>
#include <mutex>

namespace sluice::demo {

namespace {

constexpr double kMeasureEveryMs = 10'000;
constexpr double kLiveBeginMs = Shop::kIncidentBeginMs - 25'000;
/// Visits are told once they are over, as SDKs do: live, the shop's clock runs so far behind.
constexpr double kLiveDelayMs = 4'000;

/// False when `stop` was requested before `until`.
bool sleepUntil(std::chrono::steady_clock::time_point until, std::stop_token stop)
{
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_until(lock, stop, until, [] { return false; });
    return !stop.stop_requested();
}

Nanos toNanos(double ms)
{
    return Nanos(static_cast<std::int64_t>(ms * 1e6));
}

} // namespace

void play(const PlayOptions& options, UnixTime now, const std::function<bool(DemoRequest)>& send,
    std::stop_token stop)
{
    const double begin = options.isLive ? kLiveBeginMs : 0;
    const double step = options.isLive ? 1'000 : 5'000;
    const UnixTime epoch = options.isLive ? now - toNanos(begin + kLiveDelayMs) : now - toNanos(Shop::kDayMs);
    const auto started = std::chrono::steady_clock::now();

    Shop shop(options.seed, options.scale, toUnixNano(epoch));
    Telemetry telemetry(epoch);
    Random random(options.seed);
    double measured = begin;
    for (double at = begin; options.isLive || at < Shop::kDayMs; at += step) {
        auto requests = telemetry.tell(shop.visits(at, at + step));
        if (at + step - measured >= kMeasureEveryMs) {
            measured = at + step;
            for (DemoRequest& request : telemetry.measure(measured, random))
                requests.push_back(std::move(request));
        }
        for (DemoRequest& request : requests) {
            if (stop.stop_requested() || !send(std::move(request)))
                return;
        }
        if (options.isLive && !sleepUntil(started + toNanos(at + step - begin), stop))
            return;
    }
}

} // namespace sluice::demo
