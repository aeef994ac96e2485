// SPDX-License-Identifier: Apache-2.0
// oci-runtime/config-linux/net-devices: devices of the caller's network namespace move into the
// container's.
#include <fcntl.h>

#include <algorithm>

#include "base/files.h"
#include "reference-runtime/net_link.h"
#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {
namespace {

int NumberOf(const std::map<int, std::string>& devices, const std::string& name) {
  for (const auto& [number, known] : devices)
    if (known == name) return number;
  return 0;
}

// Everything that can be known beforehand is, because a device that has moved cannot come back: it
// ends with the container's namespace (net-devices/not-moved-out).
Result<void> CheckNames(const std::vector<NetDevice>& wanted,
                        const std::map<int, std::string>& here,
                        const std::map<int, std::string>& there) {
  for (const NetDevice& device : wanted) {
    if (NumberOf(here, device.name) == 0)
      return Failure("there is no network device " + device.name,
                     "make it, or remove it from linux.netDevices");
    const bool twice = std::count_if(wanted.begin(), wanted.end(), [&](const NetDevice& other) {
                         return other.new_name == device.new_name;
                       }) > 1;
    const bool is_template = device.new_name.ends_with("%d");
    if (!is_template && (twice || NumberOf(there, device.new_name) != 0))
      return Failure("the container has a network device " + device.new_name + " already",
                     "choose another name, or one that ends in %d");
  }
  return {};
}

Result<void> MoveDevice(NetLink& here, NetLink& there, int network_namespace, int number,
                        const std::string& name) {
  ASSIGN_OR_RETURN(const auto addresses, here.LastingAddresses(number));
  ASSIGN_OR_RETURN(const auto before, there.Devices());
  RETURN_IF_ERROR(here.Move(number, network_namespace, name));
  ASSIGN_OR_RETURN(const auto after, there.Devices());
  // Its number may have been another's there.
  const auto moved = std::find_if(after.begin(), after.end(), [&](const auto& device) {
    return before.count(device.first) == 0;
  });
  if (moved == after.end()) return Failure("the device did not arrive");
  for (const NetAddress& address : addresses)
    RETURN_IF_ERROR(there.AddAddress(moved->first, address));
  return there.SetUp(moved->first);
}

}  // namespace

Result<void> MoveNetDevices(Context& context) {
  const std::vector<NetDevice>& wanted = context.config.linux_spec.net_devices;
  if (wanted.empty()) return {};
  ASSIGN_OR_RETURN(const UniqueFd network_namespace,
                   Open("/proc/" + std::to_string(context.pid) + "/ns/net", O_RDONLY));
  ASSIGN_OR_RETURN(NetLink here, NetLink::Open());
  ASSIGN_OR_RETURN(NetLink there, NetLink::OpenIn(network_namespace.get()));
  ASSIGN_OR_RETURN(const auto devices_here, here.Devices());
  ASSIGN_OR_RETURN(const auto devices_there, there.Devices());
  RETURN_IF_ERROR(CheckNames(wanted, devices_here, devices_there));
  for (const NetDevice& device : wanted) {
    auto moved = MoveDevice(here, there, network_namespace.get(),
                            NumberOf(devices_here, device.name), device.new_name);
    if (moved.has_value()) continue;
    Error error = std::move(moved).error();
    error.what = "moving " + device.name + (error.what.empty() ? "" : ": " + error.what);
    return std::move(error).Hint("moving network devices needs CAP_NET_ADMIN in both namespaces");
  }
  return {};
}

}  // namespace loadline::runtime
