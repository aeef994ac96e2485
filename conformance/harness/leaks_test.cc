// SPDX-License-Identifier: Apache-2.0
// The leak ledger: what a scripted runtime leaves behind is seen, whatever way a run ends.
#include "conformance/harness/leaks.h"

#include <fcntl.h>

#include <cstdlib>

#include "base/files.h"
#include "conformance/harness/certify_fake.h"
#include "conformance/harness/schedule.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;
using reports::CheckResult;
using reports::Verdict;
using testing::HasSubstr;

constexpr const char* kLeaks = "oci-runtime/runs/leaks";
constexpr const char* kId = "cwithaname";
constexpr const char* kAfterErrors = "loadline/runs/leaks-after-errors";

// A way to leave something behind, as shell text, and what is said of it.
struct Plant {
  const char* kind;
  const char* how;
};
constexpr Plant kPlants[] = {
    {"processes", "setsid tail -f /dev/null > /dev/null 2>&1 &"},
    {"zombies", "setsid sh -c 'true & exec tail -f /dev/null' > /dev/null 2>&1 &"},
    {"mounts", "mkdir $bundle/m && mount -t tmpfs tmpfs $bundle/m"},
    {"files", "mkdir /run/left"},
    {"state", "mkdir $root/left"},
    {"cgroups", "for group in /sys/fs/cgroup/*/; do mkdir $group/left; done 2>/dev/null || true"},
    {"ipc", "ipcmk -M 4096 > /dev/null"},
    {"queues", "perl -e 'my $name = \"left\"; syscall(240, $name, 0102, 0600, 0) >= 0 or die $!'"},
    {"namespaces",
     "unshare -n sh -c 'touch /run/left && mount --bind /proc/self/ns/net /run/left'"},
    {"namespaces", "setsid tail -f /dev/null 8< /proc/self/ns/net > /dev/null 2>&1 &"},
    {"keyrings",
     "perl -e 'my @of = (\"keyring\", \"_ses.$ARGV[0]\"); syscall(248, $of[0], $of[1], 0, 0, -4) > "
     "0 or die $!' $id"},
    {"loopDevices", "truncate -s 64k $bundle/image && losetup -f $bundle/image"},
    {"interfaces", "ip link add left type veth peer name right"},
};

class Leaks : public CertifyFake {
 protected:
  void SetUp() override {
    CertifyFake::SetUp();
    options_.step_time = std::chrono::seconds(1);
    options_.only = {"t/good"};
  }

  // What is left in a cell by `work`, which says whether it could be done.
  static json LeaksOf(const std::function<bool(const CellPaths&)>& work) {
    Schedule schedule;
    schedule.hierarchies = Hierarchies().value();
    schedule.view = MakeView(schedule.hierarchies, {}).value();
    schedule.count = 1;
    schedule.work = [&](size_t) -> json {
      auto paths = CellPaths::Make("", Caller::kRoot);
      if (!paths) return {{"error", paths.error().ToLine()}};
      const CellInventory before = TakeInventory();
      if (!work(*paths))
        return {{"notShown", ReadFile(paths->work + "/errors").value_or("no errors")}};
      return FindLeaks({before, *paths, schedule.view, {}, {kId}});
    };
    json leaks;
    schedule.done = [&leaks](size_t, json answer) { leaks = std::move(answer); };
    EXPECT_TRUE(RunInCells(schedule).has_value());
    return leaks;
  }
};

TEST_F(Leaks, OfEachKindAreSeen) {
  for (const Plant& plant : kPlants) {
    const json leaks = LeaksOf([&](const CellPaths& paths) {
      const std::string command = "root=" + paths.state + "; bundle=" + paths.bundles +
                                  "; id=" + kId + "; exec 2> " + paths.work + "/errors\n" +
                                  plant.how;
      return std::system(command.c_str()) == 0;
    });
    // What this host cannot do cannot be left behind on it, either.
    if (leaks.contains("notShown")) {
      std::cout << "not shown here: " << plant.kind << ": " << leaks["notShown"] << "\n";
      continue;
    }
    EXPECT_FALSE(leaks.value(plant.kind, json::array()).empty()) << plant.how << ": " << leaks;
  }
}

TEST_F(Leaks, AreSeenAfterADelete) {
  const auto results = When("delete", "mkdir /run/left");
  EXPECT_EQ(results.at("t/good").verdict, Verdict::kPass);
  EXPECT_EQ(results.at(kLeaks).verdict, Verdict::kFail);
  EXPECT_FALSE(results.contains(kAfterErrors));
}

TEST_F(Leaks, AreSeenHoweverARunEnds) {
  for (const char* end : {"exit 1", "kill -9 $$", "exec tail -f /dev/null"}) {
    for (const char* verb : {"create", "start"}) {
      const auto clean = When(verb, end);
      ASSERT_NE(clean.at("t/good").verdict, Verdict::kPass) << verb << " " << end;
      ASSERT_TRUE(clean.contains(kAfterErrors)) << verb << " " << end;
      EXPECT_EQ(clean.at(kAfterErrors).verdict, Verdict::kPass)
          << verb << " " << end << ": " << clean.at(kAfterErrors).message;
      const auto left = When(verb, std::string("mkdir /run/left; ") + end);
      EXPECT_EQ(left.at(kAfterErrors).verdict, Verdict::kFail) << verb << " " << end;
      EXPECT_THAT(left.at(kAfterErrors).message, HasSubstr("/run/left")) << verb << " " << end;
    }
  }
}

TEST_F(Leaks, OfACreateThatFailedAreItsOwnToRemove) {
  const auto results = When("create", "touch $root/$id; exit 1");
  EXPECT_EQ(results.at(kAfterErrors).verdict, Verdict::kFail);
  EXPECT_THAT(results.at(kAfterErrors).message, HasSubstr("state"));
}

TEST_F(Leaks, OfACreateThatWasKilledMayBeRemovedByAForcedDelete) {
  const auto results = When("create", "touch $root/$id $root/$id.pid; kill -9 $$");
  EXPECT_EQ(results.at(kAfterErrors).verdict, Verdict::kPass) << results.at(kAfterErrors).message;
}

TEST_F(Leaks, AreSeenWhenADeleteHangs) {
  const auto results = When("delete", "exec tail -f /dev/null");
  EXPECT_EQ(results.at("t/good").verdict, Verdict::kTimeout);
  EXPECT_EQ(results.at(kAfterErrors).verdict, Verdict::kFail);
  EXPECT_THAT(results.at(kAfterErrors).message, HasSubstr("state"));
}

TEST_F(Leaks, OfOurOwnDescriptorsAreSeenToo) {
  EXPECT_EQ(FirstLeak(LeaksOf([](const CellPaths&) { return true; })), "");
  const json leaks = LeaksOf(
      [](const CellPaths& paths) { return open(paths.work.c_str(), O_PATH | O_CLOEXEC) >= 0; });
  ASSERT_EQ(leaks["descriptors"].size(), 1U) << leaks;
  EXPECT_THAT(leaks["descriptors"][0], HasSubstr("/work"));
}

}  // namespace
}  // namespace loadline::conformance
