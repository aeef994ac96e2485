// SPDX-License-Identifier: Apache-2.0
// Images with files of their own where a runtime writes labels, sysctls and scores: what was asked
// for holds, or was refused, and nothing has landed in the image's files. Guards against
// CVE-2019-16884, CVE-2019-19921, CVE-2025-52881 and CVE-2025-62596.
#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "base/files.h"
#include "conformance/batteries/isolation/image.h"
#include "conformance/batteries/isolation/isolation.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

constexpr const char* kFake = "fake\n";
constexpr const char* kSysctl = "/proc/sys/net/ipv4/ip_default_ttl";
constexpr const char* kTtl = "77";
constexpr const char* kScore = "321";

// Where runtimes write, below an image's own /proc.
constexpr const char* kWritten[] = {"/proc/self/attr/exec",
                                    "/proc/self/attr/current",
                                    "/proc/self/attr/keycreate",
                                    "/proc/self/attr/apparmor/exec",
                                    "/proc/thread-self/attr/exec",
                                    "/proc/self/oom_score_adj",
                                    "/proc/self/setgroups",
                                    "/proc/self/loginuid",
                                    "/proc/self/timens_offsets",
                                    "/proc/1/oom_score_adj",
                                    "/proc/sys/net/ipv4/ip_default_ttl"};

struct Row {
  const char* name;
  const char* title;
  json config;
  bool mounted;  // there is a mount of proc over the image's files
  bool links;    // they are links to the outside
  std::vector<std::string> needs;
};

json Sysctl() { return {{"linux", {{"sysctl", {{"net.ipv4.ip_default_ttl", kTtl}}}}}}; }
json Score() { return {{"process", {{"oomScoreAdj", std::stoi(kScore)}}}}; }
json Label(const char* property) { return {{"process", {{property, "loadline-no-such-label"}}}}; }

std::vector<Row> Rows() {
  return {
      {"sysctl", "a sysctl, where /proc is the image's", Sysctl(), false, false, {}},
      {"sysctl-link",
       "a sysctl, where /proc is the image's and leads outside",
       Sysctl(),
       false,
       true,
       {}},
      {"sysctl-covered",
       "a sysctl, where proc covers the image's files",
       Sysctl(),
       true,
       false,
       {}},
      {"score", "an out-of-memory score, where /proc is the image's", Score(), false, false, {}},
      {"score-link",
       "an out-of-memory score, where /proc is the image's and leads outside",
       Score(),
       false,
       true,
       {}},
      {"score-covered",
       "an out-of-memory score, where proc covers the image's files",
       Score(),
       true,
       false,
       {}},
      {"apparmor-label",
       "an AppArmor profile that is not there, where /proc is the image's",
       Label("apparmorProfile"),
       false,
       false,
       {}},
      {"apparmor-label-link",
       "an AppArmor profile that is not there, where /proc is the image's and leads outside",
       Label("apparmorProfile"),
       false,
       true,
       {}},
      {"selinux-label",
       "an SELinux label that is not there, where /proc is the image's",
       Label("selinuxLabel"),
       false,
       false,
       {}},
  };
}

std::string CheckOf(const Row& row) {
  return std::string("loadline/isolation/redirected-writes/") + row.name;
}

std::vector<Planted> Image(const Row& row) {
  std::vector<Planted> image;
  for (const char* path : kWritten)
    image.push_back(row.links ? Link(path, "${outside}/file") : File(path, kFake));
  return image;
}

