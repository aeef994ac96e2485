// SPDX-License-Identifier: Apache-2.0
// The device policy: read, write and make apart, for devices that a container makes itself. The
// update of the runtimes that we know changes no devices: what is judged after one is that the
// policy of config.json is still the one that holds.
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conformance/batteries/control/control.h"
#include "conformance/batteries/native.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;

// fuse: may be made and read. tun: may be made. port: nothing. Opening them changes nothing.
constexpr int kMisc = 10;
constexpr int kFuse = 229;
constexpr int kTun = 200;
constexpr int kMemory = 1;
constexpr int kPort = 4;

const std::string kAllowed = "loadline/control/devices/allowed";
const std::string kAccess = "loadline/control/devices/access";
const std::string kOpen = "loadline/control/devices/unlisted-open";
const std::string kMake = "loadline/control/devices/unlisted-make";
const std::string kKept = "loadline/control/devices/kept-over-update";

json Rule(int major, int minor, const char* access) {
  return {{"allow", true}, {"type", "c"}, {"major", major}, {"minor", minor}, {"access", access}};
}

json Config() {
  const json capabilities = {"CAP_MKNOD"};
  return {
      {"process",
       {{"capabilities",
         {{"bounding", capabilities}, {"effective", capabilities}, {"permitted", capabilities}}}}},
      {"linux",
       {{"resources",
         {{"devices",
           {{{"allow", false}, {"access", "rwm"}},
            Rule(kMisc, kFuse, "rm"),
            Rule(kMisc, kTun, "m")}}}}}}};
}

json Node(const std::string& directory, int major, int minor, const char* access) {
  return {{"tell", "make-node"},
          {"path", directory + "/loadline-node"},
          {"major", major},
          {"minor", minor},
          {"access", access}};
}

// Whether the policy let it through: what the driver says then is no matter of ours.
bool Passed(const json& answer) {
  return answer.value("made", "") == "ok" && answer.value("opened", "EPERM") != "EPERM";
}

// What is granted of each device, of "rwm".
json Granted() { return {{"fuse", "rm"}, {"tun", "m"}, {"port", ""}}; }

void Judge(Findings& findings, const json& answers, const json& natively) {
  const auto say = [&](const std::string& check, bool holds, const std::string& what) {
    findings.JudgeMeasured(check, holds, what + ": " + answers.dump(),
                           {answers, Granted(), natively});
  };
  say(kAllowed, Passed(answers["read"]), "a device that may be made and read was refused");
  say(kAccess,
      answers["write"].value("opened", "") == "EPERM" &&
          answers["both"].value("opened", "") == "EPERM",
      "a device that may only be read was opened for writing");
  say(kOpen,
      answers["tun"].value("made", "") == "ok" && answers["tun"].value("opened", "") == "EPERM",
      "a device that may only be made was opened");
  say(kMake, answers["port"].value("made", "") == "EPERM", "a device that no rule allows was made");
}

Result<json> Try(Rig& rig, Container& container) {
  json answers = json::object();
  const std::pair<const char*, json> tries[] = {{"read", Node("/dev", kMisc, kFuse, "r")},
                                                {"write", Node("/dev", kMisc, kFuse, "w")},
                                                {"both", Node("/dev", kMisc, kFuse, "rw")},
                                                {"tun", Node("/dev", kMisc, kTun, "r")},
                                                {"port", Node("/dev", kMemory, kPort, "r")}};
  for (const auto& [name, message] : tries) {
    ASSIGN_OR_RETURN(answers[name], rig.Tell(container, message));
  }
  return answers;
}

// What a native process may do here without any policy: where that is all, what is refused to a
// container is refused by its policy.
Result<json> TryNatively(Rig& rig) {
  const std::string directory = rig.paths().work + "/devices";
  if (mkdir(directory.c_str(), 0755) != 0) return CallError("mkdir", directory);
  if (mount("tmpfs", directory.c_str(), "tmpfs", MS_NOSUID | MS_NOEXEC, "size=64k") != 0)
    return CallError("mount", directory);
  ASSIGN_OR_RETURN(Native native, Native::Start(rig));
  json answers = json::object();
  const std::pair<const char*, json> tries[] = {
      {"nativeFuse", Node(directory, kMisc, kFuse, "rw")},
      {"nativeTun", Node(directory, kMisc, kTun, "rw")},
      {"nativePort", Node(directory, kMemory, kPort, "r")}};
  for (const auto& [name, message] : tries) {
    ASSIGN_OR_RETURN(answers[name], native.Tell(message));
  }
  umount2(directory.c_str(), MNT_DETACH);
  return answers;
}

bool AllPassed(const json& natively) {
  return Passed(natively["nativeFuse"]) && Passed(natively["nativeTun"]) &&
         natively["nativePort"].value("made", "") == "ok";
}

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(const json natively, TryNatively(rig));
  if (!AllPassed(natively)) {
    CannotShow(findings, {kAllowed, kAccess, kOpen, kMake, kKept},
               "this host refuses the devices to everybody: " + natively.dump());
    return {};
  }
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer(Config()));
  RETURN_IF_ERROR(rig.Run(*container));
  ASSIGN_OR_RETURN(const json answers, Try(rig, *container));
  Judge(findings, answers, natively);
  if (!rig.HasVerb("update")) return {};
  RETURN_IF_ERROR(rig.Update(*container, {{"pids", {{"limit", 100}}}}));
  ASSIGN_OR_RETURN(const json afterwards, Try(rig, *container));
  findings.JudgeMeasured(
      kKept, answers == afterwards,
      "an update of another limit changed it from " + answers.dump() + " to " + afterwards.dump(),
      {{{"before", answers}, {"afterwards", afterwards}}, Granted(), natively});
  return {};
}

}  // namespace

BatteryRun DevicesRun() {
  const std::string holds = "loadline/control/devices/policy-holds";
  return {"devices",
          {{kAllowed,
            "a device that may be made and read can be",
            {"loadline/control/devices/allowed-usable"},
            Needs("devices")},
           {kAccess, "a device that may be read cannot be written", {holds}, Needs("devices")},
           {kOpen, "a device that may be made cannot be opened", {holds}, Needs("devices")},
           {kMake, "a device that no rule allows cannot be made", {holds}, Needs("devices")},
           {kKept,
            "an update of another limit keeps the device policy",
            {"loadline/control/update/keeps-devices"},
            Needs("devices", {"verb-update"})}},
          false,
          Work};
}

}  // namespace loadline::conformance::control
