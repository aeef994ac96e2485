// SPDX-License-Identifier: Apache-2.0
// The counters, from files as the kernel writes them.
#include "reference-runtime/statistics.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/files.h"
#include "base/temp_dir.h"

namespace loadline::runtime {
namespace {

using Counters = nlohmann::ordered_json;

class Statistics : public testing::Test {
 protected:
  void Write(const std::string& name, const std::string& text) {
    const std::filesystem::path file = directory_.path() + "/" + name;
    std::filesystem::create_directories(file.parent_path());
    ASSERT_TRUE(WriteFileAtomically(file, text).has_value());
  }
  const TempDir directory_ = TempDir::Make("loadline-statistics-").value();
};

TEST_F(Statistics, OfV2HaveTheNamesOfV1) {
  Write("cpu.stat", "usage_usec 30\nuser_usec 10\nsystem_usec 20\nnr_periods 3\n");
  Write("memory.current", "4096\n");
  Write("memory.max", "max\n");
  Write("memory.swap.current", "1024\n");
  Write("memory.swap.max", "max\n");
  Write("memory.stat", "anon 100\nfile 200\n");
  Write("pids.current", "2\n");
  Write("pids.max", "max\n");
  Write("io.stat", "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6\n");
  Write("cpu.pressure", "some avg10=1.50 avg60=0.00 avg300=0.00 total=7\n");
  Write("hugetlb.2MB.current", "2097152\n");
  Write("hugetlb.2MB.rsvd.current", "0\n");
  Write("hugetlb.2MB.events", "max 9\n");
  Counters data = {{"cpu", {{"usage", Counters::object()}}}};
  AddV2Statistics(directory_.path(), data);
  EXPECT_EQ(data["cpu"]["usage"],
            Counters::parse(R"({"total":30000,"kernel":20000,"user":10000})"));
  EXPECT_EQ(data["cpu"]["throttling"]["periods"], 3);
  EXPECT_EQ(data["cpu"]["psi"]["some"]["avg10"], 1.5);
  EXPECT_EQ(data["cpu"]["psi"]["some"]["total"], 7);
  EXPECT_EQ(data["memory"]["usage"]["limit"], UINT64_MAX);
  EXPECT_EQ(data["memory"]["swap"]["usage"], 5120);
  EXPECT_EQ(data["memory"]["swap"]["limit"], UINT64_MAX);
  EXPECT_EQ(data["memory"]["cache"], 200);
  EXPECT_EQ(data["memory"]["raw"]["anon"], 100);
  EXPECT_EQ(data["pids"], Counters::parse(R"({"current":2,"limit":0})"));
  EXPECT_EQ(data["blkio"]["ioServiceBytesRecursive"][1],
            Counters::parse(R"({"major":8,"minor":0,"op":"Write","value":2})"));
  EXPECT_EQ(data["blkio"]["ioServicedRecursive"].size(), 3U);
  EXPECT_EQ(data["hugetlb"], Counters::parse(R"({"2MB":{"usage":2097152,"failcnt":9}})"));
}

TEST_F(Statistics, OfV1) {
  Write("c/cpuacct.usage", "50\n");
  Write("c/cpuacct.usage_percpu", "20 30 \n");
  Write("c/cpuacct.stat", "user 1\nsystem 2\n");
  Write("c/memory.memsw.usage_in_bytes", "4096\n");
  Write("c/cpuset.cpus", "0-1,3\n");
  Write("c/blkio.throttle.io_serviced", "8:0 Read 5\n8:0 Total 5\nTotal 5\n");
  Counters data = Counters::object();
  AddV1Statistics({{1, directory_.path(), "/", {"cpuacct", "cpuset", "memory", "blkio"}, {}}}, "/c",
                  data);
  EXPECT_EQ(data["cpu"]["usage"]["total"], 50);
  EXPECT_EQ(data["cpu"]["usage"]["percpu"], Counters::parse("[20,30]"));
  EXPECT_EQ(data["cpu"]["usage"]["kernel"], 20'000'000);
  EXPECT_EQ(data["cpuset"]["cpus"], Counters::parse("[0,1,3]"));
  EXPECT_EQ(data["memory"]["swap"]["usage"], 4096);
  EXPECT_EQ(data["blkio"]["ioServicedRecursive"].size(), 2U);
  EXPECT_FALSE(data.contains("pids"));
}

// On a host with both, what v1 counts stays when the tree of v2 does not count it.
TEST_F(Statistics, OfV2DoNotTouchThoseOfV1) {
  Write("cpu.stat", "usage_usec 1\n");
  Counters data = {{"memory", {{"usage", {{"usage", 1}}}, {"swap", {{"usage", 2}}}}}};
  AddV2Statistics(directory_.path(), data);
  EXPECT_EQ(data["memory"]["swap"]["usage"], 2);
}

TEST_F(Statistics, NeedAGroup) { EXPECT_FALSE(StatisticsOf(CgroupPlace{}).has_value()); }

}  // namespace
}  // namespace loadline::runtime
