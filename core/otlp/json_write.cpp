// Protobuf to OTLP/JSON. Each message is walked over twice: once to see what it holds, once more over the
// elements of each repeated field, so that nothing has to be collected.

#include "core/otlp/json.h"
#include "core/otlp/json_text.h"
#include "core/otlp/schema.h"
#include "core/wire/reader.h"

#include <array>
#include <bit>
#include <charconv>
#include <deque>

namespace sluice::otlp {

using wire::PackedReader;
using wire::Reader;
using wire::unzigzag;
using wire::WireType;

namespace {

void appendHex(std::string& out, std::string_view bytes)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    out.push_back('"');
    for (const char c : bytes) {
        out.push_back(kDigits[static_cast<unsigned char>(c) >> 4U]);
        out.push_back(kDigits[static_cast<unsigned char>(c) & 0x0FU]);
    }
    out.push_back('"');
}

void appendBase64(std::string& out, std::string_view bytes)
{
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    out.push_back('"');
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t left = bytes.size() - i;
        const auto at = [&](std::size_t n) {
            return n < left ? static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i + n])) : 0U;
        };
        const std::uint32_t bits = at(0) << 16U | at(1) << 8U | at(2);
        out.push_back(kDigits[bits >> 18U]);
        out.push_back(kDigits[bits >> 12U & 0x3FU]);
        out.push_back(left > 1 ? kDigits[bits >> 6U & 0x3FU] : '=');
        out.push_back(left > 2 ? kDigits[bits & 0x3FU] : '=');
    }
    out.push_back('"');
}

template <class Integer>
void appendInteger(std::string& out, Integer value)
{
    std::array<char, 24> digits{};
    const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out.append(digits.data(), result.ptr);
}

template <class Integer>
void appendQuotedInteger(std::string& out, Integer value)
{
    out.push_back('"');
    appendInteger(out, value);
    out.push_back('"');
}

bool is32Bit(Kind kind)
{
    return kind == Kind::Int32 || kind == Kind::Uint32 || kind == Kind::Sint32 || kind == Kind::Enum;
}

class JsonWriter {
public:
    explicit JsonWriter(std::string& out)
        : m_out(out)
    {
    }

    Result<void, DecodeError> run(MessageType type, std::string_view bytes)
    {
        m_begin = bytes.data();
        m_size = bytes.size();
        if (!writeMessage(schemaOf(type), bytes, 0))
            return fail(std::move(m_error));
        return {};
    }

private:
    /// What the first walk found of one field.
    struct Found {
        std::uint32_t count = 0;
        std::uint64_t scalar = 0;
        std::string_view bytes;
        std::string* merged = nullptr; ///< A singular message that came in several parts.
        const char* first = nullptr; ///< Where the first occurrence begins.
    };
    using FoundFields = std::array<Found, kMaxFields>;

    bool refuse(const MessageSchema& schema, std::string_view problem, const char* place)
    {
        m_error.text = std::string(schema.name) + ": " + std::string(problem);
        // A place inside merged parts has no offset in what was given.
        const bool isInside = place >= m_begin && place <= m_begin + m_size;
        m_error.offset = isInside ? static_cast<std::size_t>(place - m_begin) : 0;
        return false;
    }

    static bool hasExpectedType(const FieldSchema& field, const Reader& reader)
    {
        return reader.is(wireTypeOf(field.kind))
            || (field.isRepeated() && isPackable(field.kind) && reader.is(WireType::Length));
    }

    bool find(const MessageSchema& schema, std::string_view bytes, FoundFields& found);
    void note(
        const MessageSchema& schema, const FieldSchema& field, const Reader& reader, FoundFields& found);
    bool writeMessage(const MessageSchema& schema, std::string_view bytes, int depth);
    bool writeElements(const MessageSchema& schema, const FieldSchema& field, const Found& found,
        std::string_view bytes, int depth, bool& isFirst);
    bool writeBytesLike(const FieldSchema& field, std::string_view bytes, int depth);
    void writeScalar(Kind kind, std::uint64_t bits);
    void writeKey(const FieldSchema& field, bool& isFirst)
    {
        if (!isFirst)
            m_out.push_back(',');
        isFirst = false;
        m_out.push_back('"');
        m_out.append(field.jsonName);
        m_out.append("\":");
    }

    std::string& m_out;
    std::deque<std::string> m_merged; // Stable addresses.
    const char* m_begin = nullptr;
    std::size_t m_size = 0;
    DecodeError m_error;
};

void JsonWriter::note(
    const MessageSchema& schema, const FieldSchema& field, const Reader& reader, FoundFields& found)
{
    Found& here = found[static_cast<std::size_t>(&field - schema.fields.data())];
    if (field.label == Label::Oneof && here.count == 0) { // The last member is the one that counts.
        for (std::size_t i = 0; i < schema.fields.size(); ++i) {
            if (schema.fields[i].label == Label::Oneof)
                found[i] = {};
        }
    }
    if (here.count == 0)
        here.first = reader.raw().data();
    ++here.count;
    here.scalar = reader.scalar();
    if (!reader.is(WireType::Length))
        return;
    const bool isMerged = field.kind == Kind::Message && !field.isRepeated() && here.count > 1;
    if (!isMerged) {
        here.bytes = reader.bytes();
        return;
    }
    if (here.merged == nullptr)
        here.merged = &m_merged.emplace_back(here.bytes);
    here.merged->append(reader.bytes());
    here.bytes = *here.merged;
}

