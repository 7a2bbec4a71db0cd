#include "core/ottl/conversion.h"
#include "core/ottl/lexer.h"
#include "core/ottl/syntax.h"

#include <charconv>
#include <optional>
#include <utility>

namespace sluice::ottl {

namespace {

constexpr int kMaxDepth = 300;

using NodeResult = Result<Node, ParseError>;

bool isNameToken(const Token& token)
{
    return token.kind == TokenKind::Uppercase || token.kind == TokenKind::Lowercase;
}

bool isOperator(const Token& token)
{
    return token.kind == TokenKind::AddSub || token.kind == TokenKind::MultDiv;
}

Comparison comparisonOf(std::string_view text)
{
    if (text == "==")
        return Comparison::Equal;
    if (text == "!=")
        return Comparison::NotEqual;
    if (text == "<")
        return Comparison::Less;
    if (text == "<=")
        return Comparison::LessOrEqual;
    return text == ">" ? Comparison::Greater : Comparison::GreaterOrEqual;
}

/// Recursive descent over the tokens, with the preferences of the collector's grammar. Looks ahead over whole
/// parentheses by a table, so that it never reads a token twice for two alternatives.
class Parser {
public:
    explicit Parser(std::vector<Token> tokens)
        : m_tokens(std::move(tokens))
        , m_closing(m_tokens.size(), 0)
    {
        std::vector<std::size_t> open;
        for (std::size_t i = 0; i < m_tokens.size(); ++i) {
            if (m_tokens[i].kind == TokenKind::OpenParenthesis) {
                open.push_back(i);
            } else if (m_tokens[i].kind == TokenKind::CloseParenthesis && !open.empty()) {
                m_closing[open.back()] = i;
                open.pop_back();
            }
        }
    }

    Result<StatementSyntax, ParseError> statement()
    {
        StatementSyntax result;
        if (!isNameToken(current()) || !isCall(m_at))
            return fail(expected("a statement begins with an editor, as in `set(attributes[\"key\"], 1)`"));
        if (current().kind == TokenKind::Uppercase)
            return fail(about(m_at, callNameEnd(m_at) - 1,
                "a statement begins with an editor (lower case); this is a converter"));
        SLUICE_TRY_AS(result.editor, call());
        if (current().kind == TokenKind::OpenBracket)
            return fail(expected("an editor has no value that could be indexed"));
        if (current().text == "where") {
            ++m_at;
            result.hasCondition = true;
            SLUICE_TRY_AS(result.condition, boolean());
        }
        SLUICE_TRY(end());
        return result;
    }

    NodeResult condition()
    {
        SLUICE_TRY_AS(Node result, boolean());
        SLUICE_TRY(end());
        return result;
    }

    NodeResult wholeValue()
    {
        SLUICE_TRY_AS(Node result, value());
        SLUICE_TRY(end());
        return result;
    }

private:
    class Deeper {
    public:
        explicit Deeper(int& depth)
            : m_depth(depth)
        {
            ++m_depth;
        }
        Deeper(const Deeper&) = delete;
        Deeper& operator=(const Deeper&) = delete;
        ~Deeper() { --m_depth; }

    private:
        int& m_depth;
    };

    [[nodiscard]] const Token& current() const { return m_tokens[m_at]; }
    [[nodiscard]] const Token& after(std::size_t steps) const
    {
        return m_tokens[std::min(m_at + steps, m_tokens.size() - 1)];
    }
    [[nodiscard]] bool is(TokenKind kind) const { return current().kind == kind; }

    [[nodiscard]] ParseError about(std::size_t first, std::size_t last, std::string text) const
    {
        return {std::move(text), m_tokens[first].begin, m_tokens[last].end()};
    }
    [[nodiscard]] ParseError expected(std::string text) const { return about(m_at, m_at, std::move(text)); }

    Result<void, ParseError> take(TokenKind kind, std::string_view text)
    {
        if (!is(kind)) {
            return fail(expected(is(TokenKind::End) ? "`" + std::string(text) + "` is missing at the end"
                                                    : "expected `" + std::string(text) + "` here, got `"
                        + std::string(current().text) + "`"));
        }
        ++m_at;
        return {};
    }

    Result<void, ParseError> end()
    {
        if (is(TokenKind::End))
            return {};
        if (is(TokenKind::Comparison))
            return fail(expected("comparisons cannot be chained; join them with `and`"));
        if (is(TokenKind::Equal))
            return fail(expected("compare with `==`"));
        return fail(expected("`" + std::string(current().text) + "` does not belong here"));
    }

    Result<void, ParseError> checkDepth() const
    {
        if (m_depth > kMaxDepth)
            return fail(expected("this nests too deeply"));
        return {};
    }

