#pragma once

#include "core/base/time.h"
#include "core/delivery/destination_settings.h"

#include <functional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace sluice {

/// Tries a backend step by step: resolve its name, connect to its port, send one span called "sluice.test",
/// read the answer. `onStep` gets all steps, once before the first and after each change; the steps that come
/// after a failure stay NotReached. True when every step went well.
///
/// Blocks: name resolution as long as the system's resolver does, everything else
/// DestinationSettings::timeout each; `stop` ends it early. `resource` are the attributes of the span's
/// resource.
bool testConnection(const DestinationSettings& settings, const Clock& clock,
    const std::function<void(const std::vector<ConnectionTestStep>&)>& onStep, std::stop_token stop,
    const std::vector<std::pair<std::string, std::string>>& resource = {{"service.name", "sluice"}});

} // namespace sluice
