// SPDX-License-Identifier: Apache-2.0
// Misbehaviour that the batteries have to notice: limits that are other than asked for, and
// isolation that is less.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "conformance/mutants/misbehaviour.h"
#include "conformance/mutants/place.h"

namespace loadline::mutants {
namespace {

using nlohmann::json;

// The descriptors from 3 on, up to which all are open: 250 of them, where the caller left gaps.
constexpr int kDescriptors = 250;
void FillGaps() {
  const int null = open("/dev/null", O_RDONLY);
  for (int fd = 3; fd < 3 + kDescriptors; ++fd) {
    if (fcntl(fd, F_GETFD) < 0) dup2(null, fd);
  }
}

}  // namespace

Result<ExitStatus> KeepDescriptors(const RuntimeCall& call) {
  FillGaps();
  std::vector<std::string> argv = call.globals;
  argv.insert(argv.end(), {call.verb, "--preserve-fds", std::to_string(kDescriptors)});
  argv.insert(argv.end(), call.argv.begin() + static_cast<ptrdiff_t>(call.globals.size()) + 1,
              call.argv.end());
  return RunInPlace(argv);
}

void AllowDeviceWrites(json& config) {
  const json::json_pointer pointer("/linux/resources/devices");
  if (!config.contains(pointer)) return;
  for (json& rule : config[pointer]) {
    if (rule.value("allow", false) && rule.value("access", "").find('r') != std::string::npos)
      rule["access"] = "rwm";
  }
}

void ChangeErrno(json& config) {
  json rule = {{"names", {"rmdir"}}, {"action", "SCMP_ACT_ERRNO"}, {"errnoRet", 5}};
  json& filter = config["linux"]["seccomp"];
  if (filter.is_null()) filter = {{"defaultAction", "SCMP_ACT_ALLOW"}};
  filter["syscalls"].push_back(std::move(rule));
}

void DoubleMemory(json& config) {
  for (const char* place : {"/linux/resources/memory/limit", "/linux/resources/memory/swap"})
    ChangeNumber(config, place, [](int64_t limit) { return limit * 2; });
}

void HalveMemory(json& config) {
  for (const char* place : {"/linux/resources/memory/limit", "/linux/resources/memory/swap"})
    ChangeNumber(config, place, [](int64_t limit) { return limit / 2; });
}

void ForgetMemory(json& config) { Drop(config, "/linux/resources/memory"); }

void AddProcess(json& config) {
  ChangeNumber(config, "/linux/resources/pids/limit", [](int64_t limit) { return limit + 1; });
}

void AddProcessor(json& config) {
  const json::json_pointer pointer("/linux/resources/cpu/cpus");
  if (config.contains(pointer)) config[pointer] = "0-1";
}

void DoubleQuota(json& config) {
  ChangeNumber(config, "/linux/resources/cpu/quota", [](int64_t quota) { return quota * 2; });
}

void EqualShares(json& config) {
  ChangeNumber(config, "/linux/resources/cpu/shares", [](int64_t) { return int64_t{1024}; });
}

void Throttle(json& config) {
  config["linux"]["resources"]["cpu"] = {{"quota", 1000}, {"period", 10000}};
}

void ShareIpc(json& config) {
  const json::json_pointer pointer("/linux/namespaces");
  if (!config.contains(pointer)) return;
  json kept = json::array();
  for (const json& entry : config[pointer]) {
    if (entry.value("type", "") != "ipc") kept.push_back(entry);
  }
  config[pointer] = kept;
}

void ForgetMask(json& config) {
  const json::json_pointer pointer("/linux/maskedPaths");
  if (config.contains(pointer) && !config[pointer].empty())
    config[pointer].erase(config[pointer].size() - 1);
}

void ForgetReadOnly(json& config) {
  if (config.contains("root")) config["root"]["readonly"] = false;
  config["linux"]["readonlyPaths"] = json::array();
  if (!config.contains("mounts")) return;
  for (json& mount : config["mounts"]) {
    if (!mount.contains("options")) continue;
    json kept = json::array();
    for (const json& option : mount["options"]) {
      if (option != "ro") kept.push_back(option);
    }
    mount["options"] = kept;
  }
}

}  // namespace loadline::mutants
