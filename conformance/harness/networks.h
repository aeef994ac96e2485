// SPDX-License-Identifier: Apache-2.0
// Network devices: what fixtures make of them in the cell, and what is in a network namespace.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/result.h"
#include "conformance/harness/strict_object.h"

namespace loadline::conformance {

// A tap device in the cell's network namespace: `name`, `mtu` (1500), `addresses` ("192.0.2.7/24",
// "2001:db8::7/64"), `up` (false). It ends with the namespace that it is in.
Result<void> MakeNetworkDevice(StrictObject& object);

// The interfaces of the namespace at a path (/proc/PID/ns/net), as the probe would show them; what
// cannot be seen is an empty object.
nlohmann::json ObserveNetwork(const std::string& path);

}  // namespace loadline::conformance
