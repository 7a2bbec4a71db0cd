#pragma once

#include "core/base/arena.h"
#include "core/config/node.h"
#include "core/model/request.h"
#include "core/model/value.h"
#include "core/pipeline/attribute_list.h"
#include "core/processors/match/pattern.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice {

/// The list of actions that the attributes and resource processors carry out on attributes, one after the
/// other. Source: spec/processors.md section 6.
class AttributeActions {
public:
    /// Reads a list of action records, `path` being the key of the list. Adds every problem.
    static AttributeActions read(
        const config::Node& list, const std::string& path, config::Problems& problems);

    /// True when something was changed. With `reason`, what each action did is appended to it.
    bool apply(AttributeList& attributes, const RequestContext& context, std::string* reason = nullptr) const;

private:
    enum class Kind : std::uint8_t { Insert, Update, Upsert, Delete, Hash, Extract, Convert };
    enum class Target : std::uint8_t { String, Int, Double };

    /// Attributes have field numbers below this in every message that has them.
    static constexpr std::size_t kAttributeFields = 13;

    struct Action {
        Kind kind = Kind::Insert;
        std::string key;
        std::optional<Value> value;
        std::array<std::string, kAttributeFields>
            encoded; ///< Key and value, by the field number of the attributes.
        std::optional<Value> defaultValue; ///< When a source yields nothing.
        std::string fromAttribute;
        std::string fromContext;
        std::optional<Pattern> pattern;
        Target target = Target::String;
    };

    static std::optional<Kind> kindNamed(std::string_view name);
    Action readAction(config::SectionReader& section) const;
    void checkAction(
        config::SectionReader& section, const Action& action, const std::string& targetName) const;
    bool applyOne(const Action& action, AttributeList& attributes, const RequestContext& context) const;
    static std::optional<Value> sourceOf(
        const Action& action, AttributeList& attributes, const RequestContext& context);

    std::vector<Action> m_actions;
    std::shared_ptr<Arena> m_arena = std::make_shared<Arena>(256); ///< Configured values.
};

} // namespace sluice
