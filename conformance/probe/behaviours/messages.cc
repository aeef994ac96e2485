// SPDX-License-Identifier: Apache-2.0
// Unix sockets: what travels beside the bytes, where messages end, and how a conversation does.
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <cstring>
#include <vector>

#include "conformance/probe/behaviours/outcome.h"

namespace loadline::probe {
namespace {

constexpr int kPeerDescriptor = 77;  // SO_PEERPIDFD

std::array<int, 2> Pair(int type = SOCK_STREAM | SOCK_NONBLOCK) {
  std::array<int, 2> ends{-1, -1};
  socketpair(AF_UNIX, type, 0, ends.data());
  return ends;
}

// A message of one byte with something beside it.
struct Letter {
  char byte = 'x';
  iovec data{&byte, 1};
  alignas(cmsghdr) std::array<char, 4096> room{};
  msghdr header{};

  explicit Letter(size_t control) {
    header.msg_iov = &data;
    header.msg_iovlen = 1;
    header.msg_control = room.data();
    header.msg_controllen = control;
  }
  template <class T>
  void Put(int type, const T* items, size_t count) {
    cmsghdr* part = CMSG_FIRSTHDR(&header);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = type;
    part->cmsg_len = CMSG_LEN(sizeof(T) * count);
    std::memcpy(CMSG_DATA(part), items, sizeof(T) * count);
  }
  // The descriptors that came.
  std::vector<int> Descriptors() const {
    const cmsghdr* part = CMSG_FIRSTHDR(&header);
    if (part == nullptr || part->cmsg_type != SCM_RIGHTS) return {};
    std::vector<int> came((part->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    std::memcpy(came.data(), CMSG_DATA(part), came.size() * sizeof(int));
    return came;
  }
};

long SendDescriptors(int socket, const std::vector<int>& descriptors) {
  Letter letter(CMSG_SPACE(sizeof(int) * descriptors.size()));
  letter.Put(SCM_RIGHTS, descriptors.data(), descriptors.size());
  return sendmsg(socket, &letter.header, 0);
}

std::string SendCredentials(pid_t pid, uid_t uid) {
  const auto ends = Pair();
  const int on = 1;
  setsockopt(ends[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
  Letter sent(CMSG_SPACE(sizeof(ucred)));
  const ucred claimed{pid, uid, getgid()};
  sent.Put(SCM_CREDENTIALS, &claimed, 1);
  if (sendmsg(ends[0], &sent.header, 0) < 0) return ErrnoName(errno);
  Letter received(CMSG_SPACE(sizeof(ucred)));
  if (recvmsg(ends[1], &received.header, 0) < 0) return ErrnoName(errno);
  const cmsghdr* part = CMSG_FIRSTHDR(&received.header);
  if (part == nullptr || part->cmsg_type != SCM_CREDENTIALS) return "nothing";
  ucred told{};
  std::memcpy(&told, CMSG_DATA(part), sizeof told);
  return All({Flag(told.pid == pid), Flag(told.uid == uid)});
}

sockaddr_un Address(const char* path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  return address;
}
long Bind(int fd, const char* path) {
  const sockaddr_un address = Address(path);
  return bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}
long Connect(int fd, const char* path) {
  const sockaddr_un address = Address(path);
  return connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}
int NewSocket(int type = SOCK_STREAM) { return socket(AF_UNIX, type | SOCK_NONBLOCK, 0); }

const Behaviour kBehaviours[] = {
    {"several-descriptors-at-once",
     [] {
       const auto ends = Pair();
       const int one = NewFile("a", "1");
       const int two = NewFile("b", "2");
       const std::string sent = Value(SendDescriptors(ends[0], {one, two, one}));
       Letter letter(256);
       recvmsg(ends[1], &letter.header, 0);
       const std::vector<int> came = letter.Descriptors();
       if (came.size() != 3) return std::to_string(came.size());
       return All({sent, ReadUpTo(came[1], 1), ReadUpTo(came[0], 1), ReadUpTo(came[2], 1)});
     }},
    {"too-many-descriptors",
     [] {
       const int file = NewFile("a");
       return All({Value(SendDescriptors(Pair()[0], std::vector<int>(253, file))),
                   Value(SendDescriptors(Pair()[0], std::vector<int>(254, file)))});
     }},
    {"descriptor-that-is-none", [] { return Value(SendDescriptors(Pair()[0], {999})); }},
    {"descriptor-comes-closed-on-exec",
     [] {
       const auto ends = Pair();
       SendDescriptors(ends[0], {NewFile("a")});
       Letter letter(256);
       recvmsg(ends[1], &letter.header, MSG_CMSG_CLOEXEC);
       const std::vector<int> came = letter.Descriptors();
       return came.empty() ? "none" : Value(fcntl(came[0], F_GETFD));
     }},
    {"descriptors-without-room",
     [] {
       const auto ends = Pair();
       const int file = NewFile("a");
       SendDescriptors(ends[0], {file, file});
       Letter letter(CMSG_LEN(sizeof(int)));
       const std::string count = Value(recvmsg(ends[1], &letter.header, 0));
       return All({count, Flag((letter.header.msg_flags & MSG_CTRUNC) != 0),
                   std::to_string(letter.Descriptors().size())});
     }},
    {"descriptor-outlives-its-sender",
     [] {
       const auto ends = Pair();
       const int file = NewFile("a", "kept");
       unlink("a");
       SendDescriptors(ends[0], {file});
       close(file);
       close(ends[0]);
       Letter letter(256);
       recvmsg(ends[1], &letter.header, 0);
       const std::vector<int> came = letter.Descriptors();
       return came.empty() ? "none" : ReadUpTo(came[0], 9);
     }},
    {"descriptor-is-peeked-at",
     [] {
       const auto ends = Pair();
       SendDescriptors(ends[0], {NewFile("a", "ab")});
       Letter first(256);
       Letter second(256);
       recvmsg(ends[1], &first.header, MSG_PEEK);
       recvmsg(ends[1], &second.header, 0);
       const std::vector<int> one = first.Descriptors();
       const std::vector<int> two = second.Descriptors();
       return one.empty() || two.empty() ? "none" : All({ReadUpTo(one[0], 1), ReadUpTo(two[0], 1)});
     }},
    {"credentials-of-its-own", [] { return SendCredentials(getpid(), getuid()); }},
    {"credentials-of-another-process", [] { return SendCredentials(getppid(), getuid()); },
     "CAP_SYS_ADMIN"},
    {"credentials-of-another-user", [] { return SendCredentials(getpid(), 7); }, "CAP_SETUID"},
    {"credentials-nobody-asked-for",
     [] {
       const auto ends = Pair();
       (void)!write(ends[0], "x", 1);
       Letter letter(256);
       recvmsg(ends[1], &letter.header, 0);
       return Flag(CMSG_FIRSTHDR(&letter.header) != nullptr);
     }},
    // Since Linux 6.5.
    {"peer-as-a-descriptor",
     [] {
       int fd = -1;
       socklen_t size = sizeof fd;
       return Outcome(getsockopt(Pair()[0], SOL_SOCKET, kPeerDescriptor, &fd, &size));
     },
     kOfTheKernel},
    {"waiting-for-all-of-it",
     [] {
       const auto ends = Pair(SOCK_STREAM);
       const pid_t pid = fork();
       if (pid == 0) {
         (void)!write(ends[0], "ab", 2);
         sched_yield();
         (void)!write(ends[0], "cd", 2);
         _exit(0);
       }
       char bytes[5] = {};
       return All({Value(recv(ends[1], bytes, 4, MSG_WAITALL)), bytes});
     }},
    {"cut-message-is-marked",
     [] {
       const auto ends = Pair(SOCK_DGRAM | SOCK_NONBLOCK);
       (void)!write(ends[0], "abc", 3);
       Letter letter(0);
       const std::string count = Value(recvmsg(ends[1], &letter.header, 0));
       return All({count, Flag((letter.header.msg_flags & MSG_TRUNC) != 0)});
     }},
    {"many-messages-in-one-call",
     [] {
       const auto ends = Pair(SOCK_SEQPACKET | SOCK_NONBLOCK);
       std::array<char, 3> bytes{'a', 'b', 'c'};
       std::array<iovec, 3> parts{};
       std::array<mmsghdr, 3> messages{};
       for (size_t i = 0; i < 3; ++i) {
         parts[i] = {&bytes[i], 1};
         messages[i].msg_hdr.msg_iov = &parts[i];
         messages[i].msg_hdr.msg_iovlen = 1;
       }
       const std::string sent = Value(sendmmsg(ends[0], messages.data(), 3, 0));
       bytes = {'-', '-', '-'};
       const std::string received = Value(recvmmsg(ends[1], messages.data(), 3, 0, nullptr));
       return All({sent, received, std::string(bytes.data(), bytes.size())});
     }},
    {"byte-out-of-turn",
     [] {
       const auto ends = Pair();
       const std::string sent = Value(send(ends[0], "u", 1, MSG_OOB));
       char byte = '-';
       return All({sent, Value(recv(ends[1], &byte, 1, MSG_OOB)), std::string(1, byte)});
     }},
    {"mailbox-is-full",
     [] {
       const auto ends = Pair(SOCK_DGRAM | SOCK_NONBLOCK);
       const std::string letter(4096, 'x');
       while (send(ends[0], letter.data(), letter.size(), 0) > 0) {
       }
       return ErrnoName(errno);
     }},
    {"message-to-nobody", [] { return Value(send(NewSocket(SOCK_DGRAM), "x", 1, 0)); }},
    {"message-names-its-sender",
     [] {
       const int sender = NewSocket(SOCK_DGRAM);
       const int receiver = NewSocket(SOCK_DGRAM);
       Bind(sender, "sender");
       Bind(receiver, "receiver");
       Connect(sender, "receiver");
       (void)!write(sender, "x", 1);
       char byte = 0;
       sockaddr_un from{};
       socklen_t size = sizeof from;
       const ssize_t count =
           recvfrom(receiver, &byte, 1, 0, reinterpret_cast<sockaddr*>(&from), &size);
       return All({Value(count), from.sun_path});
     }},
    {"conversation-through-a-path",
     [] {
       const int listener = NewSocket(SOCK_SEQPACKET);
       Bind(listener, "s");
       listen(listener, 1);
       const int client = NewSocket(SOCK_SEQPACKET);
       const std::string connected = Outcome(Connect(client, "s"));
       (void)!write(client, "hi", 2);
       return All({connected, ReadUpTo(accept(listener, nullptr, nullptr), 9)});
     }},
    {"what-cannot-be-talked-to",
     [] {
       NewFile("file");
       Bind(NewSocket(), "silent");
       Bind(NewSocket(SOCK_DGRAM), "mailbox");
       return All({Outcome(Connect(NewSocket(), "file")), Outcome(Connect(NewSocket(), "silent")),
                   Outcome(Connect(NewSocket(), "mailbox")),
                   Outcome(listen(NewSocket(SOCK_DGRAM), 1)), Outcome(open("silent", O_RDONLY))});
     }},
    {"listener-with-a-long-queue",
     [] {
       const int listener = NewSocket();
       Bind(listener, "s");
       listen(listener, 1);
       int count = 0;
       while (count < 9 && Connect(NewSocket(), "s") == 0) ++count;
       return All({std::to_string(count), ErrnoName(errno)});
     }},
    {"address-that-is-chosen",
     [] {
       const int fd = NewSocket();
       sockaddr_un address{};
       address.sun_family = AF_UNIX;
       const std::string bound =
           Outcome(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(sa_family_t)));
       socklen_t size = sizeof address;
       getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
       return All({bound, std::to_string(size), std::to_string(address.sun_path[0])});
     }},
    {"shut-down-reading",
     [] {
       const auto ends = Pair();
       const std::string done = Outcome(shutdown(ends[0], SHUT_RD));
       return All({done, Value(send(ends[1], "x", 1, MSG_NOSIGNAL)), ReadUpTo(ends[0], 1)});
     }},
    {"shut-down-what-is-not-connected",
     [] {
       return All({Outcome(shutdown(NewSocket(), SHUT_RD)), Outcome(shutdown(Pair()[0], 99))});
     }},
    {"pair-of-another-family",
     [] {
       std::array<int, 2> ends{};
       return Outcome(socketpair(AF_INET, SOCK_STREAM, 0, ends.data()));
     }},
    {"bytes-on-their-way",
     [] {
       const auto ends = Pair();
       (void)!write(ends[0], "abc", 3);
       int waiting = -1;
       return All({Outcome(ioctl(ends[1], FIONREAD, &waiting)), std::to_string(waiting)});
     }},
    {"patience-has-an-end",
     [] {
       const auto ends = Pair(SOCK_STREAM);
       const timeval brief{0, 5000};
       setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &brief, sizeof brief);
       return ReadUpTo(ends[0], 1);
     }},
    {"buffer-is-doubled",
     [] {
       const auto ends = Pair();
       const int wanted = 8192;
       setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &wanted, sizeof wanted);
       int size = 0;
       socklen_t length = sizeof size;
       getsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &size, &length);
       return std::to_string(size);
     }},
};

}  // namespace

BehaviourArea MessagesBehaviours() {
  return {"messages",
          "unix sockets: descriptors, credentials, ends of messages",
          {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
