// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/equivalence/call_traces.h"

#include <gmock/gmock.h>
#include <sys/syscall.h>

namespace loadline::conformance::equivalence {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

json Call(long number, const std::string& about, const std::vector<std::string>& ends) {
  json call = {number, about};
  for (const std::string& end : ends) call.push_back(end);
  return call;
}

json Calls(const std::vector<json>& calls) { return {{"calls", calls}}; }

TEST(CallsThatDiffer, AreTheSameUseOfACallWithAnotherEnd) {
  const json native = Calls({Call(SYS_statx, "a", {"ok"}), Call(SYS_statx, "b", {"ENOENT"})});
  EXPECT_THAT(CallsThatDiffer(native, native), IsEmpty());
  const json other = Calls({Call(SYS_statx, "b", {"ENOENT"}), Call(SYS_statx, "a", {"EINVAL"})});
  EXPECT_THAT(CallsThatDiffer(native, other),
              ElementsAre("statx(\"a\"): natively ok, in the container EINVAL"));
}

TEST(CallsThatDiffer, WhatOnlyOneSideDoesIsAnotherWayAndNoOtherEnd) {
  EXPECT_THAT(CallsThatDiffer(Calls({Call(SYS_close, "", {"ok"})}),
                              Calls({Call(SYS_statx, "a", {"EINVAL"})})),
              IsEmpty());
}

TEST(CallsThatDiffer, ANewEndComesBeforeOneThatIsMissingAndTheLibraryIsLeftOut) {
  const json native = Calls({Call(SYS_rseq, "", {"ok"}), Call(SYS_close, "", {"EBADF", "ok"}),
                             Call(SYS_ioctl, "0x5410", {"ok"})});
  const json other = Calls({Call(SYS_rseq, "", {"ENOSYS"}), Call(SYS_close, "", {"ok"}),
                            Call(SYS_ioctl, "0x5410", {"ENOTTY"})});
  EXPECT_THAT(CallsThatDiffer(native, other),
              ElementsAre("ioctl(0x5410): natively ok, in the container ENOTTY",
                          "close(): natively EBADF or ok, in the container ok"));
}

TEST(WordsOnCalls, SayWhichOrWhyNot) {
  const json native = Calls({Call(SYS_statx, "a", {"ok"})});
  EXPECT_EQ(WordsOnCalls(native, Calls({Call(SYS_statx, "a", {"EINVAL"})})),
            "the first call that ends otherwise is statx(\"a\"): natively ok, "
            "in the container EINVAL");
  EXPECT_EQ(WordsOnCalls(Calls({Call(SYS_write, "", {"ok"}), Call(SYS_close, "", {"ok"})}),
                         Calls({Call(SYS_close, "", {"EIO"}), Call(SYS_write, "", {"ENOSPC"})})),
            "the first call that ends otherwise is close(): natively ok, in the container EIO, "
            "then write(): natively ok, in the container ENOSPC");
  EXPECT_EQ(WordsOnCalls(native, native),
            "each of its calls ends as natively: what differs is what they tell");
  EXPECT_EQ(WordsOnCalls(native, {{"refused", "EPERM"}}),
            "which call it is cannot be seen: tracing is refused in the "
            "container (EPERM)");
}

}  // namespace
}  // namespace loadline::conformance::equivalence
