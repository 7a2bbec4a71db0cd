#pragma once

// YAML as the OpenTelemetry Collector reads it: text to tree and back, and the substitution of `${env:NAME}`.
// Source: spec/processors.md sections 1.3 and 1.5.

#include "core/base/result.h"
#include "core/config/node.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::config {

/// Reads one YAML document. Anchors, aliases and merge keys are resolved. Refused, with the place: bad
/// syntax, a key that is there twice, a second document, nesting beyond 100 levels, more than 100,000
/// values.
Result<Node, Problem> parseYaml(std::string_view text);

/// The tree as block-style YAML that parseYaml() reads back to the same tree; ends with a line break unless
/// empty. `indent` blanks stand in front of each line. An empty map is "".
std::string emitYaml(const Node& node, int indent = 0);

/// One scalar as it may stand in a YAML text, quoted where needed.
std::string yamlScalar(std::string_view text);

/// Finds the value of an environment variable; nothing when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// The environment of this process.
Environment processEnvironment();

/// Replaces `${env:NAME}`, `${NAME}` and `${env:NAME:-default}` in every text of the tree (never in keys),
/// and `$$` by
/// `$`. A value that is nothing but a reference takes the type that the variable's text has in YAML.
void substitute(Node& node, const Environment& environment, Problems& problems);

} // namespace sluice::config
