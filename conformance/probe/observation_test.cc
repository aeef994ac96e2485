// SPDX-License-Identifier: Apache-2.0
// What the probe says fits schema/loadline/observation.json and what /proc says of this process.
#include <gtest/gtest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/child_process.h"
#include "conformance/probe/observe.h"
#include "schema/schema_set.h"

namespace loadline::probe {
namespace {

using nlohmann::json;

TEST(ObservationTest, FitsItsSchema) {
  const json request = {{"paths", {"/", "/dev/null", "/nonexistent"}},
                        {"syscalls", {"getpid", "chmod"}},
                        {"attempts", {"write-device-null"}}};
  json observation = {{"probe", Observe(request)}};
  auto errors = schema::CheckSchema("loadline/observation.json", observation);
  ASSERT_TRUE(errors.has_value()) << errors.error().ToLine();
  for (const auto& error : *errors) ADD_FAILURE() << error.pointer << ": " << error.message;
  observation["probe"]["umask"] = 18;
  errors = schema::CheckSchema("loadline/observation.json", observation);
  ASSERT_TRUE(errors.has_value());
  EXPECT_EQ(errors->size(), 1u);
}

TEST(ObservationTest, SeesThisProcess) {
  const json probe =
      Observe({{"paths", {"/dev/null", "/nonexistent"}}, {"syscalls", {"getpid", "chmod"}}});
  EXPECT_EQ(probe["pid"], getpid());
  EXPECT_EQ(probe["uid"]["effective"], geteuid());
  EXPECT_EQ(probe["paths"]["/dev/null"]["type"], "character");
  EXPECT_EQ(probe["paths"]["/nonexistent"]["exists"], false);
  EXPECT_EQ(probe["syscalls"]["getpid"], "ok");
  EXPECT_EQ(probe["syscalls"]["chmod"], "ENOENT");
  EXPECT_TRUE(probe["interfaceUp"].contains("lo")) << probe["interfaces"];
  EXPECT_EQ(probe["ipc"]["shm"].is_number(), true);
}

}  // namespace
}  // namespace loadline::probe
