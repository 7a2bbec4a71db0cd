#pragma once

// Inputs to begin with: whole requests that a sender could have sent, and what damages them.

#include <cstdint>
#include <string>

namespace sluice::fuzz {

/// A request of a random signal, in the form that the entry points expect.
std::string seedRequest(std::uint64_t seed, bool json);

/// Damages an input in a few places, its first byte (the signal) excepted. JSON gets pieces of JSON, too.
void damage(std::string& input, std::uint64_t seed, bool json);

} // namespace sluice::fuzz
