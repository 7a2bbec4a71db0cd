#pragma once

// The JSON shapes of records, as scripts read them.

#include "app/json_writer.h"
#include "core/query/query_types.h"

#include <string>

namespace sluice::commands {

/// "INFO" and so on; "-" for an unspecified severity.
std::string severityName(std::uint8_t number);

void write(JsonWriter& json, const query::TraceSummary& trace);
void writeMembers(JsonWriter& json, const query::TraceSummary& trace); ///< Without the braces.
void write(JsonWriter& json, const query::SpanDetail& span);
void write(JsonWriter& json, const query::LogRow& log);
void write(JsonWriter& json, const query::LogDetail& log);
void write(JsonWriter& json, const query::MetricInfo& metric);
void write(JsonWriter& json, const query::MetricSeries& series, const std::string& metric);
void write(JsonWriter& json, const query::Explanation& explanation);
void write(JsonWriter& json, std::string_view key, const query::Outcome& outcome);

} // namespace sluice::commands
