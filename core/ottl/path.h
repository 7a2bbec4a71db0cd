#pragma once

#include "core/base/result.h"
#include "core/ottl/context.h"
#include "core/ottl/error.h"
#include "core/ottl/expression.h"
#include "core/ottl/indexing.h"
#include "core/ottl/item.h"
#include "core/ottl/syntax.h"

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace sluice::ottl {

/// A path for the completion.
struct PathDescription {
    std::string_view path; ///< Without context: "status.code".
    std::string_view type; ///< Of what is read: "int".
    std::string_view help; ///< One line.
    bool takesKeys = false; ///< `attributes["key"]`
};

/// All paths of one context, its parents' not included.
std::vector<PathDescription> pathsOf(Context context);

using KeyCompiler = std::function<Result<Key, ParseError>(const Node&)>;

/// What a path in a rule of `context` means.
Result<std::unique_ptr<Target>, ParseError> bindPath(
    const Node& path, Context context, PathMode mode, const KeyCompiler& compileKey);

/// The context that a path names by its first word; nothing when it names none.
std::optional<Context> writtenContext(const Node& path);

/// The attributes of what a context is about (of a metric: its metadata).
AttributeList& attributesAt(Context context, const Item& item);

} // namespace sluice::ottl
