// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/efficiency/memory_group.h"

#include <sys/stat.h>

#include <cstdlib>

#include "base/files.h"
#include "conformance/harness/cell_view.h"
#include "conformance/harness/cgroups.h"

namespace loadline::conformance::efficiency {
namespace {

bool IsV2(const Rig& rig) { return CgroupLayout(rig.view().hierarchies) == "v2"; }

std::string Root(const Rig& rig) {
  return IsV2(rig) ? MountInCell(rig.view(), rig.view().hierarchies.front())
                   : rig.CellGroup("memory");
}

}  // namespace

Result<MemoryGroup> MemoryGroup::Of(const Rig& rig, const Container& container) {
  MemoryGroup group(IsV2(rig), false, Root(rig) + "/" + container.id);
  RETURN_IF_ERROR(group.Usage());
  return group;
}

Result<MemoryGroup> MemoryGroup::Make(const Rig& rig, const std::string& name) {
  const std::string directory = Root(rig) + "/" + name;
  if (mkdir(directory.c_str(), 0755) != 0) return CallError("mkdir", directory);
  return MemoryGroup(IsV2(rig), true, directory);
}

MemoryGroup::~MemoryGroup() {
  if (ours_) RemoveEmptiedGroups(directory_);
}

Result<int64_t> MemoryGroup::Usage() const {
  ASSIGN_OR_RETURN(const std::string text,
                   ReadFile(directory_ + (v2_ ? "/memory.current" : "/memory.usage_in_bytes"), 64));
  return std::strtoll(text.c_str(), nullptr, 10);
}

Result<void> MemoryGroup::Limit(int64_t bytes) const {
  return WriteExisting(directory_ + (v2_ ? "/memory.max" : "/memory.limit_in_bytes"),
                       std::to_string(bytes));
}

Result<Native> MemoryGroup::StartTwin(const Rig& rig, const std::string& bundle) const {
  return Native::Start(rig,
                       {"launch", "--group", directory_, "--", rig.paths().probe, "twin", bundle});
}

}  // namespace loadline::conformance::efficiency
