// Writes a capture in a process of its own, so that tests can kill it, fill its disk, and take its rights
// away.
//
//     capture_writer append FILE        stores requests for ever; writes a line for each one acknowledged
//     capture_writer full FILE BYTES    stores until files may not grow beyond BYTES, then lifts the limit
//     and goes on capture_writer open FILE          opens as the user "nobody" (when it is root) and prints
//     how that went capture_writer hold FILE          opens, says so, and keeps it open until its input ends

#include "core/capture/capture.h"

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <future>
#include <semaphore>
#include <thread>

#include "tests/core/capture/capture_samples.h"

using namespace sluice;
using namespace sluice::testing;

namespace {

void say(const std::string& line)
{
    const std::string text = line + '\n';
    // One write, so that the reader sees whole lines even when this process is killed.
    if (::write(STDOUT_FILENO, text.data(), text.size()) < 0)
        std::_Exit(3);
}

std::string resultText(const Result<void, CaptureError>& result)
{
    return result
        ? "ok"
        : "error " + std::to_string(static_cast<int>(result.error().kind)) + ' ' + result.error().text;
}

std::unique_ptr<Capture> openOrExit(const std::string& path, CaptureOptions options = {})
{
    auto capture = Capture::open(path, options);
    if (capture)
        return std::move(*capture);
    say(resultText(fail(capture.error())));
    std::exit(2);
}

int append(const std::string& path)
{
    auto capture = openOrExit(path, {.chunkBytes = 1U << 16U, .hotTailBytes = 1U << 16U});
    std::counting_semaphore<> room(16);
    for (std::uint64_t number = capture->lastCommit().lastRequest + 1;; ++number) {
        room.acquire();
        Sample sample;
        fill(sample, recipeNumber(number));
        CommitCallback done = [&room, number](const Result<void, CaptureError>& result) {
            say((result ? "ack " : "refused ") + std::to_string(number));
            room.release();
        };
        while (!capture->offer(sample.request, sample.scan, done))
            std::this_thread::yield();
        // The release log and the runner's position must stay in step with what they are about.
        if (number % 7 == 0) {
            Bookkeeping judged;
            judged.judgedUpTo = capture->lastCommit().lastRequest;
            capture->record(std::move(judged), {});
        }
    }
}

void limitFiles(rlim_t bytes)
{
    rlimit limit = {};
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
}

int fillUp(const std::string& path, rlim_t bytes)
{
    std::signal(SIGXFSZ, SIG_IGN);
    auto capture = openOrExit(path);
    limitFiles(bytes);
    std::uint64_t number = 1;
    const auto storeOne = [&] {
        Sample sample;
        Recipe recipe = recipeNumber(number);
        recipe.attributeBytes = 2000; // Random text: nothing that LZ4 could shrink.
        recipe.records = 40;
        fill(sample, recipe);
        std::promise<Result<void, CaptureError>> promise;
        CommitCallback done
            = [&](Result<void, CaptureError> result) { promise.set_value(std::move(result)); };
        capture->offer(sample.request, sample.scan, done);
        return promise.get_future().get();
    };
    while (storeOne())
        ++number;
    const auto refused = storeOne();
    say(resultText(refused));
    say(capture->trouble() ? "trouble" : "no trouble");
    Bookkeeping kept;
    kept.judgedUpTo = number - 1;
    std::promise<Result<void, CaptureError>> recorded;
    capture->record(
        std::move(kept), [&](Result<void, CaptureError> result) { recorded.set_value(std::move(result)); });
    limitFiles(RLIM_INFINITY);
    const auto recovered = storeOne();
    say(resultText(recovered));
    say(resultText(recorded.get_future().get()));
    say(capture->trouble() ? "trouble" : "no trouble");
    say(std::to_string(number));
    say(resultText(capture->close()));
    return 0;
}

int openOnly(const std::string& path)
{
    constexpr uid_t kNobody = 65534;
    if (geteuid() == 0 && (setgid(kNobody) != 0 || setuid(kNobody) != 0))
        return 77;
    auto capture = Capture::open(path, {});
    say(capture ? "ok" : resultText(fail(capture.error())));
    return 0;
}

int hold(const std::string& path)
{
    const auto capture = openOrExit(path);
    say("open");
    while (std::getchar() != EOF) { }
    return 0;
}

} // namespace

int main(int count, char** arguments)
{
    const std::string mode = count > 2 ? arguments[1] : "";
    if (mode == "append")
        return append(arguments[2]);
    if (mode == "full" && count > 3)
        return fillUp(arguments[2], std::stoul(arguments[3]));
    if (mode == "open")
        return openOnly(arguments[2]);
    if (mode == "hold")
        return hold(arguments[2]);
    return 64;
}
