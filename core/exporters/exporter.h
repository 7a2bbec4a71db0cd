#pragma once

// What sends export requests to one backend, and what came of it.

#include "core/base/result.h"
#include "core/base/shared_bytes.h"
#include "core/base/time.h"
#include "core/model/signal.h"

#include <array>
#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace sluice {

/// How a backend answered one request. The table of what is retried is in exporters/answers.h.
struct SendResult {
    enum class Kind : std::uint8_t {
        Ok,
        PartialSuccess, ///< Taken, but `rejectedRecords` of it were not, for good. Never sent again.
        Retry, ///< Not taken; the same request may be taken later.
        Refused, ///< Not taken, for good.
        Cancelled, ///< Stopped by us; whether the backend took it is unknown.
    };
    Kind kind = Kind::Ok;
    Nanos retryAfter{0}; ///< Retry: what the backend asked for; 0: it did not say.
    std::uint64_t rejectedRecords = 0; ///< PartialSuccess. May be 0: then `text` is advice.
    bool isAnswered = false; ///< The backend itself spoke. False: no connection, no answer, not even sent.
    bool isTooLarge = false; ///< Refused because of its size: parts of it may be taken.
    std::string text; ///< One line for a person: the backend's words, or what went wrong on the way.
};

/// Why an exporter cannot be made: a setting is wrong.
struct ExporterError {
    std::string key; ///< "endpoint", "headers".
    std::string text;
};

/// What both OTLP exporters need. Keys as the collector's; spec/processors.md section 16.
struct ExporterSettings {
    std::string
        endpoint; ///< gRPC: host:port or http(s)://host:port. HTTP: base URL, /v1/<signal> is appended.
    std::array<std::string, kSignalCount>
        signalEndpoints{}; ///< HTTP: URL of one signal, taken as it is; empty: from `endpoint`.
    bool isInsecure = true; ///< gRPC without a scheme: no TLS.
    bool useGzip = true;
    std::vector<std::pair<std::string, std::string>> headers{}; ///< Values may hold ${env:NAME}.
};

/// Sends requests to one backend over connections that it keeps.
///
/// Threads: send() may be called by several at once, each call is a request in flight of its own.
class Exporter {
public:
    Exporter() = default;
    Exporter(const Exporter&) = delete;
    Exporter& operator=(const Exporter&) = delete;
    virtual ~Exporter() = default;

    /// Sends the concatenation of `payloads` as one export request of `signal` and waits for the answer,
    /// `timeout` at most (0: for ever). `stop` ends the wait at once. The bytes are not copied (compression
    /// reads them once). `records` is for texts only. Never fails otherwise than through its result.
    virtual SendResult send(Signal signal, std::span<const SharedBytes> payloads, std::uint64_t records,
        Nanos timeout, std::stop_token stop)
        = 0;
};

/// Answers larger than this are not read: the request counts as refused (spec/protocols.md 4.1).
inline constexpr std::size_t kMaxAnswerBytes = 4u << 20;

} // namespace sluice
