#include "app/commands/arguments.h"

#include "app/console.h"
#include "app/exit_code.h"
#include "core/config/node.h"
#include "core/search/capture_query.h"

#include <ctime>
#include <limits>

namespace sluice::commands {

std::optional<UnixTime> timeArgument(const std::string& option, const std::string& text)
{
    if (const auto ago = config::parseDuration(text); ago && ago->count() >= 0)
        return std::chrono::time_point_cast<Nanos>(std::chrono::system_clock::now()) - *ago;
    std::tm parts{};
    const char* end = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
    if (end != nullptr && (*end == 'Z' || *end == '\0') && (*end == '\0' || end[1] == '\0'))
        return UnixTime(std::chrono::seconds(::timegm(&parts)));
    complain(option + " takes a duration (15m: so long ago) or a time in UTC (2026-03-12T14:10:00Z), not \""
        + text + "\"");
    return std::nullopt;
}

std::optional<TimeRange> rangeArgument(const std::string& since, const std::string& until, bool& isValid)
{
    isValid = true;
    if (since.empty() && until.empty())
        return std::nullopt;
    TimeRange range{UnixTime{}, UnixTime(Nanos(std::numeric_limits<std::int64_t>::max()))};
    if (!since.empty()) {
        const auto begin = timeArgument("--since", since);
        isValid = begin.has_value();
        range.begin = begin.value_or(range.begin);
    }
    if (!until.empty()) {
        const auto end = timeArgument("--until", until);
        isValid = isValid && end.has_value();
        range.end = end.value_or(range.end);
    }
    return range;
}

std::optional<Nanos> durationArgument(const std::string& option, const std::string& text)
{
    const auto duration = config::parseDuration(text);
    if (!duration)
        complain(option + " takes a duration such as 300ms or 1m30s, not \"" + text + "\"");
    return duration;
}

std::optional<TraceId> traceIdArgument(const std::string& text)
{
    const auto id = TraceId::fromHex(text);
    if (!id)
        complain("A trace id has 32 hex digits, not \"" + text + "\"");
    return id;
}

std::optional<std::pair<std::string, std::string>> pairArgument(
    const std::string& option, const std::string& text)
{
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
        complain(option + " takes NAME=VALUE, not \"" + text + "\"");
        return std::nullopt;
    }
    return std::pair{text.substr(0, equals), text.substr(equals + 1)};
}

DestinationSettings destinationArgument(const std::string& url)
{
    constexpr std::string_view kGrpc = "grpc://";
    DestinationSettings settings;
    settings.compression = Compression::None;
    if (url.starts_with(kGrpc)) {
        settings.kind = DestinationKind::OtlpGrpc;
        settings.endpoint = url.substr(kGrpc.size());
    } else {
        settings.kind = DestinationKind::OtlpHttp;
        settings.endpoint = url.find("://") == std::string::npos ? "http://" + url : url;
    }
    settings.name = url;
    return settings;
}

std::unique_ptr<query::Query> openQuery(const std::string& path, int& exitCode)
{
    auto query = search::CaptureQuery::open(path);
    if (!query) {
        complain(query.error().text);
        exitCode = query.error().kind == query::QueryFailure::NotFound ? kUsage : kDamaged;
        return nullptr;
    }
    return *std::move(query);
}

int captureFailed(const CaptureError& error)
{
    complain(error.text);
    switch (error.kind) {
    case CaptureFailure::Corrupt:
    case CaptureFailure::Foreign:
    case CaptureFailure::NewerVersion: return kDamaged;
    default: return kUsage;
    }
}

int queryFailed(const query::QueryError& error)
{
    complain(error.text);
    switch (error.kind) {
    case query::QueryFailure::NotFound: return kNo;
    case query::QueryFailure::BadFilter: return kUsage;
    case query::QueryFailure::Cancelled: return kInterrupted;
    case query::QueryFailure::Unreadable: return kDamaged;
    }
    return kDamaged;
}

} // namespace sluice::commands
