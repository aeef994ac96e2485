// SPDX-License-Identifier: Apache-2.0
// oci-runtime/config/process/terminal: a pseudoterminal of the container's own devpts; its master
// goes to the console socket.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cstdlib>

#include "base/files.h"
#include "base/passed_fds.h"
#include "reference-runtime/message.h"
#include "reference-runtime/mount_calls.h"
#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {
namespace {

bool HasTerminal(const Context& context) {
  return context.config.process && context.config.process->terminal;
}

}  // namespace

// After pivot_root, so that the pseudoterminal is one of the container.
Result<void> OpenTerminalInChild(Context& context) {
  if (!HasTerminal(context)) return {};
  ASSIGN_OR_RETURN(const UniqueFd master,
                   OpenInRoot(context.root.get(), "/dev/pts/ptmx", O_RDWR | O_NOCTTY));
  int locked = 0;
  if (ioctl(master.get(), TIOCSPTLCK, &locked) != 0) return CallError("ioctl", "TIOCSPTLCK");
  context.terminal = UniqueFd(ioctl(master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!context.terminal) return CallError("ioctl", "TIOCGPTPEER");
  if (const auto& size = context.config.process->console_size) {
    winsize window{};
    window.ws_row = size->first;
    window.ws_col = size->second;
    if (ioctl(master.get(), TIOCSWINSZ, &window) != 0) return CallError("ioctl", "TIOCSWINSZ");
  }
  const UserSpec& user = context.config.process->user;
  if (fchown(context.terminal.get(), user.uid, static_cast<gid_t>(-1)) != 0)
    return CallError("fchown", "the terminal");
  return SendFd(context.console_connection.get(), master.get(), "/dev/ptmx");
}

// oci-runtime/config-linux/default-devices: /dev/console is the terminal.
Result<void> BindConsoleInChild(Context& context) {
  if (!context.terminal) return {};
  ASSIGN_OR_RETURN(const UniqueFd console,
                   OpenInRoot(context.root.get(), "/dev/console",
                              O_RDONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600));
  ASSIGN_OR_RETURN(const UniqueFd tree, CloneTree(context.terminal.get(), "", false));
  return Attach(tree.get(), console.get());
}

// During create, because containerd reads the caller's streams until nobody holds them, and only
// then starts the container.
Result<void> OwnTerminalInChild(Context& context) {
  if (!HasTerminal(context)) return {};
  if (ioctl(context.terminal.get(), TIOCSCTTY, 0) != 0) return CallError("ioctl", "TIOCSCTTY");
  for (int fd = 0; fd < 3; ++fd) {
    if (dup2(context.terminal.get(), fd) < 0) return CallError("dup2", std::to_string(fd));
  }
  return {};
}

}  // namespace loadline::runtime
