// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/stat.h>

#include <array>

#include "conformance/probe/behaviours/outcome.h"

namespace loadline::probe {
namespace {

std::array<int, 2> NewPipe(int flags = O_NONBLOCK) {
  std::array<int, 2> ends{-1, -1};
  (void)!pipe2(ends.data(), flags);
  return ends;
}

// As many bytes as it takes.
long Fill(int fd) {
  const std::string block(4096, 'x');
  long total = 0;
  while (true) {
    const ssize_t count = write(fd, block.data(), block.size());
    if (count <= 0) return total;
    total += count;
  }
}

std::string Events(int fd, short events) {
  pollfd entry{fd, events, 0};
  const int count = poll(&entry, 1, 0);
  return std::to_string(count) + "/" + std::to_string(entry.revents);
}

const Behaviour kBehaviours[] = {
    {"empty", [] { return ReadUpTo(NewPipe()[0], 1); }},
    {"end-of-file",
     [] {
       const auto ends = NewPipe();
       close(ends[1]);
       return ReadUpTo(ends[0], 1);
     }},
    {"broken",
     [] {
       signal(SIGPIPE, SIG_IGN);
       const auto ends = NewPipe();
       close(ends[0]);
       return Value(write(ends[1], "x", 1));
     }},
    {"broken-ends",
     [] {
       signal(SIGPIPE, SIG_DFL);
       const auto ends = NewPipe();
       close(ends[0]);
       return EndOfChild([&] { (void)!write(ends[1], "x", 1); });
     }},
    {"capacity", [] { return std::to_string(Fill(NewPipe()[1])); }},
    {"full",
     [] {
       const auto ends = NewPipe();
       Fill(ends[1]);
       return Value(write(ends[1], "x", 1));
     }},
    {"resized",
     [] {
       const auto ends = NewPipe();
       const std::string size = Value(fcntl(ends[1], F_SETPIPE_SZ, 4096));
       return All({size, std::to_string(Fill(ends[1]))});
     }},
    {"bytes-waiting",
     [] {
       const auto ends = NewPipe();
       (void)!write(ends[1], "abc", 3);
       int waiting = -1;
       ioctl(ends[0], FIONREAD, &waiting);
       return std::to_string(waiting);
     }},
    {"wrong-end",
     [] {
       const auto ends = NewPipe();
       return All({Value(write(ends[0], "x", 1)), ReadUpTo(ends[1], 1)});
     }},
    {"no-seeking", [] { return Value(lseek(NewPipe()[0], 0, SEEK_SET)); }},
    {"readable",
     [] {
       const auto ends = NewPipe();
       const std::string before = Events(ends[0], POLLIN);
       (void)!write(ends[1], "x", 1);
       return All({before, Events(ends[0], POLLIN)});
     }},
    {"hang-up",
     [] {
       const auto ends = NewPipe();
       close(ends[1]);
       return Events(ends[0], POLLIN);
     }},
    {"error-of-writer",
     [] {
       const auto ends = NewPipe();
       close(ends[0]);
       return Events(ends[1], POLLOUT);
     }},
    {"poll-of-closed", [] { return Events(999, POLLIN); }},
    {"select",
     [] {
       const auto ends = NewPipe();
       fd_set set;
       FD_ZERO(&set);
       FD_SET(ends[0], &set);
       timeval none{0, 0};
       const int before = select(ends[0] + 1, &set, nullptr, nullptr, &none);
       (void)!write(ends[1], "x", 1);
       FD_SET(ends[0], &set);
       return All({Value(before), Value(select(ends[0] + 1, &set, nullptr, nullptr, &none))});
     }},
    {"splice",
     [] {
       const auto ends = NewPipe();
       const int fd = NewFile("a", "abcdef");
       return All({Value(splice(fd, nullptr, ends[1], nullptr, 4, 0)), ReadUpTo(ends[0], 9)});
     }},
    {"tee",
     [] {
       const auto first = NewPipe();
       const auto second = NewPipe();
       (void)!write(first[1], "abc", 3);
       const std::string done = Value(tee(first[0], second[1], 10, 0));
       return All({done, ReadUpTo(first[0], 9), ReadUpTo(second[0], 9)});
     }},
    {"packets",
     [] {
       const auto ends = NewPipe(O_NONBLOCK | O_DIRECT);
       (void)!write(ends[1], "ab", 2);
       (void)!write(ends[1], "cd", 2);
       return ReadUpTo(ends[0], 9);
     }},
    {"fifo-without-reader",
     [] {
       mkfifo("f", 0600);
       return Outcome(open("f", O_WRONLY | O_NONBLOCK));
     }},
    {"fifo",
     [] {
       mkfifo("f", 0600);
       const int reader = open("f", O_RDONLY | O_NONBLOCK);
       const int writer = open("f", O_WRONLY | O_NONBLOCK);
       (void)!write(writer, "hi", 2);
       return ReadUpTo(reader, 9);
     }},
    {"size-is-rounded",
     [] {
       const auto ends = NewPipe();
       const std::string rounded = Value(fcntl(ends[1], F_SETPIPE_SZ, 5000));
       return All({rounded, Value(fcntl(ends[0], F_GETPIPE_SZ))});
     }},
    {"size-below-what-is-there",
     [] {
       const auto ends = NewPipe();
       Fill(ends[1]);
       return Outcome(fcntl(ends[1], F_SETPIPE_SZ, 4096));
     }},
    {"size-beyond-the-limit", [] { return Outcome(fcntl(NewPipe()[1], F_SETPIPE_SZ, 1 << 30)); },
     "CAP_SYS_RESOURCE"},
    {"small-write-is-whole-or-not",
     [] {
       const auto ends = NewPipe();
       Fill(ends[1]);
       const std::string small(4096, 'y');
       const std::string before = Value(write(ends[1], small.data(), small.size()));
       ReadUpTo(ends[0], 4095);
       const std::string less = Value(write(ends[1], small.data(), small.size()));
       ReadUpTo(ends[0], 1);
       return All({before, less, Value(write(ends[1], small.data(), small.size()))});
     }},
    {"large-write-is-cut",
     [] {
       const auto ends = NewPipe();
       fcntl(ends[1], F_SETPIPE_SZ, 8192);
       const std::string large(20000, 'y');
       return Value(write(ends[1], large.data(), large.size()));
     }},
    {"packet-is-cut",
     [] {
       const auto ends = NewPipe(O_NONBLOCK | O_DIRECT);
       (void)!write(ends[1], "abcd", 4);
       return All({ReadUpTo(ends[0], 2), ReadUpTo(ends[0], 9)});
     }},
    {"fifo-of-one-process",
     [] {
       mkfifo("f", 0600);
       const int both = open("f", O_RDWR | O_NONBLOCK);
       (void)!write(both, "hi", 2);
       return All({ReadUpTo(both, 9), ReadUpTo(both, 9)});
     }},
    {"fifo-opened-through-proc",
     [] {
       const auto ends = NewPipe();
       const int writer =
           open(("/proc/self/fd/" + std::to_string(ends[0])).c_str(), O_WRONLY | O_NONBLOCK);
       (void)!write(writer, "hi", 2);
       return ReadUpTo(ends[0], 9);
     }},
};

}  // namespace

BehaviourArea PipesBehaviours() {
  return {"pipes",
          "pipes, fifos and waiting for them",
          {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
