// SPDX-License-Identifier: Apache-2.0
// Whether this host lets a user without rights make containers at all.
#pragma once

#include <string>

namespace loadline::conformance {

// What is missing, and how to get it; empty when nothing is. Changes nothing.
std::string WhyNotRootless();

// Whether the kernel shows a sysctl, such as "net.core.somaxconn", in a network that belongs to a
// user namespace. Some that the host has are left out there, fewer in newer kernels.
bool ShowsInUsersNetwork(const std::string& sysctl);

}  // namespace loadline::conformance
