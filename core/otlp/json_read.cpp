// OTLP/JSON to protobuf. Fields are written in the order in which they come; nothing is kept but the place of
// each field of the messages that are open, to take a field back when its key comes again.

#include "core/otlp/json.h"
#include "core/otlp/json_text.h"
#include "core/otlp/schema.h"
#include "core/wire/writer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace sluice::otlp {

using wire::Writer;
using wire::zigzag;

namespace {

constexpr std::uint64_t kNaNBits = 0x7FF8000000000001U; // As the collector reads "NaN": hashes of it compare.

/// Where a value stands in the document, for error texts. A chain on the stack.
struct Place {
    const Place* parent = nullptr;
    std::string_view field;
    std::size_t index = 0;
    bool isElement = false;
};

std::string textOf(const Place* place)
{
    if (place == nullptr)
        return {};
    std::string text = textOf(place->parent);
    if (!text.empty())
        text += '.';
    text += place->field;
    if (place->isElement)
        text.append("[").append(std::to_string(place->index)).append("]");
    return text;
}

std::string quoted(std::string_view text)
{
    std::string out;
    constexpr std::size_t kShown = 40;
    appendJsonString(out, text.substr(0, kShown));
    return out;
}

/// A scalar as it goes onto the wire.
struct Scalar {
    std::uint64_t bits = 0; ///< Varint or fixed-width payload; a double's bits.
    bool becameDouble = false; ///< An integer that only a double can hold.
};

struct IntegerRange {
    double min = 0;
    double max = 0; ///< The first double that is too large.
    bool isSigned = true;
    int bits = 64;
};

IntegerRange rangeOf(Kind kind)
{
    constexpr double k31 = 2147483648.0;
    constexpr double k32 = 4294967296.0;
    constexpr double k63 = 9223372036854775808.0;
    constexpr double k64 = 18446744073709551616.0;
    switch (kind) {
    case Kind::Int32:
    case Kind::Sint32:
    case Kind::Enum: return {-k31, k31, true, 32};
    case Kind::Uint32:
    case Kind::Fixed32: return {0, k32, false, 32};
    case Kind::Uint64:
    case Kind::Fixed64: return {0, k64, false, 64};
    default: return {-k63, k63, true, 64};
    }
}

/// Numbers that no 64-bit integer can hold, in an attribute or a data point, are what JavaScript makes of
/// large doubles; there is a field beside for them.
const FieldSchema* doubleBeside(const MessageSchema& schema, const FieldSchema& field)
{
    if (field.label != Label::Oneof || (field.kind != Kind::Int64 && field.kind != Kind::Sfixed64))
        return nullptr;
    for (const FieldSchema& other : schema.fields) {
        if (other.label == Label::Oneof && other.kind == Kind::Double)
            return &other;
    }
    return nullptr;
}

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/// Of the standard and the URL alphabet.
int base64Digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    if (c == '/' || c == '_')
        return 63;
    return -1;
}

bool decodeBase64(std::string_view text, std::string& out)
{
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding)
        text.remove_suffix(1);
    if (text.size() % 4 == 1)
        return false;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const int digit = base64Digit(c);
        if (digit < 0)
            return false;
        bits = bits << 6U | static_cast<std::uint32_t>(digit);
        count += 6;
        if (count >= 8) {
            count -= 8;
            out.push_back(static_cast<char>(bits >> static_cast<unsigned>(count)));
        }
    }
    return true;
}

class JsonReader {
public:
    JsonReader(std::string_view json, std::string& out)
        : m_cursor(json)
        , m_out(out)
        , m_writer(out)
    {
    }

    Result<void, DecodeError> run(MessageType type)
    {
        if (readMessage(schemaOf(type), nullptr, 0) && m_cursor.atEnd())
            return {};
        std::string text = m_errorPlace;
        text.append(text.empty() ? "" : ": ").append(m_cursor.problem());
        return fail(DecodeError{std::move(text), m_cursor.offset()});
    }

private:
    /// What was written of one message so far, by field.
    struct Written {
        std::array<std::size_t, kMaxFields> begin;
        std::array<std::size_t, kMaxFields> end;
        std::uint32_t seen = 0; ///< Bit n: field n of the schema was written.
    };

    bool refuse(const Place* place, std::string problem)
    {
        if (m_cursor.ok())
            m_cursor.refuse(std::move(problem));
        return noted(place);
    }
    /// Keeps the innermost place of an error that happened.
    bool noted(const Place* place)
    {
        if (m_errorPlace.empty())
            m_errorPlace = textOf(place);
        return false;
    }