    /// Where the run of name tokens from `at` ends.
    [[nodiscard]] std::size_t callNameEnd(std::size_t at) const
    {
        while (isNameToken(m_tokens[at]))
            ++at;
        return at;
    }
    [[nodiscard]] bool isCall(std::size_t at) const
    {
        return isNameToken(m_tokens[at]) && m_tokens[callNameEnd(at)].kind == TokenKind::OpenParenthesis;
    }

    [[nodiscard]] Node begin(NodeKind kind) const
    {
        Node node;
        node.kind = kind;
        node.begin = current().begin;
        return node;
    }
    NodeResult finish(Node node) const
    {
        node.end = m_tokens[m_at - 1].end();
        return node;
    }

    std::string takeName()
    {
        std::string name;
        for (; isNameToken(current()); ++m_at)
            name += current().text;
        return name;
    }

    NodeResult boolean()
    {
        return joined(TokenKind::Or, NodeKind::Or,
            [this] { return joined(TokenKind::And, NodeKind::And, [this] { return booleanValue(); }); });
    }

    template <class Part>
    NodeResult joined(TokenKind kind, NodeKind nodeKind, Part part)
    {
        Node node = begin(nodeKind);
        SLUICE_TRY_AS(Node first, part());
        if (!is(kind))
            return first;
        node.children.push_back(std::move(first));
        while (is(kind)) {
            ++m_at;
            SLUICE_TRY_AS(Node next, part());
            node.children.push_back(std::move(next));
        }
        return finish(std::move(node));
    }

    NodeResult booleanValue()
    {
        const Deeper deeper(m_depth);
        SLUICE_TRY(checkDepth());
        if (is(TokenKind::Not)) {
            Node node = begin(NodeKind::Not);
            ++m_at;
            if (is(TokenKind::Not))
                return fail(expected("`not not` cancels itself out; remove both"));
            SLUICE_TRY_AS(Node negated, booleanValue());
            node.children.push_back(std::move(negated));
            return finish(std::move(node));
        }
        if (is(TokenKind::OpenParenthesis)) {
            const std::size_t closing = m_closing[m_at];
            if (closing == 0)
                return fail(expected("this parenthesis is not closed"));
            const Token& behind = m_tokens[closing + 1];
            if (!isOperator(behind) && behind.kind != TokenKind::Comparison) {
                ++m_at;
                SLUICE_TRY_AS(Node inside, boolean());
                SLUICE_TRY(take(TokenKind::CloseParenthesis, ")"));
                return inside;
            }
        }
        return comparison();
    }

    NodeResult comparison()
    {
        Node node = begin(NodeKind::Compared);
        SLUICE_TRY_AS(Node left, value());
        if (!is(TokenKind::Comparison)) {
            if (left.kind == NodeKind::Bool || left.kind == NodeKind::Call)
                return left;
            if (is(TokenKind::Equal))
                return fail(expected("compare with `==`"));
            return fail(ParseError{left.kind == NodeKind::Path
                    ? "a condition compares; for a bool write `== true`, for whether it is there `!= nil`"
                    : "a condition compares: `==`, `!=`, `<`, `<=`, `>` or `>=` is missing",
                left.begin, left.end});
        }
        node.comparison = comparisonOf(current().text);
        ++m_at;
        SLUICE_TRY_AS(Node right, value());
        node.children.push_back(std::move(left));
        node.children.push_back(std::move(right));
        return finish(std::move(node));
    }

    NodeResult value()
    {
        const Deeper deeper(m_depth);
        SLUICE_TRY(checkDepth());
        const Token& token = current();
        switch (token.kind) {
        case TokenKind::Nil: {
            Node node = begin(NodeKind::Nil);
            ++m_at;
            return finish(std::move(node));
        }
        case TokenKind::Boolean: {
            Node node = begin(NodeKind::Bool);
            node.boolean = token.text == "true";
            ++m_at;
            return finish(std::move(node));
        }
        case TokenKind::String: {
            Node node = begin(NodeKind::String);
            SLUICE_TRY_AS(node.text, unescape(token));
            ++m_at;
            if (isOperator(current()))
                return fail(expected("texts cannot be calculated with; use Concat()"));
            return finish(std::move(node));
        }
        case TokenKind::Bytes: return bytes();
        case TokenKind::OpenBracket: return list();
        case TokenKind::OpenBrace: return map();
        case TokenKind::Uppercase:
            if (!isCall(m_at)) {
                if (after(1).kind == TokenKind::Lowercase)
                    return functionName();
                Node node = begin(NodeKind::Enum);
                node.text = token.text;
                ++m_at;
                return finish(std::move(node));
            }
            break;
        case TokenKind::Not: return fail(expected("`not` is for conditions, not for values"));
        case TokenKind::End: return fail(expected("a value is missing here"));
        default: break;
        }
        return math();
    }

