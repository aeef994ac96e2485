// SPDX-License-Identifier: Apache-2.0
// SeccompAgent: who listens at linux.seccomp.listenerPath, answers what it is asked, and remembers
// what came.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "base/result.h"

namespace loadline::conformance {

class SeccompAgent {
 public:
  // Listens on a new Unix stream socket at the path, from a thread of its own. Every call that it
  // is asked about fails with the errno.
  static Result<SeccompAgent> Listen(const std::string& path, int error_number);
  SeccompAgent(SeccompAgent&&) noexcept;
  SeccompAgent& operator=(SeccompAgent&&) noexcept;
  ~SeccompAgent();

  // What came so far. `connections` has them by number ("1", "2" …): text, state (the text as JSON;
  // null when it is none), descriptors (what each is, such as "anon_inode:seccomp notify", in the
  // order in which they came), late (how many of them came after the first message), closed.
  // `asked` is the number of calls that it was asked about.
  nlohmann::json Report() const;

 private:
  class Service;
  explicit SeccompAgent(std::unique_ptr<Service> service);
  std::unique_ptr<Service> service_;
};

}  // namespace loadline::conformance
