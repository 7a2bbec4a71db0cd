#include "core/delivery/destinations_from_settings.h"

#include "core/exporters/endpoint.h"
#include "core/exporters/request_headers.h"

#include <algorithm>

namespace sluice {
namespace {

DestinationSettings destinationOf(const ExporterSection& section)
{
    DestinationSettings destination;
    destination.endpoint = section.endpoint;
    destination.kind = section.protocol == "grpc" ? DestinationKind::OtlpGrpc
        : section.protocol == "http"              ? DestinationKind::OtlpHttp
                                                  : guessedKind(section.endpoint);
    destination.name = section.name.empty() ? std::string(nameOf(destination.kind)) : section.name;
    for (const Signal signal : kSignals)
        destination.signals[indexOf(signal)]
            = std::find(section.signals.begin(), section.signals.end(), nameOf(signal))
            != section.signals.end();
    destination.compression = section.compression == "none" ? Compression::None : Compression::Gzip;
    destination.isInsecure = section.insecure;
    destination.headers = section.headers;
    destination.timeout = section.timeout;
    destination.isRetryEnabled = section.retry;
    destination.retryInitial = section.retryInitial;
    destination.retryMax = section.retryMax;
    destination.retryGiveUp = section.retryGiveUp;
    destination.batchRecords = section.batchSize;
    destination.batchBytes = section.batchBytes;
    destination.batchWait = section.batchWait;
    destination.maxInFlight = section.inFlight;
    return destination;
}

} // namespace

DestinationKind guessedKind(std::string_view endpoint)
{
    const auto url = parseHttpEndpoint(endpoint);
    return url && url->port != 4317 ? DestinationKind::OtlpHttp : DestinationKind::OtlpGrpc;
}

Result<std::vector<DestinationSettings>, std::vector<ConfigError>> destinationsOf(const Settings& settings)
{
    std::vector<DestinationSettings> destinations;
    std::vector<ConfigError> errors;
    const auto add = [&](const ExporterSection& section, const std::string& key) {
        DestinationSettings destination = destinationOf(section);
        const bool isGrpc = destination.kind == DestinationKind::OtlpGrpc;
        const auto endpoint = isGrpc ? parseGrpcEndpoint(destination.endpoint, destination.isInsecure)
                                     : parseHttpEndpoint(destination.endpoint);
        if (!endpoint)
            errors.push_back({{}, 0, key + ".endpoint", endpoint.error().text});
        if (const auto headers = checkHeaders(destination.headers, isGrpc); !headers)
            errors.push_back({{}, 0, key + ".headers", headers.error().text});
        const auto isSame = [&](const DestinationSettings& other) { return other.name == destination.name; };
        if (std::any_of(destinations.begin(), destinations.end(), isSame))
            errors.push_back({{}, 0, key + ".name", "\"" + destination.name + "\" is used twice"});
        destinations.push_back(std::move(destination));
    };
    if (!settings.exporter.endpoint.empty())
        add(settings.exporter, "exporter");
    for (const ExporterSection& section : settings.destinations)
        add(section, "exporter.destination \"" + section.name + "\"");
    if (!errors.empty())
        return fail(std::move(errors));
    return destinations;
}

} // namespace sluice
