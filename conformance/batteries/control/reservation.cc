// SPDX-License-Identifier: Apache-2.0
// Memory reservation: who gives memory back because a neighbour wants it keeps what is reserved for
// it. Two containers and two native processes read a disk into the page cache, which the kernel can
// take back without any swap; each is in a group of its own, and all are in one with a limit. Then
// a neighbour takes memory of its own until there is room for hardly more than is reserved. Of each
// two the one with a reservation keeps it and the other one loses most; the native two show that
// this kernel does so here.
#include <sys/stat.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <utility>

#include "base/files.h"
#include "conformance/batteries/control/control.h"
#include "conformance/batteries/control/loop_device.h"
#include "conformance/batteries/control/memory_use.h"
#include "conformance/batteries/groups/own_group.h"
#include "conformance/harness/cgroups.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;
using reports::Verdict;

constexpr int64_t kReserved = 8 * kMiB;
constexpr int64_t kMore = 12 * kMiB;  // reserved after an update
constexpr int64_t kEach = 16 * kMiB;  // what each of the four reads
constexpr int64_t kAll = 4 * kEach;   // the limit of all together
// What the neighbour leaves beside what is reserved: the programs need some, and the kernel takes
// memory back by the batch.
constexpr int64_t kRoom = 4 * kMiB;
constexpr int64_t kTolerance = 3 * kPageBatch;
constexpr int64_t kLittle = kEach / 3;  // of what was read, and what the program uses
constexpr int kTries = 3;

const std::string kReservation = "loadline/control/memory/reservation";
const std::string kUpdated = "loadline/control/memory/reservation-updated";
constexpr const char* kGroup = "reservation";
constexpr const char* kNode = "/dev/loadline-disk";

json Resources(int64_t reserved) { return {{"memory", {{"reservation", reserved}}}}; }

// Who has a reservation and who has none: how much each uses.
struct Pair {
  int64_t reserver = 0;
  int64_t other = 0;

  bool IsAsReserved(int64_t reserved) const {
    return reserver >= reserved - kTolerance && other <= kLittle;
  }
};

struct Kept {
  int64_t reserved = 0;
  std::string neighbour;  // "ok" when it got all it wanted, or how that ended
  Pair containers;
  Pair natives;

  bool ShowsNatively() const { return neighbour == "ok" && natives.IsAsReserved(reserved); }
  json ToJson() const {
    return {{"reservedBytes", reserved},
            {"toleranceBytes", kTolerance},
            {"mostLeftToOthersBytes", kLittle},
            {"containerBytes", containers.reserver},
            {"otherContainerBytes", containers.other},
            {"nativeBytes", natives.reserver},
            {"otherNativeBytes", natives.other},
            {"readByEachBytes", kEach},
            {"limitOfAllBytes", kAll},
            {"neighbour", neighbour}};
  }
};

// The group around all, and who is in it.
class Crowd {
 public:
  static Result<std::unique_ptr<Crowd>> Make(Rig& rig, const LoopDevice& disk);
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;
  ~Crowd();

  // Everybody reads as much as there is room for, and then the neighbour leaves hardly more than
  // is reserved for two.
  Result<Kept> Press(int64_t reserved);
  // An update for the container, and the same for the native process.
  Result<void> Reserve(int64_t reserved);

 private:
  Crowd(Rig& rig, const LoopDevice& disk) : rig_(rig), disk_(disk) {}
  Result<void> AddContainer(json resources);
  Result<void> AddNative(const char* name, const std::vector<GroupLine>& lines);
  Result<void> LimitAll();
  Result<void> Fill();
  Result<int64_t> UseOf(const Container& container) const;

  Rig& rig_;
  const LoopDevice& disk_;
  std::string directory_;
  std::vector<Container*> containers_;  // the first one has a reservation
  std::vector<OwnGroup> natives_;       // likewise
  std::optional<OwnGroup> neighbour_;
};

json ReadMessage(const std::string& path, int64_t from) {
  return {{"tell", "read-cached"}, {"path", path}, {"from", from}, {"bytes", kEach}};
}

// A group in the one around all.
std::string Below(const std::string& name) { return std::string(kGroup) + "/" + name; }

Result<std::unique_ptr<Crowd>> Crowd::Make(Rig& rig, const LoopDevice& disk) {
  std::unique_ptr<Crowd> crowd(new Crowd(rig, disk));
  const std::string directory = rig.CellGroup("memory") + "/" + kGroup;
  if (mkdir(directory.c_str(), 0755) != 0) return CallError("mkdir", directory);
  crowd->directory_ = directory;
  RETURN_IF_ERROR(WriteExisting(directory + "/cgroup.subtree_control", "+memory"));
  RETURN_IF_ERROR(crowd->AddContainer(Resources(kReserved)));
  RETURN_IF_ERROR(crowd->AddContainer(json::object()));
  RETURN_IF_ERROR(crowd->AddNative("reserver", {Line(rig, Figure::kMemoryReserve, kReserved)}));
  RETURN_IF_ERROR(crowd->AddNative("other", {}));
  ASSIGN_OR_RETURN(OwnGroup neighbour, OwnGroup::Make(rig, "memory", Below("neighbour"), {}));
  crowd->neighbour_.emplace(std::move(neighbour));
  RETURN_IF_ERROR(crowd->LimitAll());
  return crowd;
}

Crowd::~Crowd() {
  for (Container* container : containers_) rig_.Remove(*container);
  natives_.clear();
  neighbour_.reset();
  if (!directory_.empty()) RemoveEmptiedGroups(directory_);
}

Result<void> Crowd::AddContainer(json resources) {
  json config = disk_.ForContainer(kNode, std::move(resources));
  config["linux"]["cgroupsPath"] = "/" + Below("${id}");
  ASSIGN_OR_RETURN(Container* const container, rig_.NewContainer(config));
  containers_.push_back(container);
  return rig_.Run(*container);
}

