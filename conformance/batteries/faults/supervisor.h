// SPDX-License-Identifier: Apache-2.0
// Supervisor: who is asked about the system calls of watched programs (probe/launch.h), answers
// that they may be made, and lets one of them go wrong.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace loadline::conformance::faults {

enum class Effect {
  kError,        // the call fails
  kKillCaller,   // the process that makes it is killed, with all its threads
  kKillRuntime,  // the process that the harness started is
};

// The nth call of that number, from 1 on.
struct Fault {
  long call = 0;
  size_t nth = 0;
  Effect effect = Effect::kError;
  int error = 0;  // of kError
};

struct HeardCall {
  long number = 0;
  bool by_runtime = false;  // or by a process that it has made
};

class Supervisor {
 public:
  // Answers from a thread of its own until the end of its life: whoever is watched waits for it, a
  // container's process as well. What processes that execute one of `ignored` ask is not heard.
  static Result<Supervisor> Start(const std::vector<std::string>& ignored);
  Supervisor(Supervisor&&) noexcept;
  Supervisor& operator=(Supervisor&&) noexcept;
  ~Supervisor();

  // The number of the socket in a watched program, and the socket for one of them.
  static constexpr int kSocket = 511;
  Result<UniqueFd> NewSocket();

  // Begins to count from here on; what fits the fault goes wrong.
  void Arm(std::optional<Fault> fault);
  struct Heard {
    std::vector<HeardCall> calls;
    bool done = false;  // the fault came to pass
  };
  // Nothing goes wrong any longer.
  Heard Disarm();
  // Until all that is watched has ended or asks no more for a moment, or the deadline.
  void WaitUntilQuiet(const Deadline& deadline);

 private:
  class Service;
  explicit Supervisor(std::unique_ptr<Service> service);
  std::unique_ptr<Service> service_;
};

}  // namespace loadline::conformance::faults
