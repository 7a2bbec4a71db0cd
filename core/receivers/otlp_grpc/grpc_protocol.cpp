#include "core/receivers/otlp_grpc/grpc_protocol.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>

namespace sluice {

namespace {

constexpr std::array<std::string_view, kSignalCount> kMethods{
    "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
    "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
};

GrpcCode codeOf(Refusal refusal)
{
    switch (refusal) {
    case Refusal::None: return GrpcCode::Ok;
    case Refusal::Malformed: return GrpcCode::InvalidArgument;
    case Refusal::TooLarge:
    case Refusal::StorageFull: return GrpcCode::ResourceExhausted;
    case Refusal::Overloaded: // UNAVAILABLE is tried again even by senders that do not read RetryInfo.
    case Refusal::ShuttingDown: return GrpcCode::Unavailable;
    case Refusal::Unsupported: return GrpcCode::Unimplemented;
    case Refusal::Internal: break;
    }
    return GrpcCode::Internal;
}

std::optional<Nanos> unitOf(char letter)
{
    using namespace std::chrono;
    switch (letter) {
    case 'H': return hours(1);
    case 'M': return minutes(1);
    case 'S': return seconds(1);
    case 'm': return milliseconds(1);
    case 'u': return microseconds(1);
    case 'n': return Nanos(1);
    default: return std::nullopt;
    }
}

} // namespace

GrpcStatus grpcStatusOf(const Answer& answer)
{
    GrpcStatus status{.code = codeOf(answer.refusal), .message = answer.message, .retryAfter = Nanos(0)};
    if (answer.refusal == Refusal::Overloaded || answer.refusal == Refusal::StorageFull)
        status.retryAfter = std::max<Nanos>(answer.retryAfter, std::chrono::seconds(1));
    return status;
}

int wholeSeconds(Nanos delay)
{
    if (delay <= Nanos(0))
        return 0;
    return static_cast<int>(std::min<std::int64_t>(
        std::chrono::ceil<std::chrono::seconds>(delay).count(), std::numeric_limits<int>::max()));
}

std::optional<Nanos> parseGrpcTimeout(std::string_view text)
{
    constexpr std::size_t kMaxDigits = 8;
    if (text.size() < 2 || text.size() > kMaxDigits + 1)
        return std::nullopt;
    const auto unit = unitOf(text.back());
    std::int64_t value = 0;
    const char* end = text.data() + text.size() - 1;
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (!unit || error != std::errc() || stop != end || value < 0)
        return std::nullopt;
    if (value > Nanos::max() / *unit)
        return Nanos::max(); // 99,999,999 hours do not fit; nobody waits so long.
    return *unit * value;
}

std::string percentEncoded(std::string_view text)
{
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string encoded;
    encoded.reserve(text.size());
    for (const char letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        if (byte >= 0x20 && byte <= 0x7E && letter != '%') {
            encoded += letter;
        } else {
            encoded += '%';
            encoded += kDigits[byte >> 4];
            encoded += kDigits[byte & 15];
        }
    }
    return encoded;
}

std::string base64(std::string_view bytes)
{
    constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() * 4 + 2) / 3);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char letter : bytes) {
        bits = bits << 8 | static_cast<unsigned char>(letter);
        count += 8;
        while (count >= 6) {
            count -= 6;
            text += kLetters[bits >> count & 63];
        }
    }
    if (count > 0)
        text += kLetters[bits << (6 - count) & 63];
    return text;
}

bool isGrpcContentType(std::string_view text)
{
    text = text.substr(0, text.find(';'));
    while (text.ends_with(' '))
        text.remove_suffix(1);
    return text == "application/grpc" || text == "application/grpc+proto";
}

std::optional<Signal> signalOfMethod(std::string_view path)
{
    for (const Signal signal : kSignals) {
        if (path == kMethods[indexOf(signal)])
            return signal;
    }
    return std::nullopt;
}

Signal likelySignalOf(std::string_view path)
{
    for (const Signal signal : {Signal::Metrics, Signal::Logs}) {
        if (path.find(nameOf(signal)) != std::string_view::npos)
            return signal;
    }
    return Signal::Traces;
}

std::string_view shortened(std::string_view message)
{
    return message.substr(0, kMaxGrpcMessage);
}

} // namespace sluice
