#pragma once

// A gRPC server for tests of exporters: the library's own, so that it also checks that we speak the protocol.
// Include it in one .cpp of a test only: the header is heavy.

#include "core/base/guarded.h"

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sluice::test {

struct GrpcRequest {
    std::string method;
    std::multimap<std::string, std::string> metadata;
    std::string message; ///< Decompressed by the library.
    std::string peer;
};

struct GrpcReply {
    grpc::Status status{};
    std::string response{};
    bool hangs = false; ///< Answers only when the client gives up.
};

class GrpcBackend {
public:
    using Answer = std::function<GrpcReply(const GrpcRequest&)>;

    explicit GrpcBackend(Answer handler, int port = 0)
        : m_service(std::move(handler))
        , m_port(port)
    {
        grpc::ServerBuilder builder;
        builder.AddListeningPort(
            "127.0.0.1:" + std::to_string(port), grpc::InsecureServerCredentials(), &m_port);
        builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
        builder.SetMaxReceiveMessageSize(-1);
        builder.RegisterCallbackGenericService(&m_service);
        m_server = builder.BuildAndStart();
    }
    ~GrpcBackend()
    {
        if (m_server)
            m_server->Shutdown(std::chrono::system_clock::now());
    }
    GrpcBackend(const GrpcBackend&) = delete;
    GrpcBackend& operator=(const GrpcBackend&) = delete;

    [[nodiscard]] int port() const { return m_port; }
    [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(m_port); }
    [[nodiscard]] std::vector<GrpcRequest> requests() const
    {
        return m_service.requests.with([](const auto& requests) { return requests; });
    }

private:
    class Service final : public grpc::CallbackGenericService {
    public:
        explicit Service(Answer handler)
            : m_handler(std::move(handler))
        {
        }

        grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext* context) override
        {
            return new Call(*this, context);
        }

        Guarded<std::vector<GrpcRequest>> requests;

    private:
        class Call final : public grpc::ServerGenericBidiReactor {
        public:
            Call(Service& service, grpc::GenericCallbackServerContext* context)
                : m_service(service)
                , m_context(context)
            {
                StartRead(&m_message);
            }

            void OnReadDone(bool ok) override
            {
                if (!ok) {
                    Finish(grpc::Status(grpc::StatusCode::INTERNAL, "no message"));
                    return;
                }
                GrpcRequest request{m_context->method(), {}, stringOf(m_message), m_context->peer()};
                for (const auto& [name, value] : m_context->client_metadata())
                    request.metadata.emplace(
                        std::string(name.data(), name.size()), std::string(value.data(), value.size()));
                m_service.requests.with([&](auto& all) { all.push_back(request); });
                m_reply = m_service.m_handler(request);
                if (m_reply.hangs) {
                    m_isHanging = true;
                    if (m_isCancelled)
                        finishOnce();
                    return;
                }
                if (!m_reply.status.ok()) {
                    Finish(m_reply.status);
                    return;
                }
                const grpc::Slice slice(m_reply.response);
                m_response = grpc::ByteBuffer(&slice, 1);
                StartWriteAndFinish(&m_response, {}, m_reply.status);
            }
            void OnCancel() override
            {
                m_isCancelled = true;
                if (m_isHanging)
                    finishOnce();
            }
            void OnDone() override { delete this; }

        private:
            void finishOnce()
            {
                if (!m_isFinished.exchange(true))
                    Finish(grpc::Status::CANCELLED);
            }

            static std::string stringOf(const grpc::ByteBuffer& buffer)
            {
                std::vector<grpc::Slice> slices;
                std::string bytes;
                if (buffer.Dump(&slices).ok()) {
                    for (const grpc::Slice& slice : slices)
                        bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
                }
                return bytes;
            }

            Service& m_service;
            grpc::GenericCallbackServerContext* m_context;
            grpc::ByteBuffer m_message;
            grpc::ByteBuffer m_response;
            GrpcReply m_reply;
            std::atomic<bool> m_isHanging{false};
            std::atomic<bool> m_isCancelled{false};
            std::atomic<bool> m_isFinished{false};
        };

        Answer m_handler;
    };

    Service m_service;
    int m_port;
    std::unique_ptr<grpc::Server> m_server;
};

} // namespace sluice::test
