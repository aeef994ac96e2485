// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/isolation/bundles.h"

#include <sys/mount.h>
#include <sys/stat.h>

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

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
      "maskedPaths": [
        "/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/latency_stats", "/proc/interrupts",
        "/proc/acpi", "/proc/asound", "/proc/scsi", "/sys/firmware", "/sys/devices/virtual/powercap",
        "/sys/devices/system/cpu/cpu0/thermal_throttle"
      ],
      "readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
      "seccomp": {
        "defaultAction": "SCMP_ACT_ALLOW",
        "syscalls": [{"names": ["getsid"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1}]
      }
    }
  })");
}

// One system call for each thing that a filter can do, and not the same error for all.
json Filtered() {
  return json::parse(R"({
    "linux": {
      "seccomp": {
        "defaultAction": "SCMP_ACT_ALLOW",
        "syscalls": [
          {"names": ["request_key"], "action": "SCMP_ACT_ERRNO", "errnoRet": 77},
          {"names": ["quotactl"], "action": "SCMP_ACT_TRACE"},
          {"names": ["process_vm_readv"], "action": "SCMP_ACT_KILL_PROCESS"},
          {"names": ["swapon"], "action": "SCMP_ACT_KILL"},
          {"names": ["io_uring_setup"], "action": "SCMP_ACT_TRAP"},
          {"names": ["sched_yield"], "action": "SCMP_ACT_LOG"}
        ]
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

// A user with rights of his own, by ambient capabilities.
json CapableUser() {
  return json::parse(R"({
    "process": {
      "user": {"uid": 1000, "gid": 1000},
      "capabilities": {
        "bounding": ["CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW"], "effective": ["CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW"],
        "permitted": ["CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW"], "inheritable": ["CAP_KILL", "CAP_NET_RAW"], "ambient": ["CAP_NET_RAW"]
      }
    }
  })");
}

json Mounts() {
  return json::parse(R"({
    "annotations": {"org.example.posture": "mounts"},
    "mounts": {
      "/proc": {"type": "proc", "source": "proc", "options": ["nosuid", "noexec", "nodev", "hidepid=2"]},
      "/small": {"type": "tmpfs", "source": "tmpfs", "options": ["noatime", "nodiratime", "noexec", "mode=0710", "size=64k"]},
      "/strict": {"type": "tmpfs", "source": "tmpfs", "options": ["strictatime", "sync", "size=1m"]},
      "/tree": {"type": "bind", "source": "${work}/tree", "options": ["rbind", "rro"]}
    }
  })");
}

json Spreading() { return json::parse(R"({"linux": {"rootfsPropagation": "shared"}})"); }

json Terminal() { return json::parse(R"({"process": {"terminal": true}})"); }

}  // namespace

const std::vector<NamedBundle>& OwnBundles() {
  static const std::vector<NamedBundle> bundles = {
      {"plain", Plain},
      {"hardened", Hardened},
      {"user-namespace", InUserNamespace, "new-user-namespace"},
      {"sharing", Sharing},
      {"capable-user", CapableUser},
      {"filtered", Filtered},
      {"spreading", Spreading},
      {"mounts", Mounts, nullptr, "/tree/below"},
      {"terminal", Terminal}};
  return bundles;
}

Result<void> MakeTree(const std::string& work) {
  const std::string below = work + "/tree/below";
  for (const std::string& directory : {work + "/tree", below}) {
    if (mkdir(directory.c_str(), 0755) != 0) return CallError("mkdir", directory);
  }
  if (mount("tmpfs", below.c_str(), "tmpfs", 0, nullptr) != 0) return CallError("mount", below);
  return {};
}

}  // namespace loadline::conformance::isolation
