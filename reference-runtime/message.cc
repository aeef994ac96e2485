// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/message.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <vector>

#include "base/files.h"

namespace loadline::runtime {
namespace {

constexpr char kDone = 'd';
constexpr char kError = 'e';
constexpr char kNumber = 'n';

// A host that is short of memory for a moment must not leave one side without the other's word.
bool IsWorthAnotherTry(int& patience) {
  if (errno == EINTR) return true;
  return (errno == ENOMEM || errno == ENOBUFS) && patience-- > 0;
}

Result<void> Send(int socket, std::string_view bytes) {
  int patience = 8;
  while (send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) {
    if (!IsWorthAnotherTry(patience))
      return CallError("send", "the other side of the container's creation");
  }
  return {};
}

// One packet; empty when the other side closed the socket.
Result<std::string> Receive(int socket) {
  std::array<char, 16 << 10> packet;  // not filled, so that only what arrives needs memory
  int patience = 8;
  while (true) {
    const ssize_t count = recv(socket, packet.data(), packet.size(), 0);
    if (count >= 0) return std::string(packet.data(), static_cast<size_t>(count));
    if (errno == ECONNRESET) return std::string();
    if (!IsWorthAnotherTry(patience))
      return CallError("recv", "the other side of the container's creation");
  }
}

Error Unpack(std::string_view packet) {
  std::array<std::string, 6> parts;
  for (std::string& part : parts) {
    const size_t end = packet.find('\0');
    part = packet.substr(0, end);
    if (end == std::string_view::npos) break;
    packet.remove_prefix(end + 1);
  }
  Error error;
  error.what = parts[0];
  error.call = parts[1];
  error.arguments = parts[2];
  error.number = std::atoi(parts[3].c_str());
  error.stage = parts[4];
  error.hint = parts[5];
  return error;
}

Result<void> Interpret(const std::string& packet) {
  if (packet[0] == kDone) return {};
  if (packet[0] == kError) return Unpack(std::string_view(packet).substr(1));
  return Failure("an unknown message from the container's process");
}

}  // namespace

Result<std::pair<UniqueFd, UniqueFd>> MakeSocketPair() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return CallError("socketpair");
  return std::pair<UniqueFd, UniqueFd>(UniqueFd(ends[0]), UniqueFd(ends[1]));
}

Result<void> SendDone(int socket) { return Send(socket, std::string_view(&kDone, 1)); }

Result<void> SendError(int socket, const Error& error) {
  std::string packet(1, kError);
  for (const std::string& part : {error.what, error.call, error.arguments,
                                  std::to_string(error.number), error.stage, error.hint}) {
    packet += part.substr(0, 2 << 10);
    packet += '\0';
  }
  return Send(socket, packet);
}

Result<void> ReceiveDone(int socket) {
  ASSIGN_OR_RETURN(const std::string packet, Receive(socket));
  if (packet.empty())
    return Failure("the other side of the container's creation ended without a word");
  return Interpret(packet);
}

Result<void> ReceiveUntilClosed(int socket) {
  ASSIGN_OR_RETURN(const std::string packet, Receive(socket));
  if (packet.empty()) return {};
  return Interpret(packet);
}

Result<void> SendNumber(int socket, int64_t number) {
  return Send(socket, kNumber + std::to_string(number));
}

Result<int64_t> ReceiveNumber(int socket) {
  ASSIGN_OR_RETURN(const std::string packet, Receive(socket));
  if (packet.empty()) return Failure("the process that joins namespaces ended without a word");
  if (packet[0] != kNumber) {
    RETURN_IF_ERROR(Interpret(packet));
    return Failure("an unexpected message while joining namespaces");
  }
  return std::atoll(packet.c_str() + 1);
}

Result<UniqueFd> ConnectTo(const std::string& path, std::initializer_list<int> types) {
  // Socket addresses hold 107 bytes; a path through a descriptor of the directory always fits.
  const size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  ASSIGN_OR_RETURN(const UniqueFd parent, Open(directory, O_PATH | O_DIRECTORY));
  const std::string short_path =
      ProcPath(parent.get()) + "/" + path.substr(slash == std::string::npos ? 0 : slash + 1);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (short_path.size() >= sizeof address.sun_path)
    return Failure("the name of the socket " + path + " is too long");
  short_path.copy(address.sun_path, short_path.size());
  for (const int type : types) {
    UniqueFd fd(socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
    if (!fd) return CallError("socket");
    if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
      return fd;
    if (errno != EPROTOTYPE) break;
  }
  return CallError("connect", path);
}

}  // namespace loadline::runtime
