// SPDX-License-Identifier: Apache-2.0
#include "base/libraries.h"

#include <gtest/gtest.h>

namespace loadline {
namespace {

TEST(LibrariesIn, AreThePathsOfFilesAlone) {
  const std::vector<std::string> paths{"/lib/x86_64-linux-gnu/libc.so.6",
                                       "/lib64/ld-linux-x86-64.so.2"};
  EXPECT_EQ(LibrariesIn("\tlinux-vdso.so.1 (0x00007fff)\n"
                        "\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f00)\n"
                        "\tlibmissing.so.1 => not found\n"
                        "\t/lib64/ld-linux-x86-64.so.2 (0x00007f01)\n"),
            paths);
  EXPECT_TRUE(LibrariesIn("\tnot a dynamic executable\n").empty());
}

}  // namespace
}  // namespace loadline