    static const FieldSchema* fieldFor(const MessageSchema& schema, std::string_view key)
    {
        for (const FieldSchema& field : schema.fields) {
            if (field.jsonName == key)
                return &field;
        }
        for (const FieldSchema& field : schema.fields) {
            if (field.name == key || (!field.oldJsonName.empty() && field.oldJsonName == key))
                return &field;
        }
        return nullptr;
    }

    bool readMessage(const MessageSchema& schema, const Place* place, int depth);
    bool readField(const MessageSchema& schema, const FieldSchema& field, const Place& place, int depth,
        Written& written);
    bool readElements(const MessageSchema& schema, const FieldSchema& field, const Place& place, int depth);
    bool readNested(const FieldSchema& field, const Place& place, int depth);
    bool readBytesLike(const FieldSchema& field, const Place& place, bool writeEmpty);
    bool readScalar(
        const MessageSchema& schema, const FieldSchema& field, const Place& place, Scalar& scalar);
    bool readInteger(const FieldSchema& field, bool mayBecomeDouble, const Place& place, Scalar& scalar);
    bool readDouble(const Place& place, Scalar& scalar);
    bool readId(std::string_view text, std::size_t size, const Place& place);
    void writeScalar(const FieldSchema& field, std::uint64_t bits);
    void takeBack(Written& written, std::size_t index);

    JsonCursor m_cursor;
    std::string& m_out;
    Writer m_writer;
    std::string m_bytes; // Of an id or base64.
    std::string m_errorPlace;
};

bool JsonReader::readMessage(const MessageSchema& schema, const Place* place, int depth)
{
    if (depth > kMaxDepth)
        return refuse(place, "nested too deeply");
    Written written; // NOLINT(cppcoreguidelines-pro-type-member-init): read only where `seen` says so.
    if (!m_cursor.enter('{'))
        return noted(place);
    std::string_view key;
    for (bool isFirst = true; m_cursor.nextElement('}', isFirst); isFirst = false) {
        if (!m_cursor.readKey(key))
            return noted(place);
        const FieldSchema* field = fieldFor(schema, key);
        if (field == nullptr) {
            if (!m_cursor.skipValue())
                return noted(place);
            continue;
        }
        const Place here{place, field->jsonName, 0, false};
        if (m_cursor.peek() == 'n') { // null is the same as an absent key, for every field.
            if (!m_cursor.acceptNull())
                return noted(&here);
            continue;
        }
        if (!readField(schema, *field, here, depth, written))
            return false;
    }
    return m_cursor.ok() || noted(place);
}

void JsonReader::takeBack(Written& written, std::size_t index)
{
    const std::size_t begin = written.begin[index];
    const std::size_t size = written.end[index] - begin;
    m_out.erase(begin, size);
    written.seen &= ~(1U << index);
    for (std::size_t i = 0; i < kMaxFields; ++i) {
        if ((written.seen >> i & 1U) != 0 && written.begin[i] > begin) {
            written.begin[i] -= size;
            written.end[i] -= size;
        }
    }
}

bool JsonReader::readField(
    const MessageSchema& schema, const FieldSchema& field, const Place& place, int depth, Written& written)
{
    // The last of several equal keys counts, and so does the last member of a oneof.
    for (std::size_t i = 0; i < schema.fields.size(); ++i) {
        const FieldSchema& other = schema.fields[i];
        const bool isReplaced
            = &other == &field || (field.label == Label::Oneof && other.label == Label::Oneof);
        if (isReplaced && (written.seen >> i & 1U) != 0)
            takeBack(written, i);
    }

    const std::size_t begin = m_out.size();
    const FieldSchema* target = &field;
    if (field.isRepeated()) {
        if (!readElements(schema, field, place, depth))
            return false;
    } else if (field.kind == Kind::Message) {
        if (!readNested(field, place, depth))
            return false;
    } else if (!isPackable(field.kind)) {
        if (!readBytesLike(field, place, field.label != Label::Implicit))
            return false;
    } else {
        Scalar scalar;
        if (!readScalar(schema, field, place, scalar))
            return false;
        if (scalar.becameDouble)
            target = doubleBeside(schema, field);
        if (field.label != Label::Implicit || scalar.bits != 0)
            writeScalar(*target, scalar.bits);
    }
    if (m_out.size() > begin) {
        const auto index = static_cast<std::size_t>(target - schema.fields.data());
        written.begin[index] = begin;
        written.end[index] = m_out.size();
        written.seen |= 1U << index;
    }
    return true;
}

