#include "core/exporters/gzip.h"

#include "core/base/guarded.h"

#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <vector>

namespace sluice {
namespace {

struct Stream {
    isal_zstream state{};
    std::array<std::uint8_t, ISAL_DEF_LVL1_DEFAULT> levelBuffer{};
};

} // namespace

class GzipCompressor::Streams {
public:
    std::unique_ptr<Stream> take()
    {
        auto stream = m_idle.with([](auto& idle) -> std::unique_ptr<Stream> {
            if (idle.empty())
                return nullptr;
            auto last = std::move(idle.back());
            idle.pop_back();
            return last;
        });
        return stream ? std::move(stream) : std::make_unique<Stream>();
    }

    void giveBack(std::unique_ptr<Stream> stream)
    {
        m_idle.with([&](auto& idle) { idle.push_back(std::move(stream)); });
    }

private:
    Guarded<std::vector<std::unique_ptr<Stream>>> m_idle;
};

GzipCompressor::GzipCompressor()
    : m_streams(std::make_unique<Streams>())
{
}

GzipCompressor::~GzipCompressor() = default;

std::string GzipCompressor::compress(std::span<const SharedBytes> payloads)
{
    auto stream = m_streams->take();
    isal_zstream& state = stream->state;
    isal_deflate_init(&state);
    state.level = 1;
    state.level_buf = stream->levelBuffer.data();
    state.level_buf_size = static_cast<std::uint32_t>(stream->levelBuffer.size());
    state.gzip_flag = IGZIP_GZIP;
    state.end_of_stream = 0;
    state.flush = NO_FLUSH;

    std::size_t total = 0;
    for (const SharedBytes& payload : payloads)
        total += payload.size();
    std::string out;
    out.resize(total / 4 + 1024);
    std::size_t used = 0;

    const auto run = [&] {
        do {
            if (used == out.size())
                out.resize(out.size() * 2);
            const std::size_t room = std::min<std::size_t>(out.size() - used, 1u << 30);
            state.next_out = reinterpret_cast<std::uint8_t*>(out.data() + used);
            state.avail_out = static_cast<std::uint32_t>(room);
            isal_deflate(&state);
            used += room - state.avail_out;
        } while (state.avail_out == 0);
    };

    for (const SharedBytes& payload : payloads) {
        std::string_view left = payload.view();
        while (!left.empty()) {
            const std::size_t part = std::min<std::size_t>(left.size(), 1u << 30);
            // The library only reads, but its struct is not const-correct.
            state.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(left.data()));
            state.avail_in = static_cast<std::uint32_t>(part);
            run();
            left.remove_prefix(part - state.avail_in);
        }
    }
    state.end_of_stream = 1;
    state.avail_in = 0;
    while (state.internal_state.state != ZSTATE_END)
        run();

    out.resize(used);
    m_streams->giveBack(std::move(stream));
    return out;
}

} // namespace sluice
