// SPDX-License-Identifier: Apache-2.0
// Judges every fact of the posture in four bundles, for init and for exec.
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <map>

#include "conformance/batteries/isolation/isolation.h"
#include "conformance/batteries/isolation/posture.h"
#include "conformance/batteries/native.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;
using reports::Verdict;

constexpr int kSharedMemoryKey = 0x10ad11e;

std::string CheckOf(const Fact& fact, bool exec) {
  return std::string("loadline/isolation/") + (exec ? "exec/" : "init/") + fact.name;
}

std::string CheckOfBundle(const std::string& name) { return "loadline/isolation/bundle/" + name; }

json Plain() { return json::object(); }

// Everything that takes away.
json Hardened() {
  return json::parse(R"({
    "process": {
      "user": {"uid": 1000, "gid": 1001, "additionalGids": [1002], "umask": 63},
      "cwd": "/tmp",
      "env": ["PATH=/bin", "ONLY=this"],
      "capabilities": {"bounding": [], "effective": [], "permitted": [], "inheritable": [], "ambient": []},
      "rlimits": {"RLIMIT_NOFILE": {"soft": 200, "hard": 300}},
      "oomScoreAdj": 100
    },
    "root": {"readonly": true},
    "hostname": "hardened",
    "mounts": {"/tmp": {"type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "nodev", "noexec"]}},
    "linux": {
      "namespaces": {"cgroup": {}},
      "sysctl": {"net.ipv4.ip_forward": "1", "kernel.msgmax": "4096"},
      "maskedPaths": ["/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/acpi", "/proc/scsi", "/sys/firmware"],
      "readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
      "seccomp": {
        "defaultAction": "SCMP_ACT_ALLOW",
        "syscalls": [{"names": ["getsid"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1}]
      }
    }
  })");
}

json InUserNamespace() {
  return json::parse(R"({
    "linux": {
      "namespaces": {"user": {}},
      "uidMappings": [{"containerID": 0, "hostID": 100000, "size": 30000}],
      "gidMappings": [{"containerID": 0, "hostID": 130000, "size": 30000}]
    }
  })");
}

// Little of its own, and more rights.
json Sharing() {
  return json::parse(R"({
    "process": {
      "noNewPrivileges": false,
      "capabilities": {
        "bounding": ["CAP_CHOWN", "CAP_NET_RAW"], "effective": ["CAP_CHOWN", "CAP_NET_RAW"],
        "permitted": ["CAP_CHOWN", "CAP_NET_RAW"], "inheritable": ["CAP_CHOWN"], "ambient": ["CAP_CHOWN"]
      }
    },
    "hostname": null,
    "linux": {"namespaces": {"network": null, "ipc": null, "uts": null}}
  })");
}

struct NamedBundle {
  const char* name;
  json (*changes)();
};
constexpr NamedBundle kBundles[] = {{"plain", Plain},
                                    {"hardened", Hardened},
                                    {"user-namespace", InUserNamespace},
                                    {"sharing", Sharing}};

// Something of the cell's in its network and its ipc namespace. Gone with the cell.
class Outside {
 public:
  static Result<Outside> Make() {
    Outside outside;
    outside.name_ = RandomContainerId();
    outside.socket_.Reset(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    outside.name_.copy(address.sun_path + 1, sizeof address.sun_path - 1);
    const auto length =
        static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + outside.name_.size());
    if (bind(outside.socket_.get(), reinterpret_cast<sockaddr*>(&address), length) != 0 ||
        listen(outside.socket_.get(), 64) != 0)
      return CallError("bind", "an abstract socket");
    if (shmget(kSharedMemoryKey, 4096, IPC_CREAT | 0666) < 0) return CallError("shmget");
    return outside;
  }
  json ConnectMessage() const { return {{"tell", "connect-abstract"}, {"name", name_}}; }
  static json FindMessage() { return {{"tell", "find-shared-memory"}, {"key", kSharedMemoryKey}}; }

 private:
  std::string name_;
  UniqueFd socket_;
};

std::vector<std::string> Names(const json& object) {
  std::vector<std::string> names;
  for (const auto& member : object.items()) names.push_back(member.key());
  return names;
}

// The question that makes every fact visible.
json ObserveMessage(const json& config, const std::string& outside) {
  json paths = {outside, "/proc/sys/kernel/core_pattern"};
  for (const char* list : {"/linux/maskedPaths", "/linux/readonlyPaths"}) {
    for (const json& path : At(config, list)) paths.push_back(path);
  }
  for (const char* name :
       {"null", "zero", "full", "random", "urandom", "tty", "fd", "stdin", "stdout", "stderr"})
    paths.push_back("/dev/" + std::string(name));
  return {{"tell", "observe"},
          {"paths", paths},
          {"sysctls", Names(At(config, "/linux/sysctl"))},
          {"syscalls", {"getsid"}}};
}

// The parts that differ, not the whole.
std::string WhatIsWrong(const Fact& fact, const Comparison& comparison) {
  const json& expected = comparison.expected;
  const json& seen = comparison.seen;
  if (fact.match == Match::kAtMost) {
    json more = json::array();
    for (const json& element : seen) {
      if (std::find(expected.begin(), expected.end(), element) == expected.end())
        more.push_back(element);
    }
    return "beyond what was expected: " + more.dump();
  }
  if (!expected.is_object() || !seen.is_object())
    return "expected " + expected.dump() + ", seen " + seen.dump();
  std::string wrong;
  for (const auto& member : expected.items()) {
    const json there = seen.value(member.key(), json());
    if (there != member.value())
      wrong += (wrong.empty() ? "" : ", ") + member.key() + " is " + there.dump() + " instead of " +
               member.value().dump();
  }
  return wrong;
}

