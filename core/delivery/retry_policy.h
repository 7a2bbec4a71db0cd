#pragma once

#include "core/base/time.h"

#include <cstdint>
#include <random>

namespace sluice {

/// How long to wait before the next try. Keys as the collector's `retry_on_failure`.
struct RetrySettings {
    Nanos initial = std::chrono::seconds(5);
    Nanos max = std::chrono::seconds(30);
    double multiplier = 1.5;
    double randomization = 0.5; ///< 0…1: the share by which a delay is varied up and down.
};

/// Exponential backoff with jitter. The jitter comes from `seed` alone: the same seed gives the same delays.
///
/// Threads: one at a time.
/// Source: spec/processors.md 15.2; spec/protocols.md 4.4.
class RetryPolicy {
public:
    RetryPolicy(RetrySettings settings, std::uint64_t seed);

    /// Delay before the next try after one more failure. A backend that asked for `retryAfter` is not tried
    /// before that.
    Nanos nextDelay(Nanos retryAfter);

    /// A request got through: the next failure waits `initial` again.
    void reset();

private:
    RetrySettings m_settings;
    Nanos m_centre;
    std::mt19937_64 m_random;
};

} // namespace sluice
