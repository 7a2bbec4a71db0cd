#pragma once

#include "core/base/result.h"
#include "core/capture/capture_error.h"

#include <string>
#include <utility>

namespace sluice {

/// The right to write a capture: an advisory lock on a side file that holds the process id. The system
/// releases it when the process ends, however it ends.
class LockFile {
public:
    /// InUse (with the owner's process id) or ReadOnly.
    static Result<LockFile, CaptureError> acquire(const std::string& capturePath);

    LockFile(LockFile&& other) noexcept
        : m_path(std::move(other.m_path))
        , m_descriptor(std::exchange(other.m_descriptor, -1))
    {
    }
    LockFile& operator=(LockFile&&) = delete;
    ~LockFile();

private:
    LockFile(std::string path, int descriptor)
        : m_path(std::move(path))
        , m_descriptor(descriptor)
    {
    }
    std::string m_path;
    int m_descriptor;
};

} // namespace sluice
