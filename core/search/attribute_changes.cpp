#include "core/search/attribute_changes.h"

#include <algorithm>

namespace sluice::search {

using query::Attribute;
using query::AttributeChange;

std::vector<AttributeChange> changesBetween(
    const std::vector<Attribute>& before, const std::vector<Attribute>& after)
{
    std::vector<AttributeChange> changes;
    changes.reserve(before.size());
    for (const Attribute& attribute : before) {
        const auto now = std::ranges::find(after, attribute.key, &Attribute::key);
        AttributeChange change;
        change.key = attribute.key;
        change.before = attribute.text;
        change.type = attribute.type;
        if (now == after.end()) {
            change.kind = AttributeChange::Kind::Removed;
        } else {
            const bool isSame = now->text == attribute.text && now->type == attribute.type;
            change.kind = isSame ? AttributeChange::Kind::Unchanged : AttributeChange::Kind::Changed;
            change.after = now->text;
            change.type = now->type;
        }
        changes.push_back(std::move(change));
    }
    for (const Attribute& attribute : after) {
        if (std::ranges::find(before, attribute.key, &Attribute::key) != before.end())
            continue;
        AttributeChange change;
        change.kind = AttributeChange::Kind::Added;
        change.key = attribute.key;
        change.after = attribute.text;
        change.type = attribute.type;
        changes.push_back(std::move(change));
    }
    return changes;
}

std::vector<AttributeChange> onlyChanged(std::vector<AttributeChange> changes)
{
    std::erase_if(changes,
        [](const AttributeChange& change) { return change.kind == AttributeChange::Kind::Unchanged; });
    return changes;
}

void nameRules(std::vector<AttributeChange>& changes, const std::map<std::string, std::string>& rules)
{
    for (AttributeChange& change : changes) {
        if (change.kind == AttributeChange::Kind::Unchanged)
            continue;
        if (const auto it = rules.find(change.key); it != rules.end())
            change.rule = it->second;
    }
}

} // namespace sluice::search
