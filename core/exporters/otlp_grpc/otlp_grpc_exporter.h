#pragma once

#include "core/config/environment.h"
#include "core/exporters/exporter.h"

#include <memory>

namespace sluice {

/// OTLP over gRPC; the collector's `otlp_grpc`.
///
/// One connection carries all requests in flight. The library neither retries nor holds back: when to try
/// again is the destination's decision. Loopback is never sent through a proxy. Source: spec/protocols.md
/// sections 2.4, 4; spec/processors.md 16.1.
Result<std::unique_ptr<Exporter>, ExporterError> makeOtlpGrpcExporter(
    ExporterSettings settings, Environment environment);

} // namespace sluice
