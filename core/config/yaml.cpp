#include "core/config/yaml.h"

#include <yaml-cpp/anchor.h>
#include <yaml-cpp/emitterstyle.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <map>
#include <sstream>
#include <utility>

namespace sluice::config {

namespace {

constexpr std::size_t kMaxDepth = 100;
constexpr std::size_t kMaxNodes = 100'000;
constexpr int kMaxRounds = 1000;

bool isOneOf(std::string_view text, std::initializer_list<std::string_view> names)
{
    return std::ranges::find(names, text) != names.end();
}

bool isDigits(std::string_view text, std::string_view allowed)
{
    return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

/// A whole number in the forms of YAML 1.1 and 1.2 that Go's reader takes: 10, -3, 0x1F, 0o17, 017, 0b11,
/// 1_000.
bool readInteger(std::string_view text, Node& node)
{
    std::string digits;
    for (const char c : text) {
        if (c != '_')
            digits += c;
    }
    std::string_view rest = digits;
    const bool isNegative = rest.starts_with('-');
    if (isNegative || rest.starts_with('+'))
        rest.remove_prefix(1);
    int base = 10;
    if (rest.starts_with("0x") || rest.starts_with("0b") || rest.starts_with("0o")) {
        base = rest[1] == 'x' ? 16 : rest[1] == 'b' ? 2 : 8;
        rest.remove_prefix(2);
    } else if (rest.size() > 1 && rest.front() == '0' && isDigits(rest, "01234567")) {
        base = 8;
    }
    if (rest.empty())
        return false;
    std::uint64_t magnitude = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), magnitude, base);
    const auto limit = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (error != std::errc() || end != rest.data() + rest.size() || magnitude > limit)
        return false;
    node.type = NodeType::Int;
    node.integer = static_cast<std::int64_t>(magnitude) * (isNegative ? -1 : 1);
    node.number = static_cast<double>(node.integer);
    return true;
}

bool readReal(std::string_view text, Node& node)
{
    std::string_view rest = text;
    const bool isNegative = rest.starts_with('-');
    if (isNegative || rest.starts_with('+'))
        rest.remove_prefix(1);
    if (isOneOf(rest, {".inf", ".Inf", ".INF"})) {
        node.number = isNegative ? -HUGE_VAL : HUGE_VAL;
    } else if (isOneOf(text, {".nan", ".NaN", ".NAN"})) {
        node.number = std::nan("");
    } else {
        if (!isDigits(rest.substr(0, 1), "0123456789.")
            || rest.find_first_of("0123456789") == std::string_view::npos)
            return false;
        double number = 0;
        const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
        if (error != std::errc() || end != rest.data() + rest.size())
            return false;
        node.number = isNegative ? -number : number;
    }
    node.type = NodeType::Double;
    return true;
}

/// What an unquoted scalar is.
void resolve(Node& node)
{
    const std::string_view text = node.text;
    node.type = NodeType::String;
    if (isOneOf(text, {"", "~", "null", "Null", "NULL"})) {
        node.type = NodeType::Null;
    } else if (isOneOf(text, {"true", "True", "TRUE", "false", "False", "FALSE"})) {
        node.type = NodeType::Bool;
        node.boolean = text.front() == 't' || text.front() == 'T';
    } else if (!readInteger(text, node)) {
        readReal(text, node);
    }
}

Position positionOf(const YAML::Mark& mark)
{
    return {mark.line + 1, mark.column + 1};
}

/// What the handler throws to leave yaml-cpp's parser; caught in parseYaml().
struct Refusal {
    Problem problem;
};

class TreeBuilder final : public YAML::EventHandler {
public:
    Node root;

