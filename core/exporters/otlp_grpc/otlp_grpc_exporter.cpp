#include "core/exporters/otlp_grpc/otlp_grpc_exporter.h"

#include "core/exporters/answers.h"
#include "core/exporters/endpoint.h"
#include "core/exporters/gzip.h"
#include "core/exporters/request_headers.h"

#include <grpc/byte_buffer.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/client_unary_call.h>

#include <array>

namespace grpc::internal {

/// The library lets a class of this name set what a ByteBuffer holds; it is the only way to hand over a
/// message that is compressed already.
class GrpcByteBufferPeer {
public:
    static void set(ByteBuffer& buffer, grpc_byte_buffer* raw) { buffer.set_buffer(raw); }
};

} // namespace grpc::internal

namespace sluice {
namespace {

constexpr std::array<const char*, kSignalCount> kMethods{
    "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
    "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    "/opentelemetry.proto.collector.logs.v1.LogsService/Export"};

void release(void* bytes)
{
    delete static_cast<SharedBytes*>(bytes);
}

/// A slice that keeps the payload's storage alive; nothing is copied. The library only reads it.
grpc_slice sliceOf(const SharedBytes& payload)
{
    return grpc_slice_new_with_user_data(
        const_cast<char*>(payload.view().data()), payload.size(), release, new SharedBytes(payload));
}

grpc::ByteBuffer bufferOf(std::span<const SharedBytes> payloads, grpc_compression_algorithm compression)
{
    std::vector<grpc_slice> slices;
    slices.reserve(payloads.size());
    for (const SharedBytes& payload : payloads) {
        if (!payload.isEmpty())
            slices.push_back(sliceOf(payload));
    }
    grpc::ByteBuffer buffer;
    grpc::internal::GrpcByteBufferPeer::set(
        buffer, grpc_raw_compressed_byte_buffer_create(slices.data(), slices.size(), compression));
    for (const grpc_slice& slice : slices)
        grpc_slice_unref(slice);
    return buffer;
}

std::string stringOf(const grpc::ByteBuffer& buffer)
{
    std::vector<grpc::Slice> slices;
    std::string bytes;
    if (!buffer.Valid() || !buffer.Dump(&slices).ok())
        return bytes;
    for (const grpc::Slice& slice : slices)
        bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    return bytes;
}

grpc::ChannelArguments channelArguments(const Endpoint& endpoint)
{
    grpc::ChannelArguments arguments;
    arguments.SetUserAgentPrefix("Sluice/0.1.0");
    arguments.SetMaxReceiveMessageSize(static_cast<int>(kMaxAnswerBytes));
    arguments.SetMaxSendMessageSize(-1);
    arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    // The library would wait up to two minutes between attempts to connect, whatever our own policy says.
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 200);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
    arguments.SetInt(
        GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 10'000); // In truth the limit of one attempt to connect.
    if (endpoint.isLoopback())
        arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    return arguments;
}

class OtlpGrpcExporter final : public Exporter {
public:
    OtlpGrpcExporter(ExporterSettings settings, Environment environment, const Endpoint& endpoint)
        : m_settings(std::move(settings))
        , m_environment(std::move(environment))
        , m_channel(grpc::CreateCustomChannel(endpoint.target,
              endpoint.isSecure ? grpc::SslCredentials({}) : grpc::InsecureChannelCredentials(),
              channelArguments(endpoint)))
    {
    }

    SendResult send(Signal signal, std::span<const SharedBytes> payloads, std::uint64_t /*records*/,
        Nanos timeout, std::stop_token stop) override
    {
        SendResult result;
        const auto headers = resolveHeaders(m_settings.headers, true, m_environment);
        if (!headers) {
            result.kind = SendResult::Kind::Retry; // Nothing is refused for good because of our own settings.
            result.text = headers.error().text;
            return result;
        }
        grpc::ClientContext context;
        for (const auto& [name, value] : *headers)
            context.AddMetadata(name, value);
        if (timeout > Nanos(0))
            context.set_deadline(std::chrono::system_clock::now() + timeout);

        grpc::ByteBuffer request;
        if (m_settings.useGzip) {
            const std::array compressed{SharedBytes(m_gzip.compress(payloads))};
            context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
            request = bufferOf(compressed, GRPC_COMPRESS_GZIP);
        } else {
            request = bufferOf(payloads, GRPC_COMPRESS_NONE);
        }

        grpc::ByteBuffer response;
        const grpc::internal::RpcMethod method(
            kMethods[indexOf(signal)], grpc::internal::RpcMethod::NORMAL_RPC);
        const grpc::Status status = [&] {
            const std::stop_callback cancel(stop, [&context] { context.TryCancel(); });
            return grpc::internal::BlockingUnaryCall(m_channel.get(), method, &context, request, &response);
        }();
        if (!status.ok() && stop.stop_requested()) {
            result.kind = SendResult::Kind::Cancelled;
            result.text = "stopped while the request was under way";
            return result;
        }
        result = answerOfGrpc(static_cast<int>(status.error_code()), status.error_message(),
            status.error_details(), status.ok() ? stringOf(response) : std::string());
        // The library makes up a status when there is no answer; only its debug text tells the two apart. A
        // deadline is noticed on both sides at once, so it says nothing about the backend.
        result.isAnswered = status.ok()
            || (status.error_code() != grpc::StatusCode::DEADLINE_EXCEEDED
                && context.debug_error_string().find("received from peer") != std::string::npos);
        // A too large *answer* is refused by the library itself: sending parts of the request does not help
        // there.
        result.isTooLarge = result.isTooLarge && result.isAnswered;
        return result;
    }

private:
    ExporterSettings m_settings;
    Environment m_environment;
    std::shared_ptr<grpc::Channel> m_channel;
    GzipCompressor m_gzip;
};

} // namespace

Result<std::unique_ptr<Exporter>, ExporterError> makeOtlpGrpcExporter(
    ExporterSettings settings, Environment environment)
{
    SLUICE_TRY_AS(const Endpoint endpoint, parseGrpcEndpoint(settings.endpoint, settings.isInsecure));
    SLUICE_TRY(checkHeaders(settings.headers, true));
    return std::make_unique<OtlpGrpcExporter>(std::move(settings), std::move(environment), endpoint);
}

} // namespace sluice
