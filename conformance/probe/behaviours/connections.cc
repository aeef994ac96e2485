// SPDX-License-Identifier: Apache-2.0
// TCP and UDP over the loopback interface: their options, their ends, and what they are refused.
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cstring>

#include "conformance/probe/behaviours/outcome.h"

namespace loadline::probe {
namespace {

sockaddr_in Loopback(uint16_t port = 0) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

long Bind(int fd, const sockaddr_in& address = Loopback()) {
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

int Tcp(int flags = 0) { return socket(AF_INET, SOCK_STREAM | flags, 0); }
int Udp(int flags = 0) { return socket(AF_INET, SOCK_DGRAM | flags, 0); }

// Both ends of a connection, and who listened.
struct Connected {
  int listener = Tcp();
  int client = Tcp();
  int server = -1;
  Connected() {
    Bind(listener);
    listen(listener, 1);
    Connect(client, NameOf(listener));
    server = accept(listener, nullptr, nullptr);
  }
};

std::string Set(int fd, int level, int name, int value) {
  return Outcome(setsockopt(fd, level, name, &value, sizeof value));
}
std::string Get(int fd, int level, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  return getsockopt(fd, level, name, &value, &size) < 0 ? ErrnoName(errno) : std::to_string(value);
}

bool Ready(int fd, short events) {
  pollfd entry{fd, events, 0};
  return poll(&entry, 1, 1000) == 1;
}

// A port that nobody has, a moment after somebody had it.
sockaddr_in ClosedPort(int type) {
  const int fd = socket(AF_INET, type, 0);
  Bind(fd);
  const sockaddr_in address = NameOf(fd);
  close(fd);
  return address;
}

const Behaviour kBehaviours[] = {
    {"half-closed",
     [] {
       const Connected both;
       shutdown(both.client, SHUT_WR);
       const std::string end = ReadUpTo(both.server, 1);
       (void)!write(both.server, "x", 1);
       return All({end, ReadUpTo(both.client, 1)});
     }},
    {"urgent-byte",
     [] {
       const Connected both;
       send(both.client, "u", 1, MSG_OOB);
       Ready(both.server, POLLPRI);
       char byte = '-';
       return All({Value(recv(both.server, &byte, 1, MSG_OOB)), std::string(1, byte)});
     }},
    {"connecting-takes-a-moment",
     [] {
       const int listener = Tcp();
       Bind(listener);
       listen(listener, 1);
       const int client = Tcp(SOCK_NONBLOCK);
       const std::string first = Outcome(Connect(client, NameOf(listener)));
       Ready(client, POLLOUT);
       return All({first, Get(client, SOL_SOCKET, SO_ERROR)});
     }},
    {"connecting-again",
     [] {
       const Connected both;
       return Outcome(Connect(both.client, NameOf(both.listener)));
     }},
    {"error-is-told-once",
     [] {
       const int client = Tcp(SOCK_NONBLOCK);
       Connect(client, ClosedPort(SOCK_STREAM));
       Ready(client, POLLOUT);
       return All({Get(client, SOL_SOCKET, SO_ERROR), Get(client, SOL_SOCKET, SO_ERROR)});
     }},
    {"state-of-a-connection",
     [] {
       const Connected both;
       tcp_info information{};
       socklen_t size = sizeof information;
       const int done = getsockopt(both.client, IPPROTO_TCP, TCP_INFO, &information, &size);
       return All({Outcome(done), std::to_string(information.tcpi_state)});
     }},
    {"keeping-alive",
     [] {
       const int fd = Tcp();
       return All({Set(fd, SOL_SOCKET, SO_KEEPALIVE, 1), Set(fd, IPPROTO_TCP, TCP_KEEPIDLE, 7),
                   Get(fd, IPPROTO_TCP, TCP_KEEPIDLE), Set(fd, IPPROTO_TCP, TCP_KEEPIDLE, 0)});
     }},
    {"patience-with-a-silent-peer",
     [] {
       const int fd = Tcp();
       return All(
           {Set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, 1000), Get(fd, IPPROTO_TCP, TCP_USER_TIMEOUT)});
     }},
    // As the kernel was configured.
    {"congestion-control",
     [] {
       char name[16] = {};
       socklen_t size = sizeof name;
       const int done = getsockopt(Tcp(), IPPROTO_TCP, TCP_CONGESTION, name, &size);
       return All({Outcome(done), name});
     },
     kOfTheKernel},
    {"lingering",
     [] {
       const int fd = Tcp();
       const linger wanted{1, 5};
       setsockopt(fd, SOL_SOCKET, SO_LINGER, &wanted, sizeof wanted);
       linger seen{};
       socklen_t size = sizeof seen;
       getsockopt(fd, SOL_SOCKET, SO_LINGER, &seen, &size);
       return All({std::to_string(seen.l_onoff), std::to_string(seen.l_linger)});
     }},
    {"port-shared-by-listeners",
     [] {
       const int first = Tcp();
       const int second = Tcp();
       Set(first, SOL_SOCKET, SO_REUSEPORT, 1);
       Set(second, SOL_SOCKET, SO_REUSEPORT, 1);
       Bind(first);
       const sockaddr_in address = NameOf(first);
       return All({Outcome(Bind(second, address)), Outcome(listen(first, 1)),
                   Outcome(listen(second, 1)), Outcome(Bind(Tcp(), address))});
     }},
    {"hang-up-of-the-peer",
     [] {
       const Connected both;
       const int epoll = epoll_create1(0);
       epoll_event event{EPOLLIN | EPOLLRDHUP, {}};
       epoll_ctl(epoll, EPOLL_CTL_ADD, both.server, &event);
       shutdown(both.client, SHUT_WR);
       const std::string count = Value(epoll_wait(epoll, &event, 1, 1000));
       return All({count, std::to_string(event.events)});
     }},
    {"device-chosen-by-name",
     [] {
       const int fd = Tcp();
       return All({Outcome(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 2)),
                   Outcome(setsockopt(Tcp(), SOL_SOCKET, SO_BINDTODEVICE, "missing", 7))});
     }},
    {"number-of-the-loopback", [] { return std::to_string(if_nametoindex("lo")); }},
    {"mark-of-packets", [] { return Set(Tcp(), SOL_SOCKET, SO_MARK, 7); }, "CAP_NET_ADMIN"},
    {"priority", [] { return Set(Tcp(), SOL_SOCKET, SO_PRIORITY, 6); }},
    {"priority-above-all", [] { return Set(Tcp(), SOL_SOCKET, SO_PRIORITY, 7); }, "CAP_NET_ADMIN"},
    {"buffer-beyond-the-limit", [] { return Set(Tcp(), SOL_SOCKET, SO_RCVBUFFORCE, 65536); },
     "CAP_NET_ADMIN"},
    {"transparent", [] { return Set(Tcp(), IPPROTO_IP, IP_TRANSPARENT, 1); }, "CAP_NET_ADMIN"},
    {"datagram-that-nobody-takes",
     [] {
       const int fd = Udp();
       Connect(fd, ClosedPort(SOCK_DGRAM));
       (void)!write(fd, "x", 1);
       Ready(fd, POLLIN);
       return ReadUpTo(fd, 1);
     }},
    {"datagrams-of-others-are-not-heard",
     [] {
       const int fd = Udp(SOCK_NONBLOCK);
       Bind(fd);
       Connect(fd, Loopback(9));
       const sockaddr_in address = NameOf(fd);
       const std::string sent = Value(
           sendto(Udp(), "x", 1, 0, reinterpret_cast<const sockaddr*>(&address), sizeof address));
       return All({sent, ReadUpTo(fd, 1)});
     }},
    {"datagrams-lose-their-peer",
     [] {
       const int fd = Udp();
       Connect(fd, Loopback(9));
       sockaddr nobody{};
       nobody.sa_family = AF_UNSPEC;
       return All({Outcome(connect(fd, &nobody, sizeof nobody)), Value(send(fd, "x", 1, 0))});
     }},
    {"datagram-of-nothing",
     [] {
       const int receiver = Udp();
       Bind(receiver);
       const int sender = Udp();
       Connect(sender, NameOf(receiver));
       return All({Value(send(sender, "", 0, 0)), ReadUpTo(receiver, 9)});
     }},
    {"datagram-is-cut",
     [] {
       const int receiver = Udp();
       Bind(receiver);
       const int sender = Udp();
       Connect(sender, NameOf(receiver));
       (void)!write(sender, "abcdef", 6);
       char byte = 0;
       return Value(recv(receiver, &byte, 1, MSG_TRUNC));
     }},
    {"datagrams-to-all",
     [] {
       const int fd = Udp();
       sockaddr_in all = Loopback(9);
       all.sin_addr.s_addr = htonl(0x7fffffff);  // 127.255.255.255
       const std::string before = Outcome(Connect(fd, all));
       return All({before, Set(fd, SOL_SOCKET, SO_BROADCAST, 1), Outcome(Connect(fd, all))});
     }},
    {"datagram-tells-its-way",
     [] {
       const int receiver = Udp();
       Bind(receiver);
       Set(receiver, IPPROTO_IP, IP_PKTINFO, 1);
       const int sender = Udp();
       Connect(sender, NameOf(receiver));
       (void)!write(sender, "x", 1);
       char byte = 0;
       iovec data{&byte, 1};
       alignas(cmsghdr) char control[256] = {};
       msghdr message{};
       message.msg_iov = &data;
       message.msg_iovlen = 1;
       message.msg_control = control;
       message.msg_controllen = sizeof control;
       if (recvmsg(receiver, &message, 0) < 0) return ErrnoName(errno);
       const cmsghdr* part = CMSG_FIRSTHDR(&message);
       if (part == nullptr) return std::string("nothing");
       in_pktinfo way{};
       std::memcpy(&way, CMSG_DATA(part), sizeof way);
       char text[INET_ADDRSTRLEN] = {};
       return All(
           {inet_ntop(AF_INET, &way.ipi_addr, text, sizeof text), std::to_string(way.ipi_ifindex)});
     }},
    {"port-shared-by-receivers",
     [] {
       const int first = Udp();
       const int second = Udp();
       Bind(first);
       const sockaddr_in address = NameOf(first);
       const std::string before = Outcome(Bind(second, address));
       Set(first, SOL_SOCKET, SO_REUSEADDR, 1);
       Set(second, SOL_SOCKET, SO_REUSEADDR, 1);
       return All({before, Outcome(Bind(second, address))});
     }},
    {"time-to-live",
     [] {
       const int fd = Udp();
       return All({Set(fd, IPPROTO_IP, IP_TTL, 5), Get(fd, IPPROTO_IP, IP_TTL),
                   Set(fd, IPPROTO_IP, IP_TTL, 300)});
     }},
    {"group-is-joined-once",
     [] {
       const int fd = Udp();
       ip_mreq group{};
       group.imr_multiaddr.s_addr = htonl(0xef010203);  // 239.1.2.3
       group.imr_interface.s_addr = htonl(INADDR_LOOPBACK);
       const auto join = [&] {
         return Outcome(setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group));
       };
       return All({join(), join()});
     }},
    {"both-families-on-one-socket",
     [] {
       const int listener = socket(AF_INET6, SOCK_STREAM, 0);
       sockaddr_in6 any{};
       any.sin6_family = AF_INET6;
       bind(listener, reinterpret_cast<sockaddr*>(&any), sizeof any);
       socklen_t size = sizeof any;
       getsockname(listener, reinterpret_cast<sockaddr*>(&any), &size);
       listen(listener, 1);
       return Outcome(Connect(Tcp(), Loopback(ntohs(any.sin6_port))));
     }},
    {"pings-of-everybody", [] { return Outcome(socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP)); }},
    {"packets-as-they-are", [] { return Outcome(socket(AF_PACKET, SOCK_RAW, 0)); }, "CAP_NET_RAW"},
};

}  // namespace

BehaviourArea ConnectionsBehaviours() {
  return {"connections",
          "TCP and UDP over the loopback interface",
          {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
