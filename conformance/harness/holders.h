// SPDX-License-Identifier: Apache-2.0
// Holders: processes that do nothing but keep namespaces until the cell ends.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "conformance/harness/caller.h"

namespace loadline::conformance {

struct NamespaceType {
  std::string_view type;  // as in config.json
  std::string_view file;  // as in /proc/PID/ns
  uint64_t flag;
};
// Null for a word that is no type of namespace.
const NamespaceType* FindNamespaceType(std::string_view type);

class Holders {
 public:
  // A process in new namespaces of the given flags (0: in none of its own). For a rootless caller
  // the new namespaces belong to one user namespace, which is the user's and mapped as usual: a
  // user may join no others.
  Result<pid_t> Start(uint64_t flags, Caller caller);

  // All of them, so that they are not taken for a leak.
  const std::vector<pid_t>& processes() const { return processes_; }
  // The path of that user namespace; empty while there is none.
  const std::string& user_namespace() const { return user_namespace_; }

 private:
  Result<void> MakeUserNamespace();
  Result<pid_t> StartAsUser(uint64_t flags);

  std::vector<pid_t> processes_;
  std::string user_namespace_;
};

}  // namespace loadline::conformance
