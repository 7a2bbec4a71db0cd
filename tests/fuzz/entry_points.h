#pragma once

// What fuzzers call, with any bytes. Each checks what must hold for all inputs and aborts when it does not.
// The same functions run in the normal tests with a seeded mutator, and below libFuzzer.

#include <cstddef>
#include <cstdint>

namespace sluice::fuzz {

/// Bytes as an export request in protobuf: scanned, validated, rewritten, shown as JSON, compared with
/// libprotobuf. The first byte chooses the signal.
void fuzzBinary(const std::uint8_t* data, std::size_t size);

/// Bytes as an export request in JSON, a google.rpc.Status and a response. The first byte chooses the signal.
void fuzzJson(const std::uint8_t* data, std::size_t size);

} // namespace sluice::fuzz
