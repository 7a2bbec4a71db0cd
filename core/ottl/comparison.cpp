#include "core/ottl/comparison.h"

#include <compare>
#include <string_view>

namespace sluice::ottl {

namespace {

template <class T>
bool holds(Comparison comparison, const T& left, const T& right)
{
    switch (comparison) {
    case Comparison::Equal: return left == right;
    case Comparison::NotEqual: return !(left == right);
    case Comparison::Less: return left < right;
    case Comparison::LessOrEqual: return left <= right;
    case Comparison::Greater: return left > right;
    case Comparison::GreaterOrEqual: return left >= right;
    }
    return false;
}

bool equality(Comparison comparison, bool areEqual)
{
    return comparison == Comparison::Equal ? areEqual : comparison == Comparison::NotEqual && !areEqual;
}

/// Telemetry compares with its own equality, save that NaN differs from itself.
bool isSame(const AnyValue& left, const AnyValue& right);

bool isSame(MapView left, MapView right)
{
    if (left.size() != right.size())
        return false;
    for (std::size_t i = 0; i < left.size(); ++i) {
        const AnyValue* other = right.find(left.keyAt(i));
        if (other == nullptr || !isSame(left.valueAt(i), *other))
            return false;
    }
    return true;
}

bool isSame(const AnyValue& left, const AnyValue& right)
{
    if (left.type() != right.type())
        return false;
    switch (left.type()) {
    case ValueType::Empty: return true;
    case ValueType::String:
    case ValueType::Bytes: return left.text() == right.text();
    case ValueType::Bool: return left.boolean() == right.boolean();
    case ValueType::Int: return left.integer() == right.integer();
    case ValueType::Double: return left.number() == right.number();
    case ValueType::Array: {
        const auto a = left.items();
        const auto b = right.items();
        if (a.size() != b.size())
            return false;
        for (std::size_t i = 0; i < a.size(); ++i) {
            if (!isSame(a[i], b[i]))
                return false;
        }
        return true;
    }
    case ValueType::Map: return isSame(MapView(left.entries()), MapView(right.entries()));
    }
    return false;
}

/// Equality of elements of lists: strict in the type.
bool isSameElement(const Value& left, const Value& right, bool isFromData)
{
    if (left.isList() && right.isList()) {
        if (left.size() != right.size())
            return false;
        for (std::size_t i = 0; i < left.size(); ++i) {
            if (!isSameElement(left.itemAt(i), right.itemAt(i), isFromData))
                return false;
        }
        return true;
    }
    if (left.kind() != right.kind())
        return false;
    if (left.is(Kind::Map)) // A map literal is still an object there, never equal to plain data.
        return !isFromData && isSame(left.map(), right.map());
    if (left.isNil())
        return true;
    return isEqual(left, right);
}

bool isSameList(const Value& left, const Value& right)
{
    if (left.is(Kind::Slice) && right.is(Kind::Slice)) {
        return isSame(AnyValue::ofArray(left.slice()), AnyValue::ofArray(right.slice()));
    }
    if (left.is(Kind::StringList) || right.is(Kind::StringList) || left.is(Kind::UintList)
        || right.is(Kind::UintList))
        return false;
    if (left.is(Kind::DoubleList) != right.is(Kind::DoubleList))
        return false;
    return isSameElement(left, right, left.is(Kind::Slice) || right.is(Kind::Slice));
}

} // namespace

Result<bool, Error> compare(Comparison comparison, const Value& left, const Value& right)
{
    if (left.kind() == right.kind()) {
        switch (left.kind()) {
        case Kind::String: return holds(comparison, left.text(), right.text());
        case Kind::Int:
        case Kind::Bool:
        case Kind::Duration: return holds(comparison, left.integer(), right.integer());
        case Kind::Double: return holds(comparison, left.number(), right.number());
        case Kind::Nil: return holds(comparison, 0, 0);
        case Kind::Bytes: return holds(comparison, left.text(), right.text());
        case Kind::Time: return holds(comparison, left.instant(), right.instant());
        case Kind::Map: return equality(comparison, isSame(left.map(), right.map()));
        case Kind::StringList:
        case Kind::UintList: return fail(Error{"these lists cannot be compared"});
        case Kind::Slice:
        case Kind::RawList:
        case Kind::DoubleList: return equality(comparison, isSameList(left, right));
        case Kind::TraceId:
        case Kind::SpanId:
        case Kind::ProfileId: return equality(comparison, left.text() == right.text());
        case Kind::Opaque:
            return equality(
                comparison, left.opaqueKind() == right.opaqueKind() && left.opaque() == right.opaque());
        }
    }
    if (left.is(Kind::Int) && right.is(Kind::Double))
        return holds(comparison, static_cast<double>(left.integer()), right.number());
    if (left.is(Kind::Double) && right.is(Kind::Int))
        return holds(comparison, left.number(), static_cast<double>(right.integer()));
    if (left.isList() && right.isList())
        return equality(comparison, isSameList(left, right));
    return comparison == Comparison::NotEqual;
}

bool isEqual(const Value& left, const Value& right)
{
    return compare(Comparison::Equal, left, right).value_or(false);
}

} // namespace sluice::ottl
