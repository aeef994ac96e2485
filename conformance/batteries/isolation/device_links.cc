// SPDX-License-Identifier: Apache-2.0
// What an image puts in the place of /dev and of its devices.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/files.h"
#include "conformance/batteries/isolation/isolation.h"
#include "conformance/batteries/isolation/trial.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

const std::string kDirectory = "loadline/isolation/device-links/directory";
const std::string kDevice = "loadline/isolation/device-links/device";
const std::string kFile = "loadline/isolation/device-links/file";
const std::string kPts = "loadline/isolation/device-links/terminals";

// The image's own /dev, not a mounted one.
json WithoutDev() {
  return {{"mounts",
           {{"/dev", nullptr},
            {"/dev/pts", nullptr},
            {"/dev/shm", nullptr},
            {"/dev/mqueue", nullptr}}}};
}

json WithoutDevButTerminals() {
  return {{"mounts", {{"/dev", nullptr}, {"/dev/shm", nullptr}, {"/dev/mqueue", nullptr}}}};
}

Result<void> Replace(const std::string& target, const std::string& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (symlink(target.c_str(), path.c_str()) != 0) return CallError("symlink", path);
  return {};
}

std::string NullIsNull(const Outcome& outcome) {
  const json null = outcome.answers[0].value("/probe/paths/~1dev~1null"_json_pointer, json());
  const bool device = null.value("type", "") == "character" && null.value("major", 0) == 1 &&
                      null.value("minor", 0) == 3;
  return device ? "" : "/dev/null is " + null.dump();
}

// The control: whoever changes devices without looking follows the link.
Result<void> Control(Rig& rig) {
  ASSIGN_OR_RETURN(const Sentinels sentinels, Sentinels::MakeBelow(rig.paths().work));
  const std::string link = rig.paths().work + "/naive";
  RETURN_IF_ERROR(Replace(sentinels.file(), link));
  if (chmod(link.c_str(), 0666) != 0) return CallError("chmod", link);
  return CheckControl(!sentinels.Changes().empty(), "a mode changed through a link");
}

struct HostileDevice {
  const std::string& check;
  json config;
  Result<void> (*prepare)(const std::string& rootfs, const Sentinels& sentinels);
  std::string (*protected_by)(const Outcome&);
};

Result<void> Work(Rig& rig, Findings& findings) {
  RETURN_IF_ERROR(Control(rig));
  const HostileDevice devices[] = {
      {kDirectory, WithoutDev(),
       [](const std::string& rootfs, const Sentinels& s) {
         return Replace(s.inner(), rootfs + "/dev");
       },
       NullIsNull},
      {kDevice, WithoutDev(),
       [](const std::string& rootfs, const Sentinels& s) {
         return Replace(s.file(), rootfs + "/dev/null");
       },
       NullIsNull},
      {kFile, WithoutDev(),
       [](const std::string& rootfs, const Sentinels&) {
         return WriteFileAtomically(rootfs + "/dev/null", "no device\n", 0666);
       },
       NullIsNull},
      {kPts, WithoutDevButTerminals(),
       [](const std::string& rootfs, const Sentinels& s) {
         return Replace(s.inner(), rootfs + "/dev/pts");
       },
       [](const Outcome&) { return std::string(); }},
  };
  for (const HostileDevice& one : devices) {
    ASSIGN_OR_RETURN(const Sentinels sentinels, Sentinels::MakeBelow(rig.paths().work));
    Trial trial;
    trial.config = one.config;
    trial.prepare = [&](const std::string& rootfs) { return one.prepare(rootfs, sentinels); };
    trial.messages = {{{"tell", "observe"}, {"paths", {"/dev/null"}}}};
    ASSIGN_OR_RETURN(const Outcome outcome, Try(rig, trial, sentinels));
    JudgeTrial(findings, one.check, outcome, one.protected_by);
  }
  return {};
}

}  // namespace

BatteryRun DeviceLinksRun() {
  const std::string inside = "loadline/isolation/probes/devices-of-the-image";
  return {"device-links",
          {{kDirectory, "an image whose /dev is a link gets no device made outside", {inside}, {}},
           {kDevice,
            "an image whose /dev/null is a link gets a null device, or is refused",
            {inside},
            {}},
           {kFile,
            "an image whose /dev/null is a file gets a null device, or is refused",
            {inside},
            {}},
           {kPts,
            "an image whose /dev/pts is a link gets no file system mounted outside",
            {inside},
            {}}},
          false,
          Work};
}

}  // namespace loadline::conformance::isolation
