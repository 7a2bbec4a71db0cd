#include "core/exporters/answers.h"

#include "core/wire/reader.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace sluice {
namespace {

using wire::Reader;
using wire::WireType;

constexpr std::array<std::string_view, 17> kGrpcCodes{"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS",
    "UNAUTHENTICATED"};
constexpr int kResourceExhausted = 8;

bool isRetryableGrpc(int code)
{
    switch (code) {
    case 1: // CANCELLED
    case 4: // DEADLINE_EXCEEDED
    case 10: // ABORTED
    case 11: // OUT_OF_RANGE
    case 14: // UNAVAILABLE
    case 15: // DATA_LOSS
        return true;
    default: return false;
    }
}

/// google.protobuf.Duration; negative ones are 0.
Nanos durationOf(std::string_view message)
{
    std::int64_t seconds = 0;
    std::int64_t nanos = 0;
    for (Reader reader(message); reader.next();) {
        if (!reader.is(WireType::Varint))
            continue;
        if (reader.number() == 1)
            seconds = static_cast<std::int64_t>(reader.scalar());
        else if (reader.number() == 2)
            nanos = static_cast<std::int32_t>(reader.scalar());
    }
    const std::int64_t limit
        = std::chrono::seconds(std::chrono::duration_cast<std::chrono::seconds>(kMaxRetryAfter)).count();
    const Nanos delay = std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, limit)) + Nanos(nanos);
    return std::clamp(delay, Nanos(0), kMaxRetryAfter);
}

struct RpcStatus {
    std::string_view message;
    std::optional<Nanos> retryDelay; ///< Set when there is a RetryInfo, whatever it says.
};

/// google.rpc.Status.
std::optional<RpcStatus> readRpcStatus(std::string_view bytes)
{
    RpcStatus status;
    Reader reader(bytes);
    while (reader.next()) {
        if (!reader.is(WireType::Length))
            continue;
        if (reader.number() == 2)
            status.message = reader.bytes();
        if (reader.number() != 3)
            continue;
        std::string_view type;
        std::string_view value;
        for (Reader any(reader.bytes()); any.next();) {
            if (any.is(WireType::Length))
                (any.number() == 1 ? type : value) = any.bytes();
        }
        if (!type.ends_with("/google.rpc.RetryInfo"))
            continue;
        status.retryDelay = Nanos(0);
        for (Reader info(value); info.next();) {
            if (info.number() == 1 && info.is(WireType::Length))
                status.retryDelay = durationOf(info.bytes());
        }
    }
    return reader.ok() ? std::optional(status) : std::nullopt;
}

/// Export…ServiceResponse of any signal: they differ in names only.
SendResult answerOfResponse(std::string_view response)
{
    SendResult result;
    result.isAnswered = true;
    Reader reader(response);
    while (reader.next()) {
        if (reader.number() != 1 || !reader.is(WireType::Length))
            continue;
        Reader partial(reader.bytes());
        while (partial.next()) {
            if (partial.number() == 1 && partial.is(WireType::Varint))
                result.rejectedRecords = static_cast<std::uint64_t>(
                    std::max<std::int64_t>(0, static_cast<std::int64_t>(partial.scalar())));
            if (partial.number() == 2 && partial.is(WireType::Length))
                result.text = oneLine(partial.bytes());
        }
        if (!partial.ok()) {
            result = {};
            result.kind = SendResult::Kind::Refused;
            result.isAnswered = true;
            result.text = "the answer cannot be decoded";
            return result;
        }
    }
    if (!reader.ok()) {
        result = {};
        result.isAnswered = true;
        result.kind = SendResult::Kind::Refused;
        result.text = "the answer cannot be decoded";
        return result;
    }
    if (result.rejectedRecords > 0 || !result.text.empty())
        result.kind = SendResult::Kind::PartialSuccess;
    return result;
}

bool isMediaType(std::string_view contentType, std::string_view expected)
{
    contentType = contentType.substr(0, contentType.find(';'));
    while (!contentType.empty() && contentType.back() == ' ')
        contentType.remove_suffix(1);
    return std::equal(contentType.begin(), contentType.end(), expected.begin(), expected.end(),
        [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b; });
}

