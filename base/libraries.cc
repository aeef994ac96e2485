// SPDX-License-Identifier: Apache-2.0
#include "base/libraries.h"

#include <sstream>

namespace loadline {

std::vector<std::string> LibrariesIn(const std::string& list) {
  std::vector<std::string> paths;
  std::istringstream lines(list);
  for (std::string line; std::getline(lines, line);) {
    const size_t begin = line.find('/');
    const size_t end = line.find(" (0x");
    if (begin != std::string::npos && end != std::string::npos && begin < end)
      paths.push_back(line.substr(begin, end - begin));
  }
  return paths;
}

}  // namespace loadline
