// SPDX-License-Identifier: Apache-2.0
// Two processes that talk over sockets: loopback TCP, and a store of keys and values behind a
// socket of the file system.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/unique_fd.h"
#include "conformance/probe/workload.h"
#include "conformance/probe/workloads/partner.h"

namespace loadline::probe {
namespace {

constexpr size_t kPiece = 64 << 10;
constexpr int kKeys = 512;
constexpr const char* kStorePath = "/tmp/loadline-store";

// Two ends of a connection.
struct Connection {
  UniqueFd near;
  UniqueFd far;
  explicit operator bool() const { return near && far; }
};

// Who listens, who asks and who accepts are one process here: the queue holds a connection until
// it is accepted.
Connection Connect(int family, const sockaddr* address, socklen_t length) {
  const UniqueFd listener(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!listener || bind(listener.get(), address, length) != 0 || listen(listener.get(), 1) != 0)
    return {};
  sockaddr_storage bound{};
  socklen_t bound_length = sizeof bound;
  Connection connection;
  connection.near.Reset(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto* const place = reinterpret_cast<sockaddr*>(&bound);
  if (!connection.near || getsockname(listener.get(), place, &bound_length) != 0 ||
      connect(connection.near.get(), place, bound_length) != 0)
    return {};
  connection.far.Reset(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  return connection;
}

Connection ConnectTcp() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  Connection connection =
      Connect(AF_INET, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const int yes = 1;
  for (const UniqueFd* end : {&connection.near, &connection.far})
    if (*end) (void)setsockopt(end->get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return connection;
}

Connection ConnectUnix() {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, kStorePath, sizeof address.sun_path - 1);
  unlink(kStorePath);
  Connection connection =
      Connect(AF_UNIX, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  unlink(kStorePath);
  return connection;
}

bool SendAll(int fd, const char* bytes, size_t size) {
  while (size > 0) {
    const ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes += sent;
    size -= static_cast<size_t>(sent);
  }
  return true;
}

// Takes so much, says that it has it, and again, until nobody sends any more.
bool TakePieces(int fd) {
  std::vector<char> piece(kPiece);
  while (true) {
    int64_t wanted = 0;
    if (recv(fd, &wanted, sizeof wanted, MSG_WAITALL) != static_cast<ssize_t>(sizeof wanted))
      return true;
    while (wanted > 0) {
      const ssize_t count = recv(fd, piece.data(), piece.size(), 0);
      if (count <= 0) return false;
      wanted -= count;
    }
    if (!SendAll(fd, "k", 1)) return false;
  }
}

bool SendPieces(int fd, const std::vector<char>& piece, int64_t count) {
  const int64_t bytes = count * static_cast<int64_t>(piece.size());
  if (!SendAll(fd, reinterpret_cast<const char*>(&bytes), sizeof bytes)) return false;
  for (int64_t i = 0; i < count; ++i) {
    if (!SendAll(fd, piece.data(), piece.size())) return false;
  }
  char answer = 0;
  return recv(fd, &answer, 1, 0) == 1;
}

bool StreamTcp(int64_t count, Stopwatch& watch) {
  Connection connection = ConnectTcp();
  if (!connection) return false;
  const std::vector<char> piece(kPiece, 'a');
  Partner partner([&] {
    connection.near.Reset();
    return TakePieces(connection.far.get());
  });
  connection.far.Reset();
  bool done = partner.Started() && SendPieces(connection.near.get(), piece, 1);
  watch.Start();
  done = done && SendPieces(connection.near.get(), piece, count);
  watch.Stop();
  connection.near.Reset();
  return partner.Join() && done;
}

bool AnswerBytes(int fd) {
  char byte = 0;
  while (recv(fd, &byte, 1, 0) == 1) {
    if (!SendAll(fd, &byte, 1)) return false;
  }
  return true;
}

bool Ask(int fd) {
  char byte = 'a';
  return SendAll(fd, &byte, 1) && recv(fd, &byte, 1, 0) == 1;
}

bool AskOverTcp(int64_t count, Stopwatch& watch) {
  Connection connection = ConnectTcp();
  if (!connection) return false;
  Partner partner([&] {
    connection.near.Reset();
    return AnswerBytes(connection.far.get());
  });
  connection.far.Reset();
  bool done = partner.Started() && Ask(connection.near.get());
  watch.Start();
  for (int64_t i = 0; done && i < count; ++i) done = Ask(connection.near.get());
  watch.Stop();
  connection.near.Reset();
  return partner.Join() && done;
}

// "SET key value" and "GET key", a request at a time.
bool KeepStore(int fd) {
  std::unordered_map<std::string, std::string> store;
  std::array<char, 256> buffer;
  while (true) {
    const ssize_t count = recv(fd, buffer.data(), buffer.size(), 0);
    if (count <= 0) return count == 0;
    const std::string request(buffer.data(), static_cast<size_t>(count));
    const size_t space = request.find(' ', 4);
    std::string answer = "OK";
    if (request.starts_with("SET ") && space != std::string::npos) {
      store[request.substr(4, space - 4)] = request.substr(space + 1);
    } else {
      const auto found = store.find(request.substr(4));
      answer = found == store.end() ? "NONE" : found->second;
    }
    if (!SendAll(fd, answer.data(), answer.size())) return false;
  }
}

bool Request(int fd, const std::string& request, std::string_view expected) {
  std::array<char, 256> buffer;
  if (!SendAll(fd, request.data(), request.size())) return false;
  const ssize_t count = recv(fd, buffer.data(), buffer.size(), 0);
  return count > 0 && std::string_view(buffer.data(), static_cast<size_t>(count)) == expected;
}

bool UseStore(int64_t count, Stopwatch& watch) {
  Connection connection = ConnectUnix();
  if (!connection) return false;
  Partner partner([&] {
    connection.near.Reset();
    return KeepStore(connection.far.get());
  });
  connection.far.Reset();
  const int fd = connection.near.get();
  bool done = partner.Started() && Request(fd, "GET nothing", "NONE");
  watch.Start();
  for (int64_t i = 0; done && i < count; ++i) {
    const std::string key = "key" + std::to_string(i % kKeys);
    const std::string value = "value" + std::to_string(i);
    done = Request(fd, "SET " + key + " " + value, "OK") && Request(fd, "GET " + key, value);
  }
  watch.Stop();
  connection.near.Reset();
  return partner.Join() && done;
}

}  // namespace

WorkloadArea SocketsWorkloads() {
  return {"sockets",
          "two processes that talk over sockets",
          {{"tcp-rate", "sending much over loopback TCP", 0.15,
            "what of it is sent at once is left to two processes that take turns, and varies",
            StreamTcp, 8},
           {"tcp-latency", "asking over loopback TCP", 0.10,
            "a question is two switches, and the way through a network namespace of its own",
            AskOverTcp, 4},
           {"key-value", "asking a store of keys and values over a Unix socket", 0.10,
            "a question is two switches, for which a tenth is the margin, and little work",
            UseStore, 4}}};
}

}  // namespace loadline::probe
