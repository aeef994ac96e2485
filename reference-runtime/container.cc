// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/container.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/temp_dir.h"

namespace loadline::runtime {
namespace {

using Json = nlohmann::json;

constexpr const char* kContainerFile = "/state.json";
constexpr const char* kProcessFile = "/process.json";
constexpr const char* kConfigFile = "/config.json";

Container FromJson(const Json& json) {
  Container container;
  container.id = json.at("id");
  container.bundle = json.at("bundle");
  container.rootfs = json.at("rootfs");
  container.oci_version = json.at("ociVersion");
  container.created = json.at("created");
  for (const auto& [key, value] : json.at("annotations").items())
    container.annotations.emplace_back(key, value);
  container.cgroups = json.at("cgroups").get<std::vector<std::string>>();
  container.unit = json.at("unit");
  container.cgroup.path = json.at("cgroupPath");
  container.cgroup.unified = json.at("cgroupUnified");
  container.cgroup.mounts = json.value("cgroupMounts", "");
  container.keyring = json.value("keyring", "");  // containers of earlier builds have none by name
  container.own_pids = json.at("ownPids");
  container.rdt = {"", json.at("rdtGroup"), json.at("rdtMonitoring"), json.at("rdtOwned")};
  return container;
}

void TakeProcess(const Json& json, Container& container) {
  container.pid = json.at("pid");
  container.start_time = json.at("startTime");
  container.program = json.at("program");
}

Json Annotations(const Container& container) {
  Json annotations = Json::object();
  for (const auto& [key, value] : container.annotations) annotations[key] = value;
  return annotations;
}

}  // namespace

Result<uint64_t> StartTime(pid_t pid) {
  auto text = ReadRecord("/proc/" + std::to_string(pid) + "/stat");
  if (!text.has_value()) {
    const int number = text.error().number;
    // Without /proc there is no such file either.
    const bool gone = number == ESRCH || (number == ENOENT && kill(pid, 0) != 0 && errno == ESRCH);
    return gone ? Result<uint64_t>(0) : Result<uint64_t>(std::move(text).error());
  }
  // The second field may hold anything, so count from its closing parenthesis: state is 3,
  // starttime is 22.
  size_t at = text->rfind(')');
  if (at == std::string::npos || at + 2 >= text->size())
    return Failure("/proc/" + std::to_string(pid) + "/stat cannot be understood");
  const char state = (*text)[at + 2];
  if (state == 'Z' || state == 'X') return uint64_t{0};
  for (int field = 2; field < 22 && at != std::string::npos; ++field) at = text->find(' ', at + 1);
  return at == std::string::npos ? uint64_t{0} : std::strtoull(text->c_str() + at, nullptr, 10);
}

std::string ProgramOf(const std::string& process) {
  struct stat info {};
  if (stat(("/proc/" + process + "/exe").c_str(), &info) != 0) return "";
  return FileIdentity(info);
}

const std::string& OwnProgram() {
  static const std::string program = ProgramOf("self");
  return program;
}

std::string FileIdentity(const struct stat& file) {
  return std::to_string(file.st_dev) + ":" + std::to_string(file.st_ino);
}

Result<std::string> StatusOf(const Container& container) {
  if (container.pid == 0) return "creating";
  ASSIGN_OR_RETURN(const uint64_t start_time, StartTime(container.pid));
  if (start_time == 0 || start_time != container.start_time) return "stopped";
  // The socket alone would not do: whoever called start may have been killed before he removed it.
  const std::string program = ProgramOf(std::to_string(container.pid));
  const bool is_known = !program.empty() && !container.program.empty();
  if (is_known ? program == container.program : container.waits) return "created";
  return IsFrozen(container.cgroup) ? "paused" : "running";
}

std::string StateDocument(const Container& container, const std::string& status) {
  nlohmann::ordered_json state;
  state["ociVersion"] = container.oci_version;
  state["id"] = container.id;
  state["status"] = status;
  // oci-runtime/runtime/state/pid: REQUIRED when created or running; a stopped one has none.
  if (status != "stopped") state["pid"] = container.pid;
  state["bundle"] = container.bundle;
  if (!container.annotations.empty()) state["annotations"] = Annotations(container);
  return state.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<void> CheckId(const std::string& id) {
  const bool legal = !id.empty() && id.size() <= 255 && id != "." && id != ".." &&
                     std::all_of(id.begin(), id.end(), [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-' ||
                              c == '.';
                     });
  if (legal) return {};
  return Failure("\"" + id + "\" is not a container id", "use letters, digits and _ + - .");
}

Result<void> SaveContainer(const std::string& state_directory, const Container& container) {
  const Json json{{"id", container.id},
                  {"bundle", container.bundle},
                  {"rootfs", container.rootfs},
                  {"ociVersion", container.oci_version},
                  {"created", container.created},
                  {"annotations", Annotations(container)},
                  {"cgroups", container.cgroups},
                  {"unit", container.unit},
                  {"cgroupPath", container.cgroup.path},
                  {"cgroupUnified", container.cgroup.unified},
                  {"cgroupMounts", container.cgroup.mounts},
                  {"keyring", container.keyring},
                  {"ownPids", container.own_pids},
                  {"rdtGroup", container.rdt.group},
                  {"rdtMonitoring", container.rdt.monitoring},
                  {"rdtOwned", container.rdt.owns_group}};
  return WriteFileAtomically(state_directory + kContainerFile,
                             json.dump(-1, ' ', false, Json::error_handler_t::replace), 0600);
}

// Nobody reads it before there is a container's file, so it need not appear whole.
Result<void> SaveConfig(const std::string& state_directory, const std::string& text) {
  const std::string path = state_directory + kConfigFile;
  ASSIGN_OR_RETURN(const UniqueFd file, Open(path, O_WRONLY | O_CREAT | O_EXCL, 0600));
  if (write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    return CallError("write", path);
  return {};
}

Result<void> SaveProcess(const std::string& state_directory, const Container& container) {
  const Json json{
      {"pid", container.pid}, {"startTime", container.start_time}, {"program", container.program}};
  return WriteFileAtomically(state_directory + kProcessFile, json.dump(), 0600);
}

std::string StartSocket(const std::string& state_directory) { return state_directory + "/start"; }

Result<void> RemoveSaved(const std::string& state_directory, bool may_wait) {
  // The container's file before what it is about: without its process it would be one that is being
  // created. Of a removal that is cut short then `delete --force` takes the rest.
  for (const std::string& file : {StartSocket(state_directory), state_directory + kContainerFile}) {
    if (!may_wait && file == StartSocket(state_directory)) continue;
    if (unlink(file.c_str()) != 0 && errno != ENOENT) return CallError("unlink", file);
  }
  // Nobody knows the container any more, so whatever fails here is tried in another way.
  unlink((state_directory + kProcessFile).c_str());
  unlink((state_directory + kConfigFile).c_str());
  if (rmdir(state_directory.c_str()) == 0 || errno == ENOENT) return {};
  return RemoveTree(state_directory);  // also when somebody was killed who was writing there
}

Result<Container> LoadContainer(const std::string& root, const std::string& id) {
  RETURN_IF_ERROR(CheckId(id));
  const std::string directory = root + "/" + id;
  auto text = ReadFile(directory + kContainerFile);
  if (!text.has_value()) {
    if (text.error().number == ENOENT)
      return Failure("container \"" + id + "\" does not exist", "list shows those that do");
    return std::move(text).error();
  }
  auto process = ReadFile(directory + kProcessFile);
  if (!process.has_value() && process.error().number != ENOENT) return std::move(process).error();
  try {
    Container container = FromJson(Json::parse(*text));
    if (process.has_value()) TakeProcess(Json::parse(*process), container);
    container.waits = access(StartSocket(directory).c_str(), F_OK) == 0;
    return container;
  } catch (const Json::exception& problem) {
    return Failure("the saved state of \"" + id + "\" cannot be read: " + problem.what(),
                   "delete --force removes it");
  }
}

std::vector<Container> ListContainers(const std::string& root) {
  std::vector<Container> containers;
  std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(root.c_str()), closedir);
  if (!directory) return containers;
  while (const dirent* entry = readdir(directory.get())) {
    if (entry->d_name[0] == '.') continue;
    if (auto container = LoadContainer(root, entry->d_name); container.has_value())
      containers.push_back(*container);
  }
  std::sort(containers.begin(), containers.end(),
            [](const Container& a, const Container& b) { return a.id < b.id; });
  return containers;
}

Result<UniqueFd> OpenProcess(const Container& container) {
  Error ended = Failure("container \"" + container.id + "\" is not running");
  ended.number = ESRCH;
  if (container.pid == 0) return ended;
  UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, container.pid, 0)));
  if (!pidfd && errno == ESRCH) return ended;
  if (!pidfd) return CallError("pidfd_open", std::to_string(container.pid));
  // Opened first and compared then, so that the descriptor is of the process that was compared.
  ASSIGN_OR_RETURN(const uint64_t start_time, StartTime(container.pid));
  if (start_time == 0 || start_time != container.start_time) return ended;
  return pidfd;
}

Result<void> WritePidFile(const std::string& path, pid_t pid) {
  const std::string text = std::to_string(pid);
  const size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  // Without a name it goes with whoever writes it.
  auto file = Open(directory, O_TMPFILE | O_WRONLY, 0644);
  if (!file.has_value() ||
      write(file->get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    return WriteFileAtomically(path, text);
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (linkat(AT_FDCWD, ProcPath(file->get()).c_str(), AT_FDCWD, path.c_str(),
               AT_SYMLINK_FOLLOW) == 0)
      return {};
    if (errno != EEXIST) break;
    unlink(path.c_str());  // of a container that had it before
  }
  return WriteFileAtomically(path, text);
}

}  // namespace loadline::runtime
