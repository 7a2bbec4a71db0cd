#include "core/ottl/functions/json_map.h"

#include "core/ottl/conversion.h"
#include "core/ottl/functions/text_value.h"
#include "core/ottl/functions/unicode_text.h"

#include <vector>

namespace sluice::ottl {

namespace {

constexpr int kMaxDepth = 500;

class JsonReader {
public:
    JsonReader(std::string_view text, Arena& arena)
        : m_text(text)
        , m_arena(&arena)
    {
    }

    Result<Value, std::string> read()
    {
        skipBlanks();
        if (next() != '{' && next() != '[')
            return wrong("a JSON object or array");
        AnyValue value;
        SLUICE_TRY(readValue(value, 0));
        skipBlanks();
        if (m_at != m_text.size())
            return wrong("the end");
        return Value::ofAny(value);
    }

private:
    [[nodiscard]] char next() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }

    bool take(char c)
    {
        if (m_at >= m_text.size() || m_text[m_at] != c)
            return false;
        ++m_at;
        return true;
    }

    void skipBlanks()
    {
        while (next() == ' ' || next() == '\t' || next() == '\n' || next() == '\r')
            ++m_at;
    }

    [[nodiscard]] tl::unexpected<std::string> wrong(std::string_view expected) const
    {
        return fail("JSON: " + std::string(expected) + " expected at byte " + std::to_string(m_at));
    }

    Result<void, std::string> readValue(AnyValue& value, int depth)
    {
        if (depth > kMaxDepth)
            return fail(std::string("JSON: nested too deeply"));
        skipBlanks();
        switch (next()) {
        case '{': return readObject(value, depth);
        case '[': return readArray(value, depth);
        case '"': {
            SLUICE_TRY_AS(const std::string_view text, readText());
            value = AnyValue::ofString(text);
            return {};
        }
        default: return readScalar(value);
        }
    }

    Result<void, std::string> readObject(AnyValue& value, int depth)
    {
        ++m_at;
        MapBuilder map(*m_arena);
        skipBlanks();
        if (!take('}')) {
            do {
                skipBlanks();
                if (next() != '"')
                    return wrong("a key in quotes");
                SLUICE_TRY_AS(const std::string_view key, readText());
                skipBlanks();
                if (!take(':'))
                    return wrong("a colon");
                AnyValue member;
                SLUICE_TRY(readValue(member, depth + 1));
                map.put(key, member);
                skipBlanks();
            } while (take(','));
            if (!take('}'))
                return wrong("a comma or }");
        }
        value = AnyValue::ofMap(map.entries());
        return {};
    }

    Result<void, std::string> readArray(AnyValue& value, int depth)
    {
        ++m_at;
        std::vector<AnyValue> items;
        skipBlanks();
        if (!take(']')) {
            do {
                SLUICE_TRY(readValue(items.emplace_back(), depth + 1));
                skipBlanks();
            } while (take(','));
            if (!take(']'))
                return wrong("a comma or ]");
        }
        value = AnyValue::ofArray(copyOf(std::span<const AnyValue>(items), *m_arena));
        return {};
    }

    Result<void, std::string> readScalar(AnyValue& value)
    {
        const std::string_view rest = m_text.substr(m_at);
        if (rest.starts_with("true") || rest.starts_with("false")) {
            value = AnyValue::ofBool(rest[0] == 't');
            m_at += rest[0] == 't' ? 4 : 5;
            return {};
        }
        if (rest.starts_with("null")) {
            m_at += 4;
            return {};
        }
        const std::size_t size = std::min(rest.find_first_not_of("0123456789+-.eE"), rest.size());
        const auto number = size > 0 ? parseGoDouble(rest.substr(0, size)) : std::nullopt;
        if (!number)
            return wrong("a value");
        value = AnyValue::ofDouble(*number);
        m_at += size;
        return {};
    }

    /// Four hexadecimal digits; -1 when they are not there.
    int takeUnit()
    {
        int unit = 0;
        for (int i = 0; i < 4; ++i, ++m_at) {
            const char c = next();
            const int digit = c >= '0' && c <= '9' ? c - '0'
                : c >= 'a' && c <= 'f'             ? c - 'a' + 10
                : c >= 'A' && c <= 'F'             ? c - 'A' + 10
                                                   : -1;
            if (digit < 0)
                return -1;
            unit = unit * 16 + digit;
        }
        return unit;
    }

    Result<std::string_view, std::string> readText()
    {
        const std::size_t begin = ++m_at;
        const std::size_t end = m_text.find_first_of("\"\\", begin);
        if (end != std::string_view::npos && m_text[end] == '"') {
            m_at = end + 1;
            return m_arena->copy(m_text.substr(begin, end - begin));
        }
        std::string text;
        while (true) {
            const std::size_t stop = m_text.find_first_of("\"\\", m_at);
            if (stop == std::string_view::npos)
                return wrong("the end of a text in quotes");
            text += m_text.substr(m_at, stop - m_at);
            m_at = stop + 1;
            if (m_text[stop] == '"')
                return m_arena->copy(text);
            constexpr std::string_view kLetters = "\"\\/bfnrt";
            constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
            if (const std::size_t letter = next() == '\0' ? std::string_view::npos : kLetters.find(next());
                letter != std::string_view::npos) {
                text += kMeanings[letter];
                ++m_at;
                continue;
            }
            if (!take('u'))
                return wrong("an escape");
            const int unit = takeUnit();
            if (unit < 0)
                return wrong("four hexadecimal digits");
            auto character = static_cast<char32_t>(unit);
            if (character >= 0xD800 && character < 0xDC00 && m_text.substr(m_at).starts_with("\\u")) {
                const std::size_t behindHigh = m_at;
                m_at += 2;
                const int low = takeUnit();
                if (low >= 0xDC00 && low < 0xE000)
                    character = 0x10000 + ((character - 0xD800) << 10U) + static_cast<char32_t>(low - 0xDC00);
                else
                    m_at = behindHigh;
            }
            appendCharacter(character, text);
        }
    }

    std::string_view m_text;
    Arena* m_arena;
    std::size_t m_at = 0;
};

} // namespace

Result<Value, std::string> parseJson(std::string_view text, Arena& arena)
{
    return JsonReader(text, arena).read();
}

} // namespace sluice::ottl
