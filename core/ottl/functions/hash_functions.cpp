// Hashes, encodings, ids and addresses. Source: spec/ottl.md section 4.4.3.

#include "core/ottl/conversion.h"
#include "core/ottl/functions/all_functions.h"
#include "core/ottl/functions/base64.h"
#include "core/ottl/functions/character_set.h"
#include "core/ottl/functions/hashes.h"
#include "core/ottl/functions/ip_address.h"
#include "core/ottl/functions/text_value.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

namespace sluice::ottl {

namespace {

constexpr Parameter kText[] = {{"target", ParameterKind::String, false, false, {}}};
constexpr Parameter kTextLike[] = {{"target", ParameterKind::StringLike, false, false, {}}};
constexpr Parameter kBytes[] = {{"target", ParameterKind::BytesLike, false, false, {}}};
constexpr Parameter kBase64Encode[] = {
    {"target", ParameterKind::String, false, false, {}},
    {"variant", ParameterKind::String, kOptional, false, "\"base64\""},
};
constexpr Parameter kDecode[] = {
    {"target", ParameterKind::Any, false, false, {}},
    {"encoding", ParameterKind::String, false, false, {}},
};
constexpr Parameter kCommunityId[] = {
    // Rules cannot name the addresses; capitals keep it so.
    {"SourceIP", ParameterKind::String, false, false, {}},
    {"source_port", ParameterKind::Int, false, false, {}},
    {"DestinationIP", ParameterKind::String, false, false, {}},
    {"destination_port", ParameterKind::Int, false, false, {}},
    {"protocol", ParameterKind::String, kOptional, false, "\"TCP\""},
    {"seed", ParameterKind::Int, kOptional, false, "0"},
};
constexpr Parameter kIsInCidr[] = {
    {"target", ParameterKind::String, false, false, {}},
    {"networks", ParameterKind::String, false, kList, {}},
};

template <Digest digest>
std::string digestHex(std::string_view text)
{
    return hexText(digestOf(digest, text));
}

template <std::string (*hash)(std::string_view)>
Result<Value, Error> hashed(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const std::string_view text, call[0].string(evaluation));
    return textValue(hash(text), evaluation);
}

Result<Value, Error> fnv(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const std::string_view text, call[0].string(evaluation));
    return Value::ofInt(static_cast<std::int64_t>(fnv1a(text)));
}

Result<Value, Error> base64Encode(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const std::string_view text, call[0].string(evaluation));
    std::string_view name = "base64";
    if (call[1].isGiven()) {
        SLUICE_TRY_AS(name, call[1].string(evaluation));
    }
    const auto variant = Base64Variant::named(name);
    if (!variant)
        return evaluation.error({"no variant of base64 is called \"", name.substr(0, 100), "\""});
    return textValue(encodeBase64(text, *variant), evaluation);
}

Result<Value, Error> base64Decode(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const std::string_view text, call[0].string(evaluation));
    const auto decoded = decodeBase64(text, {});
    if (!decoded)
        return fail(Error{"the text is not in base64"});
    return textValue(*decoded, evaluation);
}

struct DecodeState final : CallState {
    std::optional<Decoder> decoder;
};

Result<std::unique_ptr<const CallState>, std::string> prepareDecode(const Call& call)
{
    auto state = std::make_unique<DecodeState>();
    if (const Value* const name = call[1].literal()) {
        SLUICE_TRY_AS(state->decoder, Decoder::named(name->text()));
    }
    return state;
}

Result<Value, Error> decode(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const Value value, call[0].value(evaluation));
    if (!value.is(Kind::String) && !value.is(Kind::Bytes))
        return evaluation.error({"Decode() takes a text or bytes, not a ", nameOf(value.kind())});
    const auto result = [&]() -> Result<std::string, std::string> {
        if (const auto& decoder = call.state<DecodeState>().decoder)
            return decoder->decode(value.text());
        const auto name = call[1].string(evaluation);
        if (!name)
            return fail(std::string(name.error().text));
        SLUICE_TRY_AS(const Decoder decoder, Decoder::named(*name));
        return decoder.decode(value.text());
    }();
    if (!result)
        return evaluation.error({result.error()});
    return textValue(*result, evaluation);
}

template <Kind kind>
constexpr std::size_t kIdSize = kind == Kind::SpanId ? 8 : 16;

