#pragma once

// Random messages of any protobuf type, and random damage to their bytes. The same seed gives the same
// messages.

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cstdint>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace sluice::tests {

class MessageGenerator {
public:
    struct Options {
        bool ids = true; ///< False: fields that hold trace and span ids stay empty.
        bool stringIndexes = true; ///< False: no *_strindex members.
        int maxDepth = 9;
    };

    explicit MessageGenerator(std::uint64_t seed)
        : m_random(seed)
    {
    }

    void fill(google::protobuf::Message& message, const Options& options, int depth = 0)
    {
        const auto* descriptor = message.GetDescriptor();
        const auto* reflection = message.GetReflection();
        for (int i = 0; i < descriptor->field_count(); ++i) {
            const auto* field = descriptor->field(i);
            const bool isMessage = field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE;
            if ((isMessage && depth >= options.maxDepth)
                || (!options.stringIndexes && endsWith(field->name(), "_strindex")))
                continue;
            if (field->is_repeated()) {
                const unsigned count = isMessage && depth < 4 ? 1 + below(3) : below(4);
                for (unsigned n = 0; n < count; ++n)
                    add(message, *reflection, *field, options, depth);
            } else if (below(4) != 0 || (isMessage && below(4) != 0)) {
                set(message, *reflection, *field, options, depth);
            }
        }
    }

    /// Changes `bytes` in one to four places.
    void damage(std::string& bytes)
    {
        for (unsigned times = 1 + below(4); times > 0; --times) {
            if (bytes.empty()) {
                bytes.push_back(static_cast<char>(below(256)));
                continue;
            }
            const std::size_t at = below(static_cast<unsigned>(bytes.size()));
            switch (below(7)) {
            case 0: bytes[at] = static_cast<char>(below(256)); break;
            case 1:
                bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ (1U << below(8)));
                break;
            case 2: bytes.insert(at, 1, static_cast<char>(below(256))); break;
            case 3: bytes.erase(at, 1 + below(8)); break;
            case 4: bytes.resize(at); break;
            case 5:
                bytes.insert(at, bytes.substr(below(static_cast<unsigned>(bytes.size())), below(40)));
                break;
            default: bytes[at] = static_cast<char>(below(2) == 0 ? 0xFF : 0x80); break;
            }
        }
    }

    /// 0 … limit-1.
    unsigned below(unsigned limit) { return static_cast<unsigned>(m_random() % limit); }

    std::string text()
    {
        static const std::vector<std::string> parts{"http", ".", "route", "/", "GET", "caf\xC3\xA9",
            "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\"", "\\", "\n", " ", "0", std::string(1, '\0'), "\x1F",
            "a longer piece of text"};
        std::string result;
        for (unsigned n = below(5); n > 0; --n)
            result += parts[below(static_cast<unsigned>(parts.size()))];
        return result;
    }

    std::string bytes(std::size_t size)
    {
        std::string result;
        for (; size > 0; --size)
            result.push_back(static_cast<char>(below(256)));
        return result;
    }

private:
    using Field = google::protobuf::FieldDescriptor;
    using Reflection = google::protobuf::Reflection;

    static bool endsWith(const std::string& text, const std::string& end)
    {
        return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
    }

    std::uint64_t integer()
    {
        switch (below(5)) {
        case 0: return 0;
        case 1: return below(200);
        case 2: return std::numeric_limits<std::uint64_t>::max() - below(3);
        case 3: return std::uint64_t{1} << below(64);
        default: return m_random();
        }
    }

    double real()
    {
        switch (below(8)) {
        case 0: return 0;
        case 1: return -0.0;
        case 2: return std::numeric_limits<double>::infinity();
        case 3: return -std::numeric_limits<double>::infinity();
        case 4: return std::numeric_limits<double>::quiet_NaN();
        case 5: return std::numeric_limits<double>::denorm_min();
        case 6: return static_cast<double>(below(1000));
        default: return static_cast<double>(static_cast<std::int64_t>(m_random())) * 1e-7;
        }
    }

    std::string string(const Field& field, const Options& options)
    {
        if (field.type() == Field::TYPE_STRING)
            return text();
        const bool isTraceId = endsWith(field.name(), "trace_id");
        if (!isTraceId && !endsWith(field.name(), "span_id"))
            return bytes(below(10));
        if (!options.ids || below(8) == 0)
            return {};
        const std::size_t size = isTraceId ? 16 : 8;
        return below(8) == 0 ? std::string(size, '\0') : bytes(size);
    }

    void set(google::protobuf::Message& message, const Reflection& reflection, const Field& field,
        const Options& options, int depth)
    {
        switch (field.cpp_type()) {
        case Field::CPPTYPE_INT32:
            reflection.SetInt32(&message, &field, static_cast<std::int32_t>(integer()));
            break;
        case Field::CPPTYPE_INT64:
            reflection.SetInt64(&message, &field, static_cast<std::int64_t>(integer()));
            break;
        case Field::CPPTYPE_UINT32:
            reflection.SetUInt32(&message, &field, static_cast<std::uint32_t>(integer()));
            break;
        case Field::CPPTYPE_UINT64: reflection.SetUInt64(&message, &field, integer()); break;
        case Field::CPPTYPE_DOUBLE: reflection.SetDouble(&message, &field, real()); break;
        case Field::CPPTYPE_FLOAT: break;
        case Field::CPPTYPE_BOOL: reflection.SetBool(&message, &field, below(2) != 0); break;
        case Field::CPPTYPE_ENUM:
            reflection.SetEnumValue(&message, &field,
                below(10) == 0 ? static_cast<int>(m_random()) : static_cast<int>(below(26)));
            break;
        case Field::CPPTYPE_STRING: reflection.SetString(&message, &field, string(field, options)); break;
        case Field::CPPTYPE_MESSAGE:
            fill(*reflection.MutableMessage(&message, &field), options, depth + 1);
            break;
        }
    }

    void add(google::protobuf::Message& message, const Reflection& reflection, const Field& field,
        const Options& options, int depth)
    {
        switch (field.cpp_type()) {
        case Field::CPPTYPE_UINT64: reflection.AddUInt64(&message, &field, integer()); break;
        case Field::CPPTYPE_DOUBLE: reflection.AddDouble(&message, &field, real()); break;
        case Field::CPPTYPE_STRING: reflection.AddString(&message, &field, string(field, options)); break;
        case Field::CPPTYPE_MESSAGE:
            fill(*reflection.AddMessage(&message, &field), options, depth + 1);
            break;
        default: std::abort(); // OTLP has no other repeated fields.
        }
    }

    std::mt19937_64 m_random;
};

} // namespace sluice::tests
