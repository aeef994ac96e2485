// SPDX-License-Identifier: Apache-2.0
// The tables of stages: every line keeps a promise that the ledger knows.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <set>

#include "base/files.h"
#include "reference-runtime/documents.h"
#include "reference-runtime/stage.h"

namespace loadline::runtime {
namespace {

std::set<std::string> LedgerIds() {
  std::set<std::string> ids;
  for (const char* standard : {"loadline", "oci-runtime"}) {
    const auto ledger = nlohmann::json::parse(
        ReadFile(std::string(LOADLINE_SOURCE_DIR "/schema/requirements/") + standard + ".json")
            .value());
    for (const auto& entry : ledger["requirements"]) ids.insert(entry["id"]);
  }
  return ids;
}

TEST(Tables, EveryStageKeepsARequirementOfTheLedger) {
  const std::set<std::string> ids = LedgerIds();
  for (const Table& table : AllTables()) {
    for (const Stage& stage : table.stages) {
      const std::string wanted(stage.requirement);
      const auto below = ids.lower_bound(wanted + "/");
      EXPECT_TRUE(ids.count(wanted) == 1 ||
                  (below != ids.end() && below->starts_with(wanted + "/")))
          << std::string_view(stage.name) << " names " << wanted;
    }
  }
}

TEST(Tables, TheTableIsPrintedLineByLine) {
  size_t stages = 0;
  for (const Table& table : AllTables()) stages += table.stages.size() + 1;
  const std::string text = StagesText();
  EXPECT_EQ(static_cast<size_t>(std::count(text.begin(), text.end(), '\n')), stages);
  EXPECT_THAT(text, testing::HasSubstr("container  pivot-root"));
}

TEST(Tables, TheLastStageOfStartExecutes) {
  EXPECT_EQ(ExecuteStages().back().name, "execute");
  EXPECT_EQ(PrepareStages().front().name, "state-directory");
}

// What the features document claims, the reader of config.json has to accept.
TEST(Features, AreTrue) {
  const auto features = nlohmann::json::parse(FeaturesDocument());
  for (const std::string name : features["linux"]["capabilities"])
    EXPECT_TRUE(CapabilityNumber(name).has_value()) << name;
  EXPECT_EQ(features["linux"]["capabilities"].size(), 41U);
  EXPECT_EQ(features["linux"]["namespaces"].size(), 8U);
  EXPECT_EQ(features["hooks"].size(), 6U);
  for (const char* pointer :
       {"/linux/apparmor/enabled", "/linux/selinux/enabled", "/linux/intelRdt/enabled",
        "/linux/intelRdt/schemata", "/linux/intelRdt/monitoring", "/linux/netDevices/enabled",
        "/linux/mountExtensions/idmap/enabled"})
    EXPECT_EQ(features.at(nlohmann::json::json_pointer(pointer)), true) << pointer;
  EXPECT_EQ(features["potentiallyUnsafeConfigAnnotations"], nlohmann::json::array());
}

}  // namespace
}  // namespace loadline::runtime
