#pragma once

// A rules file: collector YAML with its ends. What is not understood is refused with its place, never
// ignored. Source: spec/processors.md sections 1 to 3, 15 and 16.

#include "core/base/result.h"
#include "core/config/yaml.h"
#include "core/pipeline/exporter_definition.h"
#include "core/pipeline/revision.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

/// An `otlp` receiver of a rules file.
struct ReceiverDefinition {
    struct Protocol {
        std::string address; ///< host:port
        bool includesMetadata = false; ///< Processors may ask for request headers.
        std::int64_t maxBodyBytes = 0; ///< 0: the default.
    };

    std::string id;
    std::optional<Protocol> grpc; ///< Nothing: off.
    std::optional<Protocol> http;
};

struct RulesFile {
    RevisionDefinition definition;
    std::vector<ReceiverDefinition> receivers;
    std::vector<ExporterDefinition> exporters;
    std::vector<RuleProblem> remarks; ///< Accepted, but done in another way here.
};

/// Reads and checks a rules file. All problems at once, sorted by place.
Result<RulesFile, std::vector<RuleProblem>> parseRulesFile(
    std::string_view yaml, const config::Environment& environment = config::processEnvironment());

} // namespace sluice
