// SPDX-License-Identifier: Apache-2.0
// The kernel that the lab boots: taken out of a Debian package without installing it, and kept in
// the user's cache; or a kernel of this host.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace loadline::lab {

struct Kernel {
  std::string version;               // "6.1.0-44-amd64"
  std::string image;                 // file that QEMU boots
  std::vector<std::string> modules;  // files
};

// `wanted` is a package (.deb), a kernel image with its modules in /lib/modules, or empty: the one
// that Debian calls linux-image-amd64, which is downloaded by apt-get when the cache has none.
Result<Kernel> FindKernel(const std::string& wanted);

// Whether a module of the kernel is loaded in a lab that has these programs.
bool IsNeeded(const std::string& module, const std::vector<std::string>& programs);

}  // namespace loadline::lab