/// The id's bytes, given as they are or in hexadecimal.
template <Kind kind>
std::optional<std::string> idOf(std::string_view bytes)
{
    if (bytes.size() == kIdSize<kind>)
        return std::string(bytes);
    if (bytes.size() != 2 * kIdSize<kind>)
        return std::nullopt;
    const auto digitOf = [](char c) {
        return c >= '0' && c <= '9' ? c - '0'
            : c >= 'a' && c <= 'f'  ? c - 'a' + 10
            : c >= 'A' && c <= 'F'  ? c - 'A' + 10
                                    : -1;
    };
    std::string id;
    for (std::size_t i = 0; i < bytes.size(); i += 2) {
        const int high = digitOf(bytes[i]);
        const int low = digitOf(bytes[i + 1]);
        if (high < 0 || low < 0)
            return std::nullopt;
        id += static_cast<char>(high * 16 + low);
    }
    return id;
}

template <Kind kind>
Result<std::unique_ptr<const CallState>, std::string> prepareId(const Call& call)
{
    if (const Value* const literal = call[0].literal()) {
        const bool isGood
            = (literal->is(Kind::Bytes) || literal->is(Kind::String)) && idOf<kind>(literal->text());
        if (!isGood)
            return fail("a " + std::string(nameOf(kind)) + " has " + std::to_string(kIdSize<kind>)
                + " bytes, or " + std::to_string(2 * kIdSize<kind>) + " hexadecimal digits");
    }
    return nullptr;
}

template <Kind kind>
Result<Value, Error> toId(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const auto bytes, call[0].bytesLike(evaluation));
    const auto id = idOf<kind>(bytes.value_or(""));
    if (!id)
        return evaluation.error({"not as long as a ", nameOf(kind), ", or not in hexadecimal"});
    return Value::ofId(kind, evaluation.arena().copy(*id));
}