bool JsonReader::readElements(
    const MessageSchema& schema, const FieldSchema& field, const Place& place, int depth)
{
    if (!m_cursor.enter('['))
        return noted(&place);
    const std::size_t begin = m_out.size();
    const bool isPacked = isPackable(field.kind);
    const Writer::Nested payload = isPacked ? m_writer.begin(field.number) : Writer::Nested();
    Place element{place.parent, place.field, 0, true};
    for (bool isFirst = true; m_cursor.nextElement(']', isFirst); isFirst = false, ++element.index) {
        if (m_cursor.acceptNull())
            continue;
        if (!m_cursor.ok())
            return noted(&element);
        if (field.kind == Kind::Message) {
            if (!readNested(field, element, depth))
                return false;
        } else if (!isPacked) {
            if (!readBytesLike(field, element, true))
                return false;
        } else {
            Scalar scalar;
            if (!readScalar(schema, field, element, scalar))
                return false;
            if (wireTypeOf(field.kind) == wire::WireType::Varint)
                m_writer.bareVarint(scalar.bits);
            else if (wireTypeOf(field.kind) == wire::WireType::Fixed64)
                m_writer.bareFixed64(scalar.bits);
            else
                m_writer.bareFixed32(static_cast<std::uint32_t>(scalar.bits));
        }
    }
    if (!m_cursor.ok())
        return noted(&element);
    if (isPacked) {
        if (m_out.size() == payload.payload)
            m_out.resize(begin);
        else
            m_writer.end(payload);
    }
    return true;
}

bool JsonReader::readNested(const FieldSchema& field, const Place& place, int depth)
{
    const MessageSchema& schema = schemaOf(field.message);
    const std::size_t expectedSize = (std::size_t{1} << (7U * schema.lengthBytes)) - 1;
    const auto nested = m_writer.begin(field.number, expectedSize);
    if (!readMessage(schema, &place, depth + 1))
        return false;
    m_writer.end(nested);
    return true;
}

bool JsonReader::readBytesLike(const FieldSchema& field, const Place& place, bool writeEmpty)
{
    std::string_view text;
    if (!m_cursor.readString(text))
        return noted(&place);
    if (field.kind != Kind::String) {
        m_bytes.clear();
        const bool isId = field.kind != Kind::Bytes;
        if (isId && !readId(text, field.kind == Kind::TraceId ? TraceId::kSize : SpanId::kSize, place))
            return false;
        if (!isId && !decodeBase64(text, m_bytes))
            return refuse(&place, quoted(text) + " is not base64");
        text = m_bytes;
    }
    if (writeEmpty || !text.empty())
        m_writer.bytes(field.number, text);
    return true;
}

bool JsonReader::readId(std::string_view text, std::size_t size, const Place& place)
{
    if (text.empty())
        return true;
    if (text.size() % 2 != 0)
        return refuse(&place, quoted(text) + " is not hexadecimal of whole bytes");
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = hexDigit(text[i]);
        const int low = hexDigit(text[i + 1]);
        if (high < 0 || low < 0)
            return refuse(&place, quoted(text) + " is not hexadecimal");
        m_bytes.push_back(static_cast<char>(high << 4 | low));
    }
    if (m_bytes.size() != size)
        return refuse(&place, std::to_string(m_bytes.size()) + " bytes, expected " + std::to_string(size));
    return true;
}

bool JsonReader::readScalar(
    const MessageSchema& schema, const FieldSchema& field, const Place& place, Scalar& scalar)
{
    if (field.kind == Kind::Double)
        return readDouble(place, scalar);
    if (field.kind != Kind::Bool)
        return readInteger(field, doubleBeside(schema, field) != nullptr, place, scalar);
    bool value = false;
    if (m_cursor.peek() == '"') {
        std::string_view text;
        if (!m_cursor.readString(text))
            return noted(&place);
        value = text == "true";
        if (!value && text != "false")
            return refuse(&place, "expected true or false, got " + quoted(text));
    } else if (!m_cursor.readBool(value)) {
        return noted(&place);
    }
    scalar.bits = value ? 1 : 0;
    return true;
}

