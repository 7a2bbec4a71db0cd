#include "core/processors/actions/attribute_actions.h"

#include "core/model/value_text.h"
#include "core/otlp/attributes.h"
#include "core/processors/actions/sha256.h"
#include "core/processors/match/node_value.h"
#include "core/wire/writer.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <utility>

namespace sluice {

using config::Node;
using config::SectionReader;

namespace {

constexpr std::uint64_t kGoNaN = 0x7FF8000000000001U; // The bits that Go's parser gives.

std::string lowerCase(std::string_view text)
{
    std::string out(text);
    std::ranges::transform(
        out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

/// Values of a request header, joined as the collector joins them. Nothing when there is none.
std::optional<std::string> headerNamed(const RequestContext& context, std::string_view name)
{
    const std::string wanted = lowerCase(name);
    std::optional<std::string> values;
    for (const auto& [header, value] : context.headers) {
        if (header == wanted)
            values = values ? *values + ';' + value : value;
    }
    return values;
}

std::optional<std::string> contextValue(const RequestContext& context, std::string_view source)
{
    constexpr std::string_view kMetadata = "metadata.";
    if (source == "client.address")
        return context.peer; // An unknown address is an empty text, and is set all the same.
    if (source.starts_with("auth."))
        return std::nullopt; // What a sender proved about itself is not kept with a request.
    if (source.starts_with(kMetadata))
        source.remove_prefix(kMetadata.size());
    return headerNamed(context, source);
}

/// Go's ParseInt with base 10.
std::optional<std::int64_t> integerIn(std::string_view text)
{
    if (text.starts_with('+'))
        text = text.substr(1).starts_with('-') ? std::string_view() : text.substr(1);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

/// Go's ParseFloat: decimal, hexadecimal with an exponent, infinity and nan in any case.
std::optional<double> realIn(std::string_view text)
{
    std::string lower = lowerCase(text);
    std::string_view rest = lower;
    const bool isSigned = rest.starts_with('+') || rest.starts_with('-');
    const double sign = rest.starts_with('-') ? -1 : 1;
    rest.remove_prefix(isSigned ? 1 : 0);
    if (rest == "inf" || rest == "infinity")
        return sign * HUGE_VAL;
    if (rest == "nan" && !isSigned)
        return std::bit_cast<double>(kGoNaN);
    std::chars_format format = std::chars_format::general;
    if (rest.starts_with("0x") && rest.find('p') != std::string_view::npos) {
        format = std::chars_format::hex;
        rest.remove_prefix(2);
    }
    if (rest.empty() || std::string_view("0123456789.abcdef").find(rest.front()) == std::string_view::npos
        || rest.starts_with("inf") || rest.starts_with("nan"))
        return std::nullopt;
    double number = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number, format);
    if (error != std::errc() || end != rest.data() + rest.size())
        return std::nullopt;
    return sign * number;
}

/// What is fed to the hash. Nothing for what is not hashed at all.
std::optional<std::string> bytesToHash(const Value& value)
{
    switch (value.type()) {
    case ValueType::String: return std::string(value.text());
    case ValueType::Bool: return std::string(1, value.boolean() ? '\1' : '\0');
    case ValueType::Int:
    case ValueType::Double: {
        const std::uint64_t bits = value.type() == ValueType::Int
            ? static_cast<std::uint64_t>(value.integer())
            : std::bit_cast<std::uint64_t>(value.number());
        std::string bytes;
        for (unsigned shift = 0; shift < 64; shift += 8)
            bytes += static_cast<char>(bits >> shift);
        return bytes;
    }
    case ValueType::Empty:
    case ValueType::Bytes:
    case ValueType::Array:
    case ValueType::Map: break;
    }
    return std::nullopt;
}

Value hashOf(const Value& value, Arena& arena)
{
    const auto bytes = bytesToHash(value);
    return Value::ofString(bytes ? arena.copy(sha256Hex(*bytes)) : std::string_view());
}

std::optional<Value> toInt(const Value& value)
{
    switch (value.type()) {
    case ValueType::Bool: return Value::ofInt(value.boolean() ? 1 : 0);
    case ValueType::Double: {
        const double number = value.number();
        if (std::isnan(number) || std::abs(number) >= 9223372036854775808.0)
            return Value::ofInt(std::numeric_limits<std::int64_t>::min()); // As amd64 converts.
        return Value::ofInt(static_cast<std::int64_t>(number));
    }
    case ValueType::String:
        if (const auto number = integerIn(value.text()))
            return Value::ofInt(*number);
        return std::nullopt;
    default: return std::nullopt;
    }
}

std::optional<Value> toDouble(const Value& value)
{
    switch (value.type()) {
    case ValueType::Bool: return Value::ofDouble(value.boolean() ? 1 : 0);
    case ValueType::Int: return Value::ofDouble(static_cast<double>(value.integer()));
    case ValueType::String:
        if (const auto number = realIn(value.text()))
            return Value::ofDouble(*number);
        return std::nullopt;
    default: return std::nullopt;
    }
}

/// Names that the pattern finds, in order, a name that is there twice twice.
std::vector<std::string_view> namesLike(
    const std::optional<Pattern>& pattern, const AttributeList& attributes)
{
    std::vector<std::string_view> names;
    for (std::size_t i = 0; pattern && i < attributes.size(); ++i) {
        if (pattern->isFoundIn(attributes.keyAt(i)))
            names.push_back(attributes.keyAt(i));
    }
    return names;
}

bool hash(std::string_view key, AttributeList& attributes)
{
    const std::size_t index = attributes.indexOf(key);
    return index != AttributeList::kNone
        && attributes.replaceAt(index, hashOf(attributes.valueAt(index), attributes.arena()));
}

bool extract(const std::string& key, const Pattern& pattern, AttributeList& attributes)
{
    const Value* value = attributes.find(key);
    if (value == nullptr || !value->isString())
        return false;
    const std::vector<std::string_view> groups = pattern.match(value->text());
    bool isChanged = false;
    for (std::size_t i = 1; i < groups.size(); ++i)
        isChanged = attributes.put(pattern.groupNames()[i - 1], Value::ofString(groups[i])) || isChanged;
    return isChanged;
}

} // namespace

std::optional<AttributeActions::Kind> AttributeActions::kindNamed(std::string_view name)
{
    const std::string lower = lowerCase(name);
    for (const auto& [text, kind] : {std::pair("insert", Kind::Insert), std::pair("update", Kind::Update),
             std::pair("upsert", Kind::Upsert), std::pair("delete", Kind::Delete),
             std::pair("hash", Kind::Hash), std::pair("extract", Kind::Extract),
             std::pair("convert", Kind::Convert)}) {
        if (lower == text)
            return kind;
    }
    return std::nullopt;
}

AttributeActions AttributeActions::read(const Node& list, const std::string& path, config::Problems& problems)
{
    AttributeActions actions;
    for (std::size_t i = 0; i < list.items.size(); ++i) {
        SectionReader section(list.items[i], path + '[' + std::to_string(i) + ']', problems);
        actions.m_actions.push_back(actions.readAction(section));
    }
    return actions;
}

AttributeActions::Action AttributeActions::readAction(SectionReader& section) const
{
    Action action;
    std::string kind;
    std::string pattern;
    std::string target;
    section.read("key", action.key);
    section.read("action", kind);
    if (const Node* value = section.find("value")) {
        action.value = valueOf(*value, *m_arena);
        for (std::uint32_t field = 1; field < kAttributeFields; ++field) {
            wire::Writer writer(action.encoded[field]);
            otlp::encodeAttribute(writer, field, {action.key, *action.value});
        }
    }
    if (const Node* value = section.find("default_value"))
        action.defaultValue = valueOf(*value, *m_arena);
    section.read("from_attribute", action.fromAttribute);
    section.read("from_context", action.fromContext);
    section.read("pattern", pattern);
    section.read("converted_type", target);
    section.finish();
    if (!pattern.empty()) {
        auto compiled = Pattern::compile(pattern);
        if (compiled)
            action.pattern = *std::move(compiled);
        else
            section.report("pattern", "is no regular expression: " + compiled.error());
    }
    const auto known = kindNamed(kind);
    if (!known) {
        section.report("action",
            "must be one of insert, update, upsert, delete, hash, extract, convert"
                + (kind.empty() ? "" : ", but is " + kind));
        return action;
    }
    action.kind = *known;
    if (target == "int")
        action.target = Target::Int;
    else if (target == "double")
        action.target = Target::Double;
    checkAction(section, action, target);
    return action;
}

void AttributeActions::checkAction(
    SectionReader& section, const Action& action, const std::string& targetName) const
{
    const auto refuse = [&](std::string_view key, bool isWrong) {
        if (isWrong)
            section.report(key, "is not used by this action");
    };
    const bool hasPattern = section.find("pattern") != nullptr;
    const int sources = (action.value ? 1 : 0) + (action.fromAttribute.empty() ? 0 : 1)
        + (action.fromContext.empty() ? 0 : 1);
    const bool isByName = action.kind == Kind::Delete || action.kind == Kind::Hash;
    if (action.key.empty() && !(isByName && hasPattern))
        section.report("key", isByName ? "key or pattern is needed" : "is needed");
    refuse("converted_type", action.kind != Kind::Convert && !targetName.empty());
    switch (action.kind) {
    case Kind::Insert:
    case Kind::Update:
    case Kind::Upsert:
        refuse("pattern", hasPattern);
        if (sources == 0 && !action.defaultValue)
            section.report({}, "needs one of value, from_attribute, from_context and default_value");
        else if (sources > 1)
            section.report({}, "has more than one of value, from_attribute and from_context");
        return;
    case Kind::Delete:
    case Kind::Hash:
        refuse("value", action.value.has_value());
        refuse("from_attribute", !action.fromAttribute.empty());
        return;
    case Kind::Extract:
        refuse("value", action.value.has_value());
        refuse("from_attribute", !action.fromAttribute.empty());
        refuse("from_context", !action.fromContext.empty());
        if (!hasPattern)
            section.report("pattern", "is needed");
        else if (action.pattern && action.pattern->groupNames().empty())
            section.report("pattern", "has no named group such as (?P<name>...)");
        else if (action.pattern && std::ranges::count(action.pattern->groupNames(), std::string()) > 0)
            section.report("pattern", "has a group without a name; write (?P<name>...) or (?:...)");
        return;
    case Kind::Convert:
        refuse("value", action.value.has_value());
        refuse("from_attribute", !action.fromAttribute.empty());
        refuse("from_context", !action.fromContext.empty());
        refuse("pattern", hasPattern);
        if (targetName != "string" && targetName != "int" && targetName != "double")
            section.report("converted_type",
                "must be string, int or double" + (targetName.empty() ? "" : ", but is " + targetName));
        return;
    }
}

std::optional<Value> AttributeActions::sourceOf(
    const Action& action, AttributeList& attributes, const RequestContext& context)
{
    if (action.value)
        return action.value;
    if (!action.fromAttribute.empty()) {
        if (const Value* value = attributes.find(action.fromAttribute))
            return *value;
    } else if (!action.fromContext.empty()) {
        if (const auto text = contextValue(context, action.fromContext))
            return Value::ofString(attributes.arena().copy(*text));
    }
    return action.defaultValue;
}

bool AttributeActions::applyOne(
    const Action& action, AttributeList& attributes, const RequestContext& context) const
{
    bool isChanged = false;
    switch (action.kind) {
    case Kind::Insert:
    case Kind::Update:
    case Kind::Upsert: {
        const auto value = sourceOf(action, attributes, context);
        if (!value)
            return false;
        const std::string_view raw
            = action.value ? std::string_view(action.encoded[attributes.field()]) : std::string_view();
        const std::size_t index = attributes.indexOf(action.key);
        if (index != AttributeList::kNone)
            return action.kind != Kind::Insert && attributes.replaceAt(index, *value, raw);
        if (action.kind == Kind::Update)
            return false;
        attributes.append(action.key, *value, raw);
        return true;
    }
    case Kind::Delete:
        // An action with nothing but a pattern has the key "" (a quirk of the collector's).
        isChanged = attributes.remove(action.key);
        if (action.pattern) {
            const std::size_t before = attributes.size();
            attributes.keepIf(
                [&](std::size_t index) { return !action.pattern->isFoundIn(attributes.keyAt(index)); });
            isChanged = isChanged || attributes.size() != before;
        }
        return isChanged;
    case Kind::Hash:
        isChanged = hash(action.key, attributes);
        for (const std::string_view name : namesLike(action.pattern, attributes))
            isChanged = hash(name, attributes) || isChanged;
        return isChanged;
    case Kind::Extract: return extract(action.key, *action.pattern, attributes);
    case Kind::Convert: break;
    }
    const std::size_t index = attributes.indexOf(action.key);
    if (index == AttributeList::kNone)
        return false;
    const Value& value = attributes.valueAt(index);
    std::optional<Value> converted;
    if (action.target == Target::Int)
        converted = toInt(value);
    else if (action.target == Target::Double)
        converted = toDouble(value);
    else if (!value.isString())
        converted = Value::ofString(attributes.arena().copy(textOf(value)));
    return converted && attributes.replaceAt(index, *converted);
}

bool AttributeActions::apply(
    AttributeList& attributes, const RequestContext& context, std::string* reason) const
{
    bool isChanged = false;
    for (const Action& action : m_actions) {
        const Value* before = reason == nullptr ? nullptr : attributes.find(action.key);
        const std::string was = before == nullptr ? "absent" : shownValue(*before);
        if (!applyOne(action, attributes, context))
            continue;
        isChanged = true;
        if (reason == nullptr)
            continue;
        const Value* after = attributes.find(action.key);
        const std::string name = action.key.empty() ? "names like " + action.pattern->text()
                                                    : shownKey("attributes", action.key);
        reason->append(reason->empty() ? "" : ", ").append(name);
        if (action.key.empty())
            reason->append(" changed");
        else
            reason->append(" was ").append(was).append(", is ").append(
                after == nullptr ? "absent" : shownValue(*after));
    }
    return isChanged;
}

} // namespace sluice
