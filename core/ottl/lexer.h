#pragma once

#include "core/base/result.h"
#include "core/ottl/error.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::ottl {

enum class TokenKind : std::uint8_t {
    Bytes,
    Float,
    Int,
    String,
    Nil,
    Not,
    Or,
    And,
    Comparison,
    Arrow,
    AddSub,
    MultDiv,
    Boolean,
    Equal,
    OpenParenthesis,
    CloseParenthesis,
    OpenBrace,
    CloseBrace,
    Colon,
    Comma,
    Dot,
    OpenBracket,
    CloseBracket,
    Uppercase,
    Lowercase,
    Underscore,
    End,
};

struct Token {
    TokenKind kind = TokenKind::End;
    std::string_view text; ///< As written.
    std::size_t begin = 0;

    [[nodiscard]] std::size_t end() const { return begin + text.size(); }
};

/// Takes a rule's text apart; the last token is End. The tokens point into `text`.
/// Source: spec/ottl.md section 1.1.
Result<std::vector<Token>, ParseError> tokenize(std::string_view text);

/// The text that a String token means. The error is about a part of the token.
Result<std::string, ParseError> unescape(const Token& token);

} // namespace sluice::ottl
