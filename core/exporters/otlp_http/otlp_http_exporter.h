#pragma once

#include "core/config/environment.h"
#include "core/exporters/exporter.h"

#include <memory>

namespace sluice {

/// OTLP over HTTP with protobuf bodies; the collector's `otlp_http`.
///
/// Keeps one connection per request that is in flight at the same time. http:// speaks HTTP/1.1, https://
/// verifies the server and prefers HTTP/2. Redirects are not followed. Loopback is never sent through a
/// proxy. `clock` tells what a Retry-After date means; it must outlive the exporter. Source:
/// spec/protocols.md sections 2.4, 4; spec/processors.md 16.2.
Result<std::unique_ptr<Exporter>, ExporterError> makeOtlpHttpExporter(
    ExporterSettings settings, Environment environment, const Clock& clock);

} // namespace sluice
