// The small messages that answer an export request, in both encodings.

#include "core/otlp/json.h"
#include "core/otlp/json_text.h"
#include "core/wire/otlp_fields.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace sluice::otlp {

using wire::Reader;
using wire::tagOf;
using wire::WireType;
using wire::Writer;

namespace {

constexpr std::string_view kRetryInfo = "type.googleapis.com/google.rpc.RetryInfo";

// google.rpc.Status, google.protobuf.Any, google.rpc.RetryInfo and google.protobuf.Duration.
constexpr std::uint32_t kCode = 1;
constexpr std::uint32_t kMessage = 2;
constexpr std::uint32_t kDetails = 3;
constexpr std::uint32_t kTypeUrl = 1;
constexpr std::uint32_t kValue = 2;
constexpr std::uint32_t kRetryDelay = 1;
constexpr std::uint32_t kSeconds = 1;
constexpr std::uint32_t kNanos = 2;

using Fields = wire::ExportTracePartialSuccessField;
constexpr std::uint32_t kPartialSuccess = wire::ExportTraceServiceResponseField::kPartialSuccess;
static_assert(Fields::kErrorMessage == wire::ExportMetricsPartialSuccessField::kErrorMessage
    && Fields::kErrorMessage == wire::ExportLogsPartialSuccessField::kErrorMessage);

constexpr std::int64_t kMaxSeconds = std::numeric_limits<std::int64_t>::max() / 1'000'000'000 - 1;

Nanos duration(std::int64_t seconds, std::int64_t nanos)
{
    const Nanos result = std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, kMaxSeconds))
        + Nanos(std::clamp<std::int64_t>(nanos, 0, 999'999'999));
    return seconds < 0 || nanos < 0 ? Nanos(0) : result;
}

Nanos readDuration(std::string_view message)
{
    std::int64_t seconds = 0;
    std::int64_t nanos = 0;
    for (Reader reader(message); reader.next();) {
        if (reader.tag() == tagOf(kSeconds, WireType::Varint))
            seconds = static_cast<std::int64_t>(reader.scalar());
        else if (reader.tag() == tagOf(kNanos, WireType::Varint))
            nanos = static_cast<std::int32_t>(reader.scalar());
    }
    return duration(seconds, nanos);
}

/// A Duration in JSON: "3s", "1.500s". Anything else counts as no hint.
Nanos readDurationText(std::string_view text)
{
    if (!text.ends_with('s'))
        return Nanos(0);
    text.remove_suffix(1);
    double seconds = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (!isJsonNumber(text) || result.ec != std::errc() || !(seconds > 0))
        return Nanos(0);
    seconds = std::min(seconds, static_cast<double>(kMaxSeconds));
    const auto whole = static_cast<std::int64_t>(seconds);
    return duration(whole, static_cast<std::int64_t>((seconds - static_cast<double>(whole)) * 1e9));
}

std::optional<Nanos> readDetail(bool json, std::string_view message)
{
    std::string_view type;
    std::string_view value;
    for (Reader reader(message); reader.next();) {
        if (reader.tag() == tagOf(kTypeUrl, WireType::Length))
            type = reader.bytes();
        else if (reader.tag() == tagOf(kValue, WireType::Length))
            value = reader.bytes();
    }
    if (type != kRetryInfo)
        return std::nullopt;
    if (json) // MessageType::RpcDetail: the value is the duration's text.
        return readDurationText(value);
    Nanos delay{0};
    for (Reader reader(value); reader.next();) {
        if (reader.tag() == tagOf(kRetryDelay, WireType::Length))
            delay = readDuration(reader.bytes());
    }
    return delay;
}

} // namespace

std::string encodeStatus(bool json, int code, std::string_view message, int retryAfterSeconds)
{
    std::string out;
    if (json) {
        out.append("{\"code\":").append(std::to_string(code)).append(",\"message\":");
        appendJsonString(out, message);
        if (retryAfterSeconds > 0) {
            out.append(",\"details\":[{\"@type\":\"").append(kRetryInfo).append("\",\"retryDelay\":\"");
            out.append(std::to_string(retryAfterSeconds)).append("s\"}]");
        }
        out.push_back('}');
        return out;
    }
    Writer writer(out);
    if (code != 0)
        writer.integer(kCode, code);
    if (!message.empty())
        writer.bytes(kMessage, message);
    if (retryAfterSeconds > 0) {
        const auto detail = writer.begin(kDetails);
        writer.bytes(kTypeUrl, kRetryInfo);
        const auto value = writer.begin(kValue);
        const auto delay = writer.begin(kRetryDelay);
        writer.integer(kSeconds, retryAfterSeconds);
        writer.end(delay);
        writer.end(value);
        writer.end(detail);
    }
    return out;
}

Result<RpcStatus, DecodeError> decodeStatus(bool json, std::string_view bytes)
{
    std::string transcoded;
    if (json) {
        SLUICE_TRY_AS(transcoded, jsonToMessage(MessageType::RpcStatus, bytes));
        bytes = transcoded;
    }
    RpcStatus status;
    Reader reader(bytes);
    while (reader.next()) {
        switch (reader.tag()) {
        case tagOf(kCode, WireType::Varint): status.code = static_cast<int>(reader.scalar()); break;
        case tagOf(kMessage, WireType::Length): status.message = reader.bytes(); break;
        case tagOf(kDetails, WireType::Length):
            if (const auto delay = readDetail(json, reader.bytes()))
                status.retryDelay = delay;
            break;
        default: break;
        }
    }
    if (!reader.ok())
        return fail(DecodeError{"google.rpc.Status: " + std::string(wire::textOf(reader.error())), 0});
    return status;
}

std::string encodeResponse(Signal signal, bool json, std::uint64_t rejected, std::string_view message)
{
    std::string out;
    if (rejected != 0 || !message.empty()) {
        Writer writer(out);
        const auto partial = writer.begin(kPartialSuccess);
        if (rejected != 0)
            writer.varint(Fields::kRejectedSpans, rejected);
        if (!message.empty())
            writer.bytes(Fields::kErrorMessage, message);
        writer.end(partial);
    }
    if (!json)
        return out;
    auto text = messageToJson(responseType(signal), out);
    return text ? *std::move(text) : std::string("{}");
}

Result<PartialSuccess, DecodeError> decodeResponse(Signal signal, bool json, std::string_view bytes)
{
    std::string transcoded;
    if (json && !bytes.empty()) {
        SLUICE_TRY_AS(transcoded, jsonToMessage(responseType(signal), bytes));
        bytes = transcoded;
    }
    PartialSuccess result;
    Reader reader(bytes);
    while (reader.next()) {
        if (reader.tag() != tagOf(kPartialSuccess, WireType::Length))
            continue;
        for (Reader partial(reader.bytes()); partial.next();) {
            if (partial.tag() == tagOf(Fields::kRejectedSpans, WireType::Varint)) {
                const auto rejected = static_cast<std::int64_t>(partial.scalar());
                result.rejected = static_cast<std::uint64_t>(std::max<std::int64_t>(rejected, 0));
            } else if (partial.tag() == tagOf(Fields::kErrorMessage, WireType::Length)) {
                result.message = partial.bytes();
            }
        }
    }
    if (!reader.ok())
        return fail(DecodeError{"response: " + std::string(wire::textOf(reader.error())), 0});
    return result;
}

} // namespace sluice::otlp
