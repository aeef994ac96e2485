// SPDX-License-Identifier: Apache-2.0
// create where space, descriptors, processes or memory run out.
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/files.h"
#include "base/pipe.h"
#include "conformance/batteries/faults/condition.h"
#include "conformance/batteries/faults/faults.h"
#include "conformance/harness/cell_view.h"

namespace loadline::conformance::faults {
namespace {

const std::string kPrefix = "loadline/faults/scarcity/";
constexpr const char* kRequirement = "loadline/faults/scarcity";

constexpr size_t kPage = 4096;

using Numbers = std::vector<int>;

Level WithLimit(const std::string& limit) { return {limit, {{}, {"--limit", limit}}, {}, {}}; }

// A filesystem of these options in the place of the state directory.
Level WithState(const std::string& options, unsigned long flags = 0) {
  const auto name = flags == MS_RDONLY ? "read-only" : options;
  return {name,
          {},
          [=](Scene& scene) -> Result<void> {
            const std::string& state = scene.rig().paths().state;
            if (mount("tmpfs", state.c_str(), "tmpfs", flags, ("mode=700," + options).c_str()) != 0)
              return CallError("mount", state);
            scene.TakeInventoryAgain();
            return {};
          },
          [](Scene& scene) {
            umount2(scene.rig().paths().state.c_str(), MNT_DETACH);
            scene.TakeInventoryAgain();
          }};
}

struct GroupLimit {
  std::string controller;
  std::string v1_file;
  std::string v2_file;
};

// One without room for a byte.
Level WithFullState() {
  Level level = WithState("size=4k");
  level.name = "full";
  level.prepare = [mount = level.prepare](Scene& scene) -> Result<void> {
    RETURN_IF_ERROR(mount(scene));
    const std::string filler = scene.rig().paths().state + "/filler";
    scene.Spare({}, {}, {filler});
    ASSIGN_OR_RETURN(const UniqueFd file, Open(filler, O_WRONLY | O_CREAT | O_EXCL, 0600));
    return WriteAll(file.get(), std::string(kPage, '.'));
  };
  return level;
}

// The runtime in a group of its own in which little may be used.
Level WithGroup(const GroupLimit& limit, const std::string& value, const CellView& view,
                const Rig& rig) {
  const bool v2 = CgroupLayout(view.hierarchies) == "v2";
  std::string parent = rig.CellGroup(limit.controller);
  if (v2) parent = MountInCell(view, view.hierarchies.front());
  const std::string group = parent + "/narrow";
  return {limit.controller + " " + value,
          {{}, {"--group", group}},
          [=](Scene& scene) -> Result<void> {
            Error missing = Failure("the cell has no controller " + limit.controller);
            missing.number = ENOTSUP;
            if (parent.empty() || mkdir(group.c_str(), 0755) != 0) return missing;
            scene.Spare({}, {group});
            auto set = WriteExisting(group + "/" + (v2 ? limit.v2_file : limit.v1_file), value);
            if (set) return {};
            rmdir(group.c_str());
            return missing;
          },
          [group](Scene&) { rmdir(group.c_str()); }};
}

std::vector<Level> Levels(const Rig& rig, const std::string& check) {
  const bool full = rig.options().full;
  std::vector<Level> levels;
  const auto add = [&](const Numbers& sample, const Numbers& all, auto&& make) {
    for (const int number : full ? all : sample) levels.push_back(make(std::to_string(number)));
  };
  if (check == "space") levels.push_back(WithFullState());
  if (check == "space")
    add({4, 8, 16}, {4, 8, 12, 16, 20, 24, 28, 32},
        [](const std::string& n) { return WithState("size=" + n + "k"); });
  if (check == "inodes")
    add({1, 2, 3, 4}, {1, 2, 3, 4, 5, 6, 7, 8, 9},
        [](const std::string& n) { return WithState("nr_inodes=" + n); });
  if (check == "read-only") levels.push_back(WithState("size=64k", MS_RDONLY));
  if (check == "descriptors")
    add({3, 5, 8, 12, 17},
        {3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 22, 24, 28},
        [](const std::string& n) { return WithLimit("nofile=" + n); });
  if (check == "file-size")
    add({0, 600, 3000}, {0, 1, 100, 600, 1500, 3000, 5000, 10000},
        [](const std::string& n) { return WithLimit("fsize=" + n); });
  if (check == "processes")
    add({1, 2, 4, 7}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12}, [&](const std::string& n) {
      return WithGroup({"pids", "pids.max", "pids.max"}, n, rig.view(), rig);
    });
  if (check == "memory")
    add({200, 1000, 5000}, {200, 400, 700, 1000, 1500, 2500, 5000, 8000, 12000, 20000},
        [&](const std::string& n) {
          return WithGroup({"memory", "memory.limit_in_bytes", "memory.max"}, n + "K", rig.view(),
                           rig);
        });
  return levels;
}

Result<void> Work(Rig& rig, Findings& findings, const std::string& check) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Scene> scene, Scene::Make(rig));
  return TryLevels(*scene, Levels(rig, check), Wanted::kNoticed, kPrefix + check, findings);
}

struct Scarce {
  const char* check;
  const char* title;
};
constexpr Scarce kScarce[] = {
    {"space", "nothing is left of a create whose state directory is full"},
    {"inodes", "nothing is left of a create whose state directory takes no more files"},
    {"read-only", "nothing is left of a create whose state directory is read-only"},
    {"descriptors", "nothing is left of a create that may open few files"},
    {"file-size", "nothing is left of a create that may write small files only"},
    {"processes", "nothing is left of a create that may make few processes"},
    {"memory", "nothing is left of a create that may use little memory"},
};

}  // namespace

std::vector<BatteryRun> ScarcityRuns() {
  std::vector<BatteryRun> runs;
  for (const Scarce& scarce : kScarce) {
    const std::string check = scarce.check;
    runs.push_back({check,
                    {{kPrefix + check, scarce.title, {kRequirement}, {}}},
                    false,
                    [check](Rig& rig, Findings& findings) { return Work(rig, findings, check); }});
  }
  return runs;
}

}  // namespace loadline::conformance::faults
