// SPDX-License-Identifier: Apache-2.0
// Work that is handed to the kernel and asked for later: io_uring and its elder, asynchronous I/O.
// Where a host lets nobody make rings, every answer here is that refusal.
#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <array>
#include <functional>

#include "conformance/probe/behaviours/outcome.h"

namespace loadline::probe {
namespace {

// A ring of a few entries whose answers are taken one by one.
class Ring {
 public:
  Ring() {
    io_uring_params parameters{};
    fd_ = static_cast<int>(syscall(SYS_io_uring_setup, 4, &parameters));
    why_not_ = fd_ < 0 ? ErrnoName(errno) : "";
    if (fd_ < 0) return;
    const io_sqring_offsets& sent = parameters.sq_off;
    const io_cqring_offsets& done = parameters.cq_off;
    submission_ = Map(sent.array + parameters.sq_entries * sizeof(unsigned), IORING_OFF_SQ_RING);
    completion_ = Map(done.cqes + parameters.cq_entries * sizeof(io_uring_cqe), IORING_OFF_CQ_RING);
    entries_ = reinterpret_cast<io_uring_sqe*>(
        Map(parameters.sq_entries * sizeof(io_uring_sqe), IORING_OFF_SQES));
    offsets_ = parameters;
  }

  int fd() const { return fd_; }
  const std::string& why_not() const { return why_not_; }

  // Puts one entry at the end of what is handed over next.
  io_uring_sqe& Put(uint8_t operation, int fd) {
    unsigned* tail = At(submission_, offsets_.sq_off.tail);
    const unsigned index = *tail & *At(submission_, offsets_.sq_off.ring_mask);
    At(submission_, offsets_.sq_off.array)[index] = index;
    __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
    ++pending_;
    entries_[index] = {};
    entries_[index].opcode = operation;
    entries_[index].fd = fd;
    return entries_[index];
  }

  // Hands over what there is and waits for as many answers: "4, EBADF".
  std::string Submit() {
    const long count =
        syscall(SYS_io_uring_enter, fd_, pending_, pending_, IORING_ENTER_GETEVENTS, nullptr, 0);
    if (count < 0) return ErrnoName(errno);
    pending_ = 0;
    std::string answers;
    unsigned* head = At(completion_, offsets_.cq_off.head);
    const auto* results = reinterpret_cast<const io_uring_cqe*>(completion_ + offsets_.cq_off.cqes);
    while (*head != __atomic_load_n(At(completion_, offsets_.cq_off.tail), __ATOMIC_ACQUIRE)) {
      const int result = results[*head & *At(completion_, offsets_.cq_off.ring_mask)].res;
      const std::string text = result < 0 ? ErrnoName(-result) : std::to_string(result);
      answers += (answers.empty() ? "" : ", ") + text;
      __atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
    }
    return answers;
  }

 private:
  char* Map(size_t size, off_t offset) const {
    void* memory =
        mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd_, offset);
    return static_cast<char*>(memory);
  }
  static unsigned* At(char* ring, unsigned offset) {
    return reinterpret_cast<unsigned*>(ring + offset);
  }

