// SPDX-License-Identifier: Apache-2.0
// config.json as the runtime honours it: plain values, read once (OCI runtime-spec, config.md and
// config-linux.md).
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "reference-runtime/number_set.h"

namespace loadline::runtime {

// One range of a user namespace's uid_map or gid_map.
struct IdMapping {
  uint32_t container = 0;
  uint32_t host = 0;
  uint32_t size = 0;
};

struct NamespaceSpec {
  int flag = 0;      // CLONE_NEW…
  std::string path;  // empty: a new one
};

struct MountSpec {
  std::string destination;
  std::string type;
  std::string source;
  std::vector<std::string> options;
  std::vector<IdMapping> uid_mappings;
  std::vector<IdMapping> gid_mappings;
};

struct RlimitSpec {
  int resource = 0;
  rlimit value{};
};

// Bit sets over capability numbers.
struct CapabilitySets {
  uint64_t bounding = 0;
  uint64_t effective = 0;
  uint64_t inheritable = 0;
  uint64_t permitted = 0;
  uint64_t ambient = 0;
};

// What holds for processes that exec starts (oci-runtime/config/process/exec-cpu-affinity); empty:
// left as it is.
struct ExecAffinity {
  NumberSet initial;  // before the process is in the container's groups
  NumberSet final;    // once it is
};

struct UserSpec {
  uid_t uid = 0;
  gid_t gid = 0;
  std::optional<mode_t> umask;
  std::vector<gid_t> additional_gids;
};

struct ProcessSpec {
  bool terminal = false;
  std::optional<std::pair<uint16_t, uint16_t>> console_size;  // rows, columns
  UserSpec user;
  std::vector<std::string> args;
  std::vector<std::string> environment;
  std::string cwd;
  std::optional<CapabilitySets> capabilities;  // absent: as the caller's, bounded by nothing
  std::vector<RlimitSpec> rlimits;
  bool no_new_privileges = false;
  std::optional<int> oom_score_adj;
  std::optional<std::pair<int, int>> io_priority;  // class, priority
  std::shared_ptr<const nlohmann::json> scheduler;
  ExecAffinity exec_affinity;
  std::string apparmor_profile;
  std::string selinux_label;
};

struct HookSpec {
  std::string path;
  std::vector<std::string> args;
  std::vector<std::string> environment;
  std::optional<int> timeout_seconds;
};

struct Hooks {
  std::vector<HookSpec> prestart, create_runtime, create_container, start_container, poststart,
      poststop;
};

struct DeviceSpec {
  std::string path;
  mode_t type = 0;  // S_IFCHR, S_IFBLK or S_IFIFO
  unsigned major = 0;
  unsigned minor = 0;
  mode_t mode = 0666;
  uid_t uid = 0;
  gid_t gid = 0;
};

struct TimeOffset {
  std::string clock;  // "monotonic" or "boottime"
  int64_t seconds = 0;
  int64_t nanoseconds = 0;
};

struct MemoryPolicy {
  int mode = 0;  // MPOL_…, with the flags
  NumberSet nodes;
};

// A network device of the caller's namespace that moves into the container's.
struct NetDevice {
  std::string name;
  std::string new_name;  // in the container; may end in %d
};

// Intel's Resource Director Technology.
struct IntelRdt {
  std::optional<std::string> clos_id;  // absent: the container's id
  std::string l3_cache_schema;
  std::string mem_bw_schema;
  std::vector<std::string> schemata;
  bool monitoring = false;                 // a monitoring group of the container's own
  std::vector<std::string> needed_events;  // that the kernel has to count (enableCMT, enableMBM)

  bool HasSchema() const {
    return !l3_cache_schema.empty() || !mem_bw_schema.empty() || !schemata.empty();
  }
};

struct LinuxSpec {
  std::vector<NamespaceSpec> namespaces;
  std::vector<IdMapping> uid_mappings;
  std::vector<IdMapping> gid_mappings;
  std::vector<TimeOffset> time_offsets;
  std::vector<DeviceSpec> devices;
  std::string cgroups_path;
  std::shared_ptr<const nlohmann::json>
      resources;  // the object, interpreted by the cgroup stages' tables
  std::vector<std::pair<std::string, std::string>> sysctls;
  std::shared_ptr<const nlohmann::json> seccomp;  // the object, interpreted by the seccomp stage
  std::string rootfs_propagation;
  std::vector<std::string> masked_paths;
  std::vector<std::string> readonly_paths;
  std::string personality;  // "LINUX", "LINUX32" or empty
  std::string mount_label;  // SELinux context of the container's mounts
  std::optional<MemoryPolicy> memory_policy;
  std::vector<NetDevice> net_devices;
  std::optional<IntelRdt> intel_rdt;

  // The container's namespace of a kind, nullptr when it shares the caller's.
  const NamespaceSpec* Find(int flag) const;
  bool Makes(int flag) const;  // a new one
  bool Has(int flag) const { return Find(flag) != nullptr; }
};

struct Config {
  std::string oci_version;
  std::string root_path;  // absolute
  bool root_readonly = false;
  std::vector<MountSpec> mounts;
  std::optional<ProcessSpec> process;
  std::string hostname;
  std::string domainname;
  Hooks hooks;
  LinuxSpec linux_spec;
  std::vector<std::pair<std::string, std::string>> annotations;
  std::string text;                   // the document itself
  std::vector<std::string> warnings;  // what the standard lets us go on without, for the log

  // Whether the config declares at least this version (major, minor, patch): some promises changed
  // between versions.
  bool DeclaresAtLeast(int major, int minor, int patch) const;
};

// Reads a config.json; relative paths in it begin at the bundle. An error names the property and
// the way out.
Result<Config> ReadConfig(const std::string& path, const std::string& bundle);
// Makes `text`, a process object as exec gets it, the process of the configuration. What it does
// not say of capabilities stays as it was.
Result<void> ReplaceProcess(const std::string& text, Config& config);
// The capability's number, from "CAP_CHOWN" and the like.
std::optional<int> CapabilityNumber(const std::string& name);
// Every capability this program knows, in the order of their numbers.
std::vector<std::string> CapabilityNames();

}  // namespace loadline::runtime
