#pragma once

// The part of a request that scan() does not look into, checked.

#include "core/base/result.h"
#include "core/model/signal.h"
#include "core/otlp/scan.h"

#include <string_view>

namespace sluice::otlp {

/// Checks the whole of an export request against the schema: the wire format of every nested message we know,
/// the lengths of ids in links and exemplars, packed numbers, and nesting beyond kMaxDepth. What passes is
/// also read by libprotobuf, strings that are not UTF-8 aside. Covers what scan() refuses, and costs about as
/// much as reading all attributes: see README.md. No allocation. Any thread.
Result<void, DecodeError> validate(Signal signal, std::string_view bytes);

} // namespace sluice::otlp
