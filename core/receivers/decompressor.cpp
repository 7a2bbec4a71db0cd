#include "core/receivers/decompressor.h"

#include <libdeflate.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstring>
#include <utility>

namespace sluice {

namespace {

constexpr std::size_t kMaxDeflateRatio = 1032; ///< What deflate can reach at best; more is a lie.
constexpr int kZstdWindowLog = 23; ///< 8 MiB.
constexpr int kGzipWindow = 15 + 16;
constexpr int kZlibWindow = 15;
constexpr int kRawWindow = -15;
constexpr std::size_t kFirstGuess = 16 * 1024;

DecompressError corrupt(const char* what)
{
    return {DecompressError::Kind::Corrupt, std::string("the body is not valid ") + what};
}

DecompressError tooLarge(std::size_t limit)
{
    return {DecompressError::Kind::TooLarge,
        "the body is larger than " + std::to_string(limit) + " bytes when unpacked"};
}

/// Makes room for more output. False when the limit is reached.
bool grow(std::string& output, std::size_t limit)
{
    if (output.size() >= limit)
        return false;
    output.resize(std::min(limit, std::max(kFirstGuess, output.size() * 2)));
    return true;
}

/// zlib, with output that grows up to one byte beyond `limit`: that byte tells "too large" from "just fits".
Result<std::string, DecompressError> inflateStream(
    std::string_view input, int window, const char* format, std::size_t limit)
{
    z_stream stream{};
    if (inflateInit2(&stream, window) != Z_OK)
        return fail(corrupt(format));
    const std::unique_ptr<z_stream, void (*)(z_stream*)> end(
        &stream, [](z_stream* used) { inflateEnd(used); });

    std::string output;
    std::size_t produced = 0;
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream.avail_in = static_cast<uInt>(input.size());
    while (true) {
        if (produced == output.size() && !grow(output, limit + 1))
            return fail(tooLarge(limit));
        stream.next_out = reinterpret_cast<Bytef*>(output.data()) + produced;
        stream.avail_out = static_cast<uInt>(output.size() - produced);
        const int result = inflate(&stream, Z_NO_FLUSH);
        produced = output.size() - stream.avail_out;
        if (produced > limit)
            return fail(tooLarge(limit));
        if (result == Z_STREAM_END) {
            if (stream.avail_in == 0 || window != kGzipWindow)
                break;
            if (inflateReset(&stream) != Z_OK) // The next member of the file.
                return fail(corrupt(format));
            continue;
        }
        const bool stuck = result == Z_BUF_ERROR && stream.avail_out != 0;
        if ((result != Z_OK && result != Z_BUF_ERROR) || stuck)
            return fail(corrupt(format));
    }
    output.resize(produced);
    return output;
}

} // namespace

struct Decompressor::Tables {
    std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)> deflate{
        libdeflate_alloc_decompressor(), libdeflate_free_decompressor};
    std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> zstd{nullptr, ZSTD_freeDCtx};

    Result<std::string, DecompressError> gunzip(std::string_view input, std::size_t limit);
    Result<std::string, DecompressError> unzstd(std::string_view input, std::size_t limit);
};

/// A body that is one gzip member, as senders make it, says its size at the end: one pass over the whole of
/// it.
Result<std::string, DecompressError> Decompressor::Tables::gunzip(std::string_view input, std::size_t limit)
{
    constexpr std::size_t kSmallestMember = 18;
    if (!deflate || input.size() < kSmallestMember)
        return inflateStream(input, kGzipWindow, "gzip", limit);
    std::array<unsigned char, 4> tail{};
    std::memcpy(tail.data(), input.data() + input.size() - tail.size(), tail.size());
    const std::size_t claimed = std::size_t{tail[0]} | std::size_t{tail[1]} << 8 | std::size_t{tail[2]} << 16
        | std::size_t{tail[3]} << 24;
    if (claimed > limit || claimed / kMaxDeflateRatio > input.size())
        return inflateStream(input, kGzipWindow, "gzip", limit);

    std::string output(claimed, '\0');
    std::size_t consumed = 0;
    std::size_t produced = 0;
    const libdeflate_result result = libdeflate_gzip_decompress_ex(
        deflate.get(), input.data(), input.size(), output.data(), output.size(), &consumed, &produced);
    if (result == LIBDEFLATE_SUCCESS && consumed == input.size()) {
        output.resize(produced);
        return output;
    }
    return inflateStream(input, kGzipWindow, "gzip", limit); // Several members, or a damaged one.
}

Result<std::string, DecompressError> Decompressor::Tables::unzstd(std::string_view input, std::size_t limit)
{
    if (!zstd) {
        zstd.reset(ZSTD_createDCtx());
        if (!zstd)
            return fail(corrupt("zstd"));
        ZSTD_DCtx_setParameter(zstd.get(), ZSTD_d_windowLogMax, kZstdWindowLog);
    }
    ZSTD_DCtx_reset(zstd.get(), ZSTD_reset_session_only);
    std::string output;
    const unsigned long long claimed = ZSTD_getFrameContentSize(input.data(), input.size());
    if (claimed != ZSTD_CONTENTSIZE_UNKNOWN && claimed != ZSTD_CONTENTSIZE_ERROR) {
        if (claimed > limit)
            return fail(tooLarge(limit));
        output.resize(std::min<std::size_t>(claimed, input.size() * kMaxDeflateRatio));
    }
    ZSTD_inBuffer from{input.data(), input.size(), 0};
    std::size_t produced = 0;
    std::size_t pending = 1; // Bytes that the frame still wants; 0 at the end of a frame.
    while (from.pos < from.size || pending != 0) {
        if (produced == output.size() && !grow(output, limit + 1))
            return fail(tooLarge(limit));
        ZSTD_outBuffer to{output.data(), output.size(), produced};
        const std::size_t consumedBefore = from.pos;
        pending = ZSTD_decompressStream(zstd.get(), &to, &from);
        if (ZSTD_isError(pending))
            return fail(corrupt("zstd"));
        const bool stuck = to.pos == produced && from.pos == consumedBefore && to.pos < to.size;
        produced = to.pos;
        if (produced > limit)
            return fail(tooLarge(limit));
        if (stuck && pending != 0)
            return fail(corrupt("zstd"));
    }
    output.resize(produced);
    return output;
}

std::optional<Compression> compressionNamed(std::string_view name)
{
    std::string lower(name);
    std::transform(lower.begin(), lower.end(), lower.begin(),
        [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    if (lower.empty() || lower == "identity" || lower == "none")
        return Compression::None;
    if (lower == "gzip" || lower == "x-gzip")
        return Compression::Gzip;
    if (lower == "deflate" || lower == "zlib")
        return Compression::Deflate;
    if (lower == "zstd")
        return Compression::Zstd;
    return std::nullopt;
}

Decompressor::Decompressor()
    : m_tables(std::make_unique<Tables>())
{
}

Decompressor::~Decompressor() = default;

Result<std::string, DecompressError> Decompressor::decompress(
    Compression kind, std::string_view input, std::size_t limit)
{
    switch (kind) {
    case Compression::None:
        if (input.size() > limit)
            return fail(tooLarge(limit));
        return std::string(input);
    case Compression::Gzip: return m_tables->gunzip(input, limit);
    case Compression::Zstd: return m_tables->unzstd(input, limit);
    case Compression::Deflate: break;
    }
    auto zlib = inflateStream(input, kZlibWindow, "deflate", limit);
    if (zlib || zlib.error().kind == DecompressError::Kind::TooLarge)
        return zlib;
    return inflateStream(input, kRawWindow, "deflate", limit);
}

} // namespace sluice
