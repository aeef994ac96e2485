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
};

}  // namespace

BehaviourArea PipesBehaviours() {
  return {"pipes",
          "pipes, fifos and waiting for them",
          {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
