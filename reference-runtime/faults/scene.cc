// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/faults/scene.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "reference-runtime/cgroup.h"
#include "reference-runtime/faults/leftovers.h"

namespace loadline::faults {
namespace {

using Json = nlohmann::json;

// The scene's mounts are nobody else's. It stays until this process ends.
Result<std::string> MakeWorkArea() {
  if (unshare(CLONE_NEWNS) != 0) return CallError("unshare", "CLONE_NEWNS");
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return CallError("mount", "/, private");
  const std::string work = "/tmp";
  if (mount("loadline-faults", work.c_str(), "tmpfs", 0, "mode=755,size=64m") != 0)
    return CallError("mount", work);
  // Orphans of the operations come to this process, which is how it knows of them.
  if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) return CallError("prctl");
  return work;
}

Json Hook() { return Json::array({{{"path", "/tmp/hook"}, {"args", {"hook", "exit", "0"}}}}); }

void AddHooks(Json& config) {
  for (const char* name :
       {"createRuntime", "createContainer", "startContainer", "poststart", "poststop"})
    config["hooks"][name] = Hook();
  // That one is looked for in the container.
  config["hooks"]["startContainer"][0]["path"] = "/bin/payload";
}

void AddUserNamespace(Json& config) {
  config["linux"]["namespaces"].push_back({{"type", "user"}});
  config["linux"]["namespaces"].push_back({{"type", "time"}});
  config["linux"]["timeOffsets"] = {{"boottime", {{"secs", 5}, {"nanosecs", 0}}}};
  const Json mapping = Json::array({{{"containerID", 0}, {"hostID", 0}, {"size", 65536}}});
  config["linux"]["uidMappings"] = mapping;
  config["linux"]["gidMappings"] = mapping;
}

Json Seccomp() {
  return {{"defaultAction", "SCMP_ACT_ALLOW"},
          {"syscalls", Json::array({{{"names", {"swapon"}}, {"action", "SCMP_ACT_ERRNO"}}})}};
}

ExitStatus WaitAndReap(ChildProcess& child) {
  const Deadline deadline = Deadline::After(std::chrono::seconds(20));
  while (!deadline.Passed()) {
    auto ended = child.Wait(Deadline::After(std::chrono::milliseconds(5)));
    if (ended.has_value() && ended->has_value()) return **ended;
    ReapOrphans(child.pid());
  }
  return ExitStatus{0, SIGALRM};
}

}  // namespace

Result<Scene> Scene::Make(const std::string& runtime, const std::string& payload,
                          const std::string& kind) {
  namespace fs = std::filesystem;
  Scene scene;
  ASSIGN_OR_RETURN(const std::string program, ReadFile(payload));
  ASSIGN_OR_RETURN(const std::string runtime_program, ReadFile(runtime));
  ASSIGN_OR_RETURN(scene.work_, MakeWorkArea());
  scene.runtime_ = scene.path("loadline-runtime");
  scene.group_ = "/loadline-faults-" + std::to_string(getpid());
  std::error_code problem;
  for (const char* directory : {"root", "bundle/rootfs/bin"})
    fs::create_directories(scene.path(directory), problem);
  if (problem) return Failure("the scene cannot be made: " + problem.message());
  RETURN_IF_ERROR(WriteFileAtomically(scene.runtime_, runtime_program, 0755));
  RETURN_IF_ERROR(WriteFileAtomically(scene.path("bundle/rootfs/bin/payload"), program, 0755));
  RETURN_IF_ERROR(WriteFileAtomically(scene.path("hook"), program, 0755));
  for (const char* name : {"output", "answer", "errors"})
    RETURN_IF_ERROR(WriteFileAtomically(scene.path(name), ""));
  RETURN_IF_ERROR(scene.WriteConfig(kind));
  ASSIGN_OR_RETURN(const auto hierarchies, runtime::FindHierarchies(true));
  for (const auto& hierarchy : hierarchies)
    scene.group_roots_.push_back(hierarchy.mount_point + scene.group_);
  ASSIGN_OR_RETURN(scene.mounts_, ReadFile("/proc/self/mountinfo"));
  scene.files_ = FilesBelow(scene.work_);
  return scene;
}