  int fd_ = -1;
  std::string why_not_;
  char* submission_ = nullptr;
  char* completion_ = nullptr;
  io_uring_sqe* entries_ = nullptr;
  io_uring_params offsets_{};
  unsigned pending_ = 0;
};

// What a ring says after `puts`, or why there is none.
std::string OfRing(const std::function<void(Ring&)>& puts) {
  Ring ring;
  if (!ring.why_not().empty()) return ring.why_not();
  puts(ring);
  return ring.Submit();
}

io_uring_sqe& PutTransfer(Ring& ring, uint8_t operation, int fd, const char* bytes, unsigned size) {
  io_uring_sqe& entry = ring.Put(operation, fd);
  entry.addr = reinterpret_cast<uint64_t>(bytes);
  entry.len = size;
  return entry;
}

// One transfer of the elder kind, done to its end: "submitted, result".
std::string OfElder(uint16_t operation, int fd, const char* bytes, unsigned size) {
  aio_context_t context = 0;
  if (syscall(SYS_io_setup, 1, &context) != 0) return ErrnoName(errno);
  iocb request{};
  request.aio_lio_opcode = operation;
  request.aio_fildes = static_cast<uint32_t>(fd);
  request.aio_buf = reinterpret_cast<uint64_t>(bytes);
  request.aio_nbytes = size;
  iocb* requests[] = {&request};
  const std::string submitted = Value(syscall(SYS_io_submit, context, 1, requests));
  if (submitted != "1") return submitted;
  io_event event{};
  const std::string got = Value(syscall(SYS_io_getevents, context, 1, 1, &event, nullptr));
  return All({submitted, got, std::to_string(event.res)});
}

const Behaviour kBehaviours[] = {
    {"made",
     [] {
       io_uring_params parameters{};
       return Outcome(syscall(SYS_io_uring_setup, 4, &parameters));
     },
     "CAP_SYS_ADMIN"},
    {"made-without-entries",
     [] {
       io_uring_params parameters{};
       return Outcome(syscall(SYS_io_uring_setup, 0, &parameters));
     },
     "CAP_SYS_ADMIN"},
    {"nothing-to-do",
     [] {
       return OfRing([](Ring& ring) {
         ring.Put(IORING_OP_NOP, -1);
         ring.Put(IORING_OP_NOP, -1);
       });
     },
     "CAP_SYS_ADMIN"},
    {"reads-a-file",
     [] {
       std::array<char, 8> bytes{};
       const std::string answer = OfRing([&](Ring& ring) {
         PutTransfer(ring, IORING_OP_READ, NewFile("a", "abc"), bytes.data(), 8);
       });
       return All({answer, bytes.data()});
     },
     "CAP_SYS_ADMIN"},
    {"writes-and-then-reads",
     [] {
       std::array<char, 8> bytes{};
       const std::string answer = OfRing([&](Ring& ring) {
         const int fd = NewFile("a");
         PutTransfer(ring, IORING_OP_WRITE, fd, "abc", 3).flags = IOSQE_IO_LINK;
         PutTransfer(ring, IORING_OP_READ, fd, bytes.data(), 8).off = 1;
       });
       return All({answer, bytes.data()});
     },
     "CAP_SYS_ADMIN"},
    {"link-breaks",
     [] {
       return OfRing([](Ring& ring) {
         PutTransfer(ring, IORING_OP_WRITE, 999, "abc", 3).flags = IOSQE_IO_LINK;
         ring.Put(IORING_OP_NOP, -1);
       });
     },
     "CAP_SYS_ADMIN"},
    {"operation-unknown", [] { return OfRing([](Ring& ring) { ring.Put(250, -1); }); },
     "CAP_SYS_ADMIN"},
    {"time-passes",
     [] {
       static const int64_t brief[2] = {0, 1000000};
       return OfRing([](Ring& ring) {
         PutTransfer(ring, IORING_OP_TIMEOUT, -1, reinterpret_cast<const char*>(brief), 1);
       });
     },
     "CAP_SYS_ADMIN"},
    {"registers-what-is-unknown",
     [] {
       const Ring ring;
       if (!ring.why_not().empty()) return ring.why_not();
       return Outcome(syscall(SYS_io_uring_register, ring.fd(), 9999, nullptr, 0));
     },
     "CAP_SYS_ADMIN"},
    {"what-is-no-ring",
     [] { return Value(syscall(SYS_io_uring_enter, NewFile("a"), 1, 0, 0, nullptr, 0)); }},
    {"elder-without-entries",
     [] {
       aio_context_t context = 0;
       return Outcome(syscall(SYS_io_setup, 0, &context));
     }},
    {"elder-reads-a-file",
     [] {
       std::array<char, 8> bytes{};
       const std::string answer = OfElder(IOCB_CMD_PREAD, NewFile("a", "abc"), bytes.data(), 8);
       return All({answer, bytes.data()});
     }},
    {"elder-writes-a-file",
     [] {
       const int fd = NewFile("a");
       return All({OfElder(IOCB_CMD_PWRITE, fd, "abc", 3), ReadUpTo(fd, 9)});
     }},
    {"elder-with-a-bad-descriptor", [] { return OfElder(IOCB_CMD_PREAD, 999, nullptr, 0); }},
    {"elder-of-nobody", [] { return Outcome(syscall(SYS_io_destroy, aio_context_t{0})); }},
};

}  // namespace

BehaviourArea RingsBehaviours() {
  return {
      "rings", "io_uring and asynchronous I/O", {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