    void OnDocumentStart(const YAML::Mark& mark) override
    {
        if (m_hasDocument)
            refuse(mark, "a second document begins here; one is expected");
        m_hasDocument = true;
    }
    void OnDocumentEnd() override { }
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(at(mark), anchor); }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        const auto it = m_anchors.find(anchor);
        if (it == m_anchors.end())
            refuse(mark, "this alias stands inside the value that it refers to");
        count(mark, sizeOf(it->second));
        Node copy = it->second;
        copy.hasAlias = true;
        if (isKeyNext())
            copy.position = positionOf(mark);
        add(std::move(copy), 0);
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
        const std::string& value) override
    {
        Node node = at(mark);
        node.text = value;
        if (tag == "?" || tag.ends_with(":int") || tag.ends_with(":float") || tag.ends_with(":bool"))
            resolve(node);
        else
            node.type = NodeType::String;
        add(std::move(node), anchor);
    }
    void OnSequenceStart(
        const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, YAML::EmitterStyle::value) override
    {
        open(mark, NodeType::List, anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(
        const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, YAML::EmitterStyle::value) override
    {
        open(mark, NodeType::Map, anchor);
    }
    void OnMapEnd() override { close(); }

private:
    struct Level {
        Node node;
        YAML::anchor_t anchor = 0;
        bool hasKey = false;
        std::string key;
        Position keyPosition;
    };

    [[noreturn]] static void refuse(const YAML::Mark& mark, std::string text)
    {
        throw Refusal{{{}, positionOf(mark), std::move(text)}};
    }

    static std::size_t sizeOf(const Node& node)
    {
        std::size_t size = 1;
        for (const Node& item : node.items)
            size += sizeOf(item);
        for (const NodeEntry& entry : node.entries)
            size += sizeOf(entry.value);
        return size;
    }

    void count(const YAML::Mark& mark, std::size_t nodes)
    {
        m_count += nodes;
        if (m_count > kMaxNodes)
            refuse(mark, "more than 100,000 values");
    }

    Node at(const YAML::Mark& mark)
    {
        count(mark, 1);
        Node node;
        node.position = positionOf(mark);
        return node;
    }

    [[nodiscard]] bool isKeyNext() const
    {
        return !m_levels.empty() && m_levels.back().node.isMap() && !m_levels.back().hasKey;
    }

    void open(const YAML::Mark& mark, NodeType type, YAML::anchor_t anchor)
    {
        if (m_levels.size() >= kMaxDepth)
            refuse(mark, "nested too deeply");
        if (isKeyNext())
            refuse(mark, "a key must be a single word");
        Node node = at(mark);
        node.type = type;
        m_levels.push_back({std::move(node), anchor, false, {}, {}});
    }

    void close()
    {
        Level level = std::move(m_levels.back());
        m_levels.pop_back();
        if (level.node.isMap())
            merge(level.node);
        add(std::move(level.node), level.anchor);
    }

    void add(Node node, YAML::anchor_t anchor)
    {
        if (anchor != 0) {
            m_anchors.insert_or_assign(anchor, node);
            node.hasAlias = true;
        }
        if (m_levels.empty()) {
            root = std::move(node);
            return;
        }
        Level& level = m_levels.back();
        level.node.hasAlias = level.node.hasAlias || node.hasAlias;
        if (level.node.isList()) {
            level.node.items.push_back(std::move(node));
        } else if (!level.hasKey) {
            if (level.node.find(node.text) != nullptr)
                throw Refusal{{node.text, node.position, "this key is there twice"}};
            level.hasKey = true;
            level.key = std::move(node.text);
            level.keyPosition = node.position;
        } else {
            level.hasKey = false;
            level.node.entries.push_back({std::move(level.key), level.keyPosition, std::move(node)});
        }
    }

    /// `<<: *base`: the keys of base that the map does not have itself.
    static void merge(Node& node)
    {
        const auto it = std::ranges::find(node.entries, std::string_view("<<"), &NodeEntry::key);
        if (it == node.entries.end())
            return;
        const Node source = std::move(it->value);
        node.entries.erase(it);
        node.hasAlias = true;
        const auto take = [&](const Node& map) {
            for (const NodeEntry& entry : map.entries) {
                if (node.find(entry.key) == nullptr)
                    node.entries.push_back(entry);
            }
        };
        if (source.isMap())
            take(source);
        for (const Node& item : source.items)
            take(item);
    }

    std::vector<Level> m_levels;
    std::map<YAML::anchor_t, Node> m_anchors;
    std::size_t m_count = 0;
    bool m_hasDocument = false;
};

void emitInto(const Node& node, int indent, std::string& out);

std::string scalarText(const Node& node)
{
    switch (node.type) {
    case NodeType::Null: return "null";
    case NodeType::String: return yamlScalar(node.text);
    default: return node.text;
    }
}

void emitValue(const Node& node, int indent, std::string& out)
{
    if (node.isMap() && node.entries.empty())
        out += " {}\n";
    else if (node.isList() && node.items.empty())
        out += " []\n";
    else if (node.isMap() || node.isList()) {
        out += '\n';
        emitInto(node, indent, out);
    } else {
        out += ' ' + scalarText(node) + '\n';
    }
}

void emitInto(const Node& node, int indent, std::string& out)
{
    const std::string blanks(static_cast<std::size_t>(indent), ' ');
    for (const NodeEntry& entry : node.entries) {
        out += blanks + yamlScalar(entry.key) + ':';
        emitValue(entry.value, indent + 2, out);
    }
    for (const Node& item : node.items) {
        if (item.isMap() && !item.entries.empty()) {
            // "- first: 1" with the other keys below it.
            std::string inner;
            emitInto(item, indent + 2, inner);
            inner[static_cast<std::size_t>(indent)] = '-';
            out += inner;
        } else {
            out += blanks + '-';
            emitValue(item, indent + 2, out);
        }
    }
}

bool isName(std::string_view name)
{
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    return isDigits(name, kLetters) && (name.front() < '0' || name.front() > '9');
}

/// The first reference in `text` that is not escaped, inside out: `${a:${b}}` gives `${b}`. Empty when there
/// is none.
std::string_view findReference(std::string_view text)
{
    std::size_t from = 0;
    while (true) {
        const std::size_t close = text.find('}', from);
        if (close == std::string_view::npos)
            return {};
        const std::size_t open = text.substr(from, close - from).rfind("${");
        if (open != std::string_view::npos) {
            std::size_t dollars = 0;
            while (dollars < open && text[from + open - dollars - 1] == '$')
                ++dollars;
            if (dollars % 2 == 0)
                return text.substr(from + open, close + 1 - from - open);
        }
        from = close + 1;
    }
}

class Substitution {
public:
    Substitution(const Environment& environment, Problems& problems)
        : m_environment(environment)
        , m_problems(problems)
    {
    }

    void apply(Node& node, const std::string& path)
    {
        if (node.isString())
            expand(node, path);
        for (std::size_t i = 0; i < node.items.size(); ++i)
            apply(node.items[i], path + '[' + std::to_string(i) + ']');
        for (NodeEntry& entry : node.entries)
            apply(entry.value, path.empty() ? entry.key : path + '.' + entry.key);
    }

private:
    void expand(Node& node, const std::string& path)
    {
        bool isWhole = false;
        for (int round = 0; true; ++round) {
            const std::string reference(findReference(node.text));
            if (reference.empty())
                break;
            if (round == kMaxRounds) {
                m_problems.push_back({path, node.position, "the variables refer to each other without end"});
                break;
            }
            const auto value = look(reference, node, path);
            if (!value.has_value())
                return;
            isWhole = reference.size() == node.text.size();
            if (isWhole) {
                node.text = *value;
                continue;
            }
            for (std::size_t at = node.text.find(reference); at != std::string::npos;
                 at = node.text.find(reference, at + value->size()))
                node.text.replace(at, reference.size(), *value);
        }
        if (isWhole && !(m_isEmptyText && node.text.empty()))
            retype(node);
        unescape(node.text);
    }

    /// A value that is nothing but a reference has the type of the variable's text.
    static void retype(Node& node)
    {
        const Position position = node.position;
        const std::string text = node.text;
        if (auto parsed = parseYaml(text)) {
            node = std::move(*parsed);
            if (!node.isMap() && !node.isList())
                node.text = text;
        }
        place(node, position);
        node.isSubstituted = !node.isNull();
    }

    static void place(Node& node, Position position)
    {
        node.position = position;
        for (Node& item : node.items)
            place(item, position);
        for (NodeEntry& entry : node.entries) {
            entry.position = position;
            place(entry.value, position);
        }
    }

    std::optional<std::string> look(std::string_view reference, const Node& node, const std::string& path)
    {
        std::string_view name = reference.substr(2, reference.size() - 3);
        const auto refuse = [&](std::string text) {
            m_problems.push_back({path, node.position, std::string(reference) + ": " + std::move(text)});
            return std::nullopt;
        };
        if (name.find('$') != std::string_view::npos)
            return refuse("a '$' is not allowed inside of ${}; write $${ for a literal ${");
        if (const std::size_t colon = name.find(':'); colon != std::string_view::npos) {
            const std::string_view scheme = name.substr(0, colon);
            if (scheme != "env" && !name.substr(colon).starts_with(":-"))
                return refuse("only environment variables can be inserted: ${env:NAME}");
            if (scheme == "env")
                name.remove_prefix(colon + 1);
        }
        std::optional<std::string> fallback;
        if (const std::size_t dash = name.find(":-"); dash != std::string_view::npos) {
            fallback = std::string(name.substr(dash + 2));
            name = name.substr(0, dash);
        }
        if (!isName(name))
            return refuse("the name of a variable is letters, digits and _, and does not begin with a digit");
        m_isEmptyText = false;
        if (auto value = m_environment(std::string(name)))
            return value;
        m_isEmptyText = fallback == std::string(); // `:-` with nothing behind it is a text, unset is nothing.
        return fallback.value_or(std::string());
    }

    static void unescape(std::string& text)
    {
        for (std::size_t at = text.find("$$"); at != std::string::npos; at = text.find("$$", at + 1))
            text.erase(at, 1);
    }

    const Environment& m_environment;
    Problems& m_problems;
    bool m_isEmptyText = false;
};

} // namespace