bool JsonReader::readInteger(
    const FieldSchema& field, bool mayBecomeDouble, const Place& place, Scalar& scalar)
{
    std::string_view text;
    if (m_cursor.peek() == '"') {
        if (!m_cursor.readString(text))
            return noted(&place);
        if (field.kind == Kind::Enum) {
            const auto values = valuesOf(field.enumeration);
            const auto it = std::ranges::find(values, text, &EnumValue::name);
            if (it != values.end()) {
                scalar.bits = static_cast<std::uint64_t>(it->number);
                return true;
            }
        }
        if (!isJsonNumber(text))
            return refuse(&place, quoted(text) + " is not an integer");
    } else if (!m_cursor.readNumber(text)) {
        return noted(&place);
    }

    const IntegerRange range = rangeOf(field.kind);
    const char* end = text.data() + text.size();
    std::int64_t whole = 0;
    std::uint64_t unsignedWhole = 0;
    const auto asSigned = std::from_chars(text.data(), end, whole);
    const auto asUnsigned = std::from_chars(text.data(), end, unsignedWhole);
    const bool isExact = range.isSigned ? asSigned.ec == std::errc() && asSigned.ptr == end
                                        : asUnsigned.ec == std::errc() && asUnsigned.ptr == end;
    if (!isExact) { // With a fraction or an exponent, or too large: see what it amounts to.
        double value = 0;
        const auto asDouble = std::from_chars(text.data(), end, value);
        if (asDouble.ec != std::errc() || std::trunc(value) != value)
            return refuse(&place, std::string(text) + " is not an integer");
        if (value < range.min || value >= range.max) {
            if (!mayBecomeDouble)
                return refuse(&place, std::string(text) + " is out of range");
            scalar = {std::bit_cast<std::uint64_t>(value), true};
            return true;
        }
        whole = range.isSigned ? static_cast<std::int64_t>(value) : 0;
        unsignedWhole = range.isSigned ? 0 : static_cast<std::uint64_t>(value);
    }
    if (range.bits == 32) {
        const bool fits = range.isSigned ? whole >= std::numeric_limits<std::int32_t>::min()
                && whole <= std::numeric_limits<std::int32_t>::max()
                                         : unsignedWhole <= std::numeric_limits<std::uint32_t>::max();
        if (!fits)
            return refuse(&place, std::string(text) + " is out of range");
    }
    scalar.bits = range.isSigned ? static_cast<std::uint64_t>(whole) : unsignedWhole;
    if (field.kind == Kind::Sint32)
        scalar.bits = zigzag(whole);
    return true;
}

bool JsonReader::readDouble(const Place& place, Scalar& scalar)
{
    std::string_view text;
    double value = 0;
    bool isNumber = true;
    if (m_cursor.peek() == '"') {
        if (!m_cursor.readString(text))
            return noted(&place);
        isNumber = isJsonNumber(text);
        if (text == "NaN")
            value = std::bit_cast<double>(kNaNBits);
        else if (text == "Infinity")
            value = std::numeric_limits<double>::infinity();
        else if (text == "-Infinity")
            value = -std::numeric_limits<double>::infinity();
        else if (!isNumber)
            return refuse(&place, quoted(text) + " is not a number");
    } else if (!m_cursor.readNumber(text)) {
        return noted(&place);
    }
    if (isNumber
        && std::from_chars(text.data(), text.data() + text.size(), value).ec
            == std::errc::result_out_of_range) {
        value = std::strtod(std::string(text).c_str(), nullptr); // Tells the too small from the too large.
        if (std::isinf(value))
            return refuse(&place, std::string(text) + " is out of range");
    }
    scalar.bits = std::bit_cast<std::uint64_t>(value);
    return true;
}

void JsonReader::writeScalar(const FieldSchema& field, std::uint64_t bits)
{
    switch (wireTypeOf(field.kind)) {
    case wire::WireType::Fixed64: m_writer.fixed64(field.number, bits); break;
    case wire::WireType::Fixed32: m_writer.fixed32(field.number, static_cast<std::uint32_t>(bits)); break;
    default: m_writer.varint(field.number, bits); break;
    }
}

} // namespace

Result<std::string, DecodeError> jsonToMessage(MessageType type, std::string_view json)
{
    std::string out;
    out.reserve(json.size() / 2);
    SLUICE_TRY(JsonReader(json, out).run(type));
    return out;
}

Result<std::string, DecodeError> jsonToProto(Signal signal, std::string_view json)
{
    return jsonToMessage(requestType(signal), json);
}

std::optional<Signal> signalOfJson(std::string_view json)
{
    JsonCursor cursor(json);
    if (!cursor.accept('{'))
        return std::nullopt;
    std::string_view key;
    for (bool isFirst = true; cursor.nextElement('}', isFirst); isFirst = false) {
        if (!cursor.readKey(key))
            break;
        for (const Signal signal : kSignals) {
            const FieldSchema& envelope = schemaOf(requestType(signal)).fields.front();
            if (key == envelope.jsonName || key == envelope.name)
                return signal;
        }
        if (!cursor.skipValue())
            break;
    }
    return std::nullopt;
}

} // namespace sluice::otlp
