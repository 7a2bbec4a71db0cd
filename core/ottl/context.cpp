#include "core/ottl/context.h"

#include <algorithm>
#include <numeric>

namespace sluice::ottl {

namespace {

constexpr EnumSymbol kSpanEnums[] = {{"SPAN_KIND_UNSPECIFIED", 0}, {"SPAN_KIND_INTERNAL", 1},
    {"SPAN_KIND_SERVER", 2}, {"SPAN_KIND_CLIENT", 3}, {"SPAN_KIND_PRODUCER", 4}, {"SPAN_KIND_CONSUMER", 5},
    {"STATUS_CODE_UNSET", 0}, {"STATUS_CODE_OK", 1}, {"STATUS_CODE_ERROR", 2}};

// The last two are of data points only.
constexpr EnumSymbol kMetricEnums[] = {{"METRIC_DATA_TYPE_NONE", 0}, {"METRIC_DATA_TYPE_GAUGE", 1},
    {"METRIC_DATA_TYPE_SUM", 2}, {"METRIC_DATA_TYPE_HISTOGRAM", 3},
    {"METRIC_DATA_TYPE_EXPONENTIAL_HISTOGRAM", 4}, {"METRIC_DATA_TYPE_SUMMARY", 5},
    {"AGGREGATION_TEMPORALITY_UNSPECIFIED", 0}, {"AGGREGATION_TEMPORALITY_DELTA", 1},
    {"AGGREGATION_TEMPORALITY_CUMULATIVE", 2}, {"FLAG_NONE", 0}, {"FLAG_NO_RECORDED_VALUE", 1}};
constexpr std::size_t kDataPointOnly = 2;

constexpr EnumSymbol kLogEnums[] = {{"SEVERITY_NUMBER_UNSPECIFIED", 0}, {"SEVERITY_NUMBER_TRACE", 1},
    {"SEVERITY_NUMBER_TRACE2", 2}, {"SEVERITY_NUMBER_TRACE3", 3}, {"SEVERITY_NUMBER_TRACE4", 4},
    {"SEVERITY_NUMBER_DEBUG", 5}, {"SEVERITY_NUMBER_DEBUG2", 6}, {"SEVERITY_NUMBER_DEBUG3", 7},
    {"SEVERITY_NUMBER_DEBUG4", 8}, {"SEVERITY_NUMBER_INFO", 9}, {"SEVERITY_NUMBER_INFO2", 10},
    {"SEVERITY_NUMBER_INFO3", 11}, {"SEVERITY_NUMBER_INFO4", 12}, {"SEVERITY_NUMBER_WARN", 13},
    {"SEVERITY_NUMBER_WARN2", 14}, {"SEVERITY_NUMBER_WARN3", 15}, {"SEVERITY_NUMBER_WARN4", 16},
    {"SEVERITY_NUMBER_ERROR", 17}, {"SEVERITY_NUMBER_ERROR2", 18}, {"SEVERITY_NUMBER_ERROR3", 19},
    {"SEVERITY_NUMBER_ERROR4", 20}, {"SEVERITY_NUMBER_FATAL", 21}, {"SEVERITY_NUMBER_FATAL2", 22},
    {"SEVERITY_NUMBER_FATAL3", 23}, {"SEVERITY_NUMBER_FATAL4", 24}};

std::size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t k = 0; k < b.size(); ++k) {
            const bool isAlike = (a[i] | 0x20) == (b[k] | 0x20);
            const std::size_t best = std::min({row[k] + 1, row[k + 1] + 1, diagonal + (isAlike ? 0U : 1U)});
            diagonal = std::exchange(row[k + 1], best);
        }
    }
    return row[b.size()];
}

} // namespace

std::string_view nameOf(Context context)
{
    switch (context) {
    case Context::Resource: return "resource";
    case Context::Scope: return "scope";
    case Context::Span: return "span";
    case Context::SpanEvent: return "spanevent";
    case Context::Metric: return "metric";
    case Context::DataPoint: return "datapoint";
    case Context::Exemplar: return "exemplar";
    case Context::Log: return "log";
    }
    return "";
}

std::optional<Context> contextNamed(std::string_view name)
{
    if (name == "instrumentation_scope")
        return Context::Scope;
    for (const Context context : kContexts) {
        if (nameOf(context) == name)
            return context;
    }
    return std::nullopt;
}

ContextSet visibleFrom(Context context)
{
    const auto with
        = [context](Context parent) { return static_cast<ContextSet>(setOf(context) | visibleFrom(parent)); };
    switch (context) {
    case Context::Resource: return setOf(Context::Resource);
    case Context::Scope: return with(Context::Resource);
    case Context::Span:
    case Context::Metric:
    case Context::Log: return with(Context::Scope);
    case Context::SpanEvent: return with(Context::Span);
    case Context::DataPoint: return with(Context::Metric);
    case Context::Exemplar: return with(Context::DataPoint);
    }
    return 0;
}

std::span<const EnumSymbol> enumsOf(Context context)
{
    switch (context) {
    case Context::Span:
    case Context::SpanEvent: return kSpanEnums;
    case Context::Metric: return std::span(kMetricEnums).first(std::size(kMetricEnums) - kDataPointOnly);
    case Context::DataPoint: return kMetricEnums;
    case Context::Log: return kLogEnums;
    default: return {};
    }
}

std::optional<std::int64_t> enumNamed(Context context, std::string_view name)
{
    for (const EnumSymbol& symbol : enumsOf(context)) {
        if (symbol.name == name)
            return symbol.value;
    }
    return std::nullopt;
}

std::optional<std::string> nearestTo(
    std::string_view written, const std::vector<std::string_view>& candidates)
{
    constexpr std::size_t kLongest = 80;
    if (written.size() > kLongest)
        return std::nullopt;
    std::size_t best = written.size() / 3 + 2; // Beyond that it is another word.
    std::optional<std::string> nearest;
    for (const std::string_view candidate : candidates) {
        const std::size_t distance = editDistance(written, candidate);
        if (distance < best) {
            best = distance;
            nearest = std::string(candidate);
        }
    }
    return nearest;
}

} // namespace sluice::ottl
