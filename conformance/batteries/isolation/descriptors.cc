// SPDX-License-Identifier: Apache-2.0
// Descriptors that the caller leaked: none reaches the payload but those that it was to get, and
// none that leads outside is open in the process that waits for start, nor any that would stay
// open. Guards against CVE-2016-8649, CVE-2016-9962, CVE-2024-21626.
#include <dirent.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "base/files.h"
#include "base/pipe.h"
#include "conformance/batteries/isolation/isolation.h"
#include "conformance/batteries/isolation/trial.h"
#include "conformance/batteries/native.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

const std::string kInit = "loadline/isolation/descriptors/init";
const std::string kExec = "loadline/isolation/descriptors/exec";
const std::string kWaiting = "loadline/isolation/descriptors/waiting";
const std::string kClosing = "loadline/isolation/descriptors/waiting-closes";
const std::string kPreserved = "loadline/isolation/descriptors/preserved";
const std::string kPreservedByExec = "loadline/isolation/descriptors/preserved-by-exec";

constexpr int kDirectory = 100;
constexpr int kFile = 101;
constexpr int kSocket = 102;
constexpr int kPipe = 200;
// Those that the caller means to hand over are the first ones after the streams.
constexpr int kFirst = 3;
constexpr int kHandedOver = 2;

// A directory, a file, a socket and a pipe, for whoever inherits them.
struct Leaks {
  UniqueFd directory;
  UniqueFd file;
  UniqueFd socket_end;
  Pipe pipe;
  std::vector<std::pair<int, int>> numbers() const {
    return {{directory.get(), kDirectory},
            {file.get(), kFile},
            {socket_end.get(), kSocket},
            {pipe.write.get(), kPipe}};
  }
};

Result<Leaks> Leak(const Sentinels& sentinels) {
  Leaks leaks;
  ASSIGN_OR_RETURN(leaks.directory, Open(sentinels.directory(), O_RDONLY | O_DIRECTORY));
  ASSIGN_OR_RETURN(leaks.file, Open(sentinels.file(), O_RDONLY));
  leaks.socket_end.Reset(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSIGN_OR_RETURN(leaks.pipe, MakePipe());
  return leaks;
}

// Numbers above 2 that the probe reports.
json Extra(const json& answer) {
  json extra = json::object();
  const json fds = answer.value("/probe/fds"_json_pointer, json::object());
  for (const auto& fd : fds.items()) {
    if (std::stoi(fd.key()) > 2) extra[fd.key()] = fd.value();
  }
  return extra;
}

// Directories that a process holds open and that are not below its own root: a way out for whoever
// gets hold of them. An error when that cannot be told.
Result<json> DirectoriesOutside(pid_t pid) {
  json found = json::object();
  const std::string process = "/proc/" + std::to_string(pid);
  struct stat root {};
  if (stat((process + "/root").c_str(), &root) != 0) return CallError("stat", process + "/root");
  const std::unique_ptr<DIR, int (*)(DIR*)> fds(opendir((process + "/fd").c_str()), closedir);
  if (!fds) return CallError("opendir", process + "/fd");
  while (const dirent* entry = readdir(fds.get())) {
    struct stat info {};
    const std::string path = process + "/fd/" + entry->d_name;
    if (entry->d_name[0] == '.' || stat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode))
      continue;
    std::error_code error;
    if (info.st_dev != root.st_dev || info.st_ino != root.st_ino)
      found[entry->d_name] = std::filesystem::read_symlink(path, error).string();
  }
  return found;
}

// Numbers above 2 that an execution would not close.
Result<json> StayingOpen(pid_t pid) {
  json found = json::object();
  const std::string process = "/proc/" + std::to_string(pid);
  const std::unique_ptr<DIR, int (*)(DIR*)> fds(opendir((process + "/fdinfo").c_str()), closedir);
  if (!fds) return CallError("opendir", process + "/fdinfo");
  while (const dirent* entry = readdir(fds.get())) {
    if (entry->d_name[0] == '.' || std::atoi(entry->d_name) < kFirst) continue;
    const std::string info = ReadRecord(process + "/fdinfo/" + entry->d_name).value_or("");
    const size_t flags = info.find("flags:");
    if (flags == std::string::npos) continue;
    std::error_code error;
    if ((std::strtoul(info.c_str() + flags + 6, nullptr, 8) & O_CLOEXEC) == 0)
      found[entry->d_name] =
          std::filesystem::read_symlink(process + "/fd/" + entry->d_name, error).string();
  }
  return found;
}

// Of what the caller left open and what it handed over, the payload gets what was handed over.
void JudgePreserved(Findings& findings, const std::string& check, const json& answer) {
  std::string numbers;
  const json extra = Extra(answer);
  for (const auto& fd : extra.items()) numbers += (numbers.empty() ? "" : " ") + fd.key();
  std::string expected;
  for (int number = kFirst; number < kFirst + kHandedOver; ++number)
    expected += (expected.empty() ? "" : " ") + std::to_string(number);
  findings.Judge(check, numbers == expected,
                 "two descriptors were handed over, and the payload has " + extra.dump(), extra);
}

