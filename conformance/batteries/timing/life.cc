// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/timing/life.h"

#include <sys/stat.h>

#include <cerrno>
#include <span>
#include <sstream>

#include "base/files.h"
#include "conformance/batteries/left_out.h"
#include "conformance/batteries/normalised.h"
#include "conformance/batteries/told_state.h"

namespace loadline::conformance::timing {
namespace {

using nlohmann::json;

constexpr const char* kHookKinds[] = {"createRuntime", "createContainer", "startContainer",
                                      "poststart", "poststop"};
constexpr size_t kLogCap = 1 << 16;

// What two processes of exec need not have in common.
constexpr Varying kOfExec[] = {
    {"/pid", "it is not process 1"},
    {"/sid", "it is not process 1"},
    {"/pgid", "it is not process 1"},
    {"/processes", "it is not process 1"},
};
// What the container itself need not have in common with another one.
constexpr Varying kOfTheCondition[] = {
    {"/cpuAffinity", "who is called on one processor has no more to give"},
};

json Config() {
  json config = json::parse(R"({
    "annotations": {"org.loadline.battery": "timing"},
    "hostname": "timing",
    "process": {
      "user": {"uid": 1000, "gid": 1001, "additionalGids": [1002], "umask": 63},
      "cwd": "/scratch",
      "env": ["PATH=/bin", "ONLY=this"],
      "oomScoreAdj": 100,
      "rlimits": {"RLIMIT_NOFILE": {"soft": 200, "hard": 300}}
    },
    "mounts": {
      "/scratch": {"type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "nodev", "noexec", "mode=1777", "size=1m"]},
      "/given": {"type": "bind", "source": "${work}/given", "options": ["rbind", "ro"]}
    },
    "linux": {
      "namespaces": {"cgroup": {}},
      "sysctl": {"net.ipv4.ip_forward": "1"},
      "resources": {"pids": {"limit": 64}, "memory": {"limit": 134217728}},
      "maskedPaths": ["/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware"],
      "readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
      "seccomp": {
        "defaultAction": "SCMP_ACT_ALLOW",
        "syscalls": [{"names": ["getsid"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1}]
      }
    }
  })");
  for (const std::string kind : kHookKinds) {
    config["hooks"][kind] = {
        {{"path", "${probe}"}, {"args", {"loadline-probe", "hook", "--log", "${log}", kind, "a"}}}};
  }
  return config;
}

// Parts of it that not every candidate has, and controllers that not every host has.
struct Part {
  const char* need;
  const char* place;
  const char* controller;
};
constexpr Part kParts[] = {
    {"controller-memory", "/linux/resources/memory", "memory"},
    {"controller-pids", "/linux/resources/pids", "pids"},
    {"seccomp", "/linux/seccomp", nullptr},
    {"cgroup-namespace", "/linux/namespaces/cgroup", nullptr},
};

// What is left out of a life that is to be lived with this candidate on this host.
json Without(const Rig& rig, json& config) {
  json left_out = LeaveOutUnexpressed(config, rig.profile());
  for (const Part& part : kParts) {
    if (!rig.Meets(part.need) ||
        (part.controller != nullptr && rig.CellGroup(part.controller).empty()))
      LeaveOut(config, part.place, left_out);
  }
  for (const std::string kind : kHookKinds) {
    if (!rig.Meets("hook-" + kind)) LeaveOut(config, "/hooks/" + kind, left_out);
  }
  return left_out;
}

class Life {
 public:
  Life(Rig& rig, const std::function<void()>& between) : rig_(rig), between_(between) {}

  Result<json> Live() {
    RETURN_IF_ERROR(MakeGiven());
    json config = Config();
    const json without = Without(rig_, config);
    ASSIGN_OR_RETURN(container_, rig_.NewContainer(config));
    RETURN_IF_ERROR(Create());
    RETURN_IF_ERROR(Do("start"));
    seen_["serves"] = rig_.Hear(*container_).has_value();
    const json catches = {{"tell", "signal"}, {"catch", {"SIGUSR1", "SIGTERM"}}};
    seen_["catches"] = Answer(rig_.Tell(*container_, catches));
    seen_["process"] = Look(rig_.Tell(*container_, {{"tell", "observe"}}), kOfTheCondition);
    if (rig_.HasVerb("exec")) seen_["exec"] = LookByExec();
    for (const char* verb : {"pause", "resume"}) {
      if (rig_.HasVerb(verb)) RETURN_IF_ERROR(Do(verb));
    }
    for (const char* signal : {"USR1", "TERM"}) RETURN_IF_ERROR(Do("kill", {{"signal", signal}}));
    seen_["signals"] = Answer(rig_.Tell(*container_, {{"tell", "signals"}}));
    RETURN_IF_ERROR(End());
    seen_["hooks"] = Hooks();
    rig_.Remove(*container_);
    return json{{"calls", calls_}, {"seen", seen_}, {"without", without}, {"made", made_}};
  }

 private:
  Result<void> MakeGiven() {
    const std::string directory = rig_.paths().work + "/given";
    if (mkdir(directory.c_str(), 0755) != 0 && errno != EEXIST)
      return CallError("mkdir", directory);
    return WriteFileAtomically(directory + "/file", "given");
  }

  Result<void> Create() {
    if (between_) between_();
    ASSIGN_OR_RETURN(const Call call, rig_.TryCreate(*container_));
    if (call.no_words) return CandidateError("create", call);
    made_ = call.ToText();
    return Note("create", call);
  }

  Result<void> Do(const std::string& verb, const json& placeholders = json::object()) {
    if (between_) between_();
    ASSIGN_OR_RETURN(const Call call, rig_.Try(verb, *container_, placeholders));
    return Note(verb, call);
  }

  // KILL, the end of the process, and delete. Nobody owes it to us to wait for the end, so there is
  // no state to ask for before it.
  Result<void> End() {
    if (between_) between_();
    ASSIGN_OR_RETURN(const Call kill, rig_.Try("kill", *container_, {{"signal", "KILL"}}));
    const bool ended = WaitForEnd(*container_, Deadline::After(rig_.options().step_time));
    seen_["end"] = ended && container_->ended ? container_->ended->ToText() : "it does not end";
    RETURN_IF_ERROR(Note("kill", kill));
    return Do("delete");
  }

  Result<void> Note(const std::string& verb, const Call& call) {
    ASSIGN_OR_RETURN(const std::string status, Status());
    calls_.push_back({{"call", verb},
                      {"outcome", call.timed_out ? "no answer" : call.status.ToText()},
                      {"status", status}});
    return {};
  }

  Result<std::string> Status() {
    ASSIGN_OR_RETURN(const Call call, rig_.Try("state", *container_));
    if (!call.Success()) return std::string(call.timed_out ? "no answer" : "none");
    return ReadState(call.output).status;
  }

  static json Answer(const Result<json>& answer) { return answer ? *answer : json("no answer"); }

  json Look(const Result<json>& answer, std::span<const Varying> varying) const {
    if (!answer || !answer->contains("probe")) return "no answer";
    return Normalised(answer->at("probe"), container_->id, varying);
  }

  json LookByExec() {
    if (between_) between_();
    const auto answers = rig_.Exec(*container_, {{{"tell", "observe"}}});
    if (!answers) return "no answer";
    const json look = Look(answers->at(0), kOfTheCondition);
    return look.is_object() ? Normalised(look, "", kOfExec) : look;
  }

  // What the log says, in the order in which it was written.
  json Hooks() const {
    std::istringstream lines(
        ReadFile(container_->bundle + "/rootfs" + kLogInContainer, kLogCap).value_or(""));
    json hooks = json::array();
    for (std::string line; std::getline(lines, line);) hooks.push_back(line);
    return hooks;
  }

  Rig& rig_;
  const std::function<void()>& between_;
  Container* container_ = nullptr;
  json calls_ = json::array();
  json seen_ = json::object();
  std::string made_;  // what create said, for whoever reads of a life that is none
};

}  // namespace

Result<json> Live(Rig& rig, const std::function<void()>& between) {
  return Life(rig, between).Live();
}

}  // namespace loadline::conformance::timing
