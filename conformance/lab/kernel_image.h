// SPDX-License-Identifier: Apache-2.0
// Kernel images: bzImage (Documentation/arch/x86/boot.rst) and what is packed in it.
#pragma once

#include <string>
#include <string_view>

namespace loadline::lab {

// The version that a bzImage carries, "6.1.0-44-amd64"; empty when it is no bzImage.
std::string VersionOfImage(std::string_view image);
// The kernel itself, unpacked: it boots without having to unpack itself, which takes seconds on an
// emulated processor. Empty when it cannot be had, or QEMU could not boot it (it has no PVH entry).
std::string UnpackImage(std::string_view image);

}  // namespace loadline::lab