    NodeResult functionName()
    {
        const std::size_t first = m_at;
        Node node = begin(NodeKind::FunctionName);
        node.text = takeName();
        if (node.text == "True" || node.text == "False")
            return fail(about(first, m_at - 1, "write `true` and `false` in lower case"));
        return finish(std::move(node));
    }

    NodeResult bytes()
    {
        Node node = begin(NodeKind::Bytes);
        const std::string_view digits = current().text.substr(2);
        if (digits.size() % 2 != 0)
            return fail(expected("bytes need an even number of hexadecimal digits"));
        for (std::size_t i = 0; i < digits.size(); i += 2) {
            unsigned byte = 0;
            std::from_chars(digits.data() + i, digits.data() + i + 2, byte, 16);
            node.text += static_cast<char>(byte);
        }
        ++m_at;
        return finish(std::move(node));
    }

    NodeResult list()
    {
        Node node = begin(NodeKind::List);
        ++m_at;
        bool hadComma = false;
        while (!is(TokenKind::CloseBracket)) {
            if (is(TokenKind::Comma)) {
                hadComma = true;
                ++m_at;
            } else if (hadComma) {
                return fail(expected("a comma or `]` is missing here"));
            }
            SLUICE_TRY_AS(Node item, value());
            node.children.push_back(std::move(item));
        }
        ++m_at;
        return finish(std::move(node));
    }

    NodeResult map()
    {
        Node node = begin(NodeKind::Map);
        ++m_at;
        while (!is(TokenKind::CloseBrace)) {
            if (!is(TokenKind::String))
                return fail(expected("a map has texts as keys, as in `{\"key\": 1}`"));
            SLUICE_TRY_AS(std::string key, unescape(current()));
            ++m_at;
            SLUICE_TRY(take(TokenKind::Colon, ":"));
            SLUICE_TRY_AS(Node item, value());
            node.names.push_back(std::move(key));
            node.children.push_back(std::move(item));
            if (is(TokenKind::Comma))
                ++m_at;
        }
        ++m_at;
        return finish(std::move(node));
    }

    NodeResult math()
    {
        return chain(
            TokenKind::AddSub, [this] { return chain(TokenKind::MultDiv, [this] { return operand(); }); });
    }

    template <class Part>
    NodeResult chain(TokenKind kind, Part part)
    {
        Node node = begin(NodeKind::Math);
        SLUICE_TRY_AS(Node first, part());
        if (!is(kind))
            return first;
        node.children.push_back(std::move(first));
        while (is(kind)) {
            node.operators += current().text;
            ++m_at;
            SLUICE_TRY_AS(Node next, part());
            node.children.push_back(std::move(next));
        }
        return finish(std::move(node));
    }

    NodeResult operand()
    {
        if (is(TokenKind::AddSub)) {
            Node node = begin(current().text == "-" ? NodeKind::Negated : NodeKind::Posited);
            ++m_at;
            if (is(TokenKind::AddSub))
                return fail(expected("one sign is enough"));
            SLUICE_TRY_AS(Node signedNode, unsignedOperand());
            node.children.push_back(std::move(signedNode));
            return finish(std::move(node));
        }
        return unsignedOperand();
    }

