#include "core/otlp/validate.h"

#include "core/otlp/schema.h"
#include "core/wire/otlp_fields.h"
#include "core/wire/reader.h"

#include <string>

namespace sluice::otlp {

using wire::AnyValueField;
using wire::KeyValueField;
using wire::PackedReader;
using wire::Reader;
using wire::tagOf;
using wire::WireType;

namespace {

class Validator {
public:
    explicit Validator(std::string_view bytes)
        : m_begin(bytes.data())
    {
    }

    Result<void, DecodeError> run(MessageType type, std::string_view bytes)
    {
        if (check(schemaOf(type), bytes, 0))
            return {};
        return fail(std::move(m_error));
    }

private:
    bool refuse(
        const MessageSchema& schema, const FieldSchema* field, std::string_view problem, const char* place)
    {
        m_error.text = schema.name.substr(schema.name.rfind('.') + 1);
        if (field != nullptr)
            m_error.text.append(".").append(field->name);
        m_error.text.append(": ").append(problem);
        m_error.offset = static_cast<std::size_t>(place - m_begin);
        return false;
    }

    bool refuse(const MessageSchema& schema, wire::WireError error, const char* place)
    {
        return refuse(schema, nullptr, textOf(error), place);
    }

    bool check(const MessageSchema& schema, std::string_view message, int depth)
    {
        if (depth > kMaxDepth)
            return refuse(schema, nullptr, "nested too deeply", message.data());
        Reader reader(message);
        while (reader.next()) {
            if (!reader.is(WireType::Length) || !schema.hasStructure(reader.number()))
                continue;
            const FieldSchema& field = *schema.field(reader.number());
            const bool isPair = field.kind == Kind::Message && field.message == MessageType::KeyValue;
            if (!(isPair ? checkPair(reader.bytes(), depth + 1)
                         : checkPayload(schema, field, reader.bytes(), depth))) [[unlikely]]
                return false;
        }
        return reader.ok() || refuse(schema, reader.error(), reader.position());
    }

    /// check() for KeyValue, spelled out: most of all bytes are attributes, and most of these are scalars.
    bool checkPair(std::string_view pair, int depth)
    {
        if (depth > kMaxDepth) [[unlikely]]
            return refuse(schemaOf(MessageType::KeyValue), nullptr, "nested too deeply", pair.data());
        Reader reader(pair);
        while (reader.next()) {
            if (reader.tag() == tagOf(KeyValueField::kValue, WireType::Length)
                && !checkValue(reader.bytes(), depth + 1)) [[unlikely]]
                return false;
        }
        return reader.ok() || refuse(schemaOf(MessageType::KeyValue), reader.error(), reader.position());
    }

    bool checkValue(std::string_view value, int depth)
    {
        if (depth > kMaxDepth) [[unlikely]]
            return refuse(schemaOf(MessageType::AnyValue), nullptr, "nested too deeply", value.data());
        Reader reader(value);
        while (reader.next()) {
            const bool isList = reader.tag() == tagOf(AnyValueField::kArrayValue, WireType::Length)
                || reader.tag() == tagOf(AnyValueField::kKvlistValue, WireType::Length);
            if (isList && !checkList(reader.number(), reader.bytes(), depth)) [[unlikely]]
                return false;
        }
        return reader.ok() || refuse(schemaOf(MessageType::AnyValue), reader.error(), reader.position());
    }
    bool checkList(std::uint32_t number, std::string_view list, int depth)
    {
        const MessageSchema& schema = schemaOf(MessageType::AnyValue);
        return checkPayload(schema, *schema.field(number), list, depth);
    }

    bool checkPayload(
        const MessageSchema& schema, const FieldSchema& field, std::string_view payload, int depth)
    {
        switch (field.kind) {
        case Kind::Message: return check(schemaOf(field.message), payload, depth + 1);
        case Kind::TraceId: return checkId(schema, field, payload, TraceId::kSize);
        case Kind::SpanId: return checkId(schema, field, payload, SpanId::kSize);
        case Kind::String:
        case Kind::Bytes: return true;
        default: break;
        }
        if (!field.isRepeated())
            return true; // Another wire type than ours: an unknown field.
        PackedReader numbers(payload, wireTypeOf(field.kind));
        while (numbers.next()) { }
        return numbers.ok() || refuse(schema, &field, "packed numbers break off", payload.data());
    }

    bool checkId(
        const MessageSchema& schema, const FieldSchema& field, std::string_view id, std::size_t expected)
    {
        if (id.empty() || id.size() == expected) [[likely]]
            return true;
        return refuse(schema, &field,
            std::to_string(id.size()) + " bytes, expected " + std::to_string(expected), id.data());
    }

    const char* m_begin;
    DecodeError m_error;
};

} // namespace

Result<void, DecodeError> validate(Signal signal, std::string_view bytes)
{
    return Validator(bytes).run(requestType(signal), bytes);
}

} // namespace sluice::otlp
