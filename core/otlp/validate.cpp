#include "core/otlp/validate.h"

#include "core/otlp/schema.h"
#include "core/wire/reader.h"

#include <string>

namespace sluice::otlp {

using wire::PackedReader;
using wire::Reader;
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
    bool refuse(const MessageSchema& schema, const FieldSchema* field, std::string problem, const char* place)
    {
        m_error.text = schema.name.substr(schema.name.rfind('.') + 1);
        if (field != nullptr)
            m_error.text.append(".").append(field->name);
        m_error.text.append(": ").append(problem);
        m_error.offset = static_cast<std::size_t>(place - m_begin);
        return false;
    }

    bool check(const MessageSchema& schema, std::string_view message, int depth)
    {
        if (depth > kMaxDepth)
            return refuse(schema, nullptr, "nested too deeply", message.data());
        Reader reader(message);
        while (reader.next()) {
            if (!reader.is(WireType::Length))
                continue; // Nothing inside that could be wrong.
            const FieldSchema* field = schema.field(reader.number());
            if (field != nullptr && !checkPayload(schema, *field, reader.bytes(), depth)) [[unlikely]]
                return false;
        }
        return reader.ok() || refuse(schema, nullptr, std::string(textOf(reader.error())), reader.position());
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
