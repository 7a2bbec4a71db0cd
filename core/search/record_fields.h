#pragma once

#include "core/capture/stored.h"
#include "core/model/value.h"
#include "core/query/query_types.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::search {

// Single fields of stored records, as the interface shows them.

/// Characters of a log's body in a list.
inline constexpr std::size_t kShownBody = 1000;

/// The Span, LogRecord, data point or Metric message of a record; empty when the columns are damaged.
std::string_view messageOf(const Chunk& chunk, std::size_t index);

/// The service's name of a record: "unknown_service" when it has none.
std::string serviceOf(const Chunk& chunk, std::size_t index);

/// http.response.status_code, or http.status_code, of a span as text; empty when absent.
std::string httpStatusOf(std::string_view span);

/// Fills everything of a row but service and outcome.
query::SpanRow spanRowOf(const Chunk& chunk, std::size_t index);

/// Fills everything of a row but outcome and rule. `bodyLimit` in characters.
query::LogRow logRowOf(const Chunk& chunk, std::size_t index, std::size_t bodyLimit = kShownBody);

/// The body of a log record as text: a string as it is, anything else as JSON.
std::string bodyOf(std::string_view logRecord);

/// A value as text for people: strings as they are, lists and maps as JSON, bytes as base64.
std::string textOf(const Value& value);
/// "string", "int", … as query::Attribute::type.
std::string_view typeOf(const Value& value);

/// The attributes of a message; `field` is that of the repeated KeyValue.
std::vector<query::Attribute> attributesOf(std::string_view message, std::uint32_t field);

SpanId spanIdOf(std::string_view bytes); ///< Invalid unless 8 bytes.
TraceId traceIdOf(std::string_view bytes); ///< Invalid unless 16 bytes.

} // namespace sluice::search
