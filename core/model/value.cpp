#include "core/model/value.h"

#include <algorithm>
#include <cmath>

namespace sluice {

namespace {

bool sameEntries(std::span<const KeyValue> a, std::span<const KeyValue> b)
{
    return a.size() == b.size() && std::ranges::all_of(a, [&](const KeyValue& entry) {
        const auto it = std::ranges::find(b, entry.key, &KeyValue::key);
        return it != b.end() && it->value == entry.value;
    });
}

} // namespace

bool operator==(const Value& a, const Value& b)
{
    if (a.type() != b.type())
        return false;
    switch (a.type()) {
    case ValueType::Empty: return true;
    case ValueType::String:
    case ValueType::Bytes: return a.text() == b.text();
    case ValueType::Bool: return a.boolean() == b.boolean();
    case ValueType::Int: return a.integer() == b.integer();
    case ValueType::Double:
        return a.number() == b.number() || (std::isnan(a.number()) && std::isnan(b.number()));
    case ValueType::Array: return std::ranges::equal(a.items(), b.items());
    case ValueType::Map: return sameEntries(a.entries(), b.entries());
    }
    return false;
}

} // namespace sluice