Result<void> Crowd::AddNative(const char* name, const std::vector<GroupLine>& lines) {
  ASSIGN_OR_RETURN(OwnGroup native, OwnGroup::Make(rig_, "memory", Below(name), lines));
  natives_.push_back(std::move(native));
  return {};
}

// After the containers were made: what a runtime itself needs meanwhile is no part of this. Nobody
// swaps, so that what the neighbour has stays.
Result<void> Crowd::LimitAll() {
  std::vector<GroupLine> lines = {Line(rig_, Figure::kMemoryLimit, kAll)};
  if (Has(rig_, Figure::kSwapLimit)) lines.push_back(Line(rig_, Figure::kSwapLimit, 0));
  for (const GroupLine& line : lines)
    RETURN_IF_ERROR(WriteExisting(directory_ + "/" + line.file, line.text));
  return {};
}

Result<void> Crowd::Fill() {
  int64_t from = 0;
  for (Container* container : containers_) {
    ASSIGN_OR_RETURN(const json answer, rig_.Tell(*container, ReadMessage(kNode, from)));
    if (answer.value("read", "") != "ok")
      return CandidateError("the container cannot read the device: " + answer.dump());
    from += kEach;
  }
  for (OwnGroup& native : natives_) {
    ASSIGN_OR_RETURN(const json answer, native.process().Tell(ReadMessage(disk_.path(), from)));
    if (answer.value("read", "") != "ok")
      return Failure("a native process cannot read the device: " + answer.dump());
    from += kEach;
  }
  return {};
}

Result<int64_t> Crowd::UseOf(const Container& container) const {
  auto use = ReadIn(rig_, Below(container.id), Figure::kMemoryUse);
  if (use.has_value() || use.error().number != ENOENT) return use;
  return CandidateError("the container has no group where cgroupsPath says: " +
                        use.error().ToLine());
}

Result<Kept> Crowd::Press(int64_t reserved) {
  Kept kept;
  kept.reserved = reserved;
  Native& neighbour = neighbour_->process();
  RETURN_IF_ERROR(neighbour.Tell({{"tell", "let-go"}}));
  RETURN_IF_ERROR(Fill());
  const int64_t wanted = kAll - 2 * reserved - kRoom;
  ASSIGN_OR_RETURN(const json answer, neighbour.Tell({{"tell", "hold"}, {"bytes", wanted}}));
  kept.neighbour = answer.value("held", "no answer");
  ASSIGN_OR_RETURN(kept.containers.reserver, UseOf(*containers_[0]));
  ASSIGN_OR_RETURN(kept.containers.other, UseOf(*containers_[1]));
  ASSIGN_OR_RETURN(kept.natives.reserver, ReadIn(rig_, natives_[0].name(), Figure::kMemoryUse));
  ASSIGN_OR_RETURN(kept.natives.other, ReadIn(rig_, natives_[1].name(), Figure::kMemoryUse));
  return kept;
}

Result<void> Crowd::Reserve(int64_t reserved) {
  RETURN_IF_ERROR(rig_.Update(*containers_[0], Resources(reserved)));
  return natives_[0].Write(Line(rig_, Figure::kMemoryReserve, reserved));
}

// What is wrong once is looked at again.
Result<void> Judge(Findings& findings, const std::string& check, Crowd& crowd, int64_t reserved) {
  Kept kept;
  bool holds = false;
  for (int i = 0; i < kTries && !holds; ++i) {
    ASSIGN_OR_RETURN(kept, crowd.Press(reserved));
    holds = kept.ShowsNatively() && kept.containers.IsAsReserved(reserved);
  }
  if (!kept.ShowsNatively()) {
    findings.Say(check, Verdict::kEnvironment,
                 "this kernel does not keep what is reserved for a native process either",
                 kept.ToJson());
    return {};
  }
  findings.Judge(check, holds,
                 "of " + std::to_string(reserved) + " reserved bytes a container kept " +
                     std::to_string(kept.containers.reserver) +
                     ", and one without a reservation kept " +
                     std::to_string(kept.containers.other),
                 kept.ToJson());
  return {};
}

Result<void> Work(Rig& rig, Findings& findings) {
  if (CgroupLayout(rig.view().hierarchies) != "v2") {
    CannotShow(findings, {kReservation, kUpdated},
               "in cgroup v1 a reservation counts only when the whole host runs out of memory, "
               "which no check may bring about; `loadline lab` has v2");
    return {};
  }
  const auto disk = LoopDevice::Make(rig.paths().work + "/disk", 4 * kEach);
  if (!disk.has_value()) {
    CannotShow(findings, {kReservation, kUpdated},
               "this host gives no loop device: " + disk.error().ToLine());
    return {};
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<Crowd> crowd, Crowd::Make(rig, *disk));
  RETURN_IF_ERROR(Judge(findings, kReservation, *crowd, kReserved));
  if (!rig.HasVerb("update")) return {};
  RETURN_IF_ERROR(crowd->Reserve(kMore));
  return Judge(findings, kUpdated, *crowd, kMore);
}

}  // namespace

BatteryRun ReservationRun() {
  const std::string kept = "loadline/control/memory/reservation-kept";
  return {"reservation",
          {{kReservation,
            "a container keeps its memory reservation when a neighbour wants memory",
            {kept},
            Needs("memory", {"root", "host-kernel"})},
           {kUpdated,
            "after an update a container keeps the new memory reservation",
            {kept, "loadline/control/update/bites"},
            Needs("memory", {"root", "host-kernel", "verb-update"})}},
          false,
          Work};
}

}  // namespace loadline::conformance::control
