#pragma once

#include "core/capture/stored.h"
#include "core/query/query_types.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::search {

/// The messages that make up one record. Views into the request they were found in.
struct RecordParts {
    Signal signal = Signal::Traces;
    std::string_view message; ///< Span, LogRecord, data point or Metric.
    std::string_view name;
    std::string_view resource;
    std::string_view resourceSchemaUrl;
    std::string_view scope;
    std::string_view scopeSchemaUrl;
    std::string_view metric; ///< Metrics: the Metric message.
    std::uint32_t attributes = 0; ///< Number of the attribute field in `message`.
};

/// Record `index` of an export request. Nothing when the request cannot be read or has no such record.
std::optional<RecordParts> partsOf(Signal signal, std::string_view request, std::size_t index);

query::ResourceInfo resourceInfoOf(const RecordParts& parts);
query::ScopeInfo scopeInfoOf(const RecordParts& parts);

/// The attributes of the record; the second also has its fields that rules may change, as if they were
/// attributes: "name", "status", "severity_text", "body", and those of the resource with the prefix
/// "resource.".
std::vector<query::Attribute> attributesOf(const RecordParts& parts);
std::vector<query::Attribute> attributesAndFieldsOf(const RecordParts& parts);

/// The record alone as OTLP/JSON, indented. Empty when it cannot be written.
std::string jsonOf(const RecordParts& parts);

} // namespace sluice::search
