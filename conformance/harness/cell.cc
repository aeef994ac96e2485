// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/cell.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <thread>

#include "base/pipe.h"
#include "conformance/harness/cell_view.h"
#include "conformance/harness/reaper.h"

namespace loadline::conformance {
namespace {

constexpr size_t kAnswerCap = 32 << 20;

// fork() with namespaces and a pidfd.
pid_t CloneIntoNamespaces(UniqueFd& pidfd) {
  int fd = -1;
  clone_args arguments{};
  arguments.flags =
      CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET | CLONE_PIDFD;
  arguments.pidfd = reinterpret_cast<uint64_t>(&fd);
  arguments.exit_signal = SIGCHLD;
  const pid_t pid = static_cast<pid_t>(syscall(SYS_clone3, &arguments, sizeof arguments));
  if (pid > 0) pidfd.Reset(fd);
  return pid;
}

// Keeps nothing of the caller but the descriptor of the answer; returns its new number.
int DropInheritedInCell(int answer) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setsid();
  for (int signal = 1; signal < NSIG; ++signal) {
    if (signal != SIGKILL && signal != SIGSTOP) ::signal(signal, SIG_DFL);
  }
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int moved = dup3(answer, 3, O_CLOEXEC) == 3 || answer == 3 ? 3 : answer;
  const int null_device = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int number = 0; number < 3; ++number) dup2(null_device, number);
  close_range(4, ~0U, 0);
  umask(022);
  clearenv();
  // Nobody leaves cores by default; who asks for one in a container may have it.
  rlimit cores{};
  getrlimit(RLIMIT_CORE, &cores);
  cores.rlim_cur = 0;
  setrlimit(RLIMIT_CORE, &cores);
  return moved;
}

nlohmann::json Problem(const Error& error) {
  // A host that does not let us build a cell is to blame, not the candidate.
  return {{"problem", {{"verdict", "environment"}, {"message", error.ToLine()}}}};
}

// Ends the cell with its answer.
[[noreturn]] void GiveAnswer(int fd, const nlohmann::json& answer) {
  (void)WriteAll(fd, answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  _exit(0);
}

// Does the work as pid 1 of the cell.
[[noreturn]] void WorkInCell(int answer, const CellView& view,
                             const std::vector<std::string>& groups,
                             const std::function<nlohmann::json()>& work) {
  Reaper::OfThisCell().Prepare();
  auto entered = EnterCell(view, groups);
  if (!entered) GiveAnswer(answer, Problem(entered.error()));
  // The work has a thread of its own, so that its children are not taken for orphans.
  std::thread thread([&] {
    try {  // what nlohmann throws ends here, as a defect of ours
      GiveAnswer(answer, work());
    } catch (const std::exception& exception) {
      GiveAnswer(answer, {{"problem", {{"verdict", "error"}, {"message", exception.what()}}}});
    }
  });
  Reaper::OfThisCell().Run();
}

}  // namespace

Result<CellView> MakeView(const std::vector<Hierarchy>& hierarchies,
                          const std::vector<std::string>& needs_view, bool rootless) {
  CellView view{hierarchies};
  for (const std::string& need : needs_view) {
    if (need != "cgroup-v1-only")
      return Failure("no view of the host is known as \"" + need + "\"",
                     "needsView of a profile may hold cgroup-v1-only");
    if (CgroupLayout(hierarchies) == "hybrid")
      std::erase_if(view.hierarchies, [](const Hierarchy& hierarchy) { return hierarchy.v2; });
  }
  if (rootless)
    view.caller = CgroupLayout(view.hierarchies) == "v2" ? Caller::kUserWithGroups : Caller::kUser;
  return view;
}

Result<Cell> Cell::Start(const CellView& view, CellGroups groups,
                         const std::function<nlohmann::json()>& work) {
  ASSIGN_OR_RETURN(Pipe pipe, MakePipe());
  Cell cell;
  cell.groups_ = std::move(groups);
  const pid_t pid = CloneIntoNamespaces(cell.pidfd_);
  if (pid == 0) {
    const int answer = DropInheritedInCell(pipe.write.get());
    WorkInCell(answer, view, cell.groups_->directories(), work);
  }
  if (pid < 0) return CallError("clone3", "a cell");
  cell.pid_ = pid;
  cell.answer_ = std::move(pipe.read);
  fcntl(cell.answer_.get(), F_SETFL, O_NONBLOCK);
  return cell;
}

Cell& Cell::operator=(Cell&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(pidfd_, other.pidfd_);
  std::swap(answer_, other.answer_);
  std::swap(bytes_, other.bytes_);
  std::swap(groups_, other.groups_);
  return *this;
}

Cell::~Cell() {
  if (!pidfd_) return;
  Kill();
  // What is frozen does not die, and pid 1 ends after all others.
  for (const std::string& directory : groups_->directories()) ThawGroupTree(directory);
  siginfo_t info{};
  while (waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED) != 0 && errno == EINTR) {
  }
}

void Cell::Kill() { syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGKILL, nullptr, 0); }

bool Cell::ReadMore() {
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t count = read(answer_.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return false;
    if (count <= 0 || bytes_.size() > kAnswerCap) return true;
    bytes_.append(buffer.data(), static_cast<size_t>(count));
  }
}

Result<nlohmann::json> Cell::TakeAnswer() {
  nlohmann::json answer = nlohmann::json::parse(bytes_, nullptr, false);
  if (answer.is_discarded() || !answer.is_object())
    return Failure("the cell ended without an answer",
                   "the candidate may have killed its pid 1; look for an out-of-memory kill too");
  return answer;
}

}  // namespace loadline::conformance