Result<void> Scene::WriteConfig(const std::string& kind) const {
  const Answer made = Runtime({"spec", "--bundle", path("bundle")});
  if (!made.status.Success()) return Failure("spec: " + made.errors);
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path("bundle/config.json")));
  Json config = Json::parse(text);
  config["process"]["terminal"] = false;
  config["process"]["args"] = {"/bin/payload", "wait"};
  config["process"]["noNewPrivileges"] = kind != "hooks";
  config["linux"]["cgroupsPath"] = group_ + "/" + id_;
  config["linux"]["resources"] = {
      {"pids", {{"limit", 64}}}, {"memory", {{"limit", 64 << 20}}}, {"cpu", {{"shares", 512}}}};
  config["linux"]["seccomp"] = Seccomp();
  if (kind == "hooks") AddHooks(config);
  if (kind == "user") AddUserNamespace(config);
  return WriteFileAtomically(path("bundle/config.json"), config.dump(1));
}

std::vector<std::string> Scene::Command(const std::vector<std::string>& words) const {
  std::vector<std::string> argv{runtime_, "--root", path("root")};
  argv.insert(argv.end(), words.begin(), words.end());
  return argv;
}

std::vector<std::string> Scene::CreateCommand() const {
  return Command({"create", "--bundle", path("bundle"), "--pid-file", path("pid"), id_});
}

Answer Scene::Runtime(const std::vector<std::string>& words) const {
  Answer answer;
  // What create and start were given is the container's for as long as it lives.
  const bool asks = !words.empty() && words[0] == "state";
  const std::string place = asks ? "answer" : "output";
  const UniqueFd output = OpenAnswers(place);
  const UniqueFd errors = OpenAnswers("errors");
  SpawnOptions options;
  options.argv = words.empty() ? CreateCommand() : Command(words);
  options.standard_output = output.get();
  options.standard_error = errors.get();
  auto child = ChildProcess::Spawn(options);
  if (!child.has_value()) {
    answer.status.code = 127;
    answer.errors = child.error().ToLine();
    return answer;
  }
  answer.status = WaitAndReap(*child);
  answer.output = ReadFile(path(place)).value_or("");
  answer.errors = ReadFile(path("errors")).value_or("");
  return answer;
}

UniqueFd Scene::OpenAnswers(const std::string& name) const {
  return UniqueFd(
      open(path(name).c_str(), O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644));
}

std::string Scene::Status() const {
  const Answer answer = Runtime({"state", id_});
  if (!answer.status.Success()) return "none";
  const Json state = Json::parse(answer.output, nullptr, false);
  return state.is_object() ? state.value("status", "unreadable") : "unreadable";
}

pid_t Scene::Pid() const {
  const Json state =
      Json::parse(ReadFile(path("root/" + id_ + "/process.json")).value_or(""), nullptr, false);
  return state.is_object() ? state.value("pid", 0) : 0;
}

bool Scene::RunsPayload(pid_t pid) {
  std::array<char, PATH_MAX> target{};
  const std::string link = "/proc/" + std::to_string(pid) + "/exe";
  if (pid <= 0 || readlink(link.c_str(), target.data(), target.size() - 1) <= 0) return false;
  return std::string(target.data()).ends_with("/payload");
}

std::vector<std::string> Scene::LeftoverFiles() const {
  std::vector<std::string> lines;
  if (ReadFile("/proc/self/mountinfo").value_or("") != mounts_) lines.push_back("mounts differ");
  for (const std::string& root : group_roots_) {
    for (const std::string& group : GroupsBelow(root)) lines.push_back("group " + group);
  }
  for (const std::string& file : FilesBelow(work_)) {
    // The runtime makes mount points in the root filesystem, and writes the file that it was asked
    // for: both are there after a success, too.
    const bool allowed = file == "pid" || IsMountPoint(file);
    if (!allowed && files_.count(file) == 0) lines.push_back("file " + file);
  }
  return lines;
}

std::vector<std::string> Scene::Leftovers() const {
  std::vector<std::string> lines = LeftoverProcesses(std::chrono::seconds(1), 0);
  for (std::string& line : LeftoverFiles()) lines.push_back(std::move(line));
  return lines;
}

void Scene::Clean() const {
  KillDescendants();
  for (const std::string& root : group_roots_) RemoveGroups(root);
  std::set<std::string> found = FilesBelow(work_);
  for (auto file = found.rbegin(); file != found.rend(); ++file) {  // what is inside comes first
    std::error_code problem;
    if (files_.count(*file) == 0) std::filesystem::remove(path(*file), problem);
  }
}

}  // namespace loadline::faults
