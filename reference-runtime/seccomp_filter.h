// SPDX-License-Identifier: Apache-2.0
// linux.seccomp compiled to a kernel filter (oci-runtime/config-linux/seccomp). Compiled before the
// clone, installed by the child.
#pragma once

#include <linux/filter.h>

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace loadline::runtime {

struct SeccompFilter {
  std::vector<sock_filter> program;              // empty: no filter
  unsigned flags = 0;                            // SECCOMP_FILTER_FLAG_…
  bool notifies = false;                         // SCMP_ACT_NOTIFY is used
  UniqueFd listener_connection;                  // to listenerPath, when it notifies
  std::optional<std::string> listener_metadata;  // goes with the descriptor
  UniqueFd host_proc;  // /proc as the runtime sees it, where the process has the pid it is known by
};

// The object of config.json. `cache` is a folder for compiled filters
// (seccomp_cache.h), or empty.
Result<SeccompFilter> CompileFilter(const nlohmann::json& seccomp, const std::string& cache = "");
// In the container's process. `state` is the container's state document, for the seccomp agent.
Result<void> InstallFilter(const SeccompFilter& filter, const std::string& state);
// The words that this runtime understands, for `features`.
std::vector<std::string> SeccompActions();
std::vector<std::string> SeccompOperators();
std::vector<std::string> SeccompArchitectures();
std::vector<std::string> SeccompFlags();
// Those of the flags that this kernel takes.
std::vector<std::string> SupportedSeccompFlags();

}  // namespace loadline::runtime
