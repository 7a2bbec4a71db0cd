#include "core/capture/capture.h"

#include <cstdlib>
#include <ctime>
#include <filesystem>

namespace sluice {

Result<std::string, CaptureError> temporaryCapturePath(UnixTime now)
{
    std::filesystem::path folder;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment.
    const auto variable = [](const char* name) { return std::getenv(name); };
    // The XDG base directory specification: a relative path is to be ignored.
    if (const char* data = variable("XDG_DATA_HOME"); data != nullptr && data[0] == '/')
        folder = data;
    else if (const char* home = variable("HOME"); home != nullptr && home[0] == '/')
        folder = std::filesystem::path(home) / ".local/share";
    else
        return fail(CaptureError{CaptureFailure::NotFound,
            "there is no user data folder: set XDG_DATA_HOME or HOME, or name a capture file"});
    folder /= "sluice/captures";
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) {
        return fail(CaptureError{CaptureFailure::ReadOnly,
            folder.string() + ": cannot be made: " + error.message()
                + "; set XDG_DATA_HOME, or name a capture file"});
    }

    const std::time_t seconds = std::chrono::system_clock::to_time_t(
        std::chrono::time_point_cast<std::chrono::system_clock::duration>(now));
    std::tm local = {};
    localtime_r(&seconds, &local);
    char stamp[32] = {};
    std::strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &local);
    std::string path = (folder / ("temporary-" + std::string(stamp))).string();
    std::string candidate = path + ".sluice";
    for (int number = 2; std::filesystem::exists(candidate, error); ++number)
        candidate = path + '-' + std::to_string(number) + ".sluice";
    return candidate;
}

} // namespace sluice
