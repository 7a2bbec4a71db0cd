#pragma once

// JSON as text: a cursor over a document, and the pieces of which documents are written. No object tree.
// Source: RFC 8259.

#include "core/otlp/scan.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::otlp {

/// Appends a JSON string in its quotes. Invalid UTF-8 becomes U+FFFD.
void appendJsonString(std::string& out, std::string_view text);

/// Appends a JSON number, or "NaN", "Infinity", "-Infinity" in quotes: the shortest form that reads back the
/// same.
void appendJsonNumber(std::string& out, double value);

/// Walks over a JSON document, left to right. The document outlives it; one thread.
///
/// Each read function returns false when something else stands there; then error() says what and where, and
/// nothing further may be read. Bytes of strings are taken as they are, valid UTF-8 or not.
class JsonCursor {
public:
    explicit JsonCursor(std::string_view document);

    /// The next character that is not white space, without moving over it; 0 at the end.
    [[nodiscard]] char peek();
    /// Moves over `expected` if it stands there. No error otherwise.
    [[nodiscard]] bool accept(char expected);

    /// Moves over `{` or `[`, and over what separates elements:
    ///
    ///     if (!cursor.enter('{')) return false;
    ///     for (bool first = true; cursor.nextElement('}', first); first = false) …
    ///     return cursor.ok();
    [[nodiscard]] bool enter(char bracket);
    /// True when there is another element, with the cursor on it. False behind the closing bracket, and on an
    /// error.
    [[nodiscard]] bool nextElement(char closingBracket, bool isFirst);

    /// An object's key and its colon. The view lives until the next string is read.
    [[nodiscard]] bool readKey(std::string_view& key);
    [[nodiscard]] bool readString(std::string_view& text);
    /// The text of a number, checked against JSON's grammar.
    [[nodiscard]] bool readNumber(std::string_view& text);
    [[nodiscard]] bool readBool(bool& value);
    /// Moves over `null` if it stands there. Something that only begins like it is an error: ask ok().
    [[nodiscard]] bool acceptNull();

    /// Moves over any value. Nesting beyond kMaxDepth is an error.
    [[nodiscard]] bool skipValue(int depth = 0);
    /// True when only white space is left; an error otherwise.
    [[nodiscard]] bool atEnd();

    [[nodiscard]] bool ok() const { return m_problem.empty(); }
    /// Makes the place where the cursor is an error.
    bool refuse(std::string problem);
    [[nodiscard]] const std::string& problem() const { return m_problem; }
    [[nodiscard]] std::size_t offset() const { return static_cast<std::size_t>(m_cursor - m_begin); }

private:
    void skipSpace();
    bool readWord(std::string_view word);
    bool readEscapes(std::string_view& text, const char* begin);
    bool readEscape();
    bool readHex(std::uint32_t& value);

    const char* m_begin;
    const char* m_cursor;
    const char* m_end;
    std::string m_unescaped;
    std::string m_problem;
};

/// True when `text` is a number by JSON's grammar.
bool isJsonNumber(std::string_view text);

} // namespace sluice::otlp
