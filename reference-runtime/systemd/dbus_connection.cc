// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/systemd/dbus_connection.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/pipe.h"
#include "reference-runtime/message.h"

namespace loadline::runtime {
namespace {

constexpr const char* kBus = "org.freedesktop.DBus";
constexpr const char* kBusPath = "/org/freedesktop/DBus";
constexpr size_t kLongestLine = 1024;

DbusCall BusCall(const std::string& member) { return {kBus, kBusPath, kBus, member, "", ""}; }

}  // namespace

std::string WordsOf(const DbusMessage& error) {
  const std::string words = error.signature.starts_with("s") ? DbusReader(error.body).Text() : "";
  return words.empty() ? error.error : words;
}

Result<DbusConnection> DbusConnection::Open(const std::string& socket, const Deadline& deadline) {
  ASSIGN_OR_RETURN(UniqueFd fd, ConnectTo(socket));
  DbusConnection connection(std::move(fd), deadline);
  RETURN_IF_ERROR(connection.Authenticate());
  ASSIGN_OR_RETURN(const DbusMessage hello, connection.Call(BusCall("Hello")));
  (void)hello;
  return connection;
}

// We name nobody, so we are who the kernel says we are: a number of a user namespace would not be
// that of the other side. What the other side asks for is known, so all goes at once.
Result<void> DbusConnection::Authenticate() {
  using std::string_view_literals::operator""sv;
  constexpr std::string_view kWords = "\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n"sv;
  RETURN_IF_ERROR(WriteAll(fd_.get(), kWords, deadline_));
  while (true) {
    const size_t end = pending_.find("\r\n");
    if (end == std::string::npos) {
      if (pending_.size() > kLongestLine) return Failure("the bus answers without end");
      RETURN_IF_ERROR(Fill(pending_.size() + 1));
      continue;
    }
    const std::string line = pending_.substr(0, end);
    pending_.erase(0, end + 2);
    if (line.starts_with("OK ")) return {};
    if (!line.starts_with("DATA")) return Failure("the bus does not accept this user: " + line);
  }
}

// Reads until at least so many bytes are pending.
Result<void> DbusConnection::Fill(size_t size) {
  while (pending_.size() < size) {
    ASSIGN_OR_RETURN(const Readiness ready, WaitFor(fd_.get(), POLLIN, deadline_));
    if (ready == Readiness::kTimedOut) return Failure("the bus did not answer in time");
    std::array<char, 4096> block;
    const ssize_t count = recv(fd_.get(), block.data(), block.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) return CallError("recv", "D-Bus");
    if (count == 0) return Failure("the bus closed the connection");
    pending_.append(block.data(), static_cast<size_t>(count));
  }
  return {};
}

Result<DbusMessage> DbusConnection::Receive() {
  RETURN_IF_ERROR(Fill(kDbusPrefix));
  ASSIGN_OR_RETURN(const size_t whole, LengthOf(pending_));
  RETURN_IF_ERROR(Fill(whole));
  auto message = Decode(std::string_view(pending_).substr(0, whole));
  pending_.erase(0, whole);
  return message;
}

Result<DbusMessage> DbusConnection::Ask(const DbusCall& call) {
  const uint32_t serial = ++serial_;
  RETURN_IF_ERROR(WriteAll(fd_.get(), Encode(call, serial), deadline_));
  while (true) {
    ASSIGN_OR_RETURN(DbusMessage message, Receive());
    if (message.type == DbusType::kSignal) signals_.push_back(std::move(message));
    if (message.reply_to == serial) return message;
  }
}

Result<DbusMessage> DbusConnection::Call(const DbusCall& call) {
  ASSIGN_OR_RETURN(DbusMessage answer, Ask(call));
  if (answer.type == DbusType::kReply) return answer;
  return Failure(call.member + ": " + WordsOf(answer));
}

Result<DbusMessage> DbusConnection::NextSignal(const std::string& interface,
                                               const std::string& member) {
  while (true) {
    while (!signals_.empty()) {
      DbusMessage signal = std::move(signals_.front());
      signals_.erase(signals_.begin());
      if (signal.interface == interface && signal.member == member) return signal;
    }
    ASSIGN_OR_RETURN(DbusMessage message, Receive());
    if (message.type == DbusType::kSignal) signals_.push_back(std::move(message));
  }
}

Result<void> DbusConnection::AddMatch(const std::string& rule) {
  DbusWriter body;
  body.Text(rule);
  DbusCall call = BusCall("AddMatch");
  call.signature = "s";
  call.body = body.bytes();
  ASSIGN_OR_RETURN(const DbusMessage done, Call(call));
  (void)done;
  return {};
}

}  // namespace loadline::runtime
