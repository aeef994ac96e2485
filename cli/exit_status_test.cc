// SPDX-License-Identifier: Apache-2.0
#include "cli/exit_status.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "base/files.h"

namespace loadline::cli {
namespace {

TEST(ExitStatus, SaysWhatKindOfErrorItWas) {
  const auto of = [](ErrorKind kind) { return ExitStatusOf(Failure(kind, "no")); };
  EXPECT_EQ(of(ErrorKind::kAltered), 1);
  EXPECT_EQ(of(ErrorKind::kUsage), 2);
  EXPECT_EQ(of(ErrorKind::kUnreadable), 3);
  EXPECT_EQ(of(ErrorKind::kHostLacks), 4);
  EXPECT_EQ(of(ErrorKind::kInterrupted), 130);
  EXPECT_EQ(ExitStatusOf(Failure("nobody thought of it")), 70);
}

TEST(ExitStatus, OfACallIsByItsErrno) {
  const auto of = [](int number) { return ExitStatusOf(CallError(number, "open", "file")); };
  for (const int unreadable : {ENOENT, ENOTDIR, EACCES, EISDIR, ELOOP, ENXIO})
    EXPECT_EQ(of(unreadable), 3) << unreadable;
  for (const int host : {ENOSPC, EDQUOT, EROFS}) EXPECT_EQ(of(host), 4) << host;
  EXPECT_EQ(of(EINTR), 130);
  // A call with wrong arguments is a mistake of ours, and none of who typed a command.
  EXPECT_EQ(of(EINVAL), 70);
}

TEST(ExitStatus, OfWhatIsTooLargeIsThatItIsUnreadable) {
  EXPECT_EQ(ExitStatusOf(ReadFile("/dev/zero", 4096).error()), 3);
}

}  // namespace
}  // namespace loadline::cli
