// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/given_bundle.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "base/digest.h"
#include "base/files.h"
#include "conformance/harness/strict_json.h"
#include "schema/schema_set.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr size_t kCap = 16 << 20;

Error Unusable(std::string what, std::string hint) {
  return Failure(ErrorKind::kUnreadable, std::move(what), std::move(hint));
}

struct LeftOut {
  const char* place;
  const char* why;
};
constexpr LeftOut kLeftOut[] = {
    {"/process/args", "the probe is the process"},
    {"/process/commandLine", "the probe is the process"},
    {"/process/consoleSize", "nobody looks at the console"},
    {"/process/apparmorProfile", "policies are the host's"},
    {"/process/selinuxLabel", "policies are the host's"},
    {"/linux/mountLabel", "policies are the host's"},
    {"/root/path", "a small root filesystem takes its place"},
    {"/hooks", "they are programs of the host"},
    {"/linux/cgroupsPath", "the cell has groups of its own"},
    {"/linux/intelRdt", "not every processor has it"},
    {"/linux/seccomp/listenerPath", "nobody listens"},
    {"/linux/seccomp/listenerMetadata", "nobody listens"},
};

void LeaveOut(GivenBundle& given) {
  for (const LeftOut& left_out : kLeftOut) {
    const json::json_pointer pointer(left_out.place);
    if (!given.config.contains(pointer)) continue;
    given.config[pointer.parent_pointer()].erase(pointer.back());
    given.left_out.push_back(std::string(left_out.place) + ": " + left_out.why);
  }
  // Namespaces to join are those of the host; new ones take their place.
  const json::json_pointer namespaces("/linux/namespaces");
  if (!given.config.contains(namespaces)) return;
  for (json& entry : given.config[namespaces]) {
    if (entry.erase("path") != 0)
      given.left_out.push_back("the path of the " + entry.value("type", "") +
                               " namespace: what it names is the host's");
  }
}

// What the probe sees comes from /proc for the most part. Whoever has users of his own and shares
// the processes of others cannot mount one.
void AddProc(GivenBundle& given) {
  json& mounts = given.config["mounts"];
  if (mounts.is_null()) mounts = json::array();
  const auto has = [](const json& list, const char* member, const char* value) {
    return std::any_of(list.begin(), list.end(),
                       [&](const json& entry) { return entry.value(member, "") == value; });
  };
  const json namespaces = given.config["linux"].value("namespaces", json::array());
  if (has(mounts, "destination", "/proc") || has(mounts, "destination", "/proc/") ||
      (has(namespaces, "type", "user") && !has(namespaces, "type", "pid")))
    return;
  json proc = {{"destination", "/proc"}, {"type", "proc"}, {"source", "proc"}};
  mounts.insert(mounts.begin(), std::move(proc));
  given.left_out.emplace_back("a root without /proc: one is mounted, for the probe to look at");
}

bool IsBind(const json& mount) {
  const json options = mount.value("options", json::array());
  return std::any_of(options.begin(), options.end(),
                     [](const json& option) { return option == "bind" || option == "rbind"; }) ||
         mount.value("type", "") == "bind";
}

// What the kernel shows is the cell's own and can be bound; files of the host are not looked into.
bool IsOfKernel(const std::string& source) {
  constexpr const char* kRoots[] = {"/proc", "/sys", "/dev"};
  return std::any_of(std::begin(kRoots), std::end(kRoots), [&](const char* root) {
    return source == root || source.starts_with(std::string(root) + "/");
  });
}

void PlanStandIns(GivenBundle& given) {
  if (!given.config.contains("mounts")) return;
  const json& mounts = given.config["mounts"];
  for (size_t i = 0; i < mounts.size(); ++i) {
    const std::string source = mounts[i].value("source", "");
    if (!IsBind(mounts[i]) || IsOfKernel(source)) continue;
    std::error_code error;
    // Relative to the bundle, as the standard says.
    const bool file = fs::exists(fs::path(given.path) / source, error) &&
                      !fs::is_directory(fs::path(given.path) / source, error);
    given.stand_ins.push_back({i, !file});
  }
}

Result<std::string> ReadConfig(const std::string& directory) {
  const std::string file = directory + "/config.json";
  const char* hint = "give the directory of a bundle, with a config.json that you may read";
  struct stat info {};
  if (stat(directory.c_str(), &info) != 0 || stat(file.c_str(), &info) != 0)
    return CallError("stat", info.st_mode == 0 ? directory : file).Hint(hint);
  if (!S_ISREG(info.st_mode)) return Unusable(file + " is not a regular file", hint);
  auto text = ReadFile(file, kCap);
  if (!text) return std::move(text).error().Hint(hint);
  return text;
}

Result<void> MakeFile(const std::string& path) {
  ASSIGN_OR_RETURN(const UniqueFd fd, Open(path, O_WRONLY | O_CREAT | O_EXCL, 0644));
  return {};
}

}  // namespace

Result<GivenBundle> ReadGivenBundle(const std::string& directory) {
  GivenBundle given;
  given.path = directory;
  const std::string file = directory + "/config.json";
  ASSIGN_OR_RETURN(const std::string text, ReadConfig(directory));
  given.digest = Sha256(text);
  ASSIGN_OR_RETURN(const validator::Document document, ParseWithPlaces(file, text));
  given.config = *document.root();
  ASSIGN_OR_RETURN(const auto errors, schema::CheckSchema("oci-runtime/config.json", given.config));
  if (!errors.empty())
    return Unusable(PlaceOf(file, document, errors[0].pointer) + ": " +
                        (errors[0].pointer.empty() ? "" : errors[0].pointer + ": ") +
                        errors[0].message,
                    "`loadline validate " + directory + "` says all that is wrong with it");
  for (const char* member : {"process", "linux"}) {
    if (!given.config.contains(member))
      return Unusable(file + " has no \"" + member + "\"",
                      "the posture of a container of Linux with a process is what is judged");
  }
  LeaveOut(given);
  AddProc(given);
  PlanStandIns(given);
  return given;
}

Result<void> MakeGivenBundle(const GivenBundle& given, const CellPaths& paths,
                             Container& container) {
  json config = given.config;
  config["root"]["path"] = "rootfs";
  config["process"]["args"] = {kProbeInContainer, "serve"};
  config["linux"]["cgroupsPath"] = "${cgroup}";
  AdaptConfig(config, paths.caller);
  if (config["linux"].value("cgroupsPath", "") == "${cgroup}")
    config["linux"]["cgroupsPath"] = "/" + container.id;
  for (const GivenBundle::StandIn& stand_in : given.stand_ins) {
    const std::string source = paths.work + "/stand-in-" + std::to_string(stand_in.mount);
    if (!stand_in.directory) {
      RETURN_IF_ERROR(MakeFile(source));
    } else if (mkdir(source.c_str(), 0755) != 0) {
      return CallError("mkdir", source);
    }
    config["mounts"][stand_in.mount]["source"] = source;
  }
  const UniqueFd root(open((container.bundle + "/rootfs").c_str(), O_PATH | O_CLOEXEC));
  ASSIGN_OR_RETURN(const UniqueFd cwd,
                   MakeDirectoriesInRoot(root.get(), config["process"].value("cwd", "/"), 0755));
  if (config["process"].value("terminal", false))
    container.console_socket = paths.temporary + "/" + container.id + ".sock";
  container.config = std::move(config);
  return GiveTree(container.bundle, paths.caller);
}

}  // namespace loadline::conformance