/// Writes 16 bytes with dashes, marked with the version.
Value uuidValue(std::array<unsigned char, 16> bytes, unsigned version, Evaluation& evaluation)
{
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | version << 4U);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U);
    std::string text = hexText({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    for (const std::size_t at : {8, 13, 18, 23})
        text.insert(at, 1, '-');
    return textValue(text, evaluation);
}

std::array<unsigned char, 16> randomBytes(Evaluation& evaluation)
{
    const std::uint64_t random[2] = {evaluation.nextRandom(), evaluation.nextRandom()};
    std::array<unsigned char, 16> bytes{};
    std::memcpy(bytes.data(), random, bytes.size());
    return bytes;
}

Result<Value, Error> uuid(const Call&, Evaluation& evaluation)
{
    return uuidValue(randomBytes(evaluation), 4, evaluation);
}

Result<Value, Error> uuidV7(const Call&, Evaluation& evaluation)
{
    auto bytes = randomBytes(evaluation);
    const auto millis = static_cast<std::uint64_t>(evaluation.now().time_since_epoch().count() / 1'000'000);
    for (std::size_t i = 0; i < 6; ++i)
        bytes[i] = static_cast<unsigned char>(millis >> (40 - 8 * i));
    return uuidValue(bytes, 7, evaluation);
}

Result<Value, Error> communityId(const Call& call, Evaluation& evaluation)
{
    constexpr std::pair<std::string_view, char> kProtocols[] = {
        {"ICMP", 1}, {"TCP", 6}, {"UDP", 17}, {"RSVP", 46}, {"ICMP6", 58}, {"SCTP", static_cast<char>(132)}};
    struct Endpoint {
        IpAddress address;
        std::int64_t port = 0;
    };
    Endpoint ends[2];
    for (std::size_t i = 0; i < 2; ++i) {
        SLUICE_TRY_AS(const std::string_view text, call[2 * i].string(evaluation));
        SLUICE_TRY_AS(ends[i].port, call[2 * i + 1].integer(evaluation));
        const auto address = IpAddress::parse(text);
        if (!address)
            return evaluation.error({"no IP address: \"", text.substr(0, 100), "\""});
        ends[i].address = *address;
        if (ends[i].port < 0 || ends[i].port > 0xFFFF)
            return fail(Error{"a port is a number from 0 to 65535"});
    }
    std::string_view name = "TCP";
    if (call[4].isGiven()) {
        SLUICE_TRY_AS(name, call[4].string(evaluation));
    }
    std::int64_t seed = 0;
    if (call[5].isGiven()) {
        SLUICE_TRY_AS(seed, call[5].integer(evaluation));
    }
    if (seed < 0 || seed > 0xFFFF)
        return fail(Error{"the seed of CommunityID() is a number from 0 to 65535"});
    const auto* const protocol = std::find_if(
        std::begin(kProtocols), std::end(kProtocols), [&](const auto& one) { return one.first == name; });
    if (protocol == std::end(kProtocols))
        return evaluation.error({"CommunityID() does not know the protocol \"", name.substr(0, 100), "\""});
    const auto comesFirst = [](const Endpoint& a, const Endpoint& b) {
        if (a.address.size != b.address.size)
            return a.address.size < b.address.size;
        const int order = a.address.view().compare(b.address.view());
        return order != 0 ? order < 0 : a.port < b.port;
    };
    if (comesFirst(ends[1], ends[0]))
        std::swap(ends[0], ends[1]);
    std::string text;
    const auto append16 = [&](std::int64_t number) {
        text += static_cast<char>(static_cast<unsigned char>(number >> 8));
        text += static_cast<char>(static_cast<unsigned char>(number));
    };
    append16(seed);
    text += ends[0].address.view();
    text += ends[1].address.view();
    text += protocol->second;
    text += '\0';
    append16(ends[0].port);
    append16(ends[1].port);
    return textValue("1:" + encodeBase64(digestOf(Digest::Sha1, text), {}), evaluation);
}

struct CidrState final : CallState {
    std::vector<std::optional<IpNetwork>> networks; ///< Those that stand in the rule.
};

Result<std::unique_ptr<const CallState>, std::string> prepareIsInCidr(const Call& call)
{
    auto state = std::make_unique<CidrState>();
    const bool isAllLiteral = std::all_of(call[1].items().begin(), call[1].items().end(),
        [](const Argument& item) { return item.literal() != nullptr; });
    for (const Argument& item : call[1].items()) {
        const Value* const literal = item.literal();
        state->networks.push_back(literal != nullptr ? IpNetwork::parse(literal->text()) : std::nullopt);
        if (isAllLiteral && !state->networks.back())
            return fail("\"" + std::string(literal->text().substr(0, 100))
                + "\" is no network; write it as in \"10.0.0.0/8\"");
    }
    return state;
}

Result<Value, Error> isInCidr(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const std::string_view text, call[0].string(evaluation));
    const auto address = IpAddress::parse(text);
    if (!address)
        return Value::ofBool(false);
    const auto& known = call.state<CidrState>().networks;
    for (std::size_t i = 0; i < known.size(); ++i) {
        auto network = known[i];
        if (!network) {
            SLUICE_TRY_AS(const std::string_view name, call[1].items()[i].string(evaluation));
            network = IpNetwork::parse(name);
            if (!network)
                return evaluation.error({"no network: \"", name.substr(0, 100), "\""});
        }
        if (network->contains(*address))
            return Value::ofBool(true);
    }
    return Value::ofBool(false);
}

Result<Value, Error> isValidLuhn(const Call& call, Evaluation& evaluation)
{
    SLUICE_TRY_AS(const auto text, call[0].stringLike(evaluation));
    if (!text)
        return fail(Error{"IsValidLuhn() takes a text or a number, not nil"});
    unsigned sum = 0;
    bool isDoubled = false;
    bool hasDigits = false;
    for (auto c = text->rbegin(); c != text->rend(); ++c) {
        if (*c == ' ')
            continue;
        if (*c < '0' || *c > '9')
            return evaluation.error({"no digits only: \"", text->substr(0, 100), "\""});
        hasDigits = true;
        unsigned digit = static_cast<unsigned>(*c - '0') * (isDoubled ? 2 : 1);
        digit = digit > 9 ? digit - 9 : digit;
        sum = (sum + digit) % 10;
        isDoubled = !isDoubled;
    }
    return Value::ofBool(hasDigits && sum == 0);
}

