#pragma once

#include <cstdint>
#include <string>

namespace sluice {

/// What the caller can do about a capture that does not open or cannot be written.
enum class CaptureFailure : std::uint8_t {
    NotFound,
    InUse, ///< Another process writes it; reading is still possible.
    ReadOnly, ///< The file or its folder cannot be written.
    Full, ///< No space left on the disk, or a quota is reached. Trying again later may help.
    Corrupt, ///< Damaged: `capture verify` says where.
    Foreign, ///< Not a capture at all.
    NewerVersion, ///< Written by a newer Sluice, whose format this one cannot read.
    Busy, ///< A lock was not obtained in time; trying again helps.
    Other,
};

struct CaptureError {
    CaptureFailure kind = CaptureFailure::Other;
    std::string text; ///< One line for a person: what happened, with the path, and what to do.
};

} // namespace sluice
