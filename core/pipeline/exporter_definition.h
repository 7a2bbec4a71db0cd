#pragma once

// The exporter sections of collector YAML: the one place that reads them, for rules files and for what a
// capture keeps. Source: spec/processors.md sections 15 and 16.

#include "core/base/time.h"
#include "core/config/node.h"
#include "core/model/signal.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice {

/// An `otlp_grpc` or `otlp_http` exporter.
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
    /// Nothing: not written. The collector gives up after five minutes then; here what waits is in the
    /// capture.
    std::optional<Nanos> retryGiveUp;
};

/// True: an OTLP/HTTP exporter; false: OTLP/gRPC; nothing: another type. Knows the old names otlp and
/// otlphttp.
std::optional<bool> isHttpExporter(std::string_view type);

/// Reads the keys of one exporter out of `section`; its owner may read more and finishes it. `written` is the
/// section before variables were put in, for what must stay a variable. `remarks` gets what is accepted and
/// done in another way here.
ExporterDefinition readExporter(const std::string& id, bool isHttp, config::SectionReader& section,
    const config::Node* written, config::Problems& remarks);

/// Reports what the collector refuses of `retry_on_failure` as a whole. Not for settings of our own, where
/// every delay and limit goes together.
void checkRetry(const ExporterDefinition& exporter, config::SectionReader& section);

} // namespace sluice
