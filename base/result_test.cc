// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <cerrno>

namespace loadline {
namespace {

Result<int> Half(int value) {
  if (value % 2 != 0) return Failure(std::to_string(value) + " is odd", "pass an even number");
  return value / 2;
}

Result<int> Quarter(int value) {
  ASSIGN_OR_RETURN(const int half, Half(value));
  return Half(half);
}

TEST(Result, HandsErrorsUp) {
  EXPECT_EQ(Quarter(8).value(), 2);
  EXPECT_EQ(Quarter(6).error().ToLine(), "3 is odd; pass an even number");
}

TEST(Error, IsOneLineWithStageCallReasonAndHint) {
  errno = ENOENT;
  Error error = CallError("mount", "/proc").In("mounts").Hint("mount it before");
  EXPECT_EQ(error.ToLine(), "mounts: mount(/proc): No such file or directory; mount it before");
}

TEST(Error, ShowsItsNumberOnlyWithACall) {
  Error error = Failure("there is no version 7", "take 1");
  error.number = EINVAL;
  EXPECT_EQ(error.ToLine(), "there is no version 7; take 1");
}

TEST(Error, OfACallIsOfTheKindThatItsErrnoSays) {
  errno = EACCES;
  EXPECT_EQ(CallError("open").kind, ErrorKind::kUnreadable);
  EXPECT_EQ(CallError(ENOSPC, "write").kind, ErrorKind::kHostLacks);
  EXPECT_EQ(CallError(EINTR, "poll").kind, ErrorKind::kInterrupted);
  EXPECT_EQ(CallError(EINVAL, "mount").kind, ErrorKind::kDefect);
  EXPECT_EQ(Failure("no").kind, ErrorKind::kDefect);
  EXPECT_EQ(Failure(ErrorKind::kUsage, "no", "yes").ToLine(), "no; yes");
}

TEST(Error, KeepsTheDeepestStage) {
  EXPECT_EQ(Failure("no").In("inner").In("outer").stage, "inner");
}

}  // namespace
}  // namespace loadline
