#pragma once

// Durations and sizes as people write them in settings and on the command line.

#include "core/base/result.h"
#include "core/base/time.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice {

struct UnitError {
    std::string text; ///< What is wrong and what would be right.
};

/// "5s", "1m30s", "250ms", "1.5h", "7d", "0": numbers with a unit each (ns us µs ms s m h d), not negative,
/// up to about 292 years. A bare number other than 0 is refused: nobody knows its unit.
Result<Nanos, UnitError> parseDuration(std::string_view text);

/// "1m30s", "250ms", "0s": exact, and read back by parseDuration().
std::string formatDuration(Nanos duration);

/// "64MiB", "10GB", "1.5 GiB", "512": bytes, with KB MB GB TB in steps of 1000, KiB MiB GiB TiB in steps of
/// 1024, or "B". Upper and lower case are the same.
Result<std::uint64_t, UnitError> parseSize(std::string_view text);

/// "64MiB", "1500B": the largest binary unit that is exact.
std::string formatSize(std::uint64_t bytes);

} // namespace sluice
