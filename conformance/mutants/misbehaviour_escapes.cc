// SPDX-License-Identifier: Apache-2.0
// A runtime that is careless with paths that an image or a caller chose, or with what it shows of
// itself. It touches what a careless runtime would, and nothing else.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "conformance/mutants/misbehaviour.h"
#include "conformance/mutants/swapped_file.h"

namespace loadline::mutants {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct Bundle {
  json config;
  std::string rootfs;
};

// The configuration of the call's bundle; an object without members when there is none.
Bundle BundleOf(const RuntimeCall& call) {
  Bundle bundle;
  bundle.config = json::parse(ReadFile(call.bundle + "/config.json").value_or(""), nullptr, false);
  if (!bundle.config.is_object()) bundle.config = json::object();
  const std::string path = bundle.config.value("/root/path"_json_pointer, "rootfs");
  bundle.rootfs = path.starts_with('/') ? path : call.bundle + "/" + path;
  return bundle;
}

Result<ExitStatus> RunWithOption(const RuntimeCall& call, const std::string& option) {
  std::vector<std::string> argv = call.globals;
  argv.insert(argv.end(), {call.verb, option});
  argv.insert(argv.end(), call.argv.begin() + static_cast<ptrdiff_t>(call.globals.size()) + 1,
              call.argv.end());
  return RunInPlace(argv);
}

}  // namespace

// What the image has in the place of /proc or /sys, if that is no directory, stays there.
Result<ExitStatus> CreateOverFakes(const RuntimeCall& call) {
  Bundle bundle = BundleOf(call);
  json kept = json::array();
  const json mounts = bundle.config.value("mounts", json::array());
  for (const json& mount : mounts) {
    const std::string destination = mount.value("destination", "");
    std::error_code error;
    const auto status = fs::symlink_status(bundle.rootfs + destination, error);
    const bool kernel = destination == "/proc" || destination == "/sys";
    if (!kernel || fs::is_directory(status)) kept.push_back(mount);
  }
  if (kept == mounts) return RunInPlace(call.argv);
  bundle.config["mounts"] = kept;
  ASSIGN_OR_RETURN(const SwappedFile swapped,
                   SwappedFile::Make(call.bundle + "/config.json", bundle.config.dump()));
  return RunInPlace(call.argv);
}

// By name, so that links of the image are followed.
Result<ExitStatus> CreateMountPointsByName(const RuntimeCall& call) {
  const Bundle bundle = BundleOf(call);
  const json mounts = bundle.config.value("mounts", json::array());
  for (const json& mount : mounts) {
    std::error_code error;
    fs::create_directories(bundle.rootfs + mount.value("destination", ""), error);
  }
  return RunInPlace(call.argv);
}

Result<ExitStatus> CreateDevicesByName(const RuntimeCall& call) {
  const Bundle bundle = BundleOf(call);
  for (const char* name : {"null", "zero", "full", "random", "urandom", "tty", "console", "ptmx"})
    (void)chmod((bundle.rootfs + "/dev/" + name).c_str(), 0666);
  return RunInPlace(call.argv);
}

// In the root filesystem, whatever is mounted there later.
Result<ExitStatus> CreateAndSetSysctlsByName(const RuntimeCall& call) {
  const Bundle bundle = BundleOf(call);
  const json sysctls = bundle.config.value("/linux/sysctl"_json_pointer, json::object());
  for (const auto& one : sysctls.items()) {
    std::string key = one.key();
    std::replace(key.begin(), key.end(), '.', '/');
    if (one.value().is_string())
      (void)WriteExisting(bundle.rootfs + "/proc/sys/" + key, one.value().get<std::string>());
  }
  return RunInPlace(call.argv);
}

// The directory of a container's state, made before anybody looks at its id. One that is but a name
// is left to the runtime, which would take it for a container that is there.
Result<ExitStatus> CreateStateByName(const RuntimeCall& call) {
  for (size_t i = 0; i + 1 < call.globals.size(); ++i) {
    std::error_code error;
    if (call.globals[i] == "--root" && call.id.find('/') != std::string::npos)
      fs::create_directories(call.globals[i + 1] + "/" + call.id, error);
  }
  return RunInPlace(call.argv);
}

// In the place of the process that waits for start stands one that runs a program of the host's.
Result<ExitStatus> CreateWithStandIn(const RuntimeCall& call) {
  ASSIGN_OR_RETURN(const ExitStatus status, RunInPlace(call.argv));
  if (!status.Success() || call.pid_file.empty()) return status;
  const pid_t left = fork();
  if (left < 0) return CallError("fork");
  if (left > 0) {
    RETURN_IF_ERROR(WriteFileAtomically(call.pid_file, std::to_string(left)));
    return status;
  }
  setsid();
  for (const int stream : {0, 1, 2}) close(stream);
  while (true) pause();
}

Result<ExitStatus> CreateInSession(const RuntimeCall& call) {
  return RunWithOption(call, "--no-new-keyring");
}

}  // namespace loadline::mutants
