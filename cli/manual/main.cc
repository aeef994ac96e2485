// SPDX-License-Identifier: Apache-2.0
// loadline-manual OUT PROSE DATE: writes the manual pages of loadline into the directory OUT. It is
// run by the build and not installed.
#include <cstdio>

#include "base/files.h"
#include "cli/manual/pages.h"

int main(int argc, char** argv) {
  using namespace loadline;
  if (argc != 4) {
    std::fputs("usage: loadline-manual OUT PROSE DATE\n", stderr);
    return 2;
  }
  for (const cli::NamedPage& page : cli::ManualPages(cli::ReadCommandTree(), argv[2], argv[3])) {
    const std::string path = std::string(argv[1]) + "/" + page.name + ".1";
    if (auto written = WriteFileAtomically(path, page.text); !written.has_value()) {
      std::fprintf(stderr, "loadline-manual: %s\n", written.error().ToLine().c_str());
      return 1;
    }
  }
  return 0;
}
