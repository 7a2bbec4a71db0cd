#pragma once

#include "core/base/result.h"
#include "core/config/settings.h"
#include "core/delivery/destination_settings.h"

#include <string>
#include <string_view>
#include <vector>

namespace sluice {

/// The destination that an address alone means, as `--to URL` and OTLP_EXPORTER_ENDPOINT give it: a URL with
/// a port other than 4317 is HTTP, all else is gRPC.
DestinationKind guessedKind(std::string_view endpoint);

/// What sluice.toml, the environment and the flags ask for: [exporter] when it has an endpoint, then each
/// [[exporter.destination]]. Fails with everything that is wrong with endpoints and headers.
Result<std::vector<DestinationSettings>, std::vector<ConfigError>> destinationsOf(const Settings& settings);

} // namespace sluice
