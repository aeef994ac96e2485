// SPDX-License-Identifier: Apache-2.0
// Whether the process has a terminal, and its size.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/unique_fd.h"
#include "conformance/probe/observe.h"

namespace loadline::probe {

void ObserveTerminal(nlohmann::json& probe) {
  const UniqueFd controlling(open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
  probe["terminal"] = {{"stdin", isatty(0) == 1},
                       {"stdout", isatty(1) == 1},
                       {"stderr", isatty(2) == 1},
                       {"controlling", static_cast<bool>(controlling)}};
  winsize size{};
  if (ioctl(0, TIOCGWINSZ, &size) == 0) {
    probe["terminal"]["rows"] = size.ws_row;
    probe["terminal"]["columns"] = size.ws_col;
  }
}

}  // namespace loadline::probe
