// sluice, without a command: the window

#include "app/commands/commands.h"
#include "app/commands/start_options.h"
#include "app/console.h"
#include "app/demo/player.h"
#include "app/exit_code.h"
#include "core/search/capture_query.h"
#include "ui/window_entry.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>

namespace sluice::commands {

namespace {

/// Loads the window's module from beside the program or ../lib/sluice. Null when it is not there; then
/// `trouble` says why.
RunWindow loadWindow(std::string& trouble)
{
    std::error_code ignored;
    const auto folder = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
    for (const auto& path : {folder / kWindowModule, folder / ".." / "lib" / "sluice" / kWindowModule}) {
        if (!std::filesystem::exists(path, ignored))
            continue;
        void* module = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (module == nullptr) {
            trouble = ::dlerror();
            return nullptr;
        }
        return reinterpret_cast<RunWindow>(::dlsym(module, kRunWindowSymbol));
    }
    trouble = "the window's module is not beside the program";
    return nullptr;
}

/// Plays the demo shop straight into the intake.
void playDemo(RequestSink& sink, const std::stop_token& stop)
{
    demo::PlayOptions options;
    options.isLive = true;
    demo::play(
        options, SystemClock{}.now(),
        [&](demo::DemoRequest request) {
            IncomingRequest incoming;
            incoming.signal = request.signal;
            incoming.body = std::move(request.body);
            incoming.context.peer = "127.0.0.1";
            sink.offer(std::move(incoming), [](const Answer&) {});
            return true;
        },
        stop);
}

} // namespace

int run(const Window& options)
{
    const char* platform = std::getenv("QT_QPA_PLATFORM");
    if (platform == nullptr && std::getenv("DISPLAY") == nullptr
        && std::getenv("WAYLAND_DISPLAY") == nullptr) {
        complain("there is no display; sluice serve receives without a window");
        return kUsage;
    }
    std::string trouble;
    const RunWindow runWindow = loadWindow(trouble);
    if (runWindow == nullptr) {
        complain("the window cannot be opened: " + trouble);
        return kUsage;
    }
    auto prepared = prepareStart(options.serve);
    if (!prepared)
        return prepared.error();
    prepared->engine.mustListen = false;
    auto engine = Engine::start(std::move(prepared->engine), playDemo);
    if (!engine) {
        complain(engine.error().text);
        for (const RuleProblem& problem : engine.error().problems)
            complain(problemText({}, problem));
        return engine.error().kind == EngineError::Kind::Capture ? kDamaged : kUsage;
    }
    auto query = search::CaptureQuery::open((*engine)->capturePath());
    if (!query) {
        complain(query.error().text);
        return kDamaged;
    }
    if (options.demo)
        (void)(*engine)->setDemoRunning(true);
    int argc = options.argc;
    WindowEnvironment environment{
        &argc, options.argv, engine->get(), std::shared_ptr<const query::Query>(*std::move(query))};
    const int exitCode = runWindow(environment);
    environment.query.reset();
    if (const auto stopped = (*engine)->stop(); !stopped)
        complain(stopped.error().text);
    return exitCode;
}

} // namespace sluice::commands
