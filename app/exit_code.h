#pragma once

namespace sluice {

/// What the program's exit tells a script.
enum ExitCode : int {
    kDone = 0,
    kNo = 1, ///< A check found problems, a comparison differs, nothing was found.
    kUsage = 2, ///< Wrong usage or configuration.
    kDamaged = 3, ///< The input is damaged or of an unknown format.
    kUnreachable = 4, ///< A peer or port cannot be reached or bound.
    kInterrupted = 130,
};

} // namespace sluice
