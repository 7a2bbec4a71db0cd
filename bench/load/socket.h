#pragma once

#include "core/receivers/file_descriptor.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::bench {

/// Connects to an IPv4 address: non-blocking, without Nagle's delay. A closed descriptor: it cannot.
FileDescriptor connectTo(const std::string& host, std::uint16_t port);

/// Sends as much as the socket takes and removes it from `pending` by moving `sent`. False: connection lost.
bool sendPending(int descriptor, std::string_view pending, std::size_t& sent);

/// Appends what has arrived. False: connection lost.
bool receiveAvailable(int descriptor, std::string& into);

} // namespace sluice::bench
