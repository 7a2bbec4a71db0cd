#pragma once

#include "app/commands/commands.h"
#include "core/base/log.h"
#include "core/base/result.h"
#include "core/engine/engine.h"

#include <memory>
#include <string>

namespace sluice::commands {

/// What the settings, the rules file and the flags make of a start; the log outlives the engine.
struct PreparedStart {
    std::unique_ptr<SystemClock> clock;
    std::unique_ptr<Log> log;
    EngineOptions engine;
};

/// Puts everything together, the flags over the rest. On failure everything that is wrong has been told on
/// stderr; gives the exit code.
Result<PreparedStart, int> prepareStart(const Serve& options);

/// "rules.yaml:12:5: attributes/x: actions[0].key: …", without what is unknown.
std::string problemText(const std::string& file, const RuleProblem& problem);

/// Reads a whole file. On failure complains and gives nothing.
std::optional<std::string> readTextFile(const std::string& path);

} // namespace sluice::commands
