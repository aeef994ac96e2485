// SPDX-License-Identifier: Apache-2.0
#include "validator/schema_requirements.h"

#include <span>

namespace loadline::validator {
namespace {

constexpr std::string_view kStandard = "oci-runtime/";
// A '*' stands for one token of the pointer. The ids come without the standard's name; an empty one
// leaves the place to the row of the list that it is an element of, or to what holds everywhere.
struct Row {
  std::string_view pattern;
  std::string_view missing;  // touched when the property is not there
  std::string_view wrong;    // touched when its value is not as it should be
};

constexpr Row kConfig[] = {
    {"/ociVersion", "config/oci-version/semver", "config/oci-version/semver"},
    {"/root", "config/root/required", ""},
    {"/root/path", "config/root/path-required", "config/root/path-required"},
    {"/mounts/*/destination", "config/mounts/destination-required",
     "config/mounts/destination-required"},
    {"/mounts/*/uidMappings", "", "config/mounts/id-mappings/format"},
    {"/mounts/*/gidMappings", "", "config/mounts/id-mappings/format"},
    {"/mounts/*/*/*/*", "config/mounts/id-mappings/format", "config/mounts/id-mappings/format"},
    {"/process/cwd", "config/process/cwd-required", "config/process/cwd-required"},
    {"/process/args", "config/process/args-required", "config/process/args-required"},
    {"/process/consoleSize/height", "config/process/console-size-height-required",
     "config/process/console-size-height-required"},
    {"/process/consoleSize/width", "config/process/console-size-width-required",
     "config/process/console-size-width-required"},
    {"/process/rlimits/*/type", "config/process/rlimits/type-required",
     "config/process/rlimits/type-required"},
    {"/process/rlimits/*/soft", "config/process/rlimits/soft-required",
     "config/process/rlimits/soft-required"},
    {"/process/rlimits/*/hard", "config/process/rlimits/hard-required",
     "config/process/rlimits/hard-required"},
    {"/process/scheduler/policy", "config/process/scheduler/policy-required",
     "config/process/scheduler/policy-known"},
    {"/process/scheduler/flags", "", "config/process/scheduler/flags-known"},
    {"/process/ioPriority/class", "config/process/io-priority/class-required",
     "config/process/io-priority/class-known"},
    {"/process/ioPriority/priority", "config/process/io-priority/priority-required",
     "config/process/io-priority/priority-required"},
    {"/process/execCPUAffinity/initial", "", "config/process/exec-cpu-affinity/cpu-list"},
    {"/process/execCPUAffinity/final", "", "config/process/exec-cpu-affinity/cpu-list"},
    {"/process/user/uid", "config/process/user/uid-required", "config/process/user/uid-required"},
    {"/process/user/gid", "config/process/user/gid-required", "config/process/user/gid-required"},
    {"/hooks/*/*/path", "config/hooks/path-required", "config/hooks/path-required"},
    {"/annotations", "config/annotations/map", "config/annotations/map"},
    {"/annotations/*", "config/annotations/values-strings", "config/annotations/values-strings"},
    {"/linux/namespaces/*/type", "config-linux/namespaces/type-required",
     "config-linux/namespaces/type-known"},
    {"/linux/*/*/containerID", "config-linux/user-namespace-mappings/container-id-required",
     "config-linux/user-namespace-mappings/container-id-required"},
    {"/linux/*/*/hostID", "config-linux/user-namespace-mappings/host-id-required",
     "config-linux/user-namespace-mappings/host-id-required"},
    {"/linux/*/*/size", "config-linux/user-namespace-mappings/size-required",
     "config-linux/user-namespace-mappings/size-required"},
    {"/linux/devices/*/type", "config-linux/devices/type-required",
     "config-linux/devices/type-known"},
    {"/linux/devices/*/path", "config-linux/devices/path-required",
     "config-linux/devices/path-required"},
    {"/linux/resources/devices/*/allow", "config-linux/allowed-devices/allow-required",
     "config-linux/allowed-devices/allow-required"},
    {"/linux/resources/devices/*/type", "", "config-linux/allowed-devices/type-known"},
    {"/linux/resources/devices/*/access", "", "config-linux/allowed-devices/access-known"},
    {"/linux/resources/memory/swappiness", "", "config-linux/memory/swappiness-range"},
    {"/linux/resources/blockIO/weightDevice/*/major",
     "config-linux/block-io/weight-device/numbers-required",
     "config-linux/block-io/weight-device/numbers-required"},
    {"/linux/resources/blockIO/weightDevice/*/minor",
     "config-linux/block-io/weight-device/numbers-required",
     "config-linux/block-io/weight-device/numbers-required"},
    {"/linux/resources/blockIO/throttleReadBpsDevice/*/major",
     "config-linux/block-io/throttle-bps/numbers-required",
     "config-linux/block-io/throttle-bps/numbers-required"},
    {"/linux/resources/blockIO/throttleReadBpsDevice/*/minor",
     "config-linux/block-io/throttle-bps/numbers-required",
     "config-linux/block-io/throttle-bps/numbers-required"},
    {"/linux/resources/blockIO/throttleReadBpsDevice/*/rate",
     "config-linux/block-io/throttle-bps/rate-required",
     "config-linux/block-io/throttle-bps/rate-required"},
    {"/linux/resources/blockIO/throttleReadIOPSDevice/*/major",
     "config-linux/block-io/throttle-iops/numbers-required",
     "config-linux/block-io/throttle-iops/numbers-required"},
    {"/linux/resources/blockIO/throttleReadIOPSDevice/*/minor",
     "config-linux/block-io/throttle-iops/numbers-required",
     "config-linux/block-io/throttle-iops/numbers-required"},
    {"/linux/resources/blockIO/throttleReadIOPSDevice/*/rate",
     "config-linux/block-io/throttle-iops/rate-required",
     "config-linux/block-io/throttle-iops/rate-required"},
    {"/linux/resources/blockIO/throttleWriteBpsDevice/*/major",
     "config-linux/block-io/throttle-bps/numbers-required",
     "config-linux/block-io/throttle-bps/numbers-required"},
    {"/linux/resources/blockIO/throttleWriteBpsDevice/*/minor",
     "config-linux/block-io/throttle-bps/numbers-required",
     "config-linux/block-io/throttle-bps/numbers-required"},
    {"/linux/resources/blockIO/throttleWriteBpsDevice/*/rate",
     "config-linux/block-io/throttle-bps/rate-required",
     "config-linux/block-io/throttle-bps/rate-required"},
    {"/linux/resources/blockIO/throttleWriteIOPSDevice/*/major",
     "config-linux/block-io/throttle-iops/numbers-required",
     "config-linux/block-io/throttle-iops/numbers-required"},
    {"/linux/resources/blockIO/throttleWriteIOPSDevice/*/minor",
     "config-linux/block-io/throttle-iops/numbers-required",
     "config-linux/block-io/throttle-iops/numbers-required"},
    {"/linux/resources/blockIO/throttleWriteIOPSDevice/*/rate",
     "config-linux/block-io/throttle-iops/rate-required",
     "config-linux/block-io/throttle-iops/rate-required"},
    {"/linux/resources/hugepageLimits/*/pageSize",
     "config-linux/hugepage-limits/page-size-required",
     "config-linux/hugepage-limits/page-size-format"},
    {"/linux/resources/hugepageLimits/*/limit", "config-linux/hugepage-limits/limit-required",
     "config-linux/hugepage-limits/limit-required"},
    {"/linux/resources/network/priorities/*/name", "config-linux/network/priorities/name-required",
     "config-linux/network/priorities/name-required"},
    {"/linux/resources/network/priorities/*/priority",
     "config-linux/network/priorities/priority-required",
     "config-linux/network/priorities/priority-required"},
    {"/linux/memoryPolicy/mode", "config-linux/memory-policy/mode-required",
     "config-linux/memory-policy/mode-known"},
    {"/linux/memoryPolicy/nodes", "", "config-linux/memory-policy/nodes-list-format"},
    {"/linux/memoryPolicy/flags", "", "config-linux/memory-policy/flags-known"},
    {"/linux/intelRdt/schemata", "", "config-linux/intel-rdt/schemata-one-line"},
    {"/linux/intelRdt/memBwSchema", "", "config-linux/intel-rdt/mem-bw-schema-prefix"},
    {"/linux/rootfsPropagation", "", "config-linux/rootfs-propagation/value-known"},
    {"/linux/personality/domain", "config-linux/personality/domain-required",
     "config-linux/personality/domain-known"},
    {"/linux/personality/flags", "", "config-linux/personality/flags-none"},
    {"/linux/seccomp/defaultAction", "config-linux/seccomp/default-action-required",
     "config-linux/seccomp/default-action-known"},
    {"/linux/seccomp/architectures", "", "config-linux/seccomp/architectures-known"},
    {"/linux/seccomp/flags", "", "config-linux/seccomp/flags-known"},
    {"/linux/seccomp/syscalls/*/names", "config-linux/seccomp/syscalls/names-required",
     "config-linux/seccomp/syscalls/names-not-empty"},
    {"/linux/seccomp/syscalls/*/action", "config-linux/seccomp/syscalls/action-required",
     "config-linux/seccomp/syscalls/action-known"},
    {"/linux/seccomp/syscalls/*/args/*/index", "config-linux/seccomp/args/index-required",
     "config-linux/seccomp/args/index-required"},
    {"/linux/seccomp/syscalls/*/args/*/value", "config-linux/seccomp/args/value-required",
     "config-linux/seccomp/args/value-required"},
    {"/linux/seccomp/syscalls/*/args/*/op", "config-linux/seccomp/args/op-required",
     "config-linux/seccomp/args/op-known"},
    {"/windows/layerFolders", "config-windows/layer-folders/required",
     "config-windows/layer-folders/strings"},
    {"/windows/devices", "", "config-windows/devices/objects"},
    {"/windows/devices/*/id", "config-windows/devices/id-required",
     "config-windows/devices/id-string"},
    {"/windows/devices/*/idType", "config-windows/devices/id-type-required",
     "config-windows/devices/id-type-string"},
    {"/windows/resources", "", "config-windows/resources/object"},
    {"/windows/resources/memory", "", "config-windows/memory/object"},
    {"/windows/resources/memory/limit", "", "config-windows/memory/limit-number"},
    {"/windows/resources/cpu", "", "config-windows/cpu/object"},
    {"/windows/resources/cpu/count", "", "config-windows/cpu/count-number"},
    {"/windows/resources/cpu/shares", "", "config-windows/cpu/shares-number"},
    {"/windows/resources/cpu/maximum", "", "config-windows/cpu/maximum-number"},
    {"/windows/resources/cpu/affinity", "", "config-windows/cpu/affinity-objects"},
    {"/windows/resources/cpu/affinity/*/mask", "config-windows/cpu/affinity-mask-required",
     "config-windows/cpu/affinity-mask-number"},
    {"/windows/resources/cpu/affinity/*/group", "config-windows/cpu/affinity-group-required",
     "config-windows/cpu/affinity-group-number"},
    {"/windows/resources/storage", "", "config-windows/storage/object"},
    {"/windows/resources/storage/iops", "", "config-windows/storage/iops-number"},
    {"/windows/resources/storage/bps", "", "config-windows/storage/bps-number"},
    {"/windows/resources/storage/sandboxSize", "", "config-windows/storage/sandbox-size-number"},
    {"/windows/network", "", "config-windows/network/object"},
    {"/windows/network/endpointList", "", "config-windows/network/endpoint-list-strings"},
    {"/windows/network/allowUnqualifiedDNSQuery", "",
     "config-windows/network/allow-unqualified-dns-query-boolean"},
    {"/windows/network/DNSSearchList", "", "config-windows/network/dns-search-list-strings"},
    {"/windows/network/networkSharedContainerName", "",
     "config-windows/network/shared-container-string"},
    {"/windows/network/networkNamespace", "", "config-windows/network/namespace-string"},
    {"/windows/credentialSpec", "", "config-windows/credential-spec/object"},
    {"/windows/servicing", "", "config-windows/servicing/boolean"},
    {"/windows/ignoreFlushesDuringBoot", "", "config-windows/ignore-flushes-during-boot/boolean"},
    {"/windows/hyperv", "", "config-windows/hyperv/object"},
    {"/windows/hyperv/utilityVMPath", "", "config-windows/hyperv/utility-vm-path-string"},
    {"/solaris/milestone", "", "config-solaris/milestone/string"},
    {"/solaris/limitpriv", "", "config-solaris/limitpriv/string"},
    {"/solaris/maxShmMemory", "", "config-solaris/max-shm-memory/string"},
    {"/solaris/cappedCPU/ncpus", "", "config-solaris/capped-cpu/ncpus-string"},
    {"/solaris/cappedMemory/physical", "", "config-solaris/capped-memory/physical-string"},
    {"/solaris/cappedMemory/swap", "", "config-solaris/capped-memory/swap-string"},
    {"/solaris/anet", "", "config-solaris/anet/list"},
    {"/solaris/anet/*/linkname", "", "config-solaris/anet/linkname-string"},
    {"/solaris/anet/*/lowerLink", "", "config-solaris/anet/lower-link-string"},
    {"/solaris/anet/*/allowedAddress", "", "config-solaris/anet/allowed-address-string"},
    {"/solaris/anet/*/configureAllowedAddress", "",
     "config-solaris/anet/configure-allowed-address-string"},
    {"/solaris/anet/*/defrouter", "", "config-solaris/anet/defrouter-string"},
    {"/solaris/anet/*/macAddress", "", "config-solaris/anet/mac-address-string"},
    {"/solaris/anet/*/linkProtection", "", "config-solaris/anet/link-protection-string"},
    {"/vm/hypervisor", "", "config-vm/hypervisor/object"},
    {"/vm/hypervisor/path", "config-vm/hypervisor/path-required",
     "config-vm/hypervisor/path-string"},
    {"/vm/hypervisor/parameters", "", "config-vm/hypervisor/parameters-strings"},
    {"/vm/kernel", "config-vm/kernel/required", "config-vm/kernel/object"},
    {"/vm/kernel/path", "config-vm/kernel/path-required", "config-vm/kernel/path-string"},
    {"/vm/kernel/parameters", "", "config-vm/kernel/parameters-strings"},
    {"/vm/kernel/initrd", "", "config-vm/kernel/initrd-string"},
    {"/vm/image", "", "config-vm/image/object"},
    {"/vm/image/path", "config-vm/image/path-required", "config-vm/image/path-string"},
    {"/vm/image/format", "config-vm/image/format-required", "config-vm/image/format-string"},
    {"/vm/hwConfig", "", "config-vm/hw-config/object"},
    {"/vm/hwConfig/deviceTree", "", "config-vm/hw-config/device-tree-string"},
    {"/vm/hwConfig/vcpus", "", "config-vm/hw-config/vcpus-number"},
    {"/vm/hwConfig/memory", "", "config-vm/hw-config/memory-number"},
    {"/vm/hwConfig/dtdevs", "", "config-vm/hw-config/dtdevs-list"},
    {"/vm/hwConfig/iomems", "", "config-vm/hw-config/iomems-list"},
    {"/vm/hwConfig/iomems/*/firstGFN", "", "config-vm/hw-config/first-gfn-number"},
    {"/vm/hwConfig/iomems/*/firstMFN", "config-vm/hw-config/first-mfn-required",
     "config-vm/hw-config/first-mfn-number"},
    {"/vm/hwConfig/iomems/*/nrMFNs", "config-vm/hw-config/nr-mfns-required",
     "config-vm/hw-config/nr-mfns-number"},
    {"/vm/hwConfig/irqs", "", "config-vm/hw-config/irqs-list"},
    {"/zos/namespaces", "", "config-zos/namespaces/list"},
    {"/zos/namespaces/*/type", "config-zos/namespaces/type-required",
     "config-zos/namespaces/type-known"},
    {"/zos/namespaces/*/path", "", "config-zos/namespaces/path-string"},
    {"/zos/devices", "", "config-zos/devices/objects"},
    {"/zos/devices/*/fileMode", "", "config-zos/devices/file-mode-number"},
    {"/zos/devices/*/type", "", "config-zos/devices/type-known"},
    {"/zos/devices/*/path", "", "config-zos/devices/path-full"},
    {"/zos/devices/*/major", "", "config-zos/devices/numbers-required"},
    {"/zos/devices/*/minor", "", "config-zos/devices/numbers-required"},
    {"/freebsd/devices", "", "config-freebsd/devices/list"},
    {"/freebsd/devices/*/path", "config-freebsd/devices/path-required",
     "config-freebsd/devices/path-string"},
    {"/freebsd/devices/*/mode", "", "config-freebsd/devices/mode-number"},
    {"/freebsd/jail", "", "config-freebsd/jail/object"},
    {"/freebsd/jail/parent", "", "config-freebsd/jail/parent-string"},
    {"/freebsd/jail/host", "", "config-freebsd/jail/host-string"},
    {"/freebsd/jail/ip4", "", "config-freebsd/jail/ip4-string"},
    {"/freebsd/jail/ip6", "", "config-freebsd/jail/ip6-string"},
    {"/freebsd/jail/vnet", "", "config-freebsd/jail/vnet-string"},
    {"/freebsd/jail/interface", "", "config-freebsd/jail/interface-string"},
    {"/freebsd/jail/sysvmsg", "", "config-freebsd/jail/sysvmsg-string"},
    {"/freebsd/jail/sysvsem", "", "config-freebsd/jail/sysvsem-string"},
    {"/freebsd/jail/sysvshm", "", "config-freebsd/jail/sysvshm-string"},
    {"/freebsd/jail/ip4Addr", "", "config-freebsd/jail/ip4-addr-strings"},
    {"/freebsd/jail/ip6Addr", "", "config-freebsd/jail/ip6-addr-strings"},
    {"/freebsd/jail/vnetInterfaces", "", "config-freebsd/jail/vnet-interfaces-strings"},
    {"/freebsd/jail/enforceStatfs", "", "config-freebsd/jail/enforce-statfs-number"},
    {"/freebsd/jail/allow", "", "config-freebsd/jail/allow-object"},
    {"/freebsd/jail/allow/mount", "", "config-freebsd/jail/allow/mount-strings"},
    {"/freebsd/jail/allow/setHostname", "", "config-freebsd/jail/allow/set-hostname-boolean"},
    {"/freebsd/jail/allow/rawSockets", "", "config-freebsd/jail/allow/raw-sockets-boolean"},
    {"/freebsd/jail/allow/chflags", "", "config-freebsd/jail/allow/chflags-boolean"},
    {"/freebsd/jail/allow/quotas", "", "config-freebsd/jail/allow/quotas-boolean"},
    {"/freebsd/jail/allow/socketAf", "", "config-freebsd/jail/allow/socket-af-boolean"},
    {"/freebsd/jail/allow/mlock", "", "config-freebsd/jail/allow/mlock-boolean"},
    {"/freebsd/jail/allow/reservedPorts", "", "config-freebsd/jail/allow/reserved-ports-boolean"},
    {"/freebsd/jail/allow/suser", "", "config-freebsd/jail/allow/suser-boolean"},
};

constexpr Row kState[] = {
    {"/ociVersion", "runtime/state/oci-version-required", "runtime/state/oci-version-string"},
    {"/id", "runtime/state/id-required", "runtime/state/id-string"},
    {"/status", "runtime/state/status-required", "runtime/state/status-string"},
    {"/pid", "", "runtime/state/pid-number"},
    {"/bundle", "runtime/state/bundle-required", "runtime/state/bundle-string"},
    {"/annotations", "", "runtime/state/annotations-map"},
    {"/annotations/*", "", "runtime/state/annotations-map"},
};

constexpr Row kSeccompState[] = {
    {"/ociVersion", "config-linux/container-process-state/oci-version-required",
     "config-linux/container-process-state/oci-version-string"},
    {"/fds", "", "config-linux/container-process-state/fds-strings"},
    {"/pid", "config-linux/container-process-state/pid-required",
     "config-linux/container-process-state/pid-number"},
    {"/metadata", "", "config-linux/container-process-state/metadata-string"},
    {"/state", "config-linux/container-process-state/state-required",
     "config-linux/container-process-state/state-form"},
    {"/state/*", "config-linux/container-process-state/state-form",
     "config-linux/container-process-state/state-form"},
    {"/state/*/*", "config-linux/container-process-state/state-form",
     "config-linux/container-process-state/state-form"},
};

constexpr Row kFeatures[] = {
    {"/ociVersionMin", "features/specification-version/min-required",
     "features/specification-version/min-string"},
    {"/ociVersionMax", "features/specification-version/max-required",
     "features/specification-version/max-string"},
    {"/hooks", "", "features/hooks/strings"},
    {"/mountOptions", "", "features/mount-options/strings"},
    {"/annotations", "", "features/annotations/key-value-map"},
    {"/annotations/*", "", "features/annotations/values-strings"},
    {"/potentiallyUnsafeConfigAnnotations", "", "features/unsafe-annotations/strings"},
    {"/linux", "", "features/platform-specific-features/linux-object"},
    {"/linux/namespaces", "", "features-linux/namespaces/strings"},
    {"/linux/capabilities", "", "features-linux/capabilities/strings"},
    {"/linux/cgroup", "", "features-linux/cgroup/object"},
    {"/linux/cgroup/v1", "", "features-linux/cgroup/v1-boolean"},
    {"/linux/cgroup/v2", "", "features-linux/cgroup/v2-boolean"},
    {"/linux/cgroup/systemd", "", "features-linux/cgroup/systemd-boolean"},
    {"/linux/cgroup/systemdUser", "", "features-linux/cgroup/systemd-user-boolean"},
    {"/linux/cgroup/rdma", "", "features-linux/cgroup/rdma-boolean"},
    {"/linux/seccomp", "", "features-linux/seccomp/object"},
    {"/linux/seccomp/enabled", "", "features-linux/seccomp/enabled-boolean"},
    {"/linux/seccomp/actions", "", "features-linux/seccomp/actions-strings"},
    {"/linux/seccomp/operators", "", "features-linux/seccomp/operators-strings"},
    {"/linux/seccomp/archs", "", "features-linux/seccomp/archs-strings"},
    {"/linux/seccomp/knownFlags", "", "features-linux/seccomp/known-flags-strings"},
    {"/linux/seccomp/supportedFlags", "", "features-linux/seccomp/supported-flags-strings"},
    {"/linux/apparmor", "", "features-linux/apparmor/object"},
    {"/linux/apparmor/enabled", "", "features-linux/apparmor/enabled-boolean"},
    {"/linux/selinux", "", "features-linux/selinux/object"},
    {"/linux/selinux/enabled", "", "features-linux/selinux/enabled-boolean"},
    {"/linux/intelRdt", "", "features-linux/intel-rdt/object"},
    {"/linux/intelRdt/enabled", "", "features-linux/intel-rdt/enabled-boolean"},
    {"/linux/netDevices", "", "features-linux/net-devices/object"},
    {"/linux/netDevices/enabled", "", "features-linux/net-devices/enabled-boolean"},
    {"/linux/intelRdt/schemata", "", "features-linux/intel-rdt/schemata-boolean"},
    {"/linux/intelRdt/monitoring", "", "features-linux/intel-rdt/monitoring-boolean"},
    {"/linux/memoryPolicy", "", "features-linux/memory-policy/object"},
    {"/linux/memoryPolicy/modes", "", "features-linux/memory-policy/modes-strings"},
    {"/linux/memoryPolicy/flags", "", "features-linux/memory-policy/flags-strings"},
    {"/linux/mountExtensions", "", "features-linux/mount-extensions/object"},
    {"/linux/mountExtensions/idmap", "", "features-linux/mount-extensions/idmap-object"},
    {"/linux/mountExtensions/idmap/enabled", "",
     "features-linux/mount-extensions/idmap-enabled-boolean"},
};

bool Matches(std::string_view pattern, std::string_view pointer) {
  while (!pattern.empty() || !pointer.empty()) {
    if (pattern.empty() || pointer.empty()) return false;
    const size_t pattern_end = pattern.find('/', 1);
    const size_t pointer_end = pointer.find('/', 1);
    const std::string_view wanted = pattern.substr(0, pattern_end);
    if (wanted != "/*" && wanted != pointer.substr(0, pointer_end)) return false;
    pattern.remove_prefix(wanted.size());
    pointer.remove_prefix(pointer_end == std::string_view::npos ? pointer.size() : pointer_end);
  }
  return true;
}

std::string_view Find(std::span<const Row> rows, std::string_view place, bool missing) {
  for (const Row& row : rows) {
    if (Matches(row.pattern, place)) return missing ? row.missing : row.wrong;
  }
  return "";
}

// The list of which a place is an element; empty when it is none.
std::string_view ListOf(std::string_view place) {
  const size_t slash = place.rfind('/');
  if (slash == std::string_view::npos) return "";
  const size_t other = place.find_first_not_of("0123456789", slash + 1);
  return other == std::string_view::npos ? place.substr(0, slash) : "";
}

struct Table {
  std::span<const Row> rows;
  std::string_view everywhere;  // what every error of such a document touches; may be empty
};

Table TableOf(SubjectType type) {
  switch (type) {
    case SubjectType::kBundle:
    case SubjectType::kConfig:
      return {kConfig, "config/schema/followed"};
    case SubjectType::kState:
      return {kState, "runtime/state/schema"};
    case SubjectType::kSeccompState:
      return {kSeccompState, {}};
    case SubjectType::kFeatures:
      return {kFeatures, {}};
    default:
      return {};
  }
}

}  // namespace

std::vector<std::string> RequirementsOfSchemaError(SubjectType type, const std::string& pointer,
                                                   const std::string& message) {
  const Table table = TableOf(type);
  const bool missing = message.ends_with("is missing");
  std::string place = pointer;
  if (missing) {  // "the property \"cwd\" is missing" at /process speaks of /process/cwd
    const size_t begin = message.find('"') + 1;
    place += "/" + message.substr(begin, message.find('"', begin) - begin);
  }
  std::string_view found = Find(table.rows, place, missing);
  if (found.empty() && !missing) found = Find(table.rows, ListOf(place), false);
  std::vector<std::string> ids;
  for (const std::string_view id : {found, table.everywhere}) {
    if (!id.empty()) ids.push_back(std::string(kStandard) + std::string(id));
  }
  return ids;
}

}  // namespace loadline::validator