    NodeResult unsignedOperand()
    {
        const Deeper deeper(m_depth);
        SLUICE_TRY(checkDepth());
        const Token& token = current();
        switch (token.kind) {
        case TokenKind::Int: {
            Node node = begin(NodeKind::Int);
            const bool isOctal = token.text.size() > 1 && token.text[0] == '0';
            const char* last = token.text.data() + token.text.size();
            const auto read = std::from_chars(token.text.data(), last, node.integer, isOctal ? 8 : 10);
            if (read.ec == std::errc::result_out_of_range)
                return fail(expected("the number does not fit into 64 bits"));
            if (read.ec != std::errc() || read.ptr != last)
                return fail(expected("a number that begins with 0 is octal; remove the 0"));
            ++m_at;
            return finish(std::move(node));
        }
        case TokenKind::Float: {
            Node node = begin(NodeKind::Double);
            const auto number = parseGoDouble(token.text);
            if (!number)
                return fail(expected("the number is too large"));
            node.number = *number;
            ++m_at;
            return finish(std::move(node));
        }
        case TokenKind::OpenParenthesis: {
            const std::size_t closing = m_closing[m_at];
            if (closing == 0)
                return fail(expected("this parenthesis is not closed"));
            if (m_tokens[closing + 1].kind == TokenKind::Arrow)
                return fail(about(m_at, closing + 1, "functions of your own (`=>`) are not available"));
            ++m_at;
            SLUICE_TRY_AS(Node inside, math());
            SLUICE_TRY(take(TokenKind::CloseParenthesis, ")"));
            // A value in parentheses is a calculation, also when it has one part: it is no literal any more.
            if (inside.kind == NodeKind::Math)
                return inside;
            Node node;
            node.kind = NodeKind::Math;
            node.begin = inside.begin;
            node.children.push_back(std::move(inside));
            return finish(std::move(node));
        }
        case TokenKind::Uppercase:
            if (isCall(m_at))
                return call();
            return fail(expected("only numbers, paths, converters and parentheses can be calculated with"));
        case TokenKind::Lowercase:
            if (isCall(m_at))
                return fail(about(m_at, callNameEnd(m_at) - 1, "an editor has no value; it stands alone"));
            return path();
        case TokenKind::Nil:
        case TokenKind::Boolean:
        case TokenKind::String:
        case TokenKind::Bytes:
        case TokenKind::OpenBrace:
        case TokenKind::OpenBracket:
            return fail(expected("only numbers, paths, converters and parentheses can be calculated with"));
        case TokenKind::End: return fail(expected("a value is missing at the end"));
        default: return fail(expected("`" + std::string(token.text) + "` is no value"));
        }
    }

    NodeResult call()
    {
        const Deeper deeper(m_depth);
        SLUICE_TRY(checkDepth());
        const bool isEditor = is(TokenKind::Lowercase);
        Node node = begin(NodeKind::Call);
        node.text = takeName();
        node.nameEnd = m_tokens[m_at - 1].end();
        ++m_at;
        while (!is(TokenKind::CloseParenthesis)) {
            if (!node.children.empty())
                SLUICE_TRY(take(TokenKind::Comma, ","));
            std::string name;
            if (is(TokenKind::Lowercase) && after(1).kind == TokenKind::Equal) {
                name = current().text;
                m_at += 2;
            }
            SLUICE_TRY_AS(Node argument, value());
            node.names.push_back(std::move(name));
            node.children.push_back(std::move(argument));
        }
        ++m_at;
        if (!isEditor)
            SLUICE_TRY(keys(node.keys));
        return finish(std::move(node));
    }

    Result<void, ParseError> keys(std::vector<Node>& into)
    {
        while (is(TokenKind::OpenBracket)) {
            ++m_at;
            NodeResult key;
            if (is(TokenKind::String)) {
                key = begin(NodeKind::String);
                SLUICE_TRY_AS(key->text, unescape(current()));
                ++m_at;
                key = finish(*std::move(key));
            } else if (is(TokenKind::Int)) {
                key = unsignedOperand();
            } else {
                key = math();
            }
            if (!key)
                return fail(std::move(key).error());
            if (key->kind == NodeKind::Int && isOperator(current()))
                return fail(expected("put a calculated index into parentheses"));
            SLUICE_TRY(take(TokenKind::CloseBracket, "]"));
            into.push_back(*std::move(key));
        }
        return {};
    }

    NodeResult path()
    {
        Node node = begin(NodeKind::Path);
        while (true) {
            if (!is(TokenKind::Lowercase))
                return fail(expected("a name in lower case is missing behind the dot"));
            PathSegment segment;
            segment.name = current().text;
            segment.begin = current().begin;
            segment.end = current().end();
            ++m_at;
            SLUICE_TRY(keys(segment.keys));
            node.segments.push_back(std::move(segment));
            if (!is(TokenKind::Dot))
                break;
            ++m_at;
        }
        return finish(std::move(node));
    }

    std::vector<Token> m_tokens;
    std::vector<std::size_t> m_closing; ///< By opening parenthesis: its closing one; 0 for none.
    std::size_t m_at = 0;
    int m_depth = 0;
};

} // namespace

Result<StatementSyntax, ParseError> parseStatementSyntax(std::string_view text)
{
    SLUICE_TRY_AS(std::vector<Token> tokens, tokenize(text));
    return Parser(std::move(tokens)).statement();
}

Result<Node, ParseError> parseConditionSyntax(std::string_view text)
{
    SLUICE_TRY_AS(std::vector<Token> tokens, tokenize(text));
    return Parser(std::move(tokens)).condition();
}

Result<Node, ParseError> parseValueSyntax(std::string_view text)
{
    SLUICE_TRY_AS(std::vector<Token> tokens, tokenize(text));
    return Parser(std::move(tokens)).wholeValue();
}

} // namespace sluice::ottl