constexpr Function kFunctions[] = {
    {.name = "Base64Decode",
        .parameters = kText,
        .result = "string",
        .help = "What a text in base64 says. Decode() knows more encodings.",
        .evaluate = base64Decode},
    {.name = "Base64Encode",
        .parameters = kBase64Encode,
        .result = "string",
        .help = "The text in \"base64\", \"base64-raw\", \"base64-url\" or \"base64-raw-url\".",
        .evaluate = base64Encode},
    {.name = "CommunityID",
        .parameters = kCommunityId,
        .result = "string",
        .help = "The Community ID of a network flow, the same for both directions.",
        .evaluate = communityId},
    {.name = "Decode",
        .parameters = kDecode,
        .result = "string",
        .help = "The text that stands in a base64 variant or a character set: Decode(body, \"iso-8859-1\").",
        .prepare = prepareDecode,
        .evaluate = decode},
    {.name = "FNV",
        .parameters = kText,
        .result = "int",
        .help = "The FNV-1a hash of the text, 64 bits.",
        .evaluate = fnv},
    {.name = "IsInCIDR",
        .parameters = kIsInCidr,
        .result = "bool",
        .help = "Whether an IP address is in one of the networks; false for what is no address.",
        .prepare = prepareIsInCidr,
        .evaluate = isInCidr},
    {.name = "IsValidLuhn",
        .parameters = kTextLike,
        .result = "bool",
        .help = "Whether the check digit of a number such as a credit card's is right.",
        .evaluate = isValidLuhn},
    {.name = "MD5",
        .parameters = kText,
        .result = "string",
        .help = "The MD5 hash of the text in hexadecimal.",
        .evaluate = hashed<digestHex<Digest::Md5>>},
    {.name = "Murmur3Hash",
        .parameters = kText,
        .result = "string",
        .help = "The MurmurHash3 of the text, 32 bits, in hexadecimal.",
        .evaluate = hashed<murmur3Hex>},
    {.name = "Murmur3Hash128",
        .parameters = kText,
        .result = "string",
        .help = "The MurmurHash3 of the text, 128 bits, in hexadecimal.",
        .evaluate = hashed<murmur3Hex128>},
    {.name = "ProfileID",
        .parameters = kBytes,
        .result = "profile id",
        .help = "A profile id from 16 bytes or 32 hexadecimal digits.",
        .prepare = prepareId<Kind::ProfileId>,
        .evaluate = toId<Kind::ProfileId>},
    {.name = "SHA1",
        .parameters = kText,
        .result = "string",
        .help = "The SHA-1 hash of the text in hexadecimal.",
        .evaluate = hashed<digestHex<Digest::Sha1>>},
    {.name = "SHA256",
        .parameters = kText,
        .result = "string",
        .help = "The SHA-256 hash of the text in hexadecimal.",
        .evaluate = hashed<digestHex<Digest::Sha256>>},
    {.name = "SHA512",
        .parameters = kText,
        .result = "string",
        .help = "The SHA-512 hash of the text in hexadecimal.",
        .evaluate = hashed<digestHex<Digest::Sha512>>},
    {.name = "SpanID",
        .parameters = kBytes,
        .result = "span id",
        .help = "A span id from 8 bytes or 16 hexadecimal digits.",
        .prepare = prepareId<Kind::SpanId>,
        .evaluate = toId<Kind::SpanId>},
    {.name = "TraceID",
        .parameters = kBytes,
        .result = "trace id",
        .help = "A trace id from 16 bytes or 32 hexadecimal digits.",
        .prepare = prepareId<Kind::TraceId>,
        .evaluate = toId<Kind::TraceId>},
    {.name = "UUID",
        .parameters = {},
        .result = "string",
        .help = "A random UUID (version 4).",
        .evaluate = uuid},
    {.name = "UUIDv7",
        .parameters = {},
        .result = "string",
        .help = "A UUID that sorts by time (version 7).",
        .evaluate = uuidV7},
    {.name = "XXH128",
        .parameters = kText,
        .result = "string",
        .help = "The XXH3 hash of the text, 128 bits, in hexadecimal.",
        .evaluate = hashed<xxh3Hex128>},
    {.name = "XXH3",
        .parameters = kText,
        .result = "string",
        .help = "The XXH3 hash of the text, 64 bits, in hexadecimal.",
        .evaluate = hashed<xxh3Hex>},
};

} // namespace

std::span<const Function> hashFunctions()
{
    return kFunctions;
}

} // namespace sluice::ottl