class FactsJudge {
 public:
  FactsJudge(Rig& rig, Findings& findings) : rig_(rig), findings_(findings) {}

  Result<void> Judge() {
    ASSIGN_OR_RETURN(native_, Native::Start(rig_));
    ASSIGN_OR_RETURN(outside_, Outside::Make());
    ASSIGN_OR_RETURN(const json able,
                     native_->Tell({{"tell", "observe"}, {"attempts", {"new-user-namespace"}}}));
    for (const NamedBundle& bundle : kBundles) {
      const bool needs_user = std::string_view(bundle.name) == "user-namespace";
      if (needs_user && At(able, "/probe/attempts/new-user-namespace") != "ok") {
        findings_.Say(CheckOfBundle(bundle.name), Verdict::kEnvironment,
                      "this host makes no user namespaces");
        continue;
      }
      auto judged = JudgeBundle(bundle);
      if (!judged && !IsCandidateError(judged.error())) return judged;
      findings_.Judge(CheckOfBundle(bundle.name), judged.has_value(),
                      judged ? "" : judged.error().what);
    }
    for (const Fact& fact : AllFacts()) {
      for (const bool exec : {false, true}) SayOf(fact, exec);
    }
    return {};
  }

 private:
  Result<json> ObserveNatively(const json& message) {
    ASSIGN_OR_RETURN(const json answer, native_->Tell(message));
    return answer.value("probe", json::object());
  }

  Result<void> JudgeBundle(const NamedBundle& bundle) {
    ASSIGN_OR_RETURN(Container* const container, rig_.NewContainer(bundle.changes()));
    const json observe = ObserveMessage(container->config, rig_.paths().base);
    const std::vector<json> questions = {observe, outside_->ConnectMessage(),
                                         Outside::FindMessage()};
    Circumstances circumstances;
    circumstances.config = container->config;
    circumstances.id = container->id;
    ASSIGN_OR_RETURN(circumstances.native, ObserveNatively(observe));
    const json before = circumstances.native.value("sysctls", json());
    RETURN_IF_ERROR(rig_.Run(*container));
    std::vector<json> answers;
    for (const json& question : questions) {
      ASSIGN_OR_RETURN(json answer, rig_.Tell(*container, question));
      answers.push_back(std::move(answer));
    }
    ASSIGN_OR_RETURN(const json afterwards, ObserveNatively(observe));
    circumstances.more = {{"outside", rig_.paths().base},
                          {"sysctlsBefore", before},
                          {"sysctlsAfterwards", afterwards.value("sysctls", json())}};
    Compare(bundle.name, circumstances, answers);
    if (rig_.HasVerb("exec")) {
      ASSIGN_OR_RETURN(answers, rig_.Exec(*container, questions));
      circumstances.exec = true;
      Compare(bundle.name, circumstances, answers);
    }
    rig_.Remove(*container);
    return {};
  }

  void Compare(const std::string& bundle, Circumstances& circumstances,
               const std::vector<json>& answers) {
    circumstances.probe = answers[0].value("probe", json::object());
    circumstances.more["abstractSocket"] = answers[1];
    circumstances.more["sharedMemory"] = answers[2];
    for (const Fact& fact : AllFacts()) {
      const Comparison comparison = CompareFact(fact, circumstances);
      if (comparison.judged)
        comparisons_[CheckOf(fact, circumstances.exec)].emplace_back(bundle, comparison);
    }
  }

  void SayOf(const Fact& fact, bool exec) {
    const std::string check = CheckOf(fact, exec);
    json evidence = json::object();
    std::string message;
    bool visible = false;
    for (const auto& [bundle, comparison] : comparisons_[check]) {
      evidence[bundle] = {{"seen", comparison.seen}};
      visible = visible || comparison.visible;
      if (comparison.holds) continue;
      evidence[bundle]["expected"] = comparison.expected;
      message += (message.empty() ? "" : "; ") + bundle + ": " + WhatIsWrong(fact, comparison);
    }
    if (!visible) {
      findings_.Say(check, Verdict::kInconclusive, "it cannot be seen from inside", evidence);
    } else {
      findings_.Judge(check, message.empty(), message, evidence);
    }
  }

  Rig& rig_;
  Findings& findings_;
  std::optional<Native> native_;
  std::optional<Outside> outside_;
  std::map<std::string, std::vector<std::pair<std::string, Comparison>>> comparisons_;
};

Result<void> Work(Rig& rig, Findings& findings) { return FactsJudge(rig, findings).Judge(); }

}  // namespace

BatteryRun FactsRun() {
  BatteryRun run{"facts", {}, false, Work};
  for (const NamedBundle& bundle : kBundles)
    run.checks.push_back({CheckOfBundle(bundle.name),
                          "the " + std::string(bundle.name) + " bundle runs and answers",
                          {"loadline/isolation/facts/observable"},
                          {}});
  for (const Fact& fact : AllFacts()) {
    const std::string requirement = "loadline/isolation/facts/" + std::string(fact.name);
    run.checks.push_back({CheckOf(fact, false), fact.title, {requirement}, {}});
    run.checks.push_back({CheckOf(fact, true),
                          std::string(fact.title) + " (of exec)",
                          {requirement},
                          {"verb-exec"}});
  }
  return run;
}

}  // namespace loadline::conformance::isolation