bool JsonWriter::find(const MessageSchema& schema, std::string_view bytes, FoundFields& found)
{
    Reader reader(bytes);
    while (reader.next()) {
        const FieldSchema* field = schema.field(reader.number());
        if (field != nullptr && hasExpectedType(*field, reader))
            note(schema, *field, reader, found);
    }
    return reader.ok() || refuse(schema, wire::textOf(reader.error()), reader.position());
}

bool JsonWriter::writeMessage(const MessageSchema& schema, std::string_view bytes, int depth)
{
    if (depth > kMaxDepth)
        return refuse(schema, "nested too deeply", bytes.data());
    FoundFields found{};
    if (!find(schema, bytes, found))
        return false;
    m_out.push_back('{');
    bool isFirst = true;
    for (std::size_t i = 0; i < schema.fields.size(); ++i) {
        const FieldSchema& field = schema.fields[i];
        if (found[i].count == 0)
            continue;
        if (field.isRepeated()) {
            if (!writeElements(schema, field, found[i], bytes, depth, isFirst))
                return false;
            continue;
        }
        const bool isPresent = field.label != Label::Implicit;
        if (is32Bit(field.kind)) // Senders of 64-bit numbers get away with it: the upper half is dropped.
            found[i].scalar = static_cast<std::uint32_t>(found[i].scalar);
        if (isPackable(field.kind)) {
            if (isPresent || found[i].scalar != 0) {
                writeKey(field, isFirst);
                writeScalar(field.kind, found[i].scalar);
            }
        } else if (isPresent || !found[i].bytes.empty()) {
            writeKey(field, isFirst);
            if (!writeBytesLike(field, found[i].bytes, depth))
                return false;
        }
    }
    m_out.push_back('}');
    return true;
}

bool JsonWriter::writeElements(const MessageSchema& schema, const FieldSchema& field, const Found& found,
    std::string_view bytes, int depth, bool& isFirst)
{
    bool isFirstElement = true;
    const auto beginElement = [&] {
        if (isFirstElement) {
            writeKey(field, isFirst);
            m_out.push_back('[');
        } else {
            m_out.push_back(',');
        }
        isFirstElement = false;
    };

    Reader reader(bytes.substr(static_cast<std::size_t>(found.first - bytes.data())));
    for (std::uint32_t left = found.count; left > 0 && reader.next();) {
        if (reader.number() != field.number || !hasExpectedType(field, reader))
            continue;
        --left;
        if (!isPackable(field.kind)) {
            beginElement();
            if (!writeBytesLike(field, reader.bytes(), depth))
                return false;
        } else if (reader.is(WireType::Length)) {
            PackedReader numbers(reader.bytes(), wireTypeOf(field.kind));
            while (numbers.next()) {
                beginElement();
                writeScalar(field.kind, numbers.scalar());
            }
            if (!numbers.ok())
                return refuse(schema, "packed numbers break off", reader.bytes().data());
        } else {
            beginElement();
            writeScalar(field.kind, reader.scalar());
        }
    }
    if (!isFirstElement)
        m_out.push_back(']');
    return true;
}

bool JsonWriter::writeBytesLike(const FieldSchema& field, std::string_view bytes, int depth)
{
    switch (field.kind) {
    case Kind::Message: return writeMessage(schemaOf(field.message), bytes, depth + 1);
    case Kind::TraceId:
    case Kind::SpanId: appendHex(m_out, bytes); return true;
    case Kind::Bytes: appendBase64(m_out, bytes); return true;
    default: appendJsonString(m_out, bytes); return true;
    }
}

void JsonWriter::writeScalar(Kind kind, std::uint64_t bits)
{
    switch (kind) {
    case Kind::Bool: m_out.append(bits != 0 ? "true" : "false"); break;
    case Kind::Double: appendJsonNumber(m_out, std::bit_cast<double>(bits)); break;
    case Kind::Int32:
    case Kind::Enum: appendInteger(m_out, static_cast<std::int32_t>(bits)); break;
    case Kind::Sint32:
        appendInteger(m_out, static_cast<std::int32_t>(unzigzag(static_cast<std::uint32_t>(bits))));
        break;
    case Kind::Uint32:
    case Kind::Fixed32: appendInteger(m_out, static_cast<std::uint32_t>(bits)); break;
    case Kind::Int64:
    case Kind::Sfixed64: appendQuotedInteger(m_out, static_cast<std::int64_t>(bits)); break;
    default: appendQuotedInteger(m_out, bits); break;
    }
}

} // namespace

Result<std::string, DecodeError> messageToJson(MessageType type, std::string_view bytes)
{
    std::string out;
    out.reserve(bytes.size() * 2);
    SLUICE_TRY(JsonWriter(out).run(type, bytes));
    return out;
}

Result<std::string, DecodeError> protoToJson(Signal signal, std::string_view bytes)
{
    return messageToJson(requestType(signal), bytes);
}

} // namespace sluice::otlp
