#pragma once

// A rules file: collector YAML with its ends. What is not understood is refused with its place, never
// ignored. Source: spec/processors.md sections 1 to 3, 15 and 16.

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/config/yaml.h"
#include "core/model/signal.h"
#include "core/pipeline/revision.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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

/// An `otlp_grpc` or `otlp_http` exporter of a rules file.
struct ExporterDefinition {
    std::string id; ///< As written; pipelines refer to it.
    bool isHttp = false;
    std::string endpoint; ///< gRPC: host:port, or with http:// or https://. HTTP: base URL, may be empty.
    std::array<std::string, kSignalCount> signalEndpoints; ///< HTTP: whole URLs that win over `endpoint`.
    bool isGzip = true;
    bool isInsecure = false; ///< gRPC without a scheme: no TLS.
    /// Values as written, with `${env:NAME}`: secrets are put in when a request is sent.
    std::vector<std::pair<std::string, std::string>> headers;
    Nanos timeout{0};
    bool isRetryEnabled = true;
    Nanos retryInitial = std::chrono::seconds(5);
    Nanos retryMax = std::chrono::seconds(30);
    Nanos retryGiveUp = std::chrono::minutes(5); ///< 0: never.
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
