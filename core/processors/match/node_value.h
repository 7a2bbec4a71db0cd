#pragma once

#include "core/base/arena.h"
#include "core/config/node.h"
#include "core/model/value.h"

#include <string>
#include <string_view>

namespace sluice {

/// A configured value of any type as an attribute value. Texts and elements live in the arena.
Value valueOf(const config::Node& node, Arena& arena);

/// A value as it stands in a "why": texts quoted, the rest as the collector prints it.
std::string shownValue(const Value& value);

/// `attributes["http.route"]`
std::string shownKey(std::string_view prefix, std::string_view key);

} // namespace sluice
