// SPDX-License-Identifier: Apache-2.0
// rtnetlink, as far as moving a network device into a container needs it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace loadline::runtime {

// An address of a device, to be given to it again elsewhere.
struct NetAddress {
  uint8_t family = 0;
  uint8_t prefix_length = 0;
  std::string attributes;  // as the kernel has them, without those that name the old place
};

// A socket to the kernel about the devices of one network namespace.
class NetLink {
 public:
  // Of the namespace of this process.
  static Result<NetLink> Open();
  // Of another one, which `network_namespace` refers to: this process goes there for a moment.
  static Result<NetLink> OpenIn(int network_namespace);

  // The names by their numbers.
  Result<std::map<int, std::string>> Devices();
  // oci-runtime/config-linux/net-devices/addresses-preserved: those of global scope that do not
  // expire.
  Result<std::vector<NetAddress>> LastingAddresses(int device);
  // The device gets `name` there; where that ends in %d the kernel chooses the number. It arrives
  // down and without addresses.
  Result<void> Move(int device, int network_namespace, const std::string& name);
  Result<void> AddAddress(int device, const NetAddress& address);
  Result<void> SetUp(int device);

 private:
  explicit NetLink(UniqueFd socket) : socket_(std::move(socket)) {}
  UniqueFd socket_;
};

}  // namespace loadline::runtime
