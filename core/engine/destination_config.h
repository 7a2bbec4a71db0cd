#pragma once

// How a capture keeps its destinations: as the exporter sections of the collector, with what it has no key
// for under `sluice`. Source: spec/processors.md sections 15 and 16.

#include "core/config/node.h"
#include "core/delivery/destination_settings.h"
#include "core/pipeline/exporter_definition.h"

#include <string>
#include <string_view>
#include <vector>

namespace sluice {

/// The destination that an exporter of a rules file asks for.
DestinationSettings destinationOf(const ExporterDefinition& exporter);

/// The `exporters` map that reads back to equal settings, with what the collector has no key for (enabled,
/// signals) under `sluice`.
std::string destinationsToYaml(const std::vector<DestinationSettings>& destinations);
std::vector<DestinationSettings> destinationsFromYaml(std::string_view yaml, config::Problems& problems);

} // namespace sluice