std::optional<int> numberAt(std::string_view text)
{
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

/// The words of a date, split at blanks, commas and hyphens.
std::vector<std::string_view> wordsOf(std::string_view text)
{
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(" ,-"), text.size());
        if (end > 0)
            words.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

/// "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994".
std::optional<UnixTime> parseHttpDate(std::string_view text)
{
    constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const auto words = wordsOf(text);
    if (words.size() < 5)
        return std::nullopt;
    const bool isAsctime = !numberAt(words[1]);
    const std::string_view monthName = words[isAsctime ? 1 : 2];
    const auto day = numberAt(words[isAsctime ? 2 : 1]);
    auto year = numberAt(words[isAsctime ? 4 : 3]);
    const std::string_view time = words[isAsctime ? 3 : 4];
    const std::size_t month = monthName.size() == 3 ? kMonths.find(monthName) : std::string_view::npos;
    if (month == std::string_view::npos || month % 3 != 0 || !day || !year || time.size() != 8)
        return std::nullopt;
    const auto hours = numberAt(time.substr(0, 2));
    const auto minutes = numberAt(time.substr(3, 2));
    const auto seconds = numberAt(time.substr(6, 2));
    if (!hours || !minutes || !seconds)
        return std::nullopt;
    if (*year < 100)
        *year += *year < 70 ? 2000 : 1900;
    const std::chrono::year_month_day date(std::chrono::year(*year),
        std::chrono::month(static_cast<unsigned>(month / 3 + 1)),
        std::chrono::day(static_cast<unsigned>(*day)));
    if (!date.ok() || *year > 2200)
        return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(*hours) + std::chrono::minutes(*minutes)
        + std::chrono::seconds(*seconds);
}

} // namespace

std::string grpcCodeName(int code)
{
    if (code < 0 || static_cast<std::size_t>(code) >= kGrpcCodes.size())
        return "code " + std::to_string(code);
    return std::string(kGrpcCodes[static_cast<std::size_t>(code)]);
}

SendResult answerOfGrpc(
    int code, std::string_view message, std::string_view details, std::string_view response)
{
    if (code == 0)
        return answerOfResponse(response);
    SendResult result;
    result.isAnswered = true;
    result.text = grpcCodeName(code);
    if (!message.empty())
        result.text += ": " + oneLine(message);
    const auto status = readRpcStatus(details);
    const bool hasRetryInfo = status && status->retryDelay;
    if (isRetryableGrpc(code) || (code == kResourceExhausted && hasRetryInfo)) {
        result.kind = SendResult::Kind::Retry;
        if (hasRetryInfo)
            result.retryAfter = *status->retryDelay;
    } else {
        result.kind = SendResult::Kind::Refused;
        result.isTooLarge = code == kResourceExhausted;
    }
    return result;
}

SendResult answerOfHttp(int status, std::string_view contentType, std::string_view body,
    std::string_view retryAfter, UnixTime now)
{
    const bool isProtobuf = isMediaType(contentType, "application/x-protobuf");
    if (status >= 200 && status < 300) {
        // Some backends answer with nothing, or with a text of their own; only what claims to be OTLP is
        // read.
        if (isProtobuf)
            return answerOfResponse(body);
        SendResult taken;
        taken.isAnswered = true;
        return taken;
    }
    SendResult result;
    result.isAnswered = true;
    result.text = "HTTP " + std::to_string(status);
    const auto rpcStatus = isProtobuf ? readRpcStatus(body) : std::nullopt;
    const std::string words = rpcStatus ? oneLine(rpcStatus->message)
        : isProtobuf                    ? std::string()
                                        : oneLine(body);
    if (!words.empty())
        result.text += ": " + words;
    switch (status) {
    case 429:
    case 503:
        if (const auto delay = parseRetryAfter(retryAfter, now))
            result.retryAfter = *delay;
        [[fallthrough]];
    case 502:
    case 504: result.kind = SendResult::Kind::Retry; break;
    default: result.kind = SendResult::Kind::Refused; result.isTooLarge = status == 413;
    }
    return result;
}

std::optional<Nanos> parseRetryAfter(std::string_view value, UnixTime now)
{
    while (!value.empty() && value.front() == ' ')
        value.remove_prefix(1);
    while (!value.empty() && value.back() == ' ')
        value.remove_suffix(1);
    if (value.empty())
        return std::nullopt;
    const std::string_view digits = value.front() == '-' ? value.substr(1) : value;
    if (!digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos) {
        if (value.front() == '-')
            return Nanos(0);
        std::int64_t seconds = 0;
        const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
        if (parsed.ec != std::errc() || seconds > 3600)
            return kMaxRetryAfter;
        return std::chrono::seconds(seconds);
    }
    const auto date = parseHttpDate(value);
    if (!date)
        return std::nullopt;
    return std::clamp(*date - now, Nanos(0), kMaxRetryAfter);
}

std::string oneLine(std::string_view text, std::size_t maxBytes)
{
    std::string line;
    for (const char c : text.substr(0, maxBytes)) {
        const auto byte = static_cast<unsigned char>(c);
        line += byte < 0x20U || byte == 0x7fU ? ' ' : c;
    }
    if (text.size() > maxBytes) {
        while (!line.empty() && (static_cast<unsigned char>(line.back()) & 0xc0U) == 0x80U)
            line.pop_back();
        if (!line.empty() && static_cast<unsigned char>(line.back()) >= 0xc0U)
            line.pop_back();
        line += "…";
    }
    while (!line.empty() && line.back() == ' ')
        line.pop_back();
    return line;
}

} // namespace sluice