Result<Node, Problem> parseYaml(std::string_view text)
{
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        TreeBuilder builder;
        while (parser.HandleNextDocument(builder)) { }
        return std::move(builder.root);
    } catch (const Refusal& refusal) {
        return fail(refusal.problem);
    } catch (const YAML::Exception& error) {
        return fail(Problem{
            {}, error.mark.is_null() ? Position() : positionOf(error.mark), "not YAML: " + error.msg});
    } catch (const std::exception& error) {
        return fail(Problem{{}, {}, std::string("not YAML: ") + error.what()});
    }
}

std::string emitYaml(const Node& node, int indent)
{
    std::string out;
    if (node.isMap() || node.isList())
        emitInto(node, indent, out);
    else if (!node.isNull())
        out = std::string(static_cast<std::size_t>(indent), ' ') + scalarText(node) + '\n';
    return out;
}

std::string yamlScalar(std::string_view text)
{
    constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-";
    if (isDigits(text, kPlain) && text.front() != '-' && text.front() != '.') {
        Node node;
        node.text = text;
        resolve(node);
        if (node.isString())
            return std::string(text);
    }
    std::string out = "\"";
    for (const char c : text) {
        switch (c) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default:
            if (static_cast<unsigned char>(c) < 0x20U || c == 0x7F) {
                constexpr std::string_view kHex = "0123456789abcdef";
                const auto byte = static_cast<unsigned char>(c);
                out.append("\\x").append(1, kHex[byte >> 4U]).append(1, kHex[byte & 15U]);
            } else {
                out += c;
            }
        }
    }
    return out + '"';
}

Environment processEnvironment()
{
    return [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str()); // NOLINT(concurrency-mt-unsafe): nobody changes it.
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    };
}

void substitute(Node& node, const Environment& environment, Problems& problems)
{
    Substitution(environment, problems).apply(node, {});
}

} // namespace sluice::config
