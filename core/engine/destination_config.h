#pragma once

// How a capture keeps its destinations: as the exporter sections of the collector, with what it has no key for under `sluice`.
// Source: spec/processors.md sections 15 and 16.

#include "core/config/node.h"
#include "core/delivery/destination_settings.h"

#include <string>
#include <string_view>
#include <vector>

namespace sluice {

/// True for the exporter types that a destination can be: otlp_grpc, otlp_http, and their old names otlp,
/// otlphttp.
bool isDestinationType(std::string_view type);

/// Reads one exporter section. `id` is its component id ("otlp_http/backup"). `sending_queue` and keys that
/// only tune the collector's connections are accepted; what would change what is sent and is not understood
/// is a problem.
DestinationSettings destinationFromExporter(
    const std::string& id, const config::Node& section, config::Problems& problems);

/// The `exporters` map that reads back to equal settings, with what the collector has no key for (enabled,
/// signals) under `sluice`.
std::string destinationsToYaml(const std::vector<DestinationSettings>& destinations);
std::vector<DestinationSettings> destinationsFromYaml(std::string_view yaml, config::Problems& problems);

} // namespace sluice
