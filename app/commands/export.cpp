// sluice export

#include "app/commands/arguments.h"
#include "app/commands/commands.h"
#include "app/console.h"
#include "app/exit_code.h"
#include "core/capture/capture_reader.h"
#include "core/engine/stored_releases.h"
#include "core/otlp/json.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace sluice::commands {

namespace {

constexpr std::size_t kPageBytes = 16u << 20;

/// Where an export goes: a file, or stdout.
class Output {
public:
    static std::unique_ptr<Output> open(const std::string& path)
    {
        if (path == "-")
            return std::unique_ptr<Output>(new Output(stdout, false));
        std::FILE* file = std::fopen(path.c_str(), "wb");
        if (file == nullptr) {
            complain(path + ": " + std::strerror(errno));
            return nullptr;
        }
        return std::unique_ptr<Output>(new Output(file, true));
    }
    ~Output()
    {
        if (m_isOwned)
            std::fclose(m_file);
    }
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    bool write(std::string_view bytes)
    {
        return std::fwrite(bytes.data(), 1, bytes.size(), m_file) == bytes.size();
    }
    bool flush() { return std::fflush(m_file) == 0; }

private:
    Output(std::FILE* file, bool isOwned)
        : m_file(file)
        , m_isOwned(isOwned)
    {
    }
    std::FILE* m_file;
    bool m_isOwned;
};

/// Writes payloads in the format asked for.
class Exported {
public:
    Exported(const Export& options, Output& output)
        : m_isJson(options.format == "otlp-json")
        , m_output(output)
    {
    }

    int add(Signal signal, std::string_view payload)
    {
        if (payload.empty())
            return kDone;
        if (!m_isJson)
            return written(m_output.write(payload));
        auto line = otlp::protoToJson(signal, payload);
        if (!line) {
            complain("a stored request cannot be read: " + line.error().text);
            return kDamaged;
        }
        *line += '\n';
        return written(m_output.write(*line));
    }

private:
    static int written(bool isWritten)
    {
        if (!isWritten)
            complain(std::string("the output cannot be written: ") + std::strerror(errno));
        return isWritten ? kDone : kUsage;
    }

    bool m_isJson;
    Output& m_output;
};

int exportReceived(CaptureReader& reader, std::optional<Signal> signal, Exported& out)
{
    const auto info = reader.info();
    if (!info)
        return captureFailed(info.error());
    std::uint64_t at = 0;
    while (at < info->lastRequest) {
        const auto requests = reader.requests(at, info->lastRequest, kPageBytes, signal);
        if (!requests)
            return captureFailed(requests.error());
        if (requests->empty())
            return kDone;
        for (const StoredRequest& request : *requests) {
            if (const int code = out.add(request.signal, request.body.view()); code != kDone)
                return code;
        }
        at = requests->back().sequence;
    }
    return kDone;
}

int damaged(const ReleaseError& error)
{
    complain(error.text);
    return kDamaged;
}

/// One release after the other: what left, under the revision that judged it.
int exportKept(StoredReleases& releases, std::uint64_t last, std::optional<Signal> signal, Exported& out)
{
    std::uint64_t at = 0;
    while (at < last) {
        const auto page = releases.read(at, last, kPageBytes, signal);
        if (!page)
            return damaged(page.error());
        for (const Release& release : *page) {
            for (const SharedBytes& payload : release.payloads) {
                if (const int code = out.add(release.signal, payload.view()); code != kDone)
                    return code;
            }
        }
        at = page->back().sequence;
    }
    return kDone;
}

/// Everything again, under one revision.
int exportUnder(StoredReleases& releases, std::uint32_t revision, std::optional<Signal> signal, Exported& out)
{
    const auto judge = releases.judgeOf(revision);
    if (!judge) {
        complain(judge.error().text);
        return kUsage;
    }
    int exitCode = kDone;
    const auto read = releases.readUnder(**judge, signal, [&](Signal of, const SharedBytes& payload) {
        exitCode = out.add(of, payload.view());
        return exitCode == kDone;
    });
    return read ? exitCode : damaged(read.error());
}

} // namespace

int run(const Export& options)
{
    if (options.format == "otlp-proto" && options.signal.empty()) {
        complain("--format otlp-proto writes one message, so it needs --signal");
        return kUsage;
    }
    if (options.revision && options.view != "kept") {
        complain("--revision says what would be kept, so it needs --view kept");
        return kUsage;
    }
    auto reader = CaptureReader::open(options.capture);
    if (!reader)
        return captureFailed(reader.error());
    const auto output = Output::open(options.output);
    if (!output)
        return kUsage;
    const std::optional<Signal> signal = options.signal.empty() ? std::nullopt : signalNamed(options.signal);
    Exported out(options, *output);
    int exitCode = kDone;
    if (options.view == "received") {
        exitCode = exportReceived(**reader, signal, out);
    } else {
        const auto info = (*reader)->info();
        if (!info)
            return captureFailed(info.error());
        auto releases = StoredReleases::open(options.capture);
        if (!releases)
            return damaged(releases.error());
        exitCode = options.revision ? exportUnder(*releases, *options.revision, signal, out)
                                    : exportKept(*releases, info->lastRelease, signal, out);
    }
    if (exitCode == kDone && !output->flush()) {
        complain(std::string("the output cannot be written: ") + std::strerror(errno));
        exitCode = kUsage;
    }
    return exitCode;
}

} // namespace sluice::commands
