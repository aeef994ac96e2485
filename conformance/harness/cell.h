// SPDX-License-Identifier: Apache-2.0
// Cell: where one run happens. A process that is pid 1 of new pid, mount, ipc, uts, net and cgroup
// namespaces; killing it ends everything that the candidate started.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/child_process.h"
#include "base/deadline.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "conformance/harness/caller.h"
#include "conformance/harness/cgroups.h"

namespace loadline::conformance {

// What a cell shows of the host.
struct CellView {
  std::vector<Hierarchy> hierarchies;  // that it mounts
  Caller caller = Caller::kRoot;       // whom it knows
  std::string resctrl;                 // where the resctrl filesystem is; empty: nowhere
  bool operator==(const CellView&) const = default;
};

// The hierarchies left after the views that a profile needs ("cgroup-v1-only"). A rootless caller
// has groups where the cell shows nothing but v2, as v1 has no safe delegation.
Result<CellView> MakeView(const std::vector<Hierarchy>& hierarchies,
                          const std::vector<std::string>& needs_view, bool rootless = false);

class Cell {
 public:
  // Starts a cell that enters its groups and view and then does `work`; what that returns comes
  // back as the cell's answer. The calling process must have no other threads.
  static Result<Cell> Start(const CellView& view, CellGroups groups,
                            const std::function<nlohmann::json()>& work);
  Cell(Cell&&) noexcept = default;
  Cell& operator=(Cell&& other) noexcept;  // `other` ends what this one was
  ~Cell();

  // For poll(): readable when more of the answer is there.
  int answer_fd() const { return answer_.get(); }
  // Reads what is there; true at the end of the answer.
  bool ReadMore();
  // The answer. A cell that ended without one is an error.
  Result<nlohmann::json> TakeAnswer();
  void Kill();

 private:
  Cell() : groups_(std::nullopt) {}
  pid_t pid_ = -1;
  UniqueFd pidfd_;
  UniqueFd answer_;
  std::string bytes_;
  std::optional<CellGroups> groups_;
};

}  // namespace loadline::conformance
