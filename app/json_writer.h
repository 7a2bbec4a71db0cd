#pragma once

#include "core/base/time.h"

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice {

/// Writes one JSON document without blanks, piece by piece, into a string. The caller keeps begin and end in
/// balance.
///
///     JsonWriter json;
///     json.beginObject().member("event", "listening").member("port", 4317).endObject();
class JsonWriter {
public:
    JsonWriter& beginObject();
    JsonWriter& beginObject(std::string_view key);
    JsonWriter& endObject();
    JsonWriter& beginArray(std::string_view key);
    JsonWriter& beginArray();
    JsonWriter& endArray();

    JsonWriter& member(std::string_view key, std::string_view value);
    JsonWriter& member(std::string_view key, const char* value)
    {
        return member(key, std::string_view(value));
    }
    JsonWriter& member(std::string_view key, const std::string& value)
    {
        return member(key, std::string_view(value));
    }
    JsonWriter& member(std::string_view key, double value);
    JsonWriter& member(std::string_view key, bool value);
    template <std::integral Integer>
    JsonWriter& member(std::string_view key, Integer value)
    {
        return raw(key, std::to_string(value));
    }
    /// Unix nanoseconds as a decimal string.
    JsonWriter& member(std::string_view key, UnixTime time);
    /// Nanoseconds as a number.
    JsonWriter& member(std::string_view key, Nanos duration) { return member(key, duration.count()); }
    /// `value` is JSON already.
    JsonWriter& raw(std::string_view key, std::string_view value);
    JsonWriter& element(std::string_view value);
    JsonWriter& element(double value);

    [[nodiscard]] const std::string& text() const { return m_text; }

private:
    void separate();
    void key(std::string_view key);
    void quoted(std::string_view text);

    std::string m_text;
};

} // namespace sluice
