#pragma once

namespace sluice {

/// Reads the command line and runs what it says. Gives the exit code.
int runCommandLine(int argc, char** argv);

} // namespace sluice