Result<void> HandOver(Rig& rig, Findings& findings, const Leaks& leaks) {
  for (const char* verb : {"create", "exec"}) {
    if (!rig.HasVerb(verb)) continue;
    json& words = rig.calls().verbs[verb];
    words.insert(words.begin() + 1, {"--preserve-fds", std::to_string(kHandedOver)});
  }
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer());
  container->descriptors = leaks.numbers();
  for (int number = kFirst; number < kFirst + kHandedOver; ++number)
    container->descriptors.emplace_back(leaks.pipe.read.get(), number);
  RETURN_IF_ERROR(rig.Run(*container));
  ASSIGN_OR_RETURN(const json seen, rig.Tell(*container, {{"tell", "observe"}}));
  JudgePreserved(findings, kPreserved, seen);
  if (!rig.HasVerb("exec")) return {};
  ASSIGN_OR_RETURN(const auto by_exec, rig.Exec(*container, {{{"tell", "observe"}}}));
  JudgePreserved(findings, kPreservedByExec, by_exec[0]);
  return {};
}

Result<void> JudgeClosed(Rig& rig, Findings& findings, const Leaks& leaks) {
  const json observe = {{"tell", "observe"}};
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer());
  container->descriptors = leaks.numbers();
  RETURN_IF_ERROR(rig.Create(*container));
  ASSIGN_OR_RETURN(const pid_t pid, Rig::PidOf(*container));
  ASSIGN_OR_RETURN(const json outside, DirectoriesOutside(pid));
  findings.Judge(
      kWaiting, outside.empty(),
      "the process that waits for start holds directories outside its root open: " + outside.dump(),
      outside);
  ASSIGN_OR_RETURN(const json staying, StayingOpen(pid));
  findings.Judge(
      kClosing, staying.empty(),
      "the process that waits for start holds open without close-on-exec: " + staying.dump(),
      staying);
  RETURN_IF_ERROR(rig.Start(*container));
  ASSIGN_OR_RETURN(const json seen, rig.Tell(*container, observe));
  findings.Judge(kInit, Extra(seen).empty(), "the payload inherited " + Extra(seen).dump(),
                 Extra(seen));
  if (!rig.HasVerb("exec")) return {};
  ASSIGN_OR_RETURN(const auto by_exec, rig.Exec(*container, {observe}));
  findings.Judge(kExec, Extra(by_exec[0]).empty(),
                 "the process of exec inherited " + Extra(by_exec[0]).dump(), Extra(by_exec[0]));
  return {};
}

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(const Sentinels sentinels, Sentinels::MakeBelow(rig.paths().work));
  ASSIGN_OR_RETURN(const Leaks leaks, Leak(sentinels));
  const json observe = {{"tell", "observe"}};
  // The control: nobody closes them on the way to a native process.
  ASSIGN_OR_RETURN(Native native, Native::Start(rig, {"serve"}, leaks.numbers()));
  ASSIGN_OR_RETURN(const json leaky, native.Tell(observe));
  ASSIGN_OR_RETURN(const json held, DirectoriesOutside(native.pid()));
  ASSIGN_OR_RETURN(const json staying, StayingOpen(native.pid()));
  RETURN_IF_ERROR(CheckControl(Extra(leaky).size() == leaks.numbers().size() &&
                                   held.contains(std::to_string(kDirectory)) &&
                                   staying.size() == leaks.numbers().size(),
                               "leaked descriptors"));
  RETURN_IF_ERROR(JudgeClosed(rig, findings, leaks));
  return HandOver(rig, findings, leaks);
}

}  // namespace

BatteryRun DescriptorsRun() {
  const std::string closed = "loadline/isolation/probes/leaked-descriptors";
  return {
      "descriptors",
      {{kInit, "the payload gets none of the caller's descriptors", {closed}, {}},
       {kExec, "a process of exec gets none of the caller's descriptors", {closed}, {"verb-exec"}},
       {kWaiting,
        "the process that waits for start holds no directory of the outside open",
        {"loadline/isolation/probes/descriptors-of-the-waiting"},
        {}},
       {kClosing,
        "the process that waits for start holds nothing open that execution does not close",
        {"loadline/isolation/probes/descriptors-of-the-waiting"},
        {}},
       {kPreserved,
        "the payload gets the descriptors that were handed over, and no other",
        {"loadline/isolation/probes/preserved-descriptors"},
        {"option-preserve-fds"}},
       {kPreservedByExec,
        "a process of exec gets the descriptors that were handed over, and no other",
        {"loadline/isolation/probes/preserved-descriptors"},
        {"option-preserve-fds", "verb-exec"}}},
      false,
      Work};
}

}  // namespace loadline::conformance::isolation
