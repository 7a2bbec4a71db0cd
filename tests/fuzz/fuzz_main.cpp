// Binds one entry point to libFuzzer. SLUICE_FUZZ_JSON (0 or 1) chooses which.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "entry_points.h"
#include "seeds.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t maxSize);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (SLUICE_FUZZ_JSON)
        sluice::fuzz::fuzzJson(data, size);
    else
        sluice::fuzz::fuzzBinary(data, size);
    return 0;
}

/// Now and then a whole new request, now and then our own damage, otherwise what libFuzzer does.
extern "C" std::size_t LLVMFuzzerCustomMutator(
    std::uint8_t* data, std::size_t size, std::size_t maxSize, unsigned int seed)
{
    std::string input;
    if (seed % 100 == 0) {
        input = sluice::fuzz::seedRequest(seed / 100, SLUICE_FUZZ_JSON);
    } else if (seed % 4 == 0 && size > 0) {
        input.assign(reinterpret_cast<const char*>(data), size);
        sluice::fuzz::damage(input, seed, SLUICE_FUZZ_JSON);
    } else {
        return LLVMFuzzerMutate(data, size, maxSize);
    }
    const std::size_t newSize = std::min(input.size(), maxSize);
    std::memcpy(data, input.data(), newSize);
    return newSize;
}
