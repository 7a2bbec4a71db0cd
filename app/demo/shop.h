#pragma once

// The demo shop: seven services, ten operations, and a payment provider that is slow for three of its fifteen
// minutes.

#include "core/base/ids.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::demo {

enum class Service : std::uint8_t { Frontend, Checkout, Cart, Payment, Inventory, Email, Recommendation };
inline constexpr std::size_t kServiceCount = 7;
std::string_view nameOf(Service service);

/// Attribute values that the shop uses.
struct Attribute {
    enum class Type : std::uint8_t { Text, Integer, Number, Flag };
    std::string key;
    Type type = Type::Text;
    std::string text;
    std::int64_t integer = 0;
    double number = 0;

    Attribute(std::string_view name, std::string_view value)
        : key(name)
        , text(value)
    {
    }
    Attribute(std::string_view name, const char* value)
        : Attribute(name, std::string_view(value))
    {
    }
    Attribute(std::string_view name, int value)
        : key(name)
        , type(Type::Integer)
        , integer(value)
    {
    }
    Attribute(std::string_view name, double value)
        : key(name)
        , type(Type::Number)
        , number(value)
    {
    }
    Attribute(std::string_view name, bool value)
        : key(name)
        , type(Type::Flag)
        , integer(value ? 1 : 0)
    {
    }
};
using Attributes = std::vector<Attribute>;

/// Times below are milliseconds since the start of the shop's clock.
struct Event {
    double time = 0;
    std::string name;
    Attributes attributes;
};

/// OTLP SpanKind.
enum class Kind : std::uint8_t { Internal = 1, Server = 2, Client = 3, Producer = 4, Consumer = 5 };

struct Span {
    Service service = Service::Frontend;
    SpanId id;
    SpanId parent;
    std::string name;
    Kind kind = Kind::Internal;
    double start = 0;
    double end = 0;
    std::string scope;
    std::string error; ///< Status message; empty: unset status.
    Attributes attributes;
    std::vector<Event> events;
    TraceId link; ///< Valid: a link to that trace's root.
    SpanId linkedSpan;
};

/// OTLP SeverityNumber of the five that the shop writes.
enum class Severity : std::uint8_t { Debug = 5, Info = 9, Warn = 13, Error = 17 };

struct Log {
    Service service = Service::Frontend;
    Severity severity = Severity::Info;
    double time = 0;
    std::string body;
    SpanId span; ///< Invalid: not inside a trace.
    Attributes attributes;
};

/// One request to the shop with all that it caused.
struct Visit {
    TraceId traceId;
    std::vector<Span> spans; ///< The root first; parents before children.
    std::vector<Log> logs;
    std::string operation;
    int status = 200;
    bool hasError = false;
};

/// Plays the shop. Deterministic for a seed: the n-th visit is always the same, but for the ids, which the salt changes.
class Shop {
public:
    /// The shop's day is fifteen minutes long and repeats; the incident lies in each.
    static constexpr double kDayMs = 900'000;
    static constexpr double kIncidentBeginMs = 520'000;
    static constexpr double kIncidentEndMs = 700'000;

    /// `scale` multiplies the about forty visits a second. `salt` only changes the ids: two plays into one capture must not
    /// share traces.
    Shop(std::uint64_t seed, double scale, std::uint64_t salt);

    /// The visits that begin in [from, to), both in milliseconds of the shop's clock. Call with rising,
    /// adjoining intervals.
    std::vector<Visit> visits(double from, double to);

private:
    std::uint64_t m_seed;
    double m_scale;
    std::uint64_t m_salt;
    double m_next = 0; ///< Begin of the next visit.
    std::uint64_t m_count = 0;
    TraceId m_lastOrder; ///< What a webhook links to.
    SpanId m_lastOrderSpan;
};

} // namespace sluice::demo
