#pragma once

#include "core/query/query_types.h"

#include <map>
#include <string>
#include <vector>

namespace sluice::search {

/// Both lists as one: `before` in its order with what became of each, then what was added. Of attributes with
/// the same key the first counts.
std::vector<query::AttributeChange> changesBetween(
    const std::vector<query::Attribute>& before, const std::vector<query::Attribute>& after);

/// Only what is not Unchanged.
std::vector<query::AttributeChange> onlyChanged(std::vector<query::AttributeChange> changes);

/// Sets `rule` of changes from a table of key -> rule.
void nameRules(std::vector<query::AttributeChange>& changes, const std::map<std::string, std::string>& rules);

} // namespace sluice::search
