// The fuzzers' entry points with a fixed number of damaged inputs, the same ones every time: what runs
// everywhere. The libFuzzer targets beside look further.

#include <QTest>

#include "entry_points.h"
#include "seeds.h"

using namespace sluice::fuzz;

namespace {

constexpr int kRounds = 6000;
constexpr int kInputsPerSeed = 60;

void run(bool json)
{
    std::string seed;
    for (int n = 0; n < kRounds; ++n) {
        const auto number = static_cast<std::uint64_t>(n);
        if (n % kInputsPerSeed == 0)
            seed = seedRequest(number / kInputsPerSeed, json);
        std::string input = seed;
        if (n % kInputsPerSeed != 0)
            damage(input, number, json);
        const auto* data = reinterpret_cast<const std::uint8_t*>(input.data());
        json ? fuzzJson(data, input.size()) : fuzzBinary(data, input.size());
    }
}

} // namespace

class FuzzTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theBinaryDecoderHoldsItsPromisesForAnyBytes() { run(false); }
    void theJsonDecoderHoldsItsPromisesForAnyBytes() { run(true); }
    void nothingIsAnInput()
    {
        fuzzBinary(nullptr, 0);
        fuzzJson(nullptr, 0);
    }
};

QTEST_GUILESS_MAIN(FuzzTest)
#include "tst_fuzz.moc"