// A file of /proc/sys as a process in the network namespace of another reads it.
std::string ReadInNetworkOf(pid_t pid, const std::string& path) {
  std::string text;
  std::thread([&] {
    const auto place = Open("/proc/" + std::to_string(pid) + "/ns/net", O_RDONLY);
    if (place && setns(place->get(), CLONE_NEWNET) == 0) text = ReadFile(path).value_or("");
  }).join();
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

// The image's files under other names, so that what is written to them is seen when the bundle is
// gone: hard links.
class Twins {
 public:
  static Result<Twins> Make(const std::string& directory, const std::string& rootfs,
                            const std::vector<Planted>& image) {
    Twins twins;
    twins.directory_ = directory;
    if (mkdir(directory.c_str(), 0755) != 0) return CallError("mkdir", directory);
    for (const Planted& one : image) {
      if (one.kind != Planted::Kind::kFile) continue;
      const std::string name = directory + "/" + std::to_string(twins.files_.size());
      if (link((rootfs + one.path).c_str(), name.c_str()) != 0) return CallError("link", name);
      twins.files_.push_back(one);
    }
    return twins;
  }

  // By path in the image: what is there instead of what was planted.
  json Changes() const {
    json changes = json::object();
    for (size_t i = 0; i < files_.size(); ++i) {
      const std::string content =
          ReadFile(directory_ + "/" + std::to_string(i), 4096).value_or("unreadable");
      if (content != files_[i].text) changes[files_[i].path] = content;
    }
    return changes;
  }

 private:
  std::string directory_;
  std::vector<Planted> files_;
};

// What the candidate wrote to the kernel.
json Look(const Container& container) {
  std::string score =
      ReadFile("/proc/" + std::to_string(container.pid) + "/oom_score_adj").value_or("");
  while (!score.empty() && score.back() == '\n') score.pop_back();
  return {{"sysctl", ReadInNetworkOf(container.pid, kSysctl)}, {"score", score}};
}

std::string WhatIsWrong(const Row& row, const json& seen) {
  const bool sysctl = row.config.contains("/linux/sysctl"_json_pointer);
  const bool score = row.config.contains("/process/oomScoreAdj"_json_pointer);
  if (sysctl && seen["sysctl"] != kTtl)
    return "the sysctl was to be " + std::string(kTtl) + " and is " + seen["sysctl"].dump();
  if (score && seen["score"] != kScore)
    return "the score was to be " + std::string(kScore) + " and is " + seen["score"].dump();
  return "";
}

// The control: what is written by the path in the image is seen there.
Result<void> Control(Rig& rig, const std::vector<Planted>& image) {
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer());
  const std::string rootfs = container->bundle + "/rootfs";
  RETURN_IF_ERROR(Plant(rootfs, image, ""));
  ASSIGN_OR_RETURN(const Twins twins, Twins::Make(rig.paths().work + "/control", rootfs, image));
  RETURN_IF_ERROR(WriteExisting(rootfs + kSysctl, kTtl));
  rig.Remove(*container);
  return CheckControl(twins.Changes().contains(kSysctl), "a sysctl written to a file of the image");
}

Result<void> JudgeRow(Rig& rig, Findings& findings, const Row& row) {
  ASSIGN_OR_RETURN(const Sentinels sentinels, Sentinels::MakeBelow(rig.paths().work));
  const std::vector<Planted> image = Image(row);
  Trial trial;
  trial.config = row.config;
  if (!row.mounted) trial.config["mounts"]["/proc"] = nullptr;
  Twins twins;
  trial.prepare = [&](const std::string& rootfs) -> Result<void> {
    RETURN_IF_ERROR(Plant(rootfs, image, sentinels.directory()));
    ASSIGN_OR_RETURN(twins, Twins::Make(rig.paths().work + "/" + row.name, rootfs, image));
    return {};
  };
  trial.look = [](const Container& container) -> Result<json> { return Look(container); };
  const std::string before = ReadFile(kSysctl).value_or("");
  ASSIGN_OR_RETURN(Outcome outcome, Try(rig, trial, sentinels));
  outcome.what = row.title;
  // A refusal that comes after the writing is too late.
  const json written = twins.Changes();
  findings.Judge(CheckOf(row), written.empty(),
                 outcome.what + ": written to the image's files: " + written.dump(), written);
  JudgeTrial(findings, CheckOf(row), outcome,
             [&row](const Outcome& seen) { return WhatIsWrong(row, seen.seen); });
  const std::string afterwards = ReadFile(kSysctl).value_or("");
  findings.Judge(CheckOf(row), before == afterwards, "the host's sysctl is now " + afterwards);
  return {};
}

Result<void> Work(Rig& rig, Findings& findings) {
  const std::vector<Row> rows = Rows();
  RETURN_IF_ERROR(Control(rig, Image(rows[0])));
  for (const Row& row : rows) RETURN_IF_ERROR(JudgeRow(rig, findings, row));
  return {};
}

}  // namespace

BatteryRun RedirectedWritesRun() {
  BatteryRun run{"redirected-writes", {}, false, Work};
  for (const Row& row : Rows())
    run.checks.push_back({CheckOf(row),
                          std::string(row.title) + ", is not written to a file of the image",
                          {"loadline/isolation/probes/redirected-writes"},
                          row.needs});
  return run;
}

}  // namespace loadline::conformance::isolation
