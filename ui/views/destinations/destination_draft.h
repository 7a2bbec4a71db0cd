#pragma once

// What the form of a destination checks as a person types. Widget-free, so that every rule can be tested.

#include "core/delivery/destination_settings.h"

#include <QString>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sluice::ui {

/// Fields of the form that can be wrong.
enum class DestinationField : std::uint8_t {
    Name,
    Endpoint,
    Signals,
    Headers,
    Timeout,
    RetryInitial,
    RetryMax,
    GiveUp
};

/// What is wrong, by field. Empty: it can be saved. `otherNames` are taken.
std::map<DestinationField, QString> problemsOf(
    const DestinationSettings& settings, const std::vector<std::string>& otherNames);

/// "750 ms", "0.75 s", "5 min", "2m"; a number alone is seconds. Nothing for anything else or below zero.
std::optional<Nanos> durationFromText(const QString& text);

/// "5 s", "2 min", "750 ms", so that durationFromText() gives it back.
QString durationToText(Nanos duration);

/// One "key: value" a line. Lines without a colon give nothing and their number (from 1) in `badLine`.
std::vector<std::pair<std::string, std::string>> headersFromText(const QString& text, int* badLine);
QString headersToText(const std::vector<std::pair<std::string, std::string>>& headers);

/// A name that nobody has: "otlp_grpc/backend", "otlp_grpc/backend-2".
std::string freeName(DestinationKind kind, const std::vector<std::string>& taken);

/// "OTLP gRPC", "OTLP HTTP".
QString titleOf(DestinationKind kind);

/// The part of a destination's name that people gave it: what stands after the slash, or all of it.
QString shortName(const std::string& name);

} // namespace sluice::ui
