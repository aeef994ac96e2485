// SPDX-License-Identifier: Apache-2.0
// Fixtures: what stands before the first step of a run.
#pragma once

#include <sys/types.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "conformance/harness/cell.h"
#include "conformance/harness/holders.h"
#include "conformance/harness/seccomp_agent.h"

namespace loadline::conformance {

class Fixtures {
 public:
  // Makes one fixture; its placeholders are expanded. Relative paths are below `bundle`.
  Result<void> Make(const nlohmann::json& fixture, const std::string& bundle, const CellView& view);

  // ${ns.NAME} and ${pid.NAME}.
  const nlohmann::json& placeholders() const { return placeholders_; }
  // What `host` shows of them: the identity of each namespace by name (fixtures); with a network
  // device, the interfaces of the cell's network and of each network namespace (networks); what the
  // agents got (agents).
  nlohmann::json Observe() const;
  // Whether they take descriptors from whoever connects, and keep them.
  bool KeepsDescriptors() const { return !agents_.empty(); }
  // Processes and groups that are ours and no leak.
  const std::vector<pid_t>& processes() const { return holders_.processes(); }
  const std::vector<std::string>& groups() const { return groups_; }

 private:
  nlohmann::json placeholders_ = nlohmann::json::object();
  nlohmann::json identities_ = nlohmann::json::object();
  Holders holders_;
  std::vector<std::string> groups_;
  std::vector<UniqueFd> sockets_;
  std::map<std::string, std::string> networks_;  // paths by name; "cell": the cell's own
  std::map<std::string, SeccompAgent> agents_;
};

}  // namespace loadline::conformance
