#pragma once

// The window as the program sees it: a module that is loaded with dlopen() when a window is to open.

#include "core/engine/control.h"
#include "core/query/query.h"

#include <memory>

namespace sluice {

/// What the program hands over. Everything outlives the call.
struct WindowEnvironment {
    int* argc = nullptr; ///< As main() got them; Qt takes its own options out.
    char** argv = nullptr;
    EngineControl* control = nullptr;
    std::shared_ptr<const query::Query> query;
};

/// Runs the window until it is closed and returns the exit code. Call from the main thread, once per process.
using RunWindow = int (*)(WindowEnvironment& environment);

/// The module's file, beside the program or in ../lib/sluice, and the symbol to ask it for.
inline constexpr const char* kWindowModule = "sluice_window.so";
inline constexpr const char* kRunWindowSymbol = "sluiceRunWindow";

} // namespace sluice

extern "C" __attribute__((visibility("default"))) int sluiceRunWindow(sluice::WindowEnvironment& environment);
