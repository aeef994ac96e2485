// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/systemd/properties.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace loadline::runtime {
namespace {

using Json = nlohmann::json;

// "MemoryMax=1000": the numbers of what systemd is told.
std::vector<std::string> Numbers(const char* resources, bool unified) {
  const auto properties = PropertiesOf(Json::parse(resources), unified);
  std::vector<std::string> texts;
  if (!properties.has_value()) return {properties.error().ToLine()};
  for (const UnitProperty& property : *properties) {
    const auto* number = std::get_if<uint64_t>(&property.value);
    texts.push_back(property.name + (number == nullptr ? "" : "=" + std::to_string(*number)));
  }
  return texts;
}

using Texts = std::vector<std::string>;

TEST(UnitProperties, MemoryOnBothLayouts) {
  const char* memory = R"({"memory": {"limit": 4096, "reservation": 1024, "swap": 8192}})";
  EXPECT_EQ(Numbers(memory, true),
            (Texts{"MemoryMax=4096", "MemoryLow=1024", "MemorySwapMax=4096"}));
  EXPECT_EQ(Numbers(memory, false), (Texts{"MemoryLimit=4096"}));
}

TEST(UnitProperties, NoLimitIsInfinity) {
  EXPECT_EQ(Numbers(R"({"pids": {"limit": -1}})", true), (Texts{"TasksMax=18446744073709551615"}));
  EXPECT_EQ(Numbers(R"({"cpu": {"quota": -1}})", true),
            (Texts{"CPUQuotaPerSecUSec=18446744073709551615"}));
}

TEST(UnitProperties, SystemdTakesNoZero) {
  EXPECT_EQ(Numbers(R"({"pids": {"limit": 0}})", true), Texts{});
}

TEST(UnitProperties, AQuotaIsRoundedUpToAHundredth) {
  EXPECT_EQ(Numbers(R"({"cpu": {"quota": 33333, "period": 50000}})", true),
            (Texts{"CPUQuotaPeriodUSec=50000", "CPUQuotaPerSecUSec=670000"}));
}

TEST(UnitProperties, SharesBecomeAWeight) {
  EXPECT_EQ(Numbers(R"({"cpu": {"shares": 1024}})", true), (Texts{"CPUWeight=39"}));
  EXPECT_EQ(Numbers(R"({"cpu": {"shares": 1024}})", false), (Texts{"CPUShares=1024"}));
}

TEST(UnitProperties, AListOfAllowedDevicesIsToldOnV1Alone) {
  const char* devices = R"({"devices": [{"allow": false, "access": "rwm"},
      {"allow": true, "type": "c", "major": 10, "minor": 200, "access": "rw"}]})";
  const auto properties = PropertiesOf(Json::parse(devices), false);
  ASSERT_TRUE(properties.has_value());
  ASSERT_EQ(properties->size(), 2U);
  const auto& allowed =
      std::get<std::vector<std::pair<std::string, std::string>>>((*properties)[1].value);
  EXPECT_EQ(allowed[0], (std::pair<std::string, std::string>("/dev/char/10:200", "rw")));
  EXPECT_EQ(Numbers(devices, true), Texts{});
  // What systemd cannot say is left to the file.
  EXPECT_EQ(
      Numbers(R"({"devices": [{"allow": false, "type": "c", "major": 1, "minor": 3}]})", false),
      Texts{});
}

TEST(UnitProperties, SetsAreBits) {
  EXPECT_EQ(*BitsOfList("0-2,9"), (std::vector<uint8_t>{7, 2}));
  for (const char* bad : {"", "a", "3-1", "0-", "1,,2", "99999"})
    EXPECT_TRUE(!BitsOfList(bad).has_value() || BitsOfList(bad)->empty()) << bad;
}

}  // namespace
}  // namespace loadline::runtime
