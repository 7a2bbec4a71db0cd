#pragma once

#include "core/receivers/file_descriptor.h"

#include <cstdint>
#include <memory>
#include <string>

#include "bench/load/call.h"

namespace sluice::bench {

/// OTLP/HTTP with protobuf over one kept-alive HTTP/1.1 connection, one call at a time.
class HttpConnection final : public Connection {
public:
    /// Null: no connection.
    static std::unique_ptr<HttpConnection> open(
        const std::string& host, std::uint16_t port, Signal signal, Listener listener);

    [[nodiscard]] int descriptor() const override { return m_descriptor.number(); }
    [[nodiscard]] bool canSend() const override { return m_call == nullptr; }
    void send(Call& call) override;
    [[nodiscard]] bool wantsToWrite() const override { return m_outSent < m_out.size(); }
    bool write() override;
    bool read() override;

private:
    HttpConnection(FileDescriptor descriptor, std::string head, Listener listener);

    FileDescriptor m_descriptor;
    std::string m_head; ///< Request line and headers up to the length.
    Listener m_listener;
    Call* m_call = nullptr;
    std::string m_out;
    std::size_t m_outSent = 0;
    std::string m_in;
};

} // namespace sluice::bench
