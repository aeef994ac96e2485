// SPDX-License-Identifier: Apache-2.0
// On the loopback interface and in the file system alone.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstring>

#include "conformance/probe/behaviours/outcome.h"

namespace loadline::probe {
namespace {

std::array<int, 2> Pair(int type = SOCK_STREAM) {
  std::array<int, 2> ends{-1, -1};
  socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, ends.data());
  return ends;
}

sockaddr_in Loopback(uint16_t port = 0) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

long Bind(int fd, const sockaddr_in& address) {
  return bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}
long Connect(int fd, const sockaddr_in& address) {
  return connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

sockaddr_in NameOf(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return address;
}

// A listener and a connection to it.
struct Connected {
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  int client = socket(AF_INET, SOCK_STREAM, 0);
  int server = -1;
  Connected() {
    Bind(listener, Loopback());
    listen(listener, 1);
    Connect(client, NameOf(listener));
    server = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
  }
};

long Option(int fd, int level, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  return getsockopt(fd, level, name, &value, &size) < 0 ? -1 : value;
}

long BindUnix(int fd, const char* path, size_t length) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path, length);
  return bind(fd, reinterpret_cast<const sockaddr*>(&address),
              static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length));
}

const Behaviour kBehaviours[] = {
    {"family-unknown", [] { return Outcome(socket(99, SOCK_STREAM, 0)); }},
    {"type-unknown", [] { return Outcome(socket(AF_UNIX, 99, 0)); }},
    {"protocol-wrong", [] { return Outcome(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP)); }},
    {"pair-carries",
     [] {
       const auto ends = Pair();
       (void)!write(ends[0], "hello", 5);
       return ReadUpTo(ends[1], 9);
     }},
    {"packets-keep-their-ends",
     [] {
       const auto ends = Pair(SOCK_SEQPACKET);
       (void)!write(ends[0], "ab", 2);
       (void)!write(ends[0], "cd", 2);
       return All({ReadUpTo(ends[1], 9), ReadUpTo(ends[1], 9)});
     }},
    {"packet-is-cut",
     [] {
       const auto ends = Pair(SOCK_DGRAM);
       (void)!write(ends[0], "abcdef", 6);
       char byte = 0;
       return Value(recv(ends[1], &byte, 1, MSG_TRUNC));
     }},
    {"peek-leaves",
     [] {
       const auto ends = Pair();
       (void)!write(ends[0], "a", 1);
       char byte = 0;
       return All({Value(recv(ends[1], &byte, 1, MSG_PEEK)), ReadUpTo(ends[1], 1)});
     }},
    {"shut-down-writing",
     [] {
       signal(SIGPIPE, SIG_IGN);
       const auto ends = Pair();
       const std::string done = Outcome(shutdown(ends[0], SHUT_WR));
       return All({done, ReadUpTo(ends[1], 1), Value(write(ends[0], "x", 1))});
     }},
    {"no-signal-on-request",
     [] {
       const auto ends = Pair();
       close(ends[1]);
       return Value(send(ends[0], "x", 1, MSG_NOSIGNAL));
     }},
    {"descriptor-is-passed",
     [] {
       const auto ends = Pair();
       const int file = NewFile("a", "passed");
       char byte = 'x';
       iovec data{&byte, 1};
       alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
       msghdr message{};
       message.msg_iov = &data;
       message.msg_iovlen = 1;
       message.msg_control = control;
       message.msg_controllen = sizeof control;
       cmsghdr* header = CMSG_FIRSTHDR(&message);
       header->cmsg_level = SOL_SOCKET;
       header->cmsg_type = SCM_RIGHTS;
       header->cmsg_len = CMSG_LEN(sizeof(int));
       std::memcpy(CMSG_DATA(header), &file, sizeof file);
       sendmsg(ends[0], &message, 0);
       close(file);
       if (recvmsg(ends[1], &message, 0) < 0) return ErrnoName(errno);
       int received = -1;
       std::memcpy(&received, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof received);
       return ReadUpTo(received, 9);
     }},
    {"credentials-of-the-peer",
     [] {
       ucred peer{};
       socklen_t size = sizeof peer;
       const int done = getsockopt(Pair()[0], SOL_SOCKET, SO_PEERCRED, &peer, &size);
       return All({Outcome(done), Flag(peer.pid == getpid()), std::to_string(peer.uid)});
     }},
    {"unix-path-taken",
     [] {
       BindUnix(socket(AF_UNIX, SOCK_STREAM, 0), "s", 2);
       return Outcome(BindUnix(socket(AF_UNIX, SOCK_STREAM, 0), "s", 2));
     }},
    {"unix-abstract",
     [] {
       const std::string first =
           Outcome(BindUnix(socket(AF_UNIX, SOCK_STREAM, 0), "\0loadline", 9));
       return All({first, Outcome(BindUnix(socket(AF_UNIX, SOCK_STREAM, 0), "\0loadline", 9))});
     }},
    {"unix-nobody-listens",
     [] {
       sockaddr_un address{};
       address.sun_family = AF_UNIX;
       std::strcpy(address.sun_path, "missing");
       return Outcome(connect(socket(AF_UNIX, SOCK_STREAM, 0),
                              reinterpret_cast<sockaddr*>(&address), sizeof address));
     }},
    {"tcp-connects",
     [] {
       const Connected both;
       (void)!write(both.client, "hi", 2);
       char bytes[8] = {};
       fcntl(both.server, F_SETFL, 0);
       const ssize_t count = read(both.server, bytes, sizeof bytes);
       return All({Value(count), bytes});
     }},
    {"tcp-refused",
     [] {
       const int fd = socket(AF_INET, SOCK_STREAM, 0);
       Bind(fd, Loopback());
       const sockaddr_in closed = NameOf(fd);
       return Outcome(Connect(socket(AF_INET, SOCK_STREAM, 0), closed));
     }},
    {"tcp-port-taken",
     [] {
       const Connected both;
       return Outcome(Bind(socket(AF_INET, SOCK_STREAM, 0), NameOf(both.listener)));
     }},
    {"tcp-not-connected",
     [] {
       signal(SIGPIPE, SIG_IGN);
       return Value(write(socket(AF_INET, SOCK_STREAM, 0), "x", 1));
     }},
    {"tcp-accept-would-block",
     [] {
       const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
       Bind(fd, Loopback());
       listen(fd, 1);
       return Outcome(accept(fd, nullptr, nullptr));
     }},
    {"tcp-reset",
     [] {
       const Connected both;
       const linger now{1, 0};
       setsockopt(both.client, SOL_SOCKET, SO_LINGER, &now, sizeof now);
       close(both.client);
       pollfd entry{both.server, POLLIN, 0};
       poll(&entry, 1, 1000);
       char byte = 0;
       return Value(read(both.server, &byte, 1));
     }},
    {"tcp-options",
     [] {
       const int fd = socket(AF_INET, SOCK_STREAM, 0);
       const int on = 1;
       const std::string done = Outcome(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
       return All({done, Value(Option(fd, IPPROTO_TCP, TCP_NODELAY)),
                   Value(Option(fd, SOL_SOCKET, SO_TYPE)),
                   Value(Option(fd, SOL_SOCKET, SO_DOMAIN))});
     }},
    {"option-unknown",
     [] { return Value(Option(socket(AF_INET, SOCK_STREAM, 0), IPPROTO_TCP, 9999)); }},
    {"udp-carries",
     [] {
       const int receiver = socket(AF_INET, SOCK_DGRAM, 0);
       Bind(receiver, Loopback());
       const sockaddr_in address = NameOf(receiver);
       const int sender = socket(AF_INET, SOCK_DGRAM, 0);
       const ssize_t sent =
           sendto(sender, "hi", 2, 0, reinterpret_cast<const sockaddr*>(&address), sizeof address);
       return All({Value(sent), ReadUpTo(receiver, 9)});
     }},
    {"udp-too-long",
     [] {
       const int fd = socket(AF_INET, SOCK_DGRAM, 0);
       const sockaddr_in address = Loopback(9);
       const std::string large(70000, 'x');
       return Value(sendto(fd, large.data(), large.size(), 0,
                           reinterpret_cast<const sockaddr*>(&address), sizeof address));
     }},
    {"low-port", [] { return Outcome(Bind(socket(AF_INET, SOCK_STREAM, 0), Loopback(81))); },
     "CAP_NET_BIND_SERVICE"},
    {"address-of-nobody",
     [] {
       sockaddr_in address = Loopback();
       address.sin_addr.s_addr = htonl(0xc6336401);  // 198.51.100.1
       return Outcome(Bind(socket(AF_INET, SOCK_STREAM, 0), address));
     }},
    {"ipv6-loopback",
     [] {
       sockaddr_in6 address{};
       address.sin6_family = AF_INET6;
       address.sin6_addr = in6addr_loopback;
       return Outcome(bind(socket(AF_INET6, SOCK_STREAM, 0),
                           reinterpret_cast<const sockaddr*>(&address), sizeof address));
     }},
    {"raw", [] { return Outcome(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)); }, "CAP_NET_RAW"},
    {"netlink", [] { return Outcome(socket(AF_NETLINK, SOCK_RAW, 0)); }},
};

}  // namespace

BehaviourArea SocketsBehaviours() {
  return {"sockets",
          "sockets in the file system and on the loopback interface",
          {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
