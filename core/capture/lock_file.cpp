#include "core/capture/lock_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <tuple>

namespace sluice {

namespace {

std::string ownerIn(int descriptor)
{
    char text[32] = {};
    const ssize_t size = pread(descriptor, text, sizeof text - 1, 0);
    std::string owner(text, size > 0 ? static_cast<std::size_t>(size) : 0);
    while (!owner.empty() && owner.back() == '\n')
        owner.pop_back();
    return owner;
}

CaptureError inUse(const std::string& capturePath, const std::string& owner)
{
    return {CaptureFailure::InUse,
        capturePath + ": another Sluice (process " + (owner.empty() ? "unknown" : owner)
            + ") is writing it; close it there, or open it for reading"};
}

CaptureError notLockable(const std::string& capturePath, int systemError)
{
    CaptureFailure kind = CaptureFailure::Other;
    if (systemError == EACCES || systemError == EROFS || systemError == EPERM)
        kind = CaptureFailure::ReadOnly;
    else if (systemError == ENOENT || systemError == ENOTDIR)
        kind = CaptureFailure::NotFound;
    else if (systemError == ENOSPC || systemError == EDQUOT)
        kind = CaptureFailure::Full;
    return {kind, capturePath + ": its lock file cannot be made: " + std::strerror(systemError)};
}

/// False when the file was removed between our open and our lock: the lock then protects nothing.
bool isStillThere(int descriptor, const std::string& path)
{
    struct stat ours = {};
    struct stat there = {};
    return fstat(descriptor, &ours) == 0 && stat(path.c_str(), &there) == 0 && ours.st_ino == there.st_ino
        && ours.st_dev == there.st_dev;
}

} // namespace

Result<LockFile, CaptureError> LockFile::acquire(const std::string& capturePath)
{
    const std::string path = capturePath + ".lock";
    for (;;) {
        const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (descriptor < 0)
            return fail(notLockable(capturePath, errno));
        LockFile lock(path, descriptor);
        if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
            lock.m_path.clear(); // Not ours to remove.
            return fail(inUse(capturePath, ownerIn(descriptor)));
        }
        if (!isStillThere(descriptor, path)) {
            lock.m_path.clear();
            continue;
        }
        const std::string owner = std::to_string(getpid()) + '\n';
        // The id is only for the message: a full disk must not keep a capture from being opened.
        std::ignore = ftruncate(descriptor, 0);
        std::ignore = pwrite(descriptor, owner.data(), owner.size(), 0);
        return lock;
    }
}

LockFile::~LockFile()
{
    if (m_descriptor < 0)
        return;
    if (!m_path.empty())
        unlink(m_path.c_str()); // While the lock is held, so that nobody's new file is removed.
    ::close(m_descriptor);
}

} // namespace sluice
