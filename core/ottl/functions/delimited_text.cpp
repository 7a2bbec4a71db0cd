#include "core/ottl/functions/delimited_text.h"

#include "core/ottl/functions/unicode_text.h"

namespace sluice::ottl {

namespace {

Result<std::vector<std::string>, std::string> splitPairs(std::string_view text, std::string_view delimiter)
{
    std::vector<std::string> pairs;
    std::string pair;
    char quote = '\0';
    bool isEscaped = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote == '\0' && text.substr(i).starts_with(delimiter)) {
            if (!pair.empty())
                pairs.push_back(std::move(pair));
            pair.clear();
            i += delimiter.size() - 1;
            isEscaped = false;
            continue;
        }
        if (!isEscaped && (quote == '\0' ? c == '"' || c == '\'' : c == quote)) {
            quote = quote == '\0' ? c : '\0';
            continue;
        }
        isEscaped = !isEscaped && c == '\\';
        pair += c;
    }
    if (quote != '\0')
        return fail(std::string("a quote does not end"));
    if (!pair.empty())
        pairs.push_back(std::move(pair));
    return pairs;
}

/// Hands out a text line by line, line ends included, "\r\n" as "\n".
class Lines {
public:
    explicit Lines(std::string_view text)
        : m_rest(text)
    {
    }

    /// False at the end of the text. `isLast` when no line end was there.
    bool take(std::string& line, bool& isLast)
    {
        line.clear();
        isLast = true;
        if (m_rest.empty())
            return false;
        const std::size_t end = m_rest.find('\n');
        isLast = end == std::string_view::npos;
        line = m_rest.substr(0, isLast ? end : end + 1);
        m_rest.remove_prefix(line.size());
        if (line.ends_with("\r\n"))
            line.erase(line.size() - 2, 1);
        else if (isLast && line.ends_with('\r'))
            line.pop_back();
        return true;
    }

private:
    std::string_view m_rest;
};

/// Reads one row. False when a field is wrong; those before it are there then.
bool readRow(Lines& lines, const std::string& first, std::string_view delimiter, bool isLazy,
    std::vector<std::string>& fields)
{
    std::string kept = first;
    std::string_view line = kept;
    const auto isLineEnd = [](std::string_view rest) { return rest.empty() || rest == "\n"; };
    while (true) {
        if (!line.starts_with('"')) {
            const std::size_t end = line.find(delimiter);
            std::string_view field = line.substr(0, end);
            if (end == std::string_view::npos && field.ends_with('\n'))
                field.remove_suffix(1);
            if (!isLazy && field.find('"') != std::string_view::npos)
                return false;
            fields.emplace_back(field);
            if (end == std::string_view::npos)
                return true;
            line.remove_prefix(end + delimiter.size());
            continue;
        }
        line.remove_prefix(1);
        std::string field;
        bool isAtEnd = false;
        while (true) {
            const std::size_t quote = line.find('"');
            if (quote != std::string_view::npos) {
                field += line.substr(0, quote);
                line.remove_prefix(quote + 1);
                if (line.starts_with('"')) {
                    field += '"';
                    line.remove_prefix(1);
                    continue;
                }
                if (line.starts_with(delimiter)) {
                    line.remove_prefix(delimiter.size());
                    break;
                }
                if (isLineEnd(line)) {
                    isAtEnd = true;
                    break;
                }
                if (!isLazy)
                    return false;
                field += '"';
                continue;
            }
            field += line;
            std::string next;
            bool isLast = false;
            if (!lines.take(next, isLast)) {
                if (!isLazy)
                    return false;
                isAtEnd = true;
                break;
            }
            kept = std::move(next);
            line = kept;
        }
        fields.push_back(std::move(field));
        if (isAtEnd)
            return true;
    }
}

} // namespace

Result<std::vector<std::pair<std::string, std::string>>, std::string> parseKeyValues(
    std::string_view text, std::string_view delimiter, std::string_view pairDelimiter)
{
    if (text.empty())
        return fail(std::string("there is nothing to read pairs from"));
    SLUICE_TRY_AS(const auto pairs, splitPairs(text, pairDelimiter));
    std::vector<std::pair<std::string, std::string>> result;
    for (const std::string& pair : pairs) {
        const std::size_t at = pair.find(delimiter);
        if (at == std::string::npos)
            return fail("no \"" + std::string(delimiter) + "\" in \"" + pair.substr(0, 100) + "\"");
        const std::string_view whole = pair;
        result.emplace_back(trimSpace(whole.substr(0, at)), trimSpace(whole.substr(at + delimiter.size())));
    }
    return result;
}

std::vector<std::string> splitText(std::string_view text, std::string_view delimiter)
{
    std::vector<std::string> pieces;
    for (std::size_t at = text.find(delimiter); at != std::string_view::npos; at = text.find(delimiter)) {
        pieces.emplace_back(text.substr(0, at));
        text.remove_prefix(at + delimiter.size());
    }
    pieces.emplace_back(text);
    return pieces;
}

Result<std::vector<std::string>, std::string> parseCsvRow(
    std::string_view text, std::string_view delimiter, bool isLazy)
{
    if (delimiter == "\"" || delimiter == "\r" || delimiter == "\n")
        return fail(std::string("CSV cannot be delimited by quotes or line ends"));
    Lines lines(text);
    std::vector<std::string> joined;
    std::string line;
    bool isLast = false;
    while (lines.take(line, isLast)) {
        if (line == "\n" || line.empty())
            continue;
        std::vector<std::string> fields;
        if (!readRow(lines, line, delimiter, isLazy, fields) && fields.empty())
            return fail(std::string("a quote in CSV stands in the wrong place"));
        if (joined.empty()) {
            joined = std::move(fields);
            continue;
        }
        joined.back() += "\n" + fields.front();
        for (std::size_t i = 1; i < fields.size(); ++i)
            joined.push_back(std::move(fields[i]));
    }
    if (joined.empty())
        return fail(std::string("there is no line of CSV"));
    return joined;
}

} // namespace sluice::ottl
